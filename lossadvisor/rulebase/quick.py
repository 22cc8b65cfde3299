"""A quick reader for plain YAML: what rule files are made of, and no more.

Importing PyYAML takes longer than all else that a one-shot command does, so that files in the house style are read
here: block mappings and sequences, flow collections, quoted and plain scalars on one line, comments. Wherever a text
holds anything else, or a scalar that YAML may read as something unexpected, the reader gives up, and PyYAML reads it.
What it does read has the value that PyYAML gives; `rules check` compares the two for every file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

Line = tuple[int, str]
"""Indentation and content."""
Token = tuple[str, str]
"""A bracket, comma, quoted or plain scalar, comment, or whatever else; and the colon that follows it."""

TOKEN = re.compile(
    r""" *([\[\]{},]|"[^"\\]*"|'[^']*'|-?[^\s\[\]{},"'#&*!|>%@`:?-][^\[\]{},:#]*|(?<= )#.*|\S)(:(?= |$))?"""
)
KEY = re.compile(r'(?:"([^"\\]*)"|([A-Za-z_][\w.-]*)):(?: +|$)')
INTEGER = re.compile(r"-?(?:0|[1-9]\d*)")
FLOAT = re.compile(r"-?\d+\.\d*(?:e[-+]\d+)?")
NUMBER_LIKE = frozenset("0123456789+-.:_abcdefxABCDEFXTtZ ")
WORDS = {"true": True, "false": False, "null": None}
TRAPS = frozenset(("yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<"))


class Unsure(Exception):
    """The text isn't plain enough."""


def read(text: str) -> Any:
    """The value of a YAML text.

    Raises:
        Unsure: PyYAML must read it.
    """
    if not text.replace("\n", "").isprintable():
        raise Unsure
    lines: list[Line] = []
    for line in text.split("\n"):
        body = line.strip(" ")
        if body and body[0] != "#":
            lines.append((line.index(body[0]), body))
    if not lines or lines[0][0]:
        raise Unsure
    lines.append((-1, ""))
    value, end = block(lines, 0)
    if end != len(lines) - 1:
        raise Unsure
    return value


def block(lines: list[Line], i: int) -> tuple[Any, int]:
    """The mapping or sequence that starts at line `i`, and the line after it."""
    return sequence(lines, i) if lines[i][1].startswith("- ") else mapping(lines, i)


def sequence(lines: list[Line], i: int) -> tuple[list[Any], int]:
    items = []
    indent = lines[i][0]
    while lines[i][0] == indent and lines[i][1].startswith("- "):
        body = lines[i][1][2:]
        rest = body.lstrip(" ")
        if rest.startswith("- "):
            raise Unsure
        if KEY.match(rest):
            lines[i] = (indent + 2 + len(body) - len(rest), rest)
            item, i = mapping(lines, i)
        else:
            item, i = inline(lines, i, rest)
        items.append(item)
    return items, i


def mapping(lines: list[Line], i: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    indent = lines[i][0]
    while lines[i][0] == indent:
        match = KEY.match(lines[i][1])
        if not match:
            break
        key, rest = match[1] if match[2] is None else plain(match[2]), lines[i][1][match.end() :]
        if key in found or not isinstance(key, str):
            raise Unsure
        if rest and rest[0] != "#":
            found[key], i = inline(lines, i, rest)
            continue
        after, content = lines[i + 1]
        if after < indent or (after == indent and not content.startswith("- ")):
            raise Unsure
        found[key], i = block(lines, i + 1)
    if not found or lines[i][0] > indent:
        raise Unsure
    return found, i


def inline(lines: list[Line], i: int, text: str) -> tuple[Any, int]:
    """The value of `text`, the end of line `i` (flow collections may run on), and the line after it."""
    indent = lines[i][0]
    if text[0] in "[{":
        value, i = flow(lines, i, text)
    elif text[0] in "\"'":
        end = text.find(text[0], 1) + 1
        value = text[1 : end - 1]
        if not end or "\\" in value or (text[end:] and not text[end:].startswith(" #")):
            raise Unsure
    else:
        value = plain(text.split(" #", 1)[0].rstrip(" "))
    if lines[i + 1][0] > indent:
        raise Unsure
    return value, i + 1


def flow(lines: list[Line], i: int, text: str) -> tuple[Any, int]:
    """The flow collection that starts `text`, and the line where it ends."""
    indent = lines[i][0]
    found = TOKEN.findall(text)
    while True:
        tokens = iter(found)
        try:
            value = collection(tokens, next(tokens)[0])
        except StopIteration:  # it runs on
            i += 1
            if lines[i][0] <= indent:
                raise Unsure from None
            found += TOKEN.findall(lines[i][1])
        else:
            if next(tokens, ("#", ""))[0][0] != "#":
                raise Unsure
            return value, i


def collection(tokens: Iterator[Token], opening: str) -> Any:
    """A flow sequence or mapping, from its opening bracket to its closing one."""
    if opening == "[":
        return [item for _, item in items(tokens, "]")]
    found = {}
    for key, item in items(tokens, "}"):
        if key in found:
            raise Unsure
        found[key] = item
    return found


def items(tokens: Iterator[Token], closing: str) -> list[tuple[str, Any]]:
    """The items up to the closing bracket, each with its key (none in a sequence)."""
    found = []
    text, colon = next(tokens)
    while text != closing:
        key = ""
        if closing == "}":
            key = scalar(text)
            if not colon or not isinstance(key, str):
                raise Unsure
            text, colon = next(tokens)
        if colon:
            raise Unsure
        found.append((key, collection(tokens, text) if text in ("[", "{") else scalar(text)))
        text, colon = next(tokens)
        if text == ",":
            text, colon = next(tokens)
        elif text != closing:
            raise Unsure
    if colon:
        raise Unsure
    return found


@cache
def scalar(text: str) -> Any:
    """The value of a scalar token."""
    return text[1:-1] if text[0] in "\"'" and len(text) > 1 else plain(text.rstrip(" "))


def plain(text: str) -> Any:
    """A plain scalar as PyYAML resolves it."""
    first = text[0]
    if first in "-+.0123456789":
        if INTEGER.fullmatch(text):
            return int(text)
        if FLOAT.fullmatch(text):
            return float(text)
        if NUMBER_LIKE.issuperset(text) or text.lstrip("+-").lower() in (".inf", ".nan") or text[:2] in ("-", "- "):
            raise Unsure
    elif text.lower() in TRAPS:
        if text not in WORDS:
            raise Unsure
        return WORDS[text]
    elif first in "?:,[]{}#&*!|>'\"%@`":
        raise Unsure
    if ": " in text or text[-1] == ":":
        raise Unsure
    return text
