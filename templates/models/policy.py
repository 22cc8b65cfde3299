"""A tiny causal language model."""

import torch
from torch import Tensor, nn

VOCABULARY, PAD, EOS = 12, 0, 1  # words are 2 .. VOCABULARY-1; an answer ends with EOS
PROMPT, ANSWER = 3, 6  # tokens of a prompt; tokens of an answer at most


class Policy(nn.Module):
    """Token ids [..., T] int64 -> [..., T, outputs]; replace it with your model."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, 32)
        self.positions = nn.Embedding(PROMPT + ANSWER, 32)
        self.layer = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True)
        self.head = nn.Linear(32, outputs)

    def forward(self, ids: Tensor) -> Tensor:
        size = ids.shape[-1]
        future = torch.ones(size, size, dtype=torch.bool, device=ids.device).triu(1)
        hidden = self.tokens(ids.flatten(0, -2)) + self.positions.weight[:size]
        hidden = self.layer(hidden, src_mask=future)  # padding on the right is in the future too
        return self.head(hidden).unflatten(0, ids.shape[:-1])
