"""What masks are taken for, by their values, modes and places; and what is refused."""

from __future__ import annotations

import struct
import sys
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from lossadvisor.errors import UserError
from lossadvisor.labels.layouts import masks
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import LabelProfile
from tests.labels.pictures import filled, save

CASES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").with_stem("masks").read_text())
PHOTO = np.random.default_rng(0).integers(0, 256, (30, 30, 3))


def profiled(path: Path, kind: str = "") -> LabelProfile:
    source = Source(str(path), kind=kind)
    assert masks.recognises(source)
    return masks.profile(source)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_values_tell_what_a_mask_holds(tmp_path: Path, case: dict[str, Any]) -> None:
    save(tmp_path / "a.png", filled(case["values"]), mode=case.get("mode", ""), dtype=case.get("dtype", "uint8"))
    found = profiled(tmp_path)
    assert found.kind == case.get("kind", "mask")
    assert found.numbers["encoding"] == case["encoding"]
    assert [each.value for each in found.classes] == case["classes"]
    assert (found.ignore, found.question, found.rival) == (
        case.get("ignore"), case.get("question", ""), case.get("rival", ""),
    )  # fmt: skip
    assert (found.confidence > 0.9) == (not found.question)
    assert all(any(said in finding for finding in found.findings) for said in case.get("findings", []))
    if "foreground" in case:
        assert found.numbers["foreground_fraction"] == pytest.approx(case["foreground"], abs=1e-6)


def test_a_palette_is_read_by_its_indices_and_not_by_its_colours(tmp_path: Path) -> None:
    save(tmp_path / "a.png", filled({0: 100, 3: 100, 1: 20, 2: 20}), mode="P")
    found = profiled(tmp_path)
    assert found.storage.shape == (1, 12, 20)
    assert [each.samples for each in found.classes] == [100, 20, 20, 100]


def test_colours_are_classes_black_first_and_void_apart(tmp_path: Path) -> None:
    colors = [[0, 0, 0], [128, 0, 0], [0, 128, 0], [224, 224, 192]]
    save(tmp_path / "a.png", [[colors[x % 4] for x in range(40)] for _ in range(10)])
    found = profiled(tmp_path)
    assert found.numbers["encoding"] == "color-masks"
    assert [each.value for each in found.classes] == ["#000000", "#008000", "#800000"]
    assert found.storage.shape == (1, 10, 40, 3)
    assert found.numbers["ignored_fraction"] == 0.25
    assert any("Pascal VOC's colour" in said for said in found.findings)


def test_three_equal_channels_are_a_greyscale_mask(tmp_path: Path) -> None:
    save(tmp_path / "a.png", filled({0: 200, 1: 200}), mode="RGB")
    found = profiled(tmp_path)
    assert (found.numbers["encoding"], [each.value for each in found.classes]) == ("class-index", [0, 1])
    assert "three equal channels" in found.evidence[1]


def test_one_bit_is_true_or_false_as_numpy_reads_it(tmp_path: Path) -> None:
    save(tmp_path / "a.png", filled({0: 300, 255: 100}), mode="1")
    found = profiled(tmp_path)
    assert (found.storage.dtype, found.numbers["encoding"], found.question) == ("bool", "class-index", "")
    assert [tuple(each) for each in found.classes] == [(0, 300), (1, 100)]


def test_masks_of_many_files_are_one_sum(tmp_path: Path) -> None:
    for at in range(70):
        save(tmp_path / f"{at}.png", filled({0: 100 + at, 1: 100 - at}, width=200))
    found = profiled(tmp_path)
    assert found.rows == 70
    assert [each.samples for each in found.classes] == [7000 + 69 * 35, 7000 - 69 * 35]


def test_differing_sizes_are_told(tmp_path: Path) -> None:
    save(tmp_path / "a.png", filled({0: 200, 1: 200}))
    save(tmp_path / "b.png", filled({0: 200, 1: 200}, width=40))
    found = profiled(tmp_path)
    assert found.storage.shape == (2, None, None)
    assert (found.numbers["smallest_size"], found.numbers["largest_size"]) == ([20, 10], [40, 20])
    assert any("2 sizes" in said for said in found.findings)


def test_masks_that_are_all_void_have_no_target(tmp_path: Path) -> None:
    save(tmp_path / "a.png", filled({0: 200, 1: 100, 2: 100}))
    save(tmp_path / "b.png", filled({255: 400}))
    assert profiled(tmp_path).missing == 1


@pytest.mark.parametrize("masked", ["masks", "SegmentationClass", "gtFine/train/aachen", "labels/train"])
def test_masks_are_found_beside_their_images(tmp_path: Path, masked: str) -> None:
    save(tmp_path / masked / "a.png", filled({0: 200, 1: 200}))
    save(tmp_path / "images" / "train" / "a.jpg", PHOTO)
    found = profiled(tmp_path)
    assert (found.rows, [each.samples for each in found.classes]) == (1, [200, 200])


def test_the_training_part_is_counted_alone(tmp_path: Path) -> None:
    save(tmp_path / "masks/train/a.png", filled({0: 200, 1: 200}))
    save(tmp_path / "masks/val/b.png", filled({0: 200, 2: 200}))
    found = profiled(tmp_path)
    assert [each.value for each in found.classes] == [0, 1]
    assert "without masks/val" in found.evidence[1]


def test_of_several_images_per_sample_the_masks_are_taken_by_their_endings(tmp_path: Path) -> None:
    for ending in ("labelIds", "color", "instanceIds"):
        pixels = PHOTO if ending == "color" else filled({0: 200, 1: 200})
        save(tmp_path / f"gtFine/train/ulm/ulm_000_gtFine_{ending}.png", pixels)
    found = profiled(tmp_path)
    assert found.rows == 1
    assert any("2 other images" in said for said in found.evidence)


