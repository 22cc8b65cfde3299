"""Embeddings from triplets: an anchor, something like it, and something unlike it."""

import torch
import torch.nn.functional as F
from losses.triplet_margin import criterion
from models.cnn import network, toy_inputs
from torch import Tensor, nn
from training.three_embeddings import DEVICE, train

NUM_FEATURES = 32  # the size of an embedding
BATCH_SIZE = 16


class Shared(nn.Module):
    """Three inputs -> their embeddings [B, D] by one network: its weights are shared."""

    def __init__(self) -> None:
        super().__init__()
        self.network = network(NUM_FEATURES)

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.network(tensor) for tensor in inputs)


def build_model() -> nn.Module:
    """The model gives three embeddings per triplet, [B, D] each, of any length."""
    return Shared()


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: anchors, positives and negatives, row by row."""
    signal = torch.randn(BATCH_SIZE, 8)
    positive = signal + 0.7 * torch.randn(BATCH_SIZE, 8)
    return toy_inputs(signal), toy_inputs(positive), toy_inputs(torch.randn(BATCH_SIZE, 8))


def loss_fn(anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
    """Embeddings [B, D] float32 of each -> scalar; row i of all three is one triplet."""
    assert anchor.shape == positive.shape == negative.shape, "one triplet in each row"
    rows = (F.normalize(tensor.float(), dim=1) for tensor in (anchor, positive, negative))
    return criterion(*rows)


def predict(anchor: Tensor, positive: Tensor, negative: Tensor) -> tuple[Tensor, Tensor]:
    """Embeddings [B, D] of each -> the row nearest to each anchor [B] among all positives and,
    numbered from B on, all negatives; and the cosines to them [B, 2 B]."""
    others = F.normalize(torch.cat([positive, negative]).float(), dim=1)
    cosines = F.normalize(anchor.float(), dim=1) @ others.T
    return cosines.argmax(dim=1), cosines


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    with torch.no_grad():
        nearest = predict(*model(*(tensor.to(DEVICE) for tensor in batch())))[0].cpu()
    recall = (nearest == torch.arange(BATCH_SIZE)).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, recall@1 {recall:.2f}")
