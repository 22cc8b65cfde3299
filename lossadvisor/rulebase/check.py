"""The proof of the rule base: every fault of its files, each with its place. No finding means that none is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from time import perf_counter

from lossadvisor.errors import UserError
from lossadvisor.rulebase import names, proof, schema, sources, templates, usage
from lossadvisor.rulebase.finding import Finding
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.sources import FOLDERS, Sources

__all__ = ["Finding", "Report", "check", "examine"]

Check = Callable[[RuleBase, Sources], Iterator[Finding]]

# What can be judged while other files are broken.
NAMES: list[Check] = [
    usage.duplicates,
    names.in_questions,
    names.in_tables,
    names.in_cards,
    names.in_axes,
    templates.options,
]
# What only the whole can say.
USAGE: list[Check] = [templates.files, usage.unused, usage.formats, usage.questions]
# What every table depends on.
SHARED = {"questions.yaml"}
UNCLEAR = {"unknown-question", "unknown-choice", "unknown-contract", "unknown-format", "alias-clash", "missing-key"}


@dataclass(frozen=True)
class Report:
    """The findings; how many files were read, and which are sound; the seconds of each stage.

    The stages: files, schema, names, proof, examples (the last three only where the questions are sound).
    """

    findings: tuple[Finding, ...]
    files: int
    sound: Sources
    seconds: Mapping[str, float]


def check(base: RuleBase) -> list[Finding]:
    """Every fault of the rule files of `base`, in the order of the files, those of a user's folder first."""
    return list(examine(base).findings)


def examine(base: RuleBase) -> Report:
    """Every fault of the rule files of `base`, and how long it took to find them.

    A file that is malformed is judged no further, nor is what depends on it.
    """
    clock = Clock()
    files, unreadable = sources.read(base.folders)
    clock.lap("files")
    malformed = [(source.name, finding) for source, finding in schema.validate(files)]
    clock.lap("schema")
    found = [*unreadable, *malformed]
    broken = {name for name, finding in found if finding.code not in schema.ABSENT.values()}
    sound = Sources(tuple(source for source in files if source.name not in broken), domains(base, broken))
    findings = {finding for _, finding in found}
    if not broken & SHARED:
        findings.update(meaning(base, sound, clock, broken=broken))
    own = str(base.folders[-1])
    ordered = sorted(findings, key=lambda finding: (not finding.place.file.startswith(own), *vars(finding).values()))
    return Report(tuple(ordered), len(files), sound, clock.seconds)


def domains(base: RuleBase, broken: set[str]) -> tuple[str, ...]:
    """The domains none of whose files is broken."""
    return tuple(
        domain for domain in base.domains if broken.isdisjoint(f"{folder}/{domain}.yaml" for folder in FOLDERS)
    )


def meaning(base: RuleBase, sound: Sources, clock: Clock, *, broken: set[str]) -> Iterator[Finding]:
    """What well-formed files say wrongly."""
    wrong = [*run(NAMES, base, sound, whole=not broken)]
    if not broken:
        own = tuple(str(folder) for folder in (base.folders[-1], base.template_folders[0]))
        used = run(USAGE, base, sound, whole=True)
        # What a user's folder leaves without use is not its fault.
        wrong += [finding for finding in used if "unused" not in finding.code or finding.place.file.startswith(own)]
    yield from wrong
    clock.lap("names")
    # A cell that names nothing would make gaps and overlaps of its own, a wrong alias examples that lead elsewhere.
    unclear = {sound.name(finding.place.file) for finding in wrong if finding.code in UNCLEAR}
    clear = replace(sound, domains=domains(base, broken | unclear))
    yield from run([proof.tables], base, clear, whole=not broken)
    clock.lap("proof")
    if not unclear & SHARED:
        yield from run([proof.examples], base, clear, whole=not broken)
    clock.lap("examples")


def run(checks: list[Check], base: RuleBase, sound: Sources, *, whole: bool) -> Iterator[Finding]:
    """What the checks find; if not the `whole` base is sound, a check that needs more than there is finds nothing."""
    for part in checks:
        try:
            yield from part(base, sound)
        except UserError:
            if whole:
                raise


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        """Count the time since the last lap towards `stage`."""
        now = perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now
