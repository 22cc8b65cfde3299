"""Objects as a set: each query gives one object or none."""

import torch
from losses.detr import criterion
from losses.matched_boxes import match
from losses.objects import check, recall_precision
from models.detector import SIDE, STRIDE, network, toy_inputs, toy_objects
from targets.xywh_to_xyxy import convert, store  #: if convert
from torch import Tensor, nn
from training.output_terms import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
BATCH_SIZE = 8
FEATURES = 32
QUERIES = 8  # more than there are objects in any image
LEARNING_RATE = 2e-3


class Detector(nn.Module):
    """Images -> logits [B, Q, C + 1], whose last is "no object", and boxes [B, Q, 4]."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = network(FEATURES)
        self.places = nn.Parameter(torch.randn((SIDE // STRIDE) ** 2, FEATURES))
        self.queries = nn.Parameter(torch.randn(QUERIES, FEATURES))
        self.decoder = nn.TransformerDecoderLayer(FEATURES, 4, 64, dropout=0.0, batch_first=True)
        self.classes = nn.Linear(FEATURES, NUM_CLASSES + 1)
        self.boxes = nn.Linear(FEATURES, 4)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        cells = self.cells(images).flatten(2).mT + self.places
        found = self.decoder(self.queries.expand(len(images), -1, -1), cells)
        center, size = self.boxes(found).float().sigmoid().chunk(2, dim=-1)
        boxes = torch.cat([center - size / 2, center + size / 2], dim=-1)  # x1 < x2 and y1 < y2
        return self.classes(found), boxes


def build_model() -> nn.Module:
    """The model gives raw logits, and boxes x1, y1, x2, y2 in parts of the image."""
    return Detector()


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: images, labels and boxes of up to M objects.

    Labels [B, M] int64 in 0 .. C-1, or -100 for no object; boxes [B, M, 4] in parts of the image.
    """
    labels, boxes = toy_objects(BATCH_SIZE, NUM_CLASSES)
    images = toy_inputs(labels, boxes, NUM_CLASSES)
    boxes = convert(store(boxes))  #: if convert
    return images, labels, boxes


def loss_terms(logits: Tensor, found: Tensor, labels: Tensor, boxes: Tensor) -> dict[str, Tensor]:
    """Logits [B, Q, C + 1], boxes [B, Q, 4] and the objects -> terms, boxes per object."""
    check(labels, boxes, NUM_CLASSES)
    owner = match(logits.float(), found, labels, boxes)  # the same for all terms
    classes = labels.gather(1, owner.clamp(min=0)).masked_fill(owner < 0, NUM_CLASSES)
    image, query = (owner >= 0).nonzero().unbind(dim=1)
    wanted = boxes[image, owner[image, query]]
    return criterion(logits.float(), classes, found.float()[image, query], wanted)


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
    recall, precision = recall_precision(classes, found, labels, boxes, num_classes=NUM_CLASSES)
    before, after = (sum(terms.values()) for terms in (log[0], log[-1]))
    print(f"loss {before:.3f} -> {after:.3f}, recall {recall:.2f}, precision {precision:.2f}")
