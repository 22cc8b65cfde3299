"""Special checks of generative models."""

from __future__ import annotations

from collections.abc import Callable

from lossadvisor.proof.families import adversarial, denoising, latents
from lossadvisor.proof.subject import Subject

CHECKS: dict[str, Callable[[Subject], str]] = {**latents.CHECKS, **adversarial.CHECKS, **denoising.CHECKS}
