"""Records are frozen dataclasses in all but the cost of defining them."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from lossadvisor.rulebase import frozen
from lossadvisor.rulebase.frozen import dataclass, field


@dataclass(frozen=True)
class Point:
    """A record with a default and a factory."""

    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Standard:
    """The same by the standard decorator."""

    x: int
    y: int = 2
    tags: list[str] = dataclasses.field(default_factory=list)


@pytest.mark.parametrize(
    ("values", "named"),
    [((1,), {}), ((1, 3), {}), ((1,), {"tags": ["a"]}), ((), {"y": 4, "x": 3}), ((1, 2, ["b"]), {})],
)
def test_a_record_has_the_fields_of_the_standard_one(values: tuple[int, ...], named: dict[str, object]) -> None:
    point, standard = Point(*values, **named), Standard(*values, **named)  # type: ignore[arg-type]
    assert dataclasses.asdict(point) == dataclasses.asdict(standard)  # type: ignore[call-overload]
    assert repr(point).removeprefix("Point") == repr(standard).removeprefix("Standard")


@pytest.mark.parametrize(
    ("values", "named"), [((), {}), ((1, 2, [], 4), {}), ((1,), {"z": 3}), ((1,), {"x": 1}), ((1,), {"x": 2, "z": 3})]
)
def test_a_field_too_few_too_many_or_twice_is_an_error(values: tuple[int, ...], named: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        Point(*values, **named)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Standard(*values, **named)  # type: ignore[arg-type]


def test_each_record_has_its_own_default() -> None:
    assert Point(1).tags is not Point(1).tags


def test_a_record_can_not_be_changed() -> None:
    point = Point(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point.x
    assert point.x == 1


def test_equal_records_have_equal_values_and_one_type() -> None:
    assert Point(1) == Point(1, 2)
    assert Point(1) != Point(2)
    assert Point(1) != Standard(1)
    assert hash(Point(1, 2, ())) == hash(Point(1, 2, ()))  # type: ignore[arg-type]


def test_records_can_be_replaced_copied_and_pickled() -> None:
    point = dataclasses.replace(Point(1), y=5)
    assert point == Point(1, 5) == copy.deepcopy(point) == pickle.loads(pickle.dumps(point))  # noqa: S301


def test_what_is_not_known_yet_is_asked_for_once() -> None:
    asked = []

    def rest() -> dict[str, object]:
        asked.append(1)
        return {"x": 9, "y": 3, "tags": ["late"]}

    point = frozen.late(Point, rest, x=1)
    assert (point.x, asked) == (1, [])
    moved = frozen.evolve(point, x=2)
    assert (moved.x, asked) == (2, [])
    assert (point.y, point.tags, point.x, asked) == (3, ["late"], 1, [1])
    assert (moved, asked) == (Point(2, 3, ["late"]), [1, 1])
    assert repr(frozen.late(Point, rest)) == "Point(x=9, y=3, tags=['late'])"
    assert dataclasses.asdict(frozen.late(Point, rest)) == {"x": 9, "y": 3, "tags": ["late"]}
    assert pickle.loads(pickle.dumps(frozen.late(Point, rest))) == Point(9, 3, ["late"])  # noqa: S301


def test_a_record_has_its_fields_only() -> None:
    with pytest.raises(AttributeError, match="Point has no field 'z'"):
        Point(1).z  # type: ignore[attr-defined]  # noqa: B018
    assert not hasattr(frozen.late(Point, dict), "z")


def test_only_frozen_records_are_on_offer() -> None:
    with pytest.raises(AssertionError):
        frozen.dataclass(frozen=False)
