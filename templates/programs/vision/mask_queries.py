"""Objects as a set of masks: each query gives one object or none."""

import torch
import torch.nn.functional as F
from losses.mask2former import criterion
from losses.matched_masks import match
from models.detector import SIDE, STRIDE, network, toy_inputs, toy_masks, toy_objects
from torch import Tensor, nn
from training.output_terms import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
BATCH_SIZE = 8
FEATURES = 32
QUERIES = 8  # more than there are objects in any image
LEARNING_RATE = 2e-3


class Segmenter(nn.Module):
    """Images -> logits [B, Q, C + 1], whose last is "no object", and mask logits [B, Q, H, W]."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = network(FEATURES)
        self.places = nn.Parameter(torch.randn((SIDE // STRIDE) ** 2, FEATURES))
        self.queries = nn.Parameter(torch.randn(QUERIES, FEATURES))
        self.decoder = nn.TransformerDecoderLayer(FEATURES, 4, 64, dropout=0.0, batch_first=True)
        self.classes = nn.Linear(FEATURES, NUM_CLASSES + 1)
        self.masks = nn.Linear(FEATURES, FEATURES)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        cells = self.cells(images)
        placed = cells.flatten(2).mT + self.places
        found = self.decoder(self.queries.expand(len(images), -1, -1), placed)
        masks = (self.masks(found) @ placed.mT).unflatten(2, cells.shape[2:])
        return self.classes(found), F.interpolate(masks, scale_factor=STRIDE, mode="bilinear")


def build_model() -> nn.Module:
    """The model gives raw logits: no activation."""
    return Segmenter()


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: images, labels and masks of up to M objects.

    Labels [B, M] int64 in 0 .. C-1, or -100 for no object; masks [B, M, H, W] float32 of 0 and 1.
    """
    labels, boxes = toy_objects(BATCH_SIZE, NUM_CLASSES)
    return toy_inputs(labels, boxes, NUM_CLASSES), labels, toy_masks(boxes)


def loss_terms(logits: Tensor, found: Tensor, labels: Tensor, masks: Tensor) -> dict[str, Tensor]:
    """Logits [B, Q, C + 1], mask logits [B, Q, H, W] and the objects -> terms, masks per object."""
    assert labels.dtype == torch.int64, f"labels are {labels.dtype}"
    assert (labels < NUM_CLASSES).all(), "classes are 0 .. C-1"
    wanted = (*labels.shape, *found.shape[2:])
    assert masks.shape == wanted, f"masks are {masks.shape}, {wanted} was expected"
    assert not ((masks < 0) | (masks > 1)).any(), "a mask leaves 0..1: 255?"
    owner = match(logits.float(), found.float(), labels, masks)  # the same for all terms
    classes = labels.gather(1, owner.clamp(min=0)).masked_fill(owner < 0, NUM_CLASSES)
    image, query = (owner >= 0).nonzero().unbind(dim=1)
    chosen = masks[image, owner[image, query]]
    return criterion(logits.float(), classes, found.float()[image, query], chosen)


def loss_fn(logits: Tensor, found: Tensor, labels: Tensor, masks: Tensor) -> Tensor:
    """The sum of the terms, a scalar."""
    return sum(loss_terms(logits, found, labels, masks).values())


def predict(logits: Tensor, masks: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Classes [B, Q] (C: no object), probabilities [B, Q], masks [B, Q, H, W] bool."""
    scores, classes = logits.softmax(dim=-1).max(dim=-1)
    return classes, scores, masks > 0


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    log = train(model, batch, loss_terms)
    model.eval()
    images, labels, masks = batch()
    with torch.no_grad():
        classes, _, found = (side.cpu() for side in predict(*model(images.to(DEVICE))))
    inner, outer = (
        found[:, None] & (masks[:, :, None] > 0),
        found[:, None] | (masks[:, :, None] > 0),
    )
    iou = inner.sum(dim=(-2, -1)) / outer.sum(dim=(-2, -1)).clamp(min=1)
    right = (iou > 0.5) & (classes[:, None] == labels[..., None])
    recall = right.any(dim=2).sum() / (labels >= 0).sum()
    before, after = (sum(terms.values()) for terms in (log[0], log[-1]))
    print(f"loss {before:.3f} -> {after:.3f}, recall of masks {recall:.2f}")
