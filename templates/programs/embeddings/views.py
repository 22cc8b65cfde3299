"""Embeddings without labels: two views of a sample are close to each other, other samples apart."""

import torch
import torch.nn.functional as F
from losses.nt_xent import criterion
from models.cnn import network, toy_inputs
from torch import Tensor, nn
from training.several_inputs import DEVICE, train

NUM_FEATURES = 32  # of the encoder: these are kept
NUM_PROJECTIONS = 32  # of the head that only the loss sees
BATCH_SIZE = 16  # toy size: this loss wants 256 and more


class Encoder(nn.Module):
    """Two views -> their projections [B, D], by one encoder and one head for both."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = network(NUM_FEATURES)
        self.head = nn.Sequential(
            nn.Linear(NUM_FEATURES, 64), nn.ReLU(), nn.Linear(64, NUM_PROJECTIONS)
        )

    def forward(self, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
        return self.head(self.encoder(first)), self.head(self.encoder(second))


def build_model() -> nn.Module:
    """The model gives the projections of both views, [B, D] each, of any length."""
    return Encoder()


def batch() -> tuple[Tensor, Tensor]:
    """Toy data: two views of each sample, by your augmentations (crops, flips, colours)."""
    signal = torch.randn(BATCH_SIZE, 8)
    views = (signal + 0.5 * torch.randn(BATCH_SIZE, 8) for _ in range(2))
    return tuple(toy_inputs(view) for view in views)


def loss_fn(first: Tensor, second: Tensor) -> Tensor:
    """Projections [B, D] float32 of both views -> scalar; row i of both is one sample."""
    assert first.shape == second.shape, f"{first.shape} against {second.shape}"
    first, second = F.normalize(first.float(), dim=1), F.normalize(second.float(), dim=1)
    with torch.autocast(first.device.type, enabled=False):  # bfloat16 rounds cosines to 0.01
        return criterion(first, second)


def predict(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Projections [B, D] of both views -> the second nearest to each first one [B], cosines."""
    cosines = F.normalize(first.float(), dim=1) @ F.normalize(second.float(), dim=1).T
    return cosines.argmax(dim=1), cosines


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    with torch.no_grad():
        first, second = (view.to(DEVICE) for view in batch())
        found = predict(*model(first, second))[0].cpu() == torch.arange(BATCH_SIZE)
        features = F.normalize(model.encoder(first), dim=1)  # [B, F]: these are kept
    spread = features.std(dim=0).mean() * NUM_FEATURES**0.5  # about 1; 0 if all are equal
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, spread {spread:.2f}")
    print(f"nearest view found: {found.float().mean():.2f}")
