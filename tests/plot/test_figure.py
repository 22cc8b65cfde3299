"""Pictures as files: they open, they are whole, and they never take another file's place unasked."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from lossadvisor.errors import UserError
from lossadvisor.plot.figure import FORMATS, format_of, rendered
from tests.plot.test_chart import PICTURE

pytest.importorskip("matplotlib")


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_picture_gives_the_same_bytes(ending: str) -> None:
    assert rendered([PICTURE], ending) == rendered([PICTURE], ending)


def test_a_png_opens_and_has_every_colour() -> None:
    from matplotlib.colors import to_hex
    from matplotlib.image import imread

    from lossadvisor.plot.figure import COLOURS

    one, two = (imread(io.BytesIO(rendered([PICTURE] * count, "png"))) for count in (1, 2))
    assert one.shape[1] == two.shape[1] == 1500
    assert two.shape[0] == pytest.approx(2 * one.shape[0], abs=2)
    seen = {to_hex(colour).upper() for row in one[::3] for colour in {tuple(pixel[:3]) for pixel in row}}
    assert set(COLOURS[:3]) <= seen


def test_an_svg_has_its_words_as_text_and_needs_nothing_from_elsewhere() -> None:
    source = rendered([PICTURE], "svg").decode()
    root = ET.fromstring(source)  # noqa: S314 - our own output
    words = " ".join("".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text"))
    for curve in PICTURE.curves:
        assert f"{curve.loss}" in words
        assert curve.reading in words
    assert "prediction - target" in words
    assert 'href="http' not in source


def test_a_pdf_is_one() -> None:
    content = rendered([PICTURE], "pdf")
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize(("name", "says"), [("a.jpg", "unknown format 'jpg'"), ("a", "format isn't clear")])
def test_an_unknown_format_is_refused_with_those_that_there_are(name: str, says: str) -> None:
    with pytest.raises(UserError, match=says) as caught:
        format_of(Path(name))
    assert "svg" in caught.value.hint


def test_without_matplotlib_what_to_install_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(UserError) as caught:
        format_of(Path("a.png"))
    assert caught.value.hint == "pip install 'lossadvisor[plot]'"
