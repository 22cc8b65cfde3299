"""Every answer of the whole grid, as JSON, fits the schema that is shipped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

import lossadvisor.report
from lossadvisor.cli.recommend import described
from lossadvisor.report.data import sources
from lossadvisor.report.markdown import markdown
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase

BASE = RuleBase()
SCHEMA = json.loads(
    Path(lossadvisor.report.__file__).with_name("recommendation.schema.json").read_text(encoding="utf-8")
)


def every_answer(domain: str) -> Iterator[dict[str, str]]:
    """One point of the grid for each rule, target format and modifier: all outcomes that there are."""
    table = BASE.table(domain)
    for answers, rows in table.cells(over=table.everything):
        if rows & table.possible:
            first = {question: choices[0] for question, choices in answers.items()}
            (rule,) = table.rules_in(rows & table.possible)
            targets = answers.get("target", rule.when["target"])
            yield from ({**first, "task": answers.get("task", table.inputs["task"])[0], "target": t} for t in targets)


@pytest.mark.parametrize("domain", BASE.domains)
def test_every_answer_of_the_grid_fits_the_schema(domain: str) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    count = 0
    for given in every_answer(domain):
        data = described(BASE, decide(BASE, given))
        faults = [error.message for error in validator.iter_errors(json.loads(json.dumps(data)))]
        assert not faults, given
        count += 1
    assert count > 10


@pytest.mark.parametrize("domain", BASE.domains)
def test_every_rule_has_a_readable_markdown_form(domain: str) -> None:
    for rule in BASE.table(domain).rules:
        for example in rule.examples:
            answer = decide(BASE, example)
            text = markdown(described(BASE, answer))
            assert text.startswith(f"## {answer.loss.name}")
            assert answer.loss.call in text
            assert answer.rule.because in text


def test_the_command_in_an_answer_gives_the_same_answer() -> None:
    for domain in BASE.domains:
        for rule in BASE.table(domain).rules:
            for example in rule.examples:
                data = described(BASE, decide(BASE, example))
                again = described(BASE, decide(BASE, data["answers"]))
                assert (again["rule"], again["loss"]) == (data["rule"], data["loss"])
                assert again["assumed"] == {}


def test_a_work_is_named_once_and_in_full() -> None:
    brief, full = "Gneiting & Raftery 2007, Strictly proper scoring rules", "Su et al. 2022, ZLPR, arXiv 2208.02955"
    assert sources([brief, full, f"{brief}, prediction, and estimation"]) == [
        f"{brief}, prediction, and estimation",
        full,
    ]
    assert sources(["ZLPR, arXiv 2208.02955", full]) == [full]
