"""Rule files are read, and say where they are broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossadvisor import resources
from lossadvisor.errors import UserError
from lossadvisor.rulebase import marks as yaml_marks
from lossadvisor.rulebase.load import read_values
from lossadvisor.rulebase.marks import Marks
from lossadvisor.rulebase.yamlfile import Place, read

FILE = Path("rules.yaml")
TEXT = """\
# comment
one:
  a: [x, y]

two: {b: 1}
# comment
three-3:
  - c: d
"""


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("a: [b\n", "rules.yaml:2:1", "did not find expected"),
        ("a: b\na: c\n", "rules.yaml:2:1", "the key 'a' stands twice"),
        ("a:\n  b: {c: 1, c: 2}\n", "rules.yaml:2:13", "the key 'c' stands twice"),
        ("a: !tag b\n", "rules.yaml:1:4", "could not determine a constructor"),
        ("a: 2020-31-31\n", "rules.yaml:1:1", "month must be in"),
        ("a: b\n---\nc: d\n", "rules.yaml:2:1", "but found another document"),
        ("{[a]: b}\n", "rules.yaml:1:2", "unhashable"),
        ("a: \x07\n", "rules.yaml:1:1", "control characters are not allowed"),
    ],
)
def test_a_broken_text_says_where(text: str, place: str, problem: str) -> None:
    with pytest.raises(UserError) as caught:
        yaml_marks.load(text, FILE)
    assert caught.value.place == place
    assert problem in caught.value.message


def test_a_file_is_a_mapping_and_an_empty_one_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: [x, 1, 0.5]\n", encoding="utf-8")
    assert read_values(tmp_path / "a.yaml") == {"a": ["x", 1, 0.5]}
    (tmp_path / "empty.yaml").write_text("# nothing\n", encoding="utf-8")
    assert read_values(tmp_path / "empty.yaml") == {}
    (tmp_path / "list.yaml").write_text("- a\n", encoding="utf-8")
    with pytest.raises(UserError, match="holds a mapping") as caught:
        read_values(tmp_path / "list.yaml")
    assert caught.value.place.endswith("list.yaml:1:1")


def test_json_beside_a_file_counts_in_an_installed_package_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "_data").mkdir()
    for folder in (tmp_path, tmp_path / "_data"):
        (folder / "a.yaml").write_text("from: yaml\n", encoding="utf-8")
        (folder / "a.json").write_text('{"from": "json"}', encoding="utf-8")
    monkeypatch.setattr(resources, "PACKAGE", tmp_path)
    assert read_values(tmp_path / "a.yaml") == {"from": "yaml"}
    assert read_values(tmp_path / "_data" / "a.yaml") == {"from": "json"}
    (tmp_path / "_data" / "b.yaml").write_text("from: yaml\n", encoding="utf-8")
    assert read_values(tmp_path / "_data" / "b.yaml") == {"from": "yaml"}


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't read the rule file: Is a directory"):
        read(tmp_path)
    (tmp_path / "latin.yaml").write_bytes(b"a: caf\xe9\n")
    with pytest.raises(UserError, match="not UTF-8 text"):
        read(tmp_path / "latin.yaml")


def test_every_value_and_key_has_its_place() -> None:
    marks = Marks(TEXT, FILE)
    assert marks.at("one", "a", 1) == Place("rules.yaml", 3, 10)
    assert marks.at_key("one", "a") == Place("rules.yaml", 3, 3)
    assert str(marks.at("three-3", 0, "c")) == "rules.yaml:8:8"


def test_what_is_not_there_has_the_place_around_it() -> None:
    marks = Marks(TEXT, FILE)
    assert marks.at("one", "b", 3) == marks.at("one") == Place("rules.yaml", 3, 3)
    assert marks.at_key("four") == marks.at() == Place("rules.yaml", 2, 1)
    assert Marks("", FILE).at("one") == Place("rules.yaml", 1, 1)


def test_duplicates_and_aliases_are_marked() -> None:
    marks = Marks("a: &x [1]\nb: *x\na: 2\n? [c]\n: d\n", FILE)
    assert [(path, key.start_mark.line) for path, key in marks.duplicates] == [(("a",), 2)]
    assert marks.aliases == [Place("rules.yaml", 1, 4)]


def test_marks_of_a_broken_text_say_where() -> None:
    with pytest.raises(UserError, match="not valid YAML"):
        Marks("a: [", FILE)
