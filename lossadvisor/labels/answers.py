"""From a profile to answers: what labels say about the questions, how sure that is, and from what it follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lossadvisor.codegen.values import imbalance
from lossadvisor.labels import targets
from lossadvisor.labels.records import NO_TARGET, LabelProfile
from lossadvisor.rulebase.decide import fill, table_of
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Answers

SURE = 0.9
"""A kind above that confidence leaves nothing to ask."""

CLASSES = ("binary", "class-index", "class-name", "one-hot", "probabilities", "ordinal")
SEVERAL = ("multi-hot", "delimited-labels")
NUMBERS = (
    "count",
    "zero-inflated-count",
    "positive",
    "zero-inflated-positive",
    "bounded",
    "real",
    "multi-real",
    "angle",
)

TASKS: Mapping[str, str] = {
    **dict.fromkeys(CLASSES, "multiclass"),
    **dict.fromkeys(SEVERAL, "multilabel"),
    **dict.fromkeys(NUMBERS, "regression"),
    "binary": "binary",
    "token-labels": "token-classification",
    "preference-pairs": "preference",
    "thumbs": "preference",
    "scored-pairs": "sentence-embeddings",
    "triplets": "sentence-embeddings",
}
"""The task that a kind is made for; masks and boxes need a look at their numbers."""

PER_SAMPLE: Mapping[str, str] = {
    **dict.fromkeys(CLASSES, "one"),
    **dict.fromkeys(SEVERAL, "several"),
    "binary": "yes-no",
    "token-labels": "one-per-token",
}
QUANTITIES: Mapping[str, str] = {
    "count": "count",
    "zero-inflated-count": "count",
    "positive": "positive",
    "zero-inflated-positive": "zero-inflated",
    "real": "real",
    "multi-real": "vector",
    "angle": "angle",
}
FEEDBACK: Mapping[str, str] = {"preference-pairs": "pairs", "thumbs": "thumbs"}
SUPERVISION: Mapping[str, str] = {
    **dict.fromkeys(("class-index", "class-name"), "class-labels"),
    "binary": "pair-labels",
    "scored-pairs": "scored-pairs",
    "triplets": "triplets",
}

SMALL_FOREGROUND = 0.05
FEW_OUTLIERS, MANY_OUTLIERS = 0.002, 0.02  # rules of thumb; of normal noise 0.0005 lie beyond a robust z of 3.5
EQUAL, OVER = 1.1, 1.5  # variance to mean: rules of thumb
FEW_SAMPLES = 20


class Answer(NamedTuple):
    """A choice that the labels speak for, how sure that is (0 to 1), and what was seen."""

    question: str
    choice: str
    confidence: float
    evidence: str


def derive(base: RuleBase, profile: LabelProfile, given: Answers) -> tuple[Answer, ...]:
    """The answers that the labels give beside those that the user gave, in the order of the questions.

    What the kind and its rival disagree about is left out, and so is what contradicts the user or his task.
    """
    found = fitting(base, list(facts(profile, profile.kind)), given)
    if unsure(profile):
        rivals = fitting(base, list(facts(profile, profile.rival)), given)
        same = {(answer.question, answer.choice) for answer in rivals}
        found = (answer for answer in found if (answer.question, answer.choice) in same)
    return tuple(answer._replace(confidence=min(answer.confidence, profile.confidence)) for answer in found)


def unsure(profile: LabelProfile) -> bool:
    """Whether the labels can't tell their kind from another one that could be learned."""
    return profile.rival not in ("", profile.kind, *NO_TARGET) and profile.confidence <= SURE


def fitting(base: RuleBase, found: list[Answer], given: Answers) -> Iterator[Answer]:
    """Of each question the first answer that its table takes, and that doesn't contradict the others."""
    tasks = [answer for answer in found if answer.question == "task"]
    task = given.get("task") or next((answer.choice for answer in tasks), "")
    if not task:
        return
    table = table_of(base, task)
    kept = {question: choice for question, choice in given.items() if choice in table.inputs.get(question, ())}
    for question in table.inputs:
        for answer in found:
            fits = answer.choice in table.inputs[question] if answer.question == question else False
            if fits and question not in kept and table.matching({**kept, question: answer.choice}) & table.possible:
                kept[question] = answer.choice
                yield answer


def open_questions(base: RuleBase, known: Answers) -> list[str]:
    """The questions that can still change the outcome; the task where that is open."""
    if "task" not in known:
        return ["task"]
    return fill(base, table_of(base, known["task"]), known)[1]


def facts(profile: LabelProfile, kind: str) -> Iterator[Answer]:
    """What labels of `kind` say; of several answers to a question the first one that fits counts."""
    look = "; ".join(profile.evidence[:1]) or f"the labels are {kind}"
    if kind in TASKS:
        yield Answer("task", TASKS[kind], 1.0, look)
    if kind in PER_SAMPLE:
        yield Answer("labels-per-sample", PER_SAMPLE[kind], 1.0, look)
    if kind in QUANTITIES:
        yield Answer("quantity", QUANTITIES[kind], 1.0, look)
    if kind in FEEDBACK:
        yield Answer("feedback", FEEDBACK[kind], 1.0, look)
    if kind in SUPERVISION:
        yield Answer("supervision", SUPERVISION[kind], 1.0, look)
    yield from (Answer("target", choice, 1.0, why) for choice, why in targets.formats(profile, kind))
    yield from of_classes(profile, kind)
    yield from of_numbers(profile, kind)
    yield from of_places(profile, kind)
    if profile.missing and kind not in ("token-labels", "delimited-labels", "mask"):
        yield Answer("label-quality", "incomplete", 0.95, f"{profile.missing:,} of {profile.rows:,} have no label")


