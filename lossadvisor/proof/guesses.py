"""What a wrong loss is doing: guesses that are put to the test against the loss that was generated.

A guess predicts the value of the program's loss from the right one. Where it is right for several predictions it is the
cause, however the program is written.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch

from lossadvisor.proof.mistakes import Loss, Tensors, guesses

TOLERANCE = 1e-4
LEAST = 20 * TOLERANCE
"""A factor nearer to 1, or a summand nearer to 0, may be anything."""


class Found(NamedTuple):
    """The mistake that explains what was seen."""

    cause: str
    fix: str
    names: tuple[str, ...] = ()


def explain(
    seen: Loss, right: Loss, samples: Sequence[tuple[Tensors, Tensors]], sizes: Mapping[str, int]
) -> Found | None:
    """The mistake that explains the values of `seen` for all samples of (outputs, targets), if one does.

    Args:
        sizes: of the batch, by the symbols of the contract.
    """
    values = [seen(*sample) for sample in samples]
    expected = [right(*sample) for sample in samples]
    if alike(values, expected) or not all(map(math.isfinite, expected)):
        return None
    if (found := scaled(values, expected, {**sizes, **known_share(samples[0][1])})) is not None:
        return found
    for guess in guesses(*samples[0]):
        try:
            guessed = [guess.loss(right, *sample) for sample in samples]
        except Exception:  # noqa: BLE001, S112 - a change that makes no sense for this loss
            continue
        if alike(values, guessed):
            return Found(guess.cause, guess.fix, guess.names)
    return None


KNOWN = "the targets that are known"


def known_share(targets: Tensors) -> dict[str, float]:
    """The share of the targets that are known, under the name `KNOWN`; nothing where none is missing."""
    missing = targets[0].isnan() if targets else torch.zeros(1, dtype=torch.bool)
    return {KNOWN: 1 - missing.float().mean().item()} if missing.any() else {}


def scaled(values: Sequence[float], expected: Sequence[float], sizes: Mapping[str, float]) -> Found | None:
    """A factor or a summand that is the same for all samples."""
    differences = [value - right for value, right in zip(values, expected, strict=True)]
    if alike(differences, [differences[0]] * len(differences)) and abs(differences[0]) > LEAST:
        return Found(f"a constant of {differences[0]:.4g} is added to the loss", "leave it out")
    sums = [value + right for value, right in zip(values, expected, strict=True)]
    if alike(sums, [sums[0]] * len(sums)) and abs(sums[0]) > TOLERANCE:
        cause = f"the loss has the wrong sign, and {sums[0]:.4g} more: a similarity stands where a distance is meant"
        return Found(cause, "minimise the loss, not the similarity")
    if any(abs(right) < TOLERANCE for right in expected):
        return None
    ratios = [value / right for value, right in zip(values, expected, strict=True)]
    told = alike(ratios, [ratios[0]] * len(ratios)) and abs(ratios[0] - 1) > LEAST
    return multiplied(ratios[0], sizes) if told else None


def multiplied(factor: float, sizes: Mapping[str, float]) -> Found:
    """What the factor comes from."""
    if alike([factor], [-1.0]):
        return Found("the loss has the wrong sign: what is right is punished", "minimise the loss, not its negative")
    if alike([factor], [sizes.get(KNOWN, factor + 1)]):
        return Found("the mean is divided by all targets, not by those that are known", "divide by those that count")
    named = {name: int(size) for name, size in sizes.items() if size > 1}
    for name, size in named.items():
        if alike([factor], [float(size)]):
            return Found(f"a sum over {name} ({size}) stands where a mean is meant", "take the mean")
        if alike([factor], [size / (size - 1)]):
            return Found(f"the sum is divided by {name} - 1, which is 0 for a single one", "take the mean")
        if alike([factor], [1 / size]):
            return Found(f"the loss is divided by {name} ({size}) too", f"do not average over {name}")
    whole = math.prod(named.values())
    if factor > 1 and whole % max(round(factor), 1) == 0 and alike([factor], [float(round(factor))]):
        return Found(f"a sum over {factor:.0f} numbers stands where a mean is meant", "take the mean")
    if alike([factor], [0.0]):
        told = "the loss is always 0, whatever is predicted"
    else:
        told = f"the loss is {factor:.4g} times what it should be: it is divided by another number"
    return Found(told, "")


def alike(left: Sequence[float], right: Sequence[float]) -> bool:
    """Whether all numbers agree."""
    return all(abs(a - b) <= TOLERANCE * max(1.0, abs(a), abs(b)) for a, b in zip(left, right, strict=True))
