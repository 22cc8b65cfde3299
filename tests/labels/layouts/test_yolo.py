"""YOLO's labels, with the quirks that real data sets have."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossadvisor.errors import UserError
from lossadvisor.labels.layouts import yolo
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import LabelProfile

NAMES = "train: images/train\nnames: [cat, dog, emu]\n"


def box(label: int, at: int = 0) -> str:
    return f"{label} {0.3 + 0.01 * at:.4f} 0.5 0.2 0.3"


def write(root: Path, **files: str) -> Path:
    """Files of labels in labels/train, others by their path (a double underscore parts folders)."""
    for name, text in files.items():
        path = root / (name.replace("__", "/") + ".txt" if "__" in name else f"labels/train/{name}.txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def profiled(path: Path) -> LabelProfile:
    assert yolo.recognises(Source(str(path)))
    return yolo.profile(Source(str(path)))


def told(found: LabelProfile, *words: str) -> bool:
    return all(any(word in said for said in found.findings) for word in words)


def data_set(root: Path, description: str = NAMES) -> Path:
    """Twelve label files of which one is empty, an image without labels, and one label file of another part."""
    files = {f"{at:02}": "\n".join(box(each % 2, at) for each in range(at)) for at in range(12)}
    write(root, **files, labels__val__00=box(2))
    (root / "images/train").mkdir(parents=True)
    for name in [*files, "none"]:
        (root / f"images/train/{name}.jpg").touch()
    (root / "data.yaml").write_text(description)
    return root


@pytest.mark.parametrize("place", [".", "data.yaml", "labels", "labels/train"])
def test_classes_boxes_and_backgrounds_of_the_training_part(tmp_path: Path, place: str) -> None:
    found = profiled(data_set(tmp_path) / place)
    assert (found.kind, found.rows, found.confidence) == ("boxes", 13, 0.98)
    if place != "labels/train":
        assert [tuple(each) for each in found.classes] == [("cat", 36), ("dog", 30), ("emu", 0)]
        assert "without " in found.evidence[-1]
        assert "val" in found.evidence[-1]
    assert (found.numbers["format"], found.numbers["normalised"], found.numbers["backgrounds"]) == ("cxcywh", True, 2)
    assert told(found, "2 of 13 images have no objects, 1 of them no label file")


@pytest.mark.parametrize(
    ("description", "classes"),
    [
        ("names:\n  0: cat\n  1: dog\n", ["cat", "dog"]),
        ("names: {1: dog, 0: cat, 3: emu}\n", ["cat", "dog", "2", "emu"]),
        ("names: [cat, cat]\n", [0, 1]),
        ("names: [cat]\n", [0, 1]),
        ("path: .\nnc: 2\nnames: ['0', '1']\n", ["0", "1"]),
    ],
)
def test_names_are_a_list_or_a_mapping(tmp_path: Path, description: str, classes: list[str | int]) -> None:
    found = profiled(data_set(tmp_path, description))
    assert [each.value for each in found.classes] == classes
    assert told(found, "class numbers without a name in data.yaml: 1") == (description == "names: [cat]\n")


def test_names_may_stand_in_classes_txt(tmp_path: Path) -> None:
    write(tmp_path, a=box(0), b=box(1), labels__classes="cat\ndog\n")
    assert [each.value for each in profiled(tmp_path / "labels").classes] == ["cat", "dog"]


def test_labels_may_lie_beside_images_or_alone(tmp_path: Path) -> None:
    write(tmp_path, x__a=box(0), x__b=box(1) + "\n" + box(1))
    (tmp_path / "x/a.png").touch()
    found = profiled(tmp_path / "x")
    assert (found.rows, [each.value for each in found.classes]) == (2, [0, 1])
    assert told(found, "1 label files have no image")
    assert profiled(tmp_path / "x" / "*.txt").rows == 2
    assert profiled(tmp_path / "x" / "b.txt").rows == 1


def test_polygons_are_boxes_and_masks(tmp_path: Path) -> None:
    polygons = "0 0.1 0.1 0.5 0.1 0.5 0.4\n1 0.2 0.2 0.4 0.2 0.4 0.6 0.2 0.6\n"
    found = profiled(write(tmp_path, a=polygons, b=polygons))
    assert (found.numbers["masks"], found.numbers["objects"], found.numbers["keypoints"]) == (4, 4, 0)
    assert found.numbers["fits"]["cxcywh"] == 1.0
    mixed = profiled(write(tmp_path, c=box(0)))
    assert told(mixed, "boxes and polygons are mixed")


POSES = {
    "visible": ("0 0.5 0.5 0.4 0.4 " + "0.4 0.4 2 0.6 0.6 1 0 0 0", "", 3),
    "described": ("0 0.5 0.5 0.4 0.4 " + "0.4 0.4 0.6 0.6", "kpt_shape: [2, 2]\n", 2),
    "flat": ("0 0.5 0.5 0.4 0.4 " + "0.4 0.4 0.6 0.6 0.5 0.5", "", 3),
}


@pytest.mark.parametrize(("line", "description", "points"), POSES.values(), ids=POSES)
def test_key_points_follow_the_box(tmp_path: Path, line: str, description: str, points: int) -> None:
    write(tmp_path, **{f"a{at}": f"{line}\n{line}\n" for at in range(12)})
    (tmp_path / "data.yaml").write_text(NAMES + description)
    found = profiled(tmp_path)
    assert (found.numbers["keypoints"], found.numbers["points"], found.numbers["masks"]) == (24, points, 0)


def test_flaws_of_lines_and_boxes_are_counted(tmp_path: Path) -> None:
    lines = [box(at % 2, at) for at in range(60)]
    flawed = [
        "0 0.5 0.5 1.4 0.2",
        "0 0.5 0.5 0 0.2",
        "x 1 2 3 4",
        "0,0.5,0.5,0.2,0.2",
        "-1 0.5 0.5 0.1 0.1",
        "0 0.5 0.5",
    ]
    found = profiled(write(tmp_path, a="\n".join([*lines, *flawed, lines[0]])))
    assert told(found, "4 lines can't be read", "a.txt:63 (no numbers", "commas", "no class number: -1", "3 numbers")
    assert told(found, "1 of 63 boxes have no width", "1 of 63 boxes reach beyond", "1 of 63 boxes are there twice")


def test_confidences_are_of_predictions(tmp_path: Path) -> None:
    assert told(profiled(write(tmp_path, a="\n".join(f"{box(0, at)} 0.9" for at in range(9)))), "predictions")


def test_pixels_are_noticed(tmp_path: Path) -> None:
    found = profiled(write(tmp_path, a="\n".join(f"0 {300 + at} 200 50 60" for at in range(9))))
    assert found.numbers["normalised"] is False
    assert told(found, "coordinates are above 1")


def test_corners_are_noticed_and_asked_about(tmp_path: Path) -> None:
    found = profiled(write(tmp_path, a="\n".join(f"0 0.{at + 1} 0.6 0.9{at} 0.9" for at in range(8))))
    assert (found.numbers["format"], found.rival) == ("xyxy", "boxes")
    assert found.question.endswith("as YOLO prescribes?")


@pytest.mark.parametrize(
    "text", ["hello world\n", "0.5 1 2 3 4\n", "1,2,3,4,5\n", "", "1 2 3\n", "0 5.1 3.5 1.4 0.2\n"]
)
def test_other_text_is_left_to_others(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    assert not yolo.recognises(Source(str(tmp_path)))
    assert not yolo.recognises(Source(str(tmp_path / "a.txt")))


def refused(path: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        profiled(path)
    return caught.value


def test_a_description_that_is_no_yaml_is_told_with_the_line(tmp_path: Path) -> None:
    write(tmp_path, a=box(0))
    (tmp_path / "data.yaml").write_text("names: [cat\nx: ]")
    error = refused(tmp_path)
    assert ("this is no YAML" in error.message, "data.yaml:2" in error.place) == (True, True)


def test_names_of_another_type_are_refused(tmp_path: Path) -> None:
    write(tmp_path, a=box(0))
    (tmp_path / "data.yaml").write_text("names: 3")
    assert "no list" in refused(tmp_path).message


def test_a_description_without_label_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "data.yaml").write_text(NAMES)
    assert "no label files" in refused(tmp_path / "data.yaml").message


def test_text_in_another_encoding_is_told(tmp_path: Path) -> None:
    write(tmp_path, a="\n".join(box(0, at) for at in range(9)))
    (tmp_path / "labels/train/b.txt").write_bytes(b"\xff\xfe0\x00")
    assert told(profiled(tmp_path), "b.txt (this isn't UTF-8 text")
