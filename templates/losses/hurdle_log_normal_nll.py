"""Negative log-likelihood of an amount that is zero, or else log-normal."""

import math

import torch.nn.functional as F
from losses.spread import location_and_spread
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Logit of "above 0", mean and log-scale of the log [..., 3], targets [...] -> scalar."""
    positive = target > 0
    gate = F.binary_cross_entropy_with_logits(
        prediction[..., 0], positive.to(prediction), reduction="sum"
    )
    location, log_scale = location_and_spread(prediction[positive][:, 1:])
    log_target = target[positive].log()  # zeros are left out before the log, not after it
    z = (log_target - location) * (-log_scale).exp()
    amount = log_target + log_scale + z.square() / 2 + math.log(2 * math.pi) / 2
    return (gate + amount.sum()) / target.numel()
