"""Toy prompts, and what a model reads and learns of a prompt with its answer."""

import torch
from models.policy import EOS, PROMPT, VOCABULARY
from torch import Tensor

IGNORE = -100  # label of what is not part of the answer


def toy_prompts(*shape: int) -> Tensor:
    """Prompts [*shape, PROMPT] of random words."""
    return torch.randint(2, VOCABULARY, (*shape, PROMPT))


def inputs_and_labels(sequences: Tensor) -> tuple[Tensor, Tensor]:
    """Sequences [..., T + 1] -> input ids and the token after each, -100 outside of the answer."""
    inputs, labels = sequences[..., :-1], sequences[..., 1:]
    labels = labels.masked_fill((inputs == EOS).cumsum(dim=-1) > 0, IGNORE)
    labels[..., : PROMPT - 1] = IGNORE
    return inputs, labels
