"""What the values of masks mean: class numbers, black and white, or colours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from lossadvisor.errors import UserError
from lossadvisor.labels.formats.images import MOST, Tally
from lossadvisor.labels.frequency import several
from lossadvisor.labels.records import ClassCount

VOID, WHITE, MIDDLE = 255, 255, (127, 128)
VOC_VOID = (224, 224, 192)  # the colour of Pascal VOC's index 255
BLACK = (0, 0, 0)
MOST_CLASSES = 200  # COCO-Stuff has 182; grey photos have all levels
SPARSE = 64  # values with gaps beyond which an image is a photo or a map of depths
STRAY = 1e-4  # share of the pixels below which a colour is hardly a class: a rule of thumb
INSTANCES = "give masks of classes; in Cityscapes' instanceIds the class is the value // 1000"
VOID_QUESTION = "Is 255 a class (white), or does it mark pixels without a label (void)?"


class Code(NamedTuple):
    """What the values of a mask are taken for, as it goes into the profile."""

    classes: tuple[ClassCount, ...]
    encoding: str
    confidence: float
    evidence: tuple[str, ...]
    ignore: int | None = None
    rival: str = ""
    question: str = ""
    findings: tuple[str, ...] = ()
    numbers: Mapping[str, Any] = {}

    @property
    def values(self) -> list[bool | int | float | str]:
        """The classes that occur."""
        return [each.value for each in self.classes if each.samples]


def coded(sums: Tally, place: str) -> Code:
    """What the values of the masks mean, with the shares of the pixels.

    Raises:
        UserError: greyscale and coloured masks are mixed, or these are photos or maps of depths.
    """
    values, told = flattened(sums)
    if not values or len(sums.rich) > sums.files / 2:
        raise photos(sums, place)
    kinds = {isinstance(value, tuple) for value in values}
    if len(kinds) > 1:
        hint = "name one kind by a glob, as in 'labels/*_labelIds.png'"
        modes = ", ".join(f"{count:,} {mode}" for mode, count in sums.modes.most_common())
        raise UserError(f"greyscale and coloured images are mixed: {modes}", place=place, hint=hint)
    code = of_colors(values) if kinds == {True} else of_levels(values, sums, place)
    return code._replace(evidence=(*told, *code.evidence), numbers={"encoding": code.encoding, **shares(code, values)})


def flattened(sums: Tally) -> tuple[Counter[Any], tuple[str, ...]]:
    """Pixels by value; colours that are all grey as levels, with a sentence that says so."""
    colors = [value for value in sums.values if isinstance(value, tuple)]
    if not colors or any(len(set(color)) > 1 for color in colors):
        return sums.values, ()
    values: Counter[Any] = Counter()
    for value, count in sums.values.items():
        values[value[0] if isinstance(value, tuple) else value] += count
    return values, ("three equal channels: one of them is the mask",)


def photos(sums: Tally, place: str) -> UserError:
    many = len(sums.rich) or 1
    message = f"these are images, not masks: {many:,} of {sums.files:,} have over {MOST} values"
    hint = "name the folder of the masks (--kind mask); where folders are classes, name the folder that holds them"
    if any(mode.startswith(("I", "F")) for mode in sums.modes):
        hint = INSTANCES
    return UserError(message, place=place, hint=hint)


def of_levels(values: Counter[Any], sums: Tally, place: str) -> Code:
    """Greyscale, palette and 1-bit masks."""
    levels = sorted(values)
    if set(sums.modes) == {"1"}:
        said = "1-bit images, which numpy reads as True and False"
        return Code(counts(values, levels), "class-index", 0.98, (said,))
    if len(levels) == 1:
        return Code(counts(values, levels), "class-index", 0.98, (f"all pixels are {levels[0]}",))
    if len(levels) > 2 and blurred(values):
        return from_blurred(values)
    if set(levels) == {0, WHITE}:
        said = "the values are 0 and 255 alone"
        code = Code(counts(values, levels), "black-white", 0.85, (said,))
        return code._replace(rival="constant", question="Is 255 the foreground (white), or pixels without a label?")
    if len(levels) == 3 and levels[0] == 0 and levels[1] in MIDDLE and levels[2] == WHITE:
        return trimap(values, levels)
    if VOID in levels and len(levels) > 2 and dense([level for level in levels if level != VOID]):
        return with_void(values, levels)
    if dense(levels):
        return numbered(values, levels)
    if len(levels) > SPARSE:
        said = f"{len(levels):,} scattered values from {levels[0]} to {levels[-1]}: ids of objects, depths or a photo"
        raise UserError(f"these are no masks of classes: {said}", place=place, hint=INSTANCES)
    return grey_levels(values, levels)


def counts(values: Mapping[Any, int], order: list[Any]) -> tuple[ClassCount, ...]:
    return tuple(ClassCount(value, values.get(value, 0)) for value in order)


def dense(levels: list[Any]) -> bool:
    """Whether they look like class numbers: whole, from about 0 on, at least half of them there."""
    whole = all(isinstance(level, int) and level >= 0 for level in levels)
    return whole and levels[-1] < MOST_CLASSES and 2 * len(levels) >= levels[-1] + 1


def blurred(values: Counter[Any]) -> bool:
    """Whether nearly all is black or white, and a little of much between: what blending and JPEG leave."""
    ends = sum(count for level, count in values.items() if not 5 < level < 250)
    between = sum(5 < level < 250 for level in values)
    low, high = values[0] + values[1], values[254] + values[255]
    return len(values) > 8 and between > 2 and low > 0 and high > 0 and ends >= 0.8 * values.total()


def from_blurred(values: Counter[Any]) -> Code:
    high = sum(count for level, count in values.items() if level > WHITE // 2)
    between = 1 - (values[0] + values[WHITE]) / values.total()
    found = f"{between:.2%} of the pixels are neither 0 nor 255: resized with blending, or a JPEG; cut them at 128"
    classes = (ClassCount(0, values.total() - high), ClassCount(WHITE, high))
    return Code(classes, "black-white", 0.92, ("nearly all pixels are black or white",), findings=(found,))


def trimap(values: Counter[Any], levels: list[Any]) -> Code:
    said = f"black, white, and {levels[1]} between"
    question = f"Does {levels[1]} mark pixels without a label, or is it a third class?"
    classes = counts(values, [0, WHITE])
    return Code(classes, "black-white", 0.75, (said,), ignore=levels[1], rival="mask", question=question)


def with_void(values: Counter[Any], levels: list[Any]) -> Code:
    """Class numbers and 255; with few classes 255 may be one of them."""
    top = levels[-2]
    share = values[VOID] / values.total()
    said = f"class numbers up to {top}, then nothing before 255, which {share:.1%} of the pixels have"
    code = Code(counts(values, list(range(top + 1))), "class-index", 0.97, (said,), ignore=VOID)
    return code if len(levels) > 3 else code._replace(confidence=0.85, rival="mask", question=VOID_QUESTION)


def numbered(values: Counter[Any], levels: list[Any]) -> Code:
    said = f"class numbers from {levels[0]} to {levels[-1]}"
    found = (
        (f"0 never occurs, numbers start at {levels[0]}: a class too many, unless you subtract",) if levels[0] else ()
    )
    return Code(counts(values, list(range(levels[-1] + 1))), "class-index", 0.98, (said,), findings=found)


def grey_levels(values: Counter[Any], levels: list[Any]) -> Code:
    """A few values far apart: classes that were spread to be seen, most likely."""
    names = several([str(level) for level in levels])
    said = f"{len(levels):,} values with gaps: {names}"
    question = f"Is each of the values {names} a class, or does one of them mark pixels without a label?"
    found = f"class numbers must be 0 to {len(levels) - 1}: map the values to them"
    return Code(counts(values, levels), "class-index", 0.8, (said,), rival="mask", question=question, findings=(found,))


def of_colors(values: Counter[Any]) -> Code:
    """Masks in which each class has a colour: black first, then as numbers."""
    total = values.total()
    order = sorted((color for color in values if color != VOC_VOID), key=lambda color: (color != BLACK, color))
    classes = tuple(ClassCount(name(color), values[color]) for color in order)
    stray = [name(color) for color in order if values[color] < STRAY * total]
    found = []
    if VOC_VOID in values:
        share = values[VOC_VOID] / total
        found.append(f"{name(VOC_VOID)} ({share:.1%} of the pixels) is Pascal VOC's colour of pixels without a label")
    if stray:
        found.append(
            f"{len(stray):,} colours have under {STRAY:.2%} of the pixels: rare classes, or edges that were blended: "
            f"{several(stray)}"
        )
    confidence = 0.95 if len(order) <= SPARSE and len(stray) <= len(order) / 2 else 0.7
    question = (
        "" if confidence > 0.9 else "Is each colour a class, or were the edges blended when the masks were resized?"
    )
    said = (f"{len(order):,} colours",)
    rival = "mask" if question else ""
    return Code(classes, "color-masks", confidence, said, rival=rival, question=question, findings=tuple(found))


def name(color: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


def shares(code: Code, values: Counter[Any]) -> dict[str, float]:
    """`foreground_fraction` of the labelled pixels (all but the first class), and `ignored_fraction` of all."""
    labelled = sum(each.samples for each in code.classes)
    background = code.classes[0].samples if code.classes and code.classes[0].value in (0, name(BLACK)) else 0
    return {
        "foreground_fraction": 1 - background / labelled if labelled else 0.0,
        "ignored_fraction": 1 - labelled / values.total(),
    }
