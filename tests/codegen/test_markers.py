"""The three markers of a template."""

from __future__ import annotations

import pytest

from lossadvisor.codegen.markers import Noted, TemplateError, choose, fill, literal, names

TEMPLATE = """\
NUM_CLASSES = 10  #: set num_classes
COUNTS = [1, 2]  # samples per class  #: set counts
#: if weights
a = 1
#: if deep
b = 2
#: end
#: else
c = 3
#: end
d = 4  #: if amp
e = 5  #: if not amp
"""


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (set(), "ce"),
        ({"weights"}, "ae"),
        ({"weights", "deep"}, "abe"),
        ({"deep"}, "ce"),
        ({"amp"}, "cd"),
    ],
)
def test_a_line_stays_when_the_options_around_it_are_on(options: set[str], kept: str) -> None:
    lines = choose(TEMPLATE, options).splitlines()
    assert "".join(line[0] for line in lines if line[0].islower()) == kept
    assert not any("#: if" in line or "#: end" in line or "#: else" in line for line in lines)


def test_a_template_says_which_options_and_values_it_knows() -> None:
    assert names(TEMPLATE) == ({"weights", "deep", "amp"}, {"num_classes", "counts"})


def test_a_value_is_set_as_a_literal_and_keeps_its_comment() -> None:
    filled = fill(TEMPLATE, {"num_classes": 3, "counts": [5, 6, 7]})
    assert "NUM_CLASSES = 3\n" in filled
    assert "COUNTS = [5, 6, 7]  # samples per class\n" in filled


def test_a_value_that_was_not_given_keeps_the_template_s() -> None:
    assert "NUM_CLASSES = 10\n" in fill(TEMPLATE, {})


def test_a_long_list_takes_a_line_for_each_item() -> None:
    filled = fill("X = []  #: set x\n", {"x": list(range(1000, 1030))})
    assert filled.startswith("X = [\n    1000,\n")
    assert filled.endswith("    1029,\n]\n")


@pytest.mark.parametrize("text", ["'); import os; ('", 'a"b', "a\\b", "line\nbreak", "日本", "\u202e"])
def test_user_text_stays_data(text: str) -> None:
    namespace: dict[str, object] = {}
    exec(fill("X = ''  #: set x\n", {"x": [text]}), namespace)  # noqa: S102 - the rendered literal is under test
    assert namespace["X"] == [text]


@pytest.mark.parametrize("value", [{"a": 1}, object(), b"bytes", {1, 2}])
def test_what_has_no_plain_literal_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no literal"):
        literal(value)


@pytest.mark.parametrize(
    ("value", "text"), [(None, "None"), (True, "True"), (0.5, "0.5"), ("a", '"a"'), ((1, 2), "[1, 2]")]
)
def test_plain_values_have_literals(value: object, text: str) -> None:
    assert literal(value) == text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("#: if a\nx = 1\n", "without `#: end`"),
        ("#: end\n", "without `#: if`"),
        ("#: else\n", "without `#: if`"),
        ("#: if a\n#: if b\n#: if c\n#: end\n#: end\n#: end\n", "nests once"),
    ],
)
def test_markers_that_do_not_match_are_refused(source: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        choose(source, {"a", "b", "c"})


def test_a_value_may_bring_its_own_comment_which_stays_on_its_line() -> None:
    noted = Noted([9, 1], "counted in a\nb.csv")
    assert fill("N = [1]  # yours  #: set n\n", {"n": noted}) == "N = [9, 1]  # counted in a?b.csv\n"
