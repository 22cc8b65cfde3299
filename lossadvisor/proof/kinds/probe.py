"""What a probe is, and what it can be made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from torch import Tensor

SURE = 20.0  # a logit this large is certainty in float32


class Probe(NamedTuple):
    """Predictions for one output whose merit is known, and the `way` from the random one towards the perfect one."""

    perfect: Tensor
    random: Tensor
    worst: Tensor
    way: Tensor


def no_program(name: str, *arguments: Any) -> Any:
    """Stands for the functions of a program where there is none."""
    raise KeyError(name, arguments)


class Side(NamedTuple):
    """One output of the model, and all that a probe for it can be made from.

    Its axes are those that it shares with its target, in the target's order, then the others: logits [B, C, H, W] of a
    segmentation come as [B, H, W, C].

    Args:
        like: zeros of the output's shape, dtype and device.
        noise: standard normal numbers of that shape, the same at each call.
        given: the target that belongs to it, with 0 in the place of what is missing; None if there is none.
        targets: every target as the batch gives it, by name.
        position: 0 for the prediction, 1 for the first output beside it, and so on.
        loss: the value of the loss with this output in place, and zeros for the others.
        call: the program's function of a name, with arguments: what the model's places stand for, it alone knows.
    """

    like: Tensor
    noise: Tensor
    given: Tensor | None
    targets: Mapping[str, Tensor]
    position: int
    loss: Callable[[Tensor], float]
    call: Callable[..., Any] = no_program

    @property
    def target(self) -> Tensor:
        """The target that belongs to it.

        Raises:
            KeyError: there is none.
        """
        if self.given is None:
            raise KeyError("target")
        return self.given


Kind = Callable[[Side], Probe]


def certain(side: Side, pattern: Tensor) -> Probe:
    """Logits of a sign pattern, as large as the loss likes them; the worst are sure of the contrary."""
    scale = best_scale(lambda factor: side.loss(factor * pattern))
    return Probe(scale * pattern, side.noise, -SURE * pattern, SURE * pattern - side.noise)


def exact(side: Side, perfect: Tensor, *, far: float | Tensor = 10.0) -> Probe:
    """Numbers: the perfect ones are given, the random ones lie about 1 from them, the worst `far`."""
    return Probe(perfect, perfect + side.noise, perfect + far, -side.noise)


def best_scale(loss: Callable[[float], float]) -> float:
    """The scale in (0, SURE] with the lowest loss; SURE unless certainty is punished."""
    scales = [SURE * 0.75**power for power in range(16)]
    values = [loss(scale) for scale in scales]
    if values[0] <= min(values) + 1e-6:
        return SURE
    position = min(range(len(scales)), key=values.__getitem__)
    low, high = scales[min(position + 1, len(scales) - 1)], scales[max(position - 1, 0)]
    for _ in range(30):  # ternary search: the loss is convex in the scale
        third = (high - low) / 3
        if loss(low + third) < loss(high - third):
            high -= third
        else:
            low += third
    return (low + high) / 2
