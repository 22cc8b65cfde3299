"""Axes of outputs are found by the symbols of the contract."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.torch


@pytest.mark.parametrize(
    ("shape", "target", "aligned", "shared"),
    [
        ("B C", "B", "B C", 1),
        ("B T C", "B T", "B T C", 2),
        ("B C H W", "B H W", "B H W C", 3),
        ("B L", "B L", "B L", 2),
        ("T B C", "B S", "T B C", 0),
        ("B Q C", "B M", "B Q C", 0),
        ("B D", None, "B D", 0),
    ],
)
def test_the_axes_of_the_target_come_first(shape: str, target: str | None, aligned: str, shared: int) -> None:
    import torch

    from lossadvisor.proof.layout import Layout

    sizes = dict(zip("BCHWTLQD", range(2, 10), strict=True))
    layout = Layout(shape.split(), target.split() if target else None)
    output = torch.randn([sizes[symbol] for symbol in shape.split()])
    seen = layout.align(output)
    assert list(seen.shape) == [sizes[symbol] for symbol in aligned.split()]
    assert layout.shared == shared
    assert layout.restore(seen).equal(output)


def test_samples_move_along_their_axis_wherever_it_stands() -> None:
    import torch

    from lossadvisor.proof.layout import roll

    frames = torch.arange(6).reshape(3, 2)
    assert roll(frames, ["T", "B"])[:, 0].equal(frames[:, 1])
    assert roll(frames, ["B", "T"])[0].equal(frames[2])
    assert roll(frames, ["T", "C"]).equal(frames)
