"""A sequence from a sequence, by an encoder-decoder."""

import torch
from losses.vocabulary_cross_entropy_smoothed import criterion
from models.encoder_decoder import END, LENGTH, PAD, START, EncoderDecoder, toy_inputs
from torch import Tensor, nn
from training.two_inputs import DEVICE, train

BATCH_SIZE = 32
LEARNING_RATE = 3e-3


def build_model() -> nn.Module:
    """Source ids [B, S] and decoder inputs [B, T] -> raw logits [B, T, V]: no softmax."""
    return EncoderDecoder()


def shift_right(tokens: Tensor) -> Tensor:
    """What the decoder reads: START, then each target token but the last; both are [B, T]."""
    return torch.cat([torch.full_like(tokens[:, :1], START), tokens[:, :-1]], dim=1)


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it: source ids [B, S], decoder inputs [B, T], labels [B, T], all int64.

    Targets end with END, which counts. Labels are -100 at padding.
    """
    source, tokens = toy_inputs(BATCH_SIZE)
    return source, shift_right(tokens), tokens.masked_fill(tokens == PAD, -100)


def loss_fn(logits: Tensor, labels: Tensor) -> Tensor:
    """Raw logits [B, T, V] float32, labels [B, T] int64 (-100: padding) -> scalar in nats."""
    assert logits.shape[:2] == labels.shape, f"{list(logits.shape)} and {list(labels.shape)}"
    # No shift here: the decoder's inputs are late by one already.
    return criterion(logits.float().flatten(0, 1), labels.flatten())  # [N, V] and [N]


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, T, V] -> the likeliest token of each position [B, T], and the probabilities."""
    return logits.argmax(dim=2), logits.softmax(dim=2)


def translate(model: nn.Module, source: Tensor) -> Tensor:
    """Source ids [B, S] -> token ids [B, LENGTH], word by word, PAD after END."""
    tokens = torch.full_like(source[:, :1], START)
    while tokens.shape[1] <= LENGTH:
        after = predict(model(source, tokens))[0][:, -1:]
        done = (tokens[:, -1:] == END) | (tokens[:, -1:] == PAD)
        tokens = torch.cat([tokens, after.masked_fill(done, PAD)], dim=1)
    return tokens[:, 1:]


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    source, _, labels = batch()
    with torch.no_grad():
        tokens = translate(model, source.to(DEVICE)).cpu()
    right = (tokens == labels.masked_fill(labels == -100, PAD)).all(dim=1).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, whole sequences right {right:.2f}")
