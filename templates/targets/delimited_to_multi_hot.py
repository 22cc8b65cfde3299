"""Label names, several in one string, to multi-hot rows."""

import torch
from torch import Tensor

SEPARATOR = ";"  #: set separator
CLASS_NAMES = ["indoor", "night", "people"]  # in the order of the columns  #: set class_names


def store(labels: Tensor) -> list:
    """Toy data in the stored format: for each sample the names of the labels that are on."""
    lists = [[CLASS_NAMES[number] for number in (row == 1).nonzero()] for row in labels]
    #: if incomplete
    strings = [SEPARATOR.join(names) for names in lists]
    unknown = labels.isnan().all(dim=1)
    return [None if gone else string for gone, string in zip(unknown, strings, strict=True)]
    #: else
    return [SEPARATOR.join(names) for names in lists]
    #: end


def convert(strings: list) -> Tensor:
    """Names in strings -> multi-hot rows [B, L] float32: what is not named is off."""
    labels = torch.zeros(len(strings), len(CLASS_NAMES))
    for row, string in zip(labels, strings, strict=True):
        #: if incomplete
        if string is None:  # this sample was not labelled
            row.fill_(float("nan"))
            continue
        #: end
        names = {name.strip() for name in string.split(SEPARATOR)} - {""}
        assert names <= set(CLASS_NAMES), f"not in CLASS_NAMES: {names - set(CLASS_NAMES)}"
        row[[CLASS_NAMES.index(name) for name in names]] = 1.0
    return labels
