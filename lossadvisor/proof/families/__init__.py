"""Special checks, by family of losses: a contract or a card names those that apply."""

from __future__ import annotations

from collections.abc import Callable

from lossadvisor.proof.families import (
    adversarial,
    classes,
    columns,
    denoising,
    detection,
    images,
    language,
    language_losses,
    latents,
    metric,
    pairs,
    places,
    policy_gradient,
    preference,
    scale,
    segmentation,
    translation,
)
from lossadvisor.proof.subject import Subject

__all__ = ["FAMILIES"]

FAMILIES: dict[str, Callable[[Subject], str]] = {
    **adversarial.CHECKS,
    **classes.CHECKS,
    **columns.CHECKS,
    **denoising.CHECKS,
    **detection.CHECKS,
    **images.CHECKS,
    **language.CHECKS,
    **language_losses.CHECKS,
    **latents.CHECKS,
    **metric.CHECKS,
    **pairs.CHECKS,
    **places.CHECKS,
    **policy_gradient.CHECKS,
    **preference.CHECKS,
    **scale.CHECKS,
    **segmentation.CHECKS,
    **translation.CHECKS,
}
"""Every special check by its name."""
