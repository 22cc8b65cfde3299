"""The loss of a program's model around its trained point, in planes of its parameters."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from lossadvisor.plot.curves import Unplottable, told
from lossadvisor.plot.directions import Weights, directions, folded, principal
from lossadvisor.plot.planes import Plane, Surface, evenly, read
from lossadvisor.proof.subject import Subject
from lossadvisor.proof.training_checks import loss_name

Loss = Callable[[tuple[Tensor, ...]], Tensor]
KEPT = 60
"""Points of a trajectory that are kept."""
MARGIN = 0.25
"""How far the plane of a trajectory reaches beyond it, in lengths of the trajectory."""


def over_batch_of(subject: Subject, other: Subject) -> Loss:
    """The loss of another program, on the batch of this one."""
    return lambda outputs: other.loss(outputs, *subject.given)


class Enough(Exception):
    """The model has been trained for as many steps as were asked for."""


def weights(model: nn.Module) -> Weights:
    return {name: parameter.detach().clone() for name, parameter in model.named_parameters()}


def moving(subject: Subject, model: nn.Module) -> list[str]:
    """The parameters that the loss trains: of several networks those of one step."""
    step = "generator_step" if "image" in str(subject.promised_outputs["prediction"]["kind"]) else "discriminator_step"
    parts = subject.steps.get(step, ())
    names = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    return [name for name in names if not parts or name.partition(".")[0] in parts]


def part(subject: Subject, model: nn.Module) -> str:
    """Of several networks which one moves, in words; "" where all of the model does."""
    own = sorted({name.partition(".")[0] for name in moving(subject, model)})
    return f" of the {' and the '.join(own)} (the rest of the model stays as it is)" if subject.steps else ""


def train(subject: Subject, model: nn.Module, steps: int) -> list[Weights]:
    """The weights before each of `steps` steps on one batch, and after the last one; few if there are many."""
    seen = [weights(model)]
    count = 0

    def watched(*arguments: Tensor) -> Any:
        nonlocal count
        if count == steps:
            raise Enough
        if count and count % max(1, steps // KEPT) == 0:
            seen.append(weights(model))
        count += 1
        return subject.call(loss_name(subject), *arguments)

    with contextlib.suppress(Enough):
        if "discriminator_step" in subject.steps:
            descend(subject, model, watched)
        else:
            subject.call("train", model, lambda: subject.batch, watched)
    return [*seen, weights(model)]


def descend(subject: Subject, model: nn.Module, loss_fn: Callable[..., Any]) -> None:
    """Train one of several networks, the others staying as they are."""
    names = {*moving(subject, model)}
    optimizer = torch.optim.Adam([part for name, part in model.named_parameters() if name in names], lr=1e-3)
    while True:
        loss = loss_fn(*subject.run(model), *subject.given)
        optimizer.zero_grad()
        torch.as_tensor(sum(loss.values()) if isinstance(loss, dict) else loss).backward()
        optimizer.step()


@contextlib.contextmanager
def judged(model: nn.Module) -> Iterator[None]:
    """The model as at inference meanwhile: norm layers fixed, no dropout."""
    modes = {part: part.training for part in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for part, mode in modes.items():
            part.training = mode


def surface(
    subject: Subject, model: nn.Module, center: Weights, plane: tuple[Weights, Weights],
    xs: Sequence[float], ys: Sequence[float], loss: Loss, tick: Callable[[], object] = lambda: None,
) -> Surface:  # fmt: skip
    """The loss over a plane; the model stays as it is."""
    place, *others = (torch.cat([part[name].flatten() for name in center]) for part in (center, center, *plane))
    middle, right, up = others
    state = {f"model.{name}": part for name, part in folded(place, center).items()}
    buffers = {f"model.{name}": buffer.clone() for name, buffer in model.named_buffers()}

    def row(y: float) -> tuple[float, ...]:
        tick()
        base = torch.add(middle, up, alpha=y)
        return tuple(value(base, x) for x in xs)

    def value(base: Tensor, x: float) -> float:
        torch.add(base, right, alpha=x, out=place)  # the weights are views of it
        torch.default_generator.manual_seed(0)
        outputs = model(*subject.inputs)
        return float(loss((outputs,) if isinstance(outputs, Tensor) else tuple(outputs)))

    with torch.no_grad(), judged(model), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: Surface = functional_call(Held(model), {**state, **buffers}, (lambda: tuple(map(row, ys)),))
    return found


class Held(nn.Module):
    """A model whose weights are replaced once for all that is computed meanwhile."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, work: Callable[[], Surface]) -> Surface:
        return work()


