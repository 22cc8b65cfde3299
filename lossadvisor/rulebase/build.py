"""Records from the values of the rule files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lossadvisor.errors import UserError
from lossadvisor.rulebase.records import (
    Alternative,
    Axis,
    Choice,
    Contract,
    Default,
    Loss,
    Modifier,
    Number,
    Pitfall,
    Question,
    Rule,
    Tensor,
    Term,
)

Raw = Mapping[str, Any]


@contextmanager
def shaped(place: object) -> Iterator[None]:
    """What does not have the shape of a record is an error of the file at `place`.

    Raises:
        UserError: a key is missing, or a value has a wrong type.
    """
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        what = f"the key {error} is missing" if isinstance(error, KeyError) else str(error)
        hint = "`lossadvisor rules check` says where."
        raise UserError(f"malformed rule file: {what}", place=str(place), hint=hint) from None


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
    return Tensor(strings(raw["shape"]), raw["dtype"], raw["kind"], raw["range"], raw.get("implied", False))


def tensors(raw: Raw) -> dict[str, Tensor]:
    return {name: tensor(body) for name, body in raw.items()}


def contract(key: str, raw: Raw) -> Contract:
    return Contract(
        key,
        raw["program"],
        strings(raw["models"]),
        tensor(raw["prediction"]),
        tensor(raw["target"]),
        dict(raw["stored"]),
        tensors(raw.get("others", {})),
        strings(raw.get("options")),
        strings(raw.get("pitfalls")),
        raw.get("inputs", 1),
        tensors(raw.get("outputs", {})),
        strings(raw.get("checks")),
        raw.get("without", {}),
        cells(raw.get("steps", {})),
    )


def loss(key: str, raw: Raw) -> Loss:
    return Loss(
        key,
        raw["name"],
        raw["call"],
        strings(raw["contracts"]),
        raw["formula"],
        raw["because"],
        strings(raw.get("references")),
        {name: Default(body["value"], body["source"]) for name, body in raw.get("defaults", {}).items()},
        tuple(Term(body["name"], str(body["weight"]), body["source"]) for body in raw.get("terms", ())),
        dict(raw.get("libraries", {})),
        strings(raw.get("pitfalls")),
        strings(raw.get("notes")),
        dict(raw.get("conventions", {})),
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


def axis(key: str, raw: Raw) -> Axis:
    low, high = raw["range"]
    return Axis(
        key,
        raw["say"],
        raw.get("path", key.replace("-", "_")),
        float(low),
        float(high),
        strings(raw["contracts"]),
        {float(body["at"]): body["say"] for body in raw.get("marks", ())},
        {name: number(body) for name, body in raw.get("numbers", {}).items()},
        raw.get("paths", {}),
        raw.get("remarks", {}),
    )


def number(raw: Raw) -> Number:
    return Number(float(raw["value"]), raw["say"], *map(float, raw.get("range", ())))


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
