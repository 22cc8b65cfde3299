"""Reverse KL divergence from a teacher: the student says only what the teacher would say."""

import torch.nn.functional as F
from torch import Tensor

TEMPERATURE = 1.0


def criterion(logits: Tensor, teacher_logits: Tensor) -> Tensor:
    """Logits [N, V] float32 of student and teacher -> T**2 * KL(student, teacher), per token."""
    student = (logits / TEMPERATURE).log_softmax(dim=1)
    teacher = (teacher_logits.detach() / TEMPERATURE).log_softmax(dim=1)
    total = F.kl_div(teacher, student, reduction="sum", log_target=True)  # KL(student, teacher)
    return TEMPERATURE**2 * total / max(len(logits), 1)
