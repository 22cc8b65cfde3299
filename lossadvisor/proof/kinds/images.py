"""Outputs of image-to-image networks: images, scores of patches, stylized pictures."""

from __future__ import annotations

import torch

from lossadvisor.proof.kinds.probe import Kind, Probe, Side, certain, exact


def image(side: Side) -> Probe:
    """The true image; random ones are noisy, the worst is its negative and far too bright."""
    return exact(side, side.target, far=10 - 2 * side.target)


def image_again(side: Side) -> Probe:
    """An output beside the prediction that should be the same image."""
    return image(side._replace(given=side.targets["target"]))


def patch_scores(side: Side) -> Probe:
    """Scores of made images: the perfect ones pass for real, as surely as the loss likes it."""
    return certain(side, torch.ones_like(side.like))


def stylized_image(side: Side) -> Probe:
    """The content image, which is one side of the compromise; noise is neither content nor style."""
    return exact(side, side.target, far=10 * side.noise.sign())


KINDS: dict[str, Kind] = {
    "image": image,
    "image-again": image_again,
    "patch-scores": patch_scores,
    "stylized-image": stylized_image,
}
"""Each kind of output by its name in a contract."""
