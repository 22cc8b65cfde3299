"""Toy answers, good and bad ones."""

import torch
from models.policy import ANSWER, EOS, PAD, VOCABULARY
from torch import Tensor


def toy_answers(prompts: Tensor, good: Tensor) -> Tensor:
    """Prompts and which answers are good (repeat the first word) -> [..., PROMPT + ANSWER]."""
    words = torch.randint(2, VOCABULARY, (*good.shape, ANSWER))
    answers = torch.where(good[..., None], prompts[..., :1], words)
    place, end = torch.arange(ANSWER), torch.randint(1, ANSWER, (*good.shape, 1))
    answers = answers.masked_fill(place == end, EOS).masked_fill(place > end, PAD)
    return torch.cat([prompts, answers], dim=-1)
