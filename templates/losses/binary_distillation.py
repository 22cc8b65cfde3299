"""Knowledge distillation (Hinton et al. 2015, arXiv 1503.02531) for yes-or-no outputs."""

import torch.nn.functional as F
from torch import Tensor

TEMPERATURE = 4.0  # above 1 it shows how unsure the teacher was
HARD_WEIGHT = 0.1  # of the labels; the teacher gets the rest


def criterion(logits: Tensor, targets: Tensor, teacher_logits: Tensor) -> Tensor:
    """(1 - HARD_WEIGHT) * T**2 * KL(teacher, student) at temperature T + HARD_WEIGHT * BCE."""
    assert logits.shape == teacher_logits.shape, f"{logits.shape} != {teacher_logits.shape}"
    student, teacher = logits / TEMPERATURE, teacher_logits.detach() / TEMPERATURE
    yes = teacher.sigmoid() * (F.logsigmoid(teacher) - F.logsigmoid(student))
    no = (-teacher).sigmoid() * (F.logsigmoid(-teacher) - F.logsigmoid(-student))
    known = ~targets.isnan()  # what has no label still has its teacher
    hard = F.binary_cross_entropy_with_logits(logits[known], targets[known], reduction="sum")
    soft_weight = (1 - HARD_WEIGHT) * TEMPERATURE**2
    return soft_weight * (yes + no).mean() + HARD_WEIGHT * hard / known.sum().clamp(min=1)
