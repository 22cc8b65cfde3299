"""Tokens from frames, in order but without an alignment: speech, handwriting."""

import torch
from losses.ctc import BLANK, criterion
from models.recognizer import network, toy_inputs
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_TOKENS = 10  # the blank included: real tokens are 1 .. NUM_TOKENS-1
LONGEST = 8  # tokens
BATCH_SIZE = 16


def build_model() -> nn.Module:
    """The model gives raw logits [B, T, C] for each frame: no softmax."""
    return network(NUM_TOKENS)


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it: frames [B, T, F], tokens [B, N] int64, frames that are real [B] int64.

    Tokens are -100 where a sequence is shorter than the longest.
    """
    tokens = torch.randint(1, NUM_TOKENS, (BATCH_SIZE, LONGEST))
    lengths = torch.randint(LONGEST // 2, LONGEST + 1, (BATCH_SIZE, 1))
    tokens = tokens.masked_fill(torch.arange(LONGEST) >= lengths, -100)
    frames, frame_counts = toy_inputs(tokens)
    return frames, tokens, frame_counts


def loss_fn(logits: Tensor, tokens: Tensor, frame_counts: Tensor) -> Tensor:
    """Raw logits [B, T, C], tokens [B, N] int64 (-100: none), real frames [B] -> scalar."""
    assert tokens.dim() == 2 and not tokens.is_floating_point(), "token ids [B, N], int64"
    assert len(logits) == len(tokens) == len(frame_counts), "another number of sequences"
    counted = tokens != -100
    known = tokens[counted]
    # nn.CTCLoss reads past the logits where a token is too large, and says nothing.
    assert ((known > BLANK) & (known < logits.shape[2])).all(), "a token is no class, or the blank"
    again = (tokens[:, 1:] == tokens[:, :-1]) & counted[:, 1:]  # "aa" needs a blank in between
    assert (frame_counts >= counted.sum(1) + again.sum(1)).all(), "more tokens than frames"
    log_probs = logits.float().log_softmax(dim=2).transpose(0, 1)  # [T, B, C]
    return criterion(log_probs, tokens.clamp(min=0), frame_counts, counted.sum(1))


def predict(logits: Tensor, frame_counts: Tensor | None = None) -> Tensor:
    """Logits [B, T, C] -> tokens [B, T] int64, -100 after the last one.

    The best path, without repeats and blanks. Frames that are not real are left out.
    """
    path = logits.argmax(dim=2)
    if frame_counts is not None:
        after = torch.arange(path.shape[1], device=path.device) >= frame_counts[:, None]
        path = path.masked_fill(after, BLANK)
    kept = path != BLANK
    kept[:, 1:] &= path[:, 1:] != path[:, :-1]
    first = kept.byte().argsort(dim=1, descending=True, stable=True)  # what is kept comes first
    return path.masked_fill(~kept, -100).gather(1, first)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    frames, tokens, frame_counts = (tensor.to(DEVICE) for tensor in batch())
    with torch.no_grad():
        found = predict(model(frames), frame_counts)[:, :LONGEST]
    right = (found == tokens).all(dim=1).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, whole sequences right {right:.2f}")
