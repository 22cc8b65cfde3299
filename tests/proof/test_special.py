"""Programs of several inputs, outputs, terms and steps: what the checks see in them, by a small one."""

from __future__ import annotations

import types
from typing import Any

import pytest

pytestmark = pytest.mark.torch

PROGRAM = """
import torch
from torch import nn

STEPS = 50

class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Linear(3, 2), nn.Linear(3, 2)

    def forward(self, a, b):
        return self.left(a), self.right(b)

def build_model():
    return Pair()

def batch():
    a = torch.randn(8, 3)
    return a, a.flip(1), a[:, :2], a[:, 1:]

def loss_terms(prediction, other, targets, others):
    return {"near": (prediction - targets).square().mean(), "far": 0.5 * (other - others).square().mean()}

def loss_fn(*arguments):
    return sum(loss_terms(*arguments).values())

def predict(prediction, other):
    return prediction, other

def build_optimizers(model):
    return {"left": torch.optim.Adam(model.left.parameters()), "right": torch.optim.Adam(model.right.parameters())}

def left_step(model, optimizers, a, b, targets, others):
    loss = (model.left(a) - targets).square().mean()
    optimizers["left"].zero_grad()
    loss.backward()
    optimizers["left"].step()

def train(model, batch, loss_terms):
    optimizer = torch.optim.Adam(model.parameters(), 0.1)
    for _ in range(STEPS):
        a, b, *targets = batch()
        optimizer.zero_grad()
        sum(loss_terms(*model(a, b), *targets).values()).backward()
        optimizer.step()
"""
NUMBERS = {"shape": ["B", "2"], "dtype": "float32", "kind": "value", "range": "(-inf, inf)", "implied": False}
PROMISE = {
    "inputs": 2,
    "outputs": {"prediction": NUMBERS, "other": NUMBERS},
    "targets": {"target": NUMBERS, "other": NUMBERS},
    "terms": ["near", "far"],
    "steps": {"left_step": ["left"], "train": ["left", "right"]},
    "without": {},
    "classes": 0,
    "proof": {"learns": 0.5},
}


def check(name: str, *edits: tuple[str, str], **promise: Any) -> str:
    """What a check says of the program, edited; a failure in its words."""
    from lossadvisor.proof.cell import Cell
    from lossadvisor.proof.checks import CHECKS
    from lossadvisor.proof.subject import Failed, NotChecked, Subject

    source = PROGRAM
    for cut, paste in edits:
        assert cut in source
        source = source.replace(cut, paste)
    module = types.ModuleType("program")
    exec(source, vars(module))  # noqa: S102 - the program above
    try:
        return CHECKS[name](Subject(module, {**PROMISE, **promise}, Cell()))
    except (Failed, NotChecked) as found:
        return f"{type(found).__name__}: {found}"


def test_all_outputs_and_targets_are_held_to_the_contract() -> None:
    assert check("contract") == "prediction [8, 2], other [8, 2], target [8, 2], other [8, 2]"
    assert "4 tensors, 3 were promised" in check("contract", inputs=1)
    assert "the model gives 2 tensors, 1" in check("contract", outputs={"prediction": NUMBERS})


def test_every_output_has_its_probe() -> None:
    assert check("order").startswith("0.0000 < ")
    assert check("direction").startswith("slope -")
    assert "wrong" not in check("pairing")
    assert "every" not in check("sample-order")


def test_terms_are_named_summed_and_told_apart() -> None:
    assert check("terms").startswith("near 0.0000 to ")
    assert "near were promised" in check("terms", terms=["near"])
    assert "not the sum" in check(
        "terms", ("return sum(loss_terms(*arguments).values())", "return 2 * sum(loss_terms(*arguments).values())")
    )
    assert "far: perfect 0.0000, random 0.0000" in check("terms", ("0.5 * (other", "0.0 * (other"))
    assert "they should rise" in check("terms", ("0.5 * (other", "-0.5 * (other"))


def test_a_step_moves_its_own_part_alone() -> None:
    assert check("steps") == "left_step: left; train: left, right"
    assert "left_step() moves right" in check(
        "steps",
        ('optimizers["left"].step()', "[o.step() for o in optimizers.values()]"),
        ("model.left(a) - targets", "model.left(a) + model.right(b) - targets"),
    )
    assert "leaves gradients in right" in check(
        "steps", ("model.left(a) - targets", "model.left(a) + model.right(b) - targets")
    )
    assert "left_step() leaves left as it was" in check("steps", ('    optimizers["left"].step()\n', ""))


def test_a_loss_without_a_known_minimum_must_fall_by_its_share() -> None:
    assert "steps" in check("overfits")
    assert "at most" in check("overfits", ("optimizer.step()\n", "pass\n"))
    assert "no threshold" in check("overfits", proof={})


def test_an_implied_target_is_not_in_the_batch() -> None:
    implied = {"target": {**NUMBERS, "implied": True}}
    edit = ("return a, a.flip(1), a[:, :2], a[:, 1:]", "return a, a.flip(1)")
    assert check("contract", edit, targets=implied) == "prediction [8, 2], other [8, 2]"
    assert "imply the target" in check("refuses", edit, targets=implied)


def test_columns_of_very_different_spread_are_told_and_constant_ones_left_aside() -> None:
    shift = (
        "return a, a.flip(1), a[:, :2], a[:, 1:]",
        "return a, a.flip(1), a[:, :2] * torch.tensor([1.0, {}]), a[:, 1:]",
    )
    wide, still = ((shift[0], shift[1].format(factor)) for factor in ("99.0", "0.0"))
    assert "(column 1) to" in check("column-scale")
    assert "the largest decides the loss" in check("column-scale", wide)
    assert "fewer than two columns vary" in check("column-scale", still)
