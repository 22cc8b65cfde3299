"""A program and its parts become one flat file."""

from __future__ import annotations

from lossadvisor.codegen.inline import flatten

PROGRAM = '''\
"""A program."""

import torch
from losses.good import criterion
from models.net import SIZE, network
from torch import Tensor, nn
from training.loop import train

SIZE = 3
STEPS = 5


def loss_fn(x: Tensor) -> Tensor:
    return criterion(x)


if __name__ == "__main__":
    train(network())
'''
PARTS = {
    ("losses", "good"): '"""A loss."""\n\nimport math\n\nimport torch.nn.functional as F\n\nGAMMA = 2.0  # focus\n\n\n'
    "def criterion(x):\n    return F.relu(x) * math.pi * GAMMA\n",
    ("models", "net"): "from torch import nn\n\nSIZE = 9  # another default\n\n\n# what it is\nshared = nn.ReLU()\n\n\n"
    "def network():\n    return nn.Linear(SIZE, 1)\n",
    ("training", "loop"): "def train(model):\n    return model\n",
}


def flat() -> str:
    return flatten(PROGRAM, lambda folder, name: PARTS[folder, name])[1]


def test_the_docstring_is_handed_back_apart() -> None:
    assert flatten(PROGRAM, lambda folder, name: PARTS[folder, name])[0] == "A program."


def test_imports_are_merged_sorted_and_only_those_that_are_used() -> None:
    assert flat().startswith("import math\n\nimport torch.nn.functional as F\nfrom torch import Tensor, nn\n\n")


def test_constants_come_first_each_once_and_the_program_s_own_win() -> None:
    assert "\n\nGAMMA = 2.0  # focus\nSIZE = 3\nSTEPS = 5\n" in flat()


def test_definitions_stand_in_reading_order_with_the_training_loop_before_the_script() -> None:
    order = ["def criterion", "shared = ", "def network", "def loss_fn", "def train", "if __name__"]
    positions = [flat().index(text) for text in order]
    assert positions == sorted(positions)


def test_comments_stay_with_what_they_are_about() -> None:
    assert "# what it is\nshared = nn.ReLU()" in flat()


def test_the_flat_file_runs_without_its_parts() -> None:
    compile(flat(), "flat.py", "exec")
    assert "from losses" not in flat()
    assert "from models" not in flat()
