"""Outputs of models that learn from preferences: logits of answers, rewards, a critic's values."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from lossadvisor.proof.kinds.probe import SURE, Kind, Probe, Side, best_scale, exact

LIKELIEST = 0.99
SURENESS = (0.5, -0.25), (1.0, -1.0), (1.0, -1.5)
"""Of the chosen and the rejected answer, in units of `SURE`."""
WORTH = 1e-3
"""What the loss of a few tokens may have left above its least value: half of what the checks allow."""
ENDLESS = 1e-2
"""What being surer still gains where a loss has no lower bound: it is not looked for any further."""
EVEN = 1e-4
"""How far from the mean of its group a reward has no merit: a mean is rounded."""


def answers(side: Side, good: Tensor, *, each: bool = False) -> Probe:
    """Logits that are sure of the tokens of good answers (`good` is 1), and sure of others where it is below 0.

    Args:
        each: how sure is looked for sample by sample, where too sure is worse.
    """
    pattern = one_hot(side) * good[..., None].to(side.like.dtype)
    scale = best_scale(lambda factor: side.loss(factor * pattern))
    perfect = scale * pattern
    for row in range(len(pattern) if each and scale < SURE else 0):
        perfect = surest(side, perfect, pattern, row)
    return Probe(perfect, side.noise, -SURE * pattern, perfect - side.noise)


def surest(side: Side, logits: Tensor, pattern: Tensor, row: int) -> Tensor:
    """These logits with one sample as sure as the loss likes it best."""

    def changed(factor: float) -> Tensor:
        found = logits.clone()
        found[row] = factor * pattern[row]
        return found

    return changed(best_scale(lambda factor: side.loss(changed(factor))))


def sampled(side: Side, good: Tensor) -> Probe:
    """Logits that make the tokens of good answers likelier than they were, as far as the clip lets it count."""
    tokens, old = one_hot(side), side.targets["old_log_probs"]
    others = side.like.shape[-1] - 1

    def moved(step: float) -> Tensor:
        share = (old + step * good).exp().clamp(1e-6, LIKELIEST)
        return tokens * (others * share / (1 - share)).log()[..., None]

    steps = [1e-3 * 2**power for power in range(11)]
    values = [side.loss(moved(step)) for step in steps]
    perfect = moved(next(step for step, value in zip(steps, values, strict=True) if value <= min(values) + 1e-7))
    worst = torch.where(good[..., None] == 0, perfect, -SURE * tokens * good[..., None])
    return Probe(perfect, side.noise, worst, perfect - side.noise)


def one_hot(side: Side) -> Tensor:
    return F.one_hot(side.target, side.like.shape[-1]).to(side.like.dtype)


def pair_logits(side: Side) -> Probe:
    """The first answer of each pair is the chosen one; as sure as need be, so that each token still costs something."""
    goods = (torch.tensor(pair, device=side.like.device)[:, None] for pair in SURENESS)
    probes = [answers(side, good, each=True) for good in goods]
    values = [side.loss(probe.perfect) for probe in probes]
    if values[-2] - values[-1] > ENDLESS:
        del values[-1]
    return next(probe for probe, value in zip(probes, values, strict=False) if value <= min(values) + WORTH)


def thumbs_logits(side: Side) -> Probe:
    """Answers with a thumb up are good."""
    return answers(side, 2 * side.targets["up"].long()[:, None] - 1)


def scored_logits(side: Side) -> Probe:
    """Answers above the mean reward of their group are good, those at the mean neither good nor bad."""
    rewards = side.targets["rewards"]
    merit = rewards - rewards.mean(dim=1, keepdim=True)
    return sampled(side, merit.where(merit.abs() > EVEN, 0).sign()[..., None])


def advantage_logits(side: Side) -> Probe:
    """Tokens with a positive advantage are good."""
    return sampled(side, side.targets["advantages"].sign())


def pair_rewards(side: Side) -> Probe:
    """The first answer far above the second, both around zero; the worst the other way round, and off centre."""
    perfect, worst = (torch.tensor(pair).to(side.like).expand(side.like.shape) for pair in ([SURE, -SURE], [0, SURE]))
    return Probe(perfect, side.noise, worst, perfect - side.noise)


def state_values(side: Side) -> Probe:
    """The returns."""
    return exact(side, side.targets["returns"])


def fixed(side: Side) -> Probe:
    """No output of what is trained: all zeros, whatever the merit of the prediction."""
    return Probe(side.like, side.like, side.like, side.like)


KINDS: dict[str, Kind] = {
    "pair-logits": pair_logits,
    "thumbs-logits": thumbs_logits,
    "scored-logits": scored_logits,
    "advantage-logits": advantage_logits,
    "pair-rewards": pair_rewards,
    "state-values": state_values,
    "reference-logits": fixed,
    "drift": fixed,
}
"""Each kind of output by its name in a contract."""
