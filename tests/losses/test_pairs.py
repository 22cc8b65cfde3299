"""The losses on pairs of embeddings, and the decisions between them, against plain loops in float64."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from torch import Tensor

from lossadvisor.codegen.program import Spec, render
from lossadvisor.proof.cell import Cell
from lossadvisor.proof.run import promise
from lossadvisor.proof.subject import Failed, NotChecked, Subject
from lossadvisor.proof.worker import load
from lossadvisor.rulebase.load import RuleBase
from tests.losses.parts import template

CASES = yaml.safe_load(Path(__file__).with_name("pairs.yaml").read_text(encoding="utf-8"))
BASE = RuleBase()
Array = np.ndarray[Any, np.dtype[Any]]


def criterion(name: str) -> Callable[..., Tensor]:
    found: Callable[..., Tensor] = template(f"losses.{name}").criterion
    return found


def cosine(a: Array, b: Array) -> float:
    return float(a @ b / math.sqrt(float((a @ a) * (b @ b))))


def rank(scale: float, query: Array, right: Array, candidates: Sequence[Array]) -> float:
    """How surprising it is that `right` is picked among the candidates, it among them."""
    weights = [math.exp(scale * (cosine(query, candidate) - cosine(query, right))) for candidate in candidates]
    return math.log(sum(weights))


def in_batch(a: Array, p: Array) -> float:
    return sum(rank(20, x, y, list(p)) for x, y in zip(a, p, strict=True)) / len(a)


def both_ways(a: Array, p: Array) -> float:
    return (in_batch(a, p) + in_batch(p, a)) / 2


def hard(a: Array, p: Array, n: Array) -> float:
    return sum(rank(20, x, y, [*p, *n]) for x, y in zip(a, p, strict=True)) / len(a)


def masked(scale: float, a: Array, p: Array, ids: Array) -> float:
    rows = range(len(a))
    return sum(rank(scale, a[i], p[i], [p[j] for j in rows if j == i or ids[j] != ids[i]]) for i in rows) / len(a)


def shared(scale: float, a: Array, p: Array, ids: Array) -> float:
    total = 0.0
    for x, label in zip(a, ids, strict=True):
        positives = [y for y, other in zip(p, ids, strict=True) if other == label]
        total += sum(rank(scale, x, y, list(p)) for y in positives) / len(positives)
    return total / len(a)


def ranked(similarity: Callable[[Array, Array], float]) -> Callable[[Array, Array, Array], float]:
    def reference(left: Array, right: Array, scores: Array) -> float:
        close = [similarity(x, y) for x, y in zip(left, right, strict=True)]
        rows = range(len(close))
        wrong = [math.exp(20 * (close[j] - close[i])) for i in rows for j in rows if scores[i] > scores[j]]
        return math.log(1 + sum(wrong))

    return reference


def complex_angle(x: Array, y: Array) -> float:
    half = len(x) // 2
    z, w = x[:half] + 1j * x[half:], y[:half] + 1j * y[half:]
    product = (z * w.conj()).sum() / (np.linalg.norm(x) * np.linalg.norm(y))
    return float(abs(product.real + product.imag))


def contrastive(left: Array, right: Array, same: Array) -> float:
    total = 0.0
    for x, y, label in zip(left, right, same, strict=True):
        distance = 1 - cosine(x, y)
        total += distance**2 if label else max(0.0, 0.5 - distance) ** 2
    return total / 2 / len(left)


def triplet(a: Array, p: Array, n: Array) -> float:
    return float(np.mean([max(0.0, cosine(x, z) - cosine(x, y) + 0.1) for x, y, z in zip(a, p, n, strict=True)]))


def margins_of(a: Array, p: Array, n: Array) -> Array:
    return np.array([x @ y - x @ z for x, y, z in zip(a, p, n, strict=True)])


def preference(a: Array, p: Array, n: Array, margins: Array) -> float:
    rows = zip(margins_of(a, p, n), margins, strict=True)
    pairs = [([1, math.exp(-m)], [1, math.exp(-s)]) for s, m in rows]
    return float(np.mean([stats.entropy(teacher, student) for teacher, student in pairs]))


def clip(x: Array, y: Array, log_scale: Array) -> float:
    return multi_clip(x, y, log_scale, np.arange(len(x)))


def multi_clip(x: Array, y: Array, log_scale: Array, ids: Array) -> float:
    scale = math.exp(log_scale)
    return (shared(scale, x, y, ids) + shared(scale, y, x, ids)) / 2


def masked_clip(x: Array, y: Array, log_scale: Array, ids: Array) -> float:
    scale = math.exp(log_scale)
    return (masked(scale, x, y, ids) + masked(scale, y, x, ids)) / 2


def sigmoids(x: Array, y: Array, log_scale: Array, bias: Array, ids: Array | None = None) -> float:
    ids, rows, total = np.arange(len(x)) if ids is None else ids, range(len(x)), 0.0
    for i in rows:
        for j in rows:
            logit = math.exp(log_scale) * cosine(x[i], y[j]) + float(bias)
            total += math.log1p(math.exp(-logit if ids[i] == ids[j] else logit))
    return total / len(x)


REFERENCES: dict[str, tuple[int, tuple[str, ...], Callable[..., float]]] = {
    "multiple_negatives_ranking": (2, (), in_batch),
    "symmetric_multiple_negatives_ranking": (2, (), both_ways),
    "masked_multiple_negatives_ranking": (2, ("ids",), lambda a, p, ids: masked(20, a, p, ids)),
    "multi_positive_ranking": (2, ("ids",), lambda a, p, ids: shared(20, a, p, ids)),
    "ranking_with_hard_negatives": (3, (), hard),
    "cosine_triplet": (3, (), triplet),
    "margin_mse": (3, ("numbers",), lambda a, p, n, m: float(np.mean((margins_of(a, p, n) - m) ** 2))),
    "margin_kl": (3, ("numbers",), preference),
    "cosent": (2, ("scores",), ranked(cosine)),
    "angle_ranking": (2, ("scores",), ranked(complex_angle)),
    "cosine_mse": (
        2,
        ("scores",),
        lambda a, b, s: float(np.mean([(cosine(x, y) - z) ** 2 for x, y, z in zip(a, b, s, strict=True)])),
    ),
    "cosine_contrastive": (2, ("labels",), contrastive),
    "symmetric_info_nce": (2, ("log_scale",), clip),
    "multi_positive_info_nce": (2, ("log_scale", "ids"), multi_clip),
    "masked_info_nce": (2, ("log_scale", "ids"), masked_clip),
    "siglip": (2, ("log_scale", "bias"), sigmoids),
    "multi_positive_siglip": (2, ("log_scale", "bias", "ids"), sigmoids),
}
"""Each loss: how many embeddings it takes, what else, and its definition in loops."""


def arguments(name: str, rows: int, dimensions: int, seed: int = 0) -> list[Tensor]:
    """What a loss takes, random, float64."""
    count, others, _ = REFERENCES[name]
    generator = torch.Generator().manual_seed(seed)
    made = {
        "ids": torch.randint(0, 3, (rows,), generator=generator),
        "numbers": torch.randn(rows, generator=generator, dtype=torch.float64),
        "scores": torch.randint(0, 6, (rows,), generator=generator).double() / 5,
        "labels": torch.randint(0, 2, (rows,), generator=generator).double(),
        "log_scale": torch.tensor(1.5, dtype=torch.float64),
        "bias": torch.tensor(-3.0, dtype=torch.float64),
    }
    embeddings = torch.randn(count, rows, dimensions, generator=generator, dtype=torch.float64)
    return [*embeddings, *(made[other] for other in others)]


@pytest.mark.parametrize("name", REFERENCES)
@given(rows=st.integers(1, 6), half=st.integers(1, 4), seed=st.integers(0, 1000))
def test_a_loss_equals_its_definition(name: str, rows: int, half: int, seed: int) -> None:
    given_ = arguments(name, rows, 2 * half, seed)
    wanted = REFERENCES[name][2](*(tensor.numpy() for tensor in given_))
    assert criterion(name)(*given_).item() == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", REFERENCES)
def test_a_gradient_is_that_of_the_value(name: str) -> None:
    given_ = arguments(name, 5, 6)
    learned = [i for i, other in enumerate(["x"] * REFERENCES[name][0] + [*REFERENCES[name][1]]) if other in LEARNED]

    def value(*tensors: Tensor) -> Tensor:
        changed = dict(zip(learned, tensors, strict=True))
        return criterion(name)(*(changed.get(i, tensor) for i, tensor in enumerate(given_)))

    assert torch.autograd.gradcheck(value, tuple(given_[i].clone().requires_grad_() for i in learned))


LEARNED = {"x", "log_scale", "bias"}


@pytest.mark.parametrize("name", REFERENCES)
def test_float32_gives_what_float64_gives(name: str) -> None:
    given_ = arguments(name, 6, 8)
    single = criterion(name)(*(tensor.float() if tensor.is_floating_point() else tensor for tensor in given_))
    assert single.dtype == torch.float32
    assert single.item() == pytest.approx(criterion(name)(*given_).item(), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("length", [0.0, 1e-6, 1e4])
def test_embeddings_of_any_length_give_a_finite_loss_and_gradient(name: str, length: float) -> None:
    given_ = arguments(name, 4, 8)
    count = REFERENCES[name][0]
    given_ = [tensor.float() if tensor.is_floating_point() else tensor for tensor in given_]
    sides = [(tensor * length).requires_grad_() for tensor in given_[:count]]
    loss = criterion(name)(*sides, *given_[count:])
    loss.backward()
    assert loss.isfinite()
    assert all(side.grad is not None and side.grad.isfinite().all() for side in sides)


IN_BATCH = ["multiple_negatives_ranking", "symmetric_multiple_negatives_ranking", "symmetric_info_nce"]


@pytest.mark.parametrize("name", IN_BATCH)
def test_a_batch_of_one_row_teaches_nothing(name: str) -> None:
    left, *rest = arguments(name, 1, 4)
    left.requires_grad_()
    loss = criterion(name)(left, *rest)
    loss.backward()
    assert loss.item() == 0
    assert left.grad is not None
    assert not left.grad.any()


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("masked_multiple_negatives_ranking", "multiple_negatives_ranking"),
        ("multi_positive_ranking", "multiple_negatives_ranking"),
        ("masked_info_nce", "symmetric_info_nce"),
        ("multi_positive_info_nce", "symmetric_info_nce"),
        ("multi_positive_siglip", "siglip"),
    ],
)
def test_ids_that_all_differ_change_nothing(name: str, plain: str) -> None:
    *others, _ = arguments(name, 6, 4)
    assert torch.allclose(criterion(name)(*others, torch.arange(6)), criterion(plain)(*others))


def test_equal_positives_hold_the_plain_loss_at_log_m_and_the_masked_one_at_zero() -> None:
    rows = torch.eye(8, dtype=torch.float64)[torch.tensor([0, 0, 0, 1, 2, 3])]
    ids = torch.tensor([0, 0, 0, 1, 2, 3])
    assert criterion("multiple_negatives_ranking")(rows, rows).item() == pytest.approx(math.log(3) / 2, abs=1e-6)
    assert criterion("masked_multiple_negatives_ranking")(rows, rows, ids).item() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("name", ["cosent", "angle_ranking"])
def test_equal_scores_give_zero_and_no_gradient(name: str) -> None:
    left, right, _ = arguments(name, 5, 4)
    left.requires_grad_()
    loss = criterion(name)(left, right, torch.full((5,), 0.4))
    loss.backward()
    assert loss.item() == 0
    assert left.grad is not None
    assert not left.grad.any()


def test_a_bias_keeps_a_thousand_negatives_from_swamping_the_start() -> None:
    x = torch.eye(1024, 2048)
    y = x.roll(1024, dims=1)
    log_scale = torch.tensor(10.0).log()
    assert criterion("siglip")(x, y, log_scale, torch.tensor(-10.0)).item() == pytest.approx(10, abs=0.1)
    assert criterion("siglip")(x, y, log_scale, torch.tensor(0.0)).item() == pytest.approx(1024 * math.log(2))


def test_scores_of_0_to_5_hold_the_squared_error_of_a_cosine_far_from_zero() -> None:
    scores = torch.linspace(0, 5, 6)
    best = (scores - scores.clamp(max=1)).square().mean()
    left, right = torch.randn(2, 6, 4, generator=torch.Generator().manual_seed(0))
    assert criterion("cosine_mse")(left, right, scores) > best > 3


@pytest.mark.parametrize("scores", ["score_to_similarity", "whole_score_to_similarity"])
def test_a_score_is_found_again_and_one_that_is_too_high_is_refused(scores: str) -> None:
    part = template(f"targets.{scores}")
    wanted = torch.tensor([0.0, 0.2, 0.4, 0.8, 1.0])
    stored = part.store(wanted)
    assert stored.is_floating_point() is (scores == "score_to_similarity")
    assert torch.allclose(part.convert(stored), wanted)
    with pytest.raises(AssertionError, match="0 to 5"):
        part.convert(stored + 1)


@pytest.mark.parametrize("target", [-0.5, 1.5])
@pytest.mark.parametrize(("loss", "contract"), [("cosent", "scored-text-pairs"), ("cosent", "labelled-text-pairs")])
def test_a_score_or_label_out_of_range_is_refused(loss: str, contract: str, target: float) -> None:
    program = subject(loss, contract, target="floats").module
    rows = torch.randn(2, 4, 8)
    with pytest.raises(AssertionError, match=r"0\.\.1|1 \(the same\)"):
        program.loss_fn(*rows, torch.full((4,), target))


def test_a_pitfall_quotes_the_error_that_torch_raises() -> None:
    with pytest.raises(IndexError) as caught:
        F.normalize(torch.zeros(3))
    assert f"IndexError: {caught.value}" in BASE.pitfall("normalised-over-wrong-axis").errors


def subject(loss: str, contract: str, *, target: str = "pairs", edit: tuple[str, str] = ("", "")) -> Subject:
    """A program to look at, perhaps edited."""
    program = render(BASE, Spec(loss, contract, "", target))
    return Subject(load(program.source.replace(*edit), "program.py"), promise(BASE, program, Cell(), "full"), Cell())


def check(name: str) -> Callable[[Subject], str]:
    from lossadvisor.proof.families import FAMILIES

    return FAMILIES[name]


def test_more_rows_than_dimensions_are_not_judged() -> None:
    many = subject("multiple_negatives_ranking", "text-pairs", edit=("BATCH_SIZE = 8", "BATCH_SIZE = 40"))
    with pytest.raises(NotChecked, match="no perfect prediction"):
        check("every-row")(many)
    some = subject("multiple_negatives_ranking", "text-pairs", edit=("BATCH_SIZE = 8", "BATCH_SIZE = 20"))
    with pytest.raises(NotChecked, match="20 rows don't fit"):
        check("temperature")(some)


def test_a_batch_without_doubles_is_not_judged_by_them() -> None:
    one = subject("multi_positive_ranking", "text-pairs-with-ids", edit=("    ids[1::4] = ids[::4]\n", ""))
    with pytest.raises(NotChecked, match="no id stands twice"):
        check("doubles")(one)


def test_a_loss_in_half_precision_is_seen_by_its_dtype() -> None:
    half = subject(
        "cosine_triplet",
        "text-triplets",
        edit=("anchors, positives, negatives = anchors.float(), positives.float(), negatives.float()", "pass"),
    )
    with pytest.raises(Failed, match="bfloat16"):
        check("autocast")(half)


def test_a_model_without_log_scale_is_not_judged_by_it() -> None:
    renamed = subject("symmetric_info_nce", "image-text", edit=("log_scale", "log_factor"))
    with pytest.raises(NotChecked, match="log_scale"):
        check("undecayed-scale")(renamed)
