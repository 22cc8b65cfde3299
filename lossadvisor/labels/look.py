"""A look at labels: their profile, the answers that follow, and what is known with those of the user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lossadvisor.errors import UserError, unknown
from lossadvisor.labels.answers import TASKS, Answer, derive, facts, fitting, unsure
from lossadvisor.labels.profile import Source, profile, without_password
from lossadvisor.labels.records import KINDS, NO_TARGET, LabelProfile
from lossadvisor.labels.values import LISTED, numbered, values_of
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Answers, Recommendation

NAMED = ("binary", "class-name", "ordinal", "delimited-labels")
"""Kinds whose classes may come in any order."""


class Look(NamedTuple):
    """What was seen: `answers` come from the labels, `given` from the user."""

    base: RuleBase
    source: Source
    profile: LabelProfile
    answers: tuple[Answer, ...]
    given: Answers

    @property
    def known(self) -> dict[str, str]:
        """All answers; the user's come first."""
        return {**{answer.question: answer.choice for answer in self.answers}, **self.given}

    @property
    def leaning(self) -> dict[str, str]:
        """What the likelier of two kinds would answer where they disagree: it may be assumed, not taken for told."""
        found = fitting(self.base, list(facts(self.profile, self.profile.kind)), self.given)
        return {answer.question: answer.choice for answer in found if answer.question not in self.known}

    @property
    def values(self) -> dict[str, Any]:
        """The constants of a program."""
        return values_of(self.profile, {**self.leaning, **self.known})

    def in_order(self, names: Sequence[str]) -> Look:
        """The same with the classes in the order of `names`, where the labels name just these."""
        classes = {each.value: each for each in self.profile.classes}
        if self.profile.kind not in NAMED or classes.keys() != set(names):
            return self
        return self._replace(profile=self.profile._replace(classes=tuple(classes[name] for name in names)))

    @property
    def flags(self) -> list[str]:
        """The flags that name the labels."""
        return source_flags(self.source)


def look(base: RuleBase, source: Source, given: Answers) -> Look:
    """Profile labels, and derive what they answer beside what was `given`.

    Raises:
        UserError: they can't be read, or there is no such kind.
    """
    check_kind(source.kind)
    profiled = profile(source)
    if unsure(profiled) and (kind := told_by_task(base, profiled, given.get("task", ""))):
        profiled = profile(source._replace(kind=kind))
    return interpret(base, source, profiled, given)


def told_by_task(base: RuleBase, profiled: LabelProfile, task: str) -> str:
    """Which of two kinds the labels are, where the task is one that only the other or only this one is made for."""
    choices = base.questions["task"].choices
    wanted = choices[task].domain if task in choices else ""
    kinds = (profiled.kind, profiled.rival)
    made = [kind for kind in kinds if kind in TASKS and choices[TASKS[kind]].domain == wanted]
    return made[0] if len(made) == 1 else ""


def interpret(base: RuleBase, source: Source, profiled: LabelProfile, given: Answers) -> Look:
    answers = () if profiled.kind in NO_TARGET else derive(base, profiled, given)
    return Look(base, source, profiled, answers, given)


def check_kind(kind: str) -> None:
    if kind and kind not in KINDS:
        raise unknown("kind", kind, KINDS, place="--kind")


def decided(seen: Look) -> dict[str, str]:
    """The answers that a recommendation is made from.

    Raises:
        UserError: the labels are no target, or can't tell the task.
    """
    kind, known = seen.profile.kind, seen.known
    if kind in NO_TARGET:
        seems = KINDS[kind].replace(" (no target)", "")
        raise UserError(
            f"nothing can be learned from {seems}: {'; '.join(seen.profile.evidence)}",
            place=seen.source.path or seen.source.table,
            hint="--column names another column; --kind says what the labels are, if that is wrong.",
        )
    if "task" not in known:
        raise UserError(
            undecided(seen.profile), place=seen.source.path or seen.source.table, hint=ways_out(seen.profile)
        )
    return known


def recommended(seen: Look, *, strict: bool = False) -> Recommendation:
    """The recommendation for labels; where they can't tell, the likelier kind is assumed.

    Raises:
        UserError: they are no target, can't tell the task, or something would be assumed under `strict`.
    """
    known = decided(seen)
    if strict:
        return decide(seen.base, known, strict=True)
    answer = decide(seen.base, {**seen.leaning, **known})
    leaning = [question for question in answer.answers if question in seen.leaning]
    assumed = {*answer.assumed, *leaning}
    return answer._replace(assumed=tuple(question for question in answer.answers if question in assumed))


def undecided(profiled: LabelProfile) -> str:
    """What the labels can't tell, in a sentence."""
    return (
        f"the labels can't tell: {profiled.question}" if unsure(profiled) else "the labels don't say what the task is"
    )


def ways_out(profiled: LabelProfile) -> str:
    """The flags that settle what the labels can't tell."""
    if not unsure(profiled):
        return "--task TASK; `lossadvisor list tasks` shows them all."
    return " or ".join(f"--kind {kind} ({KINDS[kind]})" for kind in (profiled.kind, profiled.rival))


def caveats(profiled: LabelProfile) -> Iterator[str]:
    """What the user should know about these labels and the program, a sentence each."""
    kind, classes = profiled.kind, profiled.classes
    if profiled.question and not unsure(profiled):
        yield f"{profiled.question} The answers take them for {KINDS[kind]}."
    if kind == "multi-real" and "each" not in profiled.numbers:
        yield "So many numbers are too many to write down: put COLUMNS, MEAN and STD in yourself."
    if kind == "ordinal" and any(isinstance(each.value, str) for each in classes):
        yield "Names come sorted: --class-names A,B,C gives their order, the lowest first."
    if kind == "binary" and len(classes) == 2 and classes[1].samples > classes[0].samples:
        no, yes = (each.value for each in classes)
        other = f" --class-names {yes},{no} makes {no!r} the yes." if isinstance(no, str) else ""
        yield f"{yes!r} stands for yes, and is the frequent one.{other}"
    if "category_ids" in profiled.numbers and not numbered(profiled):
        yield "The category ids are no numbers: number the labels in the order of the classes first."
    if len(classes) > LISTED:
        yield f"{len(classes):,} classes are too many to write down: put NUM_CLASSES and the counts in yourself."


def source_flags(source: Source) -> list[str]:
    """The flags that name the same labels."""
    flags: list[tuple[str, str]] = [
        ("--labels", source.path),
        *(("--column", column) for column in source.columns),
        ("--kind", source.kind),
        ("--connect", without_password(source.connect)),
        ("--table", source.table),
    ]
    return [part for flag, value in flags if value for part in (flag, value)]


def look_data(seen: Look, *, open_: list[Mapping[str, Any]]) -> dict[str, Any]:
    """What was seen, as data."""
    found = seen.profile
    return {
        "profile": {
            **found._asdict(),
            "storage": found.storage._asdict(),
            "classes": [each._asdict() for each in found.classes],
            "numbers": dict(found.numbers),
        },
        "answers": [answer._asdict() for answer in seen.answers],
        "open": open_,
    }
