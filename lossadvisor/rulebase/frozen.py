"""`@dataclass(frozen=True)`, cheap to define, and complete only when someone looks.

The standard decorator compiles six methods for every class at every start, which for the records of the rule base
takes longer than reading the rules. These classes are dataclasses too (`fields`, `asdict` and `replace` work), but
share their methods. Type checkers see the standard ones.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass", "evolve", "field", "late"]

Record = TypeVar("Record")
METHODS = ("__init__", "__getattr__", "__repr__", "__eq__", "__hash__", "__reduce__", "__setattr__", "__delattr__")
REST = "_rest"


class Frozen:
    """The methods of a record."""

    if TYPE_CHECKING:
        __dataclass_fields__: dict[str, dataclasses.Field[Any]]

    def __init__(self, *values: Any, **named: Any) -> None:
        fields, state = self.__dataclass_fields__, self.__dict__
        state.update(zip(fields, values, strict=False), **named)
        if len(state) < len(values) + len(named):
            raise TypeError(f"{type(self).__name__} gets a field twice, or too many")
        for name in fields.keys() - state.keys():
            default, factory = fields[name].default, fields[name].default_factory
            if default is dataclasses.MISSING and factory is dataclasses.MISSING:
                raise TypeError(f"{type(self).__name__} lacks {name!r}")
            state[name] = default if factory is dataclasses.MISSING else factory()
        if len(state) > len(fields):
            raise TypeError(f"{type(self).__name__} has no field {', '.join(state.keys() - fields.keys())}")

    def __getattr__(self, name: str) -> Any:  # asked only for what is not there yet
        state = self.__dict__
        if name not in self.__dataclass_fields__ or REST not in state:
            raise AttributeError(f"{type(self).__name__} has no field {name!r}")
        for key, value in state.pop(REST)().items():
            state.setdefault(key, value)
        return state[name]

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
        return f"{type(self).__name__}({values})"

    def __eq__(self, other: object) -> bool:
        return self.__reduce__() == other.__reduce__() if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.__reduce__())

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), tuple(getattr(self, name) for name in self.__dataclass_fields__)

    def __setattr__(self, name: str, value: object) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot assign {value!r} to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def late(cls: type[Record], rest: Callable[[], Mapping[str, Any]], **known: Any) -> Record:
    """A record of which only some fields are `known`; `rest` gives all when another one is asked for."""
    record = object.__new__(cls)
    record.__dict__.update(known, **{REST: rest})
    return record


def evolve(record: Record, **changes: Any) -> Record:
    """A copy with other values; what is not known yet stays so (`dataclasses.replace` would ask for it)."""
    copy = object.__new__(type(record))
    copy.__dict__.update(record.__dict__, **changes)
    return copy


if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool) -> Any:
        """The decorator; there are `frozen` records only."""
        assert frozen

        def define(cls: type) -> type:
            for name in METHODS:
                setattr(cls, name, vars(Frozen)[name])
            record = dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
            for name in record.__dataclass_fields__.keys() & vars(record).keys():
                delattr(record, name)  # a default of the class would hide that a value is not known yet
            return record

        return define
