"""Embeddings without labels or negatives: a view predicts what a slow copy sees in the other."""

import torch
import torch.nn.functional as F
from losses.byol import criterion
from models.cnn import network, toy_inputs
from torch import Tensor, nn
from training.momentum import DEVICE, train

NUM_FEATURES = 32  # of the encoder: these are kept
NUM_PROJECTIONS = 32  # of the heads that only the loss sees
MOMENTUM = 0.996  # how much of the slow copy stays in each step
BATCH_SIZE = 16


class Momentum(nn.Module):
    """Two views -> predictions of the online, projections of the target network [B, 2, D]."""

    def __init__(self) -> None:
        super().__init__()
        self.online, self.target = branch(), branch()
        self.predictor = head(NUM_PROJECTIONS, NUM_PROJECTIONS)
        self.target.load_state_dict(self.online.state_dict())
        self.target.requires_grad_(False)

    def forward(self, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
        predictions = [self.predictor(self.online(view)) for view in (first, second)]
        with torch.no_grad():
            projections = [self.target(view) for view in (first, second)]
        return torch.stack(predictions, dim=1), torch.stack(projections, dim=1)

    @torch.no_grad()
    def follow(self) -> None:
        """The target network moves a little towards the online one: the only way it ever moves."""
        for slow, fast in zip(self.target.parameters(), self.online.parameters(), strict=True):
            slow.lerp_(fast, 1 - MOMENTUM)


def branch() -> nn.Module:
    """An encoder and the head behind it."""
    encoder = nn.Sequential(network(NUM_FEATURES), nn.ReLU())
    return nn.Sequential(encoder, head(NUM_FEATURES, NUM_PROJECTIONS))


def head(inputs: int, outputs: int) -> nn.Module:
    """Two layers; their normalisation over the batch keeps rows apart, and makes biases idle."""
    return nn.Sequential(
        nn.Linear(inputs, 64, bias=False),
        nn.BatchNorm1d(64),
        nn.ReLU(),
        nn.Linear(64, outputs, bias=False),
    )


def build_model() -> nn.Module:
    """The model gives what each view predicts, and what the target network makes of it."""
    return Momentum()


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
        features = F.normalize(model.online[0](first), dim=1)  # [B, F]: these are kept
    spread = features.std(dim=0).mean() * NUM_FEATURES**0.5  # about 1; 0 if all are equal
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, spread {spread:.2f}")
    print(f"nearest view found: {found.float().mean():.2f}")
