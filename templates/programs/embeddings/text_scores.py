"""Texts in a space, from pairs and how close the two are."""

import torch
import torch.nn.functional as F
from losses.cosine_mse import criterion
from models.transformer import network, toy_inputs
from targets.score_to_similarity import convert, store  #: if convert
from torch import Tensor, nn
from training.several_inputs import DEVICE, train

DIMENSIONS = 32  # of an embedding
BATCH_SIZE = 16
THRESHOLD = 0.75  # cosine of what means the same; set it on held-out pairs  #: if labels


class Encoder(nn.Module):
    """Token ids of both texts, by one network -> their embeddings, [B, DIMENSIONS] each."""

    def __init__(self) -> None:
        super().__init__()
        self.network = network(DIMENSIONS)

    def forward(self, left: Tensor, right: Tensor) -> tuple[Tensor, Tensor]:
        return self.network(left), self.network(right)


def build_model() -> nn.Module:
    """The model gives raw embeddings, [B, DIMENSIONS] each: the loss takes their cosine."""
    return Encoder()


def batch() -> tuple[Tensor, Tensor, Tensor]:
    #: if labels
    """Toy data, replace it: both texts, labels [B] float32 (1: they mean the same, 0: not)."""
    targets = torch.arange(BATCH_SIZE).remainder(2).float()
    #: else
    """Toy data, replace it with your DataLoader: both texts, similarities [B] float32 in 0..1."""
    targets = torch.rand(BATCH_SIZE)
    #: end
    meaning, other = torch.randn(2, BATCH_SIZE, 8)
    share = 0.9 * targets[:, None]  # what means the same is not the same text
    right = share * meaning + (1 - share**2).sqrt() * other
    targets = convert(store(targets))  #: if convert
    return toy_inputs(meaning), toy_inputs(right), targets


def loss_fn(left: Tensor, right: Tensor, targets: Tensor) -> Tensor:
    #: if labels
    """Embeddings of both texts, [B, D] each, labels [B] float32, 1: the same -> scalar."""
    #: else
    """Embeddings of both texts, [B, D] each, similarities [B] float32 in 0..1 -> scalar."""
    #: end
    assert left.shape == right.shape, f"{list(left.shape)} against {list(right.shape)}"
    assert targets.shape == left.shape[:1], f"one target per pair, not {list(targets.shape)}"
    #: if labels
    assert ((targets == 0) | (targets == 1)).all(), "labels are 1 (the same) and 0 (different)"
    #: else
    assert not ((targets < 0) | (targets > 1)).any(), "scores must be brought to 0..1"
    #: end
    with torch.autocast(left.device.type, enabled=False):  # bfloat16 is too coarse for cosines
        return criterion(left.float(), right.float(), targets.float())


def predict(left: Tensor, right: Tensor) -> Tensor:
    #: if labels
    """Embeddings of both texts, [B, D] each -> whether they mean the same, [B] bool."""
    #: else
    """Embeddings of both texts, [B, D] each -> their cosines [B], to rank by."""
    #: end
    #: if labels
    return F.cosine_similarity(left.float(), right.float(), dim=1) >= THRESHOLD
    #: else
    return F.cosine_similarity(left.float(), right.float(), dim=1)
    #: end


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    left, right, targets = batch()
    with torch.no_grad():
        found = predict(*model(left.to(DEVICE), right.to(DEVICE))).cpu()
    #: if labels
    accuracy = (found == targets).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, accuracy {accuracy:.2f}")
    #: else
    ranks = torch.stack([found, targets]).argsort().argsort().float()
    spearman = torch.corrcoef(ranks)[0, 1]
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, Spearman correlation {spearman:.2f}")
    #: end
