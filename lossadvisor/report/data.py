"""A recommendation and verdicts as plain data: the JSON output, versioned by `schema`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Contract, Loss, Pitfall, Recommendation, Rule, Tensor, promised

if TYPE_CHECKING:
    from lossadvisor.plot.planes import Plane
    from lossadvisor.plot.records import Picture
    from lossadvisor.proof.verdict import Verdict

SCHEMA = 1


def dumps(value: object) -> str:
    """JSON, sorted and readable."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)


def recommendation_data(base: RuleBase, answer: Recommendation, *, command: str, generate: str) -> dict[str, Any]:
    """A recommendation as data; `recommendation.schema.json` describes it."""
    rule, loss = answer.rule, answer.loss
    options = [modifier.option for modifier in answer.modifiers]
    contract = promised(answer.contract, options)
    return {
        "schema": SCHEMA,
        "domain": rule.domain,
        "answers": dict(answer.answers),
        "assumed": {question: answer.answers[question] for question in answer.assumed},
        "unused": list(answer.unused),
        "rule": rule.id,
        "loss": named(loss),
        "formula": loss.formula,
        "terms": [term._asdict() for term in loss.terms],
        "defaults": {name: default._asdict() for name, default in loss.defaults.items()},
        "contract": {"id": contract.id, **boundary_data(contract)},
        "conversion": conversion_data(base, contract, answer.answers.get("target", ""), options),
        "because": rule.because,
        "alternatives": [
            {
                "loss": named(base.loss(other.loss, domain=rule.domain)),
                "contract": other.contract,
                "condition": other.condition,
                "because": other.because or base.loss(other.loss, domain=rule.domain).because,
            }
            for other in rule.instead
        ],
        "why_not": [{"loss": name, "because": because} for name, because in rule.why_not.items()],
        "would_change": [
            {"question": question, "choice": choice, "loss": other} for question, choice, other in answer.would_change
        ],
        "modifiers": [
            {"id": modifier.id, "option": modifier.option, "because": modifier.because} for modifier in answer.modifiers
        ],
        "pitfalls": [pitfall_data(pitfall) for pitfall in answer.pitfalls],
        "references": sources((*rule.references, *loss.references)),
        "command": command,
        "generate": generate,
    }


def conversion_data(base: RuleBase, contract: Contract, target: str, options: Sequence[str]) -> dict[str, Any] | None:
    """How targets stored as `target` are converted, or None if the loss takes them as they are."""
    if contract.stored.get(target, "as-is") == "as-is":
        return None
    from lossadvisor.codegen.conversion import conversion

    found = conversion(base, contract, target, options)
    return found._asdict() if found else None


def sources(references: Iterable[str]) -> list[str]:
    """The references, each work once: of two with one arXiv id, or of which one begins the other, the longer."""
    found: dict[str, str] = {}
    for reference in references:
        work = reference.partition("arXiv ")[2][:10] or next((known for known in found if same(known, reference)), "")
        found[work or reference] = max(found.get(work, ""), reference, key=len)
    return list(found.values())


def same(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def named(loss: Loss) -> dict[str, str]:
    return {"id": loss.id, "name": loss.name, "call": loss.call}


def tensor_data(tensor: Tensor) -> dict[str, Any]:
    return {**tensor._asdict(), "shape": list(tensor.shape)}


def boundary_data(contract: Contract) -> dict[str, Any]:
    """The tensors at the loss boundary as data."""
    return {
        "prediction": tensor_data(contract.prediction),
        "outputs": {name: tensor_data(tensor) for name, tensor in contract.outputs.items()},
        "target": tensor_data(contract.target),
        "others": {name: tensor_data(tensor) for name, tensor in contract.others.items()},
    }


def boundary(data: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The tensors of `boundary_data`, each with the name to show, in the order of the loss's arguments."""
    outputs, target = data["outputs"], data["target"]
    return [
        ("prediction", data["prediction"]),
        *outputs.items(),
        ("target (implied)" if target["implied"] else "target", target),
        *((f"{name} (target)" if name in outputs else name, tensor) for name, tensor in data["others"].items()),
    ]


def pitfall_data(pitfall: Pitfall) -> dict[str, Any]:
    return {**pitfall._asdict(), "errors": list(pitfall.errors), "references": list(pitfall.references)}


def loss_data(loss: Loss) -> dict[str, Any]:
    """A loss card as data."""
    lists = {key: list(value) for key, value in loss._asdict().items() if isinstance(value, tuple)}
    return {
        **loss._asdict(),
        **lists,
        "defaults": {name: default._asdict() for name, default in loss.defaults.items()},
        "terms": [term._asdict() for term in loss.terms],
    }


def rule_data(rule: Rule) -> dict[str, Any]:
    """A rule as data."""
    return {**rule._asdict(), "instead": [other._asdict() for other in rule.instead]}


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """The verdict on one program as data."""
    spec = verdict.program.spec
    return {
        "program": verdict.program.path or label(verdict),
        "loss": spec.loss,
        "contract": spec.contract,
        "model": spec.model,
        "target": spec.target,
        "library": spec.library,
        "options": list(spec.options),
        **verdict.cell._asdict(),
        "verdict": verdict.word,
        "seconds": round(verdict.seconds, 3),
        "checks": [asdict(result) for result in verdict.results],
    }


def label(verdict: Verdict) -> str:
    """A program without a file by what it is made from."""
    spec = verdict.program.spec
    return "/".join(
        part for part in (spec.contract, spec.loss, spec.model, spec.target, spec.library, *spec.options) if part
    )


def verdicts_data(verdicts: Iterable[Verdict], extra: Mapping[str, Any]) -> dict[str, Any]:
    """All verdicts of a run as data."""
    return {"schema": SCHEMA, **extra, "programs": [verdict_data(verdict) for verdict in verdicts]}


def curves_data(pictures: Iterable[Picture]) -> dict[str, Any]:
    """Pictures as data: the arrays of each curve, null where a value is not finite."""
    return {"schema": SCHEMA, "pictures": [picture_data(picture) for picture in pictures]}


def picture_data(picture: Picture) -> dict[str, Any]:
    axis = picture.axis
    return {
        "axis": axis.id,
        "say": axis.say,
        "marks": [{"at": at, "say": say} for at, say in axis.marks.items()],
        "numbers": dict(picture.numbers),
        "places": list(picture.places),
        "curves": [
            {
                **curve._asdict(),
                "constants": dict(curve.constants),
                "values": finite(curve.values),
                "gradients": finite(curve.gradients),
            }
            for curve in picture.curves
        ],
    }


def planes_data(planes: Iterable[Plane]) -> dict[str, Any]:
    """Planes as data: the values of each surface row by row, null where one is not finite."""
    return {
        "schema": SCHEMA,
        "planes": [
            {
                "name": plane.name,
                "axes": list(plane.axes),
                "xs": list(plane.xs),
                "ys": list(plane.ys),
                "surfaces": {name: [finite(row) for row in surface] for name, surface in plane.surfaces.items()},
                "path": [list(place) for place in plane.path],
                "said": list(plane.said),
            }
            for plane in planes
        ],
    }


def finite(values: Iterable[float]) -> list[float | None]:
    """The values, with None for those that JSON has no number for."""
    return [value if math.isfinite(value) else None for value in values]
