"""Losses of classification and what they are measured against.

`plain` is what one writes from the paper, where no library has the loss.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.benchmarks.losses import Case, Loss
from tests.losses.parts import template

COUNTS, LABELS = [900, 90, 10], [300, 100, 20]
ROWS = ((32, 10), (512, 100), (8192, 1000))
FEW = ((32, 3), (4096, 3), (1_000_000, 3))
"""Of three classes, as many as the templates have counts for."""
ONE = ((32, 1), (4096, 1), (2_000_000, 1))
MANY = ((32, 3), (512, 80), (16384, 200))
LEVELS = ((32, 5), (4096, 10), (200_000, 10))


def ours(name: str) -> Loss:
    found: Loss = template(f"losses.{name}").criterion
    return found


def classes(batch: int, count: int) -> tuple[Tensor, Tensor]:
    """Logits [B, C] and class indices [B]."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(batch, count, generator=generator).requires_grad_()
    return logits, torch.randint(count, (batch,), generator=generator)


def scores(batch: int, count: int) -> tuple[Tensor, Tensor]:
    """Scores from 0 to 1, which no library changes first."""
    logits, targets = classes(batch, count)
    return logits.detach().sigmoid().requires_grad_(), targets


def cosines(batch: int, count: int) -> tuple[Tensor, Tensor]:
    logits, targets = classes(batch, count)
    return logits.detach().tanh().requires_grad_(), targets


