"""The rule files against their JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from lossadvisor import resources
from lossadvisor.rulebase.finding import Finding, did_you_mean
from lossadvisor.rulebase.sources import Source

if TYPE_CHECKING:
    from jsonschema import ValidationError

# Keys whose absence has a code of its own, and leaves the file usable.
ABSENT = {"references": "no-source", "examples": "no-example"}
EMPTY = ("minLength", "minItems", "minProperties")


def load() -> dict[str, Any]:
    """The JSON Schema of all rule files."""
    schema: dict[str, Any] = json.loads((resources.folder("rules") / "schema.json").read_text(encoding="utf-8"))
    return schema


def validate(files: Iterable[Source]) -> Iterator[tuple[Source, Finding]]:
    """What the schema finds in each file."""
    from jsonschema import Draft202012Validator

    schema = load()
    validators = {}
    for source in files:
        name = "table" if source.kind == "tables" else source.kind
        if name not in validators:
            validators[name] = Draft202012Validator({**schema, "$ref": f"#/$defs/{name}"})
        for error in validators[name].iter_errors(textual(source.value)):
            for finding in findings(source, error):
                yield source, finding


def textual(value: Any) -> Any:
    """`value` with every key as text: YAML reads a bare 1 as a number."""
    if isinstance(value, dict):
        return {str(key): textual(item) for key, item in value.items()}
    return [textual(item) for item in value] if isinstance(value, list) else value


def findings(source: Source, error: ValidationError) -> Iterator[Finding]:
    """An error of the validator in our words, at the place of the key or value that is wrong."""
    marks, path = source.marks, tuple(error.absolute_path)
    value: Any = error.instance
    rule: Any = error.validator_value
    schema: Any = error.schema
    if error.validator == "additionalProperties":
        for key in sorted(value.keys() - schema["properties"].keys()):
            message = f"unknown key {key!r}{did_you_mean(key, schema['properties'])}"
            yield Finding(marks.at_key(*path, key), "unknown-key", message)
    elif error.validator == "required":
        key = error.message.split("'")[1]
        yield Finding(marks.at(*path), ABSENT.get(key, "missing-key"), f"the key {key!r} is missing")
    elif error.validator == "not":
        message = f"{path[-1]!r} does not belong here: {schema['description']}"
        yield Finding(marks.at_key(*path), "unknown-key", message)
    elif "propertyNames" in error.absolute_schema_path:
        yield Finding(marks.at_key(*path, value), "wrong-value", f"the name {value!r} must match {rule}")
    else:
        absent = ABSENT.get(str(path[-1])) if path and error.validator in EMPTY else None
        code = absent or ("wrong-type" if error.validator == "type" else "wrong-value")
        yield Finding(marks.at(*path), code, words(error.validator, value, rule))


def words(keyword: Any, value: Any, rule: Any) -> str:
    """What is wrong with a value."""
    told = json.dumps(value, default=str)
    told = told if len(told) <= 40 else f"{told[:37]}..."
    if keyword == "type":
        return f"{told} is not of type {' or '.join(rule) if isinstance(rule, list) else rule}"
    if keyword == "enum":
        return f"{told} is not valid here{did_you_mean(str(value), rule)}"
    if keyword == "anyOf":
        return f"one of these keys is needed: {', '.join(key for part in rule for key in part['required'])}"
    if keyword == "pattern":
        return f"{told} must match {rule}"
    if keyword == "uniqueItems":
        return "a value stands twice"
    return "empty" if keyword in EMPTY and not value else f"{told} breaks {keyword} {rule}"
