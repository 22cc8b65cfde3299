"""YAML through PyYAML: any text, and the place of every value. Imported only when it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from lossadvisor.errors import UserError
from lossadvisor.rulebase.yamlfile import Path_, Place

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node, ScalarNode

# PyYAML may be built without libyaml.
Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StrictLoader(Loader):  # type: ignore[valid-type, misc]
    """The safe loader, but a key that stands twice is an error."""

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - theirs
        value: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        seen: set[Any] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands twice", key.start_mark
                )
            seen.add(key.value)
        return value


def load(text: str, path: Path) -> Any:
    """The value of a YAML text.

    Raises:
        UserError: the text isn't YAML, or has a key twice; the place is the parser's.
    """
    try:
        return yaml.load(text, StrictLoader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise syntax_error(error, path) from None
    except ValueError as error:  # a date that does not exist
        raise syntax_error(error, path) from None


def syntax_error(error: Exception, path: Path) -> UserError:
    """The parser's error, at its place."""
    mark = getattr(error, "problem_mark", None)
    place = Place(str(path), mark.line + 1, mark.column + 1) if mark else Place(str(path), 1, 1)
    problem = getattr(error, "problem", None) or str(error).split("\n")[0]
    return UserError(f"not valid YAML: {problem}", place=str(place))


class Marks:
    """The place of every value of a YAML file, found by its path.

    `duplicates` are keys that stand twice, `aliases` the places of values that are written elsewhere (`*name`).

    Raises:
        UserError: the text isn't YAML.
    """

    def __init__(self, text: str, path: Path) -> None:
        self.file = str(path)
        self.nodes: dict[Path_, Node] = {}
        self.keys: dict[Path_, ScalarNode] = {}
        self.scalars: list[tuple[Path_, yaml.ScalarNode]] = []
        self.duplicates: list[tuple[Path_, yaml.ScalarNode]] = []
        self.aliases: list[Place] = []
        self._seen: set[int] = set()
        try:
            self._root = yaml.compose(text, Loader)
            if self._root is not None:
                self._walk(self._root, ())
        except (yaml.YAMLError, RecursionError) as error:
            raise syntax_error(error, path) from None

    def value(self) -> Any:
        """The value of the whole text.

        Raises:
            UserError: a tag or a date that does not exist.
        """
        try:
            return None if self._root is None else Loader("").construct_document(self._root)
        except (yaml.YAMLError, ValueError) as error:
            raise syntax_error(error, Path(self.file)) from None

    def _walk(self, node: Node, path: Path_) -> None:
        if id(node) in self._seen:
            self.aliases.append(self.of(node))
            return
        self._seen.add(id(node))
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
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            here = (*path, key.value)
            self.scalars.append((here, key))
            if here in self.keys:
                self.duplicates.append((here, key))
            else:
                self.keys[here] = key
                yield key.value, value

    def at(self, *path: object) -> Place:
        """The place of the value at `path`, or of the nearest value around it."""
        while path and path not in self.nodes:
            path = path[:-1]
        node = self.nodes.get(path)
        return self.of(node) if node is not None else Place(self.file, 1, 1)

    def at_key(self, *path: object) -> Place:
        """The place of the key that ends `path`, or of the nearest value around it."""
        return self.of(self.keys[path]) if path in self.keys else self.at(*path)

    def of(self, node: Node) -> Place:
        """The place of a node."""
        mark = node.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1)
