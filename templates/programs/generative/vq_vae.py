"""An autoencoder with discrete codes."""

import torch
from losses.vq_vae import criterion
from models.code_autoencoder import decoder, encoder
from models.waves import toy_images
from targets.bytes_to_signed import convert, store  #: if convert
from torch import Tensor, nn
from training.output_terms import DEVICE, train

CODES, CODE_SIZE = 16, 4  # how many codes there are, and how many numbers stand for one
BATCH_SIZE = 16


class VQVAE(nn.Module):
    """Images [B, 1, H, W] -> reconstructions, latents and their codes [B, K, H / 2, W / 2]."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder(CODE_SIZE), decoder(CODE_SIZE)
        self.codebook = nn.Embedding(CODES, CODE_SIZE)

    def nearest(self, latents: Tensor) -> Tensor:
        """Latents [B, K, h, w] -> the number of the nearest code [B, h, w] int64."""
        places = latents.detach().movedim(1, -1)  # [B, h, w, K]
        return (places[..., None, :] - self.codebook.weight).square().sum(-1).argmin(-1)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        latents = self.encoder(images)
        codes = self.codebook(self.nearest(latents)).movedim(-1, 1)
        through = latents + (codes - latents).detach()  # the codes, with the latents' gradient
        return self.decoder(through), latents, codes


def build_model() -> nn.Module:
    """The decoder gives images [B, 1, H, W], with no activation at the end."""
    return VQVAE()


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it: images [B, 1, H, W] of about unit variance, twice: also the target."""
    images = toy_images(torch.randn(BATCH_SIZE, 4)) / 2
    images = convert(store(images))  #: if convert
    return images, images


def loss_terms(
    decoded: Tensor, latents: Tensor, codes: Tensor, images: Tensor
) -> dict[str, Tensor]:
    """Images [B, 1, H, W] twice, latents and codes [B, K, h, w], all float32 -> the terms."""
    assert decoded.shape == images.shape, f"{decoded.shape} against {images.shape}"
    return criterion(decoded.float(), latents.float(), codes.float(), images.float())


def loss_fn(*tensors: Tensor) -> Tensor:
    """The sum of the terms -> scalar."""
    return sum(loss_terms(*tensors).values())


def predict(decoded: Tensor, latents: Tensor, codes: Tensor) -> Tensor:
    """Reconstructions [B, 1, H, W]."""
    return decoded


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    history = train(model, batch, loss_terms)
    model.eval()
    images, _ = batch()
    with torch.no_grad():
        images = images.to(DEVICE)
        found = predict(*model(images))
        used = model.nearest(model.encoder(images)).unique().numel()
    error = (found - images).square().mean() / images.var()  # 1: no better than the mean
    print(", ".join(f"{name} {value:.3f}" for name, value in history[-1].items()))
    print(f"unexplained variance {error:.3f}, {used} of {CODES} codes used")
