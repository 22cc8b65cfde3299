"""The rule files as records. Reads what is asked for and no more: one table, one file of cards at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from lossadvisor import resources
from lossadvisor.errors import UserError, unknown
from lossadvisor.rulebase import build, yamlfile
from lossadvisor.rulebase.build import strings
from lossadvisor.rulebase.records import Axis, Contract, Loss, Modifier, Pitfall, Question, Rule
from lossadvisor.rulebase.table import Table

__all__ = ["RuleBase", "strings"]

Record = TypeVar("Record")
ONE = {"losses": "loss", "contracts": "contract", "pitfalls": "pitfall"}
"""What one section of a folder's files is called."""


class RuleBase:
    """The shipped rules, with a user's folder laid over them.

    A file of the user's folder adds its sections (questions, contracts, losses, pitfalls) and rules to the shipped
    ones, and replaces those of the same id; a table may also `remove` shipped rules by their ids.

    Args:
        overlay: the user's folder, laid out like the shipped one.
        shipped: holds `rules` and `templates`, if not those that come with the package.

    Raises:
        UserError: the overlay is no folder.
    """

    def __init__(self, overlay: Path | None = None, *, shipped: Path | None = None) -> None:
        if overlay is not None and not overlay.is_dir():
            raise UserError("there is no such folder of rules", place=str(overlay))
        rules, templates = (shipped / name if shipped else resources.folder(name) for name in ("rules", "templates"))
        self.folders = [rules, *([overlay] if overlay else [])]
        self.template_folders = [*([overlay / "templates"] if overlay else []), templates]
        self._listings: dict[str, list[list[Path]]] = {}
        self._read: dict[Path, Mapping[str, Any]] = {}
        self._records: dict[tuple[str, str], Any] = {}
        self._tables: dict[str, Table] = {}

    def files(self, name: str) -> list[Path]:
        """The files called `name` (a path inside the rules), the shipped one first."""
        return [path for folder in self.folders if (path := folder / name).is_file()]

    def names(self, folder: str) -> list[str]:
        """The files in `folder` of the rules, without their ending: `names("tables")` are the domains."""
        return sorted({path.stem for paths in self._listing(folder) for path in paths})

    def _listing(self, folder: str) -> list[list[Path]]:
        """The YAML files in `folder`, for each of the folders of rules."""
        if folder not in self._listings:
            tops = [top / folder for top in self.folders]
            self._listings[folder] = [sorted(top.glob("*.yaml")) for top in tops]
        return self._listings[folder]

    def _values(self, path: Path) -> Mapping[str, Any]:
        """Section id to value, for a file of cards."""
        if path not in self._read:
            self._read[path] = read_values(path)
        return self._read[path]

    def _record(self, path: Path, key: str, make: Callable[[str, Any], Record]) -> Record:
        value = self._values(path)[key]
        with build.shaped(f"{path}: {key}"):
            return make(key, value)

    def _paths(self, folder: str, domain: str = "") -> list[Path]:
        """The files of cards, those that count most first: the user's, then those of `domain`."""
        listings = reversed(self._listing(folder))
        return [
            path
            for paths in listings
            for path in sorted(paths, key=lambda path: (path.stem == domain, path), reverse=True)
        ]

    def _keys(self, folder: str) -> dict[str, str]:
        """Section id to the name of its file, for all files in `folder`."""
        return {key: f"{folder}/{path.name}" for path in reversed(self._paths(folder)) for key in self._values(path)}

    def _where(self, folder: str, key: str, domain: str) -> Path | None:
        return next((path for path in self._paths(folder, domain) if key in self._values(path)), None)

    def _find(self, folder: str, key: str, make: Callable[[str, Any], Record], domain: str = "") -> Record:
        if (folder, key) not in self._records:
            path = self._where(folder, key, domain)
            if path is None:
                listing = "lossadvisor list losses" if folder == "losses" else ""
                raise unknown(ONE[folder], key, self._keys(folder), listing=listing)
            self._records[folder, key] = self._record(path, key, make)
        found: Record = self._records[folder, key]
        return found

    @cached_property
    def questions(self) -> dict[str, Question]:
        """All questions, in the order in which they are asked."""
        where = {key: path for path in self.files("questions.yaml") for key in self._values(path)}
        return {key: self._record(path, key, build.question) for key, path in where.items()}

    @cached_property
    def axes(self) -> dict[str, Axis]:
        """All axes that curves are drawn over, in the order in which they are shown."""
        where = {key: path for path in self.files("axes.yaml") for key in self._values(path)}
        return {key: self._record(path, key, build.axis) for key, path in where.items()}

    @cached_property
    def domains(self) -> list[str]:
        """The domains that have a table."""
        return self.names("tables")

    def table(self, domain: str) -> Table:
        """The decision table of `domain`."""
        if domain not in self._tables:
            self._tables[domain] = self._table(domain)
        return self._tables[domain]

    def _table(self, domain: str) -> Table:
        inputs: dict[str, tuple[str, ...]] = {}
        rules: dict[str, Rule] = {}
        modifiers: dict[str, Modifier] = {}
        for path in self.files(f"tables/{domain}.yaml"):
            raw = self._values(path)
            with build.shaped(path):
                inputs |= {key: strings(choices) for key, choices in raw.get("inputs", {}).items()}
                for removed in raw.get("remove", ()):
                    rules.pop(removed, None)
                    modifiers.pop(removed, None)
                rules |= {row["id"]: build.rule(domain, row) for row in raw.get("rules", ())}
                modifiers |= {row["id"]: build.modifier(row) for row in raw.get("modifiers", ())}
        tested = {key: row.when.keys() for key, row in rules.items()}
        return Table(inputs, [self._with_target(row) for row in rules.values()], [*modifiers.values()], tested=tested)

    def _with_target(self, row: Rule) -> Rule:
        """A rule that does not test `target` takes each format that its contract can convert."""
        if row.impossible or "target" in row.when or not self._where("contracts", row.contract, row.domain):
            return row
        stored = self.contract(row.contract, domain=row.domain).stored
        return row._replace(when={**row.when, "target": tuple(stored)})

    @cached_property
    def contracts(self) -> dict[str, str]:
        """The id of every contract, and its file."""
        return self._keys("contracts")

    def contract(self, key: str, *, domain: str = "") -> Contract:
        """The contract `key`; `domain` says which file to look into first.

        Raises:
            UserError: there is no such contract.
        """
        return self._find("contracts", key, build.contract, domain)

    @cached_property
    def losses(self) -> dict[str, str]:
        """The id of every loss card, and its file."""
        return self._keys("losses")

    def loss(self, key: str, *, domain: str = "") -> Loss:
        """The card of a loss; `domain` says which file to look into first.

        Raises:
            UserError: there is no such loss.
        """
        return self._find("losses", key, build.loss, domain)

    @cached_property
    def pitfalls(self) -> dict[str, str]:
        """The id of every pitfall, and its file."""
        return self._keys("pitfalls")

    def pitfall(self, key: str, *, domain: str = "") -> Pitfall:
        """The pitfall `key`; `domain` says which file to look into first.

        Raises:
            UserError: there is no such pitfall.
        """
        return self._find("pitfalls", key, build.pitfall, domain)


def read_values(path: Path) -> dict[str, Any]:
    """The value of a rule file, a mapping.

    To import PyYAML and parse a table takes longer than all else that a one-shot command does. So a wheel holds each
    file as JSON too, written when the wheel is built.

    Raises:
        UserError: the file can't be read, isn't YAML, has a key twice, or holds no mapping.
    """
    if (compiled := resources.compiled(path)) is not None:
        value: dict[str, Any] = json.loads(yamlfile.read(compiled))
        return value
    from lossadvisor.rulebase.marks import load

    value = load(yamlfile.read(path), path) or {}
    if not isinstance(value, dict):
        raise UserError("a rule file holds a mapping at its top", place=f"{path}:1:1")
    return value
