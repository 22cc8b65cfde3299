"""Denoising on a fixed schedule. Time 0 is nearly data, the last one is noise."""

import torch
from losses.noise_mse import criterion
from models.denoiser import network
from models.waves import toy_images
from targets.bytes_to_signed import convert, store  #: if convert
from torch import Tensor, nn
from training.two_inputs import DEVICE, train

TIMES = 1000  # of the schedule; a checkpoint brings its own schedule
SAMPLING_STEPS = 20
BATCH_SIZE = 64
LEARNING_RATE = 3e-3


def scales(times: Tensor) -> tuple[Tensor, Tensor]:
    """Times [B] int64 -> what data and noise are multiplied with, [B, 1, 1, 1] float32 each."""
    betas = torch.linspace(1e-4, 0.02, TIMES, dtype=torch.float64)  # DDPM's
    signal = (1 - betas).cumprod(dim=0).sqrt()
    #: if velocity
    signal = (signal - signal[-1]) * signal[0] / (signal[0] - signal[-1])  # ends in pure noise
    #: end
    spread = (1 - signal.square()).sqrt()
    table = torch.stack([signal, spread]).float().to(times.device)  # never in half precision
    return tuple(table[:, times].view(2, -1, 1, 1, 1))


def build_model() -> nn.Module:
    """The model takes noisy images [B, C, H, W] and times [B] int64, and gives [B, C, H, W]."""
    return network(TIMES - 1)


def add_noise(clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
    """Noisy images [B, C, H, W], each at its own time [B] int64."""
    signal, spread = scales(times)
    return signal * clean + spread * noise


def make_target(clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
    #: if velocity
    """The velocity [B, C, H, W]: noise where there is data, minus data where there is noise."""
    signal, spread = scales(times)
    return signal * noise - spread * clean
    #: else
    #: if clean
    """The clean images [B, C, H, W]."""
    return clean
    #: else
    """The noise [B, C, H, W]."""
    return noise
    #: end
    #: end


def batch() -> tuple[Tensor, ...]:
    """Toy data, replace the images by yours, in -1..1: noisy images, times [B], targets."""
    clean = toy_images(torch.randn(BATCH_SIZE, 4)).tanh()
    clean = convert(store(clean))  #: if convert
    noise, times = torch.randn_like(clean), torch.randint(TIMES, (len(clean),))
    noisy, target = add_noise(clean, noise, times), make_target(clean, noise, times)
    #: if weighted
    signal, spread = scales(times)
    return noisy, times, target, (signal / spread).square().flatten()
    #: else
    return noisy, times, target
    #: end


def loss_fn(prediction: Tensor, target: Tensor, *snr: Tensor) -> Tensor:
    #: if weighted
    """Prediction and target [B, C, H, W], signal-to-noise ratios [B], all float32 -> scalar."""
    #: else
    """Prediction and target, both [B, C, H, W] float32 -> scalar."""
    #: end
    assert prediction.shape == target.shape, f"{prediction.shape} against {target.shape}"
    return criterion(prediction.float(), target.float(), *snr)


def predict(prediction: Tensor, noisy: Tensor, times: Tensor) -> Tensor:
    """The clean images [B, C, H, W] that a prediction stands for."""
    #: if clean
    return prediction
    #: else
    signal, spread = scales(times)
    #: if velocity
    return signal * noisy - spread * prediction
    #: else
    return (noisy - spread * prediction) / signal
    #: end
    #: end


@torch.no_grad()
def sample(model: nn.Module, images: Tensor) -> Tensor:
    """New images from pure noise [B, C, H, W], by DDIM: to the clean images, and a little back."""
    steps = torch.linspace(TIMES - 1, 0, SAMPLING_STEPS).long().tolist()
    for now, then in zip(steps, [*steps[1:], None], strict=True):
        times = torch.full((len(images),), now, device=images.device)
        clean = predict(model(images, times), images, times).clamp(-1, 1)  # not for latents
        if then is None:
            return clean
        signal, spread = scales(times)
        noise = (images - signal * clean) / spread
        images = add_noise(clean, noise, torch.full_like(times, then))
    return images


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    noisy, times, target = (tensor.to(DEVICE) for tensor in batch()[:3])
    with torch.no_grad():
        found = predict(model(noisy, times), noisy, times)
    error = (found - predict(target, noisy, times)).square().flatten(1).mean(dim=1).median()
    drawn = sample(model, torch.randn_like(noisy))
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, median error of clean images {error:.3f}")
    print(f"{len(drawn)} new images from {drawn.min():.1f} to {drawn.max():.1f}")
