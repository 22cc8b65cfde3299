"""Outputs of generative models: latents, codes, scores of real and fake samples, noise and velocities."""

from __future__ import annotations

import torch

from lossadvisor.proof.kinds.common import value
from lossadvisor.proof.kinds.probe import Kind, Probe, Side, certain


def latent(side: Side) -> Probe:
    """Latents without a message, a mean and a log-variance of 0, cost nothing; what they carry is paid in nats."""
    return Probe(torch.zeros_like(side.like), side.noise, side.like + 10, -side.noise)


def paired(side: Side) -> Probe:
    """Latents on their codes; the worst lie far off. Latents and codes move in contrary directions."""
    sign = -1 if side.position % 2 else 1
    return Probe(torch.zeros_like(side.like), sign * side.noise, side.like + sign * 10, -sign * side.noise)


def scores(sign: float) -> Kind:
    """Scores that are sure, as sure as the loss likes them; the worst are sure of the contrary."""

    def kind(side: Side) -> Probe:
        sure = certain(side, torch.full_like(side.like, sign))
        perfect = min(side.like, sure.perfect, key=side.loss)  # least squares want fake samples at 0
        return sure._replace(perfect=perfect, way=perfect - sure.random)

    return kind


KINDS: dict[str, Kind] = {
    "latent-mean": latent,
    "latent-log-variance": latent,
    "latents": paired,
    "codes": paired,
    "real-scores": scores(1),
    "fake-scores": scores(-1),
    "noise": value,
    "velocity": value,
}
"""Each kind of output by its name in a contract."""
