"""The places of some points in an image, as one heatmap each."""

import torch
from losses.heatmap_mse import criterion
from models.keypoints import network, toy_points
from targets.visible_points_to_points import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_POINTS = 3
BATCH_SIZE = 16
LEARNING_RATE = 3e-3


def build_model() -> nn.Module:
    """The model gives a heatmap for each point, [B, K, H, H]: no activation."""
    return network(NUM_POINTS)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: images, points [B, K, 2] in 0..1, NaN: hidden."""
    images, points = toy_points(BATCH_SIZE, NUM_POINTS)
    points = convert(store(points))  #: if convert
    return images, points


def loss_fn(heatmaps: Tensor, points: Tensor) -> Tensor:
    """Heatmaps [B, K, H, H] and points x, y [B, K, 2] in 0..1, both float32 -> scalar."""
    assert points.shape == (*heatmaps.shape[:2], 2), f"{heatmaps.shape} against {points.shape}"
    assert not ((points < 0) | (points > 1)).any(), "a point leaves 0..1: pixels?"
    known = ~points.isnan().any(dim=-1)  # a hidden point is no reason for an empty heatmap
    if not known.any():
        return heatmaps.float().sum() * 0.0  # zero gradients, not NaN
    return criterion(heatmaps.float()[known], points[known])


def predict(heatmaps: Tensor) -> tuple[Tensor, Tensor]:
    """Heatmaps [B, K, H, H] -> points x, y [B, K, 2] in 0..1, and the height of their peaks."""
    weights = heatmaps.float().clamp(min=0).square()  # their centre is finer than the highest cell
    weights = weights / weights.sum(dim=(-2, -1), keepdim=True).clamp(min=1e-9)
    size = heatmaps.shape[-1]
    place = (torch.arange(size, device=heatmaps.device) + 0.5) / size
    points = torch.stack([(weights.sum(dim=axis) * place).sum(dim=-1) for axis in (-2, -1)], dim=-1)
    return points, heatmaps.amax(dim=(-2, -1))


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    images, points = batch()
    with torch.no_grad():
        found = predict(model(images.to(DEVICE)))[0].cpu()
    error = (found - points).norm(dim=-1).nanmean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, mean distance {error:.3f} of the image")
