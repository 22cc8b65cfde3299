"""ORPO: likelihood of the chosen answer, and the odds of both (Hong et al. 2024)."""

import torch
from losses.answer_mean import answer_mean
from torch import Tensor, nn

ODDS_WEIGHT = 0.1  # against nats per token


def criterion(log_probs: Tensor, counts: Tensor) -> dict[str, Tensor]:
    """Log-probabilities [B, 2, T], chosen first, and which tokens count -> each term."""
    likelihood = answer_mean(log_probs, counts)
    # An answer with probability 1 has infinite odds: kept just below.
    likelihood = torch.where(likelihood > -1e-6, likelihood.detach() - 1e-6, likelihood)
    chosen, rejected = (likelihood - torch.log(-torch.expm1(likelihood))).unbind(dim=1)
    nll = -log_probs[:, 0].masked_fill(~counts[:, 0], 0).sum() / counts[:, 0].sum().clamp(min=1)
    return {"nll": nll, "odds": -ODDS_WEIGHT * nn.functional.logsigmoid(chosen - rejected).mean()}
