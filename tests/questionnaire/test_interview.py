"""The interview without a terminal: replies come from a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossadvisor.errors import UserError
from lossadvisor.questionnaire.interview import (
    Answer,
    Effect,
    Move,
    Prompt,
    Step,
    Steps,
    before,
    begin,
    conduct,
    covered,
    effect,
    every,
    next_prompt,
    prompt_again,
    reply,
    sure,
)
from lossadvisor.rulebase.decide import conversion, decide
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Modifier, Rule
from lossadvisor.rulebase.table import Table

TOY = Path(__file__).parent / "toy"
BACK, UNSURE = Move.BACK, Move.UNSURE


class Script:
    """Gives the answers of a list, and keeps what was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = iter(answers)
        self.asked: list[Prompt] = []
        self.before: list[Steps] = []
        self.notices: list[str] = []

    def __call__(self, prompt: Prompt, steps: Steps, notice: str) -> Answer:
        self.asked.append(prompt)
        self.before.append(steps)
        self.notices.append(notice)
        return next(self.answers)

    @property
    def questions(self) -> list[str]:
        return [prompt.question.id for prompt in self.asked]


def run(base: RuleBase, *answers: Answer, given: Mapping[str, str] | None = None) -> tuple[Script, Steps]:
    script = Script(*answers)
    steps = conduct(base, begin(base, given or {}), script)
    assert not list(script.answers), "answers that nobody asked for"
    return script, steps


def choices(prompt: Prompt) -> list[str]:
    return [choice.id for choice in prompt.choices]


def test_the_task_comes_first_with_all_its_choices(base: RuleBase) -> None:
    prompt = next_prompt(base, ())
    assert prompt is not None
    assert prompt.question.id == "task"
    assert choices(prompt) == ["fruit", "herring", "berry", "stone", "ghost"]
    assert prompt.missing == ("stone",)
    assert prompt.assumed == ""


def test_only_questions_that_change_the_outcome_are_asked(base: RuleBase) -> None:
    script, steps = run(base, "fruit", "green", "jar")
    assert script.questions == ["task", "ripeness", "target"]
    assert sure(steps) == {"task": "fruit", "ripeness": "green", "target": "jar"}


def test_only_choices_that_keep_a_rule_alive_are_offered(base: RuleBase) -> None:
    script, _ = run(base, "fruit", "ripe", "small", "crate", "plain")
    assert [choices(prompt) for prompt in script.asked[1:]] == [
        ["ripe", "green"],
        ["small", "big"],
        ["crate", "jar"],
        ["plain", "waxed", "oiled"],
    ]


def test_a_question_with_one_choice_left_is_answered_silently(base: RuleBase) -> None:
    script, _ = run(base, "fruit", "ripe", "big", "plain")
    assert script.questions == ["task", "ripeness", "size", "polish"]


def test_a_modifier_is_an_outcome(base: RuleBase) -> None:
    _, steps = run(base, "berry", "crate", "waxed")
    assert [modifier.option for modifier in decide(base, sure(steps)).modifiers] == ["shine"]


@pytest.mark.parametrize(
    ("task", "question", "assumed"),
    [
        ("fruit", "polish", "plain"),  # the question's own default
        ("berry", "polish", "waxed"),  # the task's default comes first
        ("fruit", "target", "crate"),
    ],
)
def test_not_sure_stands_for_the_stated_default(base: RuleBase, task: str, question: str, assumed: str) -> None:
    script = Script(task, *[UNSURE] * 9)
    steps = conduct(base, (), script)
    assert next(prompt for prompt in script.asked if prompt.question.id == question).assumed == assumed
    assert Step(question, assumed, sure=False) in steps
    assert sure(steps) == {"task": task}
    assert decide(base, sure(steps)).answers[question] == assumed


def test_where_the_default_is_dead_the_first_choice_alive_stands_in(base: RuleBase) -> None:
    table = base.table("garden")
    changed = RuleBase(TOY)
    rules = [rule for rule in table.rules if rule.id not in ("no-dried-berry", "berry")]
    kept = {"ripeness": ("ripe",), "size": ("small",), "target": ("jar", "string"), "polish": ("plain", "waxed")}
    rules.append(Rule("dry", "garden", {"task": ("berry",), **kept}, "eat", "unlike"))
    changed._tables["garden"] = Table(table.inputs, rules)
    prompt = next_prompt(changed, begin(changed, {"task": "berry"}))
    assert prompt is not None
    assert (prompt.question.id, prompt.question.default, prompt.assumed) == ("target", "crate", "jar")


