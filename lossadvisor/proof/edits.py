"""Where a program differs from the one that it was made from."""

from __future__ import annotations

import ast
import contextlib
import difflib
from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple

HEAD = "the head of the program"
CALLS: dict[str, tuple[str, str]] = {
    "detach": ("gradients are cut off", "gradients flow where they must not"),
    "no_grad": ("gradients are cut off", "gradients flow where they must not"),
    "item": ("gradients are cut off", "a tensor stands where a number is meant"),
    "argmax": ("a decision has no gradient", "scores stand where a decision is meant"),
    "round": ("rounding has no gradient", "numbers are not rounded"),
    "step": ("the optimizer moves more than it should", "the optimizer never moves the parameters"),
    "zero_grad": ("gradients are lost", "gradients of all steps add up"),
    "backward": ("gradients add up", "there are no gradients"),
    "normalize": ("lengths are lost", "rows are not normalised"),
    "requires_grad_": ("what must stay as it is learns", "what must stay as it is learns"),
    "eval": ("dropout and batch statistics are off", "dropout and batch statistics are on"),
    "train": ("dropout and batch statistics are on", "dropout and batch statistics are off"),
    "half": ("half precision is too coarse for a loss", ""),
    "float": ("", "half precision is too coarse for a loss"),
    "clamp": ("what is clamped has no gradient", "a division by zero, or an overflow, is possible"),
    "clamp_": ("what is clamped has no gradient", "there is no limit any more"),
    "masked_fill": ("something is left out", "what is missing counts"),
    "reshape": ("a reshape keeps the order in memory: to swap axes takes a transpose", "axes are in another order"),
    "mean": ("a mean stands where there was none", "there is no mean"),
    "sum": ("a sum stands where there was none", "there is no sum"),
    "unsqueeze": ("an axis too many broadcasts", "an axis is missing, and broadcasts"),
    "squeeze": ("an axis is gone", "an axis too many broadcasts"),
    "sqrt": ("a root stands where there was none", "there is no root: the square counts"),
    "exp": ("an exponential too many", "the logarithm is not undone"),
    "log": ("a logarithm too many", "there is no logarithm"),
    "roll": ("predictions and targets don't belong together", "nothing is shifted"),
    "nll_loss": ("it wants log-probabilities", "the logarithm of the probability is not taken"),
    "NLLLoss": ("it wants log-probabilities", "the logarithm of the probability is not taken"),
    "cross_entropy": ("its softmax makes the outputs compete", "the outputs don't compete"),
    "binary_cross_entropy": ("it wants probabilities, and no logits", ""),
    "softmax": ("the outputs compete, and are no logits any more", "they are no probabilities yet"),
    "Softmax": ("the model gives probabilities where logits are meant", "they are no probabilities yet"),
    "Sigmoid": ("the model gives probabilities where logits are meant", "they are no probabilities yet"),
    "sigmoid": ("probabilities stand where logits are meant", "logits are taken for probabilities"),
    "logsigmoid": ("a log-probability stands where a probability is meant", "the logarithm is not taken in one"),
    "argmin": ("the least likely is taken", "the most likely is taken"),
    "new_tensor": ("", "the constants of the loss are left out"),
    "any": ("", "nobody looks whether anything is left"),
    "where": ("what is masked after the arithmetic keeps a gradient of NaN", "what is masked counts"),
    "std": ("the spread of a batch is no number for a single sample", "there is no spread"),
    "i0": ("a Bessel function that overflows from 88 on", ""),
    "cosh": ("a hyperbolic cosine overflows from 89 on", ""),
    "log1p": ("log(1 + x) stands where there was none", "there is no 1 that keeps the logarithm of a zero finite"),
}
"""What it means if a call was added, and if it is gone."""


class Edit(NamedTuple):
    """From `line` on stands `now`, where `before` stood; `scope` is the top-level function around it."""

    line: int
    now: str
    before: str
    scope: str

    def told(self) -> str:
        """The edit that takes it back."""
        if not self.before:
            return f"take out `{self.now}`"
        if not self.now:
            return f"put back `{self.before}`"
        return f"write `{self.before}`, as it was generated, and not `{self.now}`"


def edits(source: str, reference: str) -> list[Edit]:
    """What changed in the code, from the first line to the last; comments and docstrings don't count."""
    new, old = code_lines(source), code_lines(reference)
    scopes = scope_of_lines(source)
    last = len(source.splitlines())
    matcher = difflib.SequenceMatcher(None, [text for _, text in old], [text for _, text in new], autojunk=False)
    found = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind != "equal":
            line = new[j1][0] if j1 < len(new) else last
            now, before = ("; ".join(text for _, text in part) for part in (new[j1:j2], old[i1:i2]))
            found.append(Edit(line, now, before, scopes.get(line, HEAD)))
    return found


def code_lines(source: str) -> list[tuple[int, str]]:
    """Number and text of each line of code, without comments and indentation."""
    skipped = {
        number
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = ((number, line.partition("  #")[0].strip()) for number, line in enumerate(source.splitlines(), 1))
    return [(number, text) for number, text in lines if number not in skipped and text and not text.startswith("#")]


def scope_of_lines(source: str) -> dict[int, str]:
    """By line, the top-level function or class that it lies in."""
    return {
        number: node.name
        for node in ast.parse(source).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def nearest(found: list[Edit], scopes: Collection[str], line: int) -> Edit | None:
    """The edit that most likely matters: in one of the scopes, and near a line if one is known."""
    ranked = sorted(found, key=lambda edit: (edit.scope not in scopes, abs(edit.line - line) if line else 0))
    return ranked[0] if ranked else None


def changed_calls(edit: Edit) -> str:
    """What the calls that an edit adds and takes away mean: the two of them that say most."""
    now, before = calls(edit.now), calls(edit.before)
    told = [meaning(name, "is called here, and was not generated", 0) for name in now - before]
    told += [meaning(name, "was generated here, and is not called", 1) for name in before - now]
    told += changed_keywords(edit)
    return "; ".join(sorted(told, key=lambda text: ": " not in text)[:2])


def meaning(name: str, what: str, position: int) -> str:
    known = CALLS.get(name, ("", ""))[position]
    return f"{known}: {name}() {what}" if known else f"{name}() {what}"


def changed_keywords(edit: Edit) -> list[str]:
    """What became of the keywords of calls."""
    now, before = keywords(edit.now), keywords(edit.before)
    other = [name for name in now if name in before and now[name] != before[name]]
    told = [f"settings: {name} is {now[name]}, and was generated as {before[name]}" for name in other]
    return told + [f"settings: {name}={before[name]} is left out" for name in before.keys() - now]


def keywords(text: str) -> dict[str, str]:
    """The keywords of the calls in a piece of code, and their values."""
    found = (node for node in nodes(text) if isinstance(node, ast.keyword) and node.arg)
    return {str(node.arg): ast.unparse(node.value) for node in found}


def calls(text: str) -> Counter[str]:
    """The names that are called in a piece of code."""
    return Counter(called(node) for node in nodes(text) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """The last name of what is called: `softmax` of `nn.functional.softmax(x)`; "" if it has none."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def nodes(text: str) -> Iterator[ast.AST]:
    """All nodes of a piece of code, which need not be whole."""
    for part in text.split("; "):
        for candidate in (part, f"{part} pass", part.removeprefix("el")):
            with contextlib.suppress(SyntaxError):
                yield from ast.walk(ast.parse(candidate))
                break
