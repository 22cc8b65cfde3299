"""Lists of label numbers to multi-hot rows."""

import torch
from torch import Tensor

NUM_LABELS = 3  #: set num_classes


def store(labels: Tensor) -> list:
    """Toy data in the stored format: for each sample the numbers of the labels that are on."""
    #: if incomplete
    lists = [(row == 1).nonzero().flatten().tolist() for row in labels]
    unknown = labels.isnan().all(dim=1)
    return [None if gone else numbers for gone, numbers in zip(unknown, lists, strict=True)]
    #: else
    return [(row == 1).nonzero().flatten().tolist() for row in labels]
    #: end


def convert(label_lists: list) -> Tensor:
    """Lists of label numbers -> multi-hot rows [B, L] float32: what is not listed is off."""
    labels = torch.zeros(len(label_lists), NUM_LABELS)
    for row, numbers in zip(labels, label_lists, strict=True):
        #: if incomplete
        if numbers is None:  # this sample was not labelled
            row.fill_(float("nan"))
            continue
        #: end
        assert all(0 <= number < NUM_LABELS for number in numbers), f"outside 0 .. L-1: {numbers}"
        row[numbers] = 1.0
    return labels
