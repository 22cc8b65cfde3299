"""Negative log-likelihood of an amount that is zero, or else log-normal."""

import math

import torch
import torch.nn.functional as F
from losses.spread import SPREAD_LIMIT
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Logit of "above 0", mean and log-scale of the log [..., 3], targets [...] -> scalar."""
    logit, location, log_scale = prediction.unbind(dim=-1)
    log_scale = log_scale.clamp(-SPREAD_LIMIT, SPREAD_LIMIT)
    positive = target > 0
    log_target = torch.where(positive, target, 1).log()  # zeros are left out before the log
    z = (log_target - location) * (-log_scale).exp()
    amount = log_target + log_scale + z.square() / 2 + math.log(2 * math.pi) / 2
    gate = F.binary_cross_entropy_with_logits(logit, positive.to(logit))
    return gate + torch.where(positive, amount, 0).mean()
