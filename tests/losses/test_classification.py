"""The losses, conversions and decisions of classification, against independent references in float64."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import yaml
from scipy import optimize, special
from sklearn import metrics
from torch import Tensor

from lossadvisor import resources
from lossadvisor.codegen import markers
from lossadvisor.codegen.offers import offers
from lossadvisor.codegen.program import Spec, render
from lossadvisor.rulebase import coverage
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from tests.losses.parts import template

CASES = yaml.safe_load(Path(__file__).with_name("classification.yaml").read_text(encoding="utf-8"))
BASE = RuleBase()
NAN = float("nan")
Array = np.ndarray[Any, np.dtype[Any]]
Reference = Callable[..., float]


@cache
def chosen(name: str, *options: str) -> dict[str, Any]:
    """The names of a template as it is with these options on and all others off."""
    path = resources.folder("templates") / f"{name}.py"
    names: dict[str, Any] = {}
    exec(markers.choose(path.read_text(encoding="utf-8"), options), names)  # noqa: S102 - our own template
    return names


def criterion(name: str) -> Callable[..., Tensor]:
    found: Callable[..., Tensor] = chosen(f"losses/{name}")["criterion"]
    return found


def rule_file(folder: str) -> dict[str, Any]:
    path = resources.folder("rules") / folder / "classification.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def random(*shape: int, seed: int = 0) -> Tensor:
    return 3 * torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


# References, written as loops over samples and classes.

COUNTS = [900, 90, 10]


def softmax(row: Array) -> list[float]:
    total = math.fsum(math.exp(z) for z in row)
    return [math.exp(z) / total for z in row]


def log_loss(logits: Array, labels: Array, weights: list[float]) -> float:
    share = np.array(weights)[labels]
    return float(metrics.log_loss(labels, [softmax(row) for row in logits], labels=[0, 1, 2], sample_weight=share))


def weighted(logits: Array, labels: Array) -> float:
    return log_loss(logits, labels, [1 / count for count in COUNTS])


def class_balanced(logits: Array, labels: Array) -> float:
    return log_loss(logits, labels, [1 / math.fsum(0.999**i for i in range(count)) for count in COUNTS])


def logit_adjusted(logits: Array, labels: Array) -> float:
    """Balanced softmax: each class counts as often as it occurs."""
    rows = [[count * math.exp(z) for count, z in zip(COUNTS, row, strict=True)] for row in logits]
    return float(np.mean([-math.log(row[y] / sum(row)) for row, y in zip(rows, labels, strict=True)]))


def ldam(cosines: Array, labels: Array) -> float:
    found = []
    for row, y in zip(cosines, labels, strict=True):
        margins = [0.5 * COUNTS[c] ** -0.25 / 10**-0.25 if c == y else 0 for c in range(3)]
        found.append(-math.log(softmax(30 * (row - np.array(margins)))[y]))
    return float(np.mean(found))


def of_right_class(formula: Callable[[float], float]) -> Reference:
    return lambda logits, labels: float(
        np.mean([formula(softmax(row)[y]) for row, y in zip(logits, labels, strict=True)])
    )


def smoothed(logits: Array, labels: Array) -> float:
    found = []
    for row, y in zip(logits, labels, strict=True):
        found.append(-sum((0.9 * (c == y) + 0.1 / 3) * math.log(p) for c, p in enumerate(softmax(row))))
    return float(np.mean(found))


def multi_margin(scores: Array, labels: Array, weights: tuple[float, ...] = (1, 1, 1)) -> float:
    rows = zip(scores, labels, strict=True)
    return float(
        np.mean([weights[y] * sum(max(0, 1 - row[y] + row[c]) for c in range(3) if c != y) / 3 for row, y in rows])
    )


def soft_ordinal(logits: Array, labels: Array) -> float:
    found = []
    for row, y in zip(logits, labels, strict=True):
        shares = [math.exp(-2 * abs(c - y)) for c in range(3)]
        found.append(-sum(s / sum(shares) * math.log(p) for s, p in zip(shares, softmax(row), strict=True)))
    return float(np.mean(found))


def coin(z: float, *, yes: bool) -> float:
    """BCE of one logit."""
    return math.log1p(math.exp(-z)) if yes else math.log1p(math.exp(z))


def corn(logits: Array, levels: Array) -> float:
    """Each question is asked of the subset that passed those before it, as in the paper."""
    found = []
    for k in range(logits.shape[1]):
        subset = [i for i, y in enumerate(levels) if y > k - 1]
        found += [coin(logits[i, k], yes=levels[i] > k) for i in subset]
    return float(np.mean(found))


def coral(logits: Array, levels: Array) -> float:
    rows = zip(logits, levels, strict=True)
    return float(np.mean([sum(coin(z, yes=y > k) for k, z in enumerate(row)) for row, y in rows]))


def ordinal_hinge(scores: Array, levels: Array) -> float:
    rows = zip(scores, levels, strict=True)
    return float(np.mean([sum(max(0, 1 - z if y > k else 1 + z) for k, z in enumerate(row)) for row, y in rows]))


def soft_cross_entropy(logits: Array, shares: Array) -> float:
    entropy = special.entr(shares).sum(1)
    return float(np.mean(special.rel_entr(shares, special.softmax(logits, axis=1)).sum(1) + entropy))


def ranked_probability_score(logits: Array, shares: Array) -> float:
    found = []
    for row, wanted in zip(logits, shares, strict=True):
        p = softmax(row)
        found.append(sum((sum(p[: k + 1]) - sum(wanted[: k + 1])) ** 2 for k in range(3)))
    return float(np.mean(found))


def distillation(logits: Array, labels: Array, teacher: Array) -> float:
    kl = special.rel_entr(special.softmax(teacher / 4, axis=1), special.softmax(logits / 4, axis=1)).sum(1)
    return 0.9 * 16 * float(np.mean(kl)) + 0.1 * log_loss(logits, labels, [1, 1, 1])


def each(formula: Callable[[float, float], float]) -> Reference:
    """The mean of a formula of p and t over all elements."""
    return lambda logits, labels: float(
        np.mean([formula(float(special.expit(z)), t) for z, t in zip(logits.flat, labels.flat, strict=True)])
    )


def pos_weight(p: float, t: float, weight: float = 9.0) -> float:
    return -(weight * t * math.log(p) + (1 - t) * math.log(1 - p))


def pos_weight_labels(logits: Array, labels: Array) -> float:
    probabilities = special.expit(logits)
    columns = zip(probabilities.T, labels.T, [7 / 3, 9, 49], strict=True)
    return float(np.mean([pos_weight(p, t, w) for ps, ts, w in columns for p, t in zip(ps, ts, strict=True)]))


def sigmoid_focal(logits: Array, labels: Array) -> float:
    total = 0.0
    for z, t in zip(logits.flat, labels.flat, strict=True):
        p_t = special.expit(z) if t else 1 - special.expit(z)
        total -= (0.25 if t else 0.75) * (1 - p_t) ** 2 * math.log(p_t)
    return total / max(1.0, labels.sum())


def binary_distillation(logits: Array, labels: Array, teacher: Array) -> float:
    two = [np.stack([special.expit(z / 4), special.expit(-z / 4)]) for z in (teacher, logits)]
    hard = np.mean([coin(z, yes=t == 1) for z, t in zip(logits.flat, labels.flat, strict=True)])
    return 0.9 * 16 * float(np.mean(special.rel_entr(*two).sum(0))) + 0.1 * float(hard)


def hinge(scores: Array, labels: Array) -> float:
    return float(metrics.hinge_loss(2 * labels - 1, scores))


def hinge_weighted(scores: Array, labels: Array) -> float:
    weights = np.where(labels == 1, 1000 / 200, 1000 / 1800)
    return float(metrics.hinge_loss(2 * labels - 1, scores, sample_weight=weights) * weights.mean())


def asymmetric(p: float, t: float) -> float:
    lowered = max(p - 0.05, 0)
    return -(1 - p) * math.log(p) if t else -(lowered**4) * math.log(1 - lowered)


def zlpr(logits: Array, labels: Array) -> float:
    found = []
    for row, wanted in zip(logits, labels, strict=True):
        yes = sum(math.exp(-z) for z, t in zip(row, wanted, strict=True) if t)
        no = sum(math.exp(z) for z, t in zip(row, wanted, strict=True) if not t)
        found.append(math.log(1 + yes) + math.log(1 + no))
    return float(np.mean(found))


INDEX = torch.tensor([0, 1, 2, 0, 1, 2, 0, 0, 1, 2])
YES = torch.tensor([1.0, 0, 0, 1, 1, 0, 0, 0, 1, 0], dtype=torch.float64)
HOT = (random(10, 3, seed=5) > 1).double()
SHARES = random(10, 3, seed=6).softmax(1)
LOGITS, SINGLE, LEVELS = random(10, 3), random(10, seed=1), random(10, 2, seed=2)
BALANCED = tuple(1000 / (3 * count) for count in COUNTS)

OWN: dict[str, list[tuple[Reference, tuple[Tensor, ...]]]] = {
    "cross_entropy_weighted": [(weighted, (LOGITS, INDEX))],
    "cross_entropy_tokens_weighted": [(weighted, (LOGITS, INDEX))],
    "class_balanced_cross_entropy": [(class_balanced, (LOGITS, INDEX))],
    "logit_adjusted_cross_entropy": [(logit_adjusted, (LOGITS, INDEX))],
    "ldam": [(ldam, (LOGITS / 10, INDEX))],
    "cross_entropy_smoothed": [(smoothed, (LOGITS, INDEX))],
    "focal_cross_entropy": [(of_right_class(lambda p: -((1 - p) ** 2) * math.log(p)), (LOGITS, INDEX))],
    "generalized_cross_entropy": [(of_right_class(lambda p: (1 - p**0.7) / 0.7), (LOGITS, INDEX))],
    "symmetric_cross_entropy": [(of_right_class(lambda p: -0.1 * math.log(p) + 9.21 * (1 - p)), (LOGITS, INDEX))],
    "multi_margin": [(multi_margin, (LOGITS, INDEX))],
    "multi_margin_weighted": [(lambda z, y: multi_margin(z, y, BALANCED), (LOGITS, INDEX))],
    "crammer_singer": [(lambda z, y: float(metrics.hinge_loss(y, z)), (LOGITS, INDEX))],
    "soft_ordinal_cross_entropy": [(soft_ordinal, (LOGITS, INDEX))],
    "soft_cross_entropy": [(soft_cross_entropy, (LOGITS, SHARES))],
    "ranked_probability_score": [(ranked_probability_score, (LOGITS, SHARES))],
    "distillation": [(distillation, (LOGITS, INDEX, random(10, 3, seed=7)))],
    "corn": [(corn, (LEVELS, INDEX))],
    "coral": [(coral, (LEVELS, INDEX))],
    "ordinal_hinge": [(ordinal_hinge, (LEVELS, INDEX))],
    "bce_pos_weight": [(each(pos_weight), (SINGLE, YES)), (each(pos_weight), (SINGLE, SHARES[:, 0]))],
    "bce_pos_weight_labels": [(pos_weight_labels, (LOGITS, HOT)), (pos_weight_labels, (LOGITS, SHARES))],
    "bce_smoothed": [(each(lambda p, t: pos_weight(p, 0.95 * t + 0.05 * (1 - t), 1.0)), (SINGLE, YES))],
    "sigmoid_focal": [
        (sigmoid_focal, (SINGLE, YES)),
        (sigmoid_focal, (LOGITS, HOT)),
        (sigmoid_focal, (SINGLE, 0 * YES)),
    ],
    "binary_generalized_cross_entropy": [
        (each(lambda p, t: t * (1 - p**0.7) / 0.7 + (1 - t) * (1 - (1 - p) ** 0.7) / 0.7), (SINGLE, YES))
    ],
    "binary_distillation": [
        (binary_distillation, (SINGLE, YES, random(10, seed=8))),
        (binary_distillation, (LOGITS, HOT, random(10, 3, seed=8))),
    ],
    "hinge": [(hinge, (SINGLE, YES))],
    "hinge_weighted": [(hinge_weighted, (SINGLE, YES))],
    "asymmetric": [(each(asymmetric), (LOGITS, HOT))],
    "zlpr": [(zlpr, (LOGITS, HOT))],
}
EACH = [pytest.param(name, *case, id=f"{name}-{i}") for name, cases in OWN.items() for i, case in enumerate(cases)]


def single(tensors: tuple[Tensor, ...]) -> list[Tensor]:
    return [tensor.float() if tensor.is_floating_point() else tensor for tensor in tensors]


@pytest.mark.parametrize(("name", "reference", "tensors"), EACH)
def test_a_loss_equals_its_reference(name: str, reference: Reference, tensors: tuple[Tensor, ...]) -> None:
    wanted = reference(*(tensor.numpy() for tensor in tensors))
    assert criterion(name)(*tensors).item() == pytest.approx(wanted, rel=1e-6)
    loss = criterion(name)(*single(tensors))
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(wanted, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(("name", "reference", "tensors"), EACH)
def test_a_gradient_is_that_of_the_reference(name: str, reference: Reference, tensors: tuple[Tensor, ...]) -> None:
    prediction, *rest = tensors
    prediction = prediction.clone().requires_grad_()
    criterion(name)(prediction, *rest).backward()
    assert prediction.grad is not None
    others = [tensor.numpy() for tensor in rest]
    flat = prediction.detach().flatten().numpy()
    wanted = optimize.approx_fprime(flat, lambda z: reference(z.reshape(prediction.shape), *others), 1e-6)
    assert np.allclose(prediction.grad.flatten().numpy(), wanted, atol=2e-4)


@pytest.mark.parametrize(("name", "reference", "tensors"), EACH)
def test_extreme_logits_give_a_finite_loss_and_gradient(
    name: str, reference: Reference, tensors: tuple[Tensor, ...]
) -> None:
    prediction, *rest = single(tensors)
    bound = 1.0 if name == "ldam" else 1e4
    for extreme in (bound * prediction.sign(), -bound * prediction.sign(), torch.zeros_like(prediction)):
        start = extreme.requires_grad_()
        loss = criterion(name)(start, *rest)
        loss.backward()
        assert start.grad is not None
        assert loss.isfinite()
        assert start.grad.isfinite().all()


def test_every_loss_written_here_has_a_reference() -> None:
    """Those that are one line of torch need none."""
    plain = {"cross_entropy", "cross_entropy_two_logits", "cross_entropy_tokens", "bce"}
    assert rule_file("losses").keys() == OWN.keys() | plain


# What cards, rules and pitfalls state in figures.


def optimum(name: str, rate: float) -> float:
    """The probability that a yes-or-no loss asks for where yes has this rate."""

    def risk(z: float) -> float:
        logit = torch.tensor([z], dtype=torch.float64)
        yes, no = (criterion(name)(logit, torch.full_like(logit, label)).item() for label in (1, 0))
        return rate * yes + (1 - rate) * no

    found = optimize.minimize_scalar(risk, bounds=(-8, 8), method="bounded", options={"xatol": 1e-6})
    return float(special.expit(found.x))


@pytest.mark.parametrize(
    ("name", "constants", "wanted"),
    [
        ("sigmoid_focal", {}, 0.182),
        ("sigmoid_focal", {"ALPHA": 0.5}, 0.250),
        ("bce_pos_weight", {"POS_WEIGHT": 19.0}, 0.500),
        ("bce", {}, 0.05),
    ],
)
def test_the_probability_asked_for_at_a_rate_of_five_percent(
    name: str, constants: dict[str, float], wanted: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    for constant, value in constants.items():
        monkeypatch.setitem(chosen(f"losses/{name}"), constant, value)
    assert optimum(name, 0.05) == pytest.approx(wanted, abs=2e-3)


@pytest.mark.parametrize(("classes", "share"), [(2, 0.95), (4, 0.925), (10, 0.91), (1000, 0.9001)])
def test_smoothing_leaves_the_true_class_its_stated_share(classes: int, share: float) -> None:
    logits = torch.zeros(1, classes, dtype=torch.float64, requires_grad=True)
    criterion("cross_entropy_smoothed")(logits, torch.tensor([0])).backward()
    assert logits.grad is not None
    assert 1 / classes - logits.grad[0, 0].item() == pytest.approx(share)


def test_two_logits_and_one_are_the_same_loss() -> None:
    pair = torch.stack([torch.zeros_like(SINGLE), SINGLE], dim=1)
    assert criterion("cross_entropy_two_logits")(pair, YES.long()).item() == pytest.approx(
        criterion("bce")(SINGLE, YES).item()
    )


def test_gce_lies_between_cross_entropy_and_the_absolute_error(monkeypatch: pytest.MonkeyPatch) -> None:
    names = chosen("losses/generalized_cross_entropy")
    monkeypatch.setitem(names, "Q", 1e-7)
    assert names["criterion"](LOGITS, INDEX).item() == pytest.approx(F.cross_entropy(LOGITS, INDEX).item(), rel=1e-5)
    monkeypatch.setitem(names, "Q", 1.0)
    right = LOGITS.softmax(1).gather(1, INDEX[:, None])
    assert names["criterion"](LOGITS, INDEX).item() == pytest.approx((1 - right).mean().item())


def test_the_gradient_of_asl_survives_a_logit_of_minus_thirty() -> None:
    logit = torch.full((1, 1), -30.0, requires_grad=True)
    criterion("asymmetric")(logit, torch.ones(1, 1)).backward()
    assert logit.grad is not None
    assert logit.grad.item() == pytest.approx(-1.0, abs=1e-3)


def test_asl_leaves_negatives_alone_that_are_surer_than_its_clip() -> None:
    logits = torch.tensor([[-3.0, -2.9]], requires_grad=True)
    criterion("asymmetric")(logits, torch.zeros(1, 2)).backward()
    assert logits.grad is not None
    assert logits.sigmoid()[0, 0] < 0.05 < logits.sigmoid()[0, 1]
    assert logits.grad[0, 0] == 0 < logits.grad[0, 1]


def test_the_teacher_pulls_as_hard_at_any_temperature(monkeypatch: pytest.MonkeyPatch) -> None:
    names = chosen("losses/distillation")
    monkeypatch.setitem(names, "HARD_WEIGHT", 0.0)
    student = (LOGITS / 30).requires_grad_()
    sizes = []
    for temperature in (1.0, 4.0):
        monkeypatch.setitem(names, "TEMPERATURE", temperature)
        (gradient,) = torch.autograd.grad(names["criterion"](student, INDEX, LOGITS.flip(0) / 30), student)
        sizes.append(gradient.norm().item())
    assert sizes[1] == pytest.approx(sizes[0], rel=0.1)


@pytest.mark.parametrize("name", ["distillation", "binary_distillation"])
def test_a_sample_without_a_label_still_learns_from_its_teacher(name: str) -> None:
    student = random(4, 3).float().requires_grad_()
    labels = torch.full((4,), -100) if name == "distillation" else torch.full((4, 3), NAN)
    criterion(name)(student, labels, random(4, 3, seed=9).float()).backward()
    assert student.grad is not None
    assert student.grad.isfinite().all()
    assert student.grad.abs().min() > 0


def test_weights_that_are_given_take_the_place_of_counts() -> None:
    names = chosen("losses/cross_entropy_weighted", "class_weights")
    assert "CLASS_COUNTS" not in names
    assert names["CLASS_WEIGHTS"] == [0.37, 3.7, 33.3]


def test_coral_gives_the_value_in_the_documentation_of_its_authors() -> None:
    logits = torch.tensor([[2.1, 1.8, -2.1, -1.8], [1.9, -1.0, -1.5, -1.3], [1.9, 1.8, 1.7, 1.6]])
    assert criterion("coral")(logits, torch.tensor([2, 1, 4])).item() == pytest.approx(0.6920, abs=5e-5)


def test_the_probabilities_of_corn_never_rise_with_the_level() -> None:
    program = rendered("corn", "ordinal", "class-index")
    levels, above = program["predict"](random(200, 4).float())
    assert (above.diff(dim=1) <= 0).all()
    assert levels.equal((above > 0.5).sum(1))


def test_the_thresholds_of_coral_share_one_score() -> None:
    program = rendered("coral", "ordinal-shared", "class-index")
    torch.manual_seed(0)
    outputs = program["build_model"]()(program["batch"]()[0])
    assert torch.allclose(outputs - outputs[:, :1], (outputs - outputs[:, :1])[:1].expand_as(outputs), atol=1e-5)


# Conversions.


def yes_no(*labels: float) -> Tensor:
    return torch.tensor(labels, dtype=torch.float32)


PADDED = torch.tensor([[0, 2, 1] + [-100] * 9, [1, 0, 2, 2, 1, 0, 0, 1, 2, 0, 1, 1]])
CANONICAL: dict[str, Tensor] = {
    **dict.fromkeys(
        ["class_name_to_class_index", "level_name_to_class_index", "one_hot_to_class_index"], torch.tensor([2, 0, 1, 1])
    ),
    **dict.fromkeys(
        ["float_to_class_index", "probabilities_to_class_index", "values_to_class_index"], torch.tensor([2, 0, 1, 1])
    ),
    **dict.fromkeys(["class_name_to_binary_index", "one_hot_to_binary_index"], torch.tensor([1, 0, 1, 1])),
    **dict.fromkeys(
        ["signed_to_binary_index", "probability_to_binary_index", "values_to_binary_index"], torch.tensor([1, 0, 1, 1])
    ),
    **dict.fromkeys(["class_name_to_binary", "one_hot_to_binary", "values_to_binary"], yes_no(1, 0, 1, 1)),
    **dict.fromkeys(
        ["zero_one_to_float", "signed_to_float", "float_to_zero_one"], torch.tensor([[1.0, 0, 1], [0, 0, 0]])
    ),
    "probability_to_float": yes_no(0.25, 0, 1, 0.5),
    "class_index_to_multi_hot": torch.eye(3),
    **dict.fromkeys(
        ["label_lists_to_multi_hot", "class_names_to_multi_hot", "delimited_to_multi_hot"],
        torch.tensor([[1.0, 0, 1], [0, 0, 0]]),
    ),
    **dict.fromkeys(["label_lists_to_tokens", "class_names_to_tokens"], PADDED),
    "probabilities_to_distribution": torch.tensor([[0.5, 0.25, 0.25], [0, 1, 0]]),
}
ALWAYS_WHOLE = {"label_lists_to_tokens", "class_names_to_tokens"}
"""Formats in which padding is left out, so that nothing has to stand for a missing label."""


def missing(canonical: Tensor) -> Tensor:
    """With the first sample unlabelled."""
    gone = canonical.clone()
    gone[0] = NAN if gone.is_floating_point() else -100
    return gone


def test_every_conversion_is_tested() -> None:
    contracts = rule_file("contracts")
    named = {file for contract in contracts.values() for file in contract["stored"].values()} - {"as-is"}
    assert named == CANONICAL.keys()


@pytest.mark.parametrize("name", CANONICAL)
@pytest.mark.parametrize("option", ["", "incomplete"])
def test_a_conversion_undoes_storing(name: str, option: str) -> None:
    names = chosen(f"targets/{name}", *([option] if option else []))
    canonical = CANONICAL[name]
    if option and name not in ALWAYS_WHOLE:
        canonical = missing(canonical)
    converted = names["convert"](names["store"](canonical))
    assert converted.dtype == canonical.dtype
    assert torch.equal(converted.nan_to_num(nan=-7), canonical.nan_to_num(nan=-7))


@pytest.mark.parametrize(("name", "stored", "reason"), CASES["bad_targets"])
def test_a_conversion_refuses_what_it_can_not_read(name: str, stored: list[Any], reason: str) -> None:
    listed = "name" in name or "lists" in name or "delimited" in name
    with pytest.raises(AssertionError, match=re.escape(reason)):
        chosen(f"targets/{name}")["convert"](stored if listed else torch.tensor(stored))


def test_one_hot_rows_may_be_of_any_dtype() -> None:
    rows = F.one_hot(torch.tensor([2, 0, 1]), 3)
    convert = chosen("targets/one_hot_to_class_index")["convert"]
    for dtype in (torch.bool, torch.uint8, torch.int64, torch.float64):
        assert convert(rows.to(dtype)).tolist() == [2, 0, 1]


def test_soft_labels_of_any_precision_become_float32() -> None:
    convert = chosen("targets/probability_to_float")["convert"]
    assert convert(torch.tensor([0.3], dtype=torch.float16)).dtype == torch.float32


# Programs.


@cache
def rendered(loss: str, contract: str, target: str, *options: str) -> dict[str, Any]:
    """The names of a rendered program."""
    model = BASE.contract(contract).models[0]
    names: dict[str, Any] = {}
    exec(render(BASE, Spec(loss, contract, model, target, "", options)).source, names)  # noqa: S102 - our own program
    return names


def first_of_each(option: str) -> list[Any]:
    """One spec for each loss and contract that can be offered with an option."""
    found = {
        (spec.loss, spec.contract): spec
        for spec in offers(BASE, domain="classification")
        if option in spec.options and not spec.library
    }
    return [pytest.param(spec, id=f"{loss}-{contract}") for (loss, contract), spec in found.items()]


@pytest.mark.parametrize("spec", first_of_each("incomplete"))
def test_missing_labels_do_not_count_and_a_batch_without_labels_gives_zeros(spec: Spec) -> None:
    program = rendered(spec.loss, spec.contract, spec.target, *spec.options)
    torch.manual_seed(0)
    inputs, targets = program["batch"]()
    outputs = program["build_model"]()(inputs).detach()
    gone = targets.isnan() if targets.is_floating_point() else targets == -100
    assert gone.any()
    changed = outputs.clone()
    changed[gone] += 5.0
    assert program["loss_fn"](changed, targets).item() == pytest.approx(program["loss_fn"](outputs, targets).item())
    start = outputs.requires_grad_()
    nothing = torch.full_like(targets, NAN if targets.is_floating_point() else -100)
    loss = program["loss_fn"](start, nothing)
    loss.backward()
    assert start.grad is not None
    assert loss.item() == 0
    assert not start.grad.any()


@pytest.mark.parametrize("loss", ["cross_entropy_tokens", "cross_entropy_tokens_weighted"])
def test_longer_padding_changes_nothing(loss: str) -> None:
    program = rendered(loss, "tokens", "class-index")
    torch.manual_seed(0)
    targets = program["batch"]()[1]
    logits = torch.randn(*targets.shape, 3)
    longer = torch.cat([logits, 9 * torch.ones(len(logits), 4, 3)], dim=1)
    padded = F.pad(targets, (0, 4), value=-100)
    assert program["loss_fn"](longer, padded).item() == pytest.approx(program["loss_fn"](logits, targets).item())


@pytest.mark.parametrize("loss", ["generalized_cross_entropy", "focal_cross_entropy", "logit_adjusted_cross_entropy"])
def test_a_loss_over_tokens_is_that_over_their_real_ones(loss: str) -> None:
    program = rendered(loss, "tokens-indexed", "class-index")
    torch.manual_seed(0)
    targets = program["batch"]()[1]
    logits = torch.randn(*targets.shape, 3)
    real = [(i, j) for i, row in enumerate(targets.tolist()) for j, y in enumerate(row) if y >= 0]
    wanted = criterion(loss)(torch.stack([logits[at] for at in real]), torch.stack([targets[at] for at in real]))
    assert program["loss_fn"](logits, targets).item() == pytest.approx(wanted.item())


def test_the_prior_bias_makes_the_first_answer_no() -> None:
    program = rendered("sigmoid_focal", "binary", "class-index", "prior_bias")
    torch.manual_seed(0)
    probabilities = program["predict"](program["build_model"]()(program["batch"]()[0]))[1]
    assert probabilities.max() < 0.2


def test_the_model_for_tokens_knows_places_and_does_not_see_padding() -> None:
    tagger = template("models.tagger")
    torch.manual_seed(0)
    model = tagger.network(3).eval()
    ids = torch.tensor([[5, 6, 7, 8]])
    assert not torch.allclose(model(ids)[0, 0], model(ids[:, [0, 3, 1, 2]])[0, 0])
    padded = F.pad(ids, (0, 4), value=tagger.PAD)
    assert torch.allclose(model(padded)[:, :4], model(ids), atol=1e-5)


# Decisions.


def test_the_bare_task_of_several_labels_expects_multi_hot_rows() -> None:
    assert decide(BASE, {"task": "multilabel"}).answers["target"] == "multi-hot"


@pytest.mark.parametrize("answers", [{"task": "binary", "imbalance": "extreme"}, {"task": "extreme-imbalance"}])
def test_rare_positives_turn_on_the_bias_and_another_metric(answers: dict[str, str]) -> None:
    options = {modifier.option for modifier in decide(BASE, answers).modifiers}
    assert options == {"imbalanced", "prior_bias"}


def test_every_point_of_the_grid_is_decided_once() -> None:
    table = BASE.table("classification")
    assert coverage.gaps(table) == []
    assert list(coverage.overlaps(table)) == []
    assert list(coverage.dead(table)) == []


def test_every_alternative_takes_the_targets_of_its_rule() -> None:
    for row in BASE.table("classification").rules:
        for other in row.instead:
            assert other.contract in BASE.loss(other.loss).contracts
            assert set(row.when["target"]) <= BASE.contract(other.contract).stored.keys(), (row.id, other.loss)


def test_torchvision_renders_its_own_call() -> None:
    source = render(BASE, Spec("sigmoid_focal", "binary", "mlp", "class-index", "torchvision")).source
    assert "from torchvision.ops import sigmoid_focal_loss" in source
    assert 'reduction="sum"' in source