def test_an_uncovered_task_says_so_and_asks_again(base: RuleBase) -> None:
    script, steps = run(base, "stone", "ghost", "herring", "deep", "jar")
    assert script.questions == ["task", "task", "task", "depth", "target"]
    assert script.notices[:4] == [
        "",
        "There are no rules for stone yet. Choose another task.",
        "There are no rules for ghost yet. Choose another task.",
        "",
    ]
    assert [prompt.start for prompt in script.asked[:3]] == ["", "stone", "ghost"]
    assert sure(steps)["task"] == "herring"


def test_going_back_shows_the_earlier_answer(base: RuleBase) -> None:
    script, _ = run(base, "fruit", "ripe", "small", BACK, BACK, "ripe", "crate", "plain")
    assert script.questions == ["task", "ripeness", "size", "target", "size", "ripeness", "target", "polish"]
    assert script.asked[4].earlier == Step("size", "small")
    assert [step.question for step in script.before[5]] == ["task"]


def test_going_back_from_the_first_question_stays_there(base: RuleBase) -> None:
    script, _ = run(base, BACK, "herring", BACK, BACK, "herring", "deep", "jar")
    assert script.questions == ["task", "task", "depth", "task", "task", "depth", "target"]


def test_the_same_answer_again_changes_nothing(base: RuleBase) -> None:
    script, steps = run(base, "fruit", UNSURE, BACK, UNSURE, "small", "crate", "plain")
    assert script.questions == ["task", "ripeness", "size", "ripeness", "size", "target", "polish"]
    assert script.asked[3].earlier == Step("ripeness", "ripe", sure=False)
    assert steps[1] == Step("ripeness", "ripe", sure=False)


def test_a_changed_answer_keeps_the_later_ones_that_fit(base: RuleBase) -> None:
    script, steps = run(base, "fruit", "ripe", "small", "jar", BACK, BACK, BACK, "green")
    assert script.notices[-1] == ""
    assert sure(steps) == {"task": "fruit", "ripeness": "green", "target": "jar"}


def test_a_changed_answer_drops_the_later_ones_that_fit_no_more(base: RuleBase) -> None:
    script, steps = run(base, "fruit", "ripe", "small", "crate", BACK, BACK, "big", "waxed")
    assert script.notices[-1] == "Dropped, because it fits no more: target."
    assert sure(steps) == {"task": "fruit", "ripeness": "ripe", "size": "big", "polish": "waxed"}


def test_another_task_keeps_what_fits_it(base: RuleBase) -> None:
    script = Script(BACK, BACK, "herring", "deep")
    steps = conduct(base, begin(base, {"task": "fruit", "ripeness": "green", "target": "jar"}), script, again=True)
    assert script.notices[-1] == "Dropped, because it fits no more: ripeness."
    assert sure(steps) == {"task": "herring", "depth": "deep", "target": "jar"}


def test_not_sure_is_asked_again_where_it_would_stand_for_something_else(base: RuleBase) -> None:
    script, steps = run(base, "fruit", "ripe", "small", UNSURE, UNSURE)
    assert [step.sure for step in steps] == [True, True, True, False, False]
    script = Script(*[BACK] * 4, "berry", "plain")
    steps = conduct(base, steps, script, again=True)
    assert script.questions == ["polish", "target", "size", "ripeness", "task", "polish"]
    assert script.notices[-1] == "Dropped, because it fits no more: ripeness, size, polish."
    assert steps == (Step("task", "berry"), Step("target", "crate", sure=False), Step("polish", "plain"))


def test_not_sure_is_asked_again_once_something_before_it_is_open(base: RuleBase) -> None:
    # In a crate go small ones alone; to keep the crate would answer the size, which was not asked.
    script, _ = run(base, "berry", UNSURE, BACK, BACK, "fruit", "ripe", "big", "plain")
    assert script.questions == ["task", "target", "polish", "target", "task", "ripeness", "size", "polish"]
    assert script.notices[5] == "Dropped, because it fits no more: target."


def test_coming_back_from_the_end_starts_with_the_last_answer(base: RuleBase) -> None:
    steps = begin(base, {"task": "herring", "depth": "deep", "target": "jar"})
    script = Script("crate")
    assert sure(conduct(base, steps, script, again=True))["target"] == "crate"
    assert script.asked[0].earlier == Step("target", "jar")
    script = Script("herring", "deep", "jar")
    assert len(conduct(base, (), script, again=True)) == 3


def test_answers_from_a_file_are_not_asked_again(base: RuleBase) -> None:
    script, steps = run(base, "small", "plain", given={"task": "fruit", "target": "jar", "ripeness": "ripe"})
    assert script.questions == ["size", "polish"]
    assert [step.question for step in steps] == ["task", "ripeness", "size", "target", "polish"]


