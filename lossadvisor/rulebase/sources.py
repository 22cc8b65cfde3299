"""The rule files with the place of every value, and what is wrong with each file by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lossadvisor.errors import UserError
from lossadvisor.rulebase import yamlfile
from lossadvisor.rulebase.finding import Finding, did_you_mean
from lossadvisor.rulebase.marks import Marks
from lossadvisor.rulebase.yamlfile import Place

if TYPE_CHECKING:
    from yaml.nodes import ScalarNode

FOLDERS = ("tables", "contracts", "losses", "pitfalls")
SINGLE = ("questions", "axes")
UNSIGNED_EXPONENT = re.compile(r"[-+]?(\d[\d_]*)?\.?\d+[eE][-+]?\d+")
PLAIN_NUMBER = re.compile(r"[-+]?(0|[1-9]\d*)|[-+]?\d+\.\d*([eE][-+]\d+)?|[-+]?\.\d+([eE][-+]\d+)?|[-+]?\.inf|\.nan")


@dataclass(frozen=True)
class Source:
    """A rule file: its name inside the rules (`losses/regression.yaml`), its kind, its value and its marks."""

    name: str
    kind: str
    path: Path
    value: dict[str, Any]
    marks: Marks

    @property
    def domain(self) -> str:
        """The domain that a table, contracts, losses or pitfalls belong to."""
        return self.path.stem if self.kind in FOLDERS else ""

    @property
    def folder(self) -> str:
        """The folder of rules that the file lies in."""
        return str(self.path)[: -len(self.name)]


@dataclass(frozen=True)
class Sources:
    """The files that are sound, those of the user's folder last, and the domains all of whose files are."""

    files: tuple[Source, ...]
    domains: tuple[str, ...]

    def name(self, file: str) -> str:
        """The name inside the rules of a file at a path, "" if it is none of these."""
        return next((source.name for source in self.files if str(source.path) == file), "")

    def of(self, kind: str) -> list[Source]:
        """The files of a kind."""
        return [source for source in self.files if source.kind == kind]

    def keys(self, kind: str) -> list[str]:
        """The ids of all sections of a kind."""
        return [key for other, key in self._sections if other == kind]

    @cached_property
    def _sections(self) -> dict[tuple[str, str], Source]:
        return {(source.kind, key): source for source in self.files for key in source.value}

    @cached_property
    def _rows(self) -> dict[tuple[str, str], tuple[Source, str, int]]:
        return {
            (source.domain, row["id"]): (source, group, i)
            for source in self.of("tables")
            for group in ("rules", "modifiers")
            for i, row in enumerate(source.value.get(group, ()))
        }

    def section(self, kind: str, key: str) -> Source:
        """The file whose section `key` counts."""
        return self._sections[kind, key]

    def at(self, kind: str, key: str, *path: object) -> Place:
        """The place of a value inside a section."""
        return self.section(kind, key).marks.at(key, *path)

    def at_key(self, kind: str, key: str, *path: object) -> Place:
        """The place of a key inside a section, or of the section's own."""
        return self.section(kind, key).marks.at_key(key, *path)

    def row(self, domain: str, key: str, *path: object) -> Place:
        """The place of a value inside a rule or modifier."""
        source, group, i = self._rows[domain, key]
        return source.marks.at(group, i, *path)


def read(folders: Iterable[Path]) -> tuple[list[Source], list[tuple[str, Finding]]]:
    """All rule files, in the order in which they are laid over each other, and what is wrong with each (by its name).

    A file whose YAML is at fault is left out: it may not say what it seems to say.
    """
    files: list[Source] = []
    findings: list[tuple[str, Finding]] = []
    for folder in folders:
        for path in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")]):
            name = path.relative_to(folder).as_posix()
            if "/." in f"/{name}":
                continue
            try:
                source, found = examine(name, path)
            except UserError as error:
                source, found = None, [from_error(error, path)]
            findings += [(name, finding) for finding in found]
            files += [source] if source is not None and not found else []
    return files, findings


def examine(name: str, path: Path) -> tuple[Source | None, list[Finding]]:
    """One file, and what is wrong with its YAML.

    Raises:
        UserError: it can't be read, or isn't YAML.
    """
    if not (kind := kind_of(name)):
        known = [*(f"{single}.yaml" for single in SINGLE), *(f"{folder}/{path.stem}.yaml" for folder in FOLDERS)]
        return None, [
            Finding(Place(str(path), 1, 1), "unread-file", f"no rule file is called {name}{did_you_mean(name, known)}")
        ]
    marks = Marks(yamlfile.read(path), path)
    if found := list(lint(marks)):
        return None, found
    value = marks.value()
    if not isinstance(value, (dict, type(None))):
        return None, [Finding(marks.at(), "wrong-type", "a rule file holds a mapping at its top")]
    return Source(name, kind, path, value or {}, marks), []


def kind_of(name: str) -> str:
    folder, _, file = name.rpartition("/")
    if not file.endswith(".yaml"):
        return ""
    stem = file.removesuffix(".yaml")
    return folder if folder in FOLDERS else stem if not folder and stem in SINGLE else ""


def from_error(error: UserError, path: Path) -> Finding:
    """A file that can't be read, as a finding."""
    match = re.fullmatch(r"(.*):(\d+):(\d+)", error.place)
    place = Place(match[1], int(match[2]), int(match[3])) if match else Place(str(path), 1, 1)
    return Finding(place, "bad-yaml" if match else "unreadable-file", error.message)


def lint(marks: Marks) -> Iterator[Finding]:
    """Values that aren't what they look like, and keys that would silently be lost."""
    for path, key in marks.duplicates:
        first = marks.at_key(*path).line
        message = f"the key {key.value!r} stands in line {first} already; one of them would silently be lost"
        yield Finding(marks.of(key), "duplicate-key", message)
    for place in marks.aliases:
        yield Finding(place, "bad-yaml", "rule files use no YAML aliases: write the value out")
    for _, node in marks.scalars:
        if problem := trap(node):
            yield Finding(marks.of(node), "type-trap", problem)
    for key in marks.keys.values():
        if not key.tag.endswith(":str") and not trap(key):
            kind = key.tag.rpartition(":")[2]
            yield Finding(
                marks.of(key), "type-trap", f"YAML reads the key {key.value} as {kind}, not as text: quote it"
            )


def trap(node: ScalarNode) -> str:
    """What is wrong with a scalar that YAML reads as something other than what it looks like, or ""."""
    kind, text = node.tag.rpartition(":")[2], node.value
    if node.style in ("'", '"', "|", ">"):
        return ""
    if kind == "str" and UNSIGNED_EXPONENT.fullmatch(text):
        return f"YAML reads {text} as text, not as a number: write {signed(text)}, or quote it"
    if kind == "bool" and text not in ("true", "false"):
        truth = "true" if text.lower() in ("yes", "on", "true") else "false"
        return f"YAML reads {text} as {truth}: quote it, or write that"
    if kind in ("int", "float") and not PLAIN_NUMBER.fullmatch(text):
        return f"YAML reads {text} as another number than it looks like: quote it, or write it plainly"
    if kind == "timestamp":
        return f"YAML reads {text} as a date: quote it"
    return ""


def signed(text: str) -> str:
    """A number as YAML 1.1 wants it: with a point, and a sign in the exponent."""
    digits, exponent = re.split("[eE]", text)
    point = digits if "." in digits else f"{digits}.0"
    return f"{point}e{exponent if exponent[0] in '+-' else '+' + exponent}"
