"""Rule files are read whole or by section, and say where they are broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossadvisor.errors import UserError
from lossadvisor.rulebase import yamlfile
from lossadvisor.rulebase.marks import Marks
from lossadvisor.rulebase.yamlfile import Place, parse, read, rows, sections

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


def test_a_file_is_cut_at_its_sections() -> None:
    cut = sections(TEXT)
    assert cut is not None
    assert [*cut] == ["one", "two", "three-3"]
    assert {key: parse(part, FILE)[key] for key, part in cut.items()} == parse(TEXT, FILE)


@pytest.mark.parametrize(
    "text",
    ["- a\n", "a:\n- b\n", "a: {\n}\n", "'a': b\n", "a: b\na: c\n", "---\na: b\n", "\ufeffa: b\n", "1: a\n"],
)
def test_a_file_that_may_hold_more_than_sections_is_not_cut(text: str) -> None:
    assert sections(text) is None


def test_an_empty_file_has_no_sections() -> None:
    assert sections("# nothing\n") == {}


TABLE = """\
domain: d

# first
rules:
- id: a
  because: x
  when: {q: c}
  references:
  - y
  - z
  # why
  use: l

- id: b
  when:
    q: c
  instead: [{loss: l,
    if: x}]
- {id: c, when: {}}
- id: d
- id: d
  because: x
modifiers:
- id: m
  pitfalls: [x]
  add: o
"""


def test_a_table_is_read_without_what_its_rows_have_to_say() -> None:
    light, own = rows(TABLE)
    assert parse(light, FILE) == {
        "domain": "d",
        "rules": [
            {"id": "a", "when": {"q": "c"}, "use": "l"},
            {"id": "b", "when": {"q": "c"}},
            {"id": "c", "when": {}},
            {"id": "d"},
            {"id": "d", "because": "x"},
        ],
        "modifiers": [{"id": "m", "add": "o"}],
    }
    assert [*own] == ["a", "b", "m"]
    whole = parse(TABLE, FILE)
    assert [parse(own[key], FILE)[0] for key in own] == [*whole["rules"][:2], *whole["modifiers"]]


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
        parse(text, FILE)
    assert caught.value.place == place
    assert problem in caught.value.message


def test_endless_nesting_is_an_error_like_any_other() -> None:
    text = "a: " + "[" * 3000 + "]" * 3000
    assert list(parse(text, FILE)) == ["a"]
    with pytest.raises(UserError, match="not valid YAML: maximum recursion depth exceeded"):
        Marks(text, FILE)


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


def test_what_needs_pyyaml_is_there_on_demand() -> None:
    assert yamlfile.Marks is Marks
    assert callable(yamlfile.syntax_error)
    with pytest.raises(AttributeError):
        yamlfile.nothing  # noqa: B018
