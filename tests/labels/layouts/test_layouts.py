"""Each layout is recognised as what it is, and by no other before."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lossadvisor.errors import UserError
from lossadvisor.labels.profile import LAYOUTS, Source
from lossadvisor.labels.records import KINDS
from tests.labels.pictures import filled, save

TREES = yaml.safe_load(Path(__file__).with_name("layouts.yaml").read_text(encoding="utf-8"))


def plant(root: Path, tree: dict[str, str]) -> Path:
    """The files of a tree; a path that names it: the file, where it has one alone."""
    for name, text in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text == "mask":
            save(path, filled({0: 200, 1: 200}))
        else:
            path.write_text(text)
    return root


def layout_of(path: str) -> str:
    found = (
        name for name in LAYOUTS[:-1] if import_module(f"lossadvisor.labels.layouts.{name}").recognises(Source(path))
    )
    return next(found, LAYOUTS[-1])


@pytest.mark.parametrize("case", TREES.values(), ids=TREES)
def test_a_tree_has_the_layout_that_it_looks_like(tmp_path: Path, case: dict[str, Any]) -> None:
    layout, tree = case["layout"], case["files"]
    assert layout_of(str(plant(tmp_path, tree))) == layout
    if len(tree) == 1:
        assert layout_of(str(tmp_path / next(iter(tree)))) == layout


@pytest.mark.parametrize("path", ["-", "", "missing", "missing/*.png", "a\0b", "x" * 5000])
def test_what_is_no_place_is_left_to_tables(path: str) -> None:
    assert layout_of(path) == "table"


def test_a_database_is_left_to_tables(tmp_path: Path) -> None:
    plant(tmp_path, TREES["masks alone"]["files"])
    for name in LAYOUTS[:-1]:
        source = Source(str(tmp_path), connect="sqlite://x", table="y")
        assert not import_module(f"lossadvisor.labels.layouts.{name}").recognises(source)


def test_trees_are_profiled_without_heavy_imports(tmp_path: Path) -> None:
    plant(tmp_path, TREES["a tree of classes"]["files"])
    code = f"""
import sys
from lossadvisor.labels.layouts.imagefolder import profile
from lossadvisor.labels.profile import Source
profile(Source({str(tmp_path)!r}))
print(sorted({{"torch", "pandas", "numpy", "PIL", "rich"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


KEYS = "images annotations categories id bbox image_id category_id segmentation keypoints iscrowd width name".split()
PIECES = {
    "coco": [*"{}[],:", *(f'"{key}"' for key in KEYS), "1", "-2.5", "1e999", "NaN", "null", '"x"', "[1, 2, 3, 4]"],
    "yolo": [*"01 x,\n", " ", "\n", "0.5", "-1", "nan", "inf", "1e300", "0 0.5 0.5 0.2 0.2\n"],
    "conll": [*"aO_# \t\n\x85\u2028", "B-X", "I-X", "E-Y", "-100", "-DOCSTART-", "1-2", "\n\n", "a O\n"],
}
FILES = {"coco": "a.json", "yolo": "labels/a.txt", "conll": "a.conll"}
START = {"coco": '{"images": [{"id": 1}], "annotations": [', "yolo": "0 0.5 0.5 0.2 0.2\n", "conll": "x\tB-X\n"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("layouts")


@pytest.mark.parametrize("layout", PIECES)
@given(data=st.data())
def test_whatever_a_file_holds_it_is_profiled_or_refused(place: Path, layout: str, data: st.DataObject) -> None:
    pieces = data.draw(st.lists(st.sampled_from(PIECES[layout]) | st.text(max_size=3), max_size=40))
    text = (START[layout] if data.draw(st.booleans()) else "") + "".join(pieces)
    path = place / layout / FILES[layout]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    module = import_module(f"lossadvisor.labels.layouts.{layout}")
    for source in (Source(str(path)), Source(str(place / layout))):
        with suppress(UserError):
            if module.recognises(source):
                found = module.profile(source)
                assert found.kind in KINDS
                assert json.loads(json.dumps(found._asdict(), default=str))