def test_photos_beside_masks_in_one_folder_are_left_out(tmp_path: Path) -> None:
    save(tmp_path / "a.png", filled({0: 200, 1: 200}))
    save(tmp_path / "a.jpg", PHOTO)
    assert profiled(tmp_path).rows == 1


def test_a_glob_and_a_single_file_are_masks_too(tmp_path: Path) -> None:
    save(tmp_path / "x" / "a_mask.png", filled({0: 200, 1: 200}))
    save(tmp_path / "x" / "a.png", PHOTO)
    assert profiled(tmp_path / "*" / "*_mask.png").rows == 1
    assert profiled(tmp_path / "x" / "a_mask.png").rows == 1


def test_folders_of_classes_are_no_masks_unless_the_user_says_so(tmp_path: Path) -> None:
    save(tmp_path / "cat" / "a.png", filled({0: 200, 1: 200}))
    assert not masks.recognises(Source(str(tmp_path)))
    assert profiled(tmp_path, kind="mask").confidence == 1.0


def test_broken_images_are_told_and_the_others_counted(tmp_path: Path) -> None:
    whole = save(tmp_path / "a.png", filled({0: 200, 1: 200})).read_bytes()
    (tmp_path / "b.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "c.png").write_bytes(b"no image")
    (tmp_path / "d.png").touch()
    found = profiled(tmp_path)
    assert (found.rows, found.missing) == (4, 3)
    told = next(said for said in found.findings if "can't be read" in said)
    assert all(name in told for name in ("b.png", "c.png", "d.png"))


def refused(path: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        profiled(path)
    return caught.value


def test_images_of_which_none_can_be_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "c.png").write_bytes(b"no image")
    assert refused(tmp_path).place.endswith("c.png")


def test_photos_are_no_masks(tmp_path: Path) -> None:
    save(tmp_path / "a.png", PHOTO)
    assert "images, not masks" in refused(tmp_path).message


def test_a_greyscale_photo_is_no_mask(tmp_path: Path) -> None:
    save(tmp_path / "a.png", PHOTO[:, :, 0])
    assert "images, not masks" in refused(tmp_path).message


def test_black_and_white_survives_jpeg_and_that_is_told(tmp_path: Path) -> None:
    rows, columns = np.ogrid[:64, :64]
    save(tmp_path / "a.jpg", 255 * ((rows - 30) ** 2 + (columns - 33) ** 2 < 400))
    found = profiled(tmp_path)
    assert (found.numbers["encoding"], [each.value for each in found.classes]) == ("black-white", [0, 255])
    assert found.numbers["foreground_fraction"] == pytest.approx(np.pi * 400 / 64**2, rel=0.02)
    assert any("JPEG" in said for said in found.findings)


def test_ids_of_objects_are_no_classes(tmp_path: Path) -> None:
    save(tmp_path / "a.png", [[24000 + 40 * y + x for x in range(40)] for y in range(40)], dtype="uint16")
    assert "instanceIds" in refused(tmp_path).hint
    save(tmp_path / "a.png", [[(3 * (x + 10 * y)) % 251 for x in range(10)] for y in range(10)])
    assert "scattered values" in refused(tmp_path).message


def test_greyscale_and_colour_do_not_mix(tmp_path: Path) -> None:
    save(tmp_path / "a.png", filled({0: 200, 1: 200}))
    save(tmp_path / "b.png", [[[0, 0, 0], [9, 0, 0]]])
    assert "mixed: 1 L, 1 RGB" in refused(tmp_path).message


def test_a_decompression_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0)
    parts = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    ]
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    assert "decompression bomb" in refused(tmp_path).message


def test_blended_colours_are_asked_about(tmp_path: Path) -> None:
    row = [[0, 0, 0]] * 10000 + [[200, 0, 0]] * 9990 + [[at, 0, 0] for at in range(5, 15)]
    save(tmp_path / "a.png", [row])
    found = profiled(tmp_path)
    assert found.question.startswith("Is each colour a class")
    assert any("hardly" in said or "blended" in said for said in found.findings)


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "bmp", "tif", "webp", "ppm"])
def test_damaged_images_never_end_in_a_traceback(tmp_path: Path, suffix: str) -> None:
    whole = save(tmp_path / f"whole.{suffix}", filled({0: 200, 1: 200})).read_bytes()
    rng = np.random.default_rng(0)
    for at in range(60):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), 4):
            damaged[place] = rng.integers(0, 256)
        (tmp_path / f"{at}.{suffix}").write_bytes(damaged[: rng.integers(0, len(whole) + 1)] if at % 2 else damaged)
    for path in tmp_path.iterdir():
        with suppress(UserError):
            profiled(path)


def test_without_pillow_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path / "a.png", filled({0: 200, 1: 200}))
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    assert "lossadvisor[data]" in refused(tmp_path).hint


def test_one_white_value_is_nothing_to_learn(tmp_path: Path) -> None:
    save(tmp_path / "a.png", filled({255: 400}))
    found = profiled(tmp_path)
    assert (found.kind, found.question) == ("constant", "")


def test_the_word_of_the_user_does_not_settle_what_255_means(tmp_path: Path) -> None:
    save(tmp_path / "a.png", filled({0: 300, 1: 80, 255: 20}))
    found = profiled(tmp_path, kind="mask")
    assert (found.confidence, found.rival, found.question[:6]) == (0.85, "", "Is 255")
