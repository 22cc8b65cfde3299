"""One class for each pixel, learned by a sum of terms."""

import torch
import torch.nn.functional as F
from losses.dice_cross_entropy import criterion
from models.segmenter import SIDE, network, toy_inputs
from targets.one_hot_to_class_masks import convert, store  #: if convert
from torch import Tensor, nn
from training.terms import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
IGNORE_INDEX = 255  # pixels without a label
BATCH_SIZE = 8


def build_model() -> nn.Module:
    """The model gives raw logits [B, C, H, W]: no softmax, and as large as the masks."""
    return network(NUM_CLASSES)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: images, masks [B, H, W] int64 in 0 .. C-1."""
    fields = F.interpolate(torch.randn(BATCH_SIZE, NUM_CLASSES, 4, 4), SIDE, mode="bilinear")
    fields[:, 0] += 1.5  # class 0 is the background  #: if foreground
    masks = fields.argmax(dim=1)
    images = toy_inputs(F.one_hot(masks, NUM_CLASSES).movedim(-1, 1))
    masks[:, 0] = IGNORE_INDEX  # the first row of each image has no label
    masks = convert(store(masks))  #: if convert
    return images, masks


def loss_terms(logits: Tensor, masks: Tensor) -> dict[str, Tensor]:
    """Raw logits [B, C, H, W] float32 and class masks [B, H, W] int64 -> weighted terms."""
    assert logits[:, 0].shape == masks.shape, f"{list(logits.shape)} and {list(masks.shape)}"
    return criterion(logits.float(), masks)


def loss_fn(logits: Tensor, masks: Tensor) -> Tensor:
    """The same tensors -> the sum of the terms, a scalar."""
    return sum(loss_terms(logits, masks).values())


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, C, H, W] -> the likeliest class [B, H, W], probabilities [B, C, H, W]."""
    return logits.argmax(dim=1), logits.softmax(dim=1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    log = train(model, batch, loss_terms)
    model.eval()
    images, masks = batch()
    with torch.no_grad():
        classes = predict(model(images.to(DEVICE)))[0].cpu()
    classes, masks = classes[masks != IGNORE_INDEX], masks[masks != IGNORE_INDEX]
    pairs = [(classes == c, masks == c) for c in masks.unique()]
    ious = [(found & true).sum() / (found | true).sum() for found, true in pairs]
    start, end = ({name: round(term, 3) for name, term in log[i].items()} for i in (0, -1))
    print(f"{start} -> {end}, mean IoU {sum(ious) / len(ious):.2f}")
