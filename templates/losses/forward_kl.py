"""Forward KL divergence from a teacher: the student covers all that the teacher may say."""

import torch.nn.functional as F
from torch import Tensor

TEMPERATURE = 2.0  # above 1 it shows what the teacher thinks of the unlikely tokens


def criterion(logits: Tensor, teacher_logits: Tensor) -> Tensor:
    """Logits [N, V] float32 of student and teacher -> T**2 * KL(teacher, student), per token."""
    student = (logits / TEMPERATURE).log_softmax(dim=1)
    teacher = (teacher_logits.detach() / TEMPERATURE).softmax(dim=1)
    total = F.kl_div(student, teacher, reduction="sum")  # KL(second, exp(first))
    return TEMPERATURE**2 * total / max(len(logits), 1)
