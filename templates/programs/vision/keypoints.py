"""The places of some points in an image, as coordinates."""

import torch
from losses.l1 import criterion
from models.keypoints import CELLS, network, toy_points
from targets.visible_points_to_points import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_POINTS = 3
BATCH_SIZE = 16


class Centers(nn.Module):
    """Maps [B, K, H, H] -> the centre x, y of the softmax of each [B, K, 2] in 0..1."""

    def forward(self, maps: Tensor) -> Tensor:
        weights = maps.float().flatten(2).softmax(dim=-1).unflatten(2, maps.shape[2:])
        place = (torch.arange(CELLS, device=maps.device) + 0.5) / CELLS
        return torch.stack([(weights.sum(dim=axis) * place).sum(dim=-1) for axis in (2, 3)], dim=-1)


def build_model() -> nn.Module:
    """The model gives x and y of each point in parts of the image, [B, K, 2]."""
    return nn.Sequential(network(NUM_POINTS), Centers())


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: images, points [B, K, 2] in 0..1, NaN: hidden."""
    images, points = toy_points(BATCH_SIZE, NUM_POINTS)
    points = convert(store(points))  #: if convert
    return images, points


def loss_fn(prediction: Tensor, points: Tensor) -> Tensor:
    """Predicted and true points x, y [B, K, 2] in 0..1, both float32 -> scalar."""
    assert prediction.shape == points.shape, f"{prediction.shape} against {points.shape}"
    assert not ((points < 0) | (points > 1)).any(), "a point leaves 0..1: pixels?"
    known = ~points.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    if not known.any():
        return prediction.float().sum() * 0.0  # zero gradients, not NaN
    return criterion(prediction.float()[known], points[known])


def predict(prediction: Tensor) -> Tensor:
    """Points x, y [B, K, 2] in parts of the image: they are what they are."""
    return prediction


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    images, points = batch()
    with torch.no_grad():
        found = predict(model(images.to(DEVICE))).cpu()
    error = (found - points).norm(dim=-1).nanmean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, mean distance {error:.3f} of the image")
