"""Class names to class indices."""

import torch
from torch import Tensor

CLASS_NAMES = ["bird", "cat", "dog"]  # in the order of their numbers  #: set class_names


def store(class_index: Tensor) -> list:
    """Toy data in the stored format: a class name per sample."""
    names = dict(enumerate(CLASS_NAMES))
    names[-100] = None  #: if incomplete
    return [names[index] for index in class_index.tolist()]


def convert(class_name: list) -> Tensor:
    """Class names, one per sample -> class indices [B] int64."""
    numbers = {name: number for number, name in enumerate(CLASS_NAMES)}
    numbers[None] = -100  # no label  #: if incomplete
    unknown = set(class_name) - set(numbers)
    assert not unknown, f"not in CLASS_NAMES: {unknown}"
    return torch.tensor([numbers[name] for name in class_name], dtype=torch.int64)
