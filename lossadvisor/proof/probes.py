"""Predictions made from targets: perfect ones, random ones, and the worst. For processes that have torch."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

SURE = 20.0  # a logit this large is certainty in float32
SPREAD = -10.0  # log variance, log scale or log dispersion of a perfect prediction


def valid(targets: Tensor) -> Tensor:
    """Which targets count: neither NaN nor the ignored index -100."""
    if targets.is_floating_point():
        return ~targets.isnan()
    return targets != -100


def filled(targets: Tensor) -> Tensor:
    """`targets` with 0 in the place of those that don't count."""
    return targets.masked_fill(~valid(targets), 0)


def logits(targets: Tensor, like: Tensor) -> Tensor:
    """+1 for what is right and -1 for what is wrong; soft labels give their log-odds, cut off at certainty."""
    if not targets.is_floating_point():
        return 2.0 * F.one_hot(targets, like.shape[-1]).to(like.dtype) - 1
    return (torch.logit(targets, eps=1e-9).clamp(-SURE, SURE) / SURE).to(like.dtype)


def softmax_logits(targets: Tensor, like: Tensor) -> Tensor:
    """The log of each row of class probabilities, cut off at certainty."""
    return (targets.clamp(min=1e-9).log().clamp(min=-SURE) / SURE).to(like.dtype)


def level_logits(targets: Tensor, like: Tensor) -> Tensor:
    """+1 for each level that the class exceeds, -1 for the others."""
    levels = torch.arange(like.shape[-1], device=targets.device)
    return 2.0 * (targets[..., None] > levels).to(like.dtype) - 1


def with_spread(location: Tensor) -> Tensor:
    return torch.stack([location, torch.full_like(location, SPREAD)], dim=-1)


def log(targets: Tensor) -> Tensor:
    return targets.float().clamp(min=1e-4).log()


def share(targets: Tensor, like: Tensor) -> Tensor:
    """The logit of a share, and a high log-precision."""
    logit = torch.logit(targets.to(like.dtype), eps=1e-3)
    return torch.stack([logit, torch.full_like(logit, -SPREAD)], dim=-1)


def hurdle(targets: Tensor, like: Tensor) -> Tensor:
    """The logit of "above 0", and location and spread of the amount's logarithm."""
    gate = torch.where(targets > 0, SURE, -SURE).to(like.dtype)
    return torch.cat([gate[..., None], with_spread(log(targets))], dim=-1)


SIGNS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "logits": logits,
    "softmax-logits": softmax_logits,
    "level-logits": level_logits,
}
"""Kinds whose perfect prediction is a sign pattern times a scale."""

EXACT: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "value": lambda targets, like: targets.to(like.dtype),
    "log-rate": lambda targets, like: log(targets),
    "log-value": lambda targets, like: log(targets),
    "quantiles": lambda targets, like: targets[..., None].expand(like.shape).to(like.dtype),
    "mean-log-variance": lambda targets, like: with_spread(targets.to(like.dtype)),
    "location-log-scale": lambda targets, like: with_spread(targets.to(like.dtype)),
    "log-location-log-scale": lambda targets, like: with_spread(log(targets)),
    "log-mean-log-dispersion": lambda targets, like: with_spread(log(targets)),
    "sin-cos": lambda targets, like: torch.stack([targets.sin(), targets.cos()], dim=-1).to(like.dtype),
    "box-xyxy": lambda targets, like: targets.to(like.dtype),
    "logit-mean-log-precision": share,
    "hurdle-log-normal": hurdle,
}
"""Kinds whose perfect prediction follows from the target."""

SPREAD_KINDS = {
    "mean-log-variance": [10.0, -SPREAD / 2],
    "location-log-scale": [10.0, -SPREAD / 2],
    "log-location-log-scale": [10.0, -SPREAD / 2],
    "log-mean-log-dispersion": [10.0, -SPREAD / 2],
    "logit-mean-log-precision": [10.0, 0.0],
    "hurdle-log-normal": [-10.0, 10.0, -SPREAD / 2],
}
"""Kinds whose last output is a spread, and what makes a perfect prediction the worst one."""

LOGIT_FIRST = {"logit-mean-log-precision", "hurdle-log-normal"}
"""Kinds whose first output is a logit: its worst is to be sure of the other side."""


class Probes:
    """The perfect, a random and the worst prediction for a batch of targets, and the way from random to perfect.

    Args:
        kind: kind of the prediction in the contract.
        targets: one tensor in the contract's format.
        like: a prediction of the right shape and dtype.
        loss: prediction -> loss; it decides how large a perfect logit is, since smoothing and margins punish certainty.

    Raises:
        KeyError: no probe is known for `kind`.
    """

    def __init__(self, kind: str, targets: Tensor, like: Tensor, loss: Callable[[Tensor], Tensor]) -> None:
        noise = torch.randn(like.shape, generator=torch.Generator().manual_seed(1)).to(like)
        known = filled(targets)
        if kind in SIGNS:
            pattern = SIGNS[kind](known, like)
            scale = best_scale(lambda factor: float(loss(factor * pattern)))
            self.perfect, self.random, self.worst = scale * pattern, noise, -SURE * pattern
            self.way = SURE * pattern - noise
            return
        self.perfect = EXACT[kind](known, like)
        if kind in SPREAD_KINDS:
            moved = torch.ones(like.shape[-1]).to(like)
            moved[-1] = 0
            self.random = (self.perfect + noise) * moved
            self.worst = self.perfect + torch.tensor(SPREAD_KINDS[kind]).to(like)
            if kind in LOGIT_FIRST:
                self.worst[..., 0] = -self.perfect[..., 0].sign() * SURE
        elif kind == "box-xyxy":
            sides = (known[:, 2:] - known[:, :2]).repeat(1, 2).to(like)
            self.random = self.perfect + 0.3 * sides * noise[:, :2].tanh().repeat(1, 2)
            self.worst = self.perfect + 5 * sides
        elif kind == "sin-cos":
            self.random, self.worst = noise, -self.perfect
        else:
            noise = noise.sort(dim=-1).values if kind == "quantiles" else noise
            self.random, self.worst = self.perfect + noise, self.perfect + 10
        self.way = self.perfect - self.random
        if kind in SPREAD_KINDS:  # a spread is not to be moved: it belongs to the error that there is
            self.way[..., -1] = 0


def best_scale(loss: Callable[[float], float]) -> float:
    """The scale in (0, SURE] with the lowest loss; SURE unless certainty is punished."""
    scales = [SURE * 0.75**power for power in range(16)]
    values = [loss(scale) for scale in scales]
    if values[0] <= min(values) + 1e-6:
        return SURE
    position = min(range(len(scales)), key=values.__getitem__)
    low, high = scales[min(position + 1, len(scales) - 1)], scales[max(position - 1, 0)]
    for _ in range(30):  # ternary search: the loss is convex in the scale
        third = (high - low) / 3
        if loss(low + third) < loss(high - third):
            high -= third
        else:
            low += third
    return (low + high) / 2
