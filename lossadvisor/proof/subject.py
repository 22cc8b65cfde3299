"""The program under proof: its names, one batch, one model, and predictions to probe it with."""

from __future__ import annotations

import contextlib
import math
import re
import types
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from lossadvisor.proof import draws
from lossadvisor.proof.cell import Cell
from lossadvisor.proof.conditions import Conditions
from lossadvisor.proof.contract import missing
from lossadvisor.proof.expression import evaluate
from lossadvisor.proof.kinds import KINDS, Probe, Side
from lossadvisor.proof.layout import Layout

Tensors = tuple[Tensor, ...]
COMPILED = ("loss_fn", "loss_terms")
APART = ("batch", "build_model")
"""What runs outside autocast, as data loaders do."""


class Failed(Exception):
    """A check that the program does not pass; the message says what was seen and what was expected."""


class NotChecked(Exception):
    """A check that does not apply, or that can't be made; the message says why."""


class Probes(NamedTuple):
    """Predictions for the whole batch, a tensor for each output; `way` leads from the random ones to the perfect."""

    perfect: Tensors
    random: Tensors
    worst: Tensors
    way: Tensors

    @property
    def by_merit(self) -> dict[str, Tensors]:
        """The perfect, the random and the worst predictions, by these words."""
        return {"perfect": self.perfect, "random": self.random, "worst": self.worst}


