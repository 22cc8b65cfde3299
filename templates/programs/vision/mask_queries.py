"""Objects as a set of masks: each query gives one object or none."""

import torch
import torch.nn.functional as F
from losses.mask2former import criterion
from losses.matched_masks import match
from models.detector import SIDE, STRIDE, network, toy_objects
from targets.category_ids import from_ids, to_ids  #: if categories
from torch import Tensor, nn
from training.output_terms import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
BATCH_SIZE = 8
QUERIES = 8  # more than there are objects in any image
STEPS = 1000
LEARNING_RATE = 2e-3


class Segmenter(nn.Module):
    """Images -> logits [B, Q, C + 1], whose last is "no object", and mask logits [B, Q, H, W]."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = nn.Sequential(network(32), nn.ReLU())
        self.queries = nn.Linear(32 * (SIDE // STRIDE) ** 2, QUERIES * (NUM_CLASSES + 1 + 32))

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        cells = self.cells(images)
        found = self.queries(cells.flatten(1)).unflatten(1, (QUERIES, -1))
        masks = torch.einsum("bqf,bfyx->bqyx", found[..., -32:], cells)
        return found[..., :-32], F.interpolate(masks, scale_factor=STRIDE, mode="bilinear")


def build_model() -> nn.Module:
    """The model gives raw logits: no activation."""
    return Segmenter()


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: images, labels (-100: none), masks of 0 or 1."""
    images, labels, _, masks = toy_objects(BATCH_SIZE, NUM_CLASSES)
    labels = from_ids(to_ids(labels))  #: if categories
    return images, labels, masks


def loss_terms(logits: Tensor, found: Tensor, labels: Tensor, masks: Tensor) -> dict[str, Tensor]:
    """Logits [B, Q, C + 1], mask logits [B, Q, H, W] and the objects -> terms, masks per object."""
    assert labels.dtype == torch.int64 and (labels < NUM_CLASSES).all(), "int64 in 0 .. C-1"
    assert masks.shape == (*labels.shape, *found.shape[2:]), f"masks are {masks.shape}"
    assert not ((masks < 0) | (masks > 1)).any(), "a mask leaves 0..1: 255?"
    image, query, owner = match(logits.float(), found.float(), labels, masks)  # for all terms
    classes = torch.full_like(logits[..., 0], NUM_CLASSES, dtype=torch.int64)
    classes[image, query] = labels[image, owner]
    return criterion(logits.float(), classes, found.float()[image, query], masks[image, owner])


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
    found, there = found[:, None], masks[:, :, None] > 0
    common, both = ((side.sum(dim=(-2, -1))) for side in (found & there, found | there))
    right = ((2 * common > both) & (classes[:, None] == labels[..., None])).any(dim=2).sum()
    first, last = (sum(terms.values()) for terms in (log[0], log[-1]))
    print(f"loss {first:.3f} -> {last:.3f}, {right} of {(labels >= 0).sum()} masks found")
