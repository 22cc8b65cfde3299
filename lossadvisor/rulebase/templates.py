"""Template files that the rule base names, and those that nothing names; options that no template has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lossadvisor.rulebase.finding import Finding, did_you_mean
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.names import rows
from lossadvisor.rulebase.records import Rule
from lossadvisor.rulebase.sources import Sources
from lossadvisor.rulebase.yamlfile import Place

IMPORT = re.compile(r"^\s*from (losses|models|targets|training)\.(\w+) import", re.MULTILINE)


class Templates:
    """The template files: name without ending (`losses/focal`) to path, the user's before the shipped ones."""

    def __init__(self, base: RuleBase) -> None:
        self.paths: dict[str, Path] = {}
        for folder in base.template_folders:
            for path in sorted(folder.glob("*/**/*.py")):
                self.paths.setdefault(path.relative_to(folder).with_suffix("").as_posix(), path)

        self._options: dict[str, set[str]] = {}

    def text(self, name: str) -> str:
        """The text of a template, "" if there is none."""
        path = self.paths.get(name)
        return path.read_text(encoding="utf-8", errors="replace") if path else ""

    def imports(self, name: str, text: str) -> Iterator[tuple[str, Place]]:
        """The parts that a template imports, and where."""
        for match in IMPORT.finditer(text):
            line = text.count("\n", 0, match.start(1)) + 1
            yield f"{match[1]}/{match[2]}", Place(str(self.paths[name]), line, 1)

    def options(self, name: str) -> set[str]:
        """The options of a template and of the parts that it imports."""
        from lossadvisor.codegen.markers import names

        if name not in self._options:
            text = self.text(name)
            parts = (self.options(part) for part, _ in self.imports(name, text))
            self._options[name] = names(text)[0].union(*parts)
        return self._options[name]


def named(base: RuleBase, sources: Sources) -> Iterator[tuple[str, Place]]:
    """Each template file that a card or a contract names, and where."""
    for key in sources.keys("losses"):
        yield f"losses/{key}", sources.at_key("losses", key)
        for library, file in base.loss(key).libraries.items():
            yield f"losses/{file}", sources.at("losses", key, "libraries", library)
    for key in sources.keys("contracts"):
        contract = base.contract(key)
        yield f"programs/{contract.program}", sources.at("contracts", key, "program")
        for i, model in enumerate(contract.models):
            yield f"models/{model}", sources.at("contracts", key, "models", i)
        for name, file in contract.stored.items():
            if file != "as-is":
                yield f"targets/{file}", sources.at("contracts", key, "stored", name)


def files(base: RuleBase, sources: Sources) -> Iterator[Finding]:
    """Template files that are missing, and those that nothing names or imports."""
    templates = Templates(base)
    imported = (part for name in templates.paths for part in templates.imports(name, templates.text(name)))
    wanted = [*named(base, sources), *imported]
    for name, place in wanted:
        if name not in templates.paths:
            siblings = [other for other in templates.paths if other.split("/")[0] == name.split("/")[0]]
            yield Finding(place, "missing-template", f"there is no templates/{name}.py{did_you_mean(name, siblings)}")
    used = {name for name, _ in wanted}
    for name, path in templates.paths.items():
        if name not in used:
            yield Finding(Place(str(path), 1, 1), "unused-template", f"nothing uses the template {name}")


def options(base: RuleBase, sources: Sources) -> Iterator[Finding]:
    """Options that a contract or modifier turns on, and that the program does not have."""
    templates = Templates(base)
    for key in sources.keys("contracts"):
        contract = base.contract(key)
        known = templates.options(f"programs/{contract.program}")
        for i, option in enumerate(contract.options):
            if option not in known:
                message = f"programs/{contract.program} has no option {option!r}{did_you_mean(option, known)}"
                yield Finding(sources.at("contracts", key, "options", i), "unknown-option", message)
    for domain, table, row in rows(base, sources):
        if isinstance(row, Rule):
            continue
        for rule in table.rules_in(table.meeting(row.when) & table.possible):
            if rule.contract not in base.contracts:
                continue
            program = base.contract(rule.contract).program
            known = templates.options(f"losses/{rule.loss}") | templates.options(f"programs/{program}")
            if row.option not in known:
                message = f"the program of rule {rule.id} has no option {row.option!r}{did_you_mean(row.option, known)}"
                yield Finding(sources.row(domain, row.id, "add"), "unknown-option", message)
