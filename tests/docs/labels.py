"""Writes docs/labels.md: how columns are read, beside what two tools for automatic learning would take them for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from lossadvisor.labels.kinds.looks import say
from lossadvisor.labels.records import KINDS, LabelProfile
from lossadvisor.labels.tables.columns import parse
from tests.docs.generate import ROOT
from tests.labels.draws import Case, cases, column, profile_of

PAGE = ROOT / "docs" / "labels.md"
YES, NO = {"yes", "y", "true", "t", "1", "1.0"}, {"no", "n", "false", "f", "0", "0.0"}  # Ludwig's
NUMBERS = ("real", "positive", "zero-inflated-positive", "count", "zero-inflated-count", "bounded", "probabilities")
CLASSES = ("class-index", "class-name")
RIGHT = {
    "binary": ("binary", "boolean"),
    "multiclass": CLASSES,
    "category": CLASSES,
    "regression": NUMBERS,
    "number": NUMBERS,
    "text": ("text",),
    "date": ("date",),
}
"""Which of our kinds a reading of theirs does justice to: a loss for it would fit the column."""

HEAD = """\
# Labels

What `lossadvisor inspect` takes {total} columns for, made for its tests (`tests/labels/columns.yaml`), beside what
AutoGluon and Ludwig take such a column for when they aren't told. Made by `make docs`.

{counts}

**How it was obtained.** Neither tool was run. Their rules are restated from the source that they publish, and applied
to the columns:

- AutoGluon (`infer_problem_type` of `autogluon.core`): two different values are *binary*; text is *multiclass*;
  numbers are *multiclass* if they are integers of at most 1,000 different values, which are at most 5 % of the rows
  (10 % where there are 1,000 rows or fewer), otherwise *regression*. Missing rows are left out first.
- Ludwig (`infer_type` of `ludwig.utils.automl`): at most one value is a *category*; two usual words for yes and no,
  without a missing row, are *binary*; fewer different values than half the rows are a *category*, unless they are
  numbers other than integers without a gap; other numbers are a *number*, dates a *date*, and the rest is *text*.

A reading is wrong where a loss for it would not fit the true kind: classes for an order, for counts or for a measured
number; one class for several labels; a code for missing rows as a value; anything to learn where there is no target.
Where the data can't decide, either reading counts as right for the other tools, and ours must be the question. Kinds
that they don't have (`ordinal`, `angle`, `delimited-labels`) are wrong under any other name. The columns were made by
those who made the rules that read them: `tests/labels/real.yaml` has columns that others made.

| column | is | lossadvisor | AutoGluon | Ludwig |
| --- | --- | --- | --- | --- |
"""


class Seen(NamedTuple):
    """What tools see of a column of a CSV file."""

    texts: Sequence[str]
    values: Sequence[Any]
    rows: int

    @property
    def numeric(self) -> bool:
        return not any(isinstance(value, str) for value in self.values)

    @property
    def whole(self) -> bool:
        return self.numeric and all(float(value).is_integer() for value in self.values)


def see(texts: Sequence[str]) -> Seen:
    present = [text for text in texts if parse(text) is not None]
    numbers = [float(text) if is_float(text) else text for text in present]
    return Seen(present, numbers, len(texts))


def is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def autogluon(seen: Seen) -> str:
    """Its reading: binary, multiclass or regression."""
    different = len(set(seen.values))
    if different == 2:
        return "binary"
    if not seen.numeric:
        return "multiclass"
    share = 0.05 if len(seen.values) > 1000 else 0.1
    few = different <= share * len(seen.values) and different <= 1000
    return "multiclass" if few and seen.whole else "regression"


def ludwig(seen: Seen, kind: str) -> str:
    """Its reading: binary, category, number, date or text."""
    different = set(seen.texts)
    if kind == "date" and not seen.numeric:
        return "date"
    if len(different) <= 1:
        return "category"
    if len(different) == 2 and len(seen.texts) == seen.rows and {text.lower() for text in different} <= YES | NO:
        return "binary"
    gapless = seen.whole and max(seen.values) - min(seen.values) + 1 == len(different)
    if len(different) < 0.5 * len(seen.texts) and (not seen.numeric or gapless):
        return "category"
    return "number" if seen.numeric else "text"


def right(reading: str, case: Case) -> bool:
    """Whether a reading of another tool does the column justice."""
    kinds = [case["is"]] if "is" in case else [*case["asks"], *(["class-index"] if "ordinal" in case["asks"] else [])]
    coded = "is" in case and case.get("ignore") is not None
    two = kinds == ["binary"] and reading == "category"  # two classes are a category as well
    return (any(kind in RIGHT[reading] for kind in kinds) or two) and not coded


def told(profile: LabelProfile, case: Case) -> str:
    if "is" in case:
        return f"`{profile.kind}`" + ("" if profile.kind == case["is"] else " (wrong)")
    good = [profile.kind, profile.rival] == case["asks"] and profile.question
    return f"asks: {profile.question}" + ("" if good else " (wrong)")


def values_of(texts: Sequence[str]) -> str:
    """A few values, as they stand in the file."""
    common = [text for text, _ in Counter(text for text in texts if text).most_common(4)]
    shown = ", ".join(text if len(text) <= 18 else text[:15] + "..." for text in common)
    return shown.replace("|", "\\|").replace("<", "&lt;")


def page() -> str:
    """The page."""
    rows, wrong = [], Counter({"AutoGluon": 0, "Ludwig": 0, "lossadvisor": 0})
    for name, case in cases().items():
        texts = column(name, case)
        seen = see(texts)
        others = {"AutoGluon": autogluon(seen), "Ludwig": ludwig(seen, case.get("is", ""))}
        verdicts = []
        for tool, reading in others.items():
            fits = right(reading, case)
            wrong[tool] += not fits
            verdicts.append(reading if fits else f"{reading} (wrong)")
        ours = told(profile_of(name, case), case).replace("|", "\\|").replace("<", "&lt;")
        wrong["lossadvisor"] += ours.endswith("(wrong)")
        truth = f"`{case['is']}`" if "is" in case else " or ".join(f"`{kind}`" for kind in case["asks"])
        rows.append(f"| {case['column']}: {values_of(texts)} | {truth} | {ours} | {' | '.join(verdicts)} |")
    total = len(rows)
    asked = sum("asks" in case for case in cases().values())
    counts = (
        f"Wrong: lossadvisor {wrong['lossadvisor']} of {total} (it asks about {asked} of them), "
        f"AutoGluon {wrong['AutoGluon']}, Ludwig {wrong['Ludwig']}."
    )
    kinds = "\n".join(f"| `{kind}` | {words} |" for kind, words in KINDS.items())
    return (
        HEAD.format(total=say(total), counts=counts) + "\n".join(rows) + f"\n\n| kind | is |\n| --- | --- |\n{kinds}\n"
    )
