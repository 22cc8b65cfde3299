"""Knowledge distillation (Hinton et al. 2015, arXiv 1503.02531)."""

import torch.nn.functional as F
from torch import Tensor

TEMPERATURE = 4.0  # above 1 it shows what the teacher thinks of the wrong classes
HARD_WEIGHT = 0.1  # of the labels; the teacher gets the rest


def criterion(logits: Tensor, targets: Tensor, teacher_logits: Tensor) -> Tensor:
    """(1 - HARD_WEIGHT) * T**2 * KL(teacher, student) at temperature T + HARD_WEIGHT * CE."""
    assert logits.shape == teacher_logits.shape, f"{logits.shape} != {teacher_logits.shape}"
    student = (logits / TEMPERATURE).log_softmax(dim=1)
    teacher = (teacher_logits.detach() / TEMPERATURE).log_softmax(dim=1)
    soft = F.kl_div(student, teacher, log_target=True, reduction="batchmean")
    labelled = (targets != -100).sum().clamp(min=1)  # a sample without a label has its teacher
    hard = F.cross_entropy(logits, targets, reduction="sum") / labelled
    return (1 - HARD_WEIGHT) * TEMPERATURE**2 * soft + HARD_WEIGHT * hard
