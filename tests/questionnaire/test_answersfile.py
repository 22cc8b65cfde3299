"""Answers in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossadvisor.errors import UserError
from lossadvisor.questionnaire.answersfile import read_answers, write_answers
from lossadvisor.rulebase.load import RuleBase


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "answers.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_answers_come_in_the_order_of_the_file(tmp_path: Path, base: RuleBase) -> None:
    path = written(tmp_path, "# mine\nsize: big\ntask: fruit\n")
    assert list(read_answers(path, base=base).items()) == [("size", "big"), ("task", "fruit")]


def test_words_that_yaml_takes_for_booleans_stay_words(tmp_path: Path, base: RuleBase) -> None:
    path = written(tmp_path, "ripeness: no\n")
    assert read_answers(path, base=base) == {"ripeness": "no"}


def test_an_empty_file_answers_nothing(tmp_path: Path, base: RuleBase) -> None:
    assert read_answers(written(tmp_path, "# nothing yet\n"), base=base) == {}


def test_a_byte_order_mark_does_no_harm(tmp_path: Path, base: RuleBase) -> None:
    assert read_answers(written(tmp_path, b"\xef\xbb\xbftask: fruit\r\n"), base=base) == {"task": "fruit"}


def test_without_a_rule_base_words_are_taken_as_they_stand(tmp_path: Path) -> None:
    assert read_answers(written(tmp_path, "colour: red\n")) == {"colour": "red"}


@pytest.mark.parametrize(
    ("text", "where", "message", "hint"),
    [
        ("task: fruit\nsiez: big\n", ":2:1", "unknown question 'siez'", "did you mean 'size'?"),
        ("task: fruit\nsize:   bog\n", ":2:9", "unknown choice for size: 'bog'", "did you mean 'big'?"),
        ("task: fruit\ntask: berry\n", ":2:1", "'task' is answered twice", ""),
        ("- task\n", ":1:1", "answers are lines of `question: choice`", ""),
        ("task\n", ":1:1", "answers are lines of `question: choice`", ""),
        ("task:\n", ":1:6", "one choice belongs here", ""),
        ("task: [fruit, berry]\n", ":1:7", "one choice belongs here", ""),
        ("[task]: fruit\n", ":1:1", "a question belongs here", ""),
        ("task: fruit\n  size: big\n", ":2:7", "not valid YAML", ""),
        ("task: &a [*a]\n", ":1:", "", ""),
        ("task: !!python/object/apply:os.abort []\n", ":1:7", "one choice belongs here", ""),
        ("task: fruit\n---\ntask: berry\n", ":2:1", "not valid YAML", ""),
        ("task: \0\n", "", "not valid YAML", ""),
        (b"task: \xff\n", "", "can't read the answers: not UTF-8 text", ""),
    ],
)
def test_a_bad_file_is_refused_with_its_place(
    tmp_path: Path, base: RuleBase, *, text: str | bytes, where: str, message: str, hint: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UserError) as caught:
        read_answers(path, base=base)
    assert caught.value.place.startswith(f"{path}{where}")
    assert caught.value.message.startswith(message)
    assert hint in caught.value.hint


@pytest.mark.parametrize("name", ["missing.yaml", "", "a\0b"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="can't read the answers") as caught:
        read_answers(tmp_path / name)
    assert caught.value.place == str(tmp_path / name)


def test_what_is_written_is_read_again(tmp_path: Path, base: RuleBase) -> None:
    answers = {"task": "fruit", "ripeness": "no", "size": "big"}
    write_answers(tmp_path / "a.yaml", answers, assumed=["size"])
    assert (tmp_path / "a.yaml").read_text().splitlines()[1:] == [
        "task: fruit",
        "ripeness: 'no'",
        "size: big  # not sure: the default",
    ]
    assert read_answers(tmp_path / "a.yaml", base=base) == answers


def test_answers_are_never_written_over_a_file_unasked(tmp_path: Path) -> None:
    path = written(tmp_path, "task: fruit\n")
    with pytest.raises(UserError, match="exists already"):
        write_answers(path, {"task": "berry"})
    assert path.read_text() == "task: fruit\n"
    write_answers(path, {"task": "berry"}, force=True)
    assert read_answers(path) == {"task": "berry"}
