"""Same or different, as a probability: a head scores how two embeddings differ."""

import torch
import torch.nn.functional as F
from losses.bce import criterion
from models.cnn import network, toy_inputs
from targets.signed_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.two_inputs import DEVICE, train

NUM_FEATURES = 32  # the size of an embedding
BATCH_SIZE = 16
THRESHOLD = 0.5  # on the probability of the same


class Verifier(nn.Module):
    """Two inputs -> one logit per pair [B]: it does not matter which of them comes first."""

    def __init__(self) -> None:
        super().__init__()
        self.network = network(NUM_FEATURES)
        self.head = nn.Linear(NUM_FEATURES, 1)

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        first, second = (F.normalize(self.network(inputs), dim=1) for inputs in (first, second))
        return self.head((first - second).abs()).squeeze(1)


def build_model() -> nn.Module:
    """The model gives one raw logit per pair, [B]: no sigmoid."""
    return Verifier()


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: two inputs, labels [B] float32, 1 for the same."""
    same = (torch.arange(BATCH_SIZE) % 2).float()
    what = torch.randn(BATCH_SIZE, 2)
    others = torch.where(same[:, None] == 1, what, torch.randn(BATCH_SIZE, 2))
    sides = (torch.cat([x, torch.randn(BATCH_SIZE, 6)], dim=1) for x in (what, others))
    inputs = (toy_inputs(side) for side in sides)
    same = convert(store(same))  #: if convert
    return *inputs, same


def loss_fn(logits: Tensor, same: Tensor) -> Tensor:
    """Raw logits [B] float32 and labels [B] float32, 1: same, 0: different -> scalar."""
    assert logits.shape == same.shape, f"{list(logits.shape)} != {list(same.shape)}"
    assert ((same >= 0) & (same <= 1)).all(), "labels are 1 (same) and 0 (different)"
    return criterion(logits.float(), same)


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B] -> same or not [B], and the probability of the same [B]."""
    probabilities = logits.float().sigmoid()
    return probabilities > THRESHOLD, probabilities


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    first, second, same = batch()
    with torch.no_grad():
        answers = predict(model(first.to(DEVICE), second.to(DEVICE)))[0].cpu()
    accuracy = (answers == (same == 1)).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, accuracy {accuracy:.2f}")
