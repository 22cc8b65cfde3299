"""`lossadvisor recheck`: whether labels still lead to the recommendation that answers were saved for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lossadvisor.cli.common import one_shot, open_base
from lossadvisor.errors import FOUND, UserError
from lossadvisor.labels.answers import Answer
from lossadvisor.labels.look import look
from lossadvisor.labels.records import KINDS, LabelProfile
from lossadvisor.questionnaire.answersfile import read_answers
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Answers, Recommendation

if TYPE_CHECKING:
    from lossadvisor.labels.profile import Source


class Change(NamedTuple):
    """A saved answer, what the labels say now, and what was seen."""

    question: str
    saved: str
    now: str
    evidence: str


def recheck(answers: Path, *, source: Source | None, as_json: bool, rules: Path | None) -> int:
    """Print which saved answers the labels contradict now, and what they lead to.

    Returns:
        the exit code: 1 where the recommendation would be another one.

    Raises:
        UserError: the answers or the labels can't be read, or name no task.
    """
    if source is None:
        raise UserError("which labels?", hint=f"lossadvisor recheck {answers} --labels FILE")
    base = open_base(rules)
    before = decide(base, read_answers(answers, base=base))
    task = before.answers["task"]
    seen = look(base, source, {"task": task})
    changes = changed(seen.profile, seen.answers, before.answers)
    after = None if any(change.question == "task" for change in changes) else renewed(base, before, changes)
    drifted = after is None or essence(after) != essence(before)
    data = {
        "schema": 1,
        "drifted": drifted,
        "changes": [change._asdict() for change in changes],
        "saved": before.loss.id,
        "now": after.loss.id if after else "",
        "command": one_shot(after.answers if after else {}, extra=[] if after else seen.flags),
    }
    show(data, before, after, seen.profile, as_json=as_json)
    return FOUND if drifted else 0


def changed(profile: LabelProfile, found: tuple[Answer, ...], saved: Answers) -> list[Change]:
    """The saved answers that labels contradict; of the task alone, if they are none of its labels."""
    if not any(answer.question in ("target", "feedback", "supervision") for answer in found):
        told = "; ".join(profile.evidence)
        return [Change("task", saved["task"], KINDS[profile.kind], told)]
    now = {answer.question: answer for answer in found}
    return [
        Change(question, choice, now[question].choice, now[question].evidence)
        for question, choice in saved.items()
        if question in now and now[question].choice != choice
    ]


def renewed(base: RuleBase, before: Recommendation, changes: list[Change]) -> Recommendation:
    """The recommendation with what the labels say now; answers that then fit no more are left out."""
    now = {change.question: change.now for change in changes}
    kept = {**before.answers, **now}
    for question in [question for question in kept if question not in now and question != "task"]:
        try:
            return decide(base, kept)
        except UserError:
            del kept[question]
    return decide(base, kept)


def essence(answer: Recommendation) -> tuple[Any, ...]:
    """What makes two recommendations the same: the loss, what it takes, how targets are converted, the options."""
    options = sorted(modifier.option for modifier in answer.modifiers)
    return answer.loss.id, answer.contract.id, answer.contract.stored.get(answer.answers.get("target", "")), options


def show(
    data: Mapping[str, Any],
    before: Recommendation,
    after: Recommendation | None,
    profile: LabelProfile,
    *,
    as_json: bool,
) -> None:
    """Print what has changed, and what that means."""
    if as_json:
        from lossadvisor.report.data import dumps

        print(dumps(data))
        return
    for change in data["changes"]:
        print(f"{profile.source}: {change['question']} was {change['saved']}, is {change['now']}: {change['evidence']}")
    if after is None:
        print(f"These labels don't fit the task {before.answers['task']!r} any more.\n  {data['command']}")
    elif data["drifted"]:
        print(f"The recommendation was {before.loss.name}, and is {outcome(before, after)} now.\n  {data['command']}")
    else:
        print(f"The recommendation is the same: {before.loss.name}.")


def outcome(before: Recommendation, after: Recommendation) -> str:
    """The new recommendation in words; where the loss is the same, what else differs."""
    if after.loss.id != before.loss.id:
        return after.loss.name
    had, has = ({modifier.option for modifier in answer.modifiers} for answer in (before, after))
    differs = [f"with {option}" for option in sorted(has - had)] + [f"without {option}" for option in sorted(had - has)]
    return ", ".join([f"the same loss for {after.answers.get('target', '')} targets", *differs])
