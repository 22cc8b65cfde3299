"""Objects as a set: each query gives one object or none."""

import torch
from losses.detr import criterion
from losses.matched_boxes import match
from losses.objects import check
from losses.two_boxes import overlap
from models.detector import SIDE, STRIDE, network, toy_objects
from targets.category_ids import from_ids, to_ids  #: if categories
from targets.xywh_to_xyxy import convert, store  #: if convert
from torch import Tensor, nn
from training.output_terms import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
BATCH_SIZE = 8
QUERIES = 8  # more than there are objects in any image
STEPS = 1000
LEARNING_RATE = 2e-3


class Detector(nn.Module):
    """Images -> logits [B, Q, C + 1], whose last is "no object", and boxes [B, Q, 4]."""

    def __init__(self) -> None:
        super().__init__()
        cells = (SIDE // STRIDE) ** 2
        queries = nn.Linear(32 * cells, QUERIES * (NUM_CLASSES + 1 + 4))  # a decoder, in DETR
        self.queries = nn.Sequential(network(32), nn.ReLU(), nn.Flatten(), queries)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        found = self.queries(images).unflatten(1, (QUERIES, -1))
        center, size = found[..., -4:].float().sigmoid().chunk(2, dim=-1)
        boxes = torch.cat([center - size / 2, center + size / 2], dim=-1)  # x1 < x2 and y1 < y2
        return found[..., :-4], boxes


def build_model() -> nn.Module:
    """The model gives raw logits, and boxes x1, y1, x2, y2 in parts of the image."""
    return Detector()


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: images, labels (-100: none), boxes [B, M, 4]."""
    images, labels, boxes, _ = toy_objects(BATCH_SIZE, NUM_CLASSES)
    labels = from_ids(to_ids(labels))  #: if categories
    boxes = convert(store(boxes))  #: if convert
    return images, labels, boxes


def loss_terms(logits: Tensor, found: Tensor, labels: Tensor, boxes: Tensor) -> dict[str, Tensor]:
    """Logits [B, Q, C + 1], boxes [B, Q, 4] and the objects -> terms, boxes per object."""
    check(labels, boxes, NUM_CLASSES)
    image, query, owner = match(logits.float(), found.float(), labels, boxes)  # for all terms
    classes = torch.full_like(logits[..., 0], NUM_CLASSES, dtype=torch.int64)
    classes[image, query] = labels[image, owner]
    return criterion(logits.float(), classes, found.float()[image, query], boxes[image, owner])


def loss_fn(logits: Tensor, found: Tensor, labels: Tensor, boxes: Tensor) -> Tensor:
    """The sum of the terms, a scalar."""
    return sum(loss_terms(logits, found, labels, boxes).values())


def predict(logits: Tensor, boxes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Classes [B, Q] (C: no object), probabilities [B, Q], boxes x1, y1, x2, y2 [B, Q, 4]."""
    scores, classes = logits.softmax(dim=-1).max(dim=-1)
    return classes, scores, boxes.clamp(0, 1)


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
