"""Negative log-likelihood of a von Mises distribution: a normal one on the circle."""

import math

import torch
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Sines and cosines [..., 2] times the concentration, angles [...] in radians -> scalar."""
    concentration = prediction.norm(dim=-1)
    sine, cosine = prediction.unbind(dim=-1)
    aligned = sine * target.sin() + cosine * target.cos()
    log_bessel = torch.special.i0e(concentration).log() + concentration
    return (log_bessel - aligned).mean() + math.log(2 * math.pi)
