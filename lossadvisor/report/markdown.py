"""A recommendation in Markdown, for a pull request or a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lossadvisor.report.data import boundary

Data = Mapping[str, Any]


def markdown(data: Data) -> str:
    """The recommendation `data` (of `report.data`) as Markdown."""
    return "\n".join(lines(data)) + "\n"


def lines(data: Data) -> Iterator[str]:
    loss = data["loss"]
    yield f"## {loss['name']}: `{loss['call']}`"
    yield ""
    yield data["because"]
    yield ""
    yield "| | shape | dtype | kind | range |"
    yield "|---|---|---|---|---|"
    for name, tensor in boundary(data["contract"]):
        shape = ", ".join(tensor["shape"])
        yield f"| {name} | `[{shape}]` | {tensor['dtype']} | {tensor['kind']} | {tensor['range']} |"
    if data["conversion"]:
        yield from ["", f"**Convert the targets.** {data['conversion']['how']}", ""]
        yield from ["```python", data["conversion"]["code"], "```"]
    yield from section("Terms", [f"{term['weight']} × {term['name']} ({term['source']})" for term in data["terms"]])
    yield from section("Also on", [f"`{row['option']}`: {row['because']}" for row in data["modifiers"]])
    yield from section("Assumed", [f"`--{question} {choice}`" for question, choice in data["assumed"].items()])
    yield from section(
        "Another loss if",
        [f"`--{row['question']} {row['choice']}`: {row['loss']}" for row in data["would_change"]],
    )
    yield from section("Alternatives", [alternative(row) for row in data["alternatives"]])
    yield from section("Why not", [f"**{row['loss']}**: {row['because']}" for row in data["why_not"]])
    yield from section("Pitfalls", [pitfall(row) for row in data["pitfalls"]])
    yield from section("References", data["references"])
    yield from ["", "```", data["generate"], "```"]


def section(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield from ["", f"### {title}", "", *(f"- {item}" for item in items)]


def alternative(row: Data) -> str:
    loss = row["loss"]
    return f"**{loss['name']}** (`{loss['call']}`) if {row['condition']}. {row['because']}"


def pitfall(row: Data) -> str:
    shown = "; ".join(f"`{error}`" for error in row["errors"]) or row["silent"]
    return f"**{row['name']}.** {row['cause']} Shows as: {shown} Fix: {row['fix']}"
