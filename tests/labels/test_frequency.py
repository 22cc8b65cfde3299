"""How often classes occur, in numbers and words."""

from __future__ import annotations

import pytest

from lossadvisor.labels.frequency import imbalance, rare, readable, several
from lossadvisor.labels.records import ClassCount

CLASSES = (ClassCount("cat", 500), ClassCount("dog", 5), ClassCount("emu", 0))


@pytest.mark.parametrize(
    ("name", "shown"),
    [("cat", "cat"), ("a\x1b[31mb\n", "a\\x1b[31mb\\n"), ("", '""'), ("日本", "日本"), ("\u202ecat", "\\u202ecat")],
)
def test_names_cannot_steer_the_terminal(name: str, shown: str) -> None:
    assert readable(name) == shown


def test_many_names_are_cut() -> None:
    assert several(["a", "b"]) == "a, b"
    assert several([str(at) for at in range(1010)]) == "0, 1, 2, 3, 4, 5, 6, 7 and 1,002 more"


def test_the_imbalance_is_that_of_classes_that_occur() -> None:
    assert imbalance(CLASSES) == {"imbalance_ratio": 100, "rarest": "dog"}
    assert imbalance(CLASSES[2:]) == {}


def test_empty_and_scarce_classes_are_named() -> None:
    assert rare(CLASSES, "samples") == [
        "1 of 3 classes never occur: emu",
        "1 class has fewer than 10 samples: dog (5)",
    ]
    assert rare(CLASSES[:1], "samples") == []
