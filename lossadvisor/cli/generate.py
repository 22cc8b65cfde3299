"""`lossadvisor generate`: a program that uses the loss right."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lossadvisor.cli.common import gather, one_shot, open_base, save, told
from lossadvisor.cli.common import write as write_file
from lossadvisor.codegen.program import Program, Spec, render
from lossadvisor.codegen.values import example_counts, example_names, imbalance, parse_values
from lossadvisor.errors import FOUND, UserError, unknown
from lossadvisor.proof.cell import DEVICES, Settings
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Recommendation, offered

if TYPE_CHECKING:
    from lossadvisor.labels.profile import Source


def generate(
    given: Mapping[str, str],
    *,
    source: Source | None = None,
    output: Path | None,
    parts: Mapping[str, str],
    values: Mapping[str, str],
    check: bool,
    rules: Path | None,
    answers: Path | None,
    save_answers: Path | None,
    force: bool,
) -> int:
    """Write the program to `output` or to standard output, and prove it; the verdict goes to standard error.

    Args:
        parts: loss, model, library and device; "" (or auto) takes the recommended one.
        source: labels, which answer what they can and give the numbers.
        values: the text of --num-classes and the like.
    """
    base = open_base(rules)
    parsed = parse_values(values)
    known = gather(base, given, answers)
    labels: list[str] = []
    if source is not None:
        from lossadvisor.cli.labels import merged, seen_by
        from lossadvisor.labels.look import recommended

        seen = seen_by(base, source, known, parsed.get("class_names", ()))
        answer, named, labels = recommended(seen), seen.given, seen.flags
        parsed = merged(seen.values, parsed)
    else:
        if "class_counts" in parsed and "imbalance" not in known:
            known = with_imbalance(base, known, imbalance(parsed["class_counts"]))
        answer = decide(base, known)
        named = told(answer)
    spec = make_spec(answer, parts, parsed)
    extra = [part for name, text in (*parts.items(), *values.items()) for part in flag(name, text)]
    where = ["-o", str(output)] if output else []
    program = render(base, spec, command=one_shot(named, verb="generate", extra=[*labels, *extra, *where]))
    for name in (name for name in program.unused if name in values):
        print(f"--{name.replace('_', '-')} has no place in this program", file=sys.stderr)
    save(answer.answers, save_answers, force=force)
    write(program, output, force=force)
    return proven(base, program, output, parts["device"]) if check else 0


def flag(name: str, text: str) -> list[str]:
    return [f"--{name.replace('_', '-')}", text] if text and (name, text) != ("device", "auto") else []


def with_imbalance(base: RuleBase, known: Mapping[str, str], choice: str) -> dict[str, str]:
    """The answers with the imbalance that the class counts show, where the question applies and is open."""
    task = base.questions["task"].choices.get(known.get("task", ""))
    table = base.table(task.domain) if task and task.domain in base.domains else None
    if table is None or "imbalance" not in table.inputs:
        return dict(known)
    try:
        answers = decide(base, {**known, "imbalance": choice}).answers
    except UserError:
        return dict(known)
    if answers.get("imbalance") != choice:
        return dict(known)
    print(f"the class counts answer --imbalance {choice}", file=sys.stderr)
    return {**known, "imbalance": choice}


def make_spec(answer: Recommendation, parts: Mapping[str, str], values: Mapping[str, Any]) -> Spec:
    """What to render: the recommendation, or the alternative that was asked for.

    Raises:
        UserError: the loss is not on offer for these answers, or an unknown device.
    """
    loss, contract = choose(answer, parts["loss"])
    device = parts["device"]
    if device not in DEVICES:
        raise unknown("device", device, DEVICES, place="--device")
    filled = dict(values)
    if "num_classes" in filled:
        filled.setdefault("class_counts", example_counts(filled["num_classes"]))
        filled.setdefault("class_names", example_names(filled["num_classes"]))
    if device != "auto":
        filled["device"] = device
    return Spec(
        loss,
        contract,
        parts["model"],
        answer.answers.get("target", ""),
        parts["library"],
        tuple(modifier.option for modifier in answer.modifiers),
        filled,
        answer.answers,
    )


def choose(answer: Recommendation, loss: str) -> tuple[str, str]:
    """The loss and its contract: the recommended ones, or those of an alternative."""
    known = offered(answer.rule)
    if not loss:
        return answer.loss.id, answer.contract.id
    if loss not in known:
        raise UserError(
            f"{loss!r} is not on offer for these answers",
            place="--loss",
            hint=f"on offer: {', '.join(known)}. `{one_shot(answer.answers)}` says why.",
        )
    return loss, known[loss]


def write(program: Program, output: Path | None, *, force: bool) -> None:
    """Print a program, or write it to a file that doesn't exist yet."""
    if output is None:
        print(program.source, end="")
        return
    write_file(output, program.source, force=force)


def proven(base: RuleBase, program: Program, output: Path | None, device: str) -> int:
    """Prove what was written, with the verdict on standard error; returns the exit code."""
    from dataclasses import replace

    from lossadvisor.proof.run import prove
    from lossadvisor.report.terminal import console
    from lossadvisor.report.verdicts import progress, show_verdict

    path = str(output) if output else ""
    with progress(1) as tick:
        verdicts = prove(base, [replace(program, path=path)], Settings([device], level="smoke"), on_done=tick)
    for verdict in verdicts:
        show_verdict(verdict, out=console(stderr=True))
    if all(verdict.passed for verdict in verdicts):
        return 0
    print(f"`lossadvisor prove {shlex.quote(path or 'FILE')}` proves it again after an edit.", file=sys.stderr)
    return FOUND
