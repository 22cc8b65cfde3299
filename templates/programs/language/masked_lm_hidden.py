"""The masked tokens, by a bidirectional encoder with a large vocabulary."""

import torch
from losses.linear_cross_entropy import criterion
from models.encoder import END, MASK, PAD, START, Encoder, toy_inputs
from torch import Tensor, nn
from training.outputs import DEVICE, train

BATCH_SIZE = 32
LEARNING_RATE = 3e-3
MASK_SHARE = 0.15  # BERT; 0.30 in ModernBERT
SPECIAL = [PAD, START, END, MASK]  # never masked


class HiddenStates(nn.Module):
    """Token ids [B, T] -> hidden states [B, T, D], and the output layer [V, D], which they need."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        return self.encoder(ids), self.encoder.tokens.weight  # tied: one table reads and scores


def build_model() -> nn.Module:
    """The model gives no logits: the loss makes them, of some selected tokens at a time."""
    return HiddenStates()


def mask_tokens(ids: Tensor) -> tuple[Tensor, Tensor]:
    """Token ids [B, T] -> what the model reads, and labels: the ids where selected, else -100."""
    chance = torch.full(ids.shape, MASK_SHARE, device=ids.device)
    chance = chance.masked_fill(torch.isin(ids, ids.new_tensor(SPECIAL)), 0.0)
    selected = torch.rand_like(chance) < chance
    kind = torch.rand_like(chance)  # of those selected 80 % are masked, 10 % random, 10 % left
    masked = ids.masked_fill(selected & (kind < 0.8), MASK)
    words = torch.randint_like(ids, PAD)
    masked = torch.where(selected & (kind >= 0.8) & (kind < 0.9), words, masked)
    return masked, ids.masked_fill(~selected, -100)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it: token ids [B, T] int64, masked anew each time, and labels [B, T]."""
    return mask_tokens(toy_inputs(BATCH_SIZE))


def loss_fn(hidden: Tensor, weight: Tensor, labels: Tensor) -> Tensor:
    """Hidden states [B, T, D], output layer [V, D], labels [B, T] int64 -> scalar in nats."""
    assert hidden.shape[:2] == labels.shape, f"{list(hidden.shape)} and {list(labels.shape)}"
    selected = labels != -100  # the others need no logits
    return criterion(hidden[selected], weight, labels[selected])  # [N, D], [V, D] and [N]


def predict(hidden: Tensor, weight: Tensor) -> Tensor:
    """Hidden states [B, T, D], output layer [V, D] -> the likeliest token of each position."""
    return (hidden @ weight.T).argmax(dim=2)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    ids, labels = batch()
    with torch.no_grad():
        tokens = predict(*model(ids.to(DEVICE))).cpu()
    found = (tokens == labels)[ids == MASK].float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, masked tokens found {found:.2f}")
