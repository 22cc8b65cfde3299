"""The names of no and yes to 0 and 1."""

import torch
from torch import Tensor

CLASS_NAMES = ["no", "yes"]  #: set class_names


def store(labels: Tensor) -> list:
    """Toy data in the stored format: a name per sample."""
    names = dict(enumerate(CLASS_NAMES))
    #: if incomplete
    return [None if label != label else names[int(label)] for label in labels.tolist()]
    #: else
    return [names[int(label)] for label in labels.tolist()]
    #: end


def convert(class_name: list) -> Tensor:
    """Names, one per sample -> labels 0 and 1 [B] float32."""
    numbers = {name: float(number) for number, name in enumerate(CLASS_NAMES)}
    numbers[None] = float("nan")  # no label  #: if incomplete
    unknown = set(class_name) - set(numbers)
    assert not unknown, f"not in CLASS_NAMES: {unknown}"
    return torch.tensor([numbers[name] for name in class_name], dtype=torch.float32)
