"""Rectified flow: a velocity from data to noise. Time 0 is data, time 1 is noise."""

import torch
from losses.flow_matching import criterion
from models.denoiser import network
from models.waves import toy_images
from targets.bytes_to_signed import convert, store  #: if convert
from torch import Tensor, nn
from training.two_inputs import DEVICE, train

BATCH_SIZE = 64
LEARNING_RATE = 3e-3
SAMPLING_STEPS = 20


def build_model() -> nn.Module:
    """The model takes noisy images [B, C, H, W] and times [B] in 0..1, and gives velocities."""
    return network(1.0)


def add_noise(clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
    """Noisy images [B, C, H, W] on the straight line, each at its own time [B] in 0..1."""
    times = times.view(-1, 1, 1, 1)
    return (1 - times) * clean + times * noise


def make_target(clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
    """The velocity [B, C, H, W], which is the same at all times: noise minus data."""
    return noise - clean


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace the images by yours, in -1..1: noisy images, times [B], velocities."""
    clean = toy_images(torch.randn(BATCH_SIZE, 4)).tanh()
    clean = convert(store(clean))  #: if convert
    noise = torch.randn_like(clean)
    times = torch.randn(len(clean)).sigmoid()  # logit-normal: the ends are easy
    return add_noise(clean, noise, times), times, make_target(clean, noise, times)


def loss_fn(velocity: Tensor, target: Tensor) -> Tensor:
    """Velocities, predicted and true, both [B, C, H, W] float32 -> scalar."""
    assert velocity.shape == target.shape, f"{velocity.shape} against {target.shape}"
    return criterion(velocity.float(), target.float())


def predict(velocity: Tensor, noisy: Tensor, times: Tensor) -> Tensor:
    """The clean images [B, C, H, W] that a velocity points back to."""
    return noisy - times.view(-1, 1, 1, 1) * velocity


@torch.no_grad()
def sample(model: nn.Module, noise: Tensor) -> Tensor:
    """New images from pure noise [B, C, H, W]: Euler steps from time 1 to time 0."""
    images, step = noise, 1 / SAMPLING_STEPS
    for i in range(SAMPLING_STEPS):
        times = torch.full((len(noise),), 1 - i * step, device=noise.device)
        images = images - step * model(images, times)
    return images


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    noisy, times, target = (tensor.to(DEVICE) for tensor in batch())
    with torch.no_grad():
        found = predict(model(noisy, times), noisy, times)
    error = (found - predict(target, noisy, times)).square().flatten(1).mean(dim=1).median()
    drawn = sample(model, torch.randn_like(noisy))
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, median error of clean images {error:.3f}")
    print(f"{len(drawn)} new images from {drawn.min():.1f} to {drawn.max():.1f}")
