"""Data sets that others made: their columns are told right, or the right question is asked."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import yaml
from sklearn import datasets

from lossadvisor.labels.layouts.table import profile
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import LabelProfile
from tests.labels.draws import profile_values

REAL = yaml.safe_load(Path(__file__).with_name("real.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], tuple[str, LabelProfile]]:
    """What is true, and what is told, of each column."""
    folder = tmp_path_factory.mktemp("real")
    found = {}
    for name, columns in REAL["sklearn"].items():
        np.save(folder / "target.npy", getattr(datasets, f"load_{name}")().target)
        found[name, "target"] = next(iter(columns.values())), profile(Source(str(folder / "target.npy")))
    for name, columns in REAL["statsmodels"].items():
        data = import_module(f"statsmodels.datasets.{name}").load_pandas().data
        for column, kind in columns.items():
            found[name, column] = kind, profile_values(column, data[column].tolist(), source=name)
    return found


def test_no_column_is_misread(told: Mapping[tuple[str, str], tuple[str, LabelProfile]]) -> None:
    misread = {
        place: (truth, seen.kind, seen.confidence, seen.rival)
        for place, (truth, seen) in told.items()
        if seen.kind != truth and not (seen.question and seen.rival == truth)
    }
    assert not misread


def test_half_of_them_need_no_question(told: Mapping[tuple[str, str], tuple[str, LabelProfile]]) -> None:
    settled = [place for place, (_, seen) in told.items() if not seen.question]
    assert len(settled) > len(told) / 2, f"{len(settled)} of {len(told)}"