def reach(values: Tensor, points: int) -> tuple[float, ...]:
    """An axis that holds a coordinate of a trajectory, with a margin."""
    low, high = float(values.min()), float(values.max())
    margin = MARGIN * (high - low) or 1.0
    return evenly(low - margin, high + margin, points)


def planes(
    subject: Subject, losses: dict[str, Loss], *, points: int, steps: int, seed: int, tick: Callable[[], object]
) -> list[Plane]:
    """The plane of two random directions around the trained point, and that of the trajectory.

    Raises:
        Unplottable: the program lacks what is needed, or fails.
    """
    try:
        model = subject.build()
        names = moving(subject, model)
        seen = train(subject, model, steps) if names else []
        if seen and all(weight.isfinite().all() for weight in seen[-1].values()):
            around = around_point(subject, model, seen[-1], names, losses, points, seed, tick)
            along = along_path(subject, model, seen, names, losses, points, tick)
            ends = {name: at_end(subject, model, seen[-1], loss) for name, loss in losses.items()}
            return [plane._replace(said=(*plane.said, *read(plane, ends))) for plane in (around, along)]
    except (Exception, SystemExit) as error:
        raise Unplottable(told(error)) from error
    if seen:
        raise Unplottable("its training ends in weights that are not finite; `lossadvisor prove` says why")
    raise Unplottable("the model has no parameters")


def at_end(subject: Subject, model: nn.Module, end: Weights, loss: Loss) -> float:
    """The loss of the trained point."""
    still = {name: torch.zeros_like(weight) for name, weight in end.items()}
    return surface(subject, model, end, (still, still), (0.0,), (0.0,), loss)[0][0]


def around_point(
    subject: Subject, model: nn.Module, center: Weights, names: Sequence[str], losses: dict[str, Loss],
    points: int, seed: int, tick: Callable[[], object],
) -> Plane:  # fmt: skip
    """The plane of two random directions."""
    axis, chosen = evenly(-1.0, 1.0, points), directions(center, names, seed=seed)
    found = {name: surface(subject, model, center, chosen, axis, axis, loss, tick) for name, loss in losses.items()}
    count = sum(center[name].numel() for name in names)
    said = (
        f"Around the end of the training on one batch: two random directions among {count:,} parameters"
        f"{part(subject, model)}, as long as its filters; seed {seed}."
    )
    return Plane("around", ("direction 1", "direction 2"), axis, axis, found, ((0.0, 0.0),), (said,))


def along_path(
    subject: Subject, model: nn.Module, seen: Sequence[Weights], names: Sequence[str], losses: dict[str, Loss],
    points: int, tick: Callable[[], object],
) -> Plane:  # fmt: skip
    """The plane in which the trajectory varies most."""
    vectors, coordinates, shares = principal(seen, names)
    xs, ys = (reach(coordinates[:, number], points) for number in range(2))
    found = {name: surface(subject, model, seen[-1], vectors, xs, ys, loss, tick) for name, loss in losses.items()}
    percent = [f"{100 * share:.1f} %" for share in shares]
    path = tuple((x, y) for x, y in coordinates.tolist())
    which = part(subject, model)
    held = f"in the plane that holds {percent[0]} + {percent[1]} of its variance"
    said = (f"The trajectory of the training on one batch{which}, {held}.",)
    return Plane("trajectory", ("component 1", "component 2"), xs, ys, found, path, said)
