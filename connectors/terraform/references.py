"""What a block's references stand for, one line for each value, place and reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import tree_sitter

from connectors import environments
from connectors.redaction import looks_secret_key, mask_value, redact
from connectors.terraform.evaluate import Origin, Unknown, render
from connectors.terraform.resolve import module_folder
from connectors.terraform.scope import Each, Scope
from connectors.terraform.syntax import Attribute, Block, HclFile, source_of

_REFERENCE = re.compile(rb"\b(?:var|local|each)\.")
_MAX_DEPTH = 20
_MAX_ORIGINS = 3
_MAX_CALLERS = 3
_MAX_VALUE = 200
_MAX_RENDERED = 2_000
_MAX_RESOLVED = 6_000
"""Characters of resolved lines for one block: what goes beyond repeats itself for every environment."""


def resolved_lines(block: Block, file: HclFile, scope: Scope) -> list[str]:
    """What the block's references stand for: `production: size = 3  (vars/production.tfvars:7)`.

    In a module that others call, a value that not all calls agree on says whose it is:
    `production, module.db: size = 3  (module.db, apps/shop/main.tf:12; …)`.
    """
    views = [_View(block, file.path, instance) for instance in scope.instances()]
    if block.type == "variable":
        return _within(_variable_lines(block, scope, views), _MAX_RESOLVED)
    lines: list[str] = []
    for name, node in _leaves(block, ""):
        if _REFERENCE.search(node.text or b""):
            lines.extend(_lines(name, [(view, list(view.facts(name, node))) for view in views]))
        elif block.type == "module" and name == "source":
            target = module_folder(file.path, source_of(node).strip('"'))
            lines.extend([f"source = {target}  (folder of the module)"] if target else [])
    return _within(lines, _MAX_RESOLVED)


def shown(name: str, value: Any) -> str:
    """A value on one line, credentials masked, a long one shortened to its keys or its number of items."""
    if looks_secret_key(name) and isinstance(value, str):
        return f'"{mask_value(value)}"'
    text = _redacted(render(value)[:_MAX_RENDERED])
    if len(text) <= _MAX_VALUE:
        return text
    if isinstance(value, dict):
        keys = ", ".join(map(str, value))
        return f"{{… {len(value)} entries: {keys[:_MAX_VALUE]}{'…' if len(keys) > _MAX_VALUE else ''}}}"
    return f"[… {len(value)} items]" if isinstance(value, list) else text[:_MAX_VALUE] + "…"


@lru_cache(maxsize=4_096)
def _redacted(text: str) -> str:
    """The text with credentials masked; most values come back for other callers and environments."""
    return redact(text)[0]


@dataclass(frozen=True, slots=True)
class _Fact:
    """A value in one environment ('' for any) and one instance of a `for_each` ('' for all)."""

    environment: str
    key: str
    text: str
    origins: tuple[Origin, ...]


@dataclass
class _View:
    """A block as one call of its module sees it."""

    block: Block
    path: str
    scope: Scope
    _expansions: dict[str, list[Each | None]] = field(default_factory=dict)

    @cached_property
    def home(self) -> str:
        """The environment of the folder that calls, where the module's own folder has none."""
        call = self.scope.call
        return environments.of_path(call.path) if call and not environments.of_path(self.path) else ""

    def facts(self, name: str, node: tree_sitter.Node) -> Iterator[_Fact]:
        """The values of an expression that say more than it does: without any environment, then in each."""
        written = " ".join(source_of(node).split())
        per_key = b"each." in (node.text or b"")
        plain: dict[str, str] = {}
        used: set[str] = set()
        for each in self._each(per_key, ""):
            value, evaluation = self.scope.evaluate(node, "", each)
            key = f'["{each.key}"]' if each else ""
            used |= evaluation.variables
            plain[key] = _said(name, value)
            if plain[key] not in ("", written) and evaluation.origins:
                yield _Fact(self.home, key, plain[key], tuple(evaluation.origins))
        for environment in self.scope.environments(used):
            for each in self._each(per_key, environment):
                value, evaluation = self.scope.evaluate(node, environment, each)
                key = f'["{each.key}"]' if each else ""
                text = _said(name, value)
                if text not in ("", plain.get(key), written):
                    yield _Fact(environment, key, text, tuple(evaluation.origins))

    def _each(self, per_key: bool, environment: str) -> list[Each | None]:
        if not per_key:
            return [None]
        if environment not in self._expansions:
            self._expansions[environment] = self.scope.expansions(self.block, environment, self.path)
        return self._expansions[environment]

    def arguments(self, name: str) -> Iterator[_Fact]:
        """What the call sets the variable `name` to: without any environment, then where that differs."""
        plain = self.scope.argument(name, "")
        if plain is None:
            return
        text = _said(name, plain.value)
        if text:
            yield _Fact(self.home, "", text, plain.origins)
        for environment in self.scope.environments(set(plain.variables)):
            there = self.scope.argument(name, environment)
            differs = _said(name, there.value) if there else ""
            if there and differs not in ("", text):
                yield _Fact(environment, "", differs, there.origins)


