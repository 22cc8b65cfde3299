"""An autoencoder: no distribution over its latents, nothing to sample from."""

import torch
from losses.bce_fraction import criterion
from models.autoencoder import decoder, encoder
from models.waves import toy_images
from targets.bytes_to_fraction import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

LATENTS = 4
BATCH_SIZE = 16


def build_model() -> nn.Module:
    #: if real
    """The model gives images [B, 1, H, W], with no activation at the end."""
    #: else
    """The model gives raw logits [B, 1, H, W]: no sigmoid."""
    #: end
    return nn.Sequential(encoder(LATENTS), decoder(LATENTS))


def batch() -> tuple[Tensor, Tensor]:
    #: if real
    """Toy data, replace it: images [B, 1, H, W], twice: they are the target."""
    images = toy_images(torch.randn(BATCH_SIZE, 4)) / 2
    #: else
    """Toy data, replace it: images [B, 1, H, W] in 0..1, twice: they are the target."""
    images = (toy_images(torch.randn(BATCH_SIZE, 4)) > 0).float()
    #: end
    images = convert(store(images))  #: if convert
    return images, images


def loss_fn(decoded: Tensor, images: Tensor) -> Tensor:
    """Decoder outputs and images, both [B, 1, H, W] float32 -> scalar."""
    assert decoded.shape == images.shape, f"{decoded.shape} against {images.shape}"
    assert images.min() >= 0 and images.max() <= 1, "images leave 0..1"  #: if not real
    return criterion(decoded.float(), images.float())


def predict(decoded: Tensor) -> Tensor:
    """Reconstructions [B, 1, H, W]."""
    #: if real
    return decoded
    #: else
    return decoded.sigmoid()
    #: end


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    images, _ = batch()
    with torch.no_grad():
        found = predict(model(images.to(DEVICE))).cpu()
    error = (found - images).square().mean() / images.var()  # 1: no better than the mean image
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, unexplained variance {error:.3f}")
