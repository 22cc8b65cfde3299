"""JSON files are read an element at a time, whatever is in them and wherever a piece ends."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossadvisor.errors import UserError
from lossadvisor.labels.formats import jsonstream
from lossadvisor.labels.formats.jsonstream import Text, members, walked

SCALARS = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstream, "CHUNK", 3)


def whole(content: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        yield from ((key, each) for each in value) if isinstance(value, list) else [(key, value)]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("json") / "a.json"


@given(content=st.dictionaries(st.text(), VALUES), indent=st.sampled_from([None, 0, 3]), ascii_only=st.booleans())
def test_elements_are_those_of_the_whole_file(
    place: Path, content: dict[str, Any], indent: int | None, *, ascii_only: bool
) -> None:
    place.write_bytes(json.dumps(content, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass"))
    assert list(members(place)) == list(whole(content))


@given(cut=st.integers(1, 60))
def test_a_file_that_is_cut_is_refused(place: Path, cut: int) -> None:
    text = json.dumps({"a": [{"b": [1, 2.5, "xyz"]}, {"c": 12345}], "d": {"e": [None, True]}})
    place.write_text(text[:-cut])
    with pytest.raises(UserError, match="no JSON"):
        list(members(place))


BAD = ["", "[1]", '{"a" 1}', '{"a": [1 2]}', '{"a": 1,}', '{"a": [1,]}', '{"a": nul}', "{} {}", '{"a": ' + "[" * 99999]


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_json_object_is_refused(place: Path, text: str) -> None:
    place.write_text(text)
    with pytest.raises(UserError, match="no JSON"):
        list(members(place))


def test_another_encoding_is_refused(place: Path) -> None:
    place.write_bytes('{"a": "Zürich"}'.encode("latin1"))
    with pytest.raises(UserError, match="no JSON"):
        list(members(place))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't read the file"):
        list(members(tmp_path / "missing.json"))


def test_no_more_is_in_memory_than_an_element_needs() -> None:
    text = Text(io.StringIO(json.dumps({"info": {"year": 2017}, "images": [{"id": at} for at in range(10_000)]})))
    assert max(len(text.piece) for _ in walked(text)) < 50
