"""Outputs of image-to-image networks: images, scores of patches, stylized pictures."""

from __future__ import annotations

import torch
from torch import Tensor

from lossadvisor.proof.kinds.probe import Kind, Probe, Side, certain, exact


def against(side: Side, image: Tensor) -> Probe:
    """An image; random ones are noisy, the worst is its negative and far too bright."""
    return exact(side, image, far=10 - 2 * image)


def image(side: Side) -> Probe:
    """The true image."""
    return against(side, side.target)


def image_of_a(side: Side) -> Probe:
    """The image of the first domain: the target."""
    return against(side, side.targets["target"])


def image_of_b(side: Side) -> Probe:
    """The image of the second domain."""
    return against(side, side.targets["b"])


def patch_scores(side: Side) -> Probe:
    """Scores of made images: the perfect ones pass for real, as surely as the loss likes it."""
    return certain(side, torch.ones_like(side.like))


def stylized_image(side: Side) -> Probe:
    """The content image, which is one side of the compromise; noise is neither content nor style."""
    return exact(side, side.target, far=10 * side.noise)


KINDS: dict[str, Kind] = {
    "image": image,
    "image-of-a": image_of_a,
    "image-of-b": image_of_b,
    "patch-scores": patch_scores,
    "stylized-image": stylized_image,
}
"""Each kind of output by its name in a contract."""
