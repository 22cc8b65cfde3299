"""One class for each pixel, with the outlines learned too."""

import torch
import torch.nn.functional as F
from losses.boundary_dice_cross_entropy import criterion
from losses.signed_distances import signed_distances
from models.segmenter import SIDE, network, toy_inputs
from targets.one_hot_to_class_masks import convert, store  #: if convert
from torch import Tensor, nn
from training.ramped_terms import DEVICE, train

#: if binary
NUM_CLASSES = 2  # background and object
#: else
NUM_CLASSES = 3  #: set num_classes
#: end
IGNORE_INDEX = 255  # pixels without a label
BATCH_SIZE = 8


def build_model() -> nn.Module:
    """The model gives raw logits [B, C, H, W]: no softmax, and as large as the masks."""
    return network(NUM_CLASSES)


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it: images, masks [B, H, W] int64, distances [B, C, H, W] float32."""
    fields = F.interpolate(torch.randn(BATCH_SIZE, NUM_CLASSES, 4, 4), SIDE, mode="bilinear")
    masks = fields.argmax(dim=1)
    images = toy_inputs(F.one_hot(masks, NUM_CLASSES).movedim(-1, 1))
    masks[:, 0] = IGNORE_INDEX  # the first row of each image has no label
    masks = convert(store(masks))  #: if convert
    return images, masks, signed_distances(masks, NUM_CLASSES)  # after cropping and flipping


def loss_terms(logits: Tensor, masks: Tensor, distances: Tensor) -> dict[str, Tensor]:
    """Raw logits and distances [B, C, H, W], class masks [B, H, W] int64 -> weighted terms."""
    assert logits.shape == distances.shape and logits[:, 0].shape == masks.shape, "other shapes"
    return criterion(logits.float(), masks, distances)


def loss_fn(logits: Tensor, masks: Tensor, distances: Tensor) -> Tensor:
    """The same tensors -> the sum of the terms, a scalar; it may be negative."""
    return sum(loss_terms(logits, masks, distances).values())


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, C, H, W] -> the likeliest class [B, H, W], probabilities [B, C, H, W]."""
    return logits.argmax(dim=1), logits.softmax(dim=1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    log = train(model, batch, loss_terms)
    model.eval()
    images, masks, distances = batch()
    with torch.no_grad():
        classes = predict(model(images.to(DEVICE)))[0].cpu()
    away = distances.gather(1, classes[:, None])[:, 0].clamp(min=0)  # 0 where the class is right
    print(f"loss {sum(log[-1].values()):.3f}, {away[masks != IGNORE_INDEX].mean():.3f} pixels off")
