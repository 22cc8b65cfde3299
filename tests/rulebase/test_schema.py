"""The JSON Schema is one, describes every rule file, and each file names it for editors."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.schema import load

RULES = RuleBase().folders[0]
FILES = sorted(RULES.rglob("*.yaml"))
COMMENT = re.compile(r"# yaml-language-server: \$schema=(\S+)#/\$defs/(\w+)")


def objects(schema: Any) -> list[dict[str, Any]]:
    """Every schema of an object, however deep."""
    if isinstance(schema, list):
        return [found for item in schema for found in objects(item)]
    if not isinstance(schema, dict):
        return []
    own = [schema] if "properties" in schema and schema.get("type") == "object" else []
    return own + [found for item in schema.values() for found in objects(item)]


def test_the_schema_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(load())


def test_no_object_takes_a_key_that_it_does_not_describe() -> None:
    found = objects(load())
    assert len(found) > 10
    assert all(schema["additionalProperties"] is False for schema in found)


def test_all_that_is_required_is_described() -> None:
    assert all(set(schema.get("required", ())) <= schema["properties"].keys() for schema in objects(load()))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_file_names_its_schema_for_editors(path: Path) -> None:
    match = COMMENT.match(path.read_text(encoding="utf-8"))
    assert match
    assert (path.parent / match[1]).resolve() == (RULES / "schema.json").resolve()
    folder = path.parent.name
    assert match[2] == {"tables": "table", "rules": path.stem}.get(folder, folder)
    assert match[2] in load()["$defs"]
