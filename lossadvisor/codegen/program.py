"""From a recommendation to a program."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lossadvisor.codegen import markers
from lossadvisor.codegen.inline import flatten
from lossadvisor.errors import UserError, unknown
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Answers, Contract, Loss, Tensor, promised

HEADER = "# lossadvisor: "
SCHEMA = 1
MAIN = {"losses": "criterion", "models": "network", "targets": "convert"}
"""The function that a part gives to the program whose slot it fills."""


@dataclass(frozen=True)
class Spec:
    """All that a program is made from.

    Args:
        loss: id of the card.
        contract: id of the contract; its program is the skeleton.
        model: file in `templates/models`; "" takes the contract's first.
        target: the format in which the targets are stored.
        library: the library that provides the loss, or "" for our own or torch's.
        options: what the modifiers add.
        values: constants of the template, by the names of their `set` markers.
        answers: where it came from.
    """

    loss: str
    contract: str
    model: str
    target: str
    library: str = ""
    options: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Program:
    """A program's text, and what it was made from.

    Args:
        path: where it lies, if anywhere.
        unused: the values of the spec that it has no place for.
        reference: what was generated for the spec, where `source` may differ from it; "" if that isn't known.
    """

    source: str
    spec: Spec
    path: str = ""
    unused: tuple[str, ...] = ()
    reference: str = ""


def render(base: RuleBase, spec: Spec, *, command: str = "") -> Program:
    """The program that `spec` describes.

    Args:
        command: the one-shot command that makes it, for its docstring.

    Raises:
        UserError: the contract has no such model, or the loss no such library or contract.
    """
    loss, contract = base.loss(spec.loss), promised(base.contract(spec.contract), spec.options)
    check(spec, loss, contract)
    spec = replace(spec, model=spec.model or contract.models[0])
    conversion = contract.stored[spec.target]
    skeleton = template(base, f"programs/{contract.program}")
    chosen = {"losses": loss.libraries.get(spec.library, loss.id), "models": spec.model, "targets": conversion}
    slots = {(folder, slot(skeleton, folder)): name for folder, name in chosen.items() if name != "as-is"}
    options = {*spec.options, *contract.options, *(() if conversion == "as-is" else ("convert",)), *given(spec.values)}

    def read(folder: str, name: str) -> str:
        return markers.choose(template(base, f"{folder}/{slots.get((folder, name), name)}"), options)

    _, body = flatten(markers.choose(skeleton, options), read)
    text = "\n".join([*head(spec, loss, contract, command), "", markers.fill(body, spec.values)])
    known = markers.names(body)[1]
    return Program(text, spec, unused=tuple(name for name in spec.values if name not in known))


def check(spec: Spec, loss: Loss, contract: Contract) -> None:
    """Refuse a combination that no template serves.

    Raises:
        UserError: names the flag, and its valid values.
    """
    if spec.contract not in loss.contracts:
        raise UserError(
            f"{loss.id} is not a loss for this task: it takes {', '.join(loss.contracts)}, not {spec.contract}",
            place="--loss",
        )
    if spec.model and spec.model not in contract.models:
        raise unknown(f"model for {contract.id}:", spec.model, contract.models, place="--model")
    if spec.library and spec.library not in loss.libraries:
        known = ", ".join(loss.libraries) or "none has it"
        raise UserError(f"no {loss.id} from library {spec.library!r}", place="--library", hint=f"libraries: {known}")
    if spec.target not in contract.stored:
        raise unknown(f"target for {loss.id}:", spec.target, contract.stored, place="--target")


def given(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Values that are options too: a template may have a branch for what was given."""
    return tuple(name for name in ("class_weights", "categories") if values.get(name) is not None)


def template(base: RuleBase, name: str) -> str:
    """The text of a template, the user's own first.

    Raises:
        UserError: there is none.
    """
    for folder in base.template_folders:
        if (path := folder / f"{name}.py").is_file():
            return path.read_text(encoding="utf-8")
    raise UserError("a template is missing", place=str(base.template_folders[0] / f"{name}.py"))


def slot(skeleton: str, folder: str) -> str:
    """The part that a skeleton imports from `folder` by default: the one that gives its main function."""
    tree = ast.parse(skeleton)
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    found = [node for node in imports if (node.module or "").startswith(f"{folder}.")]
    main = [node for node in found if MAIN[folder] in {alias.name for alias in node.names}]
    return next(((node.module or "").partition(".")[2] for node in [*main, *found]), "")


def head(spec: Spec, loss: Loss, contract: Contract, command: str) -> list[str]:
    """The docstring: what this is, its contract, how it was made; and the line that `prove` reads."""
    lines = [
        f'"""{loss.name}: {loss.call}',
        "",
        f"Prediction: {describe(contract.prediction)}",
        *(f"With {name}: {describe(tensor)}" for name, tensor in contract.outputs.items()),
        f"Target:     {describe(contract.target)}",
        *(f"And {name}: {describe(tensor)}" for name, tensor in contract.others.items()),
    ]
    if command:
        lines += ["", "Made by:", f"    {command}"]
    record = {"schema": SCHEMA, **{key: value for key, value in vars(spec).items() if value and key != "values"}}
    return [*lines, '"""', "", HEADER + json.dumps(record, sort_keys=True)]


def describe(tensor: Tensor) -> str:
    """A tensor of a contract in words: `logits [B, C] float32 in (-inf, inf)`."""
    note = ", implied by the places in the batch" if tensor.implied else ""
    return f"{tensor.kind} [{', '.join(tensor.shape)}] {tensor.dtype} in {tensor.range}{note}"


def parse_header(source: str, path: str) -> Spec:
    """What a program says that it was made from.

    Raises:
        UserError: it has no such line, or a broken one.
    """
    line = next((line for line in source.splitlines() if line.startswith(HEADER)), "")
    hint = "write one with `lossadvisor generate`, or say what it is with --task and --loss."
    if not line:
        raise UserError(f"no {HEADER.strip()!r} line says what the program was made from", place=path, hint=hint)
    try:
        record = json.loads(line.removeprefix(HEADER))
        record.pop("schema")
        record["options"] = tuple(record.get("options", ()))
        return Spec(**record)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UserError(f"the {HEADER.strip()!r} line is broken", place=path, hint=hint) from None


def read_program(path: Path) -> Program:
    """A program file.

    Raises:
        UserError: it can't be read, or doesn't say what it was made from.
    """
    source = read_source(path)
    return Program(source, parse_header(source, str(path)), str(path))


def read_source(path: Path) -> str:
    """The text of a program file.

    Raises:
        UserError: it can't be read, or isn't text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise UserError(f"can't read the program: {reason}", place=str(path)) from None
