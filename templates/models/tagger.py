"""A small Transformer that labels each token."""

import torch
from torch import Tensor, nn

VOCABULARY, PAD = 50, 0  # token ids are 1 .. VOCABULARY-1; PAD fills up short sequences
LENGTH = 12


class Tagger(nn.Module):
    """Token ids [B, T] int64 -> [B, T, outputs]; replace it with your model."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, 32, padding_idx=PAD)
        self.positions = nn.Embedding(LENGTH, 32)  # without them, word order is invisible
        self.encoder = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True)
        self.head = nn.Linear(32, outputs)

    def forward(self, ids: Tensor) -> Tensor:
        hidden = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        hidden = self.encoder(hidden, src_key_padding_mask=ids == PAD)
        return self.head(hidden)


def network(outputs: int) -> nn.Module:
    """The model with `outputs` numbers per token."""
    return Tagger(outputs)


def toy_inputs(signal: Tensor) -> Tensor:
    """Token ids [B, T] int64, padded at the end, that carry `signal` [B, T] in 0 .. 1."""
    ids = 1 + (signal * (VOCABULARY - 1)).long().clamp(max=VOCABULARY - 2)
    lengths = torch.randint(LENGTH // 2, LENGTH + 1, (len(ids), 1))
    return ids.masked_fill(torch.arange(LENGTH) >= lengths, PAD)
