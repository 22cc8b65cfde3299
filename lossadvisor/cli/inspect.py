"""`lossadvisor inspect`: what labels are, what they answer, what is left to ask, and where that leads."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lossadvisor.cli.common import gather, one_shot, open_base, save, watched
from lossadvisor.errors import FOUND, INTERRUPTED, UserError
from lossadvisor.labels.answers import open_questions, unsure
from lossadvisor.labels.look import Look, caveats, interpret, look, look_data, recommended, undecided, ways_out
from lossadvisor.labels.records import KINDS, NO_TARGET
from lossadvisor.rulebase.decide import table_of
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Answers

if TYPE_CHECKING:
    from lossadvisor.labels.profile import Source

TRAIN = ["-o", "train.py"]


def inspect(
    given: Mapping[str, str],
    *,
    source: Source | None,
    plot: Path | None,
    as_json: bool,
    rules: Path | None,
    answers: Path | None,
    save_answers: Path | None,
    force: bool,
) -> int:
    """Print the profile, the answers and the recommendation; asks what is left if a person sits at the terminal.

    Returns:
        the exit code: 1 where the labels are no target, 130 when the user left.
    """
    if source is None:
        raise UserError("which labels?", hint="lossadvisor inspect FILE, or --connect URL --table NAME")
    base = open_base(rules)
    seen = look(base, source, gather(base, given, answers))
    if plot is not None:
        from lossadvisor.labels.picture import save_distribution

        save_distribution(seen.profile, plot, force=force)
        print(f"wrote {plot}", file=sys.stderr)
    try:
        return tell(base, seen, as_json=as_json, save_answers=save_answers, force=force)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return INTERRUPTED


def tell(base: RuleBase, seen: Look, *, as_json: bool, save_answers: Path | None, force: bool) -> int:
    """Print what was seen, and go on from there; returns the exit code."""
    target = seen.profile.kind not in NO_TARGET
    if not as_json:
        from lossadvisor.report.profile import show_profile

        show_profile(seen.profile, seen.answers, caveats=caveats(seen.profile) if target else ())
        sys.stdout.flush()
        if target and watched():
            seen = asked(base, seen)
    data = described(base, seen) if target else {**look_data(seen, open_=[]), "recommendation": None, "command": ""}
    if data["recommendation"]:
        save(data["recommendation"]["answers"], save_answers, force=force)
    if as_json:
        from lossadvisor.report.data import dumps

        print(dumps({"schema": 1, **data}))
    else:
        from lossadvisor.report.profile import show_rest

        show_rest(data, question=(undecided(seen.profile), ways_out(seen.profile)) if target else None)
    return 0 if target else FOUND


def asked(base: RuleBase, seen: Look) -> Look:
    """The same with what the user answers: first what the labels are, if they can't tell, then what is open."""
    from lossadvisor.questionnaire import interview, terminal

    seen = settled(base, seen)
    steps = interview.conduct(base, interview.begin(base, seen.known), terminal.asker(base))
    known = {answer.question: answer.choice for answer in seen.answers}
    told = {question: choice for question, choice in interview.sure(steps).items() if known.get(question) != choice}
    return interpret(base, seen.source, seen.profile, {**seen.given, **told})


def settled(base: RuleBase, seen: Look) -> Look:
    """The same once the user has said which of two kinds the labels are, if they can't tell."""
    profile = seen.profile
    if not unsure(profile):
        return seen
    from lossadvisor.questionnaire import terminal
    from lossadvisor.questionnaire.menu import Menu

    kinds = (profile.kind, profile.rival)
    chosen = str(terminal.choose(Menu(profile.question, {kind: KINDS[kind].capitalize() for kind in kinds})))
    return look(base, seen.source._replace(kind=chosen), seen.given)


def described(base: RuleBase, seen: Look) -> dict[str, Any]:
    """What was seen, what is open, the recommendation if there can be one, and the commands that give it again."""
    from lossadvisor.report.data import recommendation_data

    known = seen.known
    told = {question: choice for question, choice in seen.given.items() if question in known}
    data = look_data(seen, open_=[question_data(base, question, known) for question in open_questions(base, known)])
    if "task" not in known:
        kinds = f"--kind {seen.profile.kind}" if unsure(seen.profile) else "--task TASK"
        command = f"{one_shot(told, extra=seen.flags)} {kinds}"
        return {**data, "recommendation": None, "command": command}
    command = one_shot(told, extra=seen.flags)
    generate = one_shot(told, verb="generate", extra=[*seen.flags, *TRAIN])
    recommendation = recommendation_data(base, recommended(seen), command=command, generate=generate)
    return {**data, "recommendation": recommendation, "command": command}


def question_data(base: RuleBase, question: str, known: Answers) -> dict[str, Any]:
    """A question that is open, with the choices that are left."""
    record, choices = base.questions[question], [*base.questions[question].choices]
    if question != "task":
        table = table_of(base, known["task"])
        choices = [*table.alive(question, table.matching(known))]
    return {"question": question, "ask": record.ask, "choices": choices}
