"""Columns for tests: made from what `columns.yaml` says of them, the same in each run."""

from __future__ import annotations

import datetime as dt
import uuid
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from lossadvisor.labels.kinds.single import profile_column
from lossadvisor.labels.records import LabelProfile
from lossadvisor.labels.tables.columns import of_counts, parse
from lossadvisor.labels.tables.counting import ascending

HERE = Path(__file__).parent
ROWS = 1000
Case = Mapping[str, Any]
SYLLABLES = "ba co du fe gi ha jo ku la mi no pu ra si to vu we xa yo zu".split()


def cases() -> dict[str, Case]:
    told: dict[str, Case] = yaml.safe_load((HERE / "columns.yaml").read_text(encoding="utf-8"))
    return told


def column(name: str, case: Case) -> list[str]:
    """The values as a text file holds them, "" where one is missing."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    rows = case.get("rows", ROWS)
    values = DRAWS[case["draw"]](random, case, rows)
    if "zeros" in case:
        values = np.where(random.random(rows) < case["zeros"], 0, values)
    if "code" in case:
        values = np.where(random.random(rows) < 0.05, case["code"], values)
    texts = [written(value, case) for value in values]
    gone = random.random(rows) < case.get("missing", 0)
    return ["" if missing else text for text, missing in zip(texts, gone, strict=True)]


def profile_of(name: str, case: Case) -> LabelProfile:
    """What is told of the column, without a file in between."""
    return profile_values(case["column"], column(name, case), source=name)


def profile_values(name: str, values: Sequence[Any], *, source: str) -> LabelProfile:
    counted = of_counts(name, Counter(values))
    rising = ascending([parse(value) for value in values])
    return profile_column(counted._replace(ascending=rising), source=source, format="csv")


def written(value: Any, case: Case) -> str:
    if isinstance(value, str):
        return value
    text = f"{value:.{case['decimals']}f}" if "decimals" in case and value != 0 else f"{value:.10g}"
    return text.replace(".", ",") if case.get("comma") else text


def choice(random: np.random.Generator, case: Case, rows: int) -> list[Any]:
    return [case["of"][place] for place in random.choice(len(case["of"]), rows, p=case.get("p"))]


def normal(random: np.random.Generator, case: Case, rows: int) -> np.ndarray:
    values = random.normal(case["mean"], case["spread"], rows)
    return np.clip(values, case.get("low"), case.get("high")) if "low" in case else values


def negative_binomial(random: np.random.Generator, case: Case, rows: int) -> np.ndarray:
    return random.negative_binomial(case["shape"], case["shape"] / (case["shape"] + case["mean"]), rows)


def prices(random: np.random.Generator, case: Case, rows: int) -> np.ndarray:
    return np.ceil(random.lognormal(4, 1, rows)) - 0.01


def amounts(random: np.random.Generator, case: Case, rows: int) -> np.ndarray:
    offered = np.unique(np.round(random.lognormal(5, 0.8, 4 * case["different"]) / 5) * 5 + 4)[: case["different"]]
    return random.choice(offered, rows)


def sets(random: np.random.Generator, case: Case, rows: int) -> list[str]:
    chosen = [random.permutation(case["of"])[: random.integers(1, 4)] for _ in range(rows)]
    return [case["separator"].join(sorted(labels)) for labels in chosen]


def dates(random: np.random.Generator, case: Case, rows: int) -> list[str]:
    start = dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)
    moments = (start + dt.timedelta(minutes=int(minute)) for minute in random.integers(0, 2_000_000, rows))
    return [moment.strftime(case.get("form", "%Y-%m-%d")) for moment in moments]


def word(random: np.random.Generator) -> str:
    return "".join(random.choice(SYLLABLES, 3))


def names(random: np.random.Generator, case: Case, rows: int) -> list[str]:
    return [str(name) for name in random.choice([word(random) for _ in range(case["different"])], rows)]


def sentences(random: np.random.Generator, case: Case, rows: int) -> list[str]:
    return [" ".join(word(random) for _ in range(random.integers(4, 20))) for _ in range(rows)]


def distinct_integers(random: np.random.Generator, case: Case, rows: int) -> np.ndarray:
    drawn = np.unique(random.integers(case.get("low", 1), case["high"], 2 * rows))
    return random.permutation(drawn)[:rows]


DRAWS: Mapping[str, Callable[[np.random.Generator, Case, int], Any]] = {
    "choice": choice,
    "integers": lambda random, case, rows: random.integers(case["low"], case["high"] + 1, rows),
    "poisson": lambda random, case, rows: random.poisson(case["mean"], rows),
    "negative-binomial": negative_binomial,
    "lognormal": lambda random, case, rows: random.lognormal(case["mean"], case["spread"], rows),
    "exponential": lambda random, case, rows: random.exponential(case["mean"], rows),
    "normal": normal,
    "uniform": lambda random, case, rows: random.uniform(case["low"], case["high"], rows),
    "beta": lambda random, case, rows: random.beta(case["a"], case["b"], rows) * case.get("scale", 1),
    "prices": prices,
    "choice-of-amounts": amounts,
    "sets": sets,
    "sequence": lambda _, case, rows: np.arange(case["start"], case["start"] + rows),
    "distinct-integers": distinct_integers,
    "uuids": lambda random, _, rows: [str(uuid.UUID(bytes=random.bytes(16))) for _ in range(rows)],
    "codes": lambda random, _, rows: [f"A{number:05d}-{random.integers(10, 99)}" for number in range(rows)],
    "dates": dates,
    "names": names,
    "sentences": sentences,
}
