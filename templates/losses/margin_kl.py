"""KL divergence between the preferences of teacher and student."""

import torch
import torch.nn.functional as F
from torch import Tensor

TEMPERATURE = 1.0  # above 1 it softens the teacher's preference


def criterion(anchors: Tensor, positives: Tensor, negatives: Tensor, margins: Tensor) -> Tensor:
    """[B, D] each; margins [B] float: the teacher's score of the positive minus the negative's."""
    student = (anchors * (positives - negatives)).sum(dim=-1) / TEMPERATURE
    teacher = margins / TEMPERATURE
    student, teacher = (torch.stack([x, -x]) for x in (student, teacher))  # preferred, or not
    kl = F.kl_div(F.logsigmoid(student), F.logsigmoid(teacher), log_target=True, reduction="sum")
    return TEMPERATURE**2 * kl / len(margins)
