"""The masked tokens, by a bidirectional encoder."""

import torch
from losses.vocabulary_cross_entropy import criterion
from models.encoder import END, MASK, PAD, START, VOCABULARY, WIDTH, Encoder, toy_inputs
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 32
LEARNING_RATE = 3e-3
MASK_SHARE = 0.15  # BERT; 0.30 in ModernBERT
SPECIAL = [PAD, START, END, MASK]  # never masked


def build_model() -> nn.Module:
    """The model gives raw logits [B, T, V]: at each position those of the token that was there."""
    encoder, head = Encoder(), nn.Linear(WIDTH, VOCABULARY)
    head.weight = encoder.tokens.weight  # tied: one table reads tokens and scores them
    return nn.Sequential(encoder, head)


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


def loss_fn(logits: Tensor, labels: Tensor) -> Tensor:
    """Raw logits [B, T, V] float32, labels [B, T] int64 (-100: not selected) -> scalar in nats."""
    assert logits.shape[:2] == labels.shape, f"{list(logits.shape)} and {list(labels.shape)}"
    return criterion(logits.float().flatten(0, 1), labels.flatten())  # [N, V] and [N], no shift


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, T, V] -> the likeliest token of each position [B, T], and the probabilities."""
    return logits.argmax(dim=2), logits.softmax(dim=2)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    ids, labels = batch()
    with torch.no_grad():
        tokens = predict(model(ids.to(DEVICE)))[0].cpu()
    found = (tokens == labels)[ids == MASK].float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, masked tokens found {found:.2f}")
