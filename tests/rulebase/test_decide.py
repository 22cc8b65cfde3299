"""From answers to a recommendation: what is assumed, what has no say, what would change, what contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lossadvisor.errors import UserError
from lossadvisor.rulebase import decide as module
from lossadvisor.rulebase.decide import check_answers, complete, decide, live, table_of
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Recommendation, Rule
from lossadvisor.rulebase.table import Table
from tests.rulebase.toybase import HERE, copy, toy

CASES: dict[str, list[dict[str, Any]]] = yaml.safe_load((HERE / "answers.yaml").read_text(encoding="utf-8"))
SHIPPED = RuleBase()
TASKS = [task for domain in SHIPPED.domains for task in SHIPPED.table(domain).inputs["task"]]


def told(answer: Recommendation) -> dict[str, Any]:
    """A recommendation as the file of cases has it."""
    data = {
        "rule": answer.rule.id,
        "answers": dict(answer.answers),
        "assumed": list(answer.assumed),
        "unused": list(answer.unused),
        "changes": [list(change) for change in answer.would_change],
        "options": [modifier.option for modifier in answer.modifiers],
    }
    return {key: value for key, value in data.items() if value}


@pytest.mark.parametrize("case", CASES["decided"], ids=lambda case: str(case["given"]))
def test_answers_lead_to_a_recommendation(case: dict[str, Any]) -> None:
    answer = decide(toy(), case["given"])
    assert told(answer) == case["expect"]
    assert answer.loss.id == answer.rule.loss
    assert answer.contract.id == answer.rule.contract


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: str(case["given"]))
def test_answers_that_lead_nowhere_are_refused_with_what_would_be_right(case: dict[str, Any]) -> None:
    with pytest.raises(UserError) as caught:
        decide(toy(), case["given"])
    error = caught.value
    assert (error.message, error.place) == (case["says"], case.get("at", ""))
    assert error.hint.startswith(case.get("hint", ""))


def test_strict_refuses_to_assume_and_names_the_flags() -> None:
    with pytest.raises(UserError, match="not answered: target, rarity") as caught:
        decide(toy(), {"task": "sort"}, strict=True)
    assert caught.value.hint == "--target index|one-hot --rarity common|rare"


def test_strict_is_content_where_nothing_is_assumed() -> None:
    assert decide(toy(), {"task": "score"}, strict=True).rule.id == "score"
    assert decide(toy(), {"task": "sort", "target": "index", "rarity": "rare"}, strict=True).assumed == ()


def test_pitfalls_come_from_the_rule_the_loss_and_the_contract_each_once() -> None:
    answer = decide(toy(), {"task": "sort", "rarity": "common"})
    assert [pitfall.id for pitfall in answer.pitfalls] == ["softmax-twice", "wrong-dtype"]


def test_a_default_that_is_not_alive_gives_way_to_the_first_choice_that_is(tmp_path: Path) -> None:
    edits = {"rules/questions.yaml": {"default: index": "default: masks"}}
    answer = decide(RuleBase(shipped=copy(tmp_path, edits)), {"task": "sort"})
    assert answer.answers["target"] == "index"
    assert "target" in answer.assumed


def test_an_answer_that_settles_another_question_is_not_unused(tmp_path: Path) -> None:
    # Rows with one 1 are sorted only where a class is rare: so that this format answers the last question.
    row = "- id: hot-is-rare\n  when: {target: one-hot, rarity: common}\n  impossible: x\nmodifiers:\n"
    edits = {"rules/tables/toy.yaml": {"modifiers:\n": row}}
    answer = decide(RuleBase(shipped=copy(tmp_path, edits)), {"task": "sort", "target": "one-hot"})
    assert (answer.rule.id, answer.assumed, answer.unused) == ("sort-rare", (), ())


def test_three_answers_that_contradict_each_other_are_all_named() -> None:
    rules = [
        Rule("x", "d", {"task": ("t",), "b": ("1",)}, loss="x"),
        Rule("y", "d", {"task": ("t",), "b": ("2",), "c": ("1",)}, loss="y"),
        Rule("no", "d", {"b": ("2",), "c": ("2",)}, impossible="Not both."),
    ]
    table = Table({"task": ("t",), "b": ("1", "2"), "c": ("1", "2"), "d": ("1", "2")}, rules)
    with pytest.raises(UserError, match="contradict each other: --b 2 and --c 2") as caught:
        module.check_consistent(table, {"task": "t", "b": "2", "c": "2", "d": "1"})
    assert caught.value.hint == "Not both. --c may be: 1."


def test_a_contradiction_by_way_of_a_third_question_still_has_its_reason() -> None:
    rules = [
        Rule("x", "d", {"b": ("1",), "c": ("1",), "e": ("1",)}, loss="x"),
        Rule("y", "d", {"b": ("2",), "c": ("2",), "e": ("2",)}, loss="y"),
        Rule("b", "d", {"b": ("1",), "e": ("2",)}, impossible="First."),
        Rule("c", "d", {"c": ("2",), "e": ("1",)}, impossible="Second."),
        Rule("d", "d", {"d": ("1",)}, impossible="Far."),
    ]
    table = Table({"b": ("1", "2"), "c": ("1", "2"), "d": ("1", "2"), "e": ("1", "2")}, rules)
    with pytest.raises(UserError) as caught:
        module.check_consistent(table, {"b": "1", "c": "2"})
    assert caught.value.hint == "First. Second. --c may be: 1."


def test_a_single_answer_can_be_the_fault() -> None:
    rules = [Rule("x", "d", {"b": ("1",)}, loss="x"), Rule("no", "d", {"b": ("2",)}, impossible="No.")]
    table = Table({"b": ("1", "2")}, rules)
    with pytest.raises(UserError, match=r"contradict each other: --b 2$") as caught:
        module.check_consistent(table, {"b": "2"})
    assert caught.value.hint == "No. --b may be: 1."


def test_a_gap_has_no_reason() -> None:
    table = Table({"b": ("1", "2"), "c": ("1",)}, [])
    with pytest.raises(UserError) as caught:
        module.check_consistent(table, {"b": "2", "c": "1"})
    assert caught.value.hint == ""


def outcome(base: RuleBase, answers: Mapping[str, str]) -> tuple[object, ...]:
    """What an answer comes down to."""
    answer = decide(base, answers)
    return answer.rule.id, answer.modifiers, answer.contract.stored.get(answer.answers["target"])


@st.composite
def some_answers(draw: st.DrawFn) -> dict[str, str]:
    """A task and any answers that its table has, contradictory ones too."""
    task = draw(st.sampled_from(TASKS))
    inputs = table_of(SHIPPED, task).inputs
    questions = draw(st.lists(st.sampled_from([*inputs][1:]), unique=True, max_size=4))
    return {"task": task, **{question: draw(st.sampled_from(inputs[question])) for question in questions}}


def recommended(answers: Mapping[str, str]) -> Recommendation | None:
    try:
        return decide(SHIPPED, answers)
    except UserError as error:
        assert "contradict" in error.message  # noqa: PT017
        return None


@given(some_answers())
def test_each_change_leads_to_its_loss_and_no_other_single_answer_leads_elsewhere(answers: dict[str, str]) -> None:
    answer = recommended(answers)
    if answer is None:
        return
    expected = [
        (question, choice, other.loss.id)
        for question, choices in table_of(SHIPPED, answers["task"]).inputs.items()
        for choice in choices
        if question != "task"
        and (other := recommended({**answers, question: choice})) is not None
        and other.loss.id != answer.loss.id
    ]
    assert list(answer.would_change) == expected


@given(some_answers())
def test_an_unused_answer_can_be_left_out_and_the_answers_told_give_the_same_again(answers: dict[str, str]) -> None:
    answer = recommended(answers)
    if answer is None:
        return
    for question in answer.unused:
        left = {q: choice for q, choice in answers.items() if q != question}
        assert outcome(SHIPPED, left) == outcome(SHIPPED, answers)
    again = decide(SHIPPED, answer.answers)
    assert (again.rule, again.modifiers, again.assumed) == (answer.rule, answer.modifiers, ())
    assert set(answer.answers) | set(answer.unused) >= set(answers)
    assert set(answer.assumed).isdisjoint(answers)


@given(some_answers())
def test_contradictory_answers_are_named_with_a_reason_and_a_way_out(answers: dict[str, str]) -> None:
    try:
        decide(SHIPPED, answers)
    except UserError as error:
        flags = error.message.partition(": ")[2].split(" and ")
        pairs = dict(flag.removeprefix("--").split(" ") for flag in flags)
        assert pairs.items() <= answers.items()
        assert error.place == f"--{[*pairs][-1]}"  # noqa: PT017
        valid = error.hint.rpartition(f"{error.place} may be: ")[2].removesuffix(".").split(", ")
        for choice in valid if len(pairs) == len(answers) else ():
            decide(SHIPPED, {**answers, [*pairs][-1]: choice})


def walks(base: RuleBase, table: Table, answers: dict[str, str]) -> Iterator[dict[str, str]]:
    """Every way through the questions of a task, taking each in order with each choice that is alive."""
    rows = table.matching(answers)
    for question in table.inputs:
        alive = table.alive(question, rows)
        assert alive, f"a dead end after {answers}"
        if question not in answers and len(alive) > 1 and live(base, table, question, rows):
            for choice in alive:
                yield from walks(base, table, {**answers, question: choice})
            return
    yield answers


@pytest.mark.parametrize("task", TASKS)
def test_every_way_through_the_questions_ends_in_a_recommendation(task: str) -> None:
    table = table_of(SHIPPED, task)
    ends = [*walks(SHIPPED, table, {"task": task})]
    for answers in ends:
        checked = check_answers(SHIPPED, answers)
        path, assumed, rows = complete(SHIPPED, table, checked)
        assert not assumed
        assert path.items() >= {question: path[question] for question in path if question in answers}.items()
        assert len(table.rules_in(rows & table.possible)) == 1
    assert len(ends) >= 1


@pytest.mark.parametrize("task", TASKS)
def test_every_point_of_the_grid_is_either_decided_or_refused_with_a_reason(task: str) -> None:
    table = table_of(SHIPPED, task)
    others = {question: choices for question, choices in table.inputs.items() if question != "task"}
    for number, point in enumerate(product(*others.values())):
        rows = table.matching({"task": task, **dict(zip(others, point, strict=True))}) & table.all_rules
        rules = table.rules_in(rows)
        assert len(rules) == 1 or (rules and all(rule.impossible for rule in rules)), point
        if number > 20_000:
            break


def test_nothing_is_asked_about_the_format_where_all_are_treated_alike(tmp_path: Path) -> None:
    edits = {"rules/contracts/toy.yaml": {"one-hot: one_hot_to_index": "one-hot: as-is"}}
    answer = decide(RuleBase(shipped=copy(tmp_path, edits)), {"task": "sort"})
    assert answer.answers["target"] == "index"
    assert "target" not in answer.assumed
