"""The losses, conversions and decisions of segmentation, against independent references in float64."""

from __future__ import annotations

import runpy
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage, special
from torch import Tensor, nn

from lossadvisor.codegen.program import Spec, render
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from tests.losses.parts import template

CASES = yaml.safe_load(Path(__file__).with_name("segmentation.yaml").read_text(encoding="utf-8"))
BASE = RuleBase()
VOID = 255
TASKS = ("semantic-segmentation", "imbalanced-segmentation")
Array = np.ndarray[Any, np.dtype[np.float64]]


def scene(seed: int, *shape: int) -> tuple[Tensor, Tensor]:
    """Logits [B, C, H, W] float64 and class masks [B, H, W], of which about a fifth is void."""
    generator = torch.Generator().manual_seed(seed)
    count, classes, *size = shape or (2, 4, 5, 6)
    logits = 2 * torch.randn(count, classes, *size, dtype=torch.float64, generator=generator)
    masks = torch.randint(0, max(1, classes - seed % 2), (count, *size), generator=generator)  # odd: one is absent
    return logits, masks.masked_fill(torch.rand(masks.shape, generator=generator) < 0.2, VOID)


def labels(seed: int) -> tuple[Tensor, Tensor]:
    """Logits and masks [B, L, H, W] float64, of which about a fifth is NaN."""
    logits, masks = scene(seed)
    unknown = masks == VOID
    return logits, (logits.roll(1, 0) > 1).double().masked_fill(unknown[:, None], torch.nan)


def sides(logits: Tensor, masks: Tensor) -> list[tuple[int, int, Array, Array]]:
    """(image, class, probabilities, truth) of the pixels that count, of each image and class by itself."""
    hard = masks.dim() == 3
    p = special.softmax(logits.numpy(), axis=1) if hard else special.expit(logits.numpy())
    found = []
    for image in range(p.shape[0]):
        for number in range(p.shape[1]):
            mask = masks[image].numpy() if hard else masks[image, number].numpy()
            known = mask != VOID if hard else ~np.isnan(mask)
            truth = mask[known] == (number if hard else 1)
            found.append((image, number, p[image, number][known], truth.astype(float)))
    return found


def pools(logits: Tensor, masks: Tensor, *, pooled: bool, first: int = 0) -> list[tuple[Array, Array]]:
    """Probabilities and truth of each class, of the whole batch or of each image."""
    parts: dict[Any, list[tuple[Array, Array]]] = {}
    for image, number, p, truth in sides(logits, masks):
        if number >= first:
            parts.setdefault(number if pooled else (image, number), []).append((p, truth))
    return [(np.concatenate([p for p, _ in part]), np.concatenate([t for _, t in part])) for part in parts.values()]


def overlap(parts: list[tuple[Array, Array]], fp: float, fn: float, *, power: float = 1.0, skip: bool = True) -> float:
    """The mean of (1 - TP / (TP + fp FP + fn FN)) ** power, by its definition; absent classes cost 1 or nothing."""
    losses = []
    for p, truth in parts:
        hits = sum(p[truth == 1])
        total = hits + fp * sum(p[truth == 0]) + fn * sum(1 - p[truth == 1])
        if truth.any() or not skip:
            losses.append((1 - hits / total) ** power)
    return float(np.mean(losses)) if losses else 0.0


def lovasz(errors: Array, truth: Array) -> float:
    """The Lovasz extension by its level sets: the integral of 1 - IoU of the pixels that are wrong by more than t."""
    levels = np.unique(np.concatenate([[0.0], errors]))
    cost = 0.0
    for low, high in pairwise(levels):
        wrong = errors > low
        cost += (high - low) * (1 - np.sum(truth[~wrong]) / max(1, np.sum((truth == 1) | wrong)))
    return cost


def cross_entropy(logits: Tensor, masks: Tensor) -> Array:
    """-log p[y] of the pixels that have a label, in any order."""
    return -np.concatenate([np.log(p[t == 1]) for _, _, p, t in sides(logits, masks)])


def binary(logits: Tensor, masks: Tensor) -> float:
    return float(np.mean(np.concatenate([-np.log(np.where(t == 1, p, 1 - p)) for _, _, p, t in sides(logits, masks)])))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
