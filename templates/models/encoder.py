"""A small bidirectional Transformer."""

import torch
from torch import Tensor, nn

VOCABULARY = 50
PAD, START, END, MASK = 46, 47, 48, 49  # special token ids; words are 0 .. PAD-1
LENGTH, WIDTH = 12, 32


class Encoder(nn.Module):
    """Token ids [B, T] int64 -> hidden states [B, T, WIDTH]; replace it with your model."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(LENGTH, WIDTH)
        self.block = nn.TransformerEncoderLayer(WIDTH, 4, 64, dropout=0.0, batch_first=True)
        for embedding in (self.tokens, self.positions):
            nn.init.normal_(embedding.weight, std=0.02)

    def forward(self, ids: Tensor) -> Tensor:
        hidden = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        return self.block(hidden, src_key_padding_mask=ids == PAD)


def toy_inputs(count: int) -> Tensor:
    """Token ids [count, LENGTH] int64: START, words that follow from each other, END, padding."""
    ids = (torch.randint(PAD, (count, 1)) + 3 * torch.arange(LENGTH)) % PAD
    end = torch.randint(LENGTH // 2, LENGTH, (count, 1))
    ids = ids.masked_fill(torch.arange(LENGTH) > end, PAD).scatter(1, end, END)
    ids[:, 0] = START
    return ids
