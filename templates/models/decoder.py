"""A small causal Transformer."""

import torch
from torch import Tensor, nn

VOCABULARY, PAD = 50, 49  # token ids are 0 .. VOCABULARY-1; PAD fills up short sequences
LENGTH, WIDTH = 12, 32


class Decoder(nn.Module):
    """Token ids [B, T] int64 -> hidden states [B, T, WIDTH]; replace it with your model."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(LENGTH, WIDTH)
        self.block = nn.TransformerEncoderLayer(WIDTH, 4, 64, dropout=0.0, batch_first=True)
        for embedding in (self.tokens, self.positions):
            nn.init.normal_(embedding.weight, std=0.02)

    def forward(self, ids: Tensor) -> Tensor:
        length = ids.shape[1]
        hidden = self.tokens(ids) + self.positions.weight[:length]
        future = torch.ones(length, length, dtype=torch.bool, device=ids.device).triu(1)
        return self.block(hidden, src_mask=future, is_causal=True)  # no token sees those after it


def toy_inputs(count: int) -> Tensor:
    """Token ids [count, LENGTH] int64 in which each token follows from those before it."""
    start = torch.randperm(PAD)[:count, None]  # with one first token for all, nobody could tell
    return (start + (1 + start % 3) * torch.arange(LENGTH)) % PAD
