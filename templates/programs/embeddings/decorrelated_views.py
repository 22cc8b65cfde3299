"""Embeddings without labels or negatives: dimensions that differ keep rows from collapsing."""

import torch
import torch.nn.functional as F
from losses.vicreg import terms
from models.cnn import network, toy_inputs
from torch import Tensor, nn
from training.two_embeddings_terms import DEVICE, train

NUM_FEATURES = 32  # of the encoder: these are kept
NUM_PROJECTIONS = 8  # of the head that only the loss sees; real ones are wide: 2048 or 8192
BATCH_SIZE = 32


class Encoder(nn.Module):
    """Two views -> their projections [B, D], by one encoder and one head for both."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = network(NUM_FEATURES)
        self.head = nn.Sequential(
            nn.Linear(NUM_FEATURES, 64),
            nn.ReLU(),
            nn.Linear(64, NUM_PROJECTIONS, bias=False),  # the loss does not see a shift
        )

    def forward(self, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
        return self.head(self.encoder(first)), self.head(self.encoder(second))


def build_model() -> nn.Module:
    """The model gives the projections of both views, [B, D] each; nothing normalises them."""
    return Encoder()


def batch() -> tuple[Tensor, Tensor]:
    """Toy data: two views of each sample, by your augmentations (crops, flips, colours)."""
    signal = torch.randn(BATCH_SIZE, 8)
    views = (signal + 0.5 * torch.randn(BATCH_SIZE, 8) for _ in range(2))
    return tuple(toy_inputs(view) for view in views)


def loss_terms(first: Tensor, second: Tensor) -> dict[str, Tensor]:
    """Projections [B, D] float32 of both views -> each term times its weight."""
    assert first.shape == second.shape, f"{first.shape} against {second.shape}"
    assert len(first) > 1, "the spread over a batch needs two samples"
    with torch.autocast(first.device.type, enabled=False):  # sums of products need float32
        return terms(first.float(), second.float())


def loss_fn(first: Tensor, second: Tensor) -> Tensor:
    """Projections [B, D] float32 of both views -> scalar; row i of both is one sample."""
    return sum(loss_terms(first, second).values())


def predict(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Projections [B, D] of both views -> the second nearest to each first one [B], distances."""
    distances = torch.cdist(first.float(), second.float())
    return distances.argmin(dim=1), distances


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_terms)
    model.eval()
    with torch.no_grad():
        first, second = (view.to(DEVICE) for view in batch())
        found = predict(*model(first, second))[0].cpu() == torch.arange(BATCH_SIZE)
        features = F.normalize(model.encoder(first), dim=1)  # [B, F]: these are kept
    spread = features.std(dim=0).mean() * NUM_FEATURES**0.5  # about 1; 0 if all are equal
    print({name: round(value, 3) for name, value in losses[-1].items()})
    print(f"found {found.float().mean():.2f}, spread {spread:.2f}")