def of_classes(profile: LabelProfile, kind: str) -> Iterator[Answer]:
    """Order, imbalance, and how many samples the classes have."""
    if kind == "ordinal":
        yield Answer("order", "ordered", 1.0, "the classes have an order")
    elif kind in ("class-index", "class-name"):
        yield Answer("order", "unordered", 0.9, "nothing says that the classes have an order")
    if rarity := rarest(profile, kind):
        yield Answer("imbalance", imbalance(rarity.counts), 0.95, rarity.told)
    counts = sorted(each.samples for each in profile.classes)
    if counts:
        middle = counts[len(counts) // 2]
        few = "few" if middle <= FEW_SAMPLES else "many"
        yield Answer("class-samples", few, 0.9, f"half of the classes have {middle:,} samples or fewer")


class Rarity(NamedTuple):
    """The largest and the smallest number that are compared, and what is told about them."""

    counts: list[int]
    told: str


def rarest(profile: LabelProfile, kind: str) -> Rarity | None:
    """The rarest class beside the largest; of several labels the one with the fewest positives beside its negatives."""
    present = sorted((each for each in profile.classes if each.samples), key=lambda each: each.samples)
    if not present or (len(present) < 2 and kind not in SEVERAL) or kind in NUMBERS:
        return None
    least, most = present[0], present[-1]
    if kind in SEVERAL:
        others = max(profile.rows - profile.missing - least.samples, 1)
        told = f"label {least.value!r} is on in {least.samples:,} of {profile.rows:,} samples"
        return Rarity([others, least.samples] if others > least.samples else [1, 1], told)
    ratio = most.samples / least.samples
    told = f"class {least.value!r} has {least.samples:,}, {most.value!r} {most.samples:,}: 1 to {ratio:,.3g}"
    return Rarity([most.samples, least.samples], told)


def of_numbers(profile: LabelProfile, kind: str) -> Iterator[Answer]:
    """Quantity of bounded numbers, dispersion of counts, outliers."""
    numbers = profile.numbers
    if kind == "bounded" and "minimum" in numbers:
        low, high = numbers["minimum"], numbers["maximum"]
        if low >= 0 and (high <= 1 or (high <= 100 and targets.whole(profile))):
            yield Answer("quantity", "fraction", 1.0, f"all lie in {low:g} .. {high:g}")
        else:
            yield Answer("quantity", "real", 0.7, f"they lie in {low:g} .. {high:g}, which is no share")
    if kind == "zero-inflated-count":
        yield Answer("dispersion", "over", 1.0, "more zeros than a Poisson variable has")
    elif kind == "count" and (spread := numbers.get("dispersion")) is not None:
        told = f"variance / mean is {spread:.3g}"
        if spread <= EQUAL:
            yield Answer("dispersion", "equal", 0.95, f"{told}, and lower still once the inputs are known")
        elif spread >= OVER:
            yield Answer("dispersion", "over", 0.7, f"{told}; the inputs may explain a part of it")
    if kind in ("real", "multi-real") and (share := numbers.get("outlier_fraction")) is not None:
        choice = "none" if share < FEW_OUTLIERS else "few" if share < MANY_OUTLIERS else "heavy-tails"
        where = " of one of the columns" if kind == "multi-real" else ""
        yield Answer("outliers", choice, 0.7, f"{share:.2%}{where} lie far off (robust z)")


def of_places(profile: LabelProfile, kind: str) -> Iterator[Answer]:
    """Task and labels per sample of masks and boxes."""
    numbers = profile.numbers
    if kind == "mask":
        share = numbers.get("foreground_fraction")
        if share is not None:
            small = share < SMALL_FOREGROUND
            task = "imbalanced-segmentation" if small else "semantic-segmentation"
            yield Answer("task", task, 0.95, f"{share:.2%} of the pixels are foreground")
        else:
            yield Answer("task", "semantic-segmentation", 1.0, "each pixel has a class")
        encoding, two = numbers.get("encoding", "class-index"), targets.zero_one(profile)
        yes_no = encoding == "black-white" or (encoding == "class-index" and two)
        told = "there is one foreground" if yes_no else f"{len(profile.classes)} classes exclude each other"
        yield Answer("labels-per-sample", "yes-no" if yes_no else "one", 0.95, told)
        if yes_no and profile.ignore is not None:
            yield Answer("label-quality", "incomplete", 0.95, f"pixels of {profile.ignore} have no label")
    if kind == "boxes":
        one_each = profile.storage.format not in ("coco", "yolo")
        told = "each row is one box" if one_each else "an image has any number of boxes"
        yield Answer("task", "bounding-box" if one_each else "object-detection", 0.95, told)