def _lines(name: str, views: Sequence[tuple[_View, list[_Fact]]]) -> Iterator[str]:
    """A line for each value; it names its callers unless all of them have it."""
    groups: dict[tuple[str, str, str], list[tuple[_View, _Fact]]] = {}
    for view, facts in views:
        for fact in facts:
            groups.setdefault((fact.environment, fact.key, fact.text), []).append((view, fact))
    names = _names([view.scope for view, _ in views])
    for (environment, key, text), members in sorted(groups.items(), key=_order):
        callers = [names[id(view.scope)] for view, _ in members] if len(members) < len(views) else []
        place = ", ".join(filter(None, (environment, _few(callers, _MAX_CALLERS, ", "), key)))
        reasons = _few(dict.fromkeys(_reasons(members)), _MAX_ORIGINS, "; ")
        yield f"{place}{': ' if place else ''}{name} = {text}  ({reasons})"


def _order(group: tuple[tuple[str, str, str], Any]) -> tuple[bool, str]:
    """What holds for all instances of a `for_each` first: their own lines may be many."""
    (environment, key, _), _ = group
    return key != "", environment


def _names(scopes: Sequence[Scope]) -> dict[int, str]:
    """Each caller's address, with the folder of the root module where two would read alike; '' for none."""
    addresses = [scope.call.address if scope.call else "" for scope in scopes]
    alike = {address for address in addresses if address and addresses.count(address) > 1}
    return {
        id(scope): f"{address} in {scope.call.root or 'the root'}"
        if scope.call and address in alike
        else address
        for scope, address in zip(scopes, addresses, strict=True)
    }


def _reasons(members: Sequence[tuple[_View, _Fact]]) -> list[str]:
    """Where the values come from; file names stand alone only where all are of the module's own folder."""
    origins = [origin for _, fact in members for origin in fact.origins]
    folder = members[0][0].scope.folder
    own = all(origin.is_inside(folder) for origin in origins if origin.what)
    return [origin.shown(folder if own else "") for origin in origins]


def _few(words: Iterable[str], limit: int, glue: str) -> str:
    listed = [word for word in words if word]
    more = len(listed) - limit
    return glue.join(listed[:limit]) + (f"{glue}and {more} more" if more > 0 else "")


def _said(name: str, value: Any) -> str:
    """The value as a line shows it; '' where it is not known or the line would say nothing."""
    if isinstance(value, Unknown) and not value.template:
        return ""
    text = shown(name, value)
    return "" if text.startswith("[…") else text


def _variable_lines(block: Block, scope: Scope, views: Sequence[_View]) -> list[str]:
    name = block.labels[0] if block.labels else ""
    lines: list[str] = []
    for environment, values in sorted(scope.values.items()):
        if name in values:
            where = f"{environment}: " if environment else ""
            origin = values[name].origin.shown(scope.folder)
            lines.append(f"{where}{name} = {shown(name, values[name].value)}  ({origin})")
    calls = [(view, list(view.arguments(name))) for view in views if view.scope.call]
    return [*lines, *_lines(name, calls)]


def _within(lines: list[str], limit: int) -> list[str]:
    """The lines up to the limit of characters, and how many there are beyond it."""
    kept = 0
    for number, line in enumerate(lines):
        kept += len(line) + 1
        if kept > limit:
            return [*lines[:number], f"… and {len(lines) - number} more values"]
    return lines


def _leaves(block: Block, prefix: str, depth: int = 0) -> Iterator[tuple[str, tree_sitter.Node]]:
    """Name and expression of each attribute, and of each entry of the maps that go over lines."""
    for item in block.items():
        if isinstance(item, Attribute):
            yield from _entries(prefix + item.name, item.value, 0)
        elif depth < _MAX_DEPTH:
            yield from _leaves(item, f"{prefix}{item.type}.", depth + 1)


def _entries(name: str, node: tree_sitter.Node, depth: int) -> Iterator[tuple[str, tree_sitter.Node]]:
    entries = list(nearest_entries(node, depth)) if node.start_point.row != node.end_point.row else []
    if not entries:
        yield name, node
    for entry in entries:
        key = source_of(entry.children[0]).strip('"')
        yield from _entries(f"{name}.{key}", entry.children[-1], depth + 1)


def nearest_entries(node: tree_sitter.Node, depth: int) -> Iterator[tree_sitter.Node]:
    """The `key = value` entries of the objects in an expression, but not those inside such an entry."""
    for child in node.named_children if depth < _MAX_DEPTH else ():
        if child.type == "object_elem" and child.child_count > 1:
            yield child
        elif child.type not in ("for_expr", "template_expr", "conditional"):
            yield from nearest_entries(child, depth + 1)
