"""Which words of the code an edit exchanged, where no call tells it."""

from __future__ import annotations

import difflib
import re

from lossadvisor.proof.edits import Edit

WORD = re.compile(r"[\w.]+|\*\*|[<>=!]=|\S")

MEANINGS = {
    ("/", "*"): "it is multiplied where it must be divided",
    ("*", "/"): "it is divided where it must be multiplied",
    ("-", "+"): "it is added where it must be subtracted",
    ("+", "-"): "it is subtracted where it must be added",
    (">", "<"): "what must be above is below",
    ("<", ">"): "what must be below is above",
}
"""By what was generated and what stands there now."""


def changed_words(edit: Edit) -> str:
    """What stands where something else was generated, or "" if nothing does."""
    now, before = WORD.findall(edit.now), WORD.findall(edit.before)
    matcher = difflib.SequenceMatcher(None, before, now, autojunk=False)
    changes = [
        (" ".join(before[i1:i2]), " ".join(now[j1:j2]))
        for kind, i1, i2, j1, j2 in matcher.get_opcodes()
        if kind != "equal"
    ]
    if not changes:
        return ""
    if sorted(now) == sorted(before):
        moved = {word for words in zip(before, now, strict=True) if len({*words}) > 1 for word in words}
        return f"{' and '.join(sorted(filter(str.isidentifier, moved)))} have changed places"
    old, new = max(changes, key=lambda change: len(" ".join(change)))
    if (old, new) in MEANINGS:
        return f"{MEANINGS[old, new]}: `{new}` stands where `{old}` was generated"
    if not new:
        return f"`{old}` is left out"
    return f"`{new}` stands where `{old}` was generated" if old else f"`{new}` is added"
