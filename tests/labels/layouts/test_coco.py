"""COCO's JSON, with the quirks that real files have."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossadvisor.codegen.program import Spec, render
from lossadvisor.errors import UserError
from lossadvisor.labels.layouts import coco
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import LabelProfile
from lossadvisor.labels.values import values_of
from lossadvisor.proof.cell import Settings
from lossadvisor.proof.run import prove
from lossadvisor.proof.worker import load
from lossadvisor.rulebase.load import RuleBase

IDS = [at for at in range(1, 91) if at not in (12, 26, 29, 30, 45, 66, 68, 69, 71, 83)]  # COCO's: 80 of 90


def annotation(at: int, **fields: Any) -> dict[str, Any]:
    box = [10.0 + at, 20.5, 30, 40]
    return {
        "id": at,
        "image_id": at % 15,
        "category_id": IDS[at % 4],
        "bbox": box,
        "area": 1200,
        "iscrowd": 0,
        **fields,
    }


def content(**fields: Any) -> dict[str, Any]:
    """A file of 20 images, 15 of them with objects, 100 annotations, and COCO's 80 categories."""
    return {
        "info": {"year": 2017},
        "licenses": [],
        "images": [{"id": at, "width": 640, "height": 480, "file_name": f"{at}.jpg"} for at in range(20)],
        "annotations": [annotation(at) for at in range(100)],
        "categories": [{"id": each, "name": f"c{each}"} for each in IDS],
        **fields,
    }


def write(path: Path, **fields: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content(**fields)), encoding="utf-8")
    return path


def profiled(path: Path) -> LabelProfile:
    assert coco.recognises(Source(str(path)))
    return coco.profile(Source(str(path)))


def told(found: LabelProfile, *words: str) -> bool:
    return all(any(word in said for said in found.findings) for word in words)


def test_boxes_are_corner_and_size_with_their_classes_by_id(tmp_path: Path) -> None:
    found = profiled(write(tmp_path / "a.json"))
    assert (found.kind, found.confidence, found.rows, found.storage.shape) == ("boxes", 0.98, 20, (100, 4))
    assert [tuple(each) for each in found.classes[:5]] == [("c1", 25), ("c2", 25), ("c3", 25), ("c4", 25), ("c5", 0)]
    assert (found.numbers["format"], found.numbers["normalised"]) == ("xywh", False)
    assert found.numbers["areas"] == {"small": 0, "medium": 100, "large": 0}


def test_category_ids_with_gaps_are_told_with_the_order_of_the_classes(tmp_path: Path) -> None:
    found = profiled(write(tmp_path / "a.json"))
    assert (len(found.classes), found.numbers["category_ids"]) == (80, IDS)
    assert told(found, "category ids go from 1 to 90 for 80 classes: in the program they are 0 to 79")


DETECTORS = [
    ("focal_smooth_l1", "anchors", "xywh"),
    ("bce_ciou_dfl", "points", "xywh"),
    ("detr", "queries", "xywh"),
    ("mask_rcnn", "regions", "object-masks"),
    ("mask2former", "mask-queries", "object-masks"),
]


@pytest.mark.torch
@pytest.mark.parametrize(("loss", "contract", "target"), DETECTORS)
def test_programs_number_category_ids_with_gaps(tmp_path: Path, loss: str, contract: str, target: str) -> None:
    import torch

    categories = [{"id": each, "name": f"c{each}"} for each in IDS[:12]]
    values = values_of(profiled(write(tmp_path / "a.json", categories=categories)), {"target": target})
    base = RuleBase()
    program = render(base, Spec(loss, contract, "", target, values=values))
    module = load(program.source, "program.py")
    written = [[each, f"c{each}"] for each in IDS[:12]]
    assert written == module.CATEGORIES
    assert module.from_ids(torch.tensor([[13, 1, -100]])).tolist() == [[11, 0, -100]]
    with pytest.raises(AssertionError, match="not in CATEGORIES"):
        module.from_ids(torch.tensor([[12]]))
    (verdict,) = prove(base, [program], Settings(["cpu"], level="smoke"))
    assert verdict.passed


def test_ids_from_0_on_need_no_map(tmp_path: Path) -> None:
    found = profiled(write(tmp_path / "a.json", categories=[{"id": at, "name": f"c{at}"} for at in range(5)]))
    assert "category_ids" not in found.numbers


