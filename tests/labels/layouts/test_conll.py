"""CoNLL's columns, with the quirks that real files have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from lossadvisor.errors import UserError
from lossadvisor.labels.layouts import conll
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import LabelProfile

CASES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("conll.yaml").read_text(encoding="utf-8"))
NER = "EU NNP B-ORG\nrejects VBZ O\n\nGerman JJ B-MISC\ncall NN O\n\n"


def profiled(path: Path, *columns: str) -> LabelProfile:
    source = Source(str(path), columns=columns)
    assert conll.recognises(source)
    return conll.profile(source)


def write(path: Path, text: str = NER) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_columns_tell_what_they_hold(tmp_path: Path, case: dict[str, Any], end: str) -> None:
    path = tmp_path / case.get("name", "a.txt")
    path.write_bytes((case["text"].replace("/", "\n").replace("|", "\n") + "\n").replace("\n", end).encode())
    found = profiled(path)
    assert found.kind == case.get("kind", "token-labels")
    assert (found.confidence > 0.9, found.question, found.ignore) == (True, "", case.get("ignore"))
    assert {each.value: each.samples for each in found.classes} == case["classes"]
    assert [each.value for each in found.classes] == sorted(case["classes"])
    assert found.numbers["scheme"] == case["scheme"]
    for name in ("spans", "longest"):
        assert name not in case or found.numbers[name] == case[name]
    assert found.columns == (case.get("column", found.columns[0]),)
    assert found.rows == case.get("sentences", found.rows)
    assert all(any(said in finding for finding in found.findings) for said in case.get("findings", []))
    assert bool(found.numbers.get("spans")) == (case["scheme"] != "none")


def test_plain_labels_are_parts_of_speech(tmp_path: Path) -> None:
    text = "".join(f"word{at} {'NN' if at % 3 else 'VB'}\n" + "\n" * (at % 5 == 0) for at in range(200))
    found = profiled(write(tmp_path / "a.txt", text))
    assert {each.value: each.samples for each in found.classes} == {"NN": 133, "VB": 67}


@pytest.mark.parametrize(("column", "name"), [("2", "2"), ("-2", "2"), ("3", "3")])
def test_another_column_can_be_named_by_its_number(tmp_path: Path, column: str, name: str) -> None:
    found = profiled(write(tmp_path / "a.txt"), column)
    assert found.columns == (name,)
    assert [each.value for each in found.classes] == (
        ["JJ", "NN", "NNP", "VBZ"] if name == "2" else ["B-MISC", "B-ORG", "O"]
    )


def test_other_columns_that_may_be_labels_are_named(tmp_path: Path) -> None:
    found = profiled(write(tmp_path / "a.txt"))
    assert "read: 3; labels too: 2 (4 values) (--column)" in found.evidence


def test_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    for columns in (("4",), ("0",), ("ner",), ("2", "3")):
        with pytest.raises(UserError) as caught:
            profiled(path, *columns)
        assert "column" in caught.value.message


def test_of_a_folder_the_training_part_is_read(tmp_path: Path) -> None:
    for name in ("train.txt", "dev.txt", "README.txt", "eng.testa"):
        write(tmp_path / name, NER * (2 if name == "train.txt" else 1))
    found = profiled(tmp_path)
    assert (found.rows, found.evidence[-1]) == (4, "counted in the training part alone, without dev.txt")
    assert profiled(tmp_path / "[dt]*.txt").rows == 6


def test_lines_without_a_label_are_left_out_and_told(tmp_path: Path) -> None:
    found = profiled(write(tmp_path / "a.conll", NER * 9 + "alone\n"))
    assert f"1 lines have no label, and were left out: {tmp_path / 'a.conll'}:55" in found.findings


def test_a_file_that_mostly_lacks_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no label"):
        profiled(write(tmp_path / "a.conll", NER + "alone\n" * 500))


def test_long_sentences_are_told(tmp_path: Path) -> None:
    found = profiled(write(tmp_path / "a.txt", NER + "x NN O\n" * 600))
    assert any("600 tokens" in said for said in found.findings)


def test_another_encoding_is_told_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "a.conll").write_bytes(NER.encode() + "Zürich NNP B-LOC\n".encode("latin1"))
    with pytest.raises(UserError) as caught:
        profiled(tmp_path / "a.conll")
    assert "UTF-8" in caught.value.message
    assert "iconv" in caught.value.hint


def test_an_empty_file_has_no_labels(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no tokens with labels"):
        profiled(write(tmp_path / "a.conll", "\n\n"))


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        "just prose, on\nseveral lines\n\nand paragraphs\n",
        "id\tlabel\n1\tO\n",
        "1 2\n3 4\n\n5 6\n",
        "",
        "x\n\ny\n",
    ],
)
def test_other_text_is_left_to_others(tmp_path: Path, text: str) -> None:
    assert not conll.recognises(Source(str(write(tmp_path / "a.txt", text))))
