"""The content of one image in the style of another."""

import torch
from losses.gram_style import criterion
from models.canvas import SIDE, network, toy_inputs
from targets.bytes_to_fraction import convert, store  #: if convert
from torch import Tensor, nn
from training.terms import DEVICE, train


def build_model() -> nn.Module:
    """The model gives pictures [B, 3, H, W], about 0..1; they aren't clamped."""
    return network()


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it with your pictures: contents [B, 3, H, W], style [1, 3, H, W]."""
    waves = torch.linspace(0, 30, SIDE).sin()
    content, style = toy_inputs(), (0.5 + 0.4 * waves[:, None] * waves).expand(1, 3, SIDE, SIDE)
    #: if convert
    content, style = convert(store(content)), convert(store(style))
    #: end
    return content, content, style


def loss_terms(image: Tensor, content: Tensor, style: Tensor) -> dict[str, Tensor]:
    """Results and contents [B, 3, H, W], style [1, 3, H, W], float32 -> terms with weights."""
    assert image.shape == content.shape, f"{image.shape} against {content.shape}"
    for given in (content, style):
        assert not ((given < 0) | (given > 1)).any(), "an image leaves 0..1: bytes, or -1..1?"
    return criterion(image.float(), content.float(), style.float())


def loss_fn(image: Tensor, content: Tensor, style: Tensor) -> Tensor:
    """The sum of the terms, a scalar."""
    return sum(loss_terms(image, content, style).values())


def predict(image: Tensor) -> Tensor:
    """Outputs [B, 3, H, W] -> pictures of that shape in 0..1."""
    return image.clamp(0, 1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    log = train(model, batch, loss_terms)
    content, *_ = batch()
    with torch.no_grad():
        pictures = predict(model(content.to(DEVICE))).cpu()
    print(f"{log[0]} -> {log[-1]}")
    print(f"changed by {(pictures - content).abs().mean():.3f} on average")
