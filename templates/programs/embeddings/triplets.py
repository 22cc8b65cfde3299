"""Embeddings from triplets: an anchor, something like it, and something unlike it."""

import torch
import torch.nn.functional as F
from losses.triplet_margin import criterion
from models.cnn import network, toy_inputs
from torch import Tensor, nn
from training.several_inputs import DEVICE, train

INPUTS = 3  # anchors, positives, negatives: the first tensors of a batch go into the model
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
    what, how = F.normalize(torch.randn(BATCH_SIZE, 2), dim=1), torch.randn(BATCH_SIZE, 6)
    positive = torch.cat([what, torch.randn(BATCH_SIZE, 6)], dim=1)
    negative = torch.cat([-what, how], dim=1)
    return tuple(toy_inputs(x) for x in (torch.cat([what, how], dim=1), positive, negative))


def loss_fn(anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
    """Embeddings [B, D] float32 of each -> scalar; row i of all three is one triplet."""
    assert anchor.shape == positive.shape == negative.shape, "one triplet in each row"
    rows = (F.normalize(tensor.float(), dim=1) for tensor in (anchor, positive, negative))
    return criterion(*rows)


def predict(anchor: Tensor, positive: Tensor, negative: Tensor) -> tuple[Tensor, Tensor]:
    """Embeddings [B, D] of each -> is the positive nearer? [B]; cosines to both [B, 2]."""
    others = torch.stack([positive, negative], dim=1).float()
    cosines = F.cosine_similarity(anchor.float()[:, None], others, dim=2)
    return cosines[:, 0] > cosines[:, 1], cosines


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    with torch.no_grad():
        nearer = predict(*model(*(tensor.to(DEVICE) for tensor in batch())))[0]
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, nearer {nearer.float().mean():.2f}")
