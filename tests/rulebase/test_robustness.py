"""However a rule file is spoilt, the check finds a fault or nothing, and never crashes."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lossadvisor.rulebase.check import check
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from tests.rulebase.toybase import TOY

FILES = sorted(path.relative_to(TOY).as_posix() for path in TOY.rglob("*.yaml"))
WORDS = sorted({word for file in FILES for word in re.findall(r"[\w-]+", (TOY / file).read_text(encoding="utf-8"))})
JUNK = [
    "[]",
    "{}",
    "null",
    "true",
    "no",
    "1",
    "1.5",
    "'",
    '"',
    "[",
    "}",
    ": ",
    "- ",
    "  ",
    "#",
    "*a",
    "&a",
    "!x",
    "|",
    "",
]


def spoil(text: str, line: int, word: int, by: str | None) -> str:
    """`text` without a line, or with a word of it replaced `by` another."""
    lines = text.split("\n")
    line %= len(lines)
    parts = re.findall(r"[\w-]+|[^\w\s]|\s+", lines[line])
    if by is None or not parts:
        del lines[line]
    else:
        parts[word % len(parts)] = by
        lines[line] = "".join(parts)
    return "\n".join(lines)


@given(
    st.sampled_from(FILES),
    st.lists(
        st.tuples(st.integers(0, 80), st.integers(0, 30), st.none() | st.sampled_from(WORDS) | st.sampled_from(JUNK)),
        min_size=1,
        max_size=2,
    ),
)
def test_no_spoilt_file_makes_the_check_crash_nor_passes_it_and_fails_later(
    file: str, edits: list[tuple[int, int, str | None]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder, "base")
        shutil.copytree(TOY, top)
        text = (top / file).read_text(encoding="utf-8")
        for line, word, by in edits:
            text = spoil(text, line, word, by)
        (top / file).write_text(text, encoding="utf-8")
        if check(RuleBase(shipped=top)):
            return
        base = RuleBase(shipped=top)
        for task in base.table("toy").inputs["task"]:
            answer = decide(base, {"task": task})
            assert answer.loss.references
            assert all(pitfall.references for pitfall in answer.pitfalls)


def test_a_spoilt_text_is_another_one() -> None:
    assert spoil("a: b\nc: d", 0, 0, None) == "c: d"
    assert spoil("a: b\nc: d", 1, 3, "e") == "a: b\nc: e"
