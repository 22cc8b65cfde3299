"""Embeddings whose cosines are known: of pairs, triplets, classes and views."""

from __future__ import annotations

import torch
from torch import Tensor

from lossadvisor.plot.paths.path import Layout, Numbers, Path, given, moving
from lossadvisor.proof.subject import Subject, Tensors

ROWS = 8
START = -10.0
"""Bias of a sigmoid loss as it is initialised."""


def turned(rows: Tensor, away: Tensor, cosine: Tensor) -> Tensor:
    """Unit rows at a cosine from `rows`, towards `away`, which are at right angles to them."""
    return cosine * rows + (1 - cosine * cosine).clamp(min=0).sqrt() * away


def axes(count: int, first: int = 0, *, size: int = 2 * ROWS) -> Tensor:
    """`count` rows along the axes from the `first` on."""
    return torch.eye(size)[first : first + count]


def others(subject: Subject, scale: Tensor) -> Tensors:
    """The outputs after the two sides of a pair: negatives at right angles, a learned scale, a bias."""
    known = {"negatives": axes(ROWS, ROWS).roll(1, dims=0), "log_scale": scale, "bias": torch.tensor(START)}
    return tuple(known[name] for name in subject.promised_outputs if name in known)


def ids(subject: Subject) -> Tensors:
    return given(subject, ids=torch.arange(ROWS))


def pair_cosine(subject: Subject, numbers: Numbers) -> Path:
    """Each pair at the same cosine; rows that don't belong together are at right angles."""
    rows, away = axes(ROWS), axes(ROWS, ROWS)
    rest = (*others(subject, -torch.tensor(numbers["temperature"]).log()), *ids(subject))
    return Path(lambda place: (rows, turned(rows, away, place), *rest))


def log_temperature(subject: Subject, numbers: Numbers) -> Path:
    """Pairs at a fixed cosine, the learned scale moving."""
    rows = axes(ROWS)
    matched = turned(rows, axes(ROWS, ROWS), torch.tensor(numbers["cosine"]))
    return Path(lambda place: (rows, matched, *others(subject, -place), *ids(subject)))


def score_margin(subject: Subject, numbers: Numbers) -> Path:
    """Dot products: that of anchor and positive moves, that of anchor and negative is 0."""
    anchor = torch.tensor([[1.0, 0.0]])
    target = torch.tensor([numbers["teacher_margin"]])
    return Path(lambda place: (anchor, place * anchor, 0 * anchor, *given(subject, target=target)))


def two_pairs(subject: Subject, scores: list[float], fixed: float) -> Path:
    """A pair that moves, and one at a fixed cosine, with their scores."""
    left, away = axes(2), axes(2, ROWS)

    def arguments(place: Tensor) -> Tensors:
        cosines = torch.stack([place, torch.tensor(fixed)])[:, None]
        return (left, turned(left, away, cosines), *given(subject, target=torch.tensor(scores)))

    return Path(arguments)


def scored_cosine(subject: Subject, numbers: Numbers) -> Path:
    return two_pairs(subject, [numbers["score"], numbers["other_score"]], numbers["other_score"])


def labelled_cosine(label: float) -> Layout:
    """A pair of that label moves; one of the other label is at right angles, where pairs are ranked among them."""

    def layout(subject: Subject, numbers: Numbers) -> Path:
        if "right" in subject.promised_outputs:
            return two_pairs(subject, [label, 1 - label], 0.0)
        left, away = axes(1), axes(1, ROWS)
        rest = given(subject, target=torch.tensor([label]))
        return Path(lambda place: (left, turned(left, away, place), *rest))

    return layout


def triplet_cosine(subject: Subject, numbers: Numbers) -> Path:
    """The positive moves, the negative is at right angles to anchor and positive."""
    anchor, away, negative = axes(1), axes(1, 1), axes(1, 2)
    return Path(lambda place: (anchor, turned(anchor, away, place), negative))


def class_pair_cosine(subject: Subject, numbers: Numbers) -> Path:
    """Two rows of each of two classes, those of the first moving; all others are at right angles."""
    first, away, second = axes(1), axes(1, 1), axes(1, 2)
    target = torch.tensor([0, 0, 1, 1])
    return moving(
        lambda place: torch.cat([first, turned(first, away, place), second, second]), *given(subject, target=target)
    )


def view_correlation(subject: Subject, numbers: Numbers) -> Path:
    """Dimensions of spread 1 without correlation in each view, those of two views correlated one by one."""
    count, size = 8 * ROWS, ROWS
    start = torch.randn(count, 2 * size, generator=torch.Generator().manual_seed(0))
    white = torch.linalg.qr(start - start.mean(dim=0))[0] * (count - 1) ** 0.5
    first, away = white[:, :size], white[:, size:]
    return Path(lambda place: (first, turned(first, away, place)))


def predicted_cosine(subject: Subject, numbers: Numbers) -> Path:
    """Each view's prediction at the same cosine from the projection of the other view."""
    rows, away = (torch.stack([part, part], dim=1) for part in (axes(ROWS), axes(ROWS, ROWS)))
    return Path(lambda place: (turned(rows, away, place), rows))


PATHS: dict[str, Layout] = {
    "pair_cosine": pair_cosine,
    "log_temperature": log_temperature,
    "score_margin": score_margin,
    "scored_cosine": scored_cosine,
    "same_cosine": labelled_cosine(1.0),
    "different_cosine": labelled_cosine(0.0),
    "triplet_cosine": triplet_cosine,
    "class_pair_cosine": class_pair_cosine,
    "view_correlation": view_correlation,
    "predicted_cosine": predicted_cosine,
}
