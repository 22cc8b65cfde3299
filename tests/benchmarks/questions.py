"""How many questions the wizard asks for each task: at least, on average and at most, over all paths of answers."""

from __future__ import annotations

from statistics import fmean
from typing import NamedTuple

from lossadvisor.questionnaire import interview
from lossadvisor.questionnaire.interview import Step, Steps
from lossadvisor.rulebase.decide import table_of
from lossadvisor.rulebase.load import RuleBase
from tests.benchmarks.timing import table


class Asked(NamedTuple):
    """Questions that follow: the fewest, the mean (each choice as likely as the others), the most."""

    least: int
    mean: float
    most: int


def measure() -> dict[str, Asked]:
    """Questions asked after the task, for each task that rules decide about."""
    base = RuleBase()
    tasks = base.questions[interview.TASK].choices
    return {task: ahead(base, (Step(interview.TASK, task),), {}) for task in tasks if interview.covered(base, task)}


def ahead(base: RuleBase, steps: Steps, known: dict[tuple[int, str], Asked]) -> Asked:
    """What is still asked after `steps`; `known` remembers it by the rows that stand and the next question."""
    prompt = interview.next_prompt(base, steps)
    if prompt is None:
        return Asked(0, 0.0, 0)
    answers = interview.every(steps)
    key = (table_of(base, answers[interview.TASK]).matching(answers), prompt.question.id)
    if key not in known:
        paths = [ahead(base, interview.reply(base, steps, prompt, choice.id)[0], known) for choice in prompt.choices]
        known[key] = Asked(
            1 + min(path.least for path in paths),
            1 + fmean(path.mean for path in paths),
            1 + max(path.most for path in paths),
        )
    return known[key]


def report(figures: dict[str, Asked]) -> str:
    """The figures as a table, with the sum over all tasks."""
    rows = [(task, f"{asked.least}", f"{asked.mean:.1f}", f"{asked.most}") for task, asked in figures.items()]
    mean, most = fmean(asked.mean for asked in figures.values()), max(asked.most for asked in figures.values())
    told = table(("questions after the task", "at least", "mean", "at most"), rows)
    return f"{told}\nover {len(figures)} tasks: {mean:.1f} on average, {most} at most"


if __name__ == "__main__":
    print(report(measure()))
