"""Images between two domains A and B, learned without pairs: there and back."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from losses.cycle_gan_identity import criterion, discriminator_criterion
from models.generator import network, patch_discriminator
from targets.bytes_to_signed import convert, store  #: if convert
from torch import Tensor, nn
from training.turns import DEVICE, STEPS, build_optimizers, descend

BATCH_SIZE, SIDE = 4, 16  # images, and their height and width
POOL_SIZE = 50  # made images that the discriminators are shown again; Zhu et al. 2017


class Cycle(nn.Module):
    """Images of A and of B [2, B, 3, H, W] -> such images that came back, and raw scores."""

    def __init__(self) -> None:
        super().__init__()
        self.generators = nn.ModuleList([network(), network()])  # into A, into B
        self.discriminators = nn.ModuleList([patch_discriminator(3), patch_discriminator(3)])
        self.pool: list[Tensor] = []

    def translate(self, images: Tensor) -> Tensor:
        """Images of A and of B -> images of A made from B, and of B made from A."""
        into_a, into_b = self.generators
        return torch.stack([into_a(images[1]), into_b(images[0])])

    def judge(self, images: Tensor) -> Tensor:
        """Images of A and of B -> raw scores [2, B, 1, h, w], each by its own discriminator."""
        return torch.stack([net(x) for net, x in zip(self.discriminators, images, strict=True)])

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        made = self.translate(images)
        cycled, scores = self.translate(made), self.judge(made)
        #: if identity
        same = self.translate(images.flip(0))  # into A from A, into B from B
        return cycled, same, scores
        #: else
        return cycled, scores
        #: end

    def remember(self, made: Tensor) -> Tensor:
        """Made images -> as many, drawn from them and the last ones: old mistakes still count."""
        self.pool = [*self.pool, *made.unbind(1)][-POOL_SIZE:]
        drawn = torch.randint(len(self.pool), (made.shape[1],))
        return torch.stack([self.pool[place] for place in drawn], dim=1)


def build_model() -> nn.Module:
    """A generator into each domain, and a discriminator for each."""
    return Cycle()


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoaders: images of A and of B [2, B, 3, H, W] in -1..1.

    They are the inputs, and what the way there and back must lead to.
    """
    a, b = (F.interpolate(torch.rand(BATCH_SIZE, 3, 4, 4), SIDE, mode="bilinear") for _ in "AB")
    images = torch.stack([2 * a - 1, b - 0.5])  # B has less contrast
    images = convert(store(images))  #: if convert
    return images, images


def loss_terms(*tensors: Tensor) -> dict[str, Tensor]:
    """What the model gives, and true images in -1..1, float32 -> the generators' terms."""
    cycled, *_, images = tensors
    assert cycled.shape == images.shape, f"{cycled.shape} against {images.shape}"
    assert not (images.abs() > 1).any(), "an image leaves -1..1: bytes?"
    return criterion(*(tensor.float() for tensor in tensors))


def loss_fn(*tensors: Tensor) -> Tensor:
    """The generators' loss: the sum of their terms, a scalar."""
    return sum(loss_terms(*tensors).values())


def discriminator_step(model: nn.Module, optimizers: dict, images: Tensor, _: Tensor) -> dict:
    """One step of the discriminators; the generators stay as they are."""
    model.discriminators.requires_grad_(True)
    made = model.remember(model.translate(images).detach())
    loss = discriminator_criterion(model.judge(images), model.judge(made))
    return descend(optimizers["discriminators"], {"discriminators": loss})


def generator_step(model: nn.Module, optimizers: dict, images: Tensor, target: Tensor) -> dict:
    """One step of the generators; the discriminators stay as they are."""
    model.discriminators.requires_grad_(False)
    return descend(optimizers["generators"], loss_terms(*model(images), target))


def train(model: nn.Module, batch: Callable) -> list[dict[str, float]]:
    """Train all networks in turns; returns the terms of each step."""
    optimizers, log = build_optimizers(model), []
    for _ in range(STEPS):
        tensors = [tensor.to(DEVICE) for tensor in batch()]
        caught = discriminator_step(model, optimizers, *tensors)
        log.append(caught | generator_step(model, optimizers, *tensors))
    return log


def predict(images: Tensor, *_: Tensor) -> Tensor:
    """Images of the generators -> the same inside -1..1."""
    return images.clamp(-1, 1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    log = train(model, batch)
    images, target = (tensor.to(DEVICE) for tensor in batch())
    with torch.no_grad():
        back = predict(*model.eval()(images))
    print(f"{log[-1]}, mean absolute error there and back {F.l1_loss(back, target):.3f}")
