"""Generalized Jensen-Shannon divergence (Agarwal et al. 2023, arXiv 2306.13649)."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

TEMPERATURE = 1.0
BETA = 0.5  # 0.5 is symmetric; towards 0 it acts like the forward KL, towards 1 like the reverse


def criterion(logits: Tensor, teacher_logits: Tensor) -> Tensor:
    """Logits [N, V] float32 of student and teacher -> their distance to a mixture, per token."""
    student = (logits / TEMPERATURE).log_softmax(dim=1)
    teacher = (teacher_logits.detach() / TEMPERATURE).log_softmax(dim=1)
    parts = torch.stack([teacher + math.log(BETA), student + math.log(1 - BETA)])
    mixture = parts.logsumexp(dim=0)
    from_teacher = F.kl_div(mixture, teacher, reduction="sum", log_target=True)
    from_student = F.kl_div(mixture, student, reduction="sum", log_target=True)
    return (BETA * from_teacher + (1 - BETA) * from_student) / max(len(logits), 1)
