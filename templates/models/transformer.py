"""A small Transformer for sequences of token ids."""

import torch
from torch import Tensor, nn

VOCABULARY, PAD = 50, 0  # token ids are 1 .. VOCABULARY-1; PAD fills up short sequences
LENGTH = 12


class Transformer(nn.Module):
    """Token ids [B, T] int64 -> [B, outputs]; replace it with your model."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, 32, padding_idx=PAD)
        self.positions = nn.Embedding(LENGTH, 32)  # without them, word order is invisible
        self.encoder = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True)
        self.head = nn.Linear(32, outputs)

    def forward(self, ids: Tensor) -> Tensor:
        padding = ids == PAD
        hidden = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        hidden = self.encoder(hidden, src_key_padding_mask=padding)
        words = ~padding[..., None]
        return self.head((hidden * words).sum(1) / words.sum(1))  # mean over real tokens


def network(outputs: int) -> nn.Module:
    """The model with `outputs` numbers per sequence."""
    return Transformer(outputs)


def toy_inputs(signal: Tensor) -> Tensor:
    """Token ids [B, T] int64, padded at the end, that carry `signal` [B, S]."""
    mixing = torch.randn(signal.shape[1], LENGTH, generator=torch.Generator().manual_seed(0))
    ids = (signal @ mixing * 8 + VOCABULARY / 2).long().clamp(1, VOCABULARY - 1)
    lengths = torch.randint(LENGTH // 2, LENGTH + 1, (len(ids), 1))
    return ids.masked_fill(torch.arange(LENGTH) >= lengths, PAD)
