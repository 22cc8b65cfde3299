"""Losses of regression and what they are measured against."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, distributions

from tests.benchmarks.losses import Case, Loss
from tests.losses.parts import template

SAMPLES = ((64,), (4096,), (1_000_000,))
BOXES = ((64,), (4096,), (250_000,))
Inputs = Callable[[int], tuple[Tensor, ...]]


def inputs(outputs: int = 0, target: Callable[[Tensor], Tensor] = lambda noise: noise) -> Inputs:
    """Makes predictions [N, outputs] and targets [N], made from normal ones."""

    def make(count: int) -> tuple[Tensor, Tensor]:
        generator = torch.Generator().manual_seed(0)
        shape = (count, outputs) if outputs else (count,)
        noise = torch.randn(count, generator=generator)
        return torch.randn(*shape, generator=generator).requires_grad_(), target(noise)

    return make


def boxes(count: int) -> tuple[Tensor, Tensor]:
    """Predicted and true boxes x1, y1, x2, y2 [N, 4]."""
    start, size = torch.rand(2, 2, count, 2, generator=torch.Generator().manual_seed(0))
    prediction, target = torch.cat([start, start + 0.05 + size], dim=-1)
    return prediction.requires_grad_(), target


def plain(loss: Loss) -> dict[str, Callable[[], Loss]]:
    """The formula as the paper has it."""
    return {"plain": lambda: loss}


def torch_peer(loss: Loss) -> dict[str, Callable[[], Loss]]:
    """PyTorch's own, put together."""
    return {"torch": lambda: loss}


def density(distribution: Callable[[Tensor], distributions.Distribution], constant: float = 0.0) -> Loss:
    """The negative log-likelihood under a distribution, less what ours leaves out."""
    return lambda prediction, target: -distribution(prediction).log_prob(target).mean() - constant


def torchvision(name: str) -> Callable[[], Loss]:
    def make() -> Loss:
        from torchvision import ops

        loss = getattr(ops, name)
        return lambda prediction, target: loss(prediction, target, reduction="mean")

    return make


def torchvision_l1_giou() -> Loss:
    overlap = torchvision("generalized_box_iou_loss")()
    return lambda p, y: 5 * F.l1_loss(p, y, reduction="sum") / len(y) + 2 * overlap(p, y)


def monai_giou() -> Loss:
    from monai.losses import BoxGIoULoss

    loss: Loss = BoxGIoULoss()
    return loss


def kornia_cauchy() -> Loss:
    from kornia.losses import cauchy_loss

    scale = template("losses.cauchy").SCALE
    factor = math.sqrt(2) / scale
    return lambda p, y: scale**2 / 2 * cauchy_loss(factor * p, factor * y, reduction="mean")


def torchmetrics_log_cosh() -> Loss:
    from torchmetrics.functional.regression import log_cosh_error

    return log_cosh_error


def torchmetrics_tweedie() -> Loss:
    from torchmetrics.functional.regression import tweedie_deviance_score

    return lambda p, y: tweedie_deviance_score(p.exp(), y, power=1.5)


def torchmetrics_msle() -> Loss:
    from torchmetrics.functional.regression import mean_squared_log_error

    return lambda p, y: mean_squared_log_error(p.exp(), y)


def plain_log_cosh(prediction: Tensor, target: Tensor) -> Tensor:
    return torch.log(torch.cosh(prediction - target)).mean()


def plain_cauchy(prediction: Tensor, target: Tensor) -> Tensor:
    return (2.385**2 / 2 * torch.log(1 + ((prediction - target) / 2.385) ** 2)).mean()


def plain_pinball(prediction: Tensor, target: Tensor) -> Tensor:
    level = torch.tensor([0.1, 0.5, 0.9])
    error = target[:, None] - prediction
    return torch.maximum(level * error, (level - 1) * error).mean()


def plain_beta_nll(prediction: Tensor, target: Tensor) -> Tensor:
    mean, variance = prediction[:, 0], prediction[:, 1].exp()
    return (((target - mean) ** 2 / variance + variance.log()) / 2 * variance.detach() ** 0.5).mean()


def plain_crps(prediction: Tensor, target: Tensor) -> Tensor:
    std = (prediction[:, 1] / 2).exp()
    z = (target - prediction[:, 0]) / std
    normal = distributions.Normal(0.0, 1.0)
    density = normal.log_prob(z).exp()
    return (std * (z * (2 * normal.cdf(z) - 1) + 2 * density - 1 / math.sqrt(math.pi))).mean()


def plain_negative_binomial(prediction: Tensor, target: Tensor) -> Tensor:
    mean, size = prediction[:, 0].exp(), (-prediction[:, 1]).exp()
    constants = torch.lgamma(size) + torch.lgamma(target + 1) - torch.lgamma(size + target)
    probable = size * torch.log(size / (size + mean)) + target * torch.log(mean / (size + mean))
    return (constants - probable).mean()


