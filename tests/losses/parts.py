"""Templates as modules, for the tests of what is in them."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from typing import Any

from lossadvisor import resources
from lossadvisor.codegen.program import Spec, render
from lossadvisor.proof.worker import load
from lossadvisor.rulebase.load import RuleBase


def template(name: str) -> Any:
    """A template as a module, e.g. `losses.pinball`."""
    folder = str(resources.folder("templates"))
    if folder not in sys.path:
        sys.path.append(folder)
    return importlib.import_module(name)


@cache
def rules() -> RuleBase:
    return RuleBase()


@cache
def rendered(loss: str, contract: str) -> dict[str, Any]:
    """The names of a rendered program, the same each time: a bare template has all of its options at once."""
    base = rules()
    stored = next(iter(base.contract(contract).stored))
    return vars(load(render(base, Spec(loss, contract, "", stored)).source, "program.py"))
