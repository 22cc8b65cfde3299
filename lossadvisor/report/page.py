"""A recommendation, or curves, as one HTML page that needs nothing else: no script, no resource, for any width."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from lossadvisor.plot.line import label
from lossadvisor.plot.records import Picture
from lossadvisor.report.data import boundary

Data = Mapping[str, Any]
STYLE = """
body { max-width: 60rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #222; }
body { background: #fff; overflow-wrap: anywhere; }
h2 { margin-top: 2rem; font-size: 1.2rem; }
pre { white-space: pre-wrap; background: #f4f4f4; padding: 0.6rem; }
code { background: #f4f4f4; }
.wide { overflow-x: auto; overflow-wrap: normal; }
.wide svg { width: 100%; min-width: 40rem; height: auto; }
td, th { text-align: left; padding: 0.2rem 0.8rem 0.2rem 0; vertical-align: top; }
"""
INNER = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>", re.DOTALL)
"""What an SVG file has that has no place, or no use, in a page."""


def recommendation_page(data: Data, drawing: str) -> str:
    """The recommendation `data` (of `report.data`) as a page.

    Args:
        drawing: the HTML of its curves, or of why there are none.
    """
    loss = data["loss"]
    body = [
        f"<h1>{prose(loss['name'])}</h1>",
        f"<p><code>{escape(loss['call'])}</code></p>",
        f"<p>{prose(data['because'])}</p>",
        f"<pre>{escape(data['formula'])}</pre>" if data["formula"] else "",
        "<h2>Contract</h2>",
        *contract(data),
        *listed("Terms", [f"{term['weight']} × {term['name']} ({term['source']})" for term in data["terms"]]),
        *listed("Also on", [f"`{row['option']}`: {row['because']}" for row in data["modifiers"]]),
        *listed("Assumed", [f"`--{question} {choice}`" for question, choice in data["assumed"].items()]),
        "<h2>Curves</h2>",
        drawing,
        *listed("Another loss if", [f"`--{o['question']} {o['choice']}`: {o['loss']}" for o in data["would_change"]]),
        *listed("Alternatives", map(alternative, data["alternatives"])),
        *listed("Why not", [f"{row['loss']}: {row['because']}" for row in data["why_not"]]),
        *listed("Pitfalls", map(pitfall, data["pitfalls"])),
        *listed("Sources", data["references"]),
        "<h2>Commands</h2>",
        f"<pre>{escape(data['command'])}\n{escape(data['generate'])}</pre>",
    ]
    return whole(loss["name"], body)


def curves_page(pictures: Sequence[Picture], svg: bytes, command: str) -> str:
    """Curves as a page."""
    losses = ", ".join(dict.fromkeys(curve.loss for picture in pictures for curve in picture.curves))
    body = [f"<h1>{escape(losses)}</h1>", drawn(pictures, svg), "<h2>Command</h2>", f"<pre>{escape(command)}</pre>"]
    return whole(losses, body)


def whole(title: str, body: Iterable[str]) -> str:
    head = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        "</head>",
        "<body>",
    ]
    return "\n".join([*head, *filter(None, body), "</body>", "</html>", ""])


def prose(text: object) -> str:
    """A text, escaped, what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(str(text)))


def listed(title: str, items: Iterable[str]) -> Iterator[str]:
    """A list under its title; nothing if it is empty."""
    rows = [f"<li>{prose(item)}</li>" for item in items]
    if rows:
        yield from [f"<h2>{escape(title)}</h2>", "<ul>", *rows, "</ul>"]


def contract(data: Data) -> Iterator[str]:
    """The tensors at the loss boundary, and how targets are converted."""
    yield '<div class="wide"><table>'
    yield "<tr><th></th><th>shape</th><th>dtype</th><th>kind</th><th>range</th></tr>"
    for name, tensor in boundary(data["contract"]):
        cells = (name, f"[{', '.join(tensor['shape'])}]", tensor["dtype"], tensor["kind"], tensor["range"])
        yield f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in cells)}</tr>"
    yield "</table></div>"
    if data["conversion"]:
        yield f"<p>Convert the targets. {prose(data['conversion']['how'])}</p>"
        yield f"<pre>{escape(data['conversion']['code'])}</pre>"


def alternative(row: Data) -> str:
    return f"{row['loss']['name']} (`{row['loss']['call']}`) if {row['condition']}. {row['because']}"


def pitfall(row: Data) -> str:
    shown = "; ".join(f"`{error}`" for error in row["errors"]) or row["silent"]
    return f"{row['name']}. {row['cause']} Shows as: {shown} Fix: {row['fix']}"


def drawn(pictures: Sequence[Picture], svg: bytes, left: Sequence[str] = ()) -> str:
    """Pictures as an element of a page, and below what their numbers show; `left` are the losses that are left out."""
    said = [f"{label(curve)}: {curve.reading}" for picture in pictures for curve in picture.curves]
    said += [f"left out of the picture: {', '.join(left)}"] if left else []
    rows = "\n".join(f"<li>{prose(text)}</li>" for text in said)
    return f'<div class="wide">{INNER.sub("", svg.decode()).strip()}</div>\n<ul>\n{rows}\n</ul>'


def undrawn(reason: str, hint: str) -> str:
    """Why there are no curves, and what to do about it."""
    return f"<p>{prose(f'None here: {reason}. {hint}'.strip())}</p>"
