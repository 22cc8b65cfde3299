"""Embeddings without labels or negatives: each view predicts the projection of the other."""

import torch
import torch.nn.functional as F
from losses.simsiam import criterion
from models.cnn import network, toy_inputs
from torch import Tensor, nn
from training.several_inputs import DEVICE, train

NUM_FEATURES = 32  # of the encoder: these are kept
NUM_PROJECTIONS = 32  # of the heads that only the loss sees
BATCH_SIZE = 16


class Predictor(nn.Module):
    """Two views -> predictions and projections, [B, 2, D] each: one encoder and two small heads."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(network(NUM_FEATURES), nn.ReLU())
        self.projector = head(NUM_FEATURES, 64, NUM_PROJECTIONS)
        self.predictor = head(NUM_PROJECTIONS, 16, NUM_PROJECTIONS)  # without it rows collapse

    def forward(self, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
        projections = [self.projector(self.encoder(view)) for view in (first, second)]
        predictions = [self.predictor(projection) for projection in projections]
        return torch.stack(predictions, dim=1), torch.stack(projections, dim=1)


def head(inputs: int, hidden: int, outputs: int) -> nn.Module:
    """Two layers; their normalisation over the batch keeps rows apart, and makes biases idle."""
    return nn.Sequential(
        nn.Linear(inputs, hidden, bias=False),
        nn.BatchNorm1d(hidden),
        nn.ReLU(),
        nn.Linear(hidden, outputs, bias=False),
    )


def build_model() -> nn.Module:
    """The model gives what each view predicts, and what it is itself."""
    return Predictor()


def batch() -> tuple[Tensor, Tensor]:
    """Toy data: two views of each sample, by your augmentations (crops, flips, colours)."""
    signal = torch.randn(BATCH_SIZE, 8)
    views = (signal + 0.3 * torch.randn(BATCH_SIZE, 8) for _ in range(2))
    return tuple(toy_inputs(view) for view in views)


def loss_fn(predictions: Tensor, projections: Tensor) -> Tensor:
    """Predictions and projections [B, 2, D] float32 of both views -> scalar."""
    assert predictions.shape == projections.shape, f"{predictions.shape} != {projections.shape}"
    return criterion(predictions.float(), projections.float())


def predict(predictions: Tensor, projections: Tensor) -> tuple[Tensor, Tensor]:
    """Both [B, 2, D] -> the second view nearest to each first one [B], cosines."""
    first, second = F.normalize(projections.float(), dim=2).unbind(dim=1)
    cosines = first @ second.T  # predictions have done their work in training
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
