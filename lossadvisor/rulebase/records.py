"""What the rule files say, as plain frozen records. Ids are the files' own, in kebab case (losses in snake case)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import inf
from typing import Any, NamedTuple

Answers = Mapping[str, str]
"""Question id to choice id."""


class Choice(NamedTuple):
    """One answer to a question. `domain` and `defaults` belong to the choices of `task` alone."""

    id: str
    say: str
    help: str = ""
    aliases: tuple[str, ...] = ()
    domain: str = ""
    defaults: Mapping[str, str] = {}


class Question(NamedTuple):
    """What is asked, why, and what is assumed if nobody answers (`default`; none for `task`)."""

    id: str
    ask: str
    why: str
    choices: Mapping[str, Choice]
    default: str = ""


class Tensor(NamedTuple):
    """One side of a contract, e.g. shape `[B, C]`, dtype `float32`, kind `logits`, range `(-inf, inf)`.

    `implied` says of a target that no batch holds it, since the places in the batch imply it.
    """

    shape: tuple[str, ...]
    dtype: str
    kind: str
    range: str
    implied: bool = False


class Contract(NamedTuple):
    """What a family of losses takes, and the program that feeds it.

    `stored` maps each format in which targets may be stored to the conversion (a file in `templates/targets`), or to
    `as-is`. `others` are further tensors that the loss needs, e.g. a teacher's logits. `options` are the program's
    options that this contract turns on. `inputs` is the number of tensors that the model takes; `outputs` are what it
    gives beside the prediction. `checks` are special checks that apply, `without` general ones that don't, and why.
    `steps` maps the step functions of the program to the parts of the model that move in each.
    """

    id: str
    program: str
    models: tuple[str, ...]
    prediction: Tensor
    target: Tensor
    stored: Mapping[str, str]
    others: Mapping[str, Tensor] = {}
    options: tuple[str, ...] = ()
    pitfalls: tuple[str, ...] = ()
    inputs: int = 1
    outputs: Mapping[str, Tensor] = {}
    checks: tuple[str, ...] = ()
    without: Mapping[str, str] = {}
    steps: Mapping[str, tuple[str, ...]] = {}


class Default(NamedTuple):
    """The value of a constant in the program, and where it comes from."""

    value: Any
    source: str


class Term(NamedTuple):
    """One summand of a loss, its weight, and where the weight comes from."""

    name: str
    weight: str
    source: str


class Loss(NamedTuple):
    """A loss card.

    `conventions` says what other implementations do differently, by their name; `proof` states the known values and
    thresholds that its programs are held to.
    """

    id: str
    name: str
    call: str
    contracts: tuple[str, ...]
    formula: str
    because: str
    references: tuple[str, ...]
    defaults: Mapping[str, Default] = {}
    terms: tuple[Term, ...] = ()
    libraries: Mapping[str, str] = {}
    pitfalls: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    conventions: Mapping[str, str] = {}
    proof: Mapping[str, Any] = {}


class Pitfall(NamedTuple):
    """A mistake, how it shows (`errors`: the exact texts, new and old; `silent`: what one sees instead), the fix."""

    id: str
    name: str
    cause: str
    fix: str
    errors: tuple[str, ...] = ()
    silent: str = ""
    references: tuple[str, ...] = ()


class Number(NamedTuple):
    """A number that an axis is laid out with, what it means, and the open interval that it must lie in."""

    value: float
    say: str
    low: float = -inf
    high: float = inf


class Axis(NamedTuple):
    """What curves of losses are drawn over, from `low` to `high`.

    `say` names it, `path` is the function that lays out a prediction at a place of it, `marks` are places that have a
    meaning of their own, `contracts` those whose losses it applies to. Single contracts may have other `paths`, and
    `remarks` that their curves are shown with.
    """

    id: str
    say: str
    path: str
    low: float
    high: float
    contracts: tuple[str, ...]
    marks: Mapping[float, str] = {}
    numbers: Mapping[str, Number] = {}
    paths: Mapping[str, str] = {}
    remarks: Mapping[str, str] = {}


class Alternative(NamedTuple):
    """Another loss, the condition that selects it, and why."""

    loss: str
    contract: str
    condition: str
    because: str = ""


class Rule(NamedTuple):
    """A row of a decision table: `when` (question id to choice ids) selects `loss`, or says that this is impossible."""

    id: str
    domain: str
    when: Mapping[str, tuple[str, ...]]
    loss: str = ""
    contract: str = ""
    because: str = ""
    instead: tuple[Alternative, ...] = ()
    why_not: Mapping[str, str] = {}
    pitfalls: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    examples: tuple[Mapping[str, str], ...] = ()
    impossible: str = ""


class Modifier(NamedTuple):
    """A row that collects: an option that it adds to the program, whatever the loss."""

    id: str
    when: Mapping[str, tuple[str, ...]]
    option: str
    because: str
    pitfalls: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    examples: tuple[Mapping[str, str], ...] = ()


class Recommendation(NamedTuple):
    """The answer: which loss, by which rule, from which answers.

    `answers` are all that decided, in the order of the questions; `assumed` those of them that nobody gave; `unused`
    those that were given and change nothing; `would_change` lists (question, choice, loss) for each single answer that
    leads to another loss.
    """

    rule: Rule
    loss: Loss
    contract: Contract
    answers: Answers
    assumed: tuple[str, ...]
    unused: tuple[str, ...]
    would_change: tuple[tuple[str, str, str], ...]
    modifiers: tuple[Modifier, ...] = ()
    pitfalls: tuple[Pitfall, ...] = ()


def promised(contract: Contract, options: Collection[str]) -> Contract:
    """The contract of a program with these options: where targets may be incomplete, its range says so."""
    target = contract.target
    if "incomplete" not in options or " or " in target.range:
        return contract
    missing = "nan" if target.dtype.startswith("float") else "-100"
    return contract._replace(target=target._replace(range=f"{target.range} or {missing}"))


def offered(rule: Rule) -> dict[str, str]:
    """The losses that a rule offers, the recommended one first, each with its contract."""
    return {rule.loss: rule.contract, **{other.loss: other.contract for other in rule.instead}}
