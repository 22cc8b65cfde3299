"""The format of boxes is told from how they lie in their images."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossadvisor.labels.formats.boxes import NAMES, areas, crowding, no_boxes, shape

NUMBERS = st.integers(0, 2**32 - 1)
FORMATS = st.sampled_from(sorted(NAMES))


def stored(corners: np.ndarray, form: str) -> np.ndarray:
    x1, y1, x2, y2 = corners.T
    columns = {
        "xyxy": (x1, y1, x2, y2),
        "xywh": (x1, y1, x2 - x1, y2 - y1),
        "cxcywh": ((x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1),
    }
    return np.stack(columns[form], axis=1)


def drawn(seed: int, side: float) -> np.ndarray:
    """Corners of 200 boxes of all sizes, anywhere in an image."""
    low, high = np.sort(np.random.default_rng(seed).random((2, 200, 2)), axis=0)
    return np.concatenate([low, np.maximum(high, low + 0.01)], axis=1).clip(0, 1) * side


@given(
    seed=NUMBERS,
    expected=st.sampled_from(sorted(NAMES)),
    form=st.sampled_from(sorted(NAMES)),
    side=st.sampled_from([1.0, 640.0]),
)
def test_boxes_of_all_sizes_tell_their_format(seed: int, expected: str, form: str, side: float) -> None:
    boxes = no_boxes()
    for row in stored(drawn(seed, side), form).tolist():
        boxes.add(0, 0, row)
    found = shape(boxes, side, side, expected=expected)
    assert found.format == form
    assert (found.rival, found.confidence > 0.9) == (("", True) if form == expected else (expected, False))


@given(seed=NUMBERS, flawed=st.integers(0, 5))
def test_a_few_flaws_change_no_format(seed: int, flawed: int) -> None:
    boxes = no_boxes()
    for row in stored(drawn(seed, 1.0), "cxcywh").tolist():
        boxes.add(0, 0, row)
    for at in range(flawed):
        boxes.add(0, at, [0.5, 0.5, 0.0 if at % 2 else 1.7, 0.1])
    found = shape(boxes, 1.0, 1.0, expected="cxcywh")
    assert (found.format, found.confidence) == ("cxcywh", 0.98)
    assert bool(found.findings) == bool(flawed)


def test_unknown_sizes_of_images_have_room_for_all() -> None:
    boxes = no_boxes()
    boxes.add(0, 0, [1e6, 1e6, 5.0, 5.0])
    assert not shape(boxes, np.array([np.nan]), np.array([np.nan]), expected="xywh").findings


def test_areas_and_objects_per_image_are_counted() -> None:
    boxes = no_boxes()
    for image, side in [(0, 10.0), (0, 50.0), (2, 100.0)]:
        boxes.add(image, 0, [0.0, 0.0, side, side])
    assert areas(boxes, "xywh") == {"small": 1, "medium": 1, "large": 1}
    assert areas(boxes, "xywh", scale=10.0) == {"small": 0, "medium": 0, "large": 3}
    assert crowding(boxes, 4) == {"objects": 3, "backgrounds": 2, "objects_per_image": {"mean": 0.75, "most": 2}}


@pytest.mark.parametrize("same", [True, False])
def test_only_boxes_of_the_same_class_and_image_are_twice(*, same: bool) -> None:
    boxes = no_boxes()
    for at in (0, 0 if same else 1):
        boxes.add(at, 0, [1.0, 1.0, 5.0, 5.0])
    assert bool(shape(boxes, 9.0, 9.0, expected="xywh").findings) == same
