"""The rule files as records. Reads what is asked for and no more: one table, one card at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from lossadvisor import resources
from lossadvisor.errors import UserError, unknown
from lossadvisor.rulebase import yamlfile
from lossadvisor.rulebase.records import (
    Alternative,
    Choice,
    Contract,
    Default,
    Loss,
    Modifier,
    Pitfall,
    Question,
    Rule,
    Tensor,
    Term,
)
from lossadvisor.rulebase.table import Table

Record = TypeVar("Record")
Raw = Mapping[str, Any]


class RuleBase:
    """The shipped rules, with a user's folder laid over them.

    A file of the user's folder adds its sections (questions, contracts, losses, pitfalls) and rules to the shipped
    ones, and replaces those of the same id; a table may also `remove` shipped rules by their ids.

    Args:
        overlay: the user's folder, laid out like the shipped one.

    Raises:
        UserError: the overlay is no folder.
    """

    def __init__(self, overlay: Path | None = None) -> None:
        if overlay is not None and not overlay.is_dir():
            raise UserError("there is no such folder of rules", place=str(overlay))
        self.folders = [resources.folder("rules"), *([overlay] if overlay else [])]
        self.template_folders = [*([overlay / "templates"] if overlay else []), resources.folder("templates")]
        self._cut: dict[str, dict[str, tuple[Path, Any]]] = {}
        self._tables: dict[str, Table] = {}

    def files(self, name: str) -> list[Path]:
        """The files called `name` (a path inside the rules), the shipped one first."""
        return [path for folder in self.folders if (path := folder / name).is_file()]

    def names(self, folder: str) -> list[str]:
        """The files in `folder` of the rules, without their ending: `names("tables")` are the domains."""
        return sorted({path.stem for top in self.folders for path in (top / folder).glob("*.yaml")})

    def _sections(self, name: str) -> dict[str, tuple[Path, Any]]:
        """Section id to (file, its text if it was cut out, else its value)."""
        if name not in self._cut:
            self._cut[name] = {}
            for path in self.files(name):
                text = yamlfile.read(path)
                found: Mapping[str, Any] | None = yamlfile.sections(text)
                if found is None:
                    found = mapping(yamlfile.parse(text, path), path)
                self._cut[name] |= {key: (path, value) for key, value in found.items()}
        return self._cut[name]

    def _section(self, name: str, key: str) -> Any:
        path, value = self._sections(name)[key]
        return yamlfile.parse(value, path)[key] if isinstance(value, str) else value

    def _record(self, name: str, key: str, make: Callable[[str, Any], Record]) -> Record:
        path = self._sections(name)[key][0]
        value = self._section(name, key)
        try:
            return make(key, value)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise malformed(error, f"{path}: {key}") from None

    @cached_property
    def questions(self) -> dict[str, Question]:
        """All questions, in the order in which they are asked."""
        name = "questions.yaml"
        return {key: self._record(name, key, question) for key in self._sections(name)}

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
        inputs: dict[str, Any] = {}
        rules: dict[str, Raw] = {}
        modifiers: dict[str, Raw] = {}
        for path in self.files(f"tables/{domain}.yaml"):
            raw = mapping(yamlfile.parse(yamlfile.read(path), path), path)
            try:
                inputs |= raw.get("inputs", {})
                for removed in raw.get("remove", ()):
                    rules.pop(removed, None)
                rules |= {row["id"]: row for row in raw.get("rules", ())}
                modifiers |= {row["id"]: row for row in raw.get("modifiers", ())}
                made = [rule(domain, row) for row in rules.values()], [modifier(row) for row in modifiers.values()]
            except (KeyError, TypeError, AttributeError) as error:
                raise malformed(error, path) from None
        return Table(
            {key: strings(choices) for key, choices in inputs.items()},
            [self._with_target(row) for row in made[0]],
            made[1],
        )

    def _with_target(self, row: Rule) -> Rule:
        """A rule that does not test `target` takes each format that its contract can convert."""
        from dataclasses import replace

        if row.impossible or "target" in row.when or row.contract not in self.contracts:
            return row
        return replace(row, when={**row.when, "target": tuple(self.contract(row.contract).stored)})

    def _keys(self, folder: str, domain: str = "") -> dict[str, str]:
        """Section id to file for all files in `folder`; those of `domain` alone if that is enough to be asked for."""
        names = [f"{folder}/{name}.yaml" for name in ([domain] if domain else self.names(folder))]
        return {key: name for name in names for key in self._sections(name)}

    def _find(self, folder: str, key: str, make: Callable[[str, Any], Record], domain: str = "") -> Record:
        name = self._keys(folder, domain).get(key) or self._keys(folder).get(key)
        if name is None:
            listing = "lossadvisor list losses" if folder == "losses" else ""
            raise unknown("loss" if folder == "losses" else "contract", key, self._keys(folder), listing=listing)
        return self._record(name, key, make)

    @cached_property
    def contracts(self) -> dict[str, str]:
        """The id of every contract, and its file."""
        return self._keys("contracts")

    def contract(self, key: str, *, domain: str = "") -> Contract:
        """The contract `key`; `domain` says which file to look into first.

        Raises:
            UserError: there is no such contract.
        """
        return self._find("contracts", key, contract, domain)

    @cached_property
    def losses(self) -> dict[str, str]:
        """The id of every loss card, and its file."""
        return self._keys("losses")

    def loss(self, key: str, *, domain: str = "") -> Loss:
        """The card of a loss; `domain` says which file to look into first.

        Raises:
            UserError: there is no such loss.
        """
        return self._find("losses", key, loss, domain)

    @property
    def pitfall_ids(self) -> list[str]:
        """The ids of all pitfalls."""
        return list(self._sections("pitfalls.yaml"))

    def pitfall(self, key: str) -> Pitfall:
        """The pitfall `key`."""
        if key not in self._sections("pitfalls.yaml"):
            raise unknown("pitfall", key, self.pitfall_ids)
        return self._record("pitfalls.yaml", key, pitfall)


def mapping(value: Any, path: Path) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UserError("a rule file holds a mapping at its top", place=f"{path}:1:1")
    return value


def malformed(error: Exception, place: object) -> UserError:
    what = f"the key {error} is missing" if isinstance(error, KeyError) else str(error)
    return UserError(f"malformed rule file: {what}", place=str(place), hint="`lossadvisor rules check` says where.")


def strings(value: Any) -> tuple[str, ...]:
    """A cell or list of the files as a tuple: a lone value counts as a list of one."""
    if value is None:
        return ()
    if isinstance(value, (list, tuple)):
        return tuple(str(item) for item in value)
    return (str(value),)


def question(key: str, raw: Raw) -> Question:
    choices = {name: choice(name, body) for name, body in raw["choices"].items()}
    return Question(key, raw["ask"], raw["why"], choices, raw.get("default", ""))


def choice(key: str, raw: Raw) -> Choice:
    return Choice(
        key,
        raw["say"],
        raw.get("help", ""),
        strings(raw.get("aliases")),
        raw.get("domain", ""),
        raw.get("defaults", {}),
    )


def tensor(raw: Raw) -> Tensor:
    return Tensor(strings(raw["shape"]), raw["dtype"], raw["kind"], raw["range"])


def contract(key: str, raw: Raw) -> Contract:
    return Contract(
        key,
        raw["program"],
        strings(raw["models"]),
        tensor(raw["prediction"]),
        tensor(raw["target"]),
        dict(raw["stored"]),
        {name: tensor(body) for name, body in raw.get("others", {}).items()},
        strings(raw.get("options")),
        strings(raw.get("pitfalls")),
    )


def loss(key: str, raw: Raw) -> Loss:
    return Loss(
        key,
        raw["name"],
        raw["call"],
        strings(raw["contracts"]),
        raw["formula"],
        raw["because"],
        strings(raw["references"]),
        {name: Default(body["value"], body["source"]) for name, body in raw.get("defaults", {}).items()},
        tuple(Term(body["name"], str(body["weight"]), body["source"]) for body in raw.get("terms", ())),
        dict(raw.get("libraries", {})),
        strings(raw.get("pitfalls")),
        strings(raw.get("notes")),
        raw.get("proof", {}),
    )


def pitfall(key: str, raw: Raw) -> Pitfall:
    return Pitfall(
        key,
        raw["name"],
        raw["cause"],
        raw["fix"],
        strings(raw.get("errors")),
        raw.get("silent", ""),
        strings(raw.get("references")),
    )


def cells(raw: Raw) -> dict[str, tuple[str, ...]]:
    return {key: strings(value) for key, value in raw.items()}


def rule(domain: str, raw: Raw) -> Rule:
    contract_ = raw.get("contract", "")
    return Rule(
        raw["id"],
        domain,
        cells(raw["when"]),
        raw.get("use", ""),
        contract_,
        raw.get("because", ""),
        tuple(
            Alternative(body["loss"], body.get("contract", contract_), body["if"], body.get("because", ""))
            for body in raw.get("instead", ())
        ),
        dict(raw.get("why-not", {})),
        strings(raw.get("pitfalls")),
        strings(raw.get("references")),
        tuple(raw.get("examples", ())),
        raw.get("impossible", ""),
    )


def modifier(raw: Raw) -> Modifier:
    return Modifier(
        raw["id"],
        cells(raw["when"]),
        raw["add"],
        raw["because"],
        strings(raw.get("pitfalls")),
        strings(raw.get("references")),
        tuple(raw.get("examples", ())),
    )
