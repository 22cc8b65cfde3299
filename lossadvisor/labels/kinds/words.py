"""What names of columns and words in them suggest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

NAMES = {
    "class-index": "label labels class classes category species type cls group cluster diagnosis digit outcome kind "
    "target",
    "class-name": "label class category species type kind country city state brand color colour name",
    "ordinal": "star stars rating rate score grade severity level stage satisfaction quality likert agreement tier "
    "priority educ education",
    "count": "count counts num nr n number visits clicks quantity qty children kids goals views likes purchases "
    "accidents claims events times docvis hospvis bikes rentals siblings calls",
    "zero-inflated-count": "count counts visits clicks claims accidents events docvis",
    "positive": "price prices cost amount revenue income salary wage wages spend sales fare fee duration distance area "
    "population expenditure exp gdp",
    "zero-inflated-positive": "rain rainfall precipitation spend claim claims loss revenue amount affairs donation",
    "real": "age height temperature temp weight delta change diff bmi pressure altitude return target progression",
    "identifier": "id ids uuid guid key index idx hash sku pk rowid",
    "date": "date day year time timestamp created updated month yr",
    "angle": "angle heading azimuth bearing yaw pitch roll direction theta phi orientation rotation aspect longitude",
    "bounded": "rate ratio fraction percent percentage pct proportion share accuracy iou lat latitude",
    "probabilities": "prob probability confidence soft p",
    "text": "text comment review description title sentence body message summary",
    "delimited-labels": "tags genres labels categories keywords topics tag genre",
}
"""Words in a column's name that speak for a kind; weak evidence, since names are given for other reasons too."""

SCALES: Sequence[Sequence[str]] = (
    ("none", "trace", "minimal", "mild", "moderate", "severe", "critical"),
    ("very low", "low", "medium low", "medium", "med", "mid", "medium high", "high", "very high"),
    ("low", "moderate", "high", "critical"),
    ("lowest", "low", "normal", "high", "highest", "urgent"),
    ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"),
    ("tiny", "small", "medium", "large", "huge"),
    ("terrible", "awful", "very poor", "very bad", "poor", "bad", "fair", "ok", "okay", "average", "good", "very good",
     "great", "excellent"),
    ("poor", "fair", "good", "very good", "premium", "ideal"),
    ("never", "rarely", "seldom", "sometimes", "occasionally", "often", "usually", "very often", "always"),
    ("strongly disagree", "disagree", "somewhat disagree", "neutral", "neither agree nor disagree", "somewhat agree",
     "agree", "strongly agree"),
    ("very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"),
    ("very unlikely", "unlikely", "neutral", "likely", "very likely"),
    ("very negative", "negative", "neutral", "positive", "very positive"),
    ("beginner", "novice", "intermediate", "advanced", "expert"),
    ("bronze", "silver", "gold", "platinum", "diamond"),
    ("debug", "info", "warning", "error", "critical", "fatal"),
    ("primary", "secondary", "tertiary"),
    ("cold", "cool", "mild", "warm", "hot"),
    ("slow", "medium", "fast"),
    ("light", "medium", "heavy"),
    ("short", "medium", "tall"),
    ("first", "second", "third", "fourth", "fifth"),
    ("i", "ii", "iii", "iv", "v", "vi"),
    ("less than high school", "high school", "some college", "college", "bachelor", "bachelors", "master", "masters",
     "phd", "doctorate"),
    ("aaa", "aa", "a", "bbb", "bb", "b", "ccc", "cc", "c", "d"),
    ("f", "e", "d", "d+", "c-", "c", "c+", "b-", "b", "b+", "a-", "a", "a+"),
)  # fmt: skip
"""Ordered scales, from the lower end."""

YES_NO = {frozenset(pair.split("/")) for pair in (
    "0/1 -1/1 true/false yes/no y/n t/f on/off pass/fail positive/negative pos/neg success/failure spam/ham "
    "male/female m/f dead/alive malignant/benign active/inactive good/bad won/lost win/loss up/down present/absent "
    "case/control"
).split()}  # fmt: skip


def speaks_for(name: str, kind: str) -> bool:
    """Whether a word of the column's name suggests the kind."""
    parts = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())
    return any(part in NAMES.get(kind, "").split() for part in parts)


def scale_order(values: Iterable[Any]) -> list[Any]:
    """Texts in the order of the scale that they are of, [] where they are of none."""
    plain = plain_words(values)
    for scale in SCALES:
        if set(plain.values()) <= set(scale):
            return sorted(plain, key=lambda value: scale.index(plain[value]))
    return numbered_order(list(plain))


def near_scale(values: Iterable[Any]) -> bool:
    """Whether most of the texts are of one scale, so that the others may belong to it too."""
    plain = set(plain_words(values).values())
    return any(len(plain & set(scale)) >= max(2, 0.6 * len(plain)) for scale in SCALES)


def plain_words(values: Iterable[Any]) -> dict[str, str]:
    """Each text as a scale has it: small letters, single spaces."""
    texts = [str(value) for value in values]
    plain = {text: " ".join(re.split(r"[\s_-]+", text.lower().strip())) or text for text in texts}
    return plain | {text: text.lower() for text in texts if text[-1:] in "+-"}


def numbered_order(values: Sequence[str]) -> list[str]:
    """Texts that differ in their numbers alone ("stage 2", "10-20", "3+") in the order of these, otherwise []."""
    frames = {re.sub(r"\d+(?:\.\d+)?", "#", value) for value in values}
    alike = {frame.strip(" +<>=").removesuffix("s").replace("#-#", "#") for frame in frames}
    if frames == {"#"} or len(alike) != 1 or "#" not in "".join(alike) or len(next(iter(alike))) > 20:
        return []

    def place(value: str) -> tuple[float, int]:
        first = float(re.findall(r"\d+(?:\.\d+)?", value)[0])
        return first, -1 if value.lstrip().startswith("<") else int(value.rstrip().endswith("+") or ">" in value)

    order = sorted(values, key=place)
    return order if len({place(value) for value in values}) == len(values) else []
