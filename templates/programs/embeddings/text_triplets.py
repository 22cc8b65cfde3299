"""Texts in a space, from an anchor, a positive and a hard negative each."""

import torch
from losses.margin_mse import criterion
from losses.similarities import similarities  #: if not teacher
from models.transformer import network, toy_inputs
from torch import Tensor, nn
from training.several_inputs import DEVICE, train

DIMENSIONS = 32  # of an embedding
BATCH_SIZE = 8
INPUTS = 3  # the first tensors of a batch go into the model, the others into the loss


class Encoder(nn.Module):
    """Token ids of anchors, positives and negatives, by one network -> their embeddings."""

    def __init__(self) -> None:
        super().__init__()
        self.network = network(DIMENSIONS)

    def forward(self, *texts: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.network(ids) for ids in texts)


def build_model() -> nn.Module:
    #: if teacher
    """The model gives raw embeddings, [B, DIMENSIONS] each: dot products score like a teacher."""
    #: else
    """The model gives raw embeddings, [B, DIMENSIONS] each: the loss normalises them."""
    #: end
    return Encoder()


def batch() -> tuple[Tensor, ...]:
    #: if teacher
    """Toy data, replace it: anchors, positives, negatives, and the teacher's margins [B] float32.

    A margin is the cross-encoder's score of (anchor, positive) minus that of (anchor, negative).
    """
    #: else
    """Toy data, replace it with your DataLoader: anchors, positives, hard negatives."""
    #: end
    meaning = torch.randn(BATCH_SIZE, 8)
    positive = meaning + 0.1 * torch.randn_like(meaning)
    negative = meaning + torch.randn_like(meaning)  # hard: not far off
    #: if teacher
    margins = (negative - meaning).norm(dim=1) - (positive - meaning).norm(dim=1)
    return toy_inputs(meaning), toy_inputs(positive), toy_inputs(negative), margins
    #: else
    return toy_inputs(meaning), toy_inputs(positive), toy_inputs(negative)
    #: end


def loss_fn(
    anchors: Tensor,
    positives: Tensor,
    negatives: Tensor,
    margins: Tensor,  #: if teacher
) -> Tensor:
    """Embeddings [B, D] of anchors, positives and negatives, row i belongs to row i -> scalar."""
    assert anchors.shape == positives.shape == negatives.shape, "one of each per row"
    anchors, positives, negatives = anchors.float(), positives.float(), negatives.float()
    with torch.autocast(anchors.device.type, enabled=False):  # bfloat16 is too coarse for scores
        #: if teacher
        assert margins.shape == anchors.shape[:1], f"one margin per row, not {list(margins.shape)}"
        return criterion(anchors, positives, negatives, margins.float())
        #: else
        return criterion(anchors, positives, negatives)
        #: end


def predict(anchors: Tensor, positives: Tensor, negatives: Tensor) -> tuple[Tensor, Tensor]:
    #: if teacher
    """Embeddings [B, D] each -> the margins [B], and the scores of the positives [B]."""
    scores, wrong = ((anchors * texts).sum(dim=1) for texts in (positives, negatives))
    return scores - wrong, scores
    #: else
    """Embeddings [B, D] each -> the nearest positive [B], and the cosines of all texts."""
    cosines = similarities(anchors.float(), torch.cat([positives, negatives]).float())
    return cosines.argmax(dim=1), cosines
    #: end


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    #: if teacher
    *texts, margins = batch()
    with torch.no_grad():
        found = predict(*model(*(ids.to(DEVICE) for ids in texts)))[0].cpu()
    error = (found - margins).abs().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, mean error of a margin {error:.2f}")
    #: else
    texts = batch()
    with torch.no_grad():
        found = predict(*model(*(ids.to(DEVICE) for ids in texts)))[0].cpu()
    recall = (found == torch.arange(len(found))).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, recall at 1: {recall:.2f}")
    #: end