def taught(batch: int, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Logits, class indices and a teacher's logits."""
    logits, targets = classes(batch, count)
    return logits, targets, logits.detach().roll(1, 0)


def distributions(batch: int, count: int) -> tuple[Tensor, Tensor]:
    logits, _ = classes(batch, count)
    return logits, logits.detach().roll(1, 0).softmax(dim=1)


def levels(batch: int, count: int) -> tuple[Tensor, Tensor]:
    """Logits [B, C - 1] and levels [B]."""
    logits, targets = classes(batch, count)
    return logits.detach()[:, 1:].contiguous().requires_grad_(), targets


def multi_hot(batch: int, count: int) -> tuple[Tensor, Tensor]:
    """Logits and labels [B, L], a tenth of them yes."""
    logits, _ = classes(batch, count)
    return logits, (torch.rand(logits.shape, generator=torch.Generator().manual_seed(1)) < 0.1).float()


def yes_or_no(batch: int, _: int) -> tuple[Tensor, Tensor]:
    logits, labels = multi_hot(batch, 1)
    return logits.detach()[:, 0].contiguous().requires_grad_(), labels[:, 0].contiguous()


def yes_or_no_scores(batch: int, _: int) -> tuple[Tensor, Tensor]:
    logits, labels = yes_or_no(batch, 1)
    return logits.detach().sigmoid().requires_grad_(), labels


def taught_labels(batch: int, count: int) -> tuple[Tensor, Tensor, Tensor]:
    logits, labels = multi_hot(batch, count)
    return logits, labels, logits.detach().roll(1, 0)


# Losses of one of several classes.


def effective_number() -> Loss:
    """As in the code of the authors, divided by the weights as with class indices."""
    counts = torch.tensor(COUNTS)

    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        weights = (1 - 0.999) / (1 - 0.999**counts)
        weights = weights / weights.sum() * len(weights)
        one_hot = F.one_hot(targets, len(weights)).float()
        shares = (weights * one_hot).sum(dim=1)
        losses = -(logits.log_softmax(dim=1) * one_hot).sum(dim=1)
        return (shares * losses).sum() / shares.sum()

    return loss


def balanced_softmax() -> Loss:
    counts = torch.tensor(COUNTS)

    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        shift = counts.type_as(logits).unsqueeze(0).expand(logits.shape[0], -1).log()
        return F.cross_entropy(logits + shift, targets)

    return loss


def margins_by_mask() -> Loss:
    margins = torch.tensor(COUNTS) ** -0.25
    margins = margins * (0.5 / margins.max())

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        right = torch.zeros_like(outputs, dtype=torch.bool).scatter_(1, targets[:, None], True)  # noqa: FBT003
        reduced = outputs - (margins * right.float()).sum(dim=1, keepdim=True)
        return F.cross_entropy(30 * torch.where(right, reduced, outputs), targets)

    return loss


def kornia_focal() -> Loss:
    from kornia.losses import focal_loss

    return lambda z, y: focal_loss(z, y, None, 2.0, "mean") * z.shape[1]


def monai_focal() -> Loss:
    from monai.losses import FocalLoss

    loss = FocalLoss(to_onehot_y=True, use_softmax=True)
    return lambda z, y: loss(z, y[:, None]) * z.shape[1]


def smp_softmax_focal() -> Loss:
    from segmentation_models_pytorch.losses import _functional

    found: Loss = _functional.softmax_focal_loss_with_logits
    return found


def truncated() -> Loss:
    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        right = logits.softmax(dim=1).gather(1, targets[:, None])
        return ((1 - right**0.7) / 0.7).mean()

    return loss


def two_cross_entropies() -> Loss:
    """As in the code of the authors, whose clamp of the first term is left out."""

    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        one_hot = F.one_hot(targets, logits.shape[1]).float()
        reverse = -(logits.softmax(dim=1) * (one_hot + (1 - one_hot) * 1e-4).log()).sum(dim=1)
        return 0.1 * F.cross_entropy(logits, targets) + reverse.mean()

    return loss


def torchmetrics_hinge() -> Loss:
    from torchmetrics.functional.classification import multiclass_hinge_loss

    return lambda z, y: multiclass_hinge_loss(z, y, z.shape[1])


def softened_teacher() -> Loss:
    def loss(logits: Tensor, targets: Tensor, teacher: Tensor) -> Tensor:
        student = F.log_softmax(logits / 4.0, dim=1)
        soft = F.kl_div(student, F.softmax(teacher / 4.0, dim=1), reduction="batchmean") * 16
        return 0.9 * soft + 0.1 * F.cross_entropy(logits, targets)

    return loss


# Losses of ordered classes.


def coral_pytorch(name: str) -> Loss:
    from coral_pytorch import losses

    if name == "corn":
        return lambda z, y: losses.corn_loss(z, y, z.shape[1] + 1)
    return lambda z, y: losses.coral_loss(z, (y[:, None] > torch.arange(z.shape[1])).float())


def dlordinal(name: str) -> Loss:
    from dlordinal import losses

    if name == "corn":
        return lambda z, y: losses.CORNLoss(z.shape[1] + 1)(z, y)
    if name == "emd":
        return lambda z, y: losses.EMDLoss(z.shape[1])(z, y)
    if name == "sord":
        return lambda z, y: losses.SORDLoss(2.0, z.shape[1], y)(z, y)
    cases = {count: losses.ExponentialLoss(torch.nn.CrossEntropyLoss(), count, tau=0.5) for _, count in LEVELS}
    return lambda z, y: cases[z.shape[1]](z, y)


def each_threshold() -> Loss:
    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        signs = 2 * (targets[:, None] > torch.arange(outputs.shape[1])).float() - 1
        return F.relu(1 - signs * outputs).sum(dim=1).mean()

    return loss


# Losses of yes or no, and of several labels.


def timm(name: str, **settings: object) -> Loss:
    from timm import loss

    found: Loss = getattr(loss, name)(**settings)
    return found


def smp_bce() -> Loss:
    from segmentation_models_pytorch.losses import SoftBCEWithLogitsLoss

    found: Loss = SoftBCEWithLogitsLoss(smooth_factor=0.05)
    return found


def torchvision_focal() -> Loss:
    from torchvision.ops import sigmoid_focal_loss

    return lambda z, y: sigmoid_focal_loss(z, y, reduction="sum") / y.sum().clamp(min=1)


def kornia_sigmoid_focal() -> Loss:
    from kornia.losses import binary_focal_loss_with_logits

    return lambda z, y: binary_focal_loss_with_logits(z, y, reduction="sum") / y.sum().clamp(min=1)


def monai_sigmoid_focal() -> Loss:
    from monai.losses import FocalLoss

    loss = FocalLoss(alpha=0.25, reduction="none")
    return lambda z, y: loss(z, y).sum() / y.sum().clamp(min=1)


def smp_focal() -> Loss:
    from segmentation_models_pytorch.losses import FocalLoss

    loss = FocalLoss("binary", alpha=0.25, reduction="sum")
    return lambda z, y: loss(z, y) / y.sum().clamp(min=1)


def truncated_labels() -> Loss:
    """NaN gradients where a probability underflows; ours has none."""

    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        p = logits.sigmoid()
        right = torch.where(targets > 0.5, p, 1 - p)
        return ((1 - right**0.7) / 0.7).mean()

    return loss


def torchmetrics_binary_hinge() -> Loss:
    from torchmetrics.functional.classification import binary_hinge_loss

    return lambda z, y: binary_hinge_loss(z, y.long())


def signed_hinge() -> Loss:
    return lambda z, y: F.hinge_embedding_loss((2 * y - 1) * z, z.new_full((), -1.0).expand_as(z), 1.0)


def weighted_hinge() -> Loss:
    negative, positive = 1000 / 1800, 1000 / 200

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        yes, no = F.relu(1 - outputs), F.relu(1 + outputs)
        return (positive * targets * yes + negative * (1 - targets) * no).mean()

    return loss


def two_coins() -> Loss:
    def loss(logits: Tensor, targets: Tensor, teacher: Tensor) -> Tensor:
        student, wanted = (logits / 4.0), (teacher / 4.0).sigmoid()
        both = torch.stack([F.logsigmoid(student), F.logsigmoid(-student)])
        soft = F.kl_div(both, torch.stack([wanted, 1 - wanted]), reduction="sum") / logits.numel()
        return 0.9 * 16 * soft + 0.1 * F.binary_cross_entropy_with_logits(logits, targets)

    return loss


CASES = [
    Case(
        "class_balanced_cross_entropy", FEW, classes, ours("class_balanced_cross_entropy"), {"plain": effective_number}
    ),
    Case(
        "logit_adjusted_cross_entropy", FEW, classes, ours("logit_adjusted_cross_entropy"), {"plain": balanced_softmax}
    ),
    Case("ldam", FEW, cosines, ours("ldam"), {"plain": margins_by_mask}),
    Case(
        "focal_cross_entropy",
        ROWS,
        classes,
        ours("focal_cross_entropy"),
        {"kornia": kornia_focal, "MONAI": monai_focal, "segmentation-models": smp_softmax_focal},
    ),
    Case("generalized_cross_entropy", ROWS, classes, ours("generalized_cross_entropy"), {"plain": truncated}),
    Case("symmetric_cross_entropy", ROWS, classes, ours("symmetric_cross_entropy"), {"plain": two_cross_entropies}),
    Case("crammer_singer", ROWS, scores, ours("crammer_singer"), {"torchmetrics": torchmetrics_hinge}),
    Case("distillation", ROWS, taught, ours("distillation"), {"plain": softened_teacher}),
    Case(
        "corn",
        LEVELS,
        levels,
        ours("corn"),
        {"coral-pytorch": lambda: coral_pytorch("corn"), "dlordinal": lambda: dlordinal("corn")},
    ),
    Case("coral", LEVELS, levels, ours("coral"), {"coral-pytorch": lambda: coral_pytorch("coral")}),
    Case("ordinal_hinge", LEVELS, levels, ours("ordinal_hinge"), {"plain": each_threshold}),
    Case(
        "soft_ordinal_cross_entropy",
        LEVELS,
        classes,
        ours("soft_ordinal_cross_entropy"),
        {"dlordinal": lambda: dlordinal("sord"), "dlordinal exponential": lambda: dlordinal("exponential")},
    ),
    Case(
        "ranked_probability_score",
        LEVELS,
        distributions,
        ours("ranked_probability_score"),
        {"dlordinal": lambda: dlordinal("emd")},
    ),
    Case(
        "bce_smoothed",
        MANY,
        multi_hot,
        ours("bce_smoothed"),
        {"timm": lambda: timm("BinaryCrossEntropy", smoothing=0.1, smooth_dense=True), "segmentation-models": smp_bce},
    ),
    Case(
        "sigmoid_focal",
        MANY,
        multi_hot,
        ours("sigmoid_focal"),
        {
            "torchvision": torchvision_focal,
            "kornia": kornia_sigmoid_focal,
            "MONAI": monai_sigmoid_focal,
            "segmentation-models": smp_focal,
        },
    ),
    Case(
        "binary_generalized_cross_entropy",
        MANY,
        multi_hot,
        ours("binary_generalized_cross_entropy"),
        {"plain": truncated_labels},
    ),
    Case(
        "hinge",
        ONE,
        yes_or_no_scores,
        ours("hinge"),
        {"torchmetrics": torchmetrics_binary_hinge, "torch": signed_hinge},
    ),
    Case("hinge_weighted", ONE, yes_or_no, ours("hinge_weighted"), {"plain": weighted_hinge}),
    Case("binary_distillation", MANY, taught_labels, ours("binary_distillation"), {"plain": two_coins}),
    Case(
        "asymmetric",
        MANY,
        multi_hot,
        ours("asymmetric"),
        {"timm": lambda: timm("AsymmetricLossMultiLabel", reduction="mean")},
    ),
    Case("zlpr", MANY, multi_hot, ours("zlpr"), {"timm": lambda: timm("ZlprLoss")}),
]
