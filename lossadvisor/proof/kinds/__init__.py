"""How a perfect, a random and the worst prediction are made, for each kind of model output."""

from __future__ import annotations

from lossadvisor.proof.kinds import common, detection, generative, images, language, metric, pairs, preference
from lossadvisor.proof.kinds.probe import Kind, Probe, Side

__all__ = ["KINDS", "Kind", "Probe", "Side"]

KINDS: dict[str, Kind] = {
    **common.KINDS,
    **detection.KINDS,
    **generative.KINDS,
    **images.KINDS,
    **language.KINDS,
    **metric.KINDS,
    **pairs.KINDS,
    **preference.KINDS,
}
"""Every kind by its name in a contract."""
