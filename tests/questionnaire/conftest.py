"""Terminals to drive, and a small rule base that needs no other."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lossadvisor.rulebase.load import RuleBase

if sys.platform != "win32":
    from tests.questionnaire.pseudoterminal import Terminal


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    """Starts programs in terminals; they are ended with the test."""
    if sys.platform == "win32":
        pytest.skip("there are no pseudo-terminals")
    running: list[Terminal] = []

    def run(code: str, *arguments: str, **settings: object) -> Terminal:
        running.append(Terminal(code, *arguments, **settings))  # type: ignore[arg-type]
        return running[-1]

    yield run
    for started in running:
        started.child.close(force=True)


@pytest.fixture(scope="session")
def toy() -> Path:
    """A folder with a small rule base that is laid over the shipped one."""
    return Path(__file__).parent / "toy"


@pytest.fixture(scope="session")
def base(toy: Path) -> RuleBase:
    return RuleBase(toy)
