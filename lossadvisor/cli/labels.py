"""The labels of a command line: which they are, and a line that says what they answer."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lossadvisor.errors import UserError
from lossadvisor.rulebase.load import RuleBase

if TYPE_CHECKING:
    from lossadvisor.labels.look import Look
    from lossadvisor.labels.profile import Source


def source_of(path: str, columns: Sequence[str], kind: str, connect: str, table: str) -> Source | None:
    """The labels that flags name, None where they name none.

    Raises:
        UserError: flags that need labels stand alone.
    """
    if path or connect:
        from lossadvisor.labels.profile import Source

        if connect and not table:
            raise UserError("which table of the database?", place="--connect", hint="--table NAME")
        return Source(path, tuple(columns), kind, connect, table)
    for flag, value in (("--column", columns), ("--kind", kind), ("--table", table)):
        if value:
            raise UserError(f"{flag} says which labels, but none are named", place=flag, hint="--labels FILE")
    return None


def seen_by(base: RuleBase, source: Source, given: Mapping[str, str], names: Sequence[str] = ()) -> Look:
    """Look at labels whose task must be told, and say on standard error what they answer.

    Args:
        names: the classes in the order that the user wants.

    Raises:
        UserError: they can't be read, are no target, or can't tell the task.
    """
    from lossadvisor.labels.answers import unsure
    from lossadvisor.labels.look import caveats, decided, look, ways_out
    from lossadvisor.labels.records import KINDS

    seen = look(base, source, given).in_order(names)
    decided(seen)
    found = seen.profile
    print(f"{found.source}: {KINDS[found.kind]}, {found.confidence:.0%} sure", file=sys.stderr)
    for answer in seen.answers:
        print(f"  --{answer.question} {answer.choice}: {answer.evidence}", file=sys.stderr)
    if unsure(found):
        print(f"  not told by the labels: {found.question} {ways_out(found)}", file=sys.stderr)
    for finding in (*found.findings, *caveats(found)):
        print(f"  note: {finding}", file=sys.stderr)
    return seen


def merged(labels: Mapping[str, Any], flags: Mapping[str, Any]) -> dict[str, Any]:
    """The constants of the labels under those of the flags.

    Raises:
        UserError: the flags are about another number of classes.
    """
    from lossadvisor.codegen.markers import Noted
    from lossadvisor.codegen.values import check_lengths

    values = {**labels, **flags}
    plain = {name: value.value if isinstance(value, Noted) else value for name, value in values.items()}
    listed = [name for name in ("class_counts", "class_weights", "class_names") if name in plain]
    number = {"num_classes": plain["num_classes"]} if "num_classes" in plain else {}
    check_lengths({**{name: len(plain[name]) for name in listed}, **number})
    return values