def test_answers_from_a_file_narrow_the_choices_of_the_others(base: RuleBase) -> None:
    script, _ = run(base, "plain", given={"task": "fruit", "target": "crate", "ripeness": "ripe"})
    assert script.questions == ["polish"]  # big ones go into jars, so that the size is small


def test_answers_without_a_task_are_checked_once_it_is_known(base: RuleBase) -> None:
    script, steps = run(base, "herring", given={"depth": "deep", "ripeness": "no", "target": "jar"})
    assert script.questions == ["task"]
    assert sure(steps) == {"task": "herring", "depth": "deep", "target": "jar"}


def test_an_answer_that_no_longer_changes_anything_goes_with_the_change(base: RuleBase) -> None:
    script, steps = run(base, "fruit", "ripe", "small", "crate", BACK, BACK, BACK, "green")
    assert script.notices[-1] == ""
    assert sure(steps) == {"task": "fruit", "ripeness": "green", "target": "crate"}


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"colour": "red"}, "unknown question 'colour'"),
        ({"size": "huge"}, "unknown choice for size: 'huge'"),
        ({"task": "fruit", "ripeness": "rotten"}, "contradict"),
        ({"task": "herring", "size": "big"}, "does not apply"),
    ],
)
def test_bad_answers_from_a_file_are_refused(base: RuleBase, answers: dict[str, str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        begin(base, answers)


def test_an_effect_names_the_losses_that_stay_possible(base: RuleBase) -> None:
    task = (Step("task", "fruit"),)
    assert effect(base, (), "task", "fruit") == Effect(("wait", "eat", "cook"))
    assert effect(base, (), "task", "stone") == Effect()
    assert effect(base, task, "ripeness", "ripe") == Effect(("eat", "cook"))


def test_an_effect_names_the_conversion_of_the_targets(base: RuleBase) -> None:
    green = (Step("task", "fruit"), Step("ripeness", "green"))
    assert effect(base, green, "target", "crate") == Effect(("wait",), "as-is")
    assert effect(base, green, "target", "jar") == Effect(("wait",), "jar_to_crate")
    open_ = (Step("task", "fruit"), Step("ripeness", "ripe"))
    assert effect(base, open_, "target", "jar") == Effect(
        ("eat", "cook"), ""
    )  # converted for one, as it is for the other


# Any replies at all: the shipped rules, the toy, and random tables.


def walk(base: RuleBase, replies: Iterator[int]) -> tuple[Steps, list[Prompt]]:
    """An interview with replies drawn from numbers; ends when all is said or the numbers run out."""
    asked: list[Prompt] = []
    steps: Steps = ()
    prompt = next_prompt(base, steps)
    while prompt is not None:
        asked.append(prompt)
        alive = [choice for choice in choices(prompt) if prompt.question.id != "task" or covered(base, choice)]
        assert alive, "a dead end"
        options: list[Answer] = [*alive, *([UNSURE] if prompt.assumed else []), BACK]
        answer = options[next(replies, 0) % len(options)]
        earlier = before(steps, prompt)
        if answer is BACK:
            prompt = prompt_again(base, steps, earlier[-1]) if earlier else prompt
            continue
        assert prompt.assumed in ("", *choices(prompt))
        steps, dropped = reply(base, steps, prompt, answer)
        assert not {step.question for step in steps} & set(dropped)
        prompt = next_prompt(base, steps)
    return steps, asked


def check_result(base: RuleBase, steps: Steps) -> None:
    result = decide(base, sure(steps))
    assert set(result.assumed) <= {step.question for step in steps if not step.sure}
    every_answer = decide(base, every(steps))
    assert (every_answer.rule, every_answer.modifiers) == (result.rule, result.modifiers)
    assert not every_answer.assumed
    target = result.answers.get("target", "")
    assert every_answer.answers.get("target", "") == target


replies = st.lists(st.integers(0, 11), max_size=25)


@given(replies=replies, shipped=st.booleans())
def test_any_replies_lead_to_what_decide_says(replies: list[int], *, shipped: bool) -> None:
    base = RuleBase() if shipped else RuleBase(TOY)
    steps, _ = walk(base, iter(replies))
    check_result(base, steps)
    limit = len(base.table(base.questions["task"].choices[steps[0].choice].domain).inputs)
    assert len(steps) <= limit


@given(replies=st.lists(st.integers(0, 11).filter(lambda n: n % 5 != 4), max_size=25))
def test_without_going_back_each_question_is_asked_once(replies: list[int]) -> None:
    base = RuleBase(TOY)
    script: list[str] = []
    steps: Steps = ()
    numbers = iter(replies)
    while (prompt := next_prompt(base, steps)) is not None:
        script.append(prompt.question.id)
        alive = [choice for choice in choices(prompt) if prompt.question.id != "task" or covered(base, choice)]
        steps, _ = reply(base, steps, prompt, alive[next(numbers, 0) % len(alive)])
    assert len(script) == len(set(script)) == len(steps)
    check_result(base, steps)


QUESTIONS = {
    "ripeness": ("ripe", "green", "rotten"),
    "size": ("small", "big"),
    "target": ("crate", "jar", "string"),
    "polish": ("plain", "waxed"),
}


@st.composite
def trees(draw: st.DrawFn, when: dict[str, tuple[str, ...]] | None = None) -> list[Rule]:
    """The leaves of a random tree of decisions: each point of the grid falls into exactly one."""
    when = when or {}
    left = [question for question in QUESTIONS if question not in when]
    if left and draw(st.integers(0, 4)):
        question = draw(st.sampled_from(left))
        cut = draw(st.integers(1, len(QUESTIONS[question]) - 1))
        parts = QUESTIONS[question][:cut], QUESTIONS[question][cut:]
        return [leaf for part in parts for leaf in draw(trees({**when, question: part}))]
    loss = draw(st.sampled_from(["", "eat", "cook", "wait"]))
    contract = draw(st.sampled_from(["alike", "unlike"]))
    return [Rule("", "garden", when, loss, contract, impossible="" if loss else "no")]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    leaves = draw(trees())
    if all(leaf.impossible for leaf in leaves):
        leaves[0] = leaves[0]._replace(loss="eat", impossible="")
    rules = [leaf._replace(id=str(number)) for number, leaf in enumerate(leaves)]
    cells = st.dictionaries(st.sampled_from(list(QUESTIONS)), st.integers(0, 2), min_size=1, max_size=2)
    modifiers = []
    for number in range(draw(st.integers(0, 2))):
        when = {question: (QUESTIONS[question][i % len(QUESTIONS[question])],) for question, i in draw(cells).items()}
        modifiers.append(Modifier(f"m{number}", when, "on", ""))
    return Table({"task": ("fruit",), **QUESTIONS}, rules, modifiers)


def with_table(table: Table) -> RuleBase:
    base = RuleBase(TOY)
    base._tables["garden"] = table
    return base


Outcome = tuple[str, list[str], tuple[str, ...]]


def outcome(base: RuleBase, table: Table, point: Mapping[str, str]) -> Outcome | None:
    """What a full set of answers comes to; None where it is impossible."""
    rows = table.matching(point)
    (rule,) = table.rules_in(rows & table.all_rules)
    if rule.impossible:
        return None
    stored = conversion(base, table, point["target"], rows)
    return rule.id, [modifier.id for modifier in table.modifiers_in(rows)], stored


def points(table: Table, fixed: Mapping[str, str]) -> Iterator[dict[str, str]]:
    open_ = {question: choices for question, choices in table.inputs.items() if question not in fixed}
    for values in product(*open_.values()):
        yield {**fixed, **dict(zip(open_, values, strict=True))}


def check_said(base: RuleBase, table: Table, steps: Steps) -> None:
    """All points that the answers leave have one outcome, and `decide` names it."""
    found = [result for point in points(table, every(steps)) if (result := outcome(base, table, point)) is not None]
    assert all(result == found[0] for result in found), "not all was asked"
    said = decide(base, sure(steps))
    assert (said.rule.id, [modifier.id for modifier in said.modifiers]) == found[0][:2]
    check_result(base, steps)


@given(table=tables(), replies=replies)
def test_random_rules_are_asked_for_exactly_what_matters(table: Table, replies: list[int]) -> None:
    base = with_table(table)
    numbers = iter(replies)
    steps = begin(base, {"task": "fruit"})
    while (prompt := next_prompt(base, steps)) is not None:
        fixed = every(steps)
        question = prompt.question.id
        results = {
            choice: [outcome(base, table, point) for point in points(table, {**fixed, question: choice})]
            for choice in table.inputs[question]
        }
        assert choices(prompt) == [choice for choice, found in results.items() if any(found)]
        told = [results[choice] for choice in choices(prompt)]
        assert any(found != told[0] for found in told), f"{question} changes nothing"
        options: list[Answer] = [*choices(prompt), UNSURE]
        steps, _ = reply(base, steps, prompt, options[next(numbers, 0) % len(options)])
    check_said(base, table, steps)


@given(table=tables(), replies=replies)
def test_random_rules_end_the_same_after_any_change_of_mind(table: Table, replies: list[int]) -> None:
    base = with_table(table)
    steps, _ = walk(base, iter(replies))
    if steps[0].choice == "fruit":
        check_said(base, table, steps)
