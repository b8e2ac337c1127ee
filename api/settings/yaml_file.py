"""Reads a YAML file with its positions and puts `${VARIABLES}` in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from api.settings.problems import Problem

_REFERENCE = re.compile(r"\$\$\{[^}\n]*\}|\$\$|\$\{[^}\n]*\}|\$\{")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN_KEY = re.compile(r"[a-z_]{1,20}")
_MARK = re.compile("\ue000(\\d+)\ue001")

UNSET = "\ue002"
"""Stands in for a missing variable, so that its value is not reported a second time."""


@dataclass
class YamlFile:
    """A YAML text as plain values, each of which can be traced to its line."""

    data: Any = None
    problems: list[Problem] = field(default_factory=list)
    root: yaml.Node | None = None

    def line_of(self, path: Sequence[str | int]) -> int:
        """The line (from 1) of the key at `path`, or of the nearest part of it that is there."""
        node, line = self.root, 1
        for part in path:
            found = _child(node, part)
            if found is None:
                # Models put the tag of a union into the path: it is no key of the file.
                continue
            line, node = found
        return line


def read_yaml(text: str, environment: Mapping[str, str]) -> YamlFile:
    """The values of `text` with `${VAR}` and `${VAR:-default}` replaced; `$$` stands for one `$`.

    Never raises: what is wrong is in `problems`, with its line.
    """
    marked, references = _mark_references(text)
    file = YamlFile()
    try:
        loader = yaml.SafeLoader(marked)
        file.root = loader.get_single_node()
        if file.root is None:
            return file
        _Filler(references, environment, file.problems).fill(file.root)
        _report_repeated_keys(file.root, file.problems, set())
        file.data = loader.construct_document(file.root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        file.problems.append(Problem(line, "", f"no valid YAML: {error.problem}", "correct the line"))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        file.problems.append(Problem(1, "", f"no valid YAML: {type(error).__name__}", "correct the file"))
    return file


@dataclass(frozen=True)
class _Reference:
    text: str
    line: int


def _mark_references(text: str) -> tuple[str, list[_Reference]]:
    """`text` with each reference replaced by a mark: `{`, `}` and `,` in it would upset the YAML parser."""
    references: list[_Reference] = []

    def mark(match: re.Match[str]) -> str:
        references.append(_Reference(match.group(), text.count("\n", 0, match.start()) + 1))
        return f"\ue000{len(references) - 1}\ue001"

    return _REFERENCE.sub(mark, text), references


class _Filler:
    """Replaces the marks in the scalars of a tree; a comment's marks never get here."""

    def __init__(
        self, references: list[_Reference], environment: Mapping[str, str], problems: list[Problem]
    ) -> None:
        self._references = references
        self._environment = environment
        self._problems = problems
        self._seen: set[int] = set()

    def fill(self, node: yaml.Node) -> None:
        if id(node) in self._seen:
            return
        self._seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            node.value = _MARK.sub(lambda m: self._value(self._references[int(m.group(1))]), node.value)
        elif isinstance(node, yaml.SequenceNode):
            for child in node.value:
                self.fill(child)
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self.fill(key)
                self.fill(value)

    def _value(self, reference: _Reference) -> str:
        if reference.text.startswith("$$"):
            return reference.text[1:]
        name, separator, default = reference.text[2:-1].partition(":-")
        if not reference.text.endswith("}") or not _NAME.fullmatch(name) or "${" in default:
            self._report(
                reference.line,
                "a `${` here is no variable reference",
                "write ${NAME} or ${NAME:-default}, not nested, and $$ for a dollar sign",
            )
            return UNSET
        value = self._environment.get(name, "")
        if separator:
            return value or default
        if name not in self._environment:
            self._report(
                reference.line,
                f"the environment variable {name} is not set",
                f"export {name}=…, or give a default: ${{{name}:-…}}",
            )
            return UNSET
        return value

    def _report(self, line: int, text: str, remedy: str) -> None:
        self._problems.append(Problem(line, "", text, remedy))


def _child(node: yaml.Node | None, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        child = node.value[part]
        return child.start_mark.line + 1, child
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == str(part):
                return key.start_mark.line + 1, value
    return None


def _report_repeated_keys(node: yaml.Node, problems: list[Problem], seen: set[int]) -> None:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _report_repeated_keys(child, problems, seen)
    elif isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                line = key.start_mark.line + 1
                if key.value in first:
                    # A long or odd key may be a token (api.auth.tokens): it is not shown.
                    name = f"the key `{key.value}`" if _PLAIN_KEY.fullmatch(key.value) else "a key"
                    text = f"{name} is given twice (first in line {first[key.value]})"
                    problems.append(Problem(line, "", text, "remove one of the two"))
                first.setdefault(key.value, line)
            _report_repeated_keys(value, problems, seen)
