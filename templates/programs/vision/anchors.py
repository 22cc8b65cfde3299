"""Objects as classes and offsets of anchors."""

import torch
from losses.focal_smooth_l1 import criterion
from losses.objects import check
from losses.offsets import decode
from losses.owner_of_anchors import assign
from losses.surest import surest
from losses.two_boxes import overlap
from models.detector import SIDE, STRIDE, network, toy_objects
from targets.category_ids import from_ids, to_ids  #: if categories
from targets.xywh_to_xyxy import convert, store  #: if convert
from torch import Tensor, nn
from training.output_terms import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
BATCH_SIZE = 8
SIZES = [0.3, 0.4]  # sides of the anchors of a cell, in parts of the image
START = 4.6  # log(0.99 / 0.01): a new detector gives each class 1 %  #: if not softmax
SURE = 0.3  # detections of a lower probability are dropped; focal losses keep them low


class Detector(nn.Module):
    """Images -> logits [B, A, C] and offsets [B, A, 4], the anchors of a cell side by side."""

    def __init__(self) -> None:
        super().__init__()
        #: if softmax
        self.cells = network(len(SIZES) * (NUM_CLASSES + 1 + 4))  # with background
        #: else
        self.cells = network(len(SIZES) * (NUM_CLASSES + 4))
        #: end

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        cells = self.cells(images).permute(0, 2, 3, 1).unflatten(3, (len(SIZES), -1)).flatten(1, 3)
        #: if softmax
        return cells[..., :-4], cells[..., -4:]
        #: else
        return cells[..., :-4] - START, cells[..., -4:]
        #: end


def build_model() -> nn.Module:
    """The model gives raw logits and offsets: no activation."""
    return Detector()


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: images, labels (-100: none), boxes [B, M, 4]."""
    images, labels, boxes, _ = toy_objects(BATCH_SIZE, NUM_CLASSES)
    labels = from_ids(to_ids(labels))  #: if categories
    boxes = convert(store(boxes))  #: if convert
    return images, labels, boxes


def anchors(like: Tensor) -> Tensor:
    """The anchors as x1, y1, x2, y2 [A, 4] in parts of the image: squares around each cell."""
    places = torch.arange(STRIDE / 2, SIDE, STRIDE) / SIDE
    y, x = torch.meshgrid(places, places, indexing="ij")
    center = torch.stack([x, y], dim=-1)[:, :, None]
    half = torch.tensor(SIZES)[:, None] / 2
    return torch.cat([center - half, center + half], dim=-1).flatten(0, 2).to(like)


def loss_terms(logits: Tensor, offsets: Tensor, labels: Tensor, boxes: Tensor) -> dict[str, Tensor]:
    """Logits [B, A, C], offsets [B, A, 4] and the objects -> terms, per positive anchor."""
    check(labels, boxes, NUM_CLASSES)
    places = anchors(boxes)
    classes, image, anchor, owner = assign(labels, boxes, places, NUM_CLASSES)
    chosen = offsets.float()[image, anchor], boxes[image, owner], places[anchor]
    terms = criterion(logits.float(), classes, *chosen)
    return {name: term / max(len(anchor), 1) for name, term in terms.items()}


def loss_fn(logits: Tensor, offsets: Tensor, labels: Tensor, boxes: Tensor) -> Tensor:
    """The sum of the terms, a scalar."""
    return sum(loss_terms(logits, offsets, labels, boxes).values())


def predict(logits: Tensor, offsets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Classes [B, A] (C: no object), probabilities [B, A], boxes x1, y1, x2, y2 [B, A, 4]."""
    #: if softmax
    scores, classes = logits.softmax(dim=-1)[..., :-1].max(dim=-1)
    #: else
    scores, classes = logits.sigmoid().max(dim=-1)
    #: end
    boxes = decode(offsets, anchors(offsets)).clamp(0, 1)
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
