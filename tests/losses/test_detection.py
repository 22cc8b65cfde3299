"""The losses, assignments and decisions of detection and keypoints, against independent references in float64."""

from __future__ import annotations

import itertools
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
from scipy import ndimage, optimize, special
from torch import Tensor

from lossadvisor.rulebase.load import RuleBase
from tests.losses.parts import template

CASES = yaml.safe_load(Path(__file__).with_name("detection.yaml").read_text(encoding="utf-8"))
BASE = RuleBase()
CLASSES, PADDING = 3, -100
SEED = st.integers(0, 10_000)


def some_boxes(generator: torch.Generator, *shape: int) -> Tensor:
    start, size = torch.rand(2, *shape, 2, dtype=torch.float64, generator=generator)
    return torch.cat([0.7 * start, 0.7 * start + 0.05 + 0.25 * size], dim=-1)


def scene(seed: int) -> tuple[torch.Generator, Tensor, Tensor]:
    """A generator, labels [3, 4] of which some hold no object, and boxes [3, 4, 4] float64."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, CLASSES, (3, 4), generator=generator)
    labels[torch.rand(labels.shape, generator=generator) < 0.4] = PADDING
    return generator, labels, some_boxes(generator, 3, 4)


def iou(a: Tensor, b: Tensor) -> float:
    sides = [max(0.0, min(float(a[i + 2]), float(b[i + 2])) - max(float(a[i]), float(b[i]))) for i in (0, 1)]
    common = sides[0] * sides[1]
    areas = [float((box[2] - box[0]) * (box[3] - box[1])) for box in (a, b)]
    return common / (sum(areas) - common)


def giou(a: Tensor, b: Tensor) -> float:
    around = float((torch.maximum(a[2:], b[2:]) - torch.minimum(a[:2], b[:2])).prod())
    areas = sum(float((box[2] - box[0]) * (box[3] - box[1])) for box in (a, b))
    union = areas / (1 + iou(a, b))
    return iou(a, b) - (around - union) / around


def center_size(box: Tensor) -> Tensor:
    return torch.cat([(box[:2] + box[2:]) / 2, box[2:] - box[:2]])


@given(seed=SEED)
def test_focal_classes_are_the_sum_of_the_formula(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    logits = 3 * torch.randn(2, 5, CLASSES, dtype=torch.float64, generator=generator)
    classes = torch.randint(-1, CLASSES + 1, (2, 5), generator=generator)
    classes[classes == -1] = PADDING
    wanted = 0.0
    for row, label in zip(logits.flatten(0, 1).tolist(), classes.flatten().tolist(), strict=True):
        for number, value in enumerate(row):
            p = special.expit(value)
            if label != PADDING:
                wanted += -0.25 * (1 - p) ** 2 * np.log(p) if number == label else -0.75 * p**2 * np.log(1 - p)
    assert template("losses.focal_classes").focal_classes(logits, classes).item() == pytest.approx(wanted)


def test_focal_classes_refuse_a_class_that_there_is_not() -> None:
    with pytest.raises(RuntimeError, match="out of bounds"):
        template("losses.focal_classes").focal_classes(torch.zeros(1, 2, CLASSES), torch.tensor([[0, CLASSES + 1]]))


@pytest.mark.parametrize("size", [8.0, 12.0, 50.0])
def test_focal_classes_of_sure_and_right_logits_are_exact_in_float32(size: float) -> None:
    classes = torch.arange(CLASSES + 1).repeat(2, 10)
    logits = size * (2 * F.one_hot(classes, CLASSES + 1)[..., :-1].double() - 1)
    exact, found = (template("losses.focal_classes").focal_classes(z, classes) for z in (logits, logits.float()))
    assert found.item() == pytest.approx(exact.item(), rel=1e-5, abs=1e-30)


@given(seed=SEED)
def test_mined_cross_entropy_keeps_the_three_hardest_negatives_of_each_positive(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(3, 12, CLASSES + 1, dtype=torch.float64, generator=generator)
    classes = torch.randint(0, 8, (3, 12), generator=generator).clamp(max=CLASSES)
    classes[torch.rand(classes.shape, generator=generator) < 0.2] = PADDING
    wanted = 0.0
    for row, labels in zip(logits.log_softmax(-1), classes.tolist(), strict=True):
        costs = [-row[i, label].item() if label != PADDING else 0.0 for i, label in enumerate(labels)]
        positives = [i for i, label in enumerate(labels) if 0 <= label < CLASSES]
        negatives = sorted((costs[i] for i, label in enumerate(labels) if label == CLASSES), reverse=True)
        wanted += sum(costs[i] for i in positives) + sum(negatives[: 3 * len(positives)])
    found = template("losses.mined_cross_entropy").mined_cross_entropy(logits, classes)
    assert found.item() == pytest.approx(wanted)


@given(seed=SEED)
def test_anchors_are_for_the_object_that_they_overlap_most_and_no_object_goes_without(seed: int) -> None:
    generator, labels, boxes = scene(seed)
    anchors = some_boxes(generator, 40)
    classes, *positives = template("losses.owner_of_anchors").assign(labels, boxes, anchors, CLASSES)
    found = {(image, anchor): number for image, anchor, number in zip(*(p.tolist() for p in positives), strict=True)}
    for image in range(len(labels)):
        real = [number for number in range(4) if labels[image, number] != PADDING]
        table = np.array([[iou(boxes[image, number], anchor) for anchor in anchors] for number in real])
        best = {int(row.argmax()) for row in table}
        for anchor in range(40):
            highest = max((row[anchor] for row in table), default=-1.0)
            label = classes[image, anchor].item()
            if anchor in best or highest >= 0.5:
                assert label == labels[image, found[image, anchor]]
                if anchor not in best:
                    assert found[image, anchor] == real[int(table[:, anchor].argmax())]
            else:
                assert (image, anchor) not in found
                assert label == (PADDING if highest >= 0.4 else CLASSES)
        wanted = {int(row.argmax()): number for row, number in zip(table, real, strict=True)}
        assert all(found[image, anchor] in real for anchor in wanted)


@pytest.mark.parametrize("name", ["multibox", "mask_rcnn"])
def test_offsets_are_scaled_before_smooth_l1(name: str) -> None:
    beta = template(f"losses.{name}").BETA
    offsets, wanted = torch.randn(2, 5, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    error = (offsets - wanted).abs() * torch.tensor([10.0, 10.0, 5.0, 5.0])
    expected = torch.where(error < beta, error**2 / (2 * beta), error - beta / 2).sum()
    found = template("losses.scaled_offsets").scaled_smooth_l1(offsets, wanted, beta)
    assert found.item() == pytest.approx(expected.item())


@given(seed=SEED)
def test_decoded_offsets_are_the_boxes_that_were_encoded(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    boxes, anchors = some_boxes(generator, 6), some_boxes(generator, 6)
    offsets = template("losses.encoded").encode(boxes, anchors)
    size = anchors[:, 2:] - anchors[:, :2]
    assert offsets[:, :2].allclose((boxes + boxes.roll(2, 1) - anchors - anchors.roll(2, 1))[:, :2] / 2 / size)
    assert template("losses.offsets").decode(offsets, anchors).allclose(boxes)


def test_decoded_boxes_are_in_order_whatever_the_offsets() -> None:
    generator = torch.Generator().manual_seed(0)
    offsets = 1000 * torch.randn(500, 4, generator=generator)
    offsets[:, :2] /= 1e6
    boxes = template("losses.offsets").decode(offsets, some_boxes(generator, 500).float())
    assert boxes.isfinite().all()
    assert (boxes[:, 2:] > boxes[:, :2]).all()


@given(seed=SEED, rows=st.integers(0, 7), more=st.integers(0, 5), whole=st.booleans())
def test_the_assignment_is_as_cheap_as_that_of_scipy(seed: int, rows: int, more: int, *, whole: bool) -> None:
    cost = np.random.default_rng(seed).normal(size=(rows, rows + more)) * 3
    cost = cost.round() if whole else cost  # with ties
    columns = template("losses.assignment").cheapest(cost.tolist())
    assert len(set(columns)) == rows
    best = cost[optimize.linear_sum_assignment(cost)].sum()
    assert cost[range(rows), columns].sum() == pytest.approx(best)


def cheapest_cost(costs: Callable[[int, int], float], numbers: list[int], queries: int) -> float:
    """The least sum over all ways to hand out queries, by trying them all."""
    ways = itertools.permutations(range(queries), len(numbers))
    return min(sum(costs(q, n) for q, n in zip(way, numbers, strict=True)) for way in ways)


@given(seed=SEED)
def test_queries_are_matched_at_the_least_cost_of_class_distance_and_overlap(seed: int) -> None:
    generator, labels, boxes = scene(seed)
    logits = torch.randn(3, 5, CLASSES + 1, dtype=torch.float64, generator=generator)
    found = some_boxes(generator, 3, 5)
    pairs = template("losses.matched_boxes").match(logits, found, labels, boxes).T.tolist()
    for image in range(3):

        def cost(query: int, number: int, image: int = image) -> float:
            a, b = found[image, query], boxes[image, number]
            chance = logits[image, query].softmax(0)[labels[image, number]].item()
            distance = (center_size(a) - center_size(b)).abs().sum().item()
            return -chance + 5 * distance - 2 * giou(a, b)

        mine = [(query, number) for at, query, number in pairs if at == image]
        real = [number for number in range(4) if labels[image, number] != PADDING]
        assert sorted(number for _, number in mine) == real
        assert len({query for query, _ in mine}) == len(real)
        best = cheapest_cost(cost, real, 5)
        assert sum(cost(*pair) for pair in mine) == pytest.approx(best, abs=1e-5)


def test_the_terms_of_detr_are_those_of_the_paper() -> None:
    generator = torch.Generator().manual_seed(3)
    logits = torch.randn(2, 4, CLASSES + 1, dtype=torch.float64, generator=generator)
    classes = torch.tensor([[0, 3, 3, 2], [3, 3, 1, 3]])
    found, boxes = some_boxes(generator, 3), some_boxes(generator, 3)
    logs = logits.log_softmax(-1).gather(-1, classes[..., None])[..., 0]
    weights = torch.where(classes == CLASSES, 0.1, 1.0)
    pairs = list(zip(found, boxes, strict=True))
    terms = template("losses.detr").criterion(logits, classes, found, boxes)
    assert terms["class"].item() == pytest.approx(float(-(weights * logs).sum() / weights.sum()))
    distance = sum((center_size(a) - center_size(b)).abs().sum().item() for a, b in pairs)
    assert terms["l1"].item() == pytest.approx(5 * distance / 3)
    assert terms["giou"].item() == pytest.approx(2 * sum(1 - giou(a, b) for a, b in pairs) / 3, abs=1e-4)


@given(seed=SEED)
def test_points_are_for_the_objects_that_they_predict_best(seed: int) -> None:
    generator, labels, boxes = scene(seed)
    part = template("losses.task_alignment")
    points = torch.rand(60, 2, dtype=torch.float64, generator=generator)
    scores = torch.rand(3, 60, CLASSES, dtype=torch.float64, generator=generator)
    found = some_boxes(generator, 3, 60)
    targets, owned = part.assign(scores, found, points, labels, boxes)
    wanted = torch.zeros_like(targets)
    for image in range(3):
        chosen: dict[int, list[tuple[float, int, float]]] = {}
        for number in range(4):
            if labels[image, number] == PADDING:
                continue
            box = boxes[image, number]
            inside = [a for a in range(60) if (points[a] > box[:2]).all() and (points[a] < box[2:]).all()]
            overlaps = {a: iou(box, found[image, a]) for a in inside}
            fits = {a: scores[image, a, labels[image, number]].item() ** 0.5 * overlaps[a] ** 6 for a in inside}
            for a in sorted(inside, key=lambda a: -fits[a])[: part.TOP]:
                chosen.setdefault(a, []).append((overlaps[a], number, fits[a]))
        mine = {a: max(rivals) for a, rivals in chosen.items() if max(rivals)[0] > 0}
        for a, (_, number, fit) in mine.items():
            of = [(o, f) for o, n, f in mine.values() if n == number]
            share = fit / max(f for _, f in of) * max(o for o, _ in of)
            wanted[image, a, labels[image, number]] = share
            if fit > 0:
                assert owned[image, a].equal(boxes[image, number])
    assert targets.allclose(wanted, atol=1e-5)


def test_distribution_focal_is_cross_entropy_to_the_bins_beside() -> None:
    generator = torch.Generator().manual_seed(4)
    sides = torch.randn(5, 4, 6, dtype=torch.float64, generator=generator)
    distances = 5.5 * torch.rand(5, 4, dtype=torch.float64, generator=generator)
    logs = sides.log_softmax(-1)
    wanted = torch.zeros(5, dtype=torch.float64)
    for place in itertools.product(range(5), range(4)):
        distance = min(distances[place].item(), 4.99)
        low = int(distance)
        cost = -(low + 1 - distance) * logs[place][low] - (distance - low) * logs[place][low + 1]
        wanted[place[0]] += cost / 4
    assert template("losses.bce_ciou_dfl").distribution_focal(sides, distances).allclose(wanted)


def test_regions_are_cropped_at_the_centres_of_their_bins() -> None:
    generator = torch.Generator().manual_seed(5)
    maps = torch.rand(2, 3, 9, 7, dtype=torch.float64, generator=generator)
    regions, part = some_boxes(generator, 4), template("models.regions")
    found = part.crop(maps, regions)
    assert found.shape == (2, 4, 3, part.BINS, part.BINS)
    steps = (np.arange(part.BINS) + 0.5) / part.BINS
    for number, (x1, y1, x2, y2) in enumerate(regions.tolist()):
        y, x = np.meshgrid((y1 + (y2 - y1) * steps) * 9 - 0.5, (x1 + (x2 - x1) * steps) * 7 - 0.5, indexing="ij")
        wanted = ndimage.map_coordinates(maps[1, 2].numpy(), [y, x], order=1, mode="grid-constant")
        assert np.allclose(found[1, number, 2].numpy(), wanted)


def test_the_terms_of_mask_rcnn_are_sums_over_what_they_are_divided_by() -> None:
    generator = torch.Generator().manual_seed(6)
    logits = torch.randn(2, 5, CLASSES + 1, dtype=torch.float64, generator=generator)
    classes = torch.tensor([[3, 0, 3, 3, 2], [3, 3, 3, 1, 3]])
    boxes, regions = some_boxes(generator, 3), some_boxes(generator, 3)
    offsets = template("losses.encoded").encode(boxes, regions) + 0.01
    masks = torch.randn(3, 4, 4, dtype=torch.float64, generator=generator), torch.rand(3, 4, 4, dtype=torch.float64)
    terms = template("losses.mask_rcnn").criterion(logits, classes, (offsets, boxes, regions), masks)
    logs = logits.log_softmax(-1).gather(-1, classes[..., None])
    assert terms["class"].item() == pytest.approx(-logs.mean().item())
    errors = np.array([0.1, 0.1, 0.05, 0.05])
    assert terms["box"].item() == pytest.approx(3 * (errors**2 * 9 / 2).sum() / 10)
    p, truth = special.expit(masks[0].numpy()), masks[1].numpy()
    assert terms["mask"].item() == pytest.approx(float(-(truth * np.log(p) + (1 - truth) * np.log(1 - p)).mean()))


def test_masks_are_compared_by_pixels_and_as_a_whole() -> None:
    generator = torch.Generator().manual_seed(7)
    logits = torch.randn(3, 5, 6, dtype=torch.float64, generator=generator)
    masks = (torch.rand(2, 1, 5, 6, generator=generator) < 0.4).double()
    part = template("losses.mask_gaps")
    p = logits.sigmoid()
    for i, j in itertools.product(range(2), range(3)):
        truth = masks[i, 0]
        bce = F.binary_cross_entropy(p[j], truth)
        dice = 1 - (2 * (p[j] * truth).sum() + 1) / (p[j].sum() + truth.sum() + 1)
        assert part.mask_bce(logits, masks)[i, j].item() == pytest.approx(bce.item())
        assert part.mask_dice(logits, masks)[i, j].item() == pytest.approx(dice.item())


def test_masks_of_queries_are_matched_at_the_least_cost() -> None:
    generator, labels, _ = scene(8)
    logits = torch.randn(3, 5, CLASSES + 1, dtype=torch.float64, generator=generator)
    found = 2 * torch.randn(3, 5, 4, 4, dtype=torch.float64, generator=generator)
    masks = (torch.rand(3, 4, 4, 4, generator=generator) < 0.5).double()
    gaps = template("losses.mask_gaps")
    pairs = template("losses.matched_masks").match(logits, found, labels, masks).T.tolist()

    for image in range(3):

        def cost(query: int, number: int, image: int = image) -> float:
            chance = logits[image, query].softmax(0)[labels[image, number]]
            sides = found[image, query], masks[image, number]
            return float(-2 * chance + 5 * gaps.mask_bce(*sides) + 5 * gaps.mask_dice(*sides))

        real = [number for number in range(4) if labels[image, number] != PADDING]
        mine = [cost(query, number) for at, query, number in pairs if at == image]
        assert sum(mine) == pytest.approx(cheapest_cost(cost, real, 5))


def test_more_objects_than_queries_are_refused_rather_than_forgotten() -> None:
    _, _, boxes = scene(0)
    with pytest.raises(AssertionError, match="4 objects, 2 queries"):
        template("losses.matched_boxes").match(torch.zeros(3, 2, 4), boxes[:, :2], torch.zeros(3, 4).long(), boxes)


def test_heatmaps_have_their_peak_at_the_point() -> None:
    part = template("losses.heatmap_mse")
    points = torch.tensor([[0.25, 0.75]], dtype=torch.float64)
    (spot,) = part.spots(points, 64)
    assert divmod(int(spot.argmax()), 64)[0] in (47, 48)  # row: y
    assert int(spot.argmax()) % 64 in (15, 16)  # column: x
    assert spot.sum().item() == pytest.approx(2 * np.pi * part.SPREAD**2, rel=1e-6)
    y, x = np.mgrid[0:64, 0:64] + 0.5
    wanted = np.exp(-((x - 16) ** 2 + (y - 48) ** 2) / (2 * part.SPREAD**2))
    maps = torch.rand(1, 64, 64, dtype=torch.float64)
    assert part.criterion(maps, points).item() == pytest.approx(((maps[0].numpy() - wanted) ** 2).mean())


@pytest.mark.parametrize("name", ["focal_l1", "focal_giou"])
def test_torchvision_says_the_same(name: str) -> None:
    pytest.importorskip("torchvision.ops")
    generator = torch.Generator().manual_seed(9)
    logits, classes = torch.randn(2, 6, CLASSES, generator=generator), torch.tensor([[0, 3, 3, 1, -100, 3]] * 2)
    boxes, anchors = some_boxes(generator, 4).float(), some_boxes(generator, 4).float()
    sides = logits, classes, 0.3 * torch.randn(4, 4, generator=generator), boxes, anchors
    ours, theirs = (template(f"losses.{name}{end}").criterion(*sides) for end in ("", "_torchvision"))
    assert {k: v.item() for k, v in ours.items()} == pytest.approx({k: v.item() for k, v in theirs.items()}, rel=1e-5)


NOTHING = torch.zeros(0, 4)
EMPTY: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(["focal_smooth_l1", "focal_l1", "focal_giou", "focal_diou", "focal_ciou"], (NOTHING,) * 3),
    "multibox": (NOTHING,) * 3,
    "multibox_giou": (NOTHING,) * 3,
    "detr": (NOTHING,) * 2,
    "mask_rcnn": ((NOTHING,) * 3, (torch.zeros(0, 4, 4),) * 2),
    "mask2former": (torch.zeros(0, 4, 4),) * 2,
}


@pytest.mark.parametrize("name", EMPTY)
def test_images_without_objects_and_sure_logits_stay_finite(name: str) -> None:
    sign = torch.randn(2, 6, CLASSES + (not name.startswith("focal")), generator=torch.Generator().manual_seed(0))
    for scale in (0.0, 200.0):
        logits = (scale * sign).requires_grad_()
        terms = template(f"losses.{name}").criterion(logits, torch.full((2, 6), CLASSES), *EMPTY[name])
        total = sum(terms.values())
        (gradient,) = torch.autograd.grad(total, logits)
        assert total.isfinite()
        assert gradient.isfinite().all()
        assert all(term == 0 for key, term in terms.items() if key != "class")


def test_points_that_are_sure_of_the_wrong_class_still_get_targets() -> None:
    _, labels, boxes = scene(2)
    grid = torch.cartesian_prod(*[torch.linspace(0.02, 0.98, 20, dtype=torch.float64)] * 2)
    scores = torch.full((3, 400, CLASSES), 1e-9, dtype=torch.float64)
    found = torch.cat([grid - 0.3, grid + 0.3], dim=1).expand(3, -1, -1)
    targets, _ = template("losses.task_alignment").assign(scores, found, grid, labels, boxes)
    assert (targets.flatten(1).amax(dim=1) > 0.01).equal((labels != PADDING).any(dim=1))


def test_a_surer_box_suppresses_its_neighbours_and_itself_stays() -> None:
    boxes = torch.tensor([[[0.0, 0.0, 0.4, 0.4], [0.02, 0.0, 0.42, 0.4], [0.6, 0.6, 0.9, 0.9]]])
    stays = template("losses.surest").surest(torch.tensor([[0.7, 0.9, 0.2]]), boxes)
    assert stays.tolist() == [[False, True, True]]
    assert template("losses.surest").surest(torch.ones(1, 3), boxes).sum() == 2  # ties lose once only


def test_points_of_coco_lose_those_that_are_not_labelled() -> None:
    part = template("targets.visible_points_to_points")
    points = part.convert(torch.tensor([[[0.2, 0.3, 2.0], [0.0, 0.0, 0.0], [0.5, 0.1, 1.0]]]))
    assert points.isnan().any(dim=-1).tolist() == [[False, True, False]]
    assert part.convert(part.store(points)).nan_to_num(-1).equal(points.nan_to_num(-1))


WRONG: dict[str, list[Callable[[], Any]]] = {
    "background-class": [lambda: F.cross_entropy(torch.zeros(2, 3), torch.tensor([0, 3]))],
    "empty-boxes": [lambda: torch.cat([])],
    "matching-with-gradients": [
        lambda: torch.zeros(2, 2, requires_grad=True).numpy(),
        lambda: optimize.linear_sum_assignment([[np.nan, 1.0]]),
        lambda: torch.cdist(torch.zeros(2, 4, dtype=torch.bfloat16), torch.zeros(2, 4, dtype=torch.bfloat16), p=1),
    ],
    "mask-values": [
        lambda: F.binary_cross_entropy_with_logits(torch.zeros(2), torch.zeros(2).long()),
        lambda: F.binary_cross_entropy(torch.full((2,), 0.5), torch.full((2,), 255.0)),
    ],
}


@pytest.mark.parametrize(("pitfall", "call"), [(name, call) for name, calls in WRONG.items() for call in calls])
def test_a_pitfall_quotes_the_error_that_is_raised(pitfall: str, call: Callable[[], Any]) -> None:
    with pytest.raises((RuntimeError, ValueError, IndexError, TypeError, NotImplementedError)) as caught:
        call()
    assert any(text in str(caught.value) for text in BASE.pitfall(pitfall).errors), str(caught.value)
