"""Answers of a policy, whose log-probabilities are known, and rewards."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from lossadvisor.plot.paths.path import Layout, Numbers, Path, given
from lossadvisor.proof.subject import Subject, Tensors

TOKENS, VOCABULARY = 8, 64
EVEN = -math.log(VOCABULARY)
"""Log-probability of each token where all logits are 0."""


def logits(gain: Tensor) -> Tensor:
    """Logits [..., VOCABULARY] whose first token is likelier by `gain` nats than where all are 0."""
    log_share = EVEN + gain
    logit = log_share - torch.log1p(-log_share.exp()) + math.log(VOCABULARY - 1)
    first = torch.arange(VOCABULARY) == 0
    return torch.where(first, logit[..., None], 0.0)


def answer_margin(subject: Subject, numbers: Numbers) -> Path:
    """Two answers, the chosen one as much likelier as the rejected one is less likely, spread over their tokens."""
    side = torch.tensor([0.5, -0.5])[:, None].expand(2, TOKENS) / TOKENS
    labels = torch.zeros(1, 2, TOKENS, dtype=torch.int64)
    reference = [torch.zeros(1, 2, TOKENS, VOCABULARY)] if "reference" in subject.promised_outputs else []
    rest = (*reference, *given(subject, target=labels))
    return Path(lambda place: (logits(place * side)[None], *rest))


def thumb(*, up: bool) -> Layout:
    """One answer, and no drift of the others."""

    def layout(subject: Subject, numbers: Numbers) -> Path:
        even = torch.ones(1, TOKENS) / TOKENS
        labels = torch.zeros(1, TOKENS, dtype=torch.int64)
        rest = (
            torch.zeros(1, TOKENS, VOCABULARY),
            torch.zeros(1),
            *given(subject, target=labels, up=torch.tensor([up])),
        )
        return Path(lambda place: (logits(place * even), *rest))

    return layout


def reward_margin(subject: Subject, numbers: Numbers) -> Path:
    """Two rewards around 0."""
    side = torch.tensor([[0.5, -0.5]])
    return Path(lambda place: (place * side,))


def policy_ratio(sign: float) -> Layout:
    """Answers of one token whose advantage has that sign move; the others are as likely as before."""

    def layout(subject: Subject, numbers: Numbers) -> Path:
        shape = (1, 2, 1) if "rewards" in subject.named else (1, 1)
        moved = torch.tensor([1.0, 0.0]).reshape(1, 2, 1) if len(shape) == 3 else torch.ones(shape)
        old = torch.full(shape, EVEN)
        names = {
            "target": torch.zeros(shape, dtype=torch.int64),
            "old_log_probs": old,
            "rewards": torch.tensor([[sign, -sign]]),
            "advantages": torch.full(shape, sign),
            "old_values": torch.zeros(shape),
            "returns": torch.zeros(shape),
        }
        values: Tensors = (torch.zeros(shape),) if "values" in subject.promised_outputs else ()
        rest = (*values, *given(subject, **names))
        return Path(lambda place: (logits(place * moved), *rest))

    return layout


PATHS: dict[str, Layout] = {
    "answer_margin": answer_margin,
    "liked_log_ratio": thumb(up=True),
    "disliked_log_ratio": thumb(up=False),
    "reward_margin": reward_margin,
    "good_log_ratio": policy_ratio(1.0),
    "bad_log_ratio": policy_ratio(-1.0),
}
