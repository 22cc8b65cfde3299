"""Pages: valid, escaped, and without anything from elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from lossadvisor.cli import main
from lossadvisor.report.page import listed, prose, recommendation_page, undrawn

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """The elements of a page, those that are open, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), name
            if name in ("src", "href", "xlink:href", "action", "data"):
                self.loaded.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def sound(text: str) -> Page:
    page = Page(text)
    assert page.open == []
    assert not {"script", "link", "iframe", "img", "object", "embed", "image"} & {*page.seen}
    assert [place for place in page.loaded if not place.startswith("#")] == []
    assert len({*page.ids}) == len(page.ids)
    assert text.startswith("<!DOCTYPE html>\n")
    assert '<meta name="viewport" content="width=device-width' in text
    assert "@import" not in text
    assert "url(http" not in text
    return page


@pytest.mark.torch
@pytest.mark.parametrize("task", ["multiclass", "regression", "object-detection"])
def test_the_page_of_a_recommendation_is_sound_and_has_its_curves(
    task: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "page.html"
    assert main(["recommend", "--task", task, "-o", str(path)]) == 0
    assert capsys.readouterr() == ("", f"wrote {path}\n")
    text = path.read_text(encoding="utf-8")
    assert "svg" in sound(text).seen
    for title in ("Contract", "Curves", "Alternatives", "Pitfalls", "Sources", "Commands"):
        assert f"<h2>{title}</h2>" in text
    assert f"lossadvisor recommend --task {task}" in text
    assert main(["recommend", "--task", task, "-o", str(path)]) == 2
    assert "--force" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.torch
def test_the_page_of_curves_is_sound_and_tells_its_command(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "page.html"
    assert main(["plot", "curves", "mse", "huber", "--delta", "2", "-o", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    assert "svg" in sound(text).seen
    assert "lossadvisor plot curves --delta 2 mse huber" in text


def test_values_are_escaped() -> None:
    bad = '<script>alert("x")</script>&`<b>`'
    tensor = {"shape": [bad], "dtype": bad, "kind": bad, "range": bad, "implied": False}
    data = {
        "loss": {"id": bad, "name": bad, "call": bad}, "because": bad, "formula": bad,
        "conversion": {"how": bad, "code": bad},
        "contract": {"prediction": tensor, "outputs": {bad: tensor}, "target": tensor, "others": {bad: tensor}},
        "terms": [{"weight": bad, "name": bad, "source": bad}], "modifiers": [{"option": bad, "because": bad}],
        "assumed": {bad: bad}, "would_change": [{"question": bad, "choice": bad, "loss": bad}],
        "alternatives": [{"loss": {"name": bad, "call": bad}, "condition": bad, "because": bad}],
        "why_not": [{"loss": bad, "because": bad}], "references": [bad], "command": bad, "generate": bad,
        "pitfalls": [{"name": bad, "cause": bad, "errors": [bad], "silent": bad, "fix": bad}],
    }  # fmt: skip
    page = sound(recommendation_page(data, undrawn(bad, bad)))
    assert "b" not in page.seen


def test_code_stands_between_backticks_and_an_empty_list_has_no_title() -> None:
    assert prose("`a < b` or c") == "<code>a &lt; b</code> or c"
    assert [*listed("Terms", [])] == []


@pytest.mark.parametrize(("name", "says"), [("a.pdf", "unknown format 'pdf'"), ("a", ".html")])
def test_other_formats_are_refused(name: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recommend", "--task", "multiclass", "-o", str(tmp_path / name)]) == 2
    assert says in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []


def test_without_matplotlib_the_page_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    path = tmp_path / "page.html"
    assert main(["recommend", "--task", "multiclass", "-o", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    assert "svg" not in sound(text).seen
    assert "lossadvisor[plot]" in text
