"""A recommendation, curves or planes as one HTML page, to attach to a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from lossadvisor.plot.figure import COLOURS, PANEL, panels
from lossadvisor.plot.line import label
from lossadvisor.plot.planes import Plane
from lossadvisor.plot.records import Curve, Picture
from lossadvisor.report.data import boundary
from lossadvisor.report.html import image, listed, prose, table, whole

Data = Mapping[str, Any]
MARKS = "●■▲◆▼★✚✕"
"""As the marks of the pictures."""


class Part(NamedTuple):
    """A part of a page, as HTML, and its sum in a line."""

    html: str
    sum: str = ""


def recommendation_page(data: Data, verdict: Part, pictures: Mapping[str, Part]) -> str:
    """The recommendation `data` (of `report.data`) as a page, with a verdict, and pictures by their title."""
    loss = data["loss"]
    body = [
        f"<h1>{prose(loss['name'])}</h1>",
        f"<p><code>{escape(loss['call'])}</code></p>",
        f"<p>{prose(data['because'])}</p>",
        f"<pre>{escape(data['formula'])}</pre>" if data["formula"] else "",
        f'<p>{verdict.sum}. <a href="#verdict">All checks</a></p>' if verdict.sum else "",
        "<h2>Contract</h2>",
        *contract(data),
        *listed("Terms", [f"{term['weight']} × {term['name']} ({term['source']})" for term in data["terms"]]),
        *listed("Also on", [f"`{row['option']}`: {row['because']}" for row in data["modifiers"]]),
        *listed("Assumed", [f"`--{question} {choice}`" for question, choice in data["assumed"].items()]),
        '<h2 id="verdict">Verdict</h2>',
        verdict.html,
        *(f"<h2>{escape(title)}</h2>\n{part.html}" for title, part in pictures.items()),
        *listed("Another loss if", [f"`--{o['question']} {o['choice']}`: {o['loss']}" for o in data["would_change"]]),
        *listed("Alternatives", map(alternative, data["alternatives"])),
        *listed("Why not", [f"`{row['loss']}`: {row['because']}" for row in data["why_not"]]),
        *listed("Pitfalls", map(pitfall, data["pitfalls"])),
        *listed("Sources", data["references"]),
        "<h2>Commands</h2>",
        f"<pre>{escape(data['command'])}\n{escape(data['generate'])}</pre>",
    ]
    return whole(loss["name"], body)


def pictures_page(title: str, pictures: Part, command: str) -> str:
    """Pictures alone as a page, with the command that draws them."""
    body = [f"<h1>{escape(title)}</h1>", pictures.html, "<h2>Command</h2>", f"<pre>{escape(command)}</pre>"]
    return whole(title, body)


def contract(data: Data) -> Iterator[str]:
    """The tensors at the loss boundary, and how targets are converted."""
    yield from table(
        ("", "shape", "dtype", "kind", "range"),
        [
            [escape(str(cell)) for cell in (name, f"[{', '.join(t['shape'])}]", t["dtype"], t["kind"], t["range"])]
            for name, t in boundary(data["contract"])
        ],
    )
    if data["conversion"]:
        yield f"<p>Convert the targets. {prose(data['conversion']['how'])}</p>"
        yield f"<pre>{escape(data['conversion']['code'])}</pre>"


def alternative(row: Data) -> str:
    return f"{row['loss']['name']} (`{row['loss']['call']}`) if {row['condition']}. {row['because']}"


def pitfall(row: Data) -> str:
    shown = "; ".join(f"`{error}`" for error in row["errors"]) or row["silent"]
    return f"{row['name']}. {row['cause']} Shows as: {shown} Fix: {row['fix']}"


def curves(pictures: Sequence[Picture], left: Sequence[str] = (), note: str = "") -> Part:
    """Curves, and below each picture what its numbers show; `left` are the losses that are left out."""
    parts = [f"<p>{prose(note)}</p>"] if note else []
    for picture in pictures:
        names = ", ".join(curve.loss for curve in picture.curves)
        drawn = [
            image(svg, "svg", PANEL, f"{title} of {names} over {picture.axis.say}")
            for title, svg in panels(picture).items()
        ]
        said = [
            f'<li><b style="color: {colour}" aria-hidden="true">{mark}</b>{prose(told(curve))}</li>'
            for curve, mark, colour in zip(picture.curves, MARKS, COLOURS, strict=False)
        ]
        parts += ['<div class="pictures">', *drawn, "</div>", '<ul class="key">', *said, "</ul>"]
    parts += [f"<p>Not comparable with these: {escape(', '.join(left))}.</p>"] if left else []
    return Part("\n".join(parts))


def told(curve: Curve) -> str:
    return f"{label(curve)}: {curve.reading}"


def surfaces(planes: Sequence[Plane]) -> Part:
    """The surfaces of planes, and below each plane what its numbers show."""
    from lossadvisor.plot.relief import SIDE, panel

    parts = []
    for plane in planes:
        drawn = [
            image(panel(plane, name), "png", (SIDE, SIDE), f"{name}, {plane.name}: {' '.join(plane.said)}")
            for name in plane.surfaces
        ]
        said = [f"<li>{prose(sentence)}</li>" for sentence in plane.said]
        parts += [
            f"<h3>{escape(plane.name.capitalize())}</h3>",
            '<div class="pictures">',
            *drawn,
            "</div>",
            "<ul>",
            *said,
            "</ul>",
        ]
    return Part("\n".join(parts))


def without(what: str, reason: str, hint: str) -> Part:
    """Why a part is missing, and what to do about it."""
    return Part(f"<p>{prose(f'{what}: {reason}. {hint}'.strip())}</p>")
