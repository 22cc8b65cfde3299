"""Pages: valid, escaped, and without anything from elsewhere."""

from __future__ import annotations

import os
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lossadvisor.cli import main
from lossadvisor.codegen.program import Program, Spec
from lossadvisor.proof.cell import Cell
from lossadvisor.proof.verdict import FAILED, NOT_CHECKED, Result, Verdict
from lossadvisor.report.html import listed, prose
from lossadvisor.report.page import recommendation_page, without
from lossadvisor.report.proofs import verdicts_part

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
    assert not {"script", "link", "iframe", "object", "embed", "image"} & {*page.seen}
    assert [place for place in page.loaded if not place.startswith(("#", "data:image/"))] == []
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
    assert "img" in sound(text).seen
    assert '<strong class="passed">proven</strong>' in text
    assert ", 0 failed, " in text
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
    assert sound(text).seen.count("img") == 2
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
    program = Program("", Spec(bad, bad, bad, bad, bad), bad)
    results = (Result(bad, FAILED, bad, 3, bad, bad), Result(bad, NOT_CHECKED, bad))
    verdicts = [Verdict(program, Cell(bad), results, 1.0), Verdict(program, Cell(bad, bad), results, 1.0)]
    for found in (verdicts[:1], verdicts):
        page = sound(recommendation_page(data, verdicts_part(found, bad), {bad: without(bad, bad, bad)}))
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
    assert "img" not in sound(text).seen
    assert "lossadvisor[plot]" in text


def test_without_torch_the_page_says_why_nothing_is_proven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('no torch here')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    path = tmp_path / "page.html"
    assert main(["recommend", "--task", "multiclass", "-o", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    sound(text)
    assert "<p>Not proven: proving needs PyTorch: ImportError: no torch here. pip install torch" in text
    assert main(["prove", "--task", "multiclass", "-o", str(tmp_path / "other.html")]) == 2
    assert not (tmp_path / "other.html").exists()


def test_a_page_without_a_proof_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.html"
    assert main(["recommend", "--task", "multiclass", "--no-prove", "-o", str(path)]) == 0
    assert "Not proven: it was not asked for" in path.read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["recommend", "--task", "multiclass", "--no-prove"]) == 2
    assert "-o FILE.html" in capsys.readouterr().err


@pytest.mark.torch
def test_the_page_of_an_edited_program_tells_what_failed_why_and_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program, path = tmp_path / "train.py", tmp_path / "page.html"
    assert main(["generate", "--task", "multiclass", "--no-prove", "-o", str(program)]) == 0
    source = program.read_text(encoding="utf-8").replace("return criterion(", "return 2 * criterion(")
    program.write_text(source, encoding="utf-8")
    capsys.readouterr()
    assert main(["prove", str(program), "-o", str(path)]) == 1
    out, err = capsys.readouterr()
    assert "not proven" in out
    assert err == f"wrote {path}\n"
    text = path.read_text(encoding="utf-8")
    sound(text)
    assert '<strong class="failed">not proven</strong>' in text
    for told in ("<li>likely cause: a sum over 2 numbers", "<li>edit: write <code>", f"<li>where: {program}:52"):
        assert told in text
    assert "all-zero outputs score 2.1972, 1.0986 was expected" in text
    assert "The losses as they are generated" in text


@pytest.mark.torch
def test_the_verdict_of_an_alternative_says_that_it_is_one(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    loss = ["--loss", "generalized_cross_entropy"]
    assert main(["prove", "--task", "multiclass", *loss, "--level", "smoke", "-o", str(path)]) == 0
    assert "Of an alternative to what is recommended: generalized_cross_entropy." in path.read_text(encoding="utf-8")


@pytest.mark.torch
def test_programs_for_different_answers_have_no_page_in_common(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for task in ("regression", "binary"):
        assert main(["generate", "--task", task, "--no-prove", "-o", str(tmp_path / f"{task}.py")]) == 0
    capsys.readouterr()
    both = [str(tmp_path / "regression.py"), str(tmp_path / "binary.py")]
    for programs, says in ((both, "different answers"), (["--all"], "--all has no page")):
        assert main(["prove", *programs, "-o", str(tmp_path / "page.html")]) == 2
        assert says in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()


@pytest.mark.torch
def test_answers_bring_their_recommendation_onto_the_page_of_curves_and_of_landscapes(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    small = ["--points", "5", "--steps", "5"]
    for kind, extra, pictures in (("curves", ["--delta", "2"], 2), ("landscape", small, 4)):
        path = tmp_path / f"{kind}.html"
        assert main(["plot", kind, "--task", "regression", *extra, "-o", str(path)]) == 0
        text = path.read_text(encoding="utf-8")
        assert sound(text).seen.count("img") == pictures
        assert '<strong class="passed">proven</strong>' in text
        assert "<h2>Why not</h2>" in text
