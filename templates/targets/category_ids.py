"""Category ids as COCO has them (from 1, with gaps) to class numbers."""

import torch
from torch import Tensor

CATEGORIES = [[1, "cat"], [3, "dog"], [7, "cow"]]  # the place is its number  #: set categories


def to_ids(labels: Tensor) -> Tensor:
    """Toy data as it is stored: the ids of class numbers [B, M], -100 where there is no object."""
    ids = torch.tensor([category for category, _ in CATEGORIES])
    return ids[labels.clamp(min=0)].where(labels >= 0, labels)


def from_ids(category_ids: Tensor) -> Tensor:
    """Category ids [B, M] int64 (-100: no object) -> class numbers 0 to C-1, -100 stays."""
    ids = torch.tensor([category for category, _ in CATEGORIES], device=category_ids.device)
    index = torch.searchsorted(ids, category_ids.contiguous()).clamp(max=len(ids) - 1)
    none = category_ids == -100
    assert ((ids[index] == category_ids) | none).all(), "an id is not in CATEGORIES"
    return index.masked_fill(none, -100)
