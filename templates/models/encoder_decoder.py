"""A small encoder-decoder Transformer."""

import torch
from torch import Tensor, nn

VOCABULARY = 50
PAD, START, END = 47, 48, 49  # special token ids, three different ones; words are 0 .. PAD-1
LENGTH, WIDTH = 12, 32


class EncoderDecoder(nn.Module):
    """Source ids [B, S], decoder inputs [B, T] -> logits [B, T, V]; replace it with your model."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(LENGTH, WIDTH)
        self.encoder = nn.TransformerEncoderLayer(WIDTH, 4, 64, dropout=0.0, batch_first=True)
        self.decoder = nn.TransformerDecoderLayer(WIDTH, 4, 64, dropout=0.0, batch_first=True)
        self.head = nn.Linear(WIDTH, VOCABULARY)

    def embed(self, ids: Tensor) -> Tensor:
        return self.tokens(ids) + self.positions.weight[: ids.shape[1]]

    def forward(self, source: Tensor, inputs: Tensor) -> Tensor:
        length, padding = inputs.shape[1], source == PAD
        memory = self.encoder(self.embed(source), src_key_padding_mask=padding)
        future = torch.ones(length, length, dtype=torch.bool, device=inputs.device).triu(1)
        hidden = self.decoder(
            self.embed(inputs),
            memory,
            tgt_mask=future,  # no token sees those after it
            memory_key_padding_mask=padding,
        )
        return self.head(hidden)


def toy_inputs(count: int) -> tuple[Tensor, Tensor]:
    """Source ids [count, LENGTH] int64, padded, and target ids: the same words + 1, then END."""
    words = torch.randint(PAD, (count, LENGTH))
    length = torch.randint(LENGTH // 2, LENGTH, (count, 1))
    after = torch.arange(LENGTH) >= length
    targets = ((words + 1) % PAD).masked_fill(after, PAD).scatter(1, length, END)
    return words.masked_fill(after, PAD), targets
