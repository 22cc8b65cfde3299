"""`lossadvisor prove`: run programs, and check what they mean."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lossadvisor.cli import page
from lossadvisor.cli.common import gather, open_base, writable, write
from lossadvisor.cli.generate import choose
from lossadvisor.codegen.offers import offers
from lossadvisor.codegen.program import HEADER, Program, Spec, read_program, read_source, render
from lossadvisor.errors import FOUND, UserError, unknown
from lossadvisor.plot.figure import PAGE
from lossadvisor.proof.cell import DEVICES, LEVELS, PRECISIONS, Settings
from lossadvisor.proof.limits import Limits
from lossadvisor.proof.verdict import Verdict
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase


def prove(
    given: Mapping[str, str],
    *,
    files: Sequence[Path],
    every: bool,
    loss: str,
    settings: Settings,
    limits: Limits,
    as_json: bool,
    output: Path | None = None,
    junit: Path | None,
    rules: Path | None,
    answers: Path | None,
    force: bool,
) -> int:
    """Prove the files, or what the answers lead to, or (`every`) all that can be offered; exit code 1 on a failure.

    With `output` the verdicts go onto the page of the recommendation that the programs follow too.
    """
    if output is not None:
        writable(output, (PAGE,), force=force)
        if every:
            raise UserError("--all has no page: a page shows one recommendation", place="--output")
    base = open_base(rules)
    programs = collect(base, files, gather(base, given, answers), every=every, loss=loss)
    answer = page.answered(base, programs) if output is not None else None
    from lossadvisor.proof.run import prove as run
    from lossadvisor.report.verdicts import progress

    with progress(len(programs)) as tick:
        verdicts = run(base, programs, settings, limits=limits, on_done=tick)
    if junit is not None:
        from lossadvisor.files import write_new
        from lossadvisor.report.junit import junit as report

        write_new(junit, report(verdicts), force=force)
    if output is not None and answer is not None:
        from lossadvisor.cli.recommend import described
        from lossadvisor.report.page import recommendation_page

        drawn = page.curves_of(base, answer, page.GENERATED if files else "")
        content = recommendation_page(described(base, answer), page.judged(verdicts, answer), drawn)
        write(output, content, force=force)
    show(verdicts, as_json=as_json, brief=len(programs) > 8)
    failed = any(verdict.failed or not (verdict.passed or every) for verdict in verdicts)
    return FOUND if failed else 0


def asked(device: str, precision: str, level: str, *, compiled: bool, seed: int) -> Settings:
    """The settings that the flags say.

    Raises:
        UserError: a value is unknown.
    """
    devices, precisions = listed(device, DEVICES, "device"), listed(precision, PRECISIONS, "precision")
    if level not in LEVELS:
        raise unknown("level", level, LEVELS, place="--level")
    return Settings(devices, precisions, compiled, level, seed)


def listed(text: str, known: Sequence[str], what: str) -> list[str]:
    """The comma-separated values of a flag, each once.

    Raises:
        UserError: one is unknown.
    """
    values = [*dict.fromkeys(part.strip() for part in text.split(","))]
    for value in values:
        if value not in known:
            raise unknown(what, value, known, place=f"--{what}")
    return values


def collect(
    base: RuleBase, files: Sequence[Path], given: Mapping[str, str], *, every: bool, loss: str
) -> list[Program]:
    """The programs to prove.

    Raises:
        UserError: nothing was named, or more than one kind of thing.
    """
    if every and (files or given):
        raise UserError("--all proves everything; it goes with no file and no question")
    if every:
        return [render(base, spec) for spec in offers(base)]
    if files:
        return [read(base, path, given, loss) for path in files]
    if not given:
        raise UserError("nothing to prove", hint="`lossadvisor prove FILE`, `--task TASK` or `--all`")
    answer = decide(base, given)
    name, contract = choose(answer, loss)
    options = tuple(modifier.option for modifier in answer.modifiers)
    target = answer.answers["target"]
    models = base.contract(contract).models
    return [render(base, Spec(name, contract, model, target, "", options, {}, answer.answers)) for model in models]


def read(base: RuleBase, path: Path, given: Mapping[str, str], loss: str) -> Program:
    """A program file; where it doesn't say what it was made from, the answers do."""
    source = read_source(path)
    if not given or any(line.startswith(HEADER) for line in source.splitlines()):
        program = read_program(path)
    else:
        answer = decide(base, given)
        name, contract = choose(answer, loss)
        spec = Spec(name, contract, "", answer.answers["target"], answers=answer.answers)
        program = Program(source, spec, str(path))
    with suppress(UserError):
        return replace(program, reference=render(base, program.spec).source)
    return program


def show(verdicts: Sequence[Verdict], *, as_json: bool, brief: bool) -> None:
    """Print the verdicts: all checks of a few programs; of many only what failed, and the sum."""
    if as_json:
        from lossadvisor.report.data import dumps, verdicts_data

        print(dumps(verdicts_data(verdicts, {})))
        return
    from lossadvisor.report.verdicts import by_program, show_matrix, show_sum, show_verdict

    for found in by_program(verdicts):
        if len(found) > 1 and not brief:
            show_matrix(found)
        else:
            for verdict in found:
                if not brief or verdict.failed:
                    show_verdict(verdict)
    if brief:
        show_sum(verdicts)
    sys.stdout.flush()
