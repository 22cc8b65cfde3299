"""Losses of segmentation and detection and what they are measured against.

`plain` is what one writes from the paper, where no library has the loss as it is here.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from lossadvisor.codegen.program import Spec, render
from lossadvisor.rulebase.load import RuleBase
from tests.benchmarks.losses import Case, Loss
from tests.losses.parts import template

IMAGES = ((2, 4, 16), (4, 8, 64), (4, 19, 256))
"""Images, classes and side."""
SMALL = ((2, 4, 16), (4, 8, 64), (4, 8, 128))
LABELS = ((2, 1, 16), (4, 1, 128), (8, 1, 512))
ANCHORS = ((2, 100, 4), (4, 2000, 20), (8, 8000, 80))
"""Images, anchors and classes."""
BOXES = ((16,), (1024,), (100_000,))


def scene(images: int, classes: int, side: int) -> tuple[Tensor, Tensor]:
    """Logits [B, C, H, W] and class masks [B, H, W]; each class is there."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(images, classes, side, side, generator=generator).requires_grad_()
    return logits, torch.randint(classes, (images, side, side), generator=generator)


def masks(images: int, labels: int, side: int) -> tuple[Tensor, Tensor]:
    """Logits and masks of yes and no [B, L, H, W], a tenth of them yes."""
    logits, _ = scene(images, labels, side)
    return logits, (torch.rand(logits.shape, generator=torch.Generator().manual_seed(1)) < 0.1).float()


def anchors(images: int, count: int, classes: int) -> tuple[Tensor, Tensor]:
    """Logits [B, A, C] and classes [B, A], C for background."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(images, count, classes, generator=generator).requires_grad_()
    found = torch.randint(classes, (images, count), generator=generator)
    return logits, found.where(torch.rand(found.shape, generator=generator) < 0.02, classes)


def anchors_softmax(images: int, count: int, classes: int) -> tuple[Tensor, Tensor]:
    """As `anchors`, with a class of background."""
    logits, found = anchors(images, count, classes + 1)
    return logits, found.clamp(max=classes)


def boxes(count: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    start, size = torch.rand(2, count, 2, 2, generator=generator)
    found = torch.cat([start, start + 0.1 + size], dim=-1)
    return found[:, 0].contiguous().requires_grad_(), found[:, 1].contiguous()


def generated(loss: str, contract: str) -> dict[str, Any]:
    """The names of a program, of which a template is only a part."""
    base = RuleBase()
    program = render(base, Spec(loss, contract, "", next(iter(base.contract(contract).stored))))
    names: dict[str, Any] = {"__name__": loss}
    exec(program.source, names)  # noqa: S102 - our own
    return names


def of_logits(loss: str, contract: str = "class-regions") -> Loss:
    regions, criterion = generated("dice", contract)["regions"], template(f"losses.{loss}").criterion
    return lambda logits, masks: criterion(*regions(logits, masks))


def total(loss: str) -> Loss:
    criterion = generated(loss, RuleBase().loss(loss).contracts[0])["criterion"]
    return lambda *inputs: sum(criterion(*inputs).values())


# Segmentation.


def smp(name: str, mode: str = "multiclass", **settings: object) -> Loss:
    from segmentation_models_pytorch import losses

    found: Loss = getattr(losses, name)(mode, **settings)
    return found


def smp_with_void(name: str, **settings: object) -> Loss:
    return smp(name, ignore_index=255, **settings)


def monai(name: str, *, labels: bool = False, smooth: float = 1e-5, **settings: object) -> Loss:
    from monai import losses

    activation = {"sigmoid": True} if labels else {"softmax": True, "to_onehot_y": True}
    found = getattr(losses, name)(batch=True, smooth_nr=smooth, smooth_dr=smooth, **activation, **settings)
    return lambda z, y: found(z, y if labels else y[:, None])


def monai_focal_tversky() -> Loss:
    each = monai("TverskyLoss", alpha=0.3, beta=0.7, reduction="none")
    return lambda z, y: each(z, y).pow(0.75).mean()


def kornia_lovasz() -> Loss:
    """Of one image: the batch laid out as one."""
    from kornia.losses import lovasz_hinge_loss

    return lambda z, y: lovasz_hinge_loss(z.view(1, 1, -1, z.shape[-1]), y.view(1, -1, y.shape[-1]))


def smp_lovasz_and_cross_entropy() -> Loss:
    lovasz = smp("LovaszLoss", ignore_index=255)
    return lambda z, y: lovasz(z, y) + F.cross_entropy(z, y, ignore_index=255)


def smp_dice_and_cross_entropy() -> Loss:
    dice = smp_with_void("DiceLoss", smooth=5e-6)
    return lambda z, y: dice(z, y) + F.cross_entropy(z, y, ignore_index=255)


def hardest_by_sorting() -> Loss:
    def loss(logits: Tensor, masks: Tensor) -> Tensor:
        losses = F.cross_entropy(logits, masks, ignore_index=255, reduction="none").flatten()
        count = round(0.1 * int((masks != 255).sum()))
        return losses.sort(descending=True).values[:count].mean()

    return loss


# Detection.


def torchvision_focal() -> Loss:
    from torchvision.ops import sigmoid_focal_loss

    def loss(logits: Tensor, classes: Tensor) -> Tensor:
        targets = F.one_hot(classes, logits.shape[-1] + 1)[..., :-1].to(logits.dtype)
        return sigmoid_focal_loss(logits, targets, reduction="sum")

    return loss


def mined_by_sorting() -> Loss:
    """As in torchvision's SSD, with background last."""

    def loss(logits: Tensor, classes: Tensor) -> Tensor:
        losses = F.cross_entropy(logits.flatten(0, 1), classes.flatten(), reduction="none").view(classes.shape)
        positive = classes != logits.shape[-1] - 1
        negative = losses.clone()
        negative[positive] = -float("inf")
        kept = negative.sort(1, descending=True)[1].sort(1)[1] < 3 * positive.sum(1, keepdim=True)
        return losses[positive].sum() + losses[kept].sum()

    return loss


