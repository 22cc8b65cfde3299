"""What predict() tells of a distribution, beside the one whose likelihood the loss takes: by integration."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from lossadvisor.proof import draws
from lossadvisor.proof.inference_checks import decided, other_units
from lossadvisor.proof.subject import Failed, Subject

POINTS = 801
CLOSE = 0.02
NARROW = 0.3
"""How far the parameters of the distribution are from zero: far out, the grid would miss a part of it."""
SHARPER = {"fraction": 2.0}
"""By how much more precise: losses of fractions clamp what lies at the edges."""
SPREADS = ("std", "scale")
"""What a unit stretches, and does not shift."""


def told_spread(subject: Subject) -> str:
    """A spread or a mean that predict() tells, and that the distribution of the loss does not have."""
    (random,) = subject.probes.random
    target = subject.promised_targets["target"]
    row = (NARROW * draws.noise(random[:1], 71)).flatten(0, -2)[0]
    row[-1] += SHARPER.get(target["kind"], 0.0)
    prediction = row.expand_as(random)
    values, widths = grid(target["kind"], zero=target["range"].startswith("["))
    known = summaries(values, likelihood(subject, prediction, values) * widths)
    if "scale" in subject.proof["tells"]:
        known["scale"] = known["quartile"] / upper_quartile(subject.constants.get("DF", 1.0))
    with other_units(subject):
        told = [part.flatten()[0].item() for part in decided(subject, (prediction,))]
        names = vars(subject.module)
        mean, std = names.get("MEAN", 0.0), names.get("STD", 1.0)
    seen = dict(zip(subject.proof["tells"], told, strict=True))
    for name, value in seen.items():
        wanted = known[name] if name == "positive" else known[name] * std + (0.0 if name in SPREADS else mean)
        if not math.isclose(value, wanted, rel_tol=CLOSE, abs_tol=1e-3):
            raise Failed(f"predict() tells {value:.4g} for the {name} of a distribution in which it is {wanted:.4g}")
    return ", ".join(f"{name} {value:.4g}" for name, value in seen.items())


def grid(kind: str, *, zero: bool) -> tuple[Tensor, Tensor]:
    """Values of targets of a kind, amounts with or without zero, and how much of the axis each stands for."""
    if kind == "count":
        return torch.arange(POINTS, dtype=torch.float32), torch.ones(POINTS)
    reach = 40.0 if kind == "value" else 14.0
    line = torch.linspace(-reach, reach, POINTS)
    step = line[1] - line[0]
    if kind == "value":
        return line, step.expand(POINTS)
    if kind == "fraction":
        return line.sigmoid(), step * line.sigmoid() * (-line).sigmoid()
    values, widths = line.exp(), step * line.exp()
    return (torch.cat([torch.zeros(1), values]), torch.cat([torch.ones(1), widths])) if zero else (values, widths)


def likelihood(subject: Subject, prediction: Tensor, values: Tensor) -> Tensor:
    """How likely each value is, up to a factor: all samples of the batch have this target and this prediction."""
    losses = [subject.value((prediction,), torch.full_like(subject.targets, value)) for value in values.tolist()]
    return torch.tensor(losses, dtype=torch.float64).nan_to_num(math.inf).neg().exp()


def summaries(values: Tensor, shares: Tensor) -> dict[str, float]:
    """What there is to tell of a distribution."""
    values, shares = values.double(), shares / shares.sum()
    mean = (values * shares).sum()
    below = shares.cumsum(0) - shares / 2

    def quantile(share: float) -> float:
        after = int(torch.searchsorted(below, share))
        left, right = below[after - 1], below[after]
        return float(torch.lerp(values[after - 1], values[after], (share - left) / (right - left)))

    return {
        "mean": float(mean),
        "std": float(((values - mean).square() * shares).sum().sqrt()),
        "median": quantile(0.5),
        "low": quantile(0.05),
        "high": quantile(0.95),
        "quartile": quantile(0.75) - quantile(0.5),
        "positive": float(shares[values > 0].sum()),
    }


def upper_quartile(freedom: float) -> float:
    """Of Student's t distribution with a scale of 1."""
    values = torch.linspace(0, 200, 400_001, dtype=torch.float64)
    below = (1 + values.square() / freedom).pow(-(freedom + 1) / 2).cumsum(0)
    return float(values[int(torch.searchsorted(below, below[-1] / 2))])


CHECKS: dict[str, Callable[[Subject], str]] = {"told-spread": told_spread}
"""Each by its name in a card."""