class Subject(Conditions):
    """A program that was executed as a module, with what its contract and its loss card promise.

    Args:
        module: the program; its `DEVICE` is set to `device`.
        promise: `inputs`, `outputs`, `targets`, `steps` and `without` of the contract; `terms` and `proof` of the card;
            `classes`, with which the thresholds of the card are measured, where the program has another number.
        cell: where everything runs, in which precision, and whether it is compiled.
        twin: makes the subject of what was generated, with the constants of this program.
    """

    def __init__(
        self,
        module: types.ModuleType,
        promise: Mapping[str, Any],
        cell: Cell,
        twin: Callable[[], Subject] | None = None,
    ) -> None:
        super().__init__(cell)
        self.twin = twin
        self.module = module
        self.promised_outputs: Mapping[str, Mapping[str, Any]] = promise["outputs"]
        self.promised_targets: Mapping[str, Mapping[str, Any]] = promise["targets"]
        self.promised_terms: Sequence[str] = promise["terms"]
        self.steps: Mapping[str, Sequence[str]] = promise["steps"]
        self.without: Mapping[str, str] = promise["without"]
        self.proof: Mapping[str, Any] = promise["proof"]
        self.usual_classes: int = promise["classes"]
        self.sizes: dict[str, int] = {}
        self._inputs: int = promise["inputs"]
        if hasattr(module, "DEVICE"):
            vars(module)["DEVICE"] = cell.device

    def call(self, name: str, *arguments: Any) -> Any:
        """Call one of the program's functions; a warning about broadcasting counts as an error.

        Raises:
            NotChecked: the program has no such function.
        """
        function = getattr(self.module, name, None)
        if function is None:
            raise NotChecked(f"the program has no `{name}`")
        if name in COMPILED:
            function = self.compiled(name, function)
        apart = contextlib.nullcontext() if name in APART else self.autocast()
        with warnings.catch_warnings(), apart:
            warnings.filterwarnings("error", message="Using a target size")
            return function(*arguments)

    @cached_property
    def batch(self) -> Tensors:
        """One batch of the program: the inputs of the model, and each target that is not implied."""
        draws.reseed()
        return tuple(tensor.to(self.device) for tensor in self.call("batch"))

    @property
    def inputs(self) -> Tensors:
        """What the model takes."""
        return self.batch[: self._inputs]

    @property
    def given(self) -> Tensors:
        """What the loss takes after the outputs."""
        return self.batch[self._inputs :]

    @property
    def promised_given(self) -> dict[str, Mapping[str, Any]]:
        """The promised targets that a batch holds."""
        return {name: promised for name, promised in self.promised_targets.items() if not promised["implied"]}

    @property
    def named(self) -> dict[str, Tensor]:
        """The targets of the batch by name."""
        return dict(zip(self.promised_given, self.given, strict=False))

    @property
    def targets(self) -> Tensor:
        """The target that the contract describes.

        Raises:
            NotChecked: it is implied.
        """
        if "target" not in self.named:
            raise NotChecked("the places in the batch imply the target")
        return self.named["target"]

    def build(self) -> nn.Module:
        """A new model, the same each time."""
        draws.reseed()
        model: nn.Module = self.call("build_model")
        return model.to(self.device)

    @cached_property
    def model(self) -> nn.Module:
        return self.build()

    @cached_property
    def outputs(self) -> Tensors:
        """What the model gives for the batch: the prediction, and what comes with it."""
        return self.run(self.model)

    def run(self, model: nn.Module, *inputs: Tensor) -> Tensors:
        """What a model gives for the batch, or for other inputs."""
        forward = self.compiled("model", model) if model is self.model else model
        with self.autocast():
            outputs = forward(*(inputs or self.inputs))
        return (outputs,) if isinstance(outputs, Tensor) else tuple(outputs)

    def loss(self, outputs: Tensors, *targets: Tensor) -> Tensor:
        """The program's loss, on its own batch unless other targets are given."""
        loss: Tensor = self.call("loss_fn", *outputs, *(targets or self.given))
        return loss

    def value(self, outputs: Tensors, *targets: Tensor) -> float:
        with torch.no_grad():
            return float(self.loss(outputs, *targets))

    def terms(self, outputs: Tensors, *targets: Tensor) -> dict[str, float]:
        """Each term of the loss, times its weight."""
        with torch.no_grad():
            terms = self.call("loss_terms", *outputs, *(targets or self.given))
        return {name: float(term) for name, term in terms.items()}

    def missing(self, name: str = "target") -> float | None:
        """The value that stands for a target that is missing; None if none may be."""
        return missing(self.promised_targets[name]["range"])

    def valid(self, targets: Tensor, name: str = "target") -> Tensor:
        """Which targets count."""
        gone = self.missing(name)
        if gone is None:
            return torch.ones_like(targets, dtype=torch.bool)
        return ~targets.isnan() if math.isnan(gone) else targets != gone

    def layout(self, position: int = 0) -> Layout:
        """Which axes an output shares with its target."""
        name = [*self.promised_outputs][position]
        target = self.promised_targets.get(self._target_of(name))
        return Layout(self.promised_outputs[name]["shape"], target["shape"] if target else None)

    @staticmethod
    def _target_of(output: str) -> str:
        """The name of the target that belongs to an output."""
        return "target" if output == "prediction" else output

    @cached_property
    def probes(self) -> Probes:
        made = [self._probe(position) for position in range(len(self.promised_outputs))]
        return Probes(*(tuple(parts) for parts in zip(*made, strict=True)))

    def _probe(self, position: int) -> Probe:
        name = [*self.promised_outputs][position]
        kind, target, layout = self.promised_outputs[name]["kind"], self._target_of(name), self.layout(position)
        if kind == "logits" and self.promised_targets.get(target, {}).get("kind") == "probabilities":
            kind = "softmax-logits"  # rows that sum to one
        zeros = tuple(torch.zeros_like(output, dtype=torch.float32) for output in self.outputs)
        given = self.named.get(target)

        def loss(aligned: Tensor) -> float:
            return self.value((*zeros[:position], layout.restore(aligned), *zeros[position + 1 :]))

        like = layout.align(zeros[position])
        side = Side(
            like,
            layout.align(draws.noise(zeros[position], 1 + position)),
            None if given is None else given.masked_fill(~self.valid(given, target), 0),
            self.named,
            position,
            loss,
            self.call,
        )
        try:
            made = KINDS[kind](side)
        except KeyError:
            raise NotChecked(f"no perfect prediction is known for {kind}") from None
        return Probe(*map(layout.restore, made))

    @cached_property
    def constants(self) -> dict[str, Any]:
        """The program's constants, and the sizes of the batch, by name."""
        return {**self.sizes, **{name: value for name, value in vars(self.module).items() if name.isupper()}}

    def known(self, name: str) -> float:
        """The value that the card's formula `name` gives, averaged over the targets that count, or over their rows.

        In it `y` is a target, `l` its place on the last axis, `mean` the mean of them all, `yes` how many of a row are
        above 0.5, and `no` how many are not.

        Raises:
            NotChecked: the card has no such formula.
        """
        formula = self.proof.get(name)
        if formula is None:
            raise NotChecked(f"no closed form for the {name} value")
        if not isinstance(formula, str) or not re.search(r"\b(y|yes|no)\b", formula):
            return evaluate(formula, self.constants)
        count = self.valid(self.targets)
        if re.search(r"\b(yes|no)\b", formula):
            sides = ((self.targets > 0.5) & count, ~(self.targets > 0.5) & count)
            rows = zip(*(side.sum(dim=-1).tolist() for side in sides), strict=True)
            return mean(evaluate(formula, {**self.constants, "yes": yes, "no": no}) for yes, no in rows)
        known, places = self.targets[count].tolist(), count.nonzero()[:, -1].tolist()
        names = {**self.constants, "mean": mean(known)}
        return mean(evaluate(formula, {**names, "y": y, "l": place}) for y, place in zip(known, places, strict=True))


def mean(values: Iterable[float]) -> float:
    """The mean, or 0 if there are no values."""
    found = [*values]
    return math.fsum(found) / max(len(found), 1)
