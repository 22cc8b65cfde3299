"""A tiny causal language model, and toy prompts with answers."""

import torch
from torch import Tensor, nn

VOCABULARY, PAD, EOS = 12, 0, 1  # words are 2 .. VOCABULARY-1; an answer ends with EOS
PROMPT, ANSWER = 3, 6  # tokens of a prompt; tokens of an answer at most
IGNORE = -100  # label of what is not part of the answer


class Policy(nn.Module):
    """Token ids [..., T] int64 -> [..., T, outputs]; replace it with your model."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, 32)
        self.positions = nn.Embedding(PROMPT + ANSWER, 32)
        self.layer = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True)
        self.head = nn.Linear(32, outputs)

    def forward(self, ids: Tensor) -> Tensor:
        length = ids.shape[-1]
        future = torch.ones(length, length, dtype=torch.bool, device=ids.device).triu(1)
        hidden = self.tokens(ids.flatten(0, -2)) + self.positions.weight[:length]
        hidden = self.layer(hidden, src_mask=future)  # padding on the right is in the future too
        return self.head(hidden).unflatten(0, ids.shape[:-1])


def network(outputs: int) -> nn.Module:
    """The model with `outputs` numbers per token."""
    return Policy(outputs)


def toy_prompts(*shape: int) -> Tensor:
    """Prompts [*shape, PROMPT] of random words."""
    return torch.randint(2, VOCABULARY, (*shape, PROMPT))


def toy_answers(prompts: Tensor, good: Tensor) -> Tensor:
    """Prompts and which answers are good (repeat the first word) -> [..., PROMPT + ANSWER]."""
    answers = torch.randint(2, VOCABULARY, (*good.shape, ANSWER))
    answers = torch.where(good[..., None], prompts[..., :1], answers)
    end = torch.randint(1, ANSWER, (*good.shape, 1))
    place = torch.arange(ANSWER)
    answers = answers.masked_fill(place == end, EOS).masked_fill(place > end, PAD)
    return torch.cat([prompts, answers], dim=-1)


def inputs_and_labels(sequences: Tensor) -> tuple[Tensor, Tensor]:
    """Sequences [..., T + 1] -> input ids and the token after each, -100 outside of the answer."""
    inputs, labels = sequences[..., :-1], sequences[..., 1:]
    labels = labels.masked_fill((inputs == EOS).cumsum(dim=-1) > 0, IGNORE)
    labels[..., : PROMPT - 1] = IGNORE
    return inputs, labels


@torch.no_grad()
def sample(policy: nn.Module, prompts: Tensor) -> Tensor:
    """Prompts [..., PROMPT] -> each with an answer of the policy, [..., PROMPT + ANSWER]."""
    ids = prompts
    for _ in range(ANSWER):
        chances = policy(ids)[..., -1, :].softmax(dim=-1)
        word = torch.multinomial(chances.flatten(0, -2), 1).unflatten(0, ids.shape[:-1])
        ids = torch.cat([ids, word], dim=-1)
    return ids
