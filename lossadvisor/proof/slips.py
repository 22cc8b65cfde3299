"""Slips of the pen: small changes of an expression that make a right program wrong, each with what it means."""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import pairwise

from lossadvisor.proof.calls import ADDED, KEYWORDS, OPPOSITES, called, missing
from lossadvisor.proof.operations import Slip, Slips, aims, of_comparison, of_operation, of_sign, twice

TURNED = {"True": "False", "False": "True"}
AXES = ("0", "1", "-1", "2")


def slips(node: ast.expr, names: list[str]) -> Slips:
    """What may stand where an expression is meant; `names` are those of the function around it."""
    for kind, of in KINDS.items():
        if isinstance(node, kind):
            yield from of(node)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and (node.id in names or node.id.isupper()):
        yield from of_name(node, names)


def of_selection(node: ast.Subscript) -> Slips:
    taken, places = ast.unparse(node.value), ast.unparse(node.slice)
    if isinstance(node.ctx, ast.Load):
        yield Slip(taken, f"the selection [{places}] is left out: all of {taken} is taken")
    for constant in (part for part in ast.walk(node.slice) if isinstance(part, ast.Constant)):
        if isinstance(constant.value, int) and not isinstance(constant.value, bool):
            yield from moved(node, constant, constant.value)


def moved(node: ast.Subscript, constant: ast.Constant, place: int) -> Slips:
    """A place that is one off, or at the other end."""
    meant = ast.unparse(node)
    for other in {place + 1, place - 1} - {-1}:
        constant.value = other
        yield Slip(ast.unparse(node), f"{ast.unparse(node)} is one place off: {meant} is meant")
        constant.value = place
    yield Slip(meant.replace(f":-{place}", f"{place}:"), f"{meant} loses its first places in the place of the last")
    yield Slip(meant.replace(f"{place}:", f":-{place}"), f"{meant} loses its last places in the place of the first")
    yield Slip(meant.replace(f"-{place}", "0"), f"the first place is read where {meant} is meant")


def of_call(node: ast.Call) -> Slips:
    yield from of_receiver(node)
    yield from of_arguments(node)
    yield from of_settings(node)
    name, whole = called(node), ast.unparse(node)
    arguments, settings = written(node)
    for opposite, what in OPPOSITES.get(name, {}).items():
        swapped = ast.unparse(node.func).removesuffix(name) + opposite
        yield Slip(f"{swapped}({', '.join((*arguments, *settings))})", what)
        yield Slip(f"{swapped}({', '.join(arguments)})", what)
    if name == "arange":
        yield Slip(f"{whole} * 0", "every place counts as the first")
    yield Slip(f"{whole}[:-1]", f"the last of {name}() is left out")


def of_receiver(node: ast.Call) -> Slips:
    """A call that is left out."""
    inner = receiver(node)
    if inner is not None:
        yield Slip(ast.unparse(inner), missing(called(node), ast.unparse(inner)))
        if called(node) == "square":
            yield from aims(inner, lambda text: f"({text}).square()")


def of_arguments(node: ast.Call) -> Slips:
    """Arguments that are others, or in another order."""
    name, (arguments, settings) = called(node), written(node)
    for changed, cause in twice(node.args):
        yield Slip(rewritten(node, changed, settings), cause)
    for position, (one, other) in enumerate(pairwise(arguments)):
        exchanged = [*arguments[:position], other, one, *arguments[position + 2 :]]
        told = f"{name}() is given {other} and {one} in the wrong order"
        yield Slip(rewritten(node, exchanged, settings), told)
    if name == "roll":
        yield Slip(rewritten(node, ["0"], settings), "nothing is shifted: each is compared with itself")


def of_settings(node: ast.Call) -> Slips:
    """Keywords that are left out, turned around or added."""
    name, (arguments, settings) = called(node), written(node)
    for position, keyword in enumerate(node.keywords):
        key, value = str(keyword.arg), ast.unparse(keyword.value)
        before, after = settings[:position], settings[position + 1 :]
        known = KEYWORDS.get(key, f"{name}() is left to choose its own {key}")
        yield Slip(rewritten(node, arguments, [*before, *after]), known)
        if value in TURNED:
            turned = [*before, f"{key}={TURNED[value]}", *after]
            yield Slip(rewritten(node, arguments, turned), KEYWORDS.get(key, f"{key} is {TURNED[value]}"))
        for axis in AXES if key == "dim" else ():
            told = f"{name}() goes along axis {axis}, and {value} is meant"
            yield Slip(rewritten(node, arguments, [*before, f"dim={axis}", *after]), told)
    if any(keyword.arg == "dim" for keyword in node.keywords):
        yield Slip(rewritten(node, arguments, []), KEYWORDS["dim"])
    for key, (value, what) in ADDED.items():
        yield Slip(rewritten(node, arguments, [*settings, f"{key}={value}"]), what)


