"""Random images with masks, and random boxes, for the oracles of segmentation and detection."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from hypothesis import strategies as st
from torch import Tensor

VOID, PADDING = 255, -100


@dataclass(frozen=True)
class Scene:
    """Images of a few pixels; each has pixels of all classes first, the rest at random."""

    seed: int
    images: int
    classes: int
    height: int
    width: int

    @cached_property
    def generator(self) -> torch.Generator:
        return torch.Generator().manual_seed(self.seed)

    def normal(self, *shape: int) -> Tensor:
        return 2 * torch.randn(*shape, dtype=torch.float64, generator=self.generator)

    def logits(self, channels: int | None = None) -> Tensor:
        return self.normal(self.images, channels or self.classes, self.height, self.width).requires_grad_()

    def masks(self, *, absent: int = 0, void: bool = False) -> Tensor:
        """Class masks [B, H, W], without the last `absent` classes; a fifth void if asked for."""
        present = self.classes - absent
        masks = torch.randint(present, (self.images, self.height * self.width), generator=self.generator)
        if void:
            masks[torch.rand(masks.shape, generator=self.generator) < 0.2] = VOID
        masks[:, :present] = torch.arange(present)
        return masks.view(self.images, self.height, self.width)

    def labels(self, channels: int | None = None) -> Tensor:
        """Masks of yes and no [B, L, H, W]; each has one pixel at least."""
        shape = self.images, channels or self.classes, self.height, self.width
        masks = (torch.rand(shape, generator=self.generator) < 0.3).double()
        masks[..., 0, 0] = 1
        return masks


SCENES = st.builds(
    Scene, st.integers(0, 10_000), st.integers(1, 3), st.integers(2, 5), st.integers(2, 5), st.integers(3, 6)
)


def some_boxes(generator: torch.Generator, *shape: int) -> Tensor:
    """Boxes x1, y1, x2, y2 within 0..1."""
    start, size = torch.rand(2, *shape, 2, dtype=torch.float64, generator=generator)
    return torch.cat([0.7 * start, 0.7 * start + 0.05 + 0.25 * size], dim=-1)
