"""An image from an image, learned from aligned pairs and against a discriminator."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from losses.pix2pix import against, criterion
from models.generator import network, patch_discriminator
from models.toy_images import toy_images
from targets.bytes_to_signed import convert, store  #: if convert
from torch import Tensor, nn
from training.turns import DEVICE, STEPS, build_optimizers, descend

BATCH_SIZE = 4


class Translator(nn.Module):
    """Inputs [B, 3, H, W] -> made images in -1..1, and their raw scores [B, 1, h, w]."""

    def __init__(self) -> None:
        super().__init__()
        self.generator, self.discriminator = network(), patch_discriminator(6)

    def forward(self, given: Tensor) -> tuple[Tensor, Tensor]:
        image = self.generator(given)
        return image, self.judge(given, image)

    def judge(self, given: Tensor, image: Tensor) -> Tensor:
        return self.discriminator(torch.cat([given, image], dim=1))  # it sees the input too


def build_model() -> nn.Module:
    """A generator and a discriminator."""
    return Translator()


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs and images [B, 3, H, W], both in -1..1."""
    images = toy_images(BATCH_SIZE) * 2 - 1
    images = convert(store(images))  #: if convert
    return -images.flip(1), images


def loss_terms(image: Tensor, scores: Tensor, target: Tensor) -> dict[str, Tensor]:
    """Made images, their scores, true images in -1..1, float32 -> the generator's terms."""
    assert image.shape == target.shape, f"{image.shape} against {target.shape}"
    assert not (target.abs() > 1).any(), "an image leaves -1..1: bytes?"
    return criterion(image.float(), scores.float(), target.float())


def loss_fn(image: Tensor, scores: Tensor, target: Tensor) -> Tensor:
    """The generator's loss: the sum of its terms, a scalar."""
    return sum(loss_terms(image, scores, target).values())


def discriminator_loss(real: Tensor, made: Tensor) -> Tensor:
    """Raw scores of true and of made images -> scalar; halved, so that it learns more slowly."""
    return (against(real.float(), 1.0) + against(made.float(), 0.0)) / 2


def discriminator_step(model: nn.Module, optimizers: dict, given: Tensor, target: Tensor) -> dict:
    """One step of the discriminator; the generator stays as it is."""
    with torch.no_grad():
        image = model.generator(given)
    loss = discriminator_loss(model.judge(given, target), model.judge(given, image))
    return descend(optimizers["discriminator"], {"discriminator": loss})


def generator_step(
    model: nn.Module, optimizers: dict, given: Tensor, target: Tensor, terms: Callable = loss_terms
) -> dict:
    """One step of the generator; the discriminator stays as it is."""
    model.discriminator.requires_grad_(False)
    values = descend(optimizers["generator"], terms(*model(given), target))
    model.discriminator.requires_grad_(True)
    return values


def train(model: nn.Module, batch: Callable, loss_terms: Callable) -> list[dict[str, float]]:
    """Train both networks in turns; returns the terms of each step."""
    optimizers, log = build_optimizers(model), []
    for _ in range(STEPS):
        tensors = [tensor.to(DEVICE) for tensor in batch()]
        caught = discriminator_step(model, optimizers, *tensors)
        log.append(caught | generator_step(model, optimizers, *tensors, terms=loss_terms))
    return log


def predict(image: Tensor, scores: Tensor) -> Tensor:
    """What the model gives -> images [B, 3, H, W] in -1..1; the scores are for training."""
    return image.clamp(-1, 1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    log = train(model, batch, loss_terms)
    given, target = batch()
    with torch.no_grad():
        image = predict(*model.eval()(given.to(DEVICE))).cpu()
    print({name: round(value, 4) for name, value in log[-1].items()})
    print(f"mean absolute error {F.l1_loss(image, target):.3f}, in -1..1")
