"""One class for each pixel."""

import torch
import torch.nn.functional as F
from losses.cross_entropy_masks import criterion
from losses.softmax_regions import regions  #: if regions
from models.segmenter import SIDE, network, toy_inputs
from targets.one_hot_to_class_masks import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

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


def loss_fn(logits: Tensor, masks: Tensor) -> Tensor:
    """Raw logits [B, C, H, W] float32 and class masks [B, H, W] int64 -> scalar."""
    assert logits[:, 0].shape == masks.shape, f"{list(logits.shape)} and {list(masks.shape)}"
    valid = masks != IGNORE_INDEX
    if not valid.any():
        return logits.float().sum() * 0.0  # no label at all: zero gradients, not NaN
    #: if pixels
    return criterion(logits.movedim(1, -1)[valid].float(), masks[valid])  # [N, C] and [N]
    #: end
    #: if regions
    return criterion(*regions(logits.float(), masks))
    #: else
    return criterion(logits.float(), masks)
    #: end


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, C, H, W] -> the likeliest class [B, H, W], probabilities [B, C, H, W]."""
    return logits.argmax(dim=1), logits.softmax(dim=1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    images, masks = batch()
    with torch.no_grad():
        classes = predict(model(images.to(DEVICE)))[0].cpu()
    classes, masks = classes[masks != IGNORE_INDEX], masks[masks != IGNORE_INDEX]
    pairs = [(classes == c, masks == c) for c in masks.unique()]
    ious = [(found & true).sum() / (found | true).sum() for found, true in pairs]
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, mean IoU {sum(ious) / len(ious):.2f}")
