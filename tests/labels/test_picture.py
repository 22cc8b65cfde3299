"""The picture of a distribution: which bars it has, and the file that it becomes."""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossadvisor.errors import UserError
from lossadvisor.labels.picture import BARS, picture, save_distribution
from lossadvisor.labels.records import ClassCount, LabelProfile, Storage

COUNTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=80)


def profile(kind: str = "class-name", **fields: object) -> LabelProfile:
    plain = LabelProfile("labels.csv", ("label",), Storage("csv", "string", (100,)), kind, 0.97, (), rows=100)
    return plain._replace(**fields)


def classes(*samples: int) -> tuple[ClassCount, ...]:
    return tuple(ClassCount(f"class {at}", count) for at, count in enumerate(samples))


@given(samples=COUNTS)
def test_no_sample_is_lost_and_few_bars_are_drawn(samples: list[int]) -> None:
    drawn = picture(profile(classes=classes(*samples)))
    assert drawn is not None
    assert len(drawn.bars) == (len(samples) if len(samples) < BARS + 3 else BARS)
    assert [bar.samples for bar in drawn.bars] == sorted([bar.samples for bar in drawn.bars], reverse=True)
    assert drawn.bars[-1].samples == min(samples)
    assert bool(drawn.left_out) == (len(drawn.bars) < len(samples))
    if not drawn.left_out and sum(samples):
        assert sum(bar.share for bar in drawn.bars) == pytest.approx(1)


@given(counts=COUNTS)
def test_a_histogram_of_many_ranges_becomes_one_of_fewer(counts: list[int]) -> None:
    drawn = picture(profile("real", numbers={"histogram": {"edges": list(range(len(counts) + 1)), "counts": counts}}))
    assert (drawn is None) == (sum(counts) == 0)
    if drawn:
        assert len(drawn.bars) <= BARS
        assert sum(bar.samples for bar in drawn.bars) == sum(counts)
        assert drawn.title.endswith(f"from 0 to {len(counts)}")


def test_several_labels_have_shares_of_the_samples() -> None:
    drawn = picture(profile("multi-hot", classes=classes(80, 60), missing=0))
    assert drawn is not None
    assert [bar.share for bar in drawn.bars] == [0.8, 0.6]
    assert drawn.title == "140 positives in 2 classes"


def test_an_order_is_kept() -> None:
    drawn = picture(profile("ordinal", classes=classes(1, 5, 3)))
    assert drawn is not None
    assert [bar.samples for bar in drawn.bars] == [1, 5, 3]


WILD = (ClassCount("$x^2$ <&> \\frac", 700), ClassCount("x" * 90, 3), ClassCount("日本", 0), ClassCount("", 1))


@pytest.mark.parametrize("suffix", [".png", ".PNG", ".svg", ".pdf"])
def test_the_picture_becomes_a_file_of_its_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    save_distribution(profile(classes=(*WILD, *classes(*range(40)))), path, force=False)
    content = path.read_bytes()
    if suffix == ".svg":
        assert "$x^2$ <&> \\frac" in "".join(ET.fromstring(content).itertext())  # noqa: S314 - our own file
    elif suffix == ".pdf":
        assert content.startswith(b"%PDF")
    else:
        width, height = struct.unpack(">II", content[16:24])
        assert content.startswith(b"\x89PNG")
        assert (width, height > 700) == (1200, True)
    save_distribution(profile(classes=(*WILD, *classes(*range(40)))), path, force=True)
    assert path.read_bytes() == content


def test_numbers_become_a_file_too(tmp_path: Path) -> None:
    save_distribution(
        profile("real", numbers={"histogram": {"edges": [0, 1, 2], "counts": [3, 4]}}), tmp_path / "a.svg", force=False
    )
    assert "7 samples from 0 to 2" in (tmp_path / "a.svg").read_text()


def refused(tmp_path: Path, name: str, **fields: object) -> UserError:
    with pytest.raises(UserError) as caught:
        save_distribution(profile(**fields), tmp_path / name, force=False)
    return caught.value


@pytest.mark.parametrize("name", ["a.jpg", "a", "a.pgn", ".png"])
def test_an_unknown_suffix_names_those_that_are_known(tmp_path: Path, name: str) -> None:
    error = refused(tmp_path, name, classes=classes(1, 2))
    assert "png, " in error.hint
    assert "svg" in error.hint
    assert not list(tmp_path.iterdir())


def test_an_existing_file_stays(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("old")
    assert "--force" in refused(tmp_path, "a.png", classes=classes(1, 2)).hint
    assert (tmp_path / "a.png").read_text() == "old"


def test_what_has_no_distribution_is_not_drawn(tmp_path: Path) -> None:
    assert "no distribution" in refused(tmp_path, "a.png", kind="text").message


def test_without_matplotlib_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert "lossadvisor[plot]" in refused(tmp_path, "a.png", classes=classes(1, 2)).hint
