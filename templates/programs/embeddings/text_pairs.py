"""Texts in a space, from pairs that belong together."""

import torch
from losses.masked_multiple_negatives_ranking import criterion
from losses.similarities import similarities
from models.transformer import network, toy_inputs
from torch import Tensor, nn
from training.several_inputs import DEVICE, train

DIMENSIONS = 32  # of an embedding
BATCH_SIZE = 8  # each other row is a negative: the more, the better


class Encoder(nn.Module):
    """Token ids of anchors and positives, by one network -> their embeddings, [B, DIMENSIONS]."""

    def __init__(self) -> None:
        super().__init__()
        self.network = network(DIMENSIONS)

    def forward(self, anchors: Tensor, positives: Tensor) -> tuple[Tensor, Tensor]:
        return self.network(anchors), self.network(positives)


def build_model() -> nn.Module:
    """The model gives raw embeddings, [B, DIMENSIONS] each: the loss normalises them."""
    return Encoder()


def batch() -> tuple[Tensor, ...]:
    #: if ids
    """Toy data, replace it: anchors, positives, ids [B] int64 (equal where rows say the same).

    A hash of the positive will do, or the number of the document that it is from.
    """
    ids = torch.arange(BATCH_SIZE)
    ids[1::4] = ids[::4]
    meaning = torch.randn(BATCH_SIZE, 8)[ids]
    anchors, positives = (toy_inputs(meaning + 0.1 * torch.randn_like(meaning)) for _ in range(2))
    return anchors, positives, ids
    #: else
    """Toy data, replace it with your DataLoader: anchors, and what belongs to each."""
    meaning = torch.randn(BATCH_SIZE, 8)
    return toy_inputs(meaning), toy_inputs(meaning + 0.1 * torch.randn_like(meaning))
    #: end


def loss_fn(
    anchors: Tensor,
    positives: Tensor,
    ids: Tensor,  #: if ids
) -> Tensor:
    """Embeddings of anchors and positives, [B, D] each, row i belongs to row i -> scalar."""
    assert anchors.shape == positives.shape, f"{anchors.shape} against {positives.shape}"
    with torch.autocast(anchors.device.type, enabled=False):  # bfloat16 is too coarse for logits
        #: if ids
        return criterion(anchors.float(), positives.float(), ids)
        #: else
        return criterion(anchors.float(), positives.float())
        #: end


def predict(anchors: Tensor, positives: Tensor) -> tuple[Tensor, Tensor]:
    """Embeddings [A, D] and [B, D] -> the nearest text of each anchor [A], cosines [A, B]."""
    cosines = similarities(anchors.float(), positives.float())
    return cosines.argmax(dim=1), cosines


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    #: if ids
    anchors, positives, ids = batch()
    #: else
    anchors, positives = batch()
    #: end
    with torch.no_grad():
        found = predict(*model(anchors.to(DEVICE), positives.to(DEVICE)))[0].cpu()
    #: if ids
    recall = (ids[found] == ids).float().mean()
    #: else
    recall = (found == torch.arange(len(found))).float().mean()
    #: end
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, recall at 1: {recall:.2f}")
