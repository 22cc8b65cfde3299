"""An image from an image, learned from aligned pairs and against a discriminator."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from losses.pix2pix import against, criterion
from models.generator import network, patch_discriminator
from models.toy_images import toy_images
from targets.bytes_to_signed import convert, store  #: if convert
from torch import Tensor, nn

BATCH_SIZE = 4
STEPS = 300
LEARNING_RATE, BETAS = 2e-3, (0.5, 0.999)  # for large networks 2e-4; Isola et al. 2017
DEVICE = torch.accelerator.current_accelerator(check_available=True) or "cpu"  #: set device


class Translator(nn.Module):
    """A generator, and a discriminator that sees its input beside the image."""

    def __init__(self) -> None:
        super().__init__()
        self.generator, self.discriminator = network(), patch_discriminator(6)

    def forward(self, given: Tensor) -> tuple[Tensor, Tensor]:
        image = self.generator(given)
        return image, self.judge(given, image)

    def judge(self, given: Tensor, image: Tensor) -> Tensor:
        """Does `image` belong to `given`? Raw scores [B, 1, h, w]."""
        return self.discriminator(torch.cat([given, image], dim=1))


def build_model() -> nn.Module:
    """The model gives images [B, 3, H, W] in -1..1, and the raw scores that they get."""
    return Translator()


def build_optimizers(model: nn.Module) -> dict:
    """One for each network, so that neither step moves the other's weights."""
    return {
        name: torch.optim.Adam(network.parameters(), lr=LEARNING_RATE, betas=BETAS)
        for name, network in model.named_children()
    }


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs and images [B, 3, H, W], both in -1..1."""
    images = toy_images(BATCH_SIZE) * 2 - 1
    images = convert(store(images))  #: if convert
    return -images.flip(1), images


def loss_terms(image: Tensor, scores: Tensor, target: Tensor) -> dict[str, Tensor]:
    """Made images with their scores, true ones in -1..1, float32 -> the generator's terms."""
    assert image.shape == target.shape, f"{image.shape} against {target.shape}"
    assert not (target.abs() > 1).any(), "an image leaves -1..1: bytes?"
    return criterion(image.float(), scores.float(), target.float())


def loss_fn(image: Tensor, scores: Tensor, target: Tensor) -> Tensor:
    """The generator's loss: the sum of its terms, a scalar."""
    return sum(loss_terms(image, scores, target).values())


def discriminator_loss(real: Tensor, made: Tensor) -> Tensor:
    """Raw scores of true and of made images -> scalar; halved, so that it learns more slowly."""
    return (against(real.float(), 1.0) + against(made.float(), 0.0)) / 2


def discriminator_step(
    model: nn.Module, optimizers: dict, given: Tensor, target: Tensor
) -> dict[str, float]:
    """One step of the discriminator; the generator stays as it is."""
    with torch.no_grad():
        image = model.generator(given)
    loss = discriminator_loss(model.judge(given, target), model.judge(given, image))
    optimizers["discriminator"].zero_grad()
    loss.backward()
    optimizers["discriminator"].step()
    return {"discriminator": loss.item()}


def generator_step(
    model: nn.Module,
    optimizers: dict,
    given: Tensor,
    target: Tensor,
    loss_terms: Callable = loss_terms,
) -> dict[str, float]:
    """One step of the generator; the discriminator stays as it is."""
    model.discriminator.requires_grad_(False)
    terms = loss_terms(*model(given), target)
    optimizers["generator"].zero_grad()
    sum(terms.values()).backward()
    optimizers["generator"].step()
    model.discriminator.requires_grad_(True)
    return {name: term.item() for name, term in terms.items()}


def train(model: nn.Module, batch: Callable, loss_terms: Callable) -> list[dict[str, float]]:
    """Train `model` in place; returns the terms of each round."""
    optimizers, log = build_optimizers(model), []
    for _ in range(STEPS):
        tensors = [tensor.to(DEVICE) for tensor in batch()]
        terms = discriminator_step(model, optimizers, *tensors)
        terms |= generator_step(model, optimizers, *tensors, loss_terms=loss_terms)
        log.append(terms)
    return log


def predict(image: Tensor, scores: Tensor) -> Tensor:
    """Outputs of the model -> images [B, 3, H, W] in -1..1; the scores matter in training only."""
    return image.clamp(-1, 1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    history = train(model, batch, loss_terms)
    model.eval()
    given, target = batch()
    with torch.no_grad():
        image = predict(*model(given.to(DEVICE))).cpu()
    print({name: round(value, 4) for name, value in history[-1].items()})
    print(f"mean absolute error {F.l1_loss(image, target):.3f} of 2")
