"""A variational autoencoder."""

import torch
from losses.bernoulli_elbo import criterion
from losses.kl_normal import kl_normal
from models.autoencoder import decoder, encoder
from models.waves import toy_images
from targets.bytes_to_fraction import convert, store  #: if convert
from torch import Tensor, nn
from training.output_terms import DEVICE, train

LATENTS = 4
BATCH_SIZE = 16


class VAE(nn.Module):
    """Images -> decoder outputs [B, 1, H, W], means and log-variances of the latents [B, Z]."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder(2 * LATENTS), decoder(LATENTS)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mean, log_variance = self.encoder(images).chunk(2, dim=1)
        log_variance = log_variance.clamp(-30, 20)  # exp() overflows at 89
        latents = sample(mean, log_variance) if self.training else mean
        return self.decoder(latents), mean, log_variance


def sample(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Latents [B, Z] drawn from their distributions; gradients flow to both of its parameters."""
    return mean + (0.5 * log_variance).exp() * torch.randn_like(mean)


def build_model() -> nn.Module:
    #: if real
    """The decoder gives means [B, 1, H, W]."""
    #: else
    """The decoder gives raw logits [B, 1, H, W]: no sigmoid."""
    #: end
    return VAE()


def batch() -> tuple[Tensor, Tensor]:
    #: if real
    """Toy data, replace it: images [B, 1, H, W], twice: they are the target."""
    images = toy_images(torch.randn(BATCH_SIZE, 4)) / 2
    images = images + 0.1 * torch.randn_like(images)
    #: else
    """Toy data, replace it: images [B, 1, H, W] in 0..1, twice: they are the target."""
    images = (toy_images(torch.randn(BATCH_SIZE, 4)) > 0).float()
    #: end
    images = convert(store(images))  #: if convert
    return images, images


def loss_terms(
    decoded: Tensor, mean: Tensor, log_variance: Tensor, images: Tensor
) -> dict[str, Tensor]:
    """Decoder outputs and images [B, 1, H, W], latents [B, Z], all float32 -> the two terms."""
    assert decoded.shape == images.shape, f"{decoded.shape} against {images.shape}"
    assert images.min() >= 0 and images.max() <= 1, "images leave 0..1"  #: if not real
    return criterion(decoded.float(), mean.float(), log_variance.float(), images.float())


def loss_fn(*tensors: Tensor) -> Tensor:
    """The sum of the terms: nats per sample -> scalar."""
    return sum(loss_terms(*tensors).values())


def predict(decoded: Tensor, mean: Tensor, log_variance: Tensor) -> tuple[Tensor, Tensor]:
    """Reconstructions [B, 1, H, W], and the latents [B, Z] that stand for them."""
    #: if real
    return decoded, mean
    #: else
    return decoded.sigmoid(), mean
    #: end


@torch.no_grad()
def draw(model: nn.Module, count: int) -> Tensor:
    """New images [count, 1, H, W], from latents of the standard normal distribution."""
    latents = torch.randn(count, LATENTS, device=DEVICE)
    return predict(model.decoder(latents), latents, latents)[0]


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    history = train(model, batch, loss_terms)
    model.eval()
    images, _ = batch()
    with torch.no_grad():
        outputs = [tensor.cpu() for tensor in model(images.to(DEVICE))]
    error = (predict(*outputs)[0] - images).square().mean()
    nats = kl_normal(*outputs[1:]).mean(dim=0)  # a latent near 0 carries nothing
    print(", ".join(f"{name} {value:.2f} nats" for name, value in history[-1].items()))
    print(f"MSE {error:.3f}, nats per latent {[round(value, 2) for value in nats.tolist()]}")
    print(f"deviation of data {images.std():.2f}, of new images {draw(model, 100).std():.2f}")