def written(node: ast.Call) -> tuple[list[str], list[str]]:
    """The arguments and the keywords of a call."""
    settings = [(keyword.arg, ast.unparse(keyword.value)) for keyword in node.keywords]
    return [*map(ast.unparse, node.args)], [f"{key}={value}" if key else f"**{value}" for key, value in settings]


def rewritten(node: ast.Call, arguments: list[str], settings: list[str]) -> str:
    """The call with other arguments and keywords."""
    return f"{ast.unparse(node.func)}({', '.join((*arguments, *settings))})"


def receiver(node: ast.Call) -> ast.expr | None:
    """What a call changes: the tensor before the dot, or the first argument of a function of a module."""
    if not isinstance(node.func, ast.Attribute):
        return node.args[0] if node.args else None
    base = node.func.value
    is_module = ast.unparse(base) in {"F", "torch", "nn", "nn.functional", "math", "torch.linalg", "self"}
    if not is_module:
        return base
    return node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None


def of_attribute(node: ast.Attribute) -> Slips:
    if node.attr in {"T", "mT"}:
        inner = ast.unparse(node.value)
        yield Slip(inner, f"{inner} is not transposed: rows are taken where columns are meant")


def of_sequence(node: ast.Tuple | ast.List) -> Slips:
    """Two members exchanged."""
    if not isinstance(node.ctx, ast.Load):
        return
    members = [ast.unparse(member) for member in node.elts]
    ends = "()" if isinstance(node, ast.Tuple) else "[]"
    for position, (one, other) in enumerate(pairwise(members)):
        exchanged = [*members[:position], other, one, *members[position + 2 :]]
        text = ", ".join(exchanged)
        yield Slip(f"{ends[0]}{text}{ends[1]}", f"{one} and {other} are exchanged")
    for changed, cause in twice(node.elts):
        yield Slip(f"{ends[0]}{', '.join(changed)}{ends[1]}", cause)
    for position, gone in enumerate(members) if len(members) > 1 else ():
        text = ", ".join([*members[:position], *members[position + 1 :], ""])
        yield Slip(f"{ends[0]}{text}{ends[1]}", f"{gone} is left out")


def of_name(node: ast.Name, names: list[str]) -> Slips:
    yield from (Slip(name, f"{name} stands where {node.id} is meant") for name in names if name != node.id)
    yield from wrapped(node.id)


def wrapped(meant: str) -> Slips:
    """What may be made of an expression that is wanted as it is."""
    whole = meant if meant.isidentifier() or meant.endswith((")", "]")) else f"({meant})"
    yield from (Slip(form.format(whole), f"{meant} {told}") for form, told in WRAPS.items())


def of_comprehension(node: ast.ListComp) -> Slips:
    if isinstance(node.elt, ast.Call) and len(node.generators) == 1:
        kept = ast.unparse(node.generators[0].iter)
        yield Slip(kept, missing(called(node.elt), kept))


WRAPS = {
    "-{}": "has the wrong sign",
    "1 - {}": "is turned around: 1 minus it",
    "math.radians({})": "is taken for degrees, and is in radians",
    "math.degrees({})": "is turned into degrees, and is wanted in radians",
    "{}[:1]": "is taken of the first sample alone, for all of them",
    "{}[:-1]": "lacks its last member",
    "{}[:, 1:]": "is shifted by one place",
    "{}[:, :-1]": "is shifted by one place",
    "torch.ones_like({})": "counts as 1 everywhere",
    "torch.zeros_like({})": "counts as 0 everywhere",
    "{} | True": "counts as yes everywhere",
    "{} * 0": "counts as 0 everywhere",
    "0": "counts as 0",
    "{} - 1": "is one too small",
    "{} + 1": "is one too large",
    "{}.roll(1, 0)": "is that of another sample",
    "{}.flip(0)": "is that of another sample",
    "{}.transpose(1, 2)": "has its axes exchanged",
    "{}.detach()": "is cut off from the gradient",
    "{}.sigmoid()": "goes through a sigmoid, and is wanted as it is",
    "{}.tanh()": "goes through tanh, and is wanted as it is",
    "{}.softmax(dim=1)": "goes through a softmax, and is wanted as it is",
    "{}.softmax(dim=-1)": "goes through a softmax, and is wanted as it is",
    "{}.argmax(dim=1)": "is made a decision: its shares are lost",
    "{}.acos()": "goes through an arc cosine, and is wanted as it is",
    "{}.squeeze()": "loses every axis of length 1, that of the samples too",
}
"""By what is made of an expression: what that means."""

KINDS: dict[type[ast.AST], Callable[..., Slips]] = {
    ast.BinOp: of_operation,
    ast.UnaryOp: of_sign,
    ast.Compare: of_comparison,
    ast.Subscript: of_selection,
    ast.Call: of_call,
    ast.Attribute: of_attribute,
    ast.Tuple: of_sequence,
    ast.List: of_sequence,
    ast.ListComp: of_comprehension,
}
