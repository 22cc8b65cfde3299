"""Outputs of language models: logits or hidden states of the next token, of tokens in place, of frames."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from lossadvisor.proof import draws
from lossadvisor.proof.kinds.probe import SURE, Kind, Probe, Side

FAR = 100.0  # length of a hidden state whose output layer is sure of one token
BLANK = 0


def following(tokens: Tensor) -> Tensor:
    """At each position the token after it; the last one foretells nothing."""
    return tokens.roll(-1, dims=1)


def next_token_logits(side: Side) -> Probe:
    """Sure of the token that follows: the log of its probability is 0."""
    right = F.one_hot(following(side.target), side.like.shape[-1]).to(side.like.dtype)
    return against(side, 2 * SURE * (right - 1))


def against(side: Side, perfect: Tensor) -> Probe:
    """The worst prediction is the contrary of the perfect one."""
    return Probe(perfect, side.noise, -perfect, perfect - side.noise)


def student_logits(side: Side) -> Probe:
    """What the teacher says; the worst are sure of what it finds least likely."""
    perfect = side.targets["teacher_logits"].to(side.like.dtype)
    worst = SURE * F.one_hot(perfect.argmin(dim=-1), perfect.shape[-1])
    return Probe(perfect, side.noise, worst.to(perfect.dtype), perfect - side.noise)


def codes(count: int, like: Tensor) -> Tensor:
    """A unit vector for each of the first `count` tokens, nearly at right angles to the others."""
    rows = [torch.randn(like.shape[-1], generator=draws.generator(1 + token)) for token in range(count)]
    return F.normalize(torch.stack(rows), dim=-1).to(like)


def token_table(side: Side) -> Probe:
    """The output layer, the same in each probe: hidden states are judged by it."""
    table = codes(side.like.shape[0], side.like)
    return Probe(table, table, table, torch.zeros_like(table))


def hidden(side: Side, tokens: Tensor) -> Probe:
    """Hidden states that point at their tokens in the output layer."""
    return against(side, FAR * codes(int(tokens.max()) + 1, side.like)[tokens])


def frame_logits(side: Side) -> Probe:
    """One frame for each token and a blank after it; the worst are sure of blanks alone."""
    *_, frames, classes = side.like.shape
    tokens = side.target
    path = torch.stack([tokens, torch.full_like(tokens, BLANK)], dim=-1).flatten(1)
    path = F.pad(path, (0, frames - path.shape[1]), value=BLANK)
    perfect, silent = (SURE * (2.0 * F.one_hot(p, classes) - 1) for p in (path, torch.full_like(path, BLANK)))
    return Probe(perfect, side.noise, silent, perfect - side.noise)


KINDS: dict[str, Kind] = {
    "next-token-logits": next_token_logits,
    "next-token-hidden": lambda side: hidden(side, following(side.target)),
    "token-hidden": lambda side: hidden(side, side.target),
    "token-table": token_table,
    "student-logits": student_logits,
    "frame-logits": frame_logits,
}
"""Each kind of output by its name in a contract."""
