"""Two small networks, one for images and one for texts."""

import torch
from torch import Tensor, nn

SIDE = 16  # height and width of your images
VOCABULARY, PAD = 50, 0  # token ids are 1 .. VOCABULARY-1; PAD fills up short texts
LENGTH = 12


def towers(outputs: int) -> tuple[nn.Module, nn.Module]:
    """Images [B, 3, SIDE, SIDE] float32 and token ids [B, T] int64 -> [B, outputs] each."""
    image = nn.Sequential(
        nn.Conv2d(3, 16, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(4 * SIDE * SIDE, outputs),
    )
    words = nn.EmbeddingBag(VOCABULARY, 64, padding_idx=PAD)  # the mean over real tokens
    return image, nn.Sequential(words, nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, outputs))


def toy_inputs(signal: Tensor) -> tuple[Tensor, Tensor]:
    """Images [B, 3, SIDE, SIDE] float32 and token ids [B, T] int64 that carry `signal` [B, S]."""
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randn(signal.shape[1], 3 * SIDE * SIDE, generator=generator)
    words = torch.randn(signal.shape[1], LENGTH, generator=generator)
    ids = (signal @ words * 8 + VOCABULARY / 2).long().clamp(1, VOCABULARY - 1)
    return (signal @ pixels).view(-1, 3, SIDE, SIDE), ids
