"""One box per sample."""

import torch
from losses.smooth_l1_box import criterion
from losses.two_boxes import overlap
from models.cnn import network, toy_inputs
from targets.xywh_to_xyxy import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15
SIZE = [1.0, 1.0, 1.0, 1.0]  # width, height, width, height of the images, in the boxes' unit


class Corners(nn.Module):
    """Raw outputs [B, 4] -> boxes x1, y1, x2, y2, with x1 < x2 and y1 < y2 by construction."""

    def forward(self, raw: Tensor) -> Tensor:
        center, size = raw.float().sigmoid().chunk(2, dim=-1)
        return torch.cat([center - size / 2, center + size / 2], dim=-1)


def build_model() -> nn.Module:
    """The model gives one box x1, y1, x2, y2 per sample, [B, 4], in parts of the image."""
    return nn.Sequential(network(4), Corners())


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, boxes x1, y1, x2, y2 [B, 4] in 0..1."""
    signal = torch.randn(BATCH_SIZE, 4)
    center, size = 0.3 + 0.4 * signal[:, :2].sigmoid(), 0.2 + 0.4 * signal[:, 2:].sigmoid()
    boxes = torch.cat([center - size / 2, center + size / 2], dim=1) * torch.tensor(SIZE)
    boxes[::4] = torch.nan  #: if incomplete
    boxes = convert(store(boxes))  #: if convert
    return toy_inputs(signal), boxes / torch.tensor(SIZE)


def loss_fn(prediction: Tensor, boxes: Tensor) -> Tensor:
    """Predicted and true boxes [B, 4] as x1, y1, x2, y2, both float32 in 0..1 -> scalar."""
    assert prediction.shape == boxes.shape, f"{prediction.shape} against {boxes.shape}"
    #: if incomplete
    known = ~boxes.isnan().any(dim=1)  # left out before the arithmetic: NaN times 0 is NaN
    prediction, boxes = prediction[known], boxes[known]
    if not known.any():
        return prediction.sum()  # a zero that still has gradients
    #: end
    assert (boxes[:, 2:] > boxes[:, :2]).all(), "not x1, y1, x2, y2, or a box without an area"
    assert not ((boxes < 0) | (boxes > 1)).any(), "a box leaves 0..1: pixels?"
    return criterion(prediction.float(), boxes.float())


def predict(prediction: Tensor) -> Tensor:
    """Boxes [B, 4] -> boxes x1, y1, x2, y2 inside the image, in the unit of SIZE."""
    return prediction.clamp(0, 1) * prediction.new_tensor(SIZE)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, boxes = batch()
    with torch.no_grad():
        found = predict(model(inputs.to(DEVICE))).cpu()
    #: if incomplete
    known = ~boxes.isnan().any(dim=1)
    found, boxes = found[known], boxes[known]
    #: end
    iou, _, _ = overlap(found, boxes * torch.tensor(SIZE))
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, mean IoU {iou.mean():.2f}")
