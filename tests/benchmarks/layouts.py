"""Labels that are no tables, at the size of real data sets: time, processor time and peak memory.

Beside COCO's file stands the whole of it read by `json.load`. Each subject is a process of its own.

    python -m tests.benchmarks.layouts [--scale 1.0]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from tests.benchmarks.timing import table

DISTINCT = 500  # images; the others are links to them


def make_masks(folder: Path, scale: float) -> str:
    """Palette images of Pascal VOC's size, 20 classes and void."""
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(0)
    count = int(20_000 * scale)
    for at in range(count):
        if at >= DISTINCT:
            os.link(folder / f"{at % DISTINCT}.png", folder / f"{at}.png")
            continue
        blocks = rng.integers(0, 21, (15, 20)) * (rng.random((15, 20)) < 0.3)
        pixels = np.kron(blocks, np.ones((25, 25)))
        pixels[::40] = 255
        image = Image.fromarray(pixels.astype(np.uint8))
        image.putpalette(list(range(256)) * 3)
        image.save(folder / f"{at}.png")
    return f"{count:,} palette masks of 500 x 375"


def make_imagefolder(folder: Path, scale: float) -> str:
    """A thousand classes in two parts; only names are read."""
    count = int(100 * scale)
    for part, samples in (("train", count), ("val", max(1, count // 10))):
        for label in range(1000):
            place = folder / part / f"class{label:04}"
            place.mkdir(parents=True)
            for at in range(samples):
                (place / f"{at}.jpg").touch()
    return f"{1000 * count:,} images in 1,000 folders"


def make_yolo(folder: Path, scale: float) -> str:
    import numpy as np

    rng = np.random.default_rng(0)
    count, place = int(100_000 * scale), folder / "labels" / "train2017"
    place.mkdir(parents=True)
    for at in range(count):
        rows = rng.random((at % 15, 4)) * (0.4, 0.4, 0.2, 0.2) + (0.3, 0.3, 0.01, 0.01)
        lines = (f"{label % 80} {x:.6f} {y:.6f} {w:.6f} {h:.6f}\n" for label, (x, y, w, h) in enumerate(rows))
        (place / f"{at:012}.txt").write_text("".join(lines))
    return f"{count:,} label files, {count * 7:,} boxes"


def make_coco(folder: Path, scale: float) -> str:
    """As large as the training part of COCO 2017: each object has a polygon of 22 points."""
    images, objects = int(118_000 * scale), int(860_000 * scale)
    polygon = [round(7.13 * at, 2) for at in range(44)]
    with (folder / "instances_train.json").open("w") as file:
        file.write('{"info": {}, "images": [')
        sized = ({"id": 5 * at, "width": 640, "height": 480, "file_name": f"{at:012}.jpg"} for at in range(images))
        file.write(",\n".join(map(json.dumps, sized)))
        file.write('], "categories": ' + json.dumps([{"id": at + at // 8, "name": f"c{at}"} for at in range(80)]))
        file.write(', "annotations": [')
        for at in range(objects):
            box, label = [at % 300 + 0.5, 20.3, 30.1, 40.7], at % 80
            told = {"id": at, "image_id": at % images * 5, "category_id": label + label // 8, "bbox": box, "iscrowd": 0}
            file.write((", " if at else "") + json.dumps({**told, "segmentation": [polygon], "area": 702.1}))
        file.write("]}")
    return f"{objects:,} objects of {images:,} images, {(folder / 'instances_train.json').stat().st_size / 1e6:,.0f} MB"


def make_conll(folder: Path, scale: float) -> str:
    sentence = "EU NNP B-NP B-ORG\nrejects VBZ B-VP O\nGerman JJ B-NP B-MISC\ncall NN I-NP O\n. . O O\n\n"
    count = int(400_000 * scale)
    (folder / "train.conll").write_text(sentence * count)
    return f"{5 * count:,} tokens"


MAKERS: Mapping[str, Callable[[Path, float], str]] = {
    "masks": make_masks,
    "imagefolder": make_imagefolder,
    "yolo": make_yolo,
    "coco": make_coco,
    "conll": make_conll,
}


def profiled(layout: str, folder: Path) -> None:
    from lossadvisor.labels.profile import Source

    module, source = import_module(f"lossadvisor.labels.layouts.{layout}"), Source(str(folder))
    assert module.recognises(source)
    module.profile(source)


def loaded(folder: Path) -> None:
    json.loads((folder / "instances_train.json").read_text())


def measured(layout: str, folder: Path) -> None:
    """Read the labels in this process, and print what it took."""
    start = time.perf_counter()
    loaded(folder) if layout == "json" else profiled(layout, folder)
    used = resource.getrusage(resource.RUSAGE_SELF)
    wall = time.perf_counter() - start
    print(json.dumps([wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))


def alone(*arguments: str) -> str:
    """What this module prints in a process of its own: a child's peak memory begins with its parent's."""
    command = [sys.executable, "-m", "tests.benchmarks.layouts", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def report(scale: float) -> str:
    """One row for each layout."""
    rows = []
    for layout in MAKERS:
        with tempfile.TemporaryDirectory(prefix="lossadvisor-") as folder:
            said = alone("--make", layout, folder, "--scale", str(scale)).strip()
            for subject in [layout, *["json"] * (layout == "coco")]:
                wall, used, peak = json.loads(alone("--measure", subject, folder))
                title = "the same by json.loads" if subject == "json" else f"{layout}: {said}"
                rows.append((title, f"{wall:.1f} s", f"{used:.1f} s", f"{peak:,.0f} MiB"))
    return table(("labels", "takes", "processor time", "peak memory"), rows)


def main() -> None:
    """Make each data set in a temporary folder, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--make", nargs=2)
    parser.add_argument("--measure", nargs=2)
    arguments = parser.parse_args()
    if arguments.make:
        print(MAKERS[arguments.make[0]](Path(arguments.make[1]), arguments.scale))
    elif arguments.measure:
        measured(arguments.measure[0], Path(arguments.measure[1]))
    else:
        print(report(arguments.scale))


if __name__ == "__main__":
    main()
