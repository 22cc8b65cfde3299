"""Which question comes next: only those that can still change the outcome, only the choices that keep a rule alive.

Nothing here prints or reads a key; `conduct` takes the function that asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum

from lossadvisor.rulebase.decide import check_answers, check_choice, conversion, fill, live, table_of
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Answers, Choice, Question

TASK = "task"


@dataclass(frozen=True)
class Step:
    """One answered question. Where `sure` is false, "not sure" was the answer and `choice` is what it stands for."""

    question: str
    choice: str
    sure: bool = True


Steps = tuple[Step, ...]
"""The answers so far, in the order of the questions."""


class Move(Enum):
    """A reply that picks no choice."""

    UNSURE = "not sure"
    BACK = "back"


@dataclass(frozen=True)
class Prompt:
    """A question as it is asked now.

    Args:
        choices: those that keep a rule alive; for the task, all of them.
        assumed: the choice that "not sure" stands for, "" where that is no answer (the task).
        missing: choices that no rule covers yet.
        earlier: the answer that was given before, if any.
        start: the choice to point at first, if not the earlier answer.
    """

    question: Question
    choices: tuple[Choice, ...]
    assumed: str = ""
    missing: tuple[str, ...] = ()
    earlier: Step | None = None
    start: str = ""


@dataclass(frozen=True)
class Effect:
    """Where a choice leads: the losses that stay possible, and the conversion of the targets ("" if open)."""

    losses: tuple[str, ...] = ()
    conversion: str = ""


Answer = str | Move
"""A choice, or a move."""

Ask = Callable[[Prompt, Steps, str], Answer]
"""Asks one question: takes the prompt, the steps before it and a notice; returns the answer."""


def begin(base: RuleBase, given: Answers) -> Steps:
    """The steps that answers from elsewhere (a file, flags) stand for.

    Raises:
        UserError: an unknown question or choice, or answers that contradict each other.
    """
    if TASK in given or not given.keys() <= base.questions.keys():
        answers = check_answers(base, given)
    else:
        answers = {question: check_choice(base, question, value).id for question, value in given.items()}
    return in_order(base, [Step(question, choice) for question, choice in answers.items()])


def in_order(base: RuleBase, steps: Iterable[Step]) -> Steps:
    """The steps in the order in which their task asks them."""
    steps = list(steps)
    chosen = every(steps)
    order = [TASK, *(table_of(base, chosen[TASK]).inputs if TASK in chosen else ()), *base.questions]
    return tuple(sorted(steps, key=lambda step: order.index(step.question)))


def every(steps: Iterable[Step]) -> dict[str, str]:
    return {step.question: step.choice for step in steps}


def sure(steps: Iterable[Step]) -> dict[str, str]:
    """What was answered for certain; to the rest `decide` gives the same defaults that "not sure" stood for."""
    return {step.question: step.choice for step in steps if step.sure}


def before(steps: Steps, prompt: Prompt) -> Steps:
    """The steps that come before a prompt; the later ones are answers that were kept when the user went back."""
    if prompt.earlier is not None:
        return steps[: steps.index(prompt.earlier)]
    return () if prompt.question.id == TASK else steps


def next_prompt(base: RuleBase, steps: Steps) -> Prompt | None:
    """The first question that is open and can still change the outcome; None when all is said."""
    chosen = every(steps)
    if TASK not in chosen:
        return ask_task(base)
    filled, open_, _ = fill(base, table_of(base, chosen[TASK]), chosen)
    return ask(base, chosen, open_[0], filled[open_[0]]) if open_ else None


def prompt_again(base: RuleBase, steps: Steps, step: Step) -> Prompt:
    """A question that was answered, as it was asked: with the choices that the answers before it leave alive."""
    if step.question == TASK:
        return replace(ask_task(base), earlier=step)
    chosen = every(steps[: steps.index(step)])
    filled, _, _ = fill(base, table_of(base, chosen[TASK]), chosen)
    return replace(ask(base, chosen, step.question, filled.get(step.question, step.choice)), earlier=step)


def ask_task(base: RuleBase) -> Prompt:
    # The tables stay unread: the first prompt must come at once.
    choices = tuple(base.questions[TASK].choices.values())
    missing = tuple(choice.id for choice in choices if choice.domain not in base.domains)
    return Prompt(base.questions[TASK], choices, missing=missing)


def ask(base: RuleBase, chosen: Answers, question: str, assumed: str) -> Prompt:
    table, record = table_of(base, chosen[TASK]), base.questions[question]
    alive = table.alive(question, table.matching(chosen))
    return Prompt(record, tuple(record.choices[choice] for choice in alive), assumed)


def covered(base: RuleBase, task: str) -> bool:
    """Whether rules decide about `task`."""
    domain = base.questions[TASK].choices[task].domain
    return domain in base.domains and task in base.table(domain).inputs.get(TASK, ())


def reply(base: RuleBase, steps: Steps, prompt: Prompt, answer: Answer) -> tuple[Steps, tuple[str, ...]]:
    """The steps once `prompt` is answered, and the ids of the later answers that fit no more and were dropped."""
    choice, is_sure = (prompt.assumed, False) if isinstance(answer, Move) else (answer, True)
    new = Step(prompt.question.id, choice, is_sure)
    if new == prompt.earlier:
        return steps, ()
    merged = in_order(base, [*(step for step in steps if step.question != new.question), new])
    if prompt.earlier is None and new.question != TASK:
        return merged, ()  # its choices were those that fit all the others
    kept = merged[: merged.index(new) + 1]
    for step in merged[len(kept) :]:
        if still_fits(base, kept, step):
            kept += (step,)
    return kept, tuple(step.question for step in merged if step not in kept)


def still_fits(base: RuleBase, earlier: Steps, step: Step) -> bool:
    """Whether `step` would be asked after `earlier`, with its choice alive.

    "Not sure" must stand for the same again, which takes that nothing before it is open.
    """
    chosen = every(earlier)
    table = table_of(base, chosen[TASK])
    if step.question not in table.inputs:
        return False
    if not step.sure:
        filled, open_, _ = fill(base, table, chosen)
        return open_[:1] == [step.question] and filled[step.question] == step.choice
    rows = table.matching(chosen)
    return step.choice in table.alive(step.question, rows) and live(base, table, step.question, rows)


def effect(base: RuleBase, earlier: Steps, question: str, choice: str) -> Effect:
    """Where `choice` leads after `earlier`; nowhere if no rule covers it yet."""
    chosen = {**every(earlier), question: choice}
    if not covered(base, chosen[TASK]):
        return Effect()
    table = table_of(base, chosen[TASK])
    rows = table.matching(chosen) & table.possible
    losses = tuple(dict.fromkeys(rule.loss for rule in table.rules_in(rows)))
    conversions = set(conversion(base, table, choice, rows)) if question == "target" else set()
    return Effect(losses, conversions.pop() if len(conversions) == 1 else "")


def conduct(base: RuleBase, steps: Steps, ask_one: Ask, *, again: bool = False) -> Steps:
    """Ask until nothing is open.

    Args:
        steps: what is answered already.
        ask_one: asks one question.
        again: start with the last answered question, as if the user had gone back from the end.
    """
    notice = ""
    prompt = prompt_again(base, steps, steps[-1]) if again and steps else next_prompt(base, steps)
    while prompt is not None:
        earlier = before(steps, prompt)
        answer = ask_one(prompt, earlier, notice)
        notice = ""
        if answer is Move.BACK:
            prompt = prompt_again(base, steps, earlier[-1]) if earlier else prompt
        elif answer in prompt.missing or (prompt.question.id == TASK and not covered(base, str(answer))):
            notice = f"There are no rules for {answer} yet. Choose another task."
            prompt = replace(prompt, start=str(answer))
        else:
            steps, dropped = reply(base, steps, prompt, answer)
            notice = f"Dropped, because it fits no more: {', '.join(dropped)}." if dropped else ""
            prompt = next_prompt(base, steps)
    return steps
