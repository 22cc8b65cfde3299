"""Lists of class names, one per token, to padded class indices."""

import torch
from torch import Tensor

CLASS_NAMES = ["O", "B-PER", "I-PER"]  # in the order of their numbers  #: set class_names
LENGTH = 12  # tokens per sequence, padding included


def store(class_index: Tensor) -> list:
    """Toy data in the stored format: for each sequence the class names of its real tokens."""
    return [[CLASS_NAMES[index] for index in row[row != -100]] for row in class_index]


def convert(name_lists: list) -> Tensor:
    """Lists of class names (None: no label) -> class indices [B, T] int64, with -100 at padding."""
    numbers = {None: -100, **{name: number for number, name in enumerate(CLASS_NAMES)}}
    unknown = {name for names in name_lists for name in names} - set(numbers)
    assert not unknown, f"not in CLASS_NAMES: {unknown}"
    assert max(map(len, name_lists)) <= LENGTH, "a sequence has more labels than tokens"
    rows = [[numbers[name] for name in names] for names in name_lists]
    rows = [labels + [-100] * (LENGTH - len(labels)) for labels in rows]
    return torch.tensor(rows, dtype=torch.int64)
