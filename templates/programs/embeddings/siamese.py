"""Same or different: one network embeds both inputs, their distance decides."""

import torch
import torch.nn.functional as F
from losses.contrastive import criterion
from models.cnn import network, toy_inputs
from targets.signed_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.several_inputs import DEVICE, train

NUM_FEATURES = 32  # the size of an embedding
BATCH_SIZE = 16
THRESHOLD = 0.7  # of the distance, 0 .. 2; choose it on validation pairs


class Siamese(nn.Module):
    """Two inputs -> their embeddings [B, D] by one network: its weights are shared."""

    def __init__(self) -> None:
        super().__init__()
        self.network = network(NUM_FEATURES)

    def forward(self, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
        return self.network(first), self.network(second)


def build_model() -> nn.Module:
    """The model gives two embeddings per pair, [B, D] each, of any length."""
    return Siamese()


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: two inputs, labels [B] float32, 1 for the same."""
    same = (torch.arange(BATCH_SIZE) % 2).float()
    what = torch.randn(BATCH_SIZE, 2)
    others = torch.where(same[:, None] == 1, what, torch.randn(BATCH_SIZE, 2))
    sides = (torch.cat([x, torch.randn(BATCH_SIZE, 6)], dim=1) for x in (what, others))
    inputs = (toy_inputs(side) for side in sides)
    same = convert(store(same))  #: if convert
    return *inputs, same


def loss_fn(first: Tensor, second: Tensor, same: Tensor) -> Tensor:
    """Embeddings [B, D] float32 of both, labels [B] float32, 1: same, 0: different -> scalar."""
    assert same.shape == first.shape[:1], f"{same.shape} for {first.shape}"
    assert ((same == 0) | (same == 1)).all(), "labels are 1 (same) and 0 (different)"
    first, second = F.normalize(first.float(), dim=1), F.normalize(second.float(), dim=1)
    return criterion(first, second, same.float())


def predict(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Embeddings [B, D] of both -> same or not [B], and their distance [B] in 0 .. 2."""
    first, second = F.normalize(first.float(), dim=1), F.normalize(second.float(), dim=1)
    distances = torch.linalg.vector_norm(first - second, dim=1)
    return distances < THRESHOLD, distances


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    first, second, same = batch()
    with torch.no_grad():
        answers = predict(*model(first.to(DEVICE), second.to(DEVICE)))[0].cpu()
    accuracy = (answers == (same == 1)).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, accuracy {accuracy:.2f}")
