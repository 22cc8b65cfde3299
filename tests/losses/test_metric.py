"""The losses and decisions of metric learning, pairs, triplets and views, against independent references in float64."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import yaml
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from tests.losses.parts import template

CASES = yaml.safe_load(Path(__file__).with_name("metric.yaml").read_text(encoding="utf-8"))
BASE = RuleBase()
Array = np.ndarray[Any, np.dtype[np.float64]]


def loss(name: str) -> Callable[..., Tensor]:
    """A loss by the name of its file; of several terms, their sum."""
    module = template(f"losses.{name}")
    if hasattr(module, "criterion"):
        found: Callable[..., Tensor] = module.criterion
        return found
    return lambda *arguments: sum(module.terms(*arguments).values())


def rows(*shape: int, seed: int = 0) -> Tensor:
    """Unit rows."""
    free = torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return F.normalize(free, dim=-1)


def distances(x: Array) -> Array:
    return np.array([[math.dist(a, b) for b in x] for a in x])


def others(labels: Array, row: int) -> tuple[list[int], list[int]]:
    """Positives and negatives of a row."""
    rest = [j for j in range(len(labels)) if j != row]
    return [j for j in rest if labels[j] == labels[row]], [j for j in rest if labels[j] != labels[row]]


def batch_hard_triplet(x: Array, labels: Array) -> float:
    d, found = distances(x), []
    for i in range(len(x)):
        positives, negatives = others(labels, i)
        if positives:
            hard = max(d[i, j] for j in positives) - min((d[i, j] for j in negatives), default=math.inf)
            found.append(max(0.0, hard + 0.2))
    return float(np.mean(found))


def contrastive_batch(x: Array, labels: Array) -> float:
    d = distances(x)
    pairs = [(i, j) for i in range(len(x)) for j in range(i)]
    near = [d[i, j] ** 2 for i, j in pairs if labels[i] == labels[j]]
    far = [max(0.0, 1 - d[i, j]) ** 2 for i, j in pairs if labels[i] != labels[j]]
    return float(np.mean(near) + np.mean(far))


def multi_similarity(x: Array, labels: Array) -> float:
    s, total = x @ x.T, 0.0
    for i in range(len(x)):
        positives, negatives = others(labels, i)
        lowest = min((s[i, j] for j in positives), default=math.inf)
        highest = max((s[i, j] for j in negatives), default=-math.inf)
        kept = [math.exp(-2 * (s[i, j] - 0.5)) for j in positives if s[i, j] < highest + 0.1]
        pushed = [math.exp(50 * (s[i, j] - 0.5)) for j in negatives if s[i, j] > lowest - 0.1]
        total += math.log(1 + sum(kept)) / 2 + math.log(1 + sum(pushed)) / 50
    return total / len(x)


def supcon(x: Array, labels: Array) -> float:
    s, found = np.exp(x @ x.T / 0.1), []
    for i in range(len(x)):
        positives, negatives = others(labels, i)
        if positives:
            whole = sum(s[i, j] for j in positives + negatives)
            found.append(np.mean([-math.log(s[i, j] / whole) for j in positives]))
    return float(np.mean(found))


def proxy_anchor(cosines: Array, labels: Array) -> float:
    pull, push = [], []
    for c in range(cosines.shape[1]):
        own = [math.exp(-32 * (s - 0.1)) for s in cosines[labels == c, c]]
        rest = [math.exp(32 * (s + 0.1)) for s in cosines[labels != c, c]]
        pull += [math.log(1 + sum(own))] if own else []
        push.append(math.log(1 + sum(rest)))
    return float(np.mean(pull) + np.mean(push))


def softmax_margin(cosines: Array, labels: Array, harder: Callable[[float], float]) -> float:
    found = []
    for row, label in zip(cosines, labels, strict=True):
        logits = [64 * (harder(s) if c == label else s) for c, s in enumerate(row)]
        found.append(np.logaddexp.reduce(logits) - logits[int(label)])
    return float(np.mean(found))


def arcface(cosines: Array, labels: Array) -> float:
    def harder(s: float) -> float:
        angle = math.acos(s) + 0.5
        return math.cos(angle) if angle < math.pi else s - 0.5 * math.sin(0.5)

    return softmax_margin(cosines, labels, harder)


def cosface(cosines: Array, labels: Array) -> float:
    return softmax_margin(cosines, labels, lambda s: s - 0.35)


def contrastive(first: Array, second: Array, same: Array) -> float:
    d = [math.dist(a, b) for a, b in zip(first, second, strict=True)]
    return float(np.mean([x**2 if y else max(0.0, 1 - x) ** 2 for x, y in zip(d, same, strict=True)]))


def cosine_embedding(first: Array, second: Array, same: Array) -> float:
    cosines = (first * second).sum(axis=1)
    return float(np.mean([1 - s if y else max(0.0, s) for s, y in zip(cosines, same, strict=True)]))


def triplet_margin(anchor: Array, positive: Array, negative: Array) -> float:
    sides = zip(anchor, positive, negative, strict=True)
    return float(np.mean([max(0.0, math.dist(a, p) - math.dist(a, n) + 0.2) for a, p, n in sides]))


def nt_xent(first: Array, second: Array) -> float:
    x = np.concatenate([first, second])
    count, found = len(first), []
    for i in range(len(x)):
        shares = [math.exp(x[i] @ x[j] / 0.1) for j in range(len(x)) if j != i]
        found.append(-x[i] @ x[(i + count) % (2 * count)] / 0.1 + math.log(sum(shares)))
    return float(np.mean(found))


def vicreg(first: Array, second: Array) -> float:
    size = first.shape[1]
    total = 25 * np.mean((first - second) ** 2)
    for view in (first, second):
        spread = [math.sqrt(np.var(view[:, d], ddof=1) + 1e-4) for d in range(size)]
        covariance = np.cov(view.T)
        total += 25 * np.mean([max(0.0, 1 - s) for s in spread]) / 2
        total += sum(covariance[i, j] ** 2 for i in range(size) for j in range(size) if i != j) / size
    return float(total)


def barlow_twins(first: Array, second: Array) -> float:
    size, total = first.shape[1], 0.0
    left, right = ((x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5) for x in (first, second))
    for i in range(size):
        for j in range(size):
            correlation = np.mean(left[:, i] * right[:, j])
            total += (1 - correlation) ** 2 if i == j else 5e-3 * correlation**2
    return total


def cross_cosines(predictions: Array, projections: Array) -> list[float]:
    def cosine(a: Array, b: Array) -> float:
        return float(a @ b / math.sqrt((a @ a) * (b @ b)))

    pairs = zip(predictions, projections, strict=True)
    return [cosine(p[view], z[1 - view]) for p, z in pairs for view in (0, 1)]


LABELS = torch.tensor([0, 0, 0, 1, 1, 1, 2, 2, 2, 3])  # the last one is alone in its class
SAME = torch.tensor([1.0, 0.0] * 5, dtype=torch.float64)
FREE = torch.randn(2, 12, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
ANGLES = torch.linspace(0.01, math.pi - 0.01, 40, dtype=torch.float64).view(10, 4).cos()
NEAR = [rows(10, 6, seed=1), F.normalize(rows(10, 6, seed=1) + 0.6 * rows(10, 6, seed=2), dim=1)]

OWN: dict[str, tuple[Callable[..., float], tuple[Tensor, ...], tuple[Tensor, ...]]] = {
    "batch_hard_triplet": (batch_hard_triplet, (rows(10, 6),), (LABELS,)),
    "contrastive_batch": (contrastive_batch, (rows(10, 6),), (LABELS,)),
    "multi_similarity": (multi_similarity, (rows(10, 6),), (LABELS,)),
    "supcon": (supcon, (rows(10, 6),), (LABELS,)),
    "proxy_anchor": (proxy_anchor, (ANGLES,), (LABELS % 3,)),
    "arcface": (arcface, (ANGLES,), (LABELS,)),
    "cosface": (cosface, (ANGLES,), (LABELS,)),
    "contrastive": (contrastive, tuple(NEAR), (SAME,)),
    "cosine_embedding": (cosine_embedding, tuple(NEAR), (SAME,)),
    "triplet_margin": (triplet_margin, (*NEAR, rows(10, 6, seed=3)), ()),
    "nt_xent": (nt_xent, tuple(NEAR), ()),
    "vicreg": (vicreg, tuple(FREE), ()),
    "barlow_twins": (barlow_twins, tuple(FREE), ()),
    "simsiam": (lambda p, z: -float(np.mean(cross_cosines(p, z))), (rows(8, 2, 5), rows(8, 2, 5, seed=1)), ()),
    "byol": (lambda p, z: 4 - 4 * float(np.mean(cross_cosines(p, z))), (rows(8, 2, 5), rows(8, 2, 5, seed=1)), ()),
}
STOPPED = {"simsiam", "byol"}
"""Losses whose second argument gets no gradient."""


@pytest.mark.parametrize("name", OWN)
def test_a_loss_equals_its_reference(name: str) -> None:
    reference, sides, targets = OWN[name]
    wanted = reference(*(tensor.numpy() for tensor in (*sides, *targets)))
    assert loss(name)(*sides, *targets).item() == pytest.approx(wanted, rel=1e-5, abs=1e-6)


@given(
    labels=st.lists(st.integers(0, 4), min_size=3, max_size=12).filter(lambda found: 1 < len(set(found)) < len(found)),
    seed=st.integers(0, 99),
    name=st.sampled_from(["batch_hard_triplet", "contrastive_batch", "multi_similarity", "supcon"]),
)
def test_a_loss_of_labelled_rows_equals_its_reference_for_any_labels(labels: list[int], seed: int, name: str) -> None:
    x, y = rows(len(labels), 3, seed=seed), torch.tensor(labels)
    wanted = OWN[name][0](x.numpy(), y.numpy())
    assert loss(name)(x, y).item() == pytest.approx(wanted, rel=1e-6, abs=1e-9)


@given(shape=st.tuples(st.integers(2, 9), st.integers(2, 6)), seed=st.integers(0, 99))
def test_a_loss_of_two_views_equals_its_reference_for_any_shape(shape: tuple[int, int], seed: int) -> None:
    first, second = rows(*shape, seed=seed), rows(*shape, seed=seed + 1)
    for name in ("nt_xent", "vicreg", "barlow_twins"):
        wanted = OWN[name][0](first.numpy(), second.numpy())
        assert loss(name)(first, second).item() == pytest.approx(wanted, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", sorted(OWN.keys() - STOPPED))
def test_a_gradient_is_that_of_the_value(name: str) -> None:
    _, sides, targets = OWN[name]
    leaves = tuple(side.clone().requires_grad_() for side in sides)
    assert torch.autograd.gradcheck(lambda *found: loss(name)(*found, *targets), leaves, atol=1e-4)


@pytest.mark.parametrize("name", sorted(STOPPED))
def test_a_goal_gets_no_gradient(name: str) -> None:
    predictions, goals = (side.clone().requires_grad_() for side in OWN[name][1])
    loss(name)(predictions, goals).backward()
    assert goals.grad is None
    assert predictions.grad is not None
    assert torch.autograd.gradcheck(lambda p: loss(name)(p, goals.detach()), (predictions,))


@pytest.mark.parametrize("name", sorted(OWN))
def test_float32_gives_what_float64_gives(name: str) -> None:
    _, sides, targets = OWN[name]
    single = loss(name)(*(side.float() for side in sides), *targets)
    assert single.item() == pytest.approx(loss(name)(*sides, *targets).item(), rel=1e-4, abs=1e-5)


def test_nt_xent_is_supcon_with_a_class_for_each_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = torch.arange(10).repeat(2)
    assert loss("nt_xent")(*NEAR).item() == pytest.approx(loss("supcon")(torch.cat(NEAR), labels).item())


def test_arcface_grows_with_the_angle_up_to_half_a_turn() -> None:
    angles = torch.linspace(0, math.pi, 200, dtype=torch.float64)
    values = [
        loss("arcface")(torch.tensor([[angle.cos(), 0.0]], dtype=torch.float64), torch.tensor([0])) for angle in angles
    ]
    assert (torch.stack(values).diff() >= 0).all()


def test_arcface_has_a_finite_gradient_on_its_own_direction_and_opposite_to_it() -> None:
    cosines = torch.tensor([[1.0, -1.0], [-1.0, 1.0]], requires_grad=True)
    loss("arcface")(cosines, torch.tensor([0, 0])).backward()
    assert cosines.grad is not None
    assert cosines.grad.isfinite().all()


@pytest.mark.parametrize("name", ["batch_hard_triplet", "contrastive_batch", "multi_similarity", "supcon"])
def test_equal_rows_have_finite_gradients(name: str) -> None:
    x = rows(1, 6).float().repeat(10, 1).requires_grad_()
    found = loss(name)(x, LABELS)
    found.backward()
    assert x.grad is not None
    assert found.isfinite()
    assert x.grad.isfinite().all()


def test_batch_hard_keeps_small_distances_that_a_matrix_product_would_lose() -> None:
    x = F.normalize(rows(1, 64).float() + 1e-5 * rows(40, 64, seed=1).float(), dim=1)
    labels = torch.arange(40) % 2
    single, double = loss("batch_hard_triplet")(x, labels), loss("batch_hard_triplet")(x.double(), labels)
    assert single.item() == pytest.approx(double.item(), abs=1e-6)


@pytest.mark.parametrize(("same", "towards"), [(1.0, True), (0.0, False)])
def test_the_same_are_drawn_together_and_the_different_pushed_apart(same: float, *, towards: bool) -> None:
    for name in ("contrastive", "cosine_embedding"):
        first, second = rows(1, 6, seed=1), F.normalize(rows(1, 6, seed=1) + 0.3 * rows(1, 6, seed=2), dim=1)
        moving = first.clone().requires_grad_()
        loss(name)(moving, second, torch.tensor([same], dtype=torch.float64)).backward()
        assert moving.grad is not None
        assert bool((-moving.grad * (second - first)).sum() > 0) is towards


def test_different_pairs_beyond_the_margin_cost_nothing() -> None:
    first = rows(4, 6)
    assert loss("contrastive")(first, -first, torch.zeros(4)) == 0


def test_a_negative_class_outside_the_batch_is_pushed_but_not_pulled() -> None:
    cosines = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)
    loss("proxy_anchor")(cosines, torch.tensor([0, 0])).backward()
    assert cosines.grad is not None
    assert (cosines.grad[:, 1:] > 0).all()
    assert (cosines.grad[:, 0] < 0).all()


def test_one_is_different_becomes_one_is_the_same_and_back() -> None:
    part = template("targets.different_to_same")
    same = torch.tensor([1.0, 0.0, 1.0])
    assert part.store(same).tolist() == [0, 1, 0]
    assert part.convert(part.store(same)).equal(same)
    with pytest.raises(AssertionError, match="1 \\(different\\)"):
        part.convert(torch.tensor([-1, 1]))


@pytest.mark.parametrize("labels", [[0, 1, 2, 3], [5, 5, 5, 5]])
def test_a_batch_without_pairs_of_both_kinds_is_refused(labels: list[int]) -> None:
    program = template("programs.embeddings.labelled")
    with pytest.raises(AssertionError, match="nothing to"):
        program.loss_fn(rows(4, 6).float(), torch.tensor(labels))


def test_a_target_network_moves_by_its_momentum_alone() -> None:
    program = template("programs.embeddings.momentum_views")
    model = program.build_model()
    with torch.no_grad():
        for parameter in model.online.parameters():
            parameter.add_(1)
    before = [parameter.clone() for parameter in model.target.parameters()]
    model.follow()
    for old, new in zip(before, model.target.parameters(), strict=True):
        assert torch.allclose(new, old + (1 - program.MOMENTUM), atol=1e-6)


def test_wrong_labels_of_many_samples_lead_to_several_directions_per_class() -> None:
    found = decide(BASE, {"task": "metric-learning", "class-samples": "many", "label-quality": "noisy"})
    assert (found.loss.id, found.contract.options) == ("arcface", ("sub_centers",))


WRONG: dict[str, Callable[[], Any]] = {
    "margin-out-of-reach": lambda: nn.TripletMarginLoss(margin=0.0),
    "triplet-shapes": lambda: nn.TripletMarginLoss()(torch.ones(4, 8), torch.ones(8), torch.ones(4, 8)),
    "zero-one-in-signed-losses": lambda: nn.CosineEmbeddingLoss()(torch.ones(4, 8), torch.ones(4, 8), torch.ones(4, 1)),
}


@pytest.mark.parametrize("pitfall", WRONG)
def test_a_pitfall_quotes_the_error_that_torch_raises(pitfall: str) -> None:
    with pytest.raises((RuntimeError, ValueError, IndexError)) as caught:
        WRONG[pitfall]()
    told = f"{caught.type.__name__}: {caught.value}".replace("\n", " ")
    assert any(told.startswith(text) for text in BASE.pitfall(pitfall).errors), told


def test_a_label_of_zero_counts_for_nothing_in_the_cosine_embedding_loss() -> None:
    assert nn.CosineEmbeddingLoss()(torch.ones(4, 8), torch.ones(4, 8), torch.zeros(4)) == 0
    assert BASE.pitfall("zero-one-in-signed-losses").silent


def test_unit_rows_never_get_the_spread_that_vicreg_wants() -> None:
    terms = template("losses.vicreg").terms(rows(64, 16), rows(64, 16))
    assert terms["variance"].item() > 25 * (1 - 1 / math.sqrt(16)) - 0.5


def test_the_root_of_a_squared_distance_of_zero_has_a_nan_gradient() -> None:
    x = rows(3, 4).requires_grad_()
    ((x[:, None] - x).square().sum(dim=2).sqrt()).sum().backward()
    assert x.grad is not None
    assert x.grad.isnan().any()
    assert BASE.pitfall("root-of-a-distance").silent
