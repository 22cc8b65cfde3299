"""Questions as text."""

from __future__ import annotations

import pytest

from lossadvisor.questionnaire.interview import Effect, Move, Prompt, Step, Steps, begin, next_prompt, prompt_again
from lossadvisor.questionnaire.menu import (
    Menu,
    about,
    answered,
    fill,
    in_brief,
    in_full,
    known_keys,
    label,
    menu_of,
    shorten,
)
from lossadvisor.rulebase.load import RuleBase


def menu(base: RuleBase, *steps: Step, width: int = 80) -> Menu:
    prompt = next_prompt(base, steps)
    assert prompt is not None
    return menu_of(base, prompt, steps, notice="", width=width)


FRUIT = Step("task", "fruit")
GREEN = (FRUIT, Step("ripeness", "green"))


def test_tasks_stand_under_their_domains(base: RuleBase) -> None:
    tasks = menu(base)
    assert list(tasks.items.values()) == ["A fruit", "A berry", "A ghost", "A herring", "A stone"]
    assert tasks.headings == {"fruit": "Garden", "herring": "Sea", "stone": "Quarry (no rules yet)"}


def test_the_task_cannot_be_left_to_chance(base: RuleBase) -> None:
    assert Move.UNSURE not in menu(base).items


def test_not_sure_says_what_it_takes(base: RuleBase) -> None:
    ripeness = menu(base, FRUIT)
    assert list(ripeness.items.items()) == [
        ("ripe", "Ripe"),
        ("green", "Green"),
        (Move.UNSURE, "Not sure (takes: Ripe)"),
    ]
    assert not ripeness.headings


def test_help_for_not_sure_is_that_of_its_choice(base: RuleBase) -> None:
    ripeness = menu(base, FRUIT)
    assert ripeness.help(Move.UNSURE) == ripeness.help("ripe") == "Soft."
    assert ripeness.leads(Move.UNSURE) == ripeness.leads("ripe") == Effect(("eat", "cook"))


@pytest.mark.parametrize(
    ("steps", "choice", "full", "brief"),
    [
        ((), "fruit", "wait, eat, cook", "3 losses"),
        ((), "stone", "", ""),
        ((FRUIT,), "green", "wait", "wait"),
        (GREEN, "crate", "wait; used as they are", "wait; used as they are"),
        (GREEN, "jar", "wait; the program converts them", "wait; the program converts them"),
    ],
)
def test_a_choice_tells_where_it_leads(base: RuleBase, *, steps: Steps, choice: str, full: str, brief: str) -> None:
    found = menu(base, *steps).leads(choice)
    assert (in_full(found), in_brief(found)) == (full, brief)


def test_of_many_losses_some_are_named() -> None:
    assert in_full(Effect(("a", "b", "c", "d", "e"))) == "a, b, c and 2 more"


@pytest.mark.parametrize(
    ("step", "start"), [(Step("ripeness", "green"), "green"), (Step("ripeness", "ripe", sure=False), Move.UNSURE)]
)
def test_going_back_points_at_the_earlier_answer(base: RuleBase, step: Step, start: object) -> None:
    prompt = prompt_again(base, (FRUIT, step), step)
    assert menu_of(base, prompt, (FRUIT,), notice="", width=80).start == start


def test_the_first_time_nothing_is_pointed_at(base: RuleBase) -> None:
    assert menu(base).start is None


def test_a_task_without_rules_is_pointed_at_again(base: RuleBase) -> None:
    question = base.questions["task"]
    prompt = Prompt(question, tuple(question.choices.values()), start="stone")
    assert menu_of(base, prompt, (), notice="", width=80).start == "stone"


def test_an_answered_question_stays_as_one_line(base: RuleBase) -> None:
    assert answered(base, FRUIT, 80) == ("What grows there?", "A fruit")
    assert answered(base, Step("size", "small", sure=False), 80) == ("How big is it?", "Not sure: Small")


@pytest.mark.parametrize("width", range(20, 90))
def test_an_answered_question_fits_its_line(base: RuleBase, width: int) -> None:
    ask, said = answered(base, Step("size", "big"), width)
    assert len(f"? {ask} {said}") <= width
    assert ask == ("How big is it?" if width >= 78 else "size")


@pytest.mark.parametrize("width", range(20, 90))
def test_every_line_fits_the_terminal(base: RuleBase, width: int) -> None:
    steps = begin(base, {"task": "fruit", "ripeness": "ripe"})
    size = menu(base, *steps, width=width)
    for answer in size.items:
        for explained in (False, True):
            lines = [
                label(size, answer, width, explained=explained),
                *about(size, answer, width, explained=explained).splitlines(),
                *known_keys(size, width).splitlines(),
            ]
            assert max(map(len, lines)) <= width


def test_a_label_that_was_cut_is_told_in_full(base: RuleBase) -> None:
    size = menu(base, *begin(base, {"task": "fruit", "ripeness": "ripe"}))
    assert label(size, "big", 30) == "Big, bigger than the hand t..."
    assert about(size, "big", 30, explained=False).splitlines() == [
        "Big, bigger than the hand that",
        "holds it and the arm behind",
        "it: Fits a cart.",
    ]
    assert about(size, "big", 80, explained=False) == "Fits a cart.\n"


def test_an_explanation_says_why_and_where_a_choice_leads(base: RuleBase) -> None:
    ripeness = menu(base, FRUIT)
    assert about(ripeness, "green", 80, explained=True).splitlines() == [
        "Green ones need time.",
        "Green: Hard.",
        "Leads to: wait.",
    ]
    assert label(ripeness, "green", 80, explained=True) == "Green -> wait"
    assert label(ripeness, "green", 80) == "Green"


def test_a_choice_without_help_leaves_no_empty_line(base: RuleBase) -> None:
    depth = menu(base, Step("task", "herring"))
    assert about(depth, "deep", 80, explained=False) == ""


def test_a_bare_menu_has_no_help(base: RuleBase) -> None:
    bare = Menu("Go?", {"yes": "Yes", "no": "No"})
    assert about(bare, "yes", 80, explained=True) == "Yes\n"
    assert known_keys(bare, 80) == "Enter: choose  Ctrl-C: quit"
    assert known_keys(menu(base, FRUIT), 80) == "Enter: choose  ?: explain  Shift-Tab: back  Ctrl-C: quit"


def test_keys_are_not_torn_apart_in_a_narrow_terminal(base: RuleBase) -> None:
    assert known_keys(menu(base, FRUIT), 30).splitlines() == [
        "Enter: choose  ?: explain",
        "Shift-Tab: back  Ctrl-C: quit",
    ]


def test_cut_text_says_so() -> None:
    assert shorten("abcdefgh", 8) == "abcdefgh"
    assert shorten("abcd efgh", 8) == "abcd..."
    assert shorten("abcd", 1) == "..."


def test_text_leaves_room_for_what_stands_before_it() -> None:
    assert fill("aa bb", 20, indent=2) == "aa bb"
    assert fill("a" * 10 + " " + "b" * 10, 20, indent=2) == "a" * 10 + "\n  " + "b" * 10
