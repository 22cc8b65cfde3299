"""A generator against a discriminator: two steps, two optimizers."""

from collections.abc import Callable

import torch
from losses.nonsaturating_r1 import DISCRIMINATOR_STEPS, criterion, generator_loss, penalty
from models.point_gan import NOISE, discriminator, generator, toy_data
from targets.bytes_to_signed import convert, store  #: if convert
from torch import Tensor, nn

STEPS = 400
LEARNING_RATE = 2e-3
BATCH_SIZE = 64
DEVICE = torch.accelerator.current_accelerator(check_available=True) or "cpu"  #: set device


class GAN(nn.Module):
    """Real samples and noise -> the scores of the real samples and of the generated ones, [B]."""

    def __init__(self) -> None:
        super().__init__()
        self.generator, self.discriminator = generator(), discriminator()

    def forward(self, real: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        return self.discriminator(real), self.discriminator(self.generator(noise))


def build_model() -> nn.Module:
    """The discriminator gives raw scores [B]: no sigmoid."""
    return GAN()


def build_optimizers(model: nn.Module) -> dict[str, torch.optim.Optimizer]:
    """One for each side, so that neither moves the other."""
    return {
        name: torch.optim.Adam(side.parameters(), lr=LEARNING_RATE, betas=(0.5, 0.9))
        for name, side in model.named_children()
    }


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: real samples, and noise [B, NOISE]."""
    real = toy_data(BATCH_SIZE)
    real = convert(store(real))  #: if convert
    return real, torch.randn(len(real), NOISE)


def loss_fn(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """The discriminator's loss: raw scores [B] float32 of real and generated samples -> scalar."""
    assert real_scores.shape == fake_scores.shape, f"{real_scores.shape}, {fake_scores.shape}"
    return criterion(real_scores.float(), fake_scores.float())


def discriminator_step(model: nn.Module, optimizers: dict, real: Tensor, noise: Tensor) -> float:
    """One step of the discriminator alone; returns its loss."""
    fake = model.generator(noise).detach()  # or the generator learns to be caught
    loss = loss_fn(model.discriminator(real), model.discriminator(fake))
    loss = loss + penalty(model.discriminator, real, fake)  #: if penalised
    optimizers["discriminator"].zero_grad()
    loss.backward()
    optimizers["discriminator"].step()
    return loss.item()


def generator_step(model: nn.Module, optimizers: dict, real: Tensor, noise: Tensor) -> float:
    """One step of the generator alone, through the discriminator; returns its loss."""
    model.discriminator.requires_grad_(False)  # gradients pass through it and stay nowhere
    loss = generator_loss(model.discriminator(model.generator(noise)).float())
    optimizers["generator"].zero_grad()
    loss.backward()
    optimizers["generator"].step()
    model.discriminator.requires_grad_(True)
    return loss.item()


def train(model: nn.Module, batch: Callable) -> list[dict[str, float]]:
    """Train both sides in place; returns the losses of each step. They tell little: see samples."""
    optimizers, history = build_optimizers(model), []
    for _ in range(STEPS):
        for _ in range(DISCRIMINATOR_STEPS):
            data = [tensor.to(DEVICE) for tensor in batch()]
            caught = discriminator_step(model, optimizers, *data)
        fooled = generator_step(model, optimizers, *data)
        history.append({"discriminator": caught, "generator": fooled})
    return history


def predict(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """Whether the real one of each pair scores higher, [B] bool."""
    return real_scores > fake_scores


def energy_distance(a: Tensor, b: Tensor) -> Tensor:
    """Distance of two sets of samples [N, ...]: 0 if they come from one distribution."""
    a, b = a.flatten(1), b.flatten(1)
    return 2 * torch.cdist(a, b).mean() - torch.cdist(a, a).mean() - torch.cdist(b, b).mean()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    history = train(model, batch)
    model.eval()
    real, noise = (tensor.to(DEVICE) for tensor in batch())
    with torch.no_grad():
        drawn = model.generator(noise)
        caught = predict(*model(real, noise)).float().mean()
    print(", ".join(f"{name} {value:.3f}" for name, value in history[-1].items()))
    print(
        f"told apart {caught:.0%}, at best 50 %; energy distance {energy_distance(real, drawn):.3f}"
    )
