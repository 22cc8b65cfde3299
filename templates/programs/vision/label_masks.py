"""Yes or no for each pixel, and for each label if they may overlap."""

import torch
import torch.nn.functional as F
from losses.bce import criterion
from losses.sigmoid_regions import regions  #: if regions
from models.segmenter import SIDE, network, toy_inputs
from targets.zero_one_to_masks import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

#: if binary
NUM_LABELS = 1  # one mask per image
#: else
NUM_LABELS = 3  #: set num_classes
#: end
THRESHOLD = 0.5  # on each probability; choose it on validation data
BATCH_SIZE = 8


def build_model() -> nn.Module:
    """The model gives a raw logit per pixel and label, [B, L, H, W]: no sigmoid, no softmax."""
    return network(NUM_LABELS)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: images, masks [B, L, H, W] float32, 0 or 1."""
    fields = F.interpolate(torch.randn(BATCH_SIZE, NUM_LABELS, 4, 4), SIDE, mode="bilinear")
    masks = (fields > 1).float()
    images = toy_inputs(masks)
    masks[:, :, 0] = torch.nan  # the first row of each image is unknown  #: if incomplete
    masks = convert(store(masks))  #: if convert
    return images, masks


def loss_fn(logits: Tensor, masks: Tensor) -> Tensor:
    """Raw logits and masks of 0 and 1, both [B, L, H, W] float32 -> scalar."""
    assert logits.shape == masks.shape, f"{list(logits.shape)} != {list(masks.shape)}"
    #: if incomplete
    known = ~masks.isnan()
    if not known.any():
        return logits.float().sum() * 0.0  # nothing known in the batch: zero gradients, not NaN
    logits, masks = logits[known], masks[known]  #: if not regions
    #: end
    assert not ((masks < 0) | (masks > 1)).any(), "masks of 0 and 255 must be divided by 255"
    #: if not regions
    return criterion(logits.float(), masks)
    #: else
    return criterion(*regions(logits.float(), masks))
    #: end


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    #: if scores
    """Scores [B, L, H, W] -> yes or no, and the scores: they are no probabilities."""
    return logits > 0, logits
    #: else
    """Logits [B, L, H, W] -> yes or no, and probabilities, both [B, L, H, W]."""
    probabilities = logits.sigmoid()
    return probabilities > THRESHOLD, probabilities
    #: end


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    images, masks = batch()
    with torch.no_grad():
        found = predict(model(images.to(DEVICE)))[0].cpu()
    found &= ~masks.isnan()  #: if incomplete
    true = masks > 0.5
    both = (found & true).sum((0, 2, 3))  # pixels of each label, [L]
    scores = 2 * both / (found.sum((0, 2, 3)) + true.sum((0, 2, 3))).clamp(min=1)
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, Dice {scores.mean():.2f}")
