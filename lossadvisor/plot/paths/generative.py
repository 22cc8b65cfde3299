"""Scores of a discriminator, images, latents and codes, timesteps of diffusion."""

from __future__ import annotations

import torch
from torch import Tensor

from lossadvisor.plot.paths.found import right
from lossadvisor.plot.paths.path import Layout, Numbers, Path, given
from lossadvisor.proof.subject import Subject, Tensors


def fake_score(subject: Subject, numbers: Numbers) -> Path:
    """The discriminator's loss, a real sample's score fixed."""
    real = torch.tensor([numbers["other_score"]])
    return Path(lambda place: (real, place[None]))


def generator_score(subject: Subject, numbers: Numbers) -> Path:
    """The generator's loss."""
    return Path(lambda place: (place[None],), "generator_loss")


def pixel_residual(subject: Subject, numbers: Numbers) -> Path:
    """The true image, every pixel off by the same."""
    sample = right(subject)
    image = sample.targets[0]
    return sample.but("prediction", lambda place: image + place)


def patch_score(subject: Subject, numbers: Numbers) -> Path:
    """The image is right; every patch of it has the same score."""
    sample = right(subject)
    zeros = torch.zeros_like(sample.outputs["scores"])
    return sample.but("scores", lambda place: zeros + place)


def latent(name: str) -> Layout:
    """The image is right; all latents are equal, and carry nothing but what moves."""

    def layout(subject: Subject, numbers: Numbers) -> Path:
        sample = right(subject)
        zeros = torch.zeros_like(sample.outputs[name])
        return sample.but(name, lambda place: zeros + place)

    return layout


def code_distance(subject: Subject, numbers: Numbers) -> Path:
    """The image is right; the latents are off their codes, by the same in each dimension."""
    sample = right(subject)
    latents = sample.outputs["latents"]
    return sample.but("latents", lambda place: latents + place)


def log_snr(subject: Subject, numbers: Numbers) -> Path:
    """An error in the clean image, as the error of what the model predicts at a timestep of that signal-to-noise ratio.

    With signal a and noise s (a² + s² = 1, for flows a + s = 1): noise is off by a/s, a velocity by 1/s, for each unit.
    """
    zeros = torch.zeros_like(subject.targets[:1])
    error, kind = numbers["image_error"], subject.promised_outputs["prediction"]["kind"]
    steps = "TIMES" in subject.constants  # a flow has none: its time is a share

    def arguments(place: Tensor) -> Tensors:
        ratio = (place / 2).exp()  # signal / noise
        per_unit = {
            "noise": ratio,
            "velocity": (1 + ratio**2).sqrt() if steps else 1 + ratio,
            "value": torch.ones(()),
        }[kind]
        return (zeros + error * per_unit, *given(subject, target=zeros, snr=(ratio**2)[None]))

    return Path(arguments)


PATHS: dict[str, Layout] = {
    "fake_score": fake_score,
    "generator_score": generator_score,
    "pixel_residual": pixel_residual,
    "patch_score": patch_score,
    "latent_mean": latent("latent_mean"),
    "latent_log_variance": latent("latent_log_variance"),
    "code_distance": code_distance,
    "log_snr": log_snr,
}
