"""Lists of class indices, one per token, to padded rows."""

import torch
from torch import Tensor

LENGTH = 12  # tokens per sequence, padding included


def store(class_index: Tensor) -> list:
    """Toy data in the stored format: for each sequence the class indices of its real tokens."""
    return [row[row != -100].tolist() for row in class_index]


def convert(label_lists: list) -> Tensor:
    """Lists of class indices -> [B, T] int64, with -100 at padding."""
    assert max(map(len, label_lists)) <= LENGTH, "a sequence has more labels than tokens"
    rows = [labels + [-100] * (LENGTH - len(labels)) for labels in label_lists]
    return torch.tensor(rows, dtype=torch.int64)
