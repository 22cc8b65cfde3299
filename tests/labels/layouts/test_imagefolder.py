"""Trees with a folder for each class."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossadvisor.errors import UserError
from lossadvisor.labels.layouts import imagefolder
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import LabelProfile
from tests.labels.pictures import filled, save


def tree(root: Path, **samples: int) -> Path:
    """Folders with so many empty files each; the name of an image is all that is read."""
    for folder, count in samples.items():
        place = root / folder.replace("__", "/")
        place.mkdir(parents=True, exist_ok=True)
        for at in range(count):
            (place / f"{at}.JPG").touch()
    return root


def profiled(path: Path, kind: str = "") -> LabelProfile:
    source = Source(str(path), kind=kind)
    assert imagefolder.recognises(source)
    return imagefolder.profile(source)


def counts(found: LabelProfile) -> dict[object, int]:
    return {each.value: each.samples for each in found.classes}


def test_folders_are_classes_by_name(tmp_path: Path) -> None:
    found = profiled(tree(tmp_path, dog=30, cat=10, Emu=20))
    assert (found.kind, found.rows, found.confidence) == ("class-name", 60, 0.97)
    assert list(counts(found).items()) == [("Emu", 20), ("cat", 10), ("dog", 30)]
    assert found.numbers["imbalance_ratio"] == 3


def test_two_folders_are_yes_or_no(tmp_path: Path) -> None:
    assert profiled(tree(tmp_path, hotdog=30, other=10)).kind == "binary"


def test_one_folder_is_nothing_to_learn(tmp_path: Path) -> None:
    assert profiled(tree(tmp_path, cat=30)).kind == "constant"


def test_the_training_part_is_counted_and_the_others_compared(tmp_path: Path) -> None:
    found = profiled(tree(tmp_path, train__cat=20, train__dog=20, train__cow=12, val__cat=5, val__emu=5, test=9))
    assert counts(found) == {"cat": 20, "cow": 12, "dog": 20}
    assert "without test, val" in found.evidence[1]
    assert "val has classes that the training part lacks: emu" in found.findings
    assert "val lacks 2 classes of the training part: cow, dog" in found.findings


@pytest.mark.parametrize("name", ["Training", "train2017", "train_set", "trainset"])
def test_the_training_part_has_many_names(tmp_path: Path, name: str) -> None:
    assert counts(profiled(tree(tmp_path, **{f"{name}__cat": 20, f"{name}__dog": 20, "test__cat": 5}))) == {
        "cat": 20,
        "dog": 20,
    }


def test_parts_may_lie_within_classes(tmp_path: Path) -> None:
    assert counts(profiled(tree(tmp_path, cat__train=20, dog__train=15, cat__val=5))) == {"cat": 20, "dog": 15}


def test_folders_in_a_class_belong_to_it(tmp_path: Path) -> None:
    assert counts(profiled(tree(tmp_path, cat__a=20, cat__b=5, dog=15))) == {"cat": 25, "dog": 15}


@pytest.mark.parametrize("around", ["flower_photos__", "images__", "images__train__", "train__images__", "a__b__"])
def test_folders_around_all_classes_are_no_class(tmp_path: Path, around: str) -> None:
    assert counts(profiled(tree(tmp_path, **{f"{around}cat": 12, f"{around}dog": 15}))) == {"cat": 12, "dog": 15}


def test_an_empty_class_is_a_class_that_never_occurs(tmp_path: Path) -> None:
    found = profiled(tree(tmp_path, cat=20, dog=20, emu=0))
    assert counts(found)["emu"] == 0
    assert "1 of 3 classes never occur: emu" in found.findings
    assert any("allow_empty" in said for said in found.findings)


def test_numbered_folders_may_be_grades(tmp_path: Path) -> None:
    found = profiled(tree(tmp_path, **{str(grade): 20 for grade in range(5)}))
    assert (found.kind, found.rival) == ("class-index", "ordinal")
    assert found.question.startswith("Are the folders 0 to 4 grades in an order")
    assert list(counts(found)) == [0, 1, 2, 3, 4]


def test_numbers_that_sort_as_text_stay_text(tmp_path: Path) -> None:
    found = profiled(tree(tmp_path, **{str(number): 20 for number in range(12)}))
    assert list(counts(found))[:4] == ["0", "1", "10", "11"]
    assert "ImageFolder sorts folders as text: '11' becomes class 3" in found.findings


def test_sounds_and_hidden_folders(tmp_path: Path) -> None:
    tree(tmp_path, cat=0, dog=0, _x=0)
    for name in ("cat/a.wav", "dog/b.flac", ".git/c.jpg", "dog/notes.txt", "d.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = profiled(tmp_path)
    assert counts(found) == {"_x": 0, "cat": 1, "dog": 1}
    assert any("1 files lie outside" in said for said in found.findings)


def test_images_that_look_like_masks_are_asked_about(tmp_path: Path) -> None:
    for place in ("aachen", "bremen", "ulm"):
        save(tmp_path / place / "a.png", filled({0: 9000, 1: 1000}, width=100))
    found = profiled(tmp_path)
    assert (found.kind, found.rival, found.confidence) == ("class-name", "mask", 0.7)


def test_the_word_of_the_user_settles_the_kind(tmp_path: Path) -> None:
    found = profiled(tree(tmp_path, **{str(grade): 20 for grade in range(5)}), kind="ordinal")
    assert (found.kind, found.question, found.confidence) == ("ordinal", "", 1.0)


@pytest.mark.skipif("os.geteuid() == 0", reason="root reads everything")
def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    tree(tmp_path, cat=1, dog=1)
    (tmp_path / "cat").chmod(0)
    with pytest.raises(UserError, match="can't read the folder"):
        profiled(tmp_path)


def test_photos_without_folders_are_no_tree(tmp_path: Path) -> None:
    assert not imagefolder.recognises(Source(str(tree(tmp_path, train=3, val=2))))
    assert not imagefolder.recognises(Source(str(tmp_path / "missing")))
    assert not imagefolder.recognises(Source("-"))
