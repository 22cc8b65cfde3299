"""Small random tables, and what they mean, point by point."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from hypothesis import strategies as st

from lossadvisor.rulebase.records import Modifier, Rule
from lossadvisor.rulebase.table import Table

INPUTS = {"a": ("a1", "a2", "a3"), "b": ("b1", "b2"), "c": ("c1", "c2", "c3"), "d": ("d1", "d2")}


def points() -> list[tuple[str, ...]]:
    """Every point of the grid."""
    return [*product(*INPUTS.values())]


def matches(row: Rule | Modifier, answers: Mapping[str, str]) -> bool:
    """Whether a row takes a point of the grid, by the meaning of its cells alone."""
    return all(answers[question] in choices for question, choices in row.when.items())


def cells() -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    """The cells of a row; now and then one without any choice that exists."""
    choices = {
        question: st.lists(st.sampled_from([*values, "gone"]), min_size=1, max_size=2, unique=True).map(tuple)
        for question, values in INPUTS.items()
    }
    return st.fixed_dictionaries({}, optional=choices)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table of up to eight rules, ordinary and impossible, and a modifier or two."""
    whens = draw(st.lists(cells(), max_size=8))
    rules = [
        Rule(f"r{i}", "d", when, loss=f"l{i}", impossible=draw(st.sampled_from(["", "", "no"])))
        for i, when in enumerate(whens)
    ]
    modifiers = [Modifier(f"m{i}", when, "option", "why") for i, when in enumerate(draw(st.lists(cells(), max_size=2)))]
    return Table(INPUTS, rules, modifiers)
