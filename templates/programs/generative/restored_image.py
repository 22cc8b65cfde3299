"""An image that has one right answer: a better one, or one of another kind."""

import torch
import torch.nn.functional as F
from losses.charbonnier import criterion
from models.restorer import network
from targets.bytes_to_fraction import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE, SIDE = 4, 16  # images, and their height and width
#: if same_size
SCALE = 1  # output pixels for each input pixel, along a side
#: else
SCALE = 2  # output pixels for each input pixel, along a side; 1 to denoise or deblur
#: end


def build_model() -> nn.Module:
    """The model gives an image [B, 3, SCALE * H, SCALE * W], about 0..1; it isn't clamped."""
    return network(SCALE)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs [B, 3, H, W] and true images, in 0..1."""
    images = F.interpolate(torch.rand(BATCH_SIZE, 3, 4, 4), SIDE, mode="bilinear")
    images = convert(store(images))  #: if convert
    #: if same_size
    inputs = 1 - images.flip(1)
    #: else
    inputs = F.avg_pool2d(images, SCALE)
    #: end
    return inputs, images


def loss_fn(prediction: Tensor, images: Tensor) -> Tensor:
    """Predicted and true images [B, 3, H, W], both float32, true ones in 0..1 -> scalar."""
    assert prediction.shape == images.shape, f"{prediction.shape} against {images.shape}"
    assert not ((images < 0) | (images > 1)).any(), "an image leaves 0..1: bytes, or -1..1?"
    return criterion(prediction.float(), images.float())


def predict(prediction: Tensor) -> Tensor:
    """Outputs [B, 3, H, W] -> images of that shape in 0..1."""
    return prediction.clamp(0, 1)


def psnr(images: Tensor, true: Tensor) -> Tensor:
    """Peak signal-to-noise ratio in dB, for images in 0..1; more is better."""
    return -10 * F.mse_loss(images, true).log10()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, images = batch()
    with torch.no_grad():
        found = predict(model(inputs.to(DEVICE))).cpu()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, PSNR {psnr(found, images):.1f} dB")
