"""A slip of the pen is told by what it means, from the text of a program and from its values."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from lossadvisor.proof.search import by_values, compared, variables
from lossadvisor.proof.text import noted, notes, reached
from lossadvisor.proof.worker import load

RIGHT = '''"""A program."""

MARGIN = 0.5  # of the distance
SCALE = 4.0  # it multiplies


def pull(near, far):
    """How much nearer one is."""
    return near - far


def loss_fn(near, far):
    """The loss."""
    return SCALE * (pull(near, far) + MARGIN)
'''


def causes(now: str, before: str) -> list[str]:
    new, old = (ast.parse(text).body[0] for text in (now, before))
    return compared(new, old, variables(old))


@pytest.mark.parametrize(
    ("before", "now", "cause"),
    [
        ("wrong - right + MARGIN", "right - wrong + MARGIN", "the difference has the wrong sign: right - wrong"),
        ("1 - ssim(x, y)", "ssim(x, y)", "ssim(x, y) is not subtracted from 1: it stands for its opposite"),
        ("((scores - 1) ** 2).mean()", "(scores ** 2).mean()", "scores aims at 0, and must aim at 1"),
        ("cosines / TEMPERATURE", "cosines * TEMPERATURE", "multiplied by TEMPERATURE where it must be divided"),
        ("SCALE * cosines", "cosines", "cosines is not multiplied by SCALE"),
        ("near + far", "near + 0 * far", "far counts nothing"),
        ("rows @ rows.mT", "rows.mT @ rows", "the sum is over the other axis"),
        ("left.T @ right", "left.T @ left", "left is taken twice, with itself: right does not count"),
        ("scores.argmax(dim=1)", "scores.argmin(dim=1)", "the smallest is taken where the largest is meant"),
        ("F.normalize(x, dim=1)", "F.normalize(x, dim=0)", "normalize() goes along axis 0, and 1 is meant"),
        ("F.kl_div(student, teacher)", "F.kl_div(teacher, student)", "given teacher and student in the wrong order"),
        ("logits[:, :-1]", "logits[:, 1:]", "loses its first places in the place of the last"),
        ("logits[:, -1]", "logits[:, 0]", "the first place is read"),
        ("losses[counts > 0]", "losses", "the selection [counts > 0] is left out"),
        ("a & (ids != rows)", "a", "the condition ids != rows is left out"),
        ("angle + MARGIN", "angle + math.degrees(MARGIN)", "MARGIN is turned into degrees"),
        ("scores * (2 * masks - 1)", "scores * masks", "masks is 0 or 1 where -1 or 1 is meant"),
        ("[self.head(x) for x in rows]", "rows", "head() of rows is left out"),
        ("x.sort(descending=True)", "x.sort()", "the smallest come first"),
        ("total / counts.sum()", "total", "a sum stands where a mean is meant"),
        ("nn.HuberLoss(delta=DELTA)", "nn.HuberLoss(delta=9.0)", "delta is 9.0, and DELTA is meant"),
    ],
)
def test_a_slip_is_found_from_the_text(before: str, now: str, cause: str) -> None:
    form = "def loss(x, y):\n    return {}\n"
    (found,) = causes(form.format(now), form.format(before))
    assert cause in found


def test_a_statement_that_is_gone_is_told() -> None:
    before = "def f(x):\n    assert x > 0, 'no x'\n    model.follow()\n    x = x + 1\n    return x\n"
    assert causes(before.replace("    assert x > 0, 'no x'\n", ""), before) == ["nobody looks whether x > 0: no x"]
    assert causes(before.replace("model.follow()", "pass"), before) == ["model.follow() is left out"]
    assert causes(before.replace("    x = x + 1\n", ""), before) == ["the step `x = x + 1` is left out"]


def test_what_no_slip_explains_is_told_as_unknown() -> None:
    before = "def f(x):\n    return x.abs()\n"
    assert causes(before, before) == []
    assert "" in causes("def f(x):\n    return torch.fft.fft(x).norm()\n", before)
    assert causes("def f(x):\n    y = x\n    z = y\n    return z\n", before) == [""]


@pytest.mark.parametrize(
    ("wrong", "cause"),
    [
        (lambda near, far: 4.0 * (far - near + 0.5), "pull() is given far and near in the wrong order"),
        (lambda near, far: 0.25 * (near - far + 0.5), "SCALE divides where it must multiply"),
        (lambda near, far: 4.0 * (near - far - 0.5), "MARGIN has the wrong sign"),
        (lambda near, far: 4.0 * (near + far + 0.5), "far has the wrong sign"),
        (lambda near, far: 3.3 * (near**3 + far + 0.5), ""),
    ],
)
def test_a_slip_is_found_from_the_values(wrong: Callable[[float, float], float], cause: str) -> None:
    module = vars(load(RIGHT, "right"))
    before = dict(module)
    samples = [(0.3, 0.8), (1.1, 0.2), (-0.4, 0.7)]

    def matches() -> bool:
        return all(abs(module["loss_fn"](*sample) - wrong(*sample)) < 1e-9 for sample in samples)

    found = by_values(RIGHT, reached(RIGHT), module, matches)
    assert found.startswith(cause)
    assert bool(found) == bool(cause)
    assert module == before


def test_what_the_program_says_of_a_name_is_told_with_the_cause() -> None:
    known = notes(RIGHT)
    assert known["MARGIN"] == "of the distance"
    assert noted("MARGIN has the wrong sign", known) == "MARGIN has the wrong sign (MARGIN: of the distance)"
    assert noted("pull() is left out", known) == "pull() is left out (pull: How much nearer one is)"
    assert noted("pull(x) is doubled", known) == "pull(x) is doubled"
    assert reached(RIGHT) == ["loss_fn", "pull"]