def test_images_without_objects_are_backgrounds(tmp_path: Path) -> None:
    found = profiled(write(tmp_path / "a.json"))
    assert (found.numbers["backgrounds"], found.numbers["objects"]) == (5, 100)
    assert found.numbers["objects_per_image"] == {"mean": 5.0, "most": 7}
    assert told(found, "5 of 20 images have no objects")


def test_crowds_are_left_out(tmp_path: Path) -> None:
    crowd = annotation(100, iscrowd=1, segmentation={"counts": [5, 7], "size": [480, 640]})
    found = profiled(write(tmp_path / "a.json", annotations=[*content()["annotations"], crowd]))
    assert (found.numbers["objects"], found.numbers["crowds"], found.numbers["masks"]) == (100, 1, 0)
    assert told(found, "1 crowd regions")


def test_outlines_and_key_points_are_counted(tmp_path: Path) -> None:
    annotations = [
        annotation(at, segmentation=[[1, 2, 3, 4, 5, 6]], keypoints=[9, 9, 2] * 16 + [0, 0, 0]) for at in range(8)
    ]
    annotations += [
        annotation(8, segmentation={"counts": "x", "size": [1, 2]}),
        annotation(9, keypoints=[0, 0, 0] * 17),
    ]
    found = profiled(write(tmp_path / "a.json", annotations=[*annotations, annotation(10, segmentation=[])]))
    assert (found.numbers["masks"], found.numbers["keypoints"], found.numbers["points"]) == (9, 8, 17)
    assert any("8 as polygons and 1 as runs" in said for said in found.evidence)


def test_flawed_boxes_are_counted(tmp_path: Path) -> None:
    boxes = [[600, 20, 60, 40], [-9, 20, 30, 40], [5, 5, 0, 40], [5, 5, 9, -1], [float("nan"), 1, 1, 1]]
    flawed = [annotation(200 + at, bbox=box) for at, box in enumerate(boxes)]
    same = [annotation(7), annotation(8)]
    found = profiled(write(tmp_path / "a.json", annotations=[*content()["annotations"], *flawed, *same]))
    assert told(
        found, "2 of 107 boxes have no width", "1 of 107 boxes have coordinates that are no", "2 of 107 boxes reach"
    )
    assert told(found, "2 of 107 boxes are there twice")
    assert found.numbers["format"] == "xywh"


def test_corners_are_noticed_and_asked_about(tmp_path: Path) -> None:
    corners = [annotation(at, bbox=[300 + at, 250, 500 + at, 400]) for at in range(50)]
    found = profiled(write(tmp_path / "a.json", annotations=corners))
    assert (found.numbers["format"], found.confidence, found.rival) == ("xyxy", 0.8, "boxes")
    assert found.question.startswith("Are boxes corners x1, y1, x2, y2, or corner and size")


def test_the_order_of_the_keys_does_not_matter(tmp_path: Path) -> None:
    turned = dict(reversed(content().items()))
    (tmp_path / "a.json").write_text(json.dumps(turned, indent=1), encoding="utf-8-sig")
    (tmp_path / "b.json").write_text(json.dumps(content()), encoding="utf-8")
    assert profiled(tmp_path / "a.json")._replace(source="") == profiled(tmp_path / "b.json")._replace(source="")


def test_names_that_are_there_twice_give_way_to_ids(tmp_path: Path) -> None:
    found = profiled(write(tmp_path / "a.json", categories=[{"id": each, "name": "thing"} for each in IDS]))
    assert found.classes[0].value == "1"


def test_ids_may_be_strings_and_lead_nowhere(tmp_path: Path) -> None:
    annotations = [annotation(at, image_id=f"x{at}", category_id="cat") for at in range(20)]
    found = profiled(write(tmp_path / "a.json", annotations=annotations))
    assert told(
        found, "annotations name 20 images that the file doesn't list", "categories that the file doesn't list: cat"
    )


@pytest.mark.parametrize(
    ("files", "read"),
    [
        (["annotations/instances_train2017.json", "annotations/captions_train2017.json"], "instances_train2017"),
        (["annotations/instances_train2017.json", "annotations/instances_val2017.json"], "instances_train2017"),
        (["train/_annotations.coco.json", "valid/_annotations.coco.json"], "train/_annotations.coco"),
        (["labels.json"], "labels"),
    ],
)
def test_of_a_folder_the_objects_of_the_training_part_are_read(tmp_path: Path, files: list[str], read: str) -> None:
    for file in files:
        write(tmp_path / file, **({} if read in file else {"annotations": [annotation(1)]}))
    found = profiled(tmp_path)
    assert found.numbers["objects"] == 100
    assert len(files) == 1 or "1 other annotation files were left out" in found.evidence[-1]


