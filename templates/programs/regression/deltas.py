"""One box per sample, as offsets from an anchor."""

import math

import torch
from losses.smooth_l1_box import criterion
from models.cnn import network, toy_inputs
from targets.xywh_to_xyxy import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15
ANCHOR = [0.25, 0.25, 0.75, 0.75]  # x1, y1, x2, y2; yours are the anchors or proposals, [B, 4]
WEIGHTS = [10.0, 10.0, 5.0, 5.0]  # bring shifts and log-sizes to about size 1
MAX_LOG = math.log(1000 / 16)  # no box grows beyond this when decoded


def build_model() -> nn.Module:
    """The model gives the offsets from the anchor, [B, 4]: no activation."""
    return network(4)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, offsets [B, 4] float32 of the boxes."""
    signal = torch.randn(BATCH_SIZE, 4)
    center, size = 0.3 + 0.4 * signal[:, :2].sigmoid(), 0.2 + 0.4 * signal[:, 2:].sigmoid()
    boxes = torch.cat([center - size / 2, center + size / 2], dim=1)
    boxes[::4] = torch.nan  #: if incomplete
    boxes = convert(store(boxes))  #: if convert
    return toy_inputs(signal), encode(boxes, torch.tensor(ANCHOR))


def center_size(boxes: Tensor) -> tuple[Tensor, Tensor]:
    """Boxes x1, y1, x2, y2 [..., 4] -> centres [..., 2] and sizes [..., 2]."""
    low, high = boxes.chunk(2, dim=-1)
    return (low + high) / 2, high - low


def encode(boxes: Tensor, anchors: Tensor) -> Tensor:
    """Boxes and their anchors, as x1, y1, x2, y2 [..., 4] -> offsets [..., 4]."""
    (center, size), (anchor_center, anchor_size) = center_size(boxes), center_size(anchors)
    assert not (size <= 0).any(), "not x1, y1, x2, y2, or a box without an area"
    shift, log_size = (center - anchor_center) / anchor_size, (size / anchor_size).log()
    return torch.cat([shift, log_size], dim=-1) * boxes.new_tensor(WEIGHTS)


def decode(deltas: Tensor, anchors: Tensor) -> Tensor:
    """Offsets [..., 4] and anchors as x1, y1, x2, y2 [..., 4] -> boxes x1, y1, x2, y2 [..., 4]."""
    shift, log_size = (deltas / deltas.new_tensor(WEIGHTS)).chunk(2, dim=-1)
    anchor_center, anchor_size = center_size(anchors)
    center = anchor_center + shift * anchor_size
    size = anchor_size * log_size.clamp(max=MAX_LOG).exp()
    return torch.cat([center - size / 2, center + size / 2], dim=-1)


def loss_fn(deltas: Tensor, targets: Tensor) -> Tensor:
    """Predicted and true offsets [B, 4], both float32 -> scalar."""
    assert deltas.shape == targets.shape, f"{deltas.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan().any(dim=1)  # left out before the arithmetic: NaN times 0 is NaN
    deltas, targets = deltas[known], targets[known]
    if not known.any():
        return deltas.sum()  # a zero that still has gradients
    #: end
    return criterion(deltas.float(), targets.float())


def predict(deltas: Tensor) -> tuple[Tensor, Tensor]:
    """Offsets [B, 4] -> the same, and the boxes x1, y1, x2, y2 [B, 4] that they stand for."""
    return deltas, decode(deltas, deltas.new_tensor(ANCHOR))


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        _, boxes = predict(model(inputs.to(DEVICE)))
    error = (boxes.cpu() - decode(targets, torch.tensor(ANCHOR))).abs()
    error = error[~error.isnan()]  #: if incomplete
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, mean error {error.mean():.3f} of the image")
