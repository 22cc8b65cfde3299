"""Numbers, spreads, shares, angles and boxes."""

from __future__ import annotations

import torch
from torch import Tensor

from lossadvisor.plot.paths.path import Layout, Numbers, Path, given, like, moving
from lossadvisor.proof.subject import Subject

GATE = 4.0
"""Logit of "there is an amount", where there is one."""
BOX = (0.4, 0.4, 0.6, 0.6)


def residual(subject: Subject, numbers: Numbers) -> Path:
    """All targets are 0, and all predictions equal."""
    zeros = like(subject)
    return moving(lambda place: zeros + place, *given(subject, target=zeros))


def quantile_residual(subject: Subject, numbers: Numbers) -> Path:
    """All quantiles lie on the target, but for the highest."""
    zeros = like(subject)
    highest = torch.arange(zeros.shape[-1]) == zeros.shape[-1] - 1
    return moving(lambda place: zeros + torch.where(highest, place, 0.0), *given(subject, target=zeros[..., 0]))


def log_ratio(subject: Subject, numbers: Numbers) -> Path:
    """Predictions are logarithms, targets amounts."""
    amount = torch.full_like(like(subject), numbers["amount"])
    return moving(lambda place: amount.log() + place, *given(subject, target=amount))


def fraction_logit(subject: Subject, numbers: Numbers) -> Path:
    """All shares are equal, and all logits."""
    zeros = like(subject)
    return moving(lambda place: zeros + place, *given(subject, target=zeros + numbers["share"]))


def outputs(subject: Subject, target: float, start: list[float], moved: int) -> Path:
    """Several outputs for one target, one of which moves.

    Args:
        start: the outputs where the place is 0.
        moved: the one that moves.
    """
    zeros = like(subject)
    fixed = zeros + torch.tensor(start)
    direction = torch.zeros(len(start))
    direction[moved] = 1.0
    return moving(lambda place: fixed + place * direction, *given(subject, target=zeros[..., 0] + target))


def mean_residual(subject: Subject, numbers: Numbers) -> Path:
    return outputs(subject, 0.0, [0.0, 0.0], 0)


def log_spread(subject: Subject, numbers: Numbers) -> Path:
    return outputs(subject, 0.0, [numbers["error"], 0.0], 1)


def on_log_scale(subject: Subject, amount: float, error: float, moved: int) -> Path:
    """The gate where there is one, the logarithm of the mean, the logarithm of the dispersion."""
    middle = float(torch.tensor(amount).log()) + error
    size = like(subject).shape[-1]
    return outputs(subject, amount, [GATE, middle, 0.0][-size:], moved)


def mean_log_ratio(subject: Subject, numbers: Numbers) -> Path:
    return on_log_scale(subject, numbers["amount"], 0.0, -2)


def log_dispersion(subject: Subject, numbers: Numbers) -> Path:
    return on_log_scale(subject, numbers["amount"], numbers["error"], -1)


def gate_logit(subject: Subject, numbers: Numbers) -> Path:
    middle = float(torch.tensor(numbers["amount"]).log())
    return outputs(subject, numbers["amount"], [0.0, middle, 0.0], 0)


def share_logit(subject: Subject, numbers: Numbers) -> Path:
    return outputs(subject, numbers["share"], [0.0, numbers["log_precision"]], 0)


def angle_error(subject: Subject, numbers: Numbers) -> Path:
    """Sine and cosine of an angle that should be 1."""
    target = like(subject)[..., 0] + 1.0

    def prediction(place: Tensor) -> Tensor:
        return torch.stack([(target + place).sin(), (target + place).cos()], dim=-1)

    return moving(prediction, *given(subject, target=target))


def box_shift(subject: Subject, numbers: Numbers) -> Path:
    """A box of the right size, shifted along x."""
    box = torch.tensor([BOX])
    along = torch.tensor([BOX[2] - BOX[0], 0.0, BOX[2] - BOX[0], 0.0])
    return moving(lambda place: box + place * along, *given(subject, target=box))


def box_width(subject: Subject, numbers: Numbers) -> Path:
    """A box at the right place and of the right height; with a width below 0 its sides are swapped."""
    middle, half = (BOX[0] + BOX[2]) / 2, (BOX[2] - BOX[0]) / 2
    box, across = torch.tensor([[middle, BOX[1], middle, BOX[3]]]), torch.tensor([-half, 0.0, half, 0.0])
    return moving(lambda place: box + place * across, *given(subject, target=torch.tensor([BOX])))


PATHS: dict[str, Layout] = {
    "residual": residual,
    "quantile_residual": quantile_residual,
    "log_ratio": log_ratio,
    "fraction_logit": fraction_logit,
    "mean_residual": mean_residual,
    "log_spread": log_spread,
    "mean_log_ratio": mean_log_ratio,
    "log_dispersion": log_dispersion,
    "gate_logit": gate_logit,
    "share_logit": share_logit,
    "angle_error": angle_error,
    "box_shift": box_shift,
    "box_width": box_width,
}
