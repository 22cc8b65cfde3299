"""A decision table matched by bitmasks: for each question, each choice maps to the set of rows that allow it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lossadvisor.rulebase.records import Answers, Modifier, Rule


class Table:
    """The rows of one domain over its inputs (question id to the choices that exist here, in the order asked).

    A set of rows is an integer: bit i stands for row i, first the rules, then the modifiers.
    """

    def __init__(
        self, inputs: Mapping[str, tuple[str, ...]], rules: Sequence[Rule], modifiers: Sequence[Modifier] = ()
    ) -> None:
        self.inputs = inputs
        self.rules = tuple(rules)
        self.modifiers = tuple(modifiers)
        rows = (*rules, *modifiers)
        self.everything = (1 << len(rows)) - 1
        self.all_rules = (1 << len(rules)) - 1
        self.possible = sum(1 << i for i, rule in enumerate(rules) if not rule.impossible)
        self.masks = {
            question: {
                choice: sum(1 << i for i, row in enumerate(rows) if choice in row.when.get(question, (choice,)))
                for choice in choices
            }
            for question, choices in inputs.items()
        }

    def matching(self, answers: Answers, rows: int | None = None) -> int:
        """The rows that `answers` leave standing."""
        standing = self.everything if rows is None else rows
        for question, choice in answers.items():
            standing &= self.masks[question][choice]
        return standing

    def alive(self, question: str, rows: int) -> list[str]:
        """The choices of `question` that still lead to a recommendation."""
        return [choice for choice, mask in self.masks[question].items() if mask & rows & self.possible]

    def tells_apart(self, question: str, rows: int) -> bool:
        """Whether the choices of `question` that are alive select among `rows`, and so can change the outcome."""
        masks = self.masks[question]
        return len({masks[choice] & rows for choice in self.alive(question, rows)}) > 1

    def rules_in(self, rows: int) -> list[Rule]:
        return [rule for i, rule in enumerate(self.rules) if rows >> i & 1]

    def modifiers_in(self, rows: int) -> tuple[Modifier, ...]:
        rows >>= len(self.rules)
        return tuple(modifier for i, modifier in enumerate(self.modifiers) if rows >> i & 1)

    def cells(self, *, over: int | None = None) -> Iterator[tuple[dict[str, str], int]]:
        """The whole grid, without enumerating it: (answers, rows) for each part in which all points match the same rows.

        Depth-first over the questions; a question that no standing row tells apart stays open, so that one part
        stands for many points. `over` limits the rows (the rules alone by default).
        """
        yield from self._cells(list(self.inputs), self.all_rules if over is None else over, {})

    def _cells(self, questions: list[str], rows: int, answers: dict[str, str]) -> Iterator[tuple[dict[str, str], int]]:
        for position, question in enumerate(questions):
            groups: dict[int, list[str]] = {}
            for choice, mask in self.masks[question].items():
                groups.setdefault(mask & rows, []).append(choice)
            if len(groups) > 1:
                for standing, choices in groups.items():
                    for choice in choices:
                        yield from self._cells(questions[position + 1 :], standing, {**answers, question: choice})
                return
        yield answers, rows

    @property
    def points(self) -> int:
        """How many combinations of answers there are."""
        from math import prod

        return prod(len(choices) for choices in self.inputs.values())
