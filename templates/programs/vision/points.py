"""Objects as classes and distances to the four sides at each point, without anchors."""

import torch
from losses.bce_ciou_dfl import criterion
from losses.objects import check
from losses.surest import surest
from losses.task_alignment import assign
from losses.two_boxes import overlap
from models.detector import SIDE, STRIDE, network, toy_objects
from targets.category_ids import from_ids, to_ids  #: if categories
from targets.xywh_to_xyxy import convert, store  #: if convert
from torch import Tensor, nn
from training.output_terms import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
BATCH_SIZE = 8
CELL = STRIDE / SIDE  # in parts of the image
BINS = 6  # a side is 0 .. BINS - 1 cells away from its point; YOLOv8 has 16
START = 4.6  # log(0.99 / 0.01): a new detector gives each class 1 %
SURE = 0.3  # detections of a lower probability are dropped


class Detector(nn.Module):
    """Images -> logits [B, A, C], and logits [B, A, 4, R] of how far each side is."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = network(NUM_CLASSES + 4 * BINS)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        cells = self.cells(images).flatten(2).mT
        return cells[..., :NUM_CLASSES] - START, cells[..., NUM_CLASSES:].unflatten(2, (4, BINS))


def build_model() -> nn.Module:
    """The model gives raw logits: no activation."""
    return Detector()


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: images, labels (-100: none), boxes [B, M, 4]."""
    images, labels, boxes, _ = toy_objects(BATCH_SIZE, NUM_CLASSES)
    labels = from_ids(to_ids(labels))  #: if categories
    boxes = convert(store(boxes))  #: if convert
    return images, labels, boxes


def points(like: Tensor) -> Tensor:
    """The centres x, y of the cells [A, 2] in parts of the image."""
    places = torch.arange(STRIDE / 2, SIDE, STRIDE) / SIDE
    y, x = torch.meshgrid(places, places, indexing="ij")
    return torch.stack([x, y], dim=-1).flatten(0, 1).to(like)


def decode(sides: Tensor) -> Tensor:
    """Logits [B, A, 4, R] -> boxes x1, y1, x2, y2 [B, A, 4]: each side at its mean distance."""
    bins = torch.arange(float(BINS), device=sides.device) * CELL
    start, end = (sides.float().softmax(dim=-1) * bins).sum(dim=-1).chunk(2, dim=-1)
    return torch.cat([points(bins) - start, points(bins) + end], dim=-1)


def loss_terms(logits: Tensor, sides: Tensor, labels: Tensor, boxes: Tensor) -> dict[str, Tensor]:
    """Logits [B, A, C], sides [B, A, 4, R] and the objects -> terms, per sum of soft targets."""
    check(labels, boxes, NUM_CLASSES)
    found, places = decode(sides), points(boxes)
    targets, boxes = assign(logits.float().sigmoid(), found, places, labels, boxes)
    positive = targets.sum(dim=-1) > 0
    distances = torch.cat([places - boxes[..., :2], boxes[..., 2:] - places], dim=-1)
    cells = distances[positive] / CELL
    return criterion(
        logits.float(), targets, found[positive], boxes[positive], sides.float()[positive], cells
    )


def loss_fn(logits: Tensor, sides: Tensor, labels: Tensor, boxes: Tensor) -> Tensor:
    """The sum of the terms, a scalar."""
    return sum(loss_terms(logits, sides, labels, boxes).values())


def predict(logits: Tensor, sides: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Classes [B, A] (C: no object), probabilities [B, A], boxes x1, y1, x2, y2 [B, A, 4]."""
    scores, classes = logits.sigmoid().max(dim=-1)
    boxes = decode(sides).clamp(0, 1)
    found = (scores > SURE) & surest(scores, boxes)
    return classes.masked_fill(~found, NUM_CLASSES), scores, boxes


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    log = train(model, batch, loss_terms)
    model.eval()
    images, labels, boxes = batch()
    with torch.no_grad():
        classes, _, found = (side.cpu() for side in predict(*model(images.to(DEVICE))))
    near = overlap(boxes[:, :, None], found[:, None])[0] > 0.5
    right = (near & (classes[:, None] == labels[..., None])).any(dim=2).sum()
    first, last = (sum(terms.values()) for terms in (log[0], log[-1]))
    print(f"loss {first:.3f} -> {last:.3f}, {right} of {(labels >= 0).sum()} objects found")
