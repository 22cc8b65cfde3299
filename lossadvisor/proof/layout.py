"""Which axes an output of the model shares with its target."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor


class Layout:
    """The axes of an output, brought into the order of its target: those that they share first, then the others.

    `shared` is how many axes the target has, if the output has them all; otherwise nothing is moved, and it is 0.

    Args:
        shape: the symbols of the output's shape in the contract, e.g. `[B, C, H, W]`.
        target: those of its target, e.g. `[B, H, W]`; None if it has none.
    """

    def __init__(self, shape: Sequence[str], target: Sequence[str] | None) -> None:
        first = [shape.index(symbol) for symbol in target or () if symbol in shape]
        self.shared = len(first) if len(set(first)) == len(target or ()) else 0
        axes = range(len(shape))
        self._order = [*first, *(axis for axis in axes if axis not in first)] if self.shared else [*axes]

    def align(self, output: Tensor) -> Tensor:
        """The output with the axes of the target first."""
        return output.permute(self._order) if output.dim() == len(self._order) else output

    def restore(self, aligned: Tensor) -> Tensor:
        """The output in its own order again."""
        if aligned.dim() != len(self._order):
            return aligned
        return aligned.permute([self._order.index(axis) for axis in range(len(self._order))]).contiguous()


def roll(tensor: Tensor, shape: Sequence[str]) -> Tensor:
    """The tensor with its samples moved on by one: along the axis B, if it has one."""
    return tensor.roll(1, dims=shape.index("B")) if "B" in shape else tensor
