"""How targets are converted from the format in which they are stored to the one that the loss wants."""

from __future__ import annotations

import ast
from collections.abc import Collection
from typing import NamedTuple

from lossadvisor.codegen.markers import choose
from lossadvisor.codegen.program import template
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Contract

AS_IS = "as-is"


class Conversion(NamedTuple):
    """`stored` becomes `wanted` by `code`, the source of a function `convert`; `how` says it in words."""

    stored: str
    wanted: str
    how: str
    code: str


def conversion(base: RuleBase, contract: Contract, target: str, options: Collection[str] = ()) -> Conversion | None:
    """The conversion of targets stored as `target`, as a program with these options has it.

    Returns:
        None if the loss takes them as they are.
    """
    name = contract.stored.get(target, AS_IS)
    if name == AS_IS:
        return None
    source = choose(template(base, f"targets/{name}"), {*contract.options, *options})
    tree = ast.parse(source)
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "convert")
    how = (ast.get_docstring(tree) or "").split("\n")[0]
    return Conversion(target, contract.target.kind, how, ast.get_source_segment(source, function) or "")
