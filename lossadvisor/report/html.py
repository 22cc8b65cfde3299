"""What pages are made from: no script, nothing from elsewhere, for any width, in light and dark."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from html import escape

STYLE = """
:root { color-scheme: light dark; --text: #222; --page: #fff; --code: #f2f2f2; --line: #ccc; --good: #1a7035;
  --bad: #b3261e; --dim: #595959; }
@media (prefers-color-scheme: dark) { :root { --text: #ddd; --page: #161616; --code: #2a2a2a; --line: #555;
  --good: #6fcf87; --bad: #ff8a80; --dim: #aaa; } }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; }
body { color: var(--text); background: var(--page); overflow-wrap: anywhere; }
h1 { line-height: 1.2; }
h2 { margin-top: 2rem; padding-top: 0.5rem; border-top: 1px solid var(--line); font-size: 1.2rem; }
h3 { font-size: 1rem; }
a { color: inherit; }
pre { white-space: pre-wrap; padding: 0.6rem; }
pre, code { background: var(--code); }
ul { padding-left: 1.2rem; }
.wide { overflow-x: auto; overflow-wrap: normal; }
table { border-collapse: collapse; }
td, th { text-align: left; padding: 0.2rem 0.8rem 0.2rem 0; vertical-align: top; }
.pictures { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.pictures img { flex: 1 1 20rem; min-width: 0; max-width: 30rem; height: auto; background: #fff; }
.key { list-style: none; }
.key b { display: inline-block; width: 1.2rem; margin-left: -1.2rem; }
.passed, .failed, .left { white-space: nowrap; }
.passed { color: var(--good); }
.failed { color: var(--bad); }
.left { color: var(--dim); }
@media (max-width: 40rem) {
  table { font-size: 0.85rem; }
  td, th { padding-right: 0.5rem; }
  .checks tr { display: block; padding-bottom: 0.3rem; }
  .checks th, .checks td { display: inline; }
  .checks td:last-child { display: block; }
}
"""
KINDS = {"svg": "image/svg+xml", "png": "image/png"}


def whole(title: str, body: Iterable[str]) -> str:
    """A page."""
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


def table(head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "wide") -> Iterator[str]:
    """A table of HTML cells, the first of each row its name: `wide` scrolls on a phone, the rows of `checks` fold."""
    yield f'<div class="{kind}"><table>'
    if any(head):
        yield f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>"
    for first, *rest in rows:
        yield f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
    yield "</table></div>"


def image(content: bytes, kind: str, size: tuple[float, float], says: str) -> str:
    """A picture within the page, its size in inches; `says` is what is read where it is not seen."""
    width, height = (round(96 * inches) for inches in size)
    source = f"data:{KINDS[kind]};base64,{b64encode(content).decode()}"
    return f'<img src="{source}" width="{width}" height="{height}" alt="{escape(says)}">'
