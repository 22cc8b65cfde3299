"""The program under proof: its names, one batch, one model, and predictions to probe it with."""

from __future__ import annotations

import math
import re
import types
import warnings
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from lossadvisor.proof.expression import evaluate
from lossadvisor.proof.probes import Probes, valid

SEED = 0


class Failed(Exception):
    """A check that the program does not pass; the message says what was seen and what was expected."""


class NotChecked(Exception):
    """A check that does not apply, or that can't be made; the message says why."""


class Subject:
    """A program that was executed as a module, with what its contract and its loss card promise.

    Args:
        module: the program; its `DEVICE` is set to `device`.
        promise: `prediction`, `target` and `others` of the contract; `proof` of the card.
        device: where everything runs.
    """

    def __init__(self, module: types.ModuleType, promise: Mapping[str, Any], device: str) -> None:
        self.module = module
        self.prediction: Mapping[str, Any] = promise["prediction"]
        self.target: Mapping[str, Any] = promise["target"]
        self.others: Mapping[str, Mapping[str, Any]] = promise["others"]
        self.proof: Mapping[str, Any] = promise["proof"]
        self.device = device
        self.sizes: dict[str, int] = {}
        if hasattr(module, "DEVICE"):
            vars(module)["DEVICE"] = device

    def call(self, name: str, *arguments: Any) -> Any:
        """Call one of the program's functions; a warning about broadcasting counts as an error.

        Raises:
            NotChecked: the program has no such function.
        """
        function = getattr(self.module, name, None)
        if function is None:
            raise NotChecked(f"the program has no `{name}`")
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Using a target size")
            return function(*arguments)

    @cached_property
    def batch(self) -> tuple[Tensor, ...]:
        """One batch of the program: inputs, and each target."""
        torch.manual_seed(SEED)
        return tuple(tensor.to(self.device) for tensor in self.call("batch"))

    @cached_property
    def model(self) -> nn.Module:
        torch.manual_seed(SEED)
        model: nn.Module = self.call("build_model")
        return model.to(self.device)

    @cached_property
    def outputs(self) -> Tensor:
        output: Tensor = self.model(self.batch[0])
        return output

    @property
    def targets(self) -> Tensor:
        """The first target: the one that the contract describes."""
        return self.batch[1]

    def loss(self, prediction: Tensor, *targets: Tensor) -> Tensor:
        """The program's loss, on its own batch unless other targets are given."""
        loss: Tensor = self.call("loss_fn", prediction, *(targets or self.batch[1:]))
        return loss

    def value(self, prediction: Tensor, *targets: Tensor) -> float:
        with torch.no_grad():
            return float(self.loss(prediction, *targets))

    @cached_property
    def probes(self) -> Probes:
        kind = self.prediction["kind"]
        if (kind, self.target["kind"]) == ("logits", "probabilities"):
            kind = "softmax-logits"  # rows that sum to one
        like = torch.zeros_like(self.outputs.detach())
        try:
            return Probes(kind, self.targets, like, self.loss)
        except KeyError:
            raise NotChecked(f"no perfect prediction is known for {kind}") from None

    @cached_property
    def constants(self) -> dict[str, Any]:
        """The program's constants, by name."""
        return {name: value for name, value in vars(self.module).items() if name.isupper()}

    def known(self, name: str) -> float:
        """The value that the card's formula `name` gives, averaged over the targets that count.

        In it `y` is a target, `mean` the mean of them all.

        Raises:
            NotChecked: the card has no such formula.
        """
        formula = self.proof.get(name)
        if formula is None:
            raise NotChecked(f"no closed form for the {name} value")
        if not isinstance(formula, str) or not re.search(r"\by\b", formula):
            return evaluate(formula, self.constants)
        known = self.targets[valid(self.targets)].flatten().tolist()
        names = {**self.constants, "mean": math.fsum(known) / max(len(known), 1)}
        return math.fsum(evaluate(formula, {**names, "y": y}) for y in known) / max(len(known), 1)
