"""YAML files of the rule base: quick reading by section, and the line of every value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from lossadvisor.errors import UserError

if TYPE_CHECKING:
    from yaml.nodes import Node

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML built without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

Path_ = tuple[object, ...]
"""The way to a value inside a file: keys and indices."""

SECTION = re.compile(r"^([A-Za-z_][\w.-]*):(?=\s|$)", re.MULTILINE)
OTHER_TOP_LINE = re.compile(r"^(?![A-Za-z_][\w.-]*:(?:\s|$))[^\s#]", re.MULTILINE)


class Place(NamedTuple):
    """A position in a file, counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


def read(path: Path) -> str:
    """The text of a rule file.

    Raises:
        UserError: the file can't be read or isn't UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise UserError(f"can't read the rule file: {reason}", place=str(path)) from None


def parse(text: str, path: Path) -> Any:
    """The value of a YAML text (safe loader).

    Raises:
        UserError: the text isn't YAML; the place is the parser's.
    """
    try:
        return yaml.load(text, Loader)  # noqa: S506 - both loaders are safe ones
    except yaml.YAMLError as error:
        raise syntax_error(error, path) from None


def syntax_error(error: yaml.YAMLError, path: Path) -> UserError:
    mark = getattr(error, "problem_mark", None)
    place = Place(str(path), mark.line + 1, mark.column + 1) if mark else path
    problem = getattr(error, "problem", None) or str(error)
    return UserError(f"not valid YAML: {problem}", place=str(place))


def sections(text: str) -> dict[str, str] | None:
    """The text of each top-level key, unparsed, or None where the text can't be cut safely.

    A file of cards is cut at its unindented keys, so that reading one card parses one card.
    """
    if OTHER_TOP_LINE.search(text):
        return None
    starts = list(SECTION.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return {match[1]: text[match.start() : end] for match, end in zip(starts, ends, strict=True)}


class Marks:
    """The place of every value of a YAML file, found by its path."""

    def __init__(self, text: str, path: Path) -> None:
        self.file = str(path)
        self.nodes: dict[Path_, Node] = {}
        self.scalars: list[tuple[Path_, yaml.ScalarNode]] = []
        self.duplicates: list[tuple[Path_, yaml.ScalarNode]] = []
        try:
            root = yaml.compose(text, Loader)
        except yaml.YAMLError as error:
            raise syntax_error(error, path) from None
        if root is not None:
            self._walk(root, ())

    def _walk(self, node: Node, path: Path_) -> None:
        self.nodes[path] = node
        for part, child in self._children(node, path):
            self._walk(child, (*path, part))
        if isinstance(node, yaml.ScalarNode):
            self.scalars.append((path, node))

    def _children(self, node: Node, path: Path_) -> Iterator[tuple[object, Node]]:
        if isinstance(node, yaml.SequenceNode):
            yield from enumerate(node.value)
        if not isinstance(node, yaml.MappingNode):
            return
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                self.duplicates.append(((*path, key.value), key))
            else:
                yield key.value, value
            seen.add(key.value)
            self.scalars.append(((*path, key.value), key))

    def at(self, *path: object) -> Place:
        """The place of the value at `path`, or of the nearest value around it."""
        while path and path not in self.nodes:
            path = path[:-1]
        node = self.nodes.get(path)
        return self.of(node) if node is not None else Place(self.file, 1, 1)

    def of(self, node: Node) -> Place:
        mark = node.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1)
