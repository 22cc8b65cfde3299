"""MarginMSE (Hofstätter et al. 2020, arXiv 2010.02666)."""

import torch.nn.functional as F
from torch import Tensor


def criterion(anchors: Tensor, positives: Tensor, negatives: Tensor, margins: Tensor) -> Tensor:
    """[B, D] each; margins [B] float: the teacher's score of the positive minus the negative's."""
    return F.mse_loss((anchors * (positives - negatives)).sum(dim=-1), margins)