def plain_hurdle(prediction: Tensor, target: Tensor) -> Tensor:
    above = (target > 0).float()
    gate = F.binary_cross_entropy_with_logits(prediction[:, 0], above, reduction="none")
    known = torch.where(target > 0, target, torch.ones_like(target))
    amount = distributions.LogNormal(prediction[:, 1], prediction[:, 2].exp(), validate_args=False)
    return (gate - above * amount.log_prob(known)).mean()


def plain_angle(prediction: Tensor, target: Tensor) -> Tensor:
    return (1 - torch.cos(torch.atan2(prediction[:, 0], prediction[:, 1]) - target)).mean()


def embedding_angle(prediction: Tensor, target: Tensor) -> Tensor:
    wanted = torch.stack([target.sin(), target.cos()], dim=-1)
    return F.cosine_embedding_loss(prediction, wanted, torch.ones_like(target))


def plain_sin_cos(prediction: Tensor, target: Tensor) -> Tensor:
    sine, cosine = prediction.unbind(dim=-1)
    return ((sine - target.sin()) ** 2 + (cosine - target.cos()) ** 2).mean() / 2


def distribution(name: str, *, constant: float = 0.0) -> Loss:
    """A likelihood by torch.distributions, without its checks."""
    makers: dict[str, Callable[[Tensor], distributions.Distribution]] = {
        "Normal": lambda p: distributions.Normal(p[:, 0], (p[:, 1] / 2).exp(), validate_args=False),
        "StudentT": lambda p: distributions.StudentT(4.0, p[:, 0], p[:, 1].exp(), validate_args=False),
        "NegativeBinomial": lambda p: distributions.NegativeBinomial(
            (-p[:, 1]).exp(), logits=p.sum(dim=-1), validate_args=False
        ),
        "Exponential": lambda p: distributions.Exponential((-p).exp(), validate_args=False),
        "LogNormal": lambda p: distributions.LogNormal(p[:, 0], p[:, 1].exp(), validate_args=False),
        "Beta": beta,
        "VonMises": lambda p: distributions.VonMises(
            torch.atan2(p[:, 0], p[:, 1]), p.norm(dim=-1), validate_args=False
        ),
    }
    return density(makers[name], constant)


def beta(prediction: Tensor) -> distributions.Beta:
    mean, precision = prediction[:, 0].sigmoid(), prediction[:, 1].exp()
    return distributions.Beta(mean * precision, (1 - mean) * precision, validate_args=False)


def gaussian(prediction: Tensor, target: Tensor) -> Tensor:
    return F.gaussian_nll_loss(prediction[:, 0], target, prediction[:, 1].exp())


def counts(noise: Tensor) -> Tensor:
    return noise.exp().mul(3).floor()


def lumped(noise: Tensor) -> Tensor:
    return (noise.exp() - 1).clamp(min=0)


def case(
    name: str, make: Inputs, peers: dict[str, Callable[[], Loss]], sizes: tuple[tuple[int], ...] = SAMPLES
) -> Case:
    return Case(name, sizes, make, template(f"losses.{name}").criterion, peers)


ONE, TWO = inputs(), inputs(2)
CASES = [
    case("log_cosh", ONE, {"torchmetrics": torchmetrics_log_cosh, **plain(plain_log_cosh)}),
    case("cauchy", ONE, {"kornia": kornia_cauchy, **plain(plain_cauchy)}),
    case("pinball", inputs(3), plain(plain_pinball)),
    case(
        "gaussian_nll",
        TWO,
        {"torch": lambda: gaussian, "Normal": lambda: distribution("Normal", constant=math.log(2 * math.pi) / 2)},
    ),
    case("beta_nll", TWO, plain(plain_beta_nll)),
    case("crps_gaussian", TWO, plain(plain_crps)),
    case("student_t_nll", TWO, torch_peer(distribution("StudentT"))),
    case(
        "negative_binomial_nll",
        inputs(2, counts),
        {"torch": lambda: distribution("NegativeBinomial"), **plain(plain_negative_binomial)},
    ),
    case("gamma_nll", inputs(0, torch.exp), torch_peer(distribution("Exponential"))),
    case("tweedie", inputs(0, lumped), {"torchmetrics": torchmetrics_tweedie}),
    case("msle", inputs(0, lumped), {"torchmetrics": torchmetrics_msle}),
    case("log_normal_nll", inputs(2, torch.exp), torch_peer(distribution("LogNormal"))),
    case("hurdle_log_normal_nll", inputs(3, lumped), plain(plain_hurdle)),
    case("beta_distribution_nll", inputs(2, torch.sigmoid), torch_peer(distribution("Beta"))),
    case("cosine_angle", TWO, {"torch": lambda: embedding_angle, **plain(plain_angle)}),
    case("von_mises_nll", TWO, torch_peer(distribution("VonMises"))),
    case("sin_cos_mse", TWO, plain(plain_sin_cos)),
    case("giou", boxes, {"torchvision": torchvision("generalized_box_iou_loss"), "monai": monai_giou}, BOXES),
    case("diou", boxes, {"torchvision": torchvision("distance_box_iou_loss")}, BOXES),
    case("ciou", boxes, {"torchvision": torchvision("complete_box_iou_loss")}, BOXES),
    case("l1_giou", boxes, {"torchvision": torchvision_l1_giou}, BOXES),
]
