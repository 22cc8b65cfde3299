"""Pages as a browser shows them: on a phone and wide, light and dark, without scripts or network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lossadvisor.cli import main
from tests.report.chromium import PROGRAM, Look, Tab, chromium

pytest.importorskip("matplotlib")
pytestmark = [pytest.mark.torch, pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed")]

PHONE, WIDE, NIGHT = Look(390), Look(1200), Look(390, dark=True)
PAGES = {
    "classes": ["recommend", "--task", "multiclass", "--imbalance", "severe"],
    "numbers": ["recommend", "--task", "regression"],
    "tokens": ["recommend", "--task", "next-token"],
    "boxes": ["recommend", "--task", "object-detection"],
    "noise": ["prove", "--task", "diffusion"],
    "cells": ["prove", "--task", "binary", "--precision", "fp32,bf16"],
    "curves": ["plot", "curves", "mse", "huber"],
    "surfaces": ["plot", "landscape", "--task", "regression", "--points", "5", "--steps", "5"],
    "toy": ["plot", "landscape", "--demo", "himmelblau"],
}
CONTRAST = """(() => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const linear = part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const light = colour => numbers(colour).slice(0, 3).map(linear).reduce((sum, part, i) =>
    sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = node => {
    const colour = getComputedStyle(node).backgroundColor;
    return numbers(colour)[3] !== 0 || !node.parentElement ? colour : behind(node.parentElement);
  };
  return [...document.querySelectorAll("body *:not([aria-hidden])")].filter(node =>
    [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim())).map(node => {
      const [low, high] = [light(getComputedStyle(node).color), light(behind(node))].sort((a, b) => a - b);
      return [(high + 0.05) / (low + 0.05), node.outerHTML.slice(0, 80)];
    }).filter(([ratio]) => ratio < 4.5);
})()"""


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with chromium(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture(scope="module", params=PAGES)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / f"{request.param}.html"
    assert main([*PAGES[request.param], "-o", str(path)]) == 0
    return path


def test_a_page_needs_no_network_and_complains_of_nothing(tab: Tab, page: Path) -> None:
    tab.open(page, WIDE)
    asked = [request["request"]["url"] for request in tab.seen("Network.requestWillBeSent")]
    assert [url for url in asked if not url.startswith("data:")] == [page.as_uri()]
    assert [
        *tab.seen("Log.entryAdded"),
        *tab.seen("Runtime.consoleAPICalled"),
        *tab.seen("Network.loadingFailed"),
    ] == []
    assert tab.evaluate("document.compatMode") == "CSS1Compat"
    assert tab.evaluate("document.scripts.length") == 0


@pytest.mark.parametrize("look", [PHONE, WIDE], ids=["phone", "wide"])
def test_a_page_fits_its_window(tab: Tab, page: Path, look: Look) -> None:
    tab.open(page, look)
    assert tab.evaluate("document.documentElement.scrollWidth") <= look.width
    assert tab.evaluate("innerWidth") == look.width
    assert float(tab.evaluate("getComputedStyle(document.body).fontSize").removesuffix("px")) >= 16


@pytest.mark.parametrize("look", [PHONE, NIGHT], ids=["light", "dark"])
def test_every_text_stands_out(tab: Tab, page: Path, look: Look) -> None:
    tab.open(page, look)
    assert tab.evaluate(CONTRAST) == []
    assert tab.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light dark"


def test_pictures_are_there_have_room_and_are_told_in_words(tab: Tab, page: Path) -> None:
    tab.open(page, PHONE)
    told = "[...document.images].map(i => [i.complete && i.naturalWidth > 0, i.width, i.height, i.alt.length > 9])"
    pictures = tab.evaluate(told)
    assert len(pictures) >= 1
    for loaded, width, height, named in pictures:
        assert loaded
        assert named
        assert 300 <= width <= 390
        assert 0.5 < height / width < 1.1


def test_all_that_a_page_says_is_seen(tab: Tab, page: Path) -> None:
    tab.open(page, PHONE)
    hidden = "[...document.querySelectorAll('body *')].filter(n => !n.getClientRects().length).length"
    assert tab.evaluate(hidden) == 0
    titles = tab.evaluate("[...document.querySelectorAll('h1, h2')].map(n => n.innerText)")
    if page.stem in ("curves", "toy"):
        assert titles[1:] == ["Command"]
    else:
        wanted = {"Contract", "Verdict", "Curves", "Alternatives", "Pitfalls", "Sources", "Commands"}
        assert wanted <= {*titles}
        assert tab.evaluate("document.querySelector('a').getAttribute('href')") == "#verdict"
        assert "proven" in tab.evaluate("document.body.innerText")