def test_captions_are_text(tmp_path: Path) -> None:
    captions = [{"id": at, "image_id": at, "caption": "a cat"} for at in range(5)]
    assert profiled(write(tmp_path / "a.json", annotations=captions)).kind == "text"


BAD = {
    "two that are as good": (["a.json", "b.json"], {}, "there are 2 annotation files"),
    "no category": (
        ["a.json"],
        {"annotations": [{"image_id": 1, "bbox": [1, 2, 3, 4]}]},
        "annotations[0] has no 'category_id'",
    ),
    "a short box": (["a.json"], {"annotations": [annotation(1, bbox=[1, 2, 3])]}, "annotations[0] is malformed"),
    "a list as id": (["a.json"], {"images": [{"id": []}]}, "images[0] is malformed"),
    "an element that is none": (["a.json"], {"annotations": [annotation(1), 5]}, "annotations[1] is malformed"),
    "no annotations": (["a.json"], {"annotations": []}, "there are no objects in it: no annotations"),
    "no boxes": (
        ["a.json"],
        {"annotations": [{"image_id": 1, "category_id": 1}]},
        "none of its 1 annotations has a box",
    ),
    "panoptic": (["a.json"], {"annotations": [{"image_id": 1, "segments_info": []}]}, "panoptic"),
}


@pytest.mark.parametrize(("files", "fields", "message"), BAD.values(), ids=BAD)
def test_what_is_no_use_is_refused(tmp_path: Path, files: list[str], fields: dict[str, Any], message: str) -> None:
    for file in files:
        write(tmp_path / file, **fields)
    with pytest.raises(UserError) as caught:
        profiled(tmp_path)
    assert message in caught.value.message


NUMBERS = st.floats() | st.integers(-5, 700)
PLACES = st.integers(0, 99)
LISTS = st.lists(NUMBERS, max_size=5)
ODD = NUMBERS | LISTS | st.none() | st.text(max_size=2) | st.dictionaries(st.text(max_size=2), NUMBERS)
FIELDS = st.sampled_from(["id", "image_id", "category_id", "bbox", "iscrowd", "segmentation", "keypoints", "caption"])
BOXES = st.builds(lambda at, box: annotation(at, bbox=box), PLACES, st.lists(NUMBERS, min_size=4, max_size=4))
CHANGED = st.builds(lambda at, field, value: annotation(at, **{field: value}), PLACES, FIELDS, ODD)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("coco") / "a.json"


@given(annotations=st.lists(BOXES, max_size=30), changed=st.lists(CHANGED, max_size=2))
def test_whatever_annotations_hold_they_are_profiled_or_refused(
    place: Path, annotations: list[dict[str, Any]], changed: list[dict[str, Any]]
) -> None:
    write(place, annotations=[*annotations, *changed])
    with suppress(UserError):
        found = profiled(place)
        assert sum(each.samples for each in found.classes) == found.numbers["objects"]


def test_predictions_are_no_labels(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{**annotation(1), "score": 0.5}]))
    with pytest.raises(UserError, match="predictions, not labels"):
        profiled(tmp_path / "a.json")


def test_a_truncated_file_is_told_with_the_place(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.json").read_text()
    (tmp_path / "a.json").write_text(whole[:-5000])
    with pytest.raises(UserError) as caught:
        profiled(tmp_path / "a.json")
    assert "the file ends there" in caught.value.message
    assert "a.json: character" in caught.value.place


@pytest.mark.parametrize("text", ['{"a": 1}', "[]", "", '{"images": ["a.png"], "prompt": "x"}', "prompt"])
def test_other_json_is_left_to_others(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    assert not coco.recognises(Source(str(tmp_path / "a.json")))
    assert not coco.recognises(Source(str(tmp_path)))


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.json")
    whole = coco.read

    def read(place: Path) -> object:
        found = whole(place)
        place.write_text("{}")
        return found

    monkeypatch.setattr(coco, "read", read)
    with pytest.raises(UserError, match="changed while it was read"):
        profiled(path)
