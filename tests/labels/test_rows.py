"""Several numbers per sample, lists, and tables that tell by the names of their columns what they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from lossadvisor.labels.kinds.judge import SETTLED
from lossadvisor.labels.layouts.table import profile
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import LabelProfile
from lossadvisor.labels.tables.blocks import blocks_of_array
from lossadvisor.labels.tables.surveys import merge, survey

R = np.random.default_rng(0)
VECTORS = R.normal(size=(300, 384))
CORNERS, SIZES = R.random((300, 2)), R.random((300, 2)) * 0.3 + 0.01
LENGTHS = R.integers(5, 41, 300)
PLACES = np.arange(40)[None, :]
TOKENS = np.where(LENGTHS[:, None] > PLACES, R.integers(0, 9, (300, 40)), -100)
MASKS = np.zeros((10, 32, 32), np.uint8)
MASKS[:, 5:20, 5:20] = 1
MASKS[:, :2] = 255

# What the array is, and the kind that must be told without a question.
ARRAYS: dict[str, tuple[np.ndarray, str]] = {
    "one-hot": (np.eye(5)[R.integers(0, 5, 300)], "one-hot"),
    "multi-hot": ((R.random((300, 6)) < 0.3).astype(np.uint8), "multi-hot"),
    "probabilities": (R.dirichlet(np.ones(4), 300).astype(np.float32), "probabilities"),
    "several": (R.normal(size=(300, 3)) * [1, 10, 100], "multi-real"),
    "unit": (VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True), "embeddings"),
    "long": (VECTORS, "embeddings"),
    "xyxy": (np.hstack([CORNERS, CORNERS + SIZES]) * 600, "boxes"),
    "tokens": (TOKENS, "token-labels"),
    "padded with zero": (np.where(TOKENS < 0, 0, TOKENS + 1), "token-labels"),
    "masks": (MASKS, "mask"),
    "many masks": (np.tile(MASKS, (20, 1, 1)), "mask"),
}
# The kinds between which the array can't decide.
OPEN: dict[str, tuple[np.ndarray, str, str]] = {
    "soft": (R.random((300, 4)), "probabilities", "multi-real"),
    "with empty rows": (
        np.where(R.random((300, 1)) < 0.2, 0, np.eye(5)[R.integers(0, 5, 300)]),
        "one-hot",
        "multi-hot",
    ),
    "boxes": (np.hstack([CORNERS * 600, SIZES * 600]), "boxes", "boxes"),
    "one mask": (MASKS[0], "mask", "token-labels"),
    "token ids": (R.integers(0, 50257, (200, 64)), "token-labels", "multi-real"),
}


def told(folder: Path, array: np.ndarray, name: str = "y", kind: str = "") -> LabelProfile:
    np.save(folder / f"{name}.npy", array)
    return profile(Source(str(folder / f"{name}.npy"), kind=kind))


@pytest.mark.parametrize("name", ARRAYS)
def test_rows_of_numbers_are_told(name: str, tmp_path: Path) -> None:
    array, kind = ARRAYS[name]
    seen = told(tmp_path, array)
    assert (seen.kind, seen.question) == (kind, ""), seen
    assert seen.confidence > SETTLED
    assert seen.storage.shape == array.shape


@pytest.mark.parametrize("name", OPEN)
def test_rows_that_may_be_either_are_asked_about(name: str, tmp_path: Path) -> None:
    array, kind, rival = OPEN[name]
    seen = told(tmp_path, array, name.replace(" ", "_"))
    assert (seen.kind, seen.rival) == (kind, rival), seen
    assert seen.question
    assert seen.confidence <= SETTLED
    settled = told(tmp_path, array, kind=kind)
    assert (settled.kind, settled.question) == (kind, "")


def test_padding_and_void_are_told(tmp_path: Path) -> None:
    tokens, masks = told(tmp_path, TOKENS), told(tmp_path, MASKS)
    assert (tokens.ignore, tokens.numbers["longest"]) == (-100, 40)
    assert sum(each.samples for each in tokens.classes) == LENGTHS.sum()
    assert (masks.ignore, [each.value for each in masks.classes]) == (255, [0, 1])


def test_columns_that_are_always_zero_are_named(tmp_path: Path) -> None:
    labels = (R.random((200, 4)) < 0.5).astype(int)
    labels[:, 2] = 0
    seen = told(tmp_path, labels)
    assert seen.numbers["empty"] == [2]
    assert seen.numbers["labels_per_sample"] == pytest.approx(labels.sum(1).mean())


@pytest.mark.parametrize(
    ("names", "rows", "form"),
    [
        ("xmin ymin xmax ymax", np.hstack([CORNERS, CORNERS + SIZES]), "xyxy"),
        ("x y w h", np.hstack([CORNERS, SIZES]), "xywh"),
        ("x_center y_center width height", np.hstack([SIZES / 2 + CORNERS * (1 - SIZES), SIZES]), "cxcywh"),
    ],
)
def test_names_of_columns_tell_the_format_of_boxes(names: str, rows: np.ndarray, form: str, tmp_path: Path) -> None:
    lines = [",".join(names.split()), *(",".join(f"{value:.6f}" for value in row) for row in rows)]
    (tmp_path / "y.csv").write_text("\n".join(lines))
    seen = profile(Source(str(tmp_path / "y.csv"), tuple(names.split())))
    assert (seen.kind, seen.question, seen.numbers["format"]) == ("boxes", "", form), seen


def test_columns_of_zeros_and_ones_are_classes_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "y.csv").write_text("cat,dog,bird\n" + "1,0,0\n0,1,0\n0,1,0\n0,0,1\n" * 20)
    seen = profile(Source(str(tmp_path / "y.csv"), ("cat", "dog", "bird")))
    assert seen.kind == "one-hot"
    assert [tuple(each) for each in seen.classes] == [("cat", 20), ("dog", 40), ("bird", 20)]


def test_blocks_together_tell_what_the_whole_tells() -> None:
    for array, _ in (pair for name, pair in ARRAYS.items() if name != "masks"):
        flat = array.reshape(len(array), -1)
        whole = survey(blocks_of_array(flat))
        parts = merge(survey(blocks_of_array(flat[:100])), survey(blocks_of_array(flat[100:])))
        for field in ("missing", "fraction", "zero_one", "whole", "one", "none", "corners", "longest", "values"):
            assert getattr(parts, field) == getattr(whole, field), field
        assert parts.totals == pytest.approx(whole.totals)


LISTS: dict[str, tuple[Callable[[int], Any], str]] = {
    "tags": (lambda row: ["a", "b", "c"][: row % 3 + 1], "delimited-labels"),
    "ner": (lambda row: [0] * 5 + [row % 3] * (row % 7), "token-labels"),
    "pos": (lambda row: ["NN", "VB", "NN", "DT"] * (row % 3 + 1), "token-labels"),
    "bbox": (lambda row: [1.0, 2.0, 3.0 + row, 4.0], "boxes"),
    "onehot": (lambda row: [int(row % 3 == place) for place in range(3)], "one-hot"),
    "embedding": (lambda row: [float(value) for value in VECTORS[row]], "embeddings"),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_in_a_column_are_told(name: str, tmp_path: Path) -> None:
    make, kind = LISTS[name]
    pa.parquet.write_table(pa.table({name: [make(row) for row in range(300)]}), tmp_path / "y.parquet")
    seen = profile(Source(str(tmp_path / "y.parquet")))
    assert (seen.kind, seen.question, seen.rows) == (kind, "", 300), seen


STRUCTURES = {
    "preference-pairs": {"prompt": "q{}", "chosen": "a long answer {}", "rejected": "no {}"},
    "thumbs": {"prompt": "q{}", "completion": "answer {}", "label": True},
    "triplets": {"anchor": "a{}", "positive": "b{}", "negative": "c{}"},
    "scored-pairs": {"sentence1": "a{}", "sentence2": "b{}", "score": 0.5},
}


@pytest.mark.parametrize("kind", STRUCTURES)
def test_names_of_columns_tell_the_structure(kind: str, tmp_path: Path) -> None:
    columns = STRUCTURES[kind]
    rows = [{k: v.format(row) if isinstance(v, str) else v for k, v in columns.items()} for row in range(40)]
    (tmp_path / "y.jsonl").write_text("\n".join(map(json.dumps, [*rows, rows[0]])))
    seen = profile(Source(str(tmp_path / "y.jsonl")))
    assert (seen.kind, seen.columns, seen.rows) == (kind, tuple(columns), 41)
    assert seen.numbers["duplicates"] == 1


def test_pairs_in_which_the_longer_answer_wins_are_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "y.jsonl").write_text('{"prompt": "q", "chosen": "longer", "rejected": "short"}\n' * 30)
    seen = profile(Source(str(tmp_path / "y.jsonl")))
    assert "the chosen answer is the longer one in 100% of the rows" in " ".join(seen.findings)


def test_answers_may_be_conversations(tmp_path: Path) -> None:
    said = {
        side: [{"role": "user", "content": "q"}, {"role": "assistant", "content": side}]
        for side in ("chosen", "rejected")
    }
    (tmp_path / "y.jsonl").write_text((json.dumps(said) + "\n") * 20)
    seen = profile(Source(str(tmp_path / "y.jsonl")))
    assert (seen.kind, seen.rows, seen.missing, seen.numbers["duplicates"]) == ("preference-pairs", 20, 0, 19)


def test_each_of_several_columns_is_measured(tmp_path: Path) -> None:
    rows = R.normal(size=(3001, 2)) * [1, 40] + [1e9, -5]
    rows[:30, 1] = 4000
    seen = told(tmp_path, rows).numbers
    for place, each in enumerate(seen["each"]):
        column = rows[:, place]
        assert each["mean"] == pytest.approx(column.mean(), rel=1e-11)
        assert each["std"] == pytest.approx(column.std(), rel=1e-9)
        assert each["median"] == pytest.approx(np.median(column), rel=1e-11)
        assert each["quantiles"]["0.25"] == pytest.approx(np.quantile(column, 0.25, method="inverted_cdf"), rel=1e-11)
    assert seen["outlier_fraction"] == pytest.approx(30 / 3001, abs=1e-3)


def test_moments_of_blocks_are_those_of_the_whole_far_from_zero() -> None:
    rows = R.normal(size=(5000, 1)) + 1e9
    seen = survey(rows[start : start + 700] for start in range(0, 5000, 700))
    assert seen.squares[0] / 5000 == pytest.approx(rows.var(), rel=1e-6)


def test_of_many_rows_a_sample_tells_the_quartiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lossadvisor.labels.tables.samples.ROWS", 2000)
    rising = np.linspace(0, 1, 100_000)[:, None]  # sorted: the first rows would tell something else
    (spread,) = survey(rising[start : start + 999] for start in range(0, len(rising), 999)).spreads
    assert len(spread.values) == 2000
    assert spread.quartiles == pytest.approx((0.25, 0.5, 0.75), abs=0.05)


def test_what_to_know_of_several_columns_is_told(tmp_path: Path) -> None:
    rows = R.normal(size=(400, 4)) * [1, 20, 0.01, 0] + [100, 50, 1e7, 3]
    rows[::9, 0] = -999
    findings = " ".join(told(tmp_path, rows).findings)
    for says in (
        "more than tenfold",
        "'column 0' is -999 in 11.2% of its rows",
        "'column 2': they lie around 10,000,000",
    ):
        assert says in findings
    assert "1 of 4 columns never vary: column 3" in findings
    assert told(tmp_path, np.where(rows == 3, np.nan, rows), kind="multi-real").numbers["each"][3] == {}
