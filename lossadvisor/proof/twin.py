"""An edited program beside its twin: what was generated for the same loss and contract, with the same constants."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from lossadvisor.proof import draws
from lossadvisor.proof.subject import Failed, NotChecked, Subject, Tensors

CLOSE = 1e-3
"""By how much two ways to compute one loss may differ, as a share of it."""


def generated_value(subject: Subject) -> str:
    """A term, a weight or a reduction that is not as generated: on the same predictions both must score the same.

    The constants are those of the program: they are its user's to choose.
    """
    if subject.twin is None:
        raise NotChecked("what was generated is not known")
    try:
        twin = subject.twin()
        wanted = [values(twin, outputs, subject.given) for outputs in probes(subject)]
    except Exception as error:  # noqa: BLE001 - it was not made for these tensors
        raise NotChecked(f"what was generated does not take these tensors: {error}") from None
    seen = [values(subject, outputs, subject.given) for outputs in probes(subject)]
    wrong = [name for name in wanted[0] if not all(close(*pair) for pair in pairs(name, seen, wanted))]
    if wrong:
        raise Failed("; ".join(told(name, pairs(name, seen, wanted)) for name in wrong))
    return ", ".join(f"{value:.4f}" for value in seen[0].values())


def probes(subject: Subject) -> tuple[Tensors, Tensors]:
    """Predictions that are neither right nor wrong everywhere."""
    return subject.probes.random, subject.probes.way


def values(subject: Subject, outputs: Tensors, targets: Tensors) -> dict[str, float]:
    """Each term of the loss, or the whole."""
    draws.reseed()
    if hasattr(subject.module, "loss_terms"):
        return subject.terms(outputs, *targets)
    return {"the loss": subject.value(outputs, *targets)}


def pairs(
    name: str, seen: Sequence[Mapping[str, float]], wanted: Sequence[Mapping[str, float]]
) -> list[tuple[float, float]]:
    """What a term is and what it should be, on each of the predictions; a term that is missing is NaN."""
    return [(one.get(name, math.nan), other[name]) for one, other in zip(seen, wanted, strict=True)]


def close(value: float, wanted: float) -> bool:
    return math.isclose(value, wanted, rel_tol=CLOSE, abs_tol=1e-6) or not math.isfinite(wanted)


def told(name: str, found: Sequence[tuple[float, float]]) -> str:
    """By what a term differs from what was generated: by a factor, if it is the same everywhere."""
    value, wanted = found[0]
    factors = [value / wanted for value, wanted in found if wanted]
    same = factors and all(math.isclose(factor, factors[0], rel_tol=CLOSE) for factor in factors)
    times = f", {factors[0]:.4g} times as much" if same else ""
    return f"{name} is {value:.4f}{times}: {wanted:.4f} was generated"
