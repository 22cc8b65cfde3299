"""Outputs of classification and regression: logits, numbers, spreads, quantiles, one box."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from lossadvisor.proof.kinds.probe import SURE, Kind, Probe, Side, certain, exact

SPREAD = -10.0  # log variance, log scale or log dispersion of a perfect prediction


def logits(side: Side) -> Probe:
    """Sure of what is right; soft labels give their log-odds, and the worst are sure of the less likely side."""
    target, like = side.target, side.like
    if not target.is_floating_point():
        return certain(side, 2.0 * F.one_hot(target, like.shape[-1]).to(like.dtype) - 1)
    pattern = (torch.logit(target, eps=1e-9).clamp(-SURE, SURE) / SURE).to(like.dtype)
    return certain(side, pattern)._replace(worst=torch.where(pattern < 0, SURE, -SURE).to(like.dtype))


def softmax_logits(side: Side) -> Probe:
    """The log of each row of class probabilities, cut off at certainty."""
    return certain(side, (side.target.clamp(min=1e-9).log().clamp(min=-SURE) / SURE).to(side.like.dtype))


def level_logits(side: Side) -> Probe:
    """Sure of "yes" for each level that the class exceeds, of "no" for the others."""
    levels = torch.arange(side.like.shape[-1], device=side.target.device)
    return certain(side, 2.0 * (side.target[..., None] > levels).to(side.like.dtype) - 1)


def value(side: Side) -> Probe:
    """The target itself."""
    return exact(side, side.target.to(side.like.dtype))


def log_value(side: Side) -> Probe:
    """The logarithm of the target."""
    return exact(side, log(side.target))


def quantiles(side: Side) -> Probe:
    """The target at every level; random ones don't cross."""
    perfect = side.target[..., None].expand(side.like.shape).to(side.like.dtype)
    return exact(side._replace(noise=side.noise.sort(dim=-1).values), perfect)


def sin_cos(side: Side) -> Probe:
    """Sine and cosine of the angle; the worst is half a turn away."""
    perfect = torch.stack([side.target.sin(), side.target.cos()], dim=-1).to(side.like.dtype)
    return Probe(perfect, side.noise, -perfect, perfect - side.noise)


def box_xyxy(side: Side) -> Probe:
    """The box itself; random ones overlap it, the worst is far away."""
    perfect = side.target.to(side.like.dtype)
    size = perfect[..., 2:] - perfect[..., :2]
    sides, shift = torch.cat([size, size], dim=-1), side.noise[..., :2].tanh()
    random = perfect + 0.3 * sides * torch.cat([shift, shift], dim=-1)
    return Probe(perfect, random, perfect + 5 * sides, perfect - random)


def log(target: Tensor) -> Tensor:
    return target.float().clamp(min=1e-4).log()


def with_spread(location: Tensor) -> Tensor:
    return torch.stack([location, torch.full_like(location, SPREAD)], dim=-1)


def share(target: Tensor) -> Tensor:
    """The logit of a share, and a high log-precision."""
    logit = torch.logit(target, eps=1e-3)
    return torch.stack([logit, torch.full_like(logit, -SPREAD)], dim=-1)


def hurdle(target: Tensor) -> Tensor:
    """The logit of "above 0", and location and spread of the amount's logarithm."""
    gate = torch.where(target > 0, SURE, -SURE)
    return torch.cat([gate[..., None], with_spread(log(target))], dim=-1)


def spread(make: Callable[[Tensor], Tensor], worse: list[float], *, logit: bool = False) -> Kind:
    """A kind whose last output is a spread.

    Args:
        make: the perfect outputs of a target.
        worse: what makes them the worst ones, for each output.
        logit: the first output is a logit, whose worst is to be sure of the other side.
    """

    def kind(side: Side) -> Probe:
        perfect = make(side.target.to(side.like.dtype)).to(side.like.dtype)
        moved = torch.ones(side.like.shape[-1]).to(side.like)
        moved[-1] = 0  # a spread is not to be moved: it belongs to the error that there is
        random = (perfect + side.noise) * moved
        worst = perfect + torch.tensor(worse).to(side.like)
        if logit:
            worst[..., 0] = -perfect[..., 0].sign() * SURE
        return Probe(perfect, random, worst, (perfect - random) * moved)

    return kind


KINDS: dict[str, Kind] = {
    "logits": logits,
    "softmax-logits": softmax_logits,
    "level-logits": level_logits,
    "value": value,
    "log-rate": log_value,
    "log-value": log_value,
    "quantiles": quantiles,
    "sin-cos": sin_cos,
    "box-xyxy": box_xyxy,
    "mean-log-variance": spread(with_spread, [10.0, -SPREAD / 2]),
    "location-log-scale": spread(with_spread, [10.0, -SPREAD / 2]),
    "log-location-log-scale": spread(lambda target: with_spread(log(target)), [10.0, -SPREAD / 2]),
    "log-mean-log-dispersion": spread(lambda target: with_spread(log(target)), [10.0, -SPREAD / 2]),
    "logit-mean-log-precision": spread(share, [10.0, 0.0], logit=True),
    "hurdle-log-normal": spread(hurdle, [-10.0, 10.0, -SPREAD / 2], logit=True),
}
"""Each kind of output by its name in a contract."""
