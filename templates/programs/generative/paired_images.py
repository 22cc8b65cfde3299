"""An image from an image, learned from aligned pairs and against a discriminator."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from losses.pix2pix import criterion, discriminator_criterion
from models.generator import network, patch_discriminator
from targets.bytes_to_signed import convert, store  #: if convert
from torch import Tensor, nn
from training.turns import DEVICE, STEPS, build_optimizers, descend

BATCH_SIZE, SIDE = 4, 16  # images, and their height and width


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
    images = F.interpolate(torch.rand(BATCH_SIZE, 3, 4, 4), SIDE, mode="bilinear") * 2 - 1
    images = convert(store(images))  #: if convert
    return -images.flip(1), images


def loss_terms(image: Tensor, scores: Tensor, target: Tensor) -> dict[str, Tensor]:
    """Made images, their scores, true images in -1..1, float32 -> the generator's terms."""
    assert image.shape == target.shape and target.abs().max() <= 1, "another size, or not -1..1"
    return criterion(image.float(), scores.float(), target.float())


def loss_fn(image: Tensor, scores: Tensor, target: Tensor) -> Tensor:
    """The generator's loss: the sum of its terms, a scalar."""
    return sum(loss_terms(image, scores, target).values())


def discriminator_step(model: nn.Module, optimizers: dict, given: Tensor, target: Tensor) -> dict:
    """One step of the discriminator; the generator stays as it is."""
    model.discriminator.requires_grad_(True)
    image = model.generator(given).detach()
    loss = discriminator_criterion(model.judge(given, target), model.judge(given, image))
    return descend(optimizers["discriminator"], {"discriminator": loss})


def generator_step(model: nn.Module, optimizers: dict, given: Tensor, target: Tensor) -> dict:
    """One step of the generator; the discriminator stays as it is."""
    model.discriminator.requires_grad_(False)
    return descend(optimizers["generator"], loss_terms(*model(given), target))


def train(model: nn.Module, batch: Callable) -> list[dict[str, float]]:
    """Train both networks in turns; returns the terms of each step."""
    optimizers, log = build_optimizers(model), []
    for _ in range(STEPS):
        tensors = [tensor.to(DEVICE) for tensor in batch()]
        caught = discriminator_step(model, optimizers, *tensors)
        log.append(caught | generator_step(model, optimizers, *tensors))
    return log


def predict(image: Tensor, scores: Tensor) -> Tensor:
    """What the model gives -> images [B, 3, H, W] in -1..1; the scores are for training."""
    return image.clamp(-1, 1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    log = train(model, batch)
    given, target = (tensor.to(DEVICE) for tensor in batch())
    with torch.no_grad():
        image = predict(*model.eval()(given))
    print(f"{log[-1]}, mean absolute error {F.l1_loss(image, target):.3f}")