def torchvision_boxes(name: str) -> Loss:
    from torchvision import ops

    loss = getattr(ops, name)
    return lambda x, y: loss(x, y, reduction="sum")


def gap(name: str) -> Loss:
    measure = getattr(template(f"losses.{name}"), name)
    return lambda x, y: (1 - measure(x, y)).sum()


CASES = [
    Case(
        "dice",
        IMAGES,
        scene,
        of_logits("dice"),
        {
            "segmentation-models": lambda: smp_with_void("DiceLoss", smooth=5e-6),
            "MONAI": lambda: monai("DiceLoss"),
        },
    ),
    Case(
        "dice of labels",
        LABELS,
        masks,
        of_logits("dice", "binary-mask-regions"),
        {
            "segmentation-models": lambda: smp("DiceLoss", "multilabel", smooth=5e-6),
            "MONAI": lambda: monai("DiceLoss", labels=True),
        },
    ),
    Case(
        "tversky",
        IMAGES,
        scene,
        of_logits("tversky"),
        {
            "segmentation-models": lambda: smp_with_void("TverskyLoss", smooth=1e-5, alpha=0.3, beta=0.7),
            "MONAI": lambda: monai("TverskyLoss", alpha=0.3, beta=0.7),
        },
    ),
    Case("focal_tversky", IMAGES, scene, of_logits("focal_tversky"), {"MONAI": monai_focal_tversky}),
    Case(
        "generalized_dice",
        IMAGES,
        scene,
        of_logits("generalized_dice"),
        {"MONAI": lambda: monai("GeneralizedDiceLoss", smooth=0.0)},
    ),
    Case(
        "lovasz_hinge",
        LABELS,
        masks,
        template("losses.lovasz_hinge").criterion,
        {"segmentation-models": lambda: smp("LovaszLoss", "binary"), "kornia": kornia_lovasz},
    ),
    Case(
        "lovasz_cross_entropy",
        SMALL,
        scene,
        total("lovasz_cross_entropy"),
        {"segmentation-models": smp_lovasz_and_cross_entropy},
    ),
    Case(
        "dice_cross_entropy",
        IMAGES,
        scene,
        total("dice_cross_entropy"),
        {"segmentation-models": smp_dice_and_cross_entropy, "MONAI": lambda: monai("DiceCELoss")},
    ),
    Case("dice_bce", LABELS, masks, total("dice_bce"), {"MONAI": lambda: monai("DiceCELoss", labels=True)}),
    Case(
        "top_k_cross_entropy",
        IMAGES,
        scene,
        template("losses.top_k_cross_entropy").criterion,
        {"plain": hardest_by_sorting},
    ),
    Case(
        "focal_classes",
        ANCHORS,
        anchors,
        template("losses.focal_classes").focal_classes,
        {"torchvision": torchvision_focal},
    ),
    Case(
        "mined_cross_entropy",
        ANCHORS,
        anchors_softmax,
        template("losses.mined_cross_entropy").mined_cross_entropy,
        {"plain": mined_by_sorting},
    ),
    Case(
        "generalized_iou",
        BOXES,
        boxes,
        gap("generalized_iou"),
        {"torchvision": lambda: torchvision_boxes("generalized_box_iou_loss")},
    ),
    Case(
        "complete_iou",
        BOXES,
        boxes,
        gap("complete_iou"),
        {"torchvision": lambda: torchvision_boxes("complete_box_iou_loss")},
    ),
]
