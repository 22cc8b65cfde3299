"""Losses of segmentation and detection beside segmentation-models, MONAI, kornia, torchvision and transformers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from tests.losses.parts import template
from tests.oracles.comparison import Loss, agree, ours
from tests.oracles.scenes import PADDING, SCENES, VOID, Scene, some_boxes

pytestmark = pytest.mark.filterwarnings("ignore")
kornia = pytest.importorskip("kornia.losses")
monai = pytest.importorskip("monai.losses")
smp = pytest.importorskip("segmentation_models_pytorch.losses")
ops = pytest.importorskip("torchvision.ops")
retinanet = pytest.importorskip("torchvision.models.detection.retinanet")
ssd = pytest.importorskip("torchvision.models.detection.ssd")
roi_heads = pytest.importorskip("torchvision.models.detection.roi_heads")
boxes_of = pytest.importorskip("torchvision.models.detection._utils")
detr = pytest.importorskip("transformers.loss.loss_for_object_detection")
d_fine = pytest.importorskip("transformers.loss.loss_d_fine")
mask2former = pytest.importorskip("transformers.models.mask2former.modeling_mask2former")

FLOAT32 = 2e-5
"""Tolerance for libraries that compute in float32 by themselves."""

SMOOTHS, FLAGS, SEEDS = st.sampled_from([1e-5, 0.1, 1.0]), st.booleans(), st.integers(0, 10_000)
PRICES = st.sampled_from([(0.3, 0.7), (0.7, 0.3), (0.5, 0.5), (1.0, 1.0)])


def of_logits(criterion: Loss, activation: str = "softmax") -> Loss:
    """An overlap loss from logits and masks, as libraries have it."""
    regions = template(f"losses.{activation}_regions").regions
    return lambda logits, masks: criterion(*regions(logits, masks))


# Segmentation: losses of regions.


@given(SCENES, SMOOTHS, FLAGS, FLAGS)
def test_dice_and_smp_which_counts_absent_classes_as_0(
    scene: Scene,
    smooth: float,
    absent: bool,  # noqa: FBT001
    void: bool,  # noqa: FBT001
) -> None:
    agree(
        of_logits(ours("dice", part="soft_dice", SMOOTH=smooth)),
        smp.DiceLoss("multiclass", smooth=smooth / 2, ignore_index=VOID),
        (scene.logits(), scene.masks(absent=absent, void=void)),
        factor=scene.classes / (scene.classes - absent),
    )


@given(SCENES, SMOOTHS)
def test_dice_of_labels_and_smp(scene: Scene, smooth: float) -> None:
    agree(
        of_logits(ours("dice", part="soft_dice", SMOOTH=smooth), "sigmoid"),
        smp.DiceLoss("multilabel", smooth=smooth / 2),
        (scene.logits(), scene.labels()),
    )


def monai_of(name: str, smooth: float, *, labels: bool = False, **settings: Any) -> Loss:
    """An overlap loss of MONAI, of class masks or of labels."""
    activation = {"sigmoid": True} if labels else {"softmax": True, "to_onehot_y": True}
    found = getattr(monai, name)(smooth_nr=smooth, smooth_dr=smooth, **activation, **settings)
    return lambda z, y: found(z, y if labels else y[:, None])


@given(SCENES, SMOOTHS, FLAGS, FLAGS)
def test_dice_and_monai_which_keeps_absent_classes(
    scene: Scene,
    smooth: float,
    pool: bool,  # noqa: FBT001
    absent: bool,  # noqa: FBT001
) -> None:
    settings = {"part": "soft_dice", "SMOOTH": smooth, "POOL_BATCH": pool}
    agree(
        of_logits(ours("dice", **settings, SKIP_ABSENT=False)),
        monai_of("DiceLoss", smooth, batch=pool),
        (scene.logits(), scene.masks(absent=absent)),
    )
    agree(
        of_logits(ours("dice", **settings), "sigmoid"),
        monai_of("DiceLoss", smooth, batch=pool, labels=True),
        (scene.logits(), scene.labels()),
    )


def image_by_image(criterion: Loss) -> Loss:
    """The mean over the images of a loss of each by itself."""
    return lambda z, y: torch.stack([criterion(*pair) for pair in zip(z.split(1), y.split(1), strict=True)]).mean()


@given(SCENES, FLAGS)
def test_dice_and_kornia_which_takes_each_image_by_itself(scene: Scene, absent: bool) -> None:  # noqa: FBT001
    inputs = scene.logits(), scene.masks(absent=absent, void=True)
    theirs = kornia.DiceLoss(average="macro", eps=0.0, ignore_index=VOID)
    agree(image_by_image(of_logits(ours("dice", part="soft_dice", SMOOTH=0.0))), theirs, inputs)


@given(SCENES)
def test_dice_is_not_the_default_of_kornia_which_is_one_minus_the_mean_of_p(scene: Scene) -> None:
    mean: Loss = lambda z, y: 1 - z.softmax(dim=1).gather(1, y[:, None]).mean()  # noqa: E731
    agree(mean, kornia.DiceLoss(eps=0.0), (scene.logits(), scene.masks()))


def tversky(prices: tuple[float, float], name: str = "tversky", **settings: Any) -> Loss:
    return ours(name, FP_WEIGHT=prices[0], FN_WEIGHT=prices[1], **settings)


@given(SCENES, PRICES, SMOOTHS, FLAGS)
def test_tversky_and_smp_which_counts_absent_classes_as_0(
    scene: Scene,
    prices: tuple[float, float],
    smooth: float,
    absent: bool,  # noqa: FBT001
) -> None:
    agree(
        of_logits(tversky(prices, SMOOTH=smooth)),
        smp.TverskyLoss("multiclass", smooth=smooth, alpha=prices[0], beta=prices[1], ignore_index=VOID),
        (scene.logits(), scene.masks(absent=absent, void=True)),
        factor=scene.classes / (scene.classes - absent),
    )


@given(SCENES, PRICES, FLAGS)
def test_tversky_and_kornia_which_takes_each_image_by_itself(
    scene: Scene,
    prices: tuple[float, float],
    absent: bool,  # noqa: FBT001
) -> None:
    agree(
        image_by_image(of_logits(tversky(prices, SMOOTH=0.0))),
        kornia.TverskyLoss(*prices, eps=0.0, ignore_index=VOID),
        (scene.logits(), scene.masks(absent=absent, void=True)),
    )


@given(SCENES, PRICES, SMOOTHS)
def test_tversky_and_monai(scene: Scene, prices: tuple[float, float], smooth: float) -> None:
    settings = {"alpha": prices[0], "beta": prices[1], "batch": True}
    mine = tversky(prices, SMOOTH=smooth)
    agree(of_logits(mine), monai_of("TverskyLoss", smooth, **settings), (scene.logits(), scene.masks()))
    agree(
        of_logits(mine, "sigmoid"),
        monai_of("TverskyLoss", smooth, labels=True, **settings),
        (scene.logits(), scene.labels()),
    )


@given(SCENES, PRICES, st.sampled_from([0.5, 0.75, 4 / 3]))
def test_focal_tversky_and_the_power_of_each_class(scene: Scene, prices: tuple[float, float], power: float) -> None:
    each = monai_of("TverskyLoss", 1e-5, alpha=prices[0], beta=prices[1], batch=True, reduction="none")
    agree(
        of_logits(tversky(prices, "focal_tversky", EXPONENT=power)),
        lambda z, y: each(z, y).pow(power).mean(),
        (scene.logits(), scene.masks()),
    )


@given(SCENES, PRICES, st.sampled_from([0.5, 0.75, 4 / 3]))
def test_focal_tversky_and_smp_which_takes_the_power_of_the_mean(
    scene: Scene, prices: tuple[float, float], power: float
) -> None:
    mine = of_logits(tversky(prices, "focal_tversky", EXPONENT=power), "sigmoid")
    theirs = {"smooth": 1e-5, "alpha": prices[0], "beta": prices[1], "gamma": power}
    agree(mine, smp.TverskyLoss("binary", **theirs), (scene.logits(1), scene.labels(1)))
    logits, labels = scene.logits(), scene.labels()
    gap = mine(logits, labels) - smp.TverskyLoss("multilabel", **theirs)(logits, labels)
    assert gap.item() * (power - 1) >= 0


@given(SCENES)
def test_generalized_dice_and_monai(scene: Scene) -> None:
    mine, theirs = of_logits(ours("generalized_dice")), monai_of("GeneralizedDiceLoss", 0.0, batch=True)
    agree(mine, theirs, (scene.logits(), scene.masks()), tolerance=FLOAT32)
    absent = scene.logits(), scene.masks(absent=1)
    assert mine(*absent) < theirs(*absent)  # it gives an absent class the largest weight of the others


@given(SCENES)
def test_lovasz_hinge_and_smp(scene: Scene) -> None:
    theirs = smp.LovaszLoss("binary", per_image=False)
    inputs = scene.logits(1), scene.labels(1)
    agree(ours("lovasz_hinge"), lambda z, y: theirs(z.float(), y), inputs, tolerance=FLOAT32)


@given(SCENES)
def test_lovasz_hinge_and_kornia_which_takes_each_image_by_itself(scene: Scene) -> None:
    theirs = kornia.LovaszHingeLoss()
    agree(image_by_image(ours("lovasz_hinge")), lambda z, y: theirs(z, y[:, 0]), (scene.logits(1), scene.labels(1)))


# Segmentation: sums of terms.


def term(criterion: Loss, name: str) -> Loss:
    found: Any = criterion
    return lambda *inputs: found(*inputs)[name]


def total(criterion: Loss) -> Loss:
    found: Any = criterion
    return lambda *inputs: torch.stack([*found(*inputs).values()]).sum()


@given(SCENES, FLAGS)
def test_lovasz_cross_entropy_and_smp(scene: Scene, absent: bool) -> None:  # noqa: FBT001
    inputs = scene.logits(), scene.masks(absent=absent, void=True)
    terms = ours("lovasz_cross_entropy")
    theirs = smp.LovaszLoss("multiclass", ignore_index=VOID)
    agree(term(terms, "lovasz"), lambda z, y: theirs(z.float(), y), inputs, tolerance=FLOAT32)
    count = int((inputs[1] != VOID).sum())
    plain = kornia.FocalLoss(alpha=None, gamma=0.0, reduction="sum", ignore_index=VOID)
    agree(term(terms, "cross_entropy"), plain, inputs, factor=1 / count)


@given(SCENES)
def test_lovasz_cross_entropy_and_kornia_which_averages_images_and_all_classes(scene: Scene) -> None:
    mine = image_by_image(term(ours("lovasz_cross_entropy"), "lovasz"))
    agree(mine, kornia.LovaszSoftmaxLoss(), (scene.logits(), scene.masks()))
    logits, masks = scene.logits(), scene.masks(absent=1)
    largest = logits.softmax(dim=1)[:, -1].flatten(1).amax(dim=1).mean()  # what an absent class costs
    share = (scene.classes - 1) / scene.classes
    wanted = share * mine(logits, masks) + largest / scene.classes
    assert kornia.LovaszSoftmaxLoss()(logits, masks).item() == pytest.approx(wanted.item())


@given(SCENES, SMOOTHS, FLAGS)
def test_dice_cross_entropy_and_monai(scene: Scene, smooth: float, absent: bool) -> None:  # noqa: FBT001
    terms = ours("dice_cross_entropy", part="soft_dice", SMOOTH=smooth, SKIP_ABSENT=False)
    agree(total(terms), monai_of("DiceCELoss", smooth, batch=True), (scene.logits(), scene.masks(absent=absent)))


@given(SCENES, SMOOTHS)
def test_dice_bce_and_monai_which_takes_a_softmax_of_several_labels(scene: Scene, smooth: float) -> None:
    terms = ours("dice_bce", part="soft_dice", SMOOTH=smooth)
    theirs = monai_of("DiceCELoss", smooth, batch=True, labels=True)
    agree(total(terms), theirs, (scene.logits(1), scene.labels(1)))
    dice = term(terms, "dice")
    agree(lambda z, y: dice(z, y) + F.cross_entropy(z, y), theirs, (scene.logits(), scene.labels()))


# Detection: three classes.

CLASSES, ANCHORS = 3, 12


class Image:
    """What is found at the anchors of images, and what is there."""

    def __init__(self, seed: int, images: int, *, background: int = 0) -> None:
        generator = torch.Generator().manual_seed(seed)
        shape = images, ANCHORS
        self.logits = (2 * torch.randn(*shape, CLASSES + background, generator=generator).double()).requires_grad_()
        self.offsets = (0.3 * torch.randn(*shape, 4, generator=generator).double()).requires_grad_()
        self.boxes, self.anchors = some_boxes(generator, images, 4), some_boxes(generator, *shape)
        self.labels = torch.randint(CLASSES, (images, 4), generator=generator)
        self.owner = torch.randint(background - 2, 4, shape, generator=generator)
        """The object of each anchor; -1: background, -2: does not count."""
        self.owner[:, 0] = 0
        if background:
            self.owner[:, ANCHORS // 4 :] = -1  # three negatives for each positive

    def targets(self, start: int = 0) -> list[dict[str, Tensor]]:
        """As torchvision takes them: classes are counted from `start`."""
        return [
            {"boxes": boxes, "labels": start + labels} for boxes, labels in zip(self.boxes, self.labels, strict=True)
        ]

    def ours(self, name: str, **settings: Any) -> Loss:
        classes = self.labels.gather(1, self.owner.clamp(min=0))
        classes = classes.where(self.owner != -1, CLASSES).where(self.owner != -2, PADDING)
        positive = self.owner >= 0
        boxes = self.boxes.gather(1, self.owner.clamp(min=0)[..., None].expand(-1, -1, 4))[positive]
        criterion = ours(name, **settings)
        return lambda z, o: criterion(z, classes, o[positive], boxes, self.anchors[positive])


BOX_TERMS = {
    "focal_smooth_l1": ("smooth_l1", 1.0, {"BETA": 1.0}),
    "focal_l1": ("l1", 1.0, {}),
    "focal_giou": ("giou", 2.0, {}),
    "focal_diou": ("diou", 2.0, {}),
    "focal_ciou": ("ciou", 2.0, {}),
}
PLAIN = boxes_of.BoxCoder((1.0, 1.0, 1.0, 1.0))


def box_term(image: Image, kind: str) -> Loss:
    head = SimpleNamespace(_loss_type=kind, box_coder=PLAIN)
    compute = retinanet.RetinaNetRegressionHead.compute_loss
    return lambda _, o: compute(head, image.targets(), {"bbox_regression": o}, image.anchors, image.owner)


@pytest.mark.parametrize("name", BOX_TERMS)
@given(seed=SEEDS)
def test_focal_losses_of_anchors_and_the_heads_of_retinanet(name: str, seed: int) -> None:
    kind, weight, settings = BOX_TERMS[name]
    image = Image(seed, 1)
    count = int((image.owner >= 0).sum())
    mine, inputs = image.ours(name, **settings), (image.logits, image.offsets)
    compute = retinanet.RetinaNetClassificationHead.compute_loss
    head = SimpleNamespace(BETWEEN_THRESHOLDS=-2)
    agree(
        term(mine, "class"),
        lambda z, _: compute(head, image.targets(), {"cls_logits": z}, image.owner),
        inputs,
        factor=count,
    )
    agree(term(mine, "box"), box_term(image, kind), inputs, factor=weight * count, tolerance=1e-6)


@given(SEEDS)
def test_focal_l1_divides_by_the_positives_of_the_batch_and_torchvision_by_those_of_each_image(seed: int) -> None:
    both = Image(seed, 2)
    mine, counts = term(both.ours("focal_l1"), "box"), (both.owner >= 0).sum(dim=1)
    theirs, shares = box_term(both, "l1"), 1 / (2 * counts.double())
    (slope,) = torch.autograd.grad(mine(both.logits, both.offsets), both.offsets)
    (other,) = torch.autograd.grad(theirs(both.logits, both.offsets), both.offsets)
    torch.testing.assert_close(slope * shares[:, None, None], other)


@given(SEEDS)
def test_anchors_of_focal_smooth_l1_and_the_matcher_of_torchvision(seed: int) -> None:
    """With one object: the best anchor of each goes to it in any case only here."""
    generator = torch.Generator().manual_seed(seed)
    box, anchors = some_boxes(generator, 1, 1), some_boxes(generator, 40)
    classes, *_ = template("losses.owner_of_anchors").assign(torch.tensor([[1]]), box, anchors, CLASSES)
    matcher = boxes_of.Matcher(0.5, 0.4, allow_low_quality_matches=True)
    wanted = matcher(ops.box_iou(box[0], anchors))
    names = {0: 1, matcher.BELOW_LOW_THRESHOLD: CLASSES, matcher.BETWEEN_THRESHOLDS: PADDING}
    assert classes[0].tolist() == [names[value] for value in wanted.tolist()]


@given(SEEDS, st.integers(1, 3))
def test_multibox_and_ssd_which_counts_background_as_class_0(seed: int, images: int) -> None:
    image = Image(seed, images, background=1)
    head = SimpleNamespace(box_coder=boxes_of.BoxCoder((10.0, 10.0, 5.0, 5.0)), neg_to_pos_ratio=3)
    count, inputs = int((image.owner >= 0).sum()), (image.logits, image.offsets)

    def theirs(name: str) -> Loss:
        def loss(logits: Tensor, offsets: Tensor) -> Tensor:
            scaled = offsets * torch.tensor([10.0, 10.0, 5.0, 5.0])  # its model tells scaled offsets
            outputs = {"cls_logits": logits.roll(1, -1), "bbox_regression": scaled}
            found: Tensor = ssd.SSD.compute_loss(head, image.targets(1), outputs, image.anchors, image.owner)[name]
            return found

        return loss

    mine = image.ours("multibox")
    agree(term(mine, "class"), theirs("classification"), inputs, factor=count)
    agree(term(mine, "box"), theirs("bbox_regression"), inputs, factor=count)
    image.owner[:] = 0  # with fewer negatives than it looks for it counts positives twice
    count = image.owner.numel()
    agree(term(image.ours("multibox"), "class"), theirs("classification"), inputs, factor=count / 2)


@given(SEEDS)
def test_multibox_giou_and_generalized_box_iou_loss(seed: int) -> None:
    image = Image(seed, 1, background=1)
    inputs, count = (image.logits, image.offsets), int((image.owner >= 0).sum())
    mine = image.ours("multibox_giou")
    agree(term(mine, "box"), box_term(image, "giou"), inputs, factor=2 * count, tolerance=1e-6)
    agree(term(mine, "class"), term(image.ours("multibox"), "class"), inputs)


@given(SEEDS)
def test_bce_ciou_dfl_and_the_terms_of_torchvision_and_d_fine(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(2, 5, CLASSES, dtype=torch.float64, generator=generator).requires_grad_()
    sides = torch.randn(4, 4, 6, dtype=torch.float64, generator=generator).requires_grad_()
    distances = 4.9 * torch.rand(4, 4, dtype=torch.float64, generator=generator)
    found, boxes = some_boxes(generator, 4).requires_grad_(), some_boxes(generator, 4)
    weights = 0.1 + torch.rand(4, dtype=torch.float64, generator=generator)
    targets = torch.zeros(10, CLASSES, dtype=torch.float64)
    targets[[0, 3, 4, 8], [2, 0, 1, 1]] = weights
    targets, count = targets.view(2, 5, CLASSES), max(1.0, float(weights.sum()))

    def dfl(sides: Tensor) -> Tensor:
        low, share = distances.floor().flatten(), distances.frac().flatten()
        theirs = d_fine.DFineLoss.unimodal_distribution_focal_loss
        each: Tensor = theirs(None, sides.flatten(0, 1), low, share, 1 - share, reduction="none")
        return (each.view(4, 4).mean(dim=1) * weights).sum()

    terms = ours("bce_ciou_dfl")
    mine: Any = lambda z, b, s: terms(z, targets, b, boxes, s, distances)  # noqa: E731
    inputs = logits, found, sides
    bce = ops.sigmoid_focal_loss
    agree(term(mine, "class"), lambda z, *_: bce(z, targets, -1, 0, "sum"), inputs, factor=0.5 / count)
    ciou = ops.complete_box_iou_loss
    agree(
        term(mine, "box"), lambda _, b, __: (ciou(b, boxes) * weights).sum(), inputs, factor=7.5 / count, tolerance=1e-6
    )
    agree(term(mine, "side"), lambda *i: dfl(i[2]), inputs, factor=1.5 / count)


def objects(generator: torch.Generator) -> Tensor:
    """Labels [2, 4], of which the last of the first image is no object."""
    labels = torch.randint(CLASSES, (2, 4), generator=generator)
    labels[0, 3] = PADDING
    return labels


def classes_of(logits: Tensor, labels: Tensor, pairs: Tensor) -> Tensor:
    image, query, owner = pairs
    classes = torch.full(logits.shape[:2], CLASSES)
    classes[image, query] = labels[image, owner]
    return classes


def center_size(boxes: Tensor) -> Tensor:
    return ops.box_convert(boxes, "xyxy", "cxcywh")


@given(SEEDS)
def test_detr_and_transformers_with_its_matching(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    labels, boxes, found = objects(generator), some_boxes(generator, 2, 4), some_boxes(generator, 2, 6).requires_grad_()
    logits = torch.randn(2, 6, CLASSES + 1, dtype=torch.float64, generator=generator).requires_grad_()
    matcher = detr.HungarianMatcher(class_cost=1, bbox_cost=5, giou_cost=2)
    theirs = detr.ImageLoss(matcher, CLASSES, 0.1, ["labels", "boxes"]).double()
    targets = [
        {"class_labels": labels[i][labels[i] != PADDING], "boxes": center_size(boxes[i][labels[i] != PADDING])}
        for i in (0, 1)
    ]
    terms = ours("detr")

    def mine(logits: Tensor, found: Tensor) -> Any:
        pairs = template("losses.matched_boxes").match(logits, found, labels, boxes)
        image, query, owner = pairs
        return terms(logits, classes_of(logits, labels, pairs), found[image, query], boxes[image, owner])

    for name, other, weight in (("class", "loss_ce", 1), ("l1", "loss_bbox", 5), ("giou", "loss_giou", 2)):
        agree(
            term(mine, name),
            lambda z, b, other=other: theirs({"logits": z, "pred_boxes": center_size(b)}, targets)[other],
            (logits, found),
            factor=weight,
            tolerance=1e-5,
        )


@given(SEEDS)
def test_mask_rcnn_and_torchvision_which_counts_background_as_class_0(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    classes = torch.randint(CLASSES + 1, (1, 8), generator=generator)
    classes[0, 0] = 1
    positive = classes[0] != CLASSES
    count, truth = int(positive.sum()), classes[0][positive]
    logits = torch.randn(1, 8, CLASSES + 1, dtype=torch.float64, generator=generator).requires_grad_()
    offsets = torch.randn(8, 4, dtype=torch.float64, generator=generator).requires_grad_()
    boxes, regions = some_boxes(generator, 8), some_boxes(generator, 8)
    found = torch.randn(count, CLASSES, 4, 4, dtype=torch.float64, generator=generator).requires_grad_()
    masks = torch.rand(count, 4, 4, dtype=torch.float64, generator=generator)
    coder = boxes_of.BoxCoder((10.0, 10.0, 5.0, 5.0))
    terms = ours("mask_rcnn")

    def mine(logits: Tensor, offsets: Tensor, found: Tensor) -> Any:
        chosen = found[torch.arange(count), truth]
        places = offsets[positive], boxes[positive], regions[positive]
        return terms(logits, classes, places, (chosen, masks))

    def theirs(logits: Tensor, offsets: Tensor, _: Tensor) -> tuple[Tensor, Tensor]:
        labels = torch.where(positive, classes[0] + 1, 0)
        of_each_class = (offsets * torch.tensor([10.0, 10.0, 5.0, 5.0])).repeat(1, CLASSES + 1)
        wanted = coder.encode_single(boxes, regions)
        both: tuple[Tensor, Tensor] = roi_heads.fastrcnn_loss(logits[0].roll(1, -1), of_each_class, [labels], [wanted])
        return both

    inputs = logits, offsets, found
    agree(term(mine, "class"), lambda *i: theirs(*i)[0], inputs)
    agree(term(mine, "box"), lambda *i: theirs(*i)[1], inputs)
    with pytest.MonkeyPatch.context() as patch:  # masks that are cropped already
        patch.setattr(roi_heads, "project_masks_on_boxes", lambda cropped, *_: cropped)
        numbers = torch.arange(count)
        agree(
            term(mine, "mask"),
            lambda _, __, z: roi_heads.maskrcnn_loss(z, [regions], [masks], [truth], [numbers]),
            inputs,
        )


@given(SEEDS)
def test_mask2former_and_transformers_with_its_matching(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    labels = objects(generator)
    logits = torch.randn(2, 6, CLASSES + 1, dtype=torch.float64, generator=generator).requires_grad_()
    found = 2 * torch.randn(2, 6, 5, 4, dtype=torch.float64, generator=generator)
    masks = (torch.rand(2, 4, 5, 4, generator=generator) < 0.4).double()
    image, query, owner = pairs = template("losses.matched_masks").match(logits, found, labels, masks)
    for number in (0, 1):
        real = labels[number] != PADDING
        flat, wanted = found[number].flatten(1), masks[number][real].flatten(1)
        cost = -2 * logits[number].detach().softmax(dim=-1)[:, labels[number][real]]
        cost = cost + 5 * mask2former.pair_wise_sigmoid_cross_entropy_loss(flat, wanted)
        cost = cost + 5 * mask2former.pair_wise_dice_loss(flat, wanted)
        chosen = cost[query[image == number], owner[image == number]].sum()
        assert chosen.item() == pytest.approx(cost.numpy()[mask2former.linear_sum_assignment(cost.numpy())].sum())
    classes, terms, count = classes_of(logits, labels, pairs), ours("mask2former"), len(image)
    matched, truth = found[image, query].requires_grad_(), masks[image, owner]
    mine: Any = lambda z, m: terms(z, classes, m, truth)  # noqa: E731
    inputs = logits, matched
    head = SimpleNamespace(
        num_classes=CLASSES,
        empty_weight=torch.tensor([1.0] * CLASSES + [0.1]).double(),
        _get_source_permutation_idx=lambda _: (image, query),
    )
    targets = [{"class_labels": labels[i]} for i in (0, 1)]
    indices = [(query[image == i], owner[image == i]) for i in (0, 1)]
    agree(
        term(mine, "class"),
        lambda z, _: detr.ImageLoss.loss_labels(head, {"logits": z}, targets, indices, count)["loss_ce"],
        inputs,
        factor=2,
        tolerance=1e-6,
    )
    bce, dice = mask2former.sigmoid_cross_entropy_loss, mask2former.dice_loss
    agree(term(mine, "bce"), lambda _, m: bce(m.flatten(1), truth.flatten(1), count), inputs, factor=5)
    agree(term(mine, "dice"), lambda _, m: dice(m.flatten(1), truth.flatten(1), count), inputs, factor=5)