@pytest.mark.parametrize("knobs", [(True, True), (True, False), (False, True), (False, False)])
def test_overlap_losses_equal_their_definition(
    monkeypatch: pytest.MonkeyPatch, seed: int, activation: str, knobs: tuple[bool, bool]
) -> None:
    pooled, skip = knobs
    for name in ("soft_dice", "region_sums"):
        monkeypatch.setattr(template(f"losses.{name}"), "POOL_BATCH", pooled)
        monkeypatch.setattr(template(f"losses.{name}"), "SKIP_ABSENT", skip)
    logits, masks = scene(seed) if activation == "softmax" else labels(seed)
    both = template(f"losses.{activation}_regions").regions(logits, masks)
    parts = pools(logits, masks, pooled=pooled)
    wanted = {
        "dice": overlap(parts, 0.5, 0.5, skip=skip),
        "tversky": overlap(parts, 0.3, 0.7, skip=skip),
        "focal_tversky": overlap(parts, 0.3, 0.7, power=0.75, skip=skip),
    }
    for name, value in wanted.items():
        assert template(f"losses.{name}").criterion(*both).item() == pytest.approx(value, abs=1e-4), name


@given(seed=st.integers(0, 10_000), classes=st.integers(2, 5), height=st.integers(1, 6), width=st.integers(1, 6))
def test_dice_is_tversky_with_equal_weights(seed: int, classes: int, height: int, width: int) -> None:
    logits, masks = scene(seed, 2, classes, height, width)
    both = template("losses.softmax_regions").regions(logits, masks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(template("losses.tversky"), "FP_WEIGHT", 0.5)
        patch.setattr(template("losses.tversky"), "FN_WEIGHT", 0.5)
        same = template("losses.tversky").criterion(*both)
    assert template("losses.dice").criterion(*both).item() == pytest.approx(same.item(), abs=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_generalised_dice_equals_its_definition(seed: int) -> None:
    logits, masks = scene(seed)
    parts = [(p, t) for p, t in pools(logits, masks, pooled=True) if t.any()]
    weights = [1 / sum(t) ** 2 for _, t in parts]
    hits = sum(w * sum(p * t) for w, (p, t) in zip(weights, parts, strict=True))
    both = sum(w * sum(p + t) for w, (p, t) in zip(weights, parts, strict=True))
    found = template("losses.generalized_dice").criterion(*template("losses.softmax_regions").regions(logits, masks))
    assert found.item() == pytest.approx(1 - 2 * hits / both)


@pytest.mark.parametrize("seed", range(4))
def test_sums_of_terms_equal_their_definitions(seed: int) -> None:
    logits, masks = scene(seed)
    pooled = pools(logits, masks, pooled=True)
    plain = float(np.mean(cross_entropy(logits, masks)))
    found = template("losses.dice_cross_entropy").criterion(logits, masks)
    assert found["cross_entropy"].item() == pytest.approx(plain)
    assert found["dice"].item() == pytest.approx(overlap(pooled, 0.5, 0.5), abs=1e-4)
    found = template("losses.lovasz_cross_entropy").criterion(logits, masks)
    assert found["cross_entropy"].item() == pytest.approx(plain)
    wanted = np.mean([lovasz(np.abs(t - p), t) for p, t in pooled if t.any()])
    assert found["lovasz"].item() == pytest.approx(wanted)
    logits, masks = labels(seed)
    found = template("losses.dice_bce").criterion(logits, masks)
    assert found["bce"].item() == pytest.approx(binary(logits, masks))
    assert found["dice"].item() == pytest.approx(overlap(pools(logits, masks, pooled=True), 0.5, 0.5), abs=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_the_lovasz_hinge_equals_its_definition(seed: int) -> None:
    logits, masks = labels(seed)
    known = ~masks[:, :1].isnan()
    scores, truth = logits[:, :1][known], masks[:, :1][known]
    errors = np.maximum(0, 1 - scores.numpy() * (2 * truth.numpy() - 1))
    found = template("losses.lovasz_hinge").criterion(scores, truth)
    assert found.item() == pytest.approx(lovasz(errors, truth.numpy()))


@pytest.mark.parametrize("seed", range(4))
def test_top_k_is_the_mean_of_the_largest_tenth(seed: int) -> None:
    logits, masks = scene(seed)
    losses = np.sort(cross_entropy(logits, masks))[::-1]
    wanted = np.mean(losses[: max(1, round(0.1 * len(losses)))])
    assert template("losses.top_k_cross_entropy").criterion(logits, masks).item() == pytest.approx(wanted)


def test_signed_distances_are_those_of_scipy() -> None:
    _, masks = scene(1, 3, 4, 9, 13)
    found = template("losses.signed_distances").signed_distances(masks, 4)
    assert found.dtype == torch.float32
    for image in range(3):
        for number in range(4):
            truth = (masks[image] == number).numpy()
            outside = ndimage.distance_transform_edt(~truth) * ~truth
            inside = (ndimage.distance_transform_edt(truth) - 1) * truth
            wanted = outside - inside if truth.any() else 0 * outside
            assert np.allclose(found[image, number].numpy(), wanted, atol=1e-5)


def test_a_class_that_has_the_whole_image_has_no_outline() -> None:
    found = template("losses.signed_distances").signed_distances(torch.zeros(1, 4, 4, dtype=torch.int64), 2)
    assert not found.any()


def test_the_boundary_term_is_the_mean_of_probability_times_distance() -> None:
    logits, masks = scene(2)
    distances = template("losses.signed_distances").signed_distances(masks, 4).double()
    p = special.softmax(logits.numpy(), axis=1) * (masks != VOID)[:, None].numpy()
    found = template("losses.boundary_dice_cross_entropy").criterion(logits, masks, distances)
    assert found["boundary"].item() == pytest.approx(0.1 * np.mean(p * distances.numpy()))


REGIONS = ["dice", "tversky", "focal_tversky", "generalized_dice"]


@pytest.mark.parametrize("name", REGIONS)
def test_a_gradient_is_that_of_the_value(name: str) -> None:
    logits, masks = scene(0, 2, 3, 3, 4)
    part, regions = template(f"losses.{name}"), template("losses.softmax_regions").regions
    assert torch.autograd.gradcheck(lambda z: part.criterion(*regions(z, masks)), logits.requires_grad_(), atol=1e-5)


def test_the_gradient_of_lovasz_is_that_of_the_value() -> None:
    logits, masks = scene(0, 2, 3, 3, 4)
    part = template("losses.lovasz_cross_entropy")
    assert torch.autograd.gradcheck(lambda z: part.lovasz_softmax(z, masks), logits.requires_grad_(), atol=1e-5)


def program(loss: str, contract: str, *options: str, target: str = "") -> dict[str, Any]:
    """A program, executed."""
    target = target or next(iter(BASE.contract(contract).stored))
    source = render(BASE, Spec(loss, contract, "", target, options=options)).source
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "program.py")
        path.write_text(source, encoding="utf-8")
        return runpy.run_path(str(path))


FOREGROUND = [
    ("dice", "class-foreground-regions"),
    ("tversky", "class-foreground-regions"),
    ("focal_tversky", "class-foreground-regions"),
    ("dice", "binary-mask-regions"),
    ("tversky", "label-mask-regions"),
]


@pytest.mark.parametrize(("loss", "contract"), FOREGROUND)
@pytest.mark.parametrize("size", [1e4, 20.0, 0.0])
def test_without_foreground_the_loss_is_finite_and_asks_for_none(loss: str, contract: str, size: float) -> None:
    names = program(loss, contract)
    _, masks = names["batch"]()
    masks = torch.where(masks == VOID, masks, torch.zeros_like(masks)) if masks.dim() == 3 else masks * 0
    logits = torch.full((8, names.get("NUM_CLASSES", names.get("NUM_LABELS")), 16, 16), size, requires_grad=True)
    found = names["loss_fn"](logits, masks)
    found.backward()
    assert found.item() == 0
    assert logits.grad is not None
    assert not logits.grad.any()


def test_class_0_is_left_out_of_the_overlap_of_small_classes() -> None:
    logits, masks = scene(1)
    found = program("tversky", "class-foreground-regions")["loss_fn"](logits, masks)
    assert found.item() == pytest.approx(overlap(pools(logits, masks, pooled=True, first=1), 0.3, 0.7), abs=1e-4)


def test_costly_false_alarms_swap_the_weights() -> None:
    logits, masks = labels(1)
    found = program("tversky", "label-mask-regions", "incomplete", "precise")["loss_fn"](logits, masks.float())
    assert found.item() == pytest.approx(overlap(pools(logits, masks, pooled=True), 0.7, 0.3), abs=1e-4)


def test_a_batch_that_is_all_void_has_terms_of_zero_and_no_gradient() -> None:
    for loss, contract in (("dice_cross_entropy", "class-masks-terms"), ("lovasz_cross_entropy", "class-masks-terms")):
        logits = torch.randn(2, 3, 4, 4, requires_grad=True)
        terms = program(loss, contract)["loss_terms"](logits, torch.full((2, 4, 4), VOID))
        sum(terms.values()).backward()
        assert all(term.item() == 0 for term in terms.values())
        assert logits.grad is not None
        assert not logits.grad.any()


CONVERSIONS = [
    (contract, target)
    for contract in ("class-masks", "binary-contours", "binary-masks", "label-masks")
    for target, name in BASE.contract(contract).stored.items()
    if name != "as-is"
]


@pytest.mark.parametrize(("contract", "target"), CONVERSIONS)
def test_a_conversion_undoes_how_masks_are_stored(contract: str, target: str) -> None:
    loss = next(key for key in BASE.losses if contract in BASE.loss(key).contracts)
    options = ("incomplete",) if "masks" in contract and "class" not in contract else ()
    names = program(loss, contract, *options, target=target)
    torch.manual_seed(0)
    _, wanted, *_ = names["batch"]()
    stored = names["store"](wanted)
    assert not stored.is_floating_point()
    assert torch.equal(names["convert"](stored).nan_to_num(nan=-1), wanted.nan_to_num(nan=-1))


def test_masks_that_were_resized_by_blending_are_refused() -> None:
    blended = torch.tensor([[[0, 64], [191, 255]]], dtype=torch.uint8)
    for contract, loss in (("binary-masks", "bce"), ("binary-contours", "boundary_dice_cross_entropy")):
        with pytest.raises(AssertionError, match="blending"):
            program(loss, contract, target="black-white")["convert"](blended)
    colored = torch.full((1, 2, 2, 3), 7, dtype=torch.uint8)
    with pytest.raises(AssertionError, match="blending"):
        program("cross_entropy_masks", "class-masks", target="color-masks")["convert"](colored)
    with pytest.raises(AssertionError, match="overlapping"):
        program("cross_entropy_masks", "class-masks", target="one-hot")["convert"](torch.ones(1, 3, 2, 2))


@pytest.mark.parametrize("task", TASKS)
def test_false_alarms_that_cost_more_turn_the_weights_round(task: str) -> None:
    answers = {"task": task, "goal": "overlap", "costlier-error": "false-alarms"}
    assert "precise" in [modifier.option for modifier in decide(BASE, answers).modifiers]


LOGITS = torch.zeros(2, 5, 8, 8)
MASKS = torch.zeros(2, 8, 8, dtype=torch.int64)
WRONG: dict[str, list[Callable[[], Any]]] = {
    "void-label": [
        lambda: F.cross_entropy(LOGITS, MASKS + VOID),
        lambda: F.one_hot(MASKS + VOID, 5),
        lambda: LOGITS.scatter_(1, MASKS[:, None] + VOID, 1.0),
    ],
    "mask-shape": [
        lambda: F.cross_entropy(LOGITS, MASKS[:, None]),
        lambda: F.cross_entropy(LOGITS, torch.zeros(2, 16, 16, dtype=torch.int64)),
        lambda: F.cross_entropy(LOGITS, MASKS[:1]),
        lambda: F.cross_entropy({"out": LOGITS}, MASKS),  # type: ignore[arg-type]
    ],
    "mask-dtype": [
        lambda: F.cross_entropy(LOGITS, MASKS.byte()),
        lambda: F.cross_entropy(LOGITS, MASKS.float()),
        lambda: F.cross_entropy(LOGITS, LOGITS.long()),
        lambda: F.cross_entropy(LOGITS, LOGITS, ignore_index=VOID),
        lambda: F.one_hot(MASKS.byte(), 5),
    ],
    "channels-last-logits": [
        lambda: F.cross_entropy(torch.zeros(2, 16, 16, 5), torch.zeros(2, 16, 16, dtype=torch.int64))
    ],
    "resized-masks": [lambda: F.interpolate(MASKS[:, None], 4)],
    "mask-broadcast": [lambda: nn.BCEWithLogitsLoss()(LOGITS[:, :1], MASKS.float())],
    "mask-range": [lambda: nn.BCELoss()(LOGITS, LOGITS + VOID)],
    "thresholded-overlap": [lambda: (LOGITS.clone().requires_grad_() > 0).float().mean().backward()],
}


@pytest.mark.parametrize(("pitfall", "call"), [(name, call) for name, calls in WRONG.items() for call in calls])
def test_a_pitfall_quotes_the_error_that_torch_raises(pitfall: str, call: Callable[[], Any]) -> None:
    with pytest.raises((RuntimeError, ValueError, IndexError, TypeError)) as caught:
        call()
    told = f"{caught.type.__name__}: {caught.value}".replace("\n", " ")
    assert any(text in told for text in BASE.pitfall(pitfall).errors), told


def test_the_figures_that_pitfalls_state_hold() -> None:
    dice = template("losses.soft_dice").dice
    perfect = torch.zeros(2, 1, 100, 100, dtype=torch.float64)
    perfect[0, 0, :10] = 1
    perfect[1, 0, 0, :10] = 1
    missed = perfect.clone()
    missed[1] = 0
    assert dice(missed, perfect).item() == pytest.approx(0.005, abs=1e-4)  # pooled-dice-hides-images
    assert dice(perfect, 255 * perfect).item() == pytest.approx(-0.992, abs=1e-3)  # mask-range
    for share, cost in ((0.5, 0.34), (0.01, 0.97)):  # activation-before-overlap
        truth = (torch.arange(10_000).view(1, 1, 100, 100) < 10_000 * share).double()
        assert dice(truth.sigmoid(), truth).item() == pytest.approx(cost, abs=0.006)
    rare = (torch.arange(10_000).view(100, 100) < 100).long()[None]
    one_hot = F.one_hot(torch.stack([1 - rare, rare], 1).argmax(1), 2).movedim(-1, 1).double()
    empty = torch.stack([torch.ones_like(rare), torch.zeros_like(rare)], 1).double()
    assert 1 - (one_hot * empty).sum(1).mean().item() == pytest.approx(0.01)  # dice-is-not-one-function


def test_a_smoothing_of_one_halves_the_cost_of_a_missed_pixel(monkeypatch: pytest.MonkeyPatch) -> None:
    part = template("losses.soft_dice")
    monkeypatch.setattr(part, "SMOOTH", 1.0)
    truth = torch.zeros(1, 1, 8, 8)
    truth[0, 0, 0, 0] = 1
    assert part.dice(torch.zeros_like(truth), truth).item() == pytest.approx(0.5)


def test_half_precision_breaks_sums_over_pixels() -> None:
    logits = torch.zeros(1, 2, 256, 256, dtype=torch.float16, requires_grad=True)
    loss = F.cross_entropy(logits, torch.zeros(1, 256, 256, dtype=torch.int64))
    loss.backward()
    assert loss.item() == 0  # 45426 / inf; the right value is log 2
    assert logits.grad is not None
    assert not logits.grad.any()


def test_lovasz_in_bfloat16_points_elsewhere() -> None:
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(76_800, generator=generator)
    truth = (torch.rand(76_800, generator=generator) < 0.1).float()
    pulls = []
    for dtype in (torch.float64, torch.float32, torch.bfloat16):
        start = scores.to(dtype).clone().requires_grad_()
        template("losses.lovasz").lovasz((truth.to(dtype) - start.sigmoid()).abs(), truth.to(dtype)).backward()
        assert start.grad is not None
        pulls.append(start.grad.double())
    assert torch.cosine_similarity(pulls[0], pulls[1], dim=0) > 0.9999
    assert torch.cosine_similarity(pulls[0], pulls[2], dim=0) < 0.2
