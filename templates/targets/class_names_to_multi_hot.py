"""Lists of label names to multi-hot rows."""

import torch
from torch import Tensor

CLASS_NAMES = ["indoor", "night", "people"]  # in the order of the columns  #: set class_names


def store(labels: Tensor) -> list:
    """Toy data in the stored format: for each sample the names of the labels that are on."""
    #: if incomplete
    lists = [[CLASS_NAMES[number] for number in (row == 1).nonzero()] for row in labels]
    unknown = labels.isnan().all(dim=1)
    return [None if gone else names for gone, names in zip(unknown, lists, strict=True)]
    #: else
    return [[CLASS_NAMES[number] for number in (row == 1).nonzero()] for row in labels]
    #: end


def convert(name_lists: list) -> Tensor:
    """Lists of label names -> multi-hot rows [B, L] float32: what is not listed is off."""
    labels = torch.zeros(len(name_lists), len(CLASS_NAMES))
    for row, names in zip(labels, name_lists, strict=True):
        #: if incomplete
        if names is None:  # this sample was not labelled
            row.fill_(float("nan"))
            continue
        #: end
        unknown = set(names) - set(CLASS_NAMES)
        assert not unknown, f"not in CLASS_NAMES: {unknown}"
        row[[CLASS_NAMES.index(name) for name in names]] = 1.0
    return labels
