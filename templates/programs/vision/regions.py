"""Objects as class, box and mask of regions: the second stage of Mask R-CNN."""

import torch
from losses.mask_rcnn import criterion
from losses.objects import check
from losses.offsets import decode
from losses.owner_of_anchors import assign
from losses.surest import surest
from losses.two_boxes import overlap
from models.detector import network, toy_objects
from models.regions import BINS, crop
from targets.category_ids import from_ids, to_ids  #: if categories
from torch import Tensor, nn
from training.output_terms import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
BATCH_SIZE = 8
PLACES, SIZE = 4, 0.4  # regions in a row and their side, in parts of the image
NEGATIVE_IOU = 0.5  # no region is left out
LEARNING_RATE = 5e-3


class Detector(nn.Module):
    """Images -> logits [B, R, C + 1], offsets [B, R, 4], mask logits [B, R, C, BINS, BINS]."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = nn.Sequential(network(16), nn.ReLU())
        self.boxes = nn.Linear(16 * BINS**2, NUM_CLASSES + 1 + 4)  # the last class is background
        self.masks = nn.Conv2d(16, NUM_CLASSES, 3, padding=1)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        found = crop(self.cells(images), regions(images))
        boxes = self.boxes(found.flatten(2))
        masks = self.masks(found.flatten(0, 1)).unflatten(0, found.shape[:2])
        return boxes[..., :-4], boxes[..., -4:], masks


def build_model() -> nn.Module:
    """The model gives raw logits and offsets: no activation."""
    return Detector()


def batch() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: images, labels (-100: none), boxes, masks."""
    images, labels, boxes, masks = toy_objects(BATCH_SIZE, NUM_CLASSES)
    labels = from_ids(to_ids(labels))  #: if categories
    return images, labels, boxes, masks


def regions(like: Tensor) -> Tensor:
    """Regions x1, y1, x2, y2 [R, 4] in parts of the image; yours come from the first stage."""
    places = (torch.arange(PLACES) + 0.5) / PLACES
    y, x = torch.meshgrid(places, places, indexing="ij")
    center = torch.stack([x, y], dim=-1).flatten(0, 1)
    return torch.cat([center - SIZE / 2, center + SIZE / 2], dim=-1).to(like)


def loss_terms(
    logits: Tensor, offsets: Tensor, found: Tensor, labels: Tensor, boxes: Tensor, masks: Tensor
) -> dict[str, Tensor]:
    """Logits [B, R, C + 1], offsets [B, R, 4], masks [B, R, C, S, S], and the objects -> terms."""
    check(labels, boxes, NUM_CLASSES)
    assert masks.shape[:2] == labels.shape, f"{labels.shape} labels, {masks.shape} masks"
    assert not ((masks < 0) | (masks > 1)).any(), "a mask leaves 0..1: 255?"
    places = regions(boxes)
    classes, image, region, owner = assign(labels, boxes, places, NUM_CLASSES)
    sides = offsets.float()[image, region], boxes[image, owner], places[region]
    chosen = found.float()[image, region, classes[image, region]]  # no class competes
    pixels = chosen, crop(masks, places)[image, region, owner]  # soft at the edges
    return criterion(logits.float(), classes, sides, pixels)


def loss_fn(*sides: Tensor) -> Tensor:
    """Outputs and targets as `loss_terms` takes them -> the sum of its terms, a scalar."""
    return sum(loss_terms(*sides).values())


def predict(logits: Tensor, offsets: Tensor, masks: Tensor) -> tuple[Tensor, ...]:
    """Classes [B, R] (C: no object), probabilities, boxes [B, R, 4], masks [B, R, BINS, BINS]."""
    scores, classes = logits.softmax(dim=-1).max(dim=-1)
    boxes = decode(offsets, regions(offsets)).clamp(0, 1)
    sure = scores.masked_fill(classes == NUM_CLASSES, 0.0)
    classes = classes.masked_fill(~surest(sure, boxes), NUM_CLASSES)
    index = classes.clamp(max=NUM_CLASSES - 1)[:, :, None, None, None]
    masks = masks.take_along_dim(index, dim=2)[:, :, 0] > 0  # of the class, inside of its region
    return classes, scores, boxes, masks


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    log = train(model, batch, loss_terms)
    model.eval()
    images, labels, boxes, masks = batch()
    with torch.no_grad():
        classes, _, found, _ = (side.cpu() for side in predict(*model(images.to(DEVICE))))
    near = overlap(boxes[:, :, None], found[:, None])[0] > 0.5
    right = (near & (classes[:, None] == labels[..., None])).any(dim=2).sum()
    first, last = (sum(terms.values()) for terms in (log[0], log[-1]))
    print(f"loss {first:.3f} -> {last:.3f}, {right} of {(labels >= 0).sum()} objects found")
