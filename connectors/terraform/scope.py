"""What a module's names stand for: variables with defaults, values and arguments, and locals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import tree_sitter

from connectors.redaction import MASK
from connectors.terraform.conversion import converted
from connectors.terraform.evaluate import Evaluation, Found, Origin, Unknown
from connectors.terraform.syntax import Attribute, Block

_MAX_DEPTH = 30
_MAX_CALLS = 60
"""Calls of one module (by way of others, too) that are told apart."""
_MAX_KEYS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A `variable` block: where it is, what it says, and its default as an expression (None: required)."""

    name: str
    path: str
    line: int
    description: str = ""
    default: tree_sitter.Node | None = None
    sensitive: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """A value that a `.tfvars` file gives to a variable."""

    value: Any
    path: str
    line: int

    @property
    def origin(self) -> Origin:
        """The file and line; shown as `terraform/variables/production/rds.tfvars:7`."""
        return Origin("", self.path, self.line)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A `module` block that calls a folder of the tree: who calls, and with which arguments."""

    caller: Scope
    name: str
    path: str
    arguments: Mapping[str, Attribute]

    @property
    def address(self) -> str:
        """`module.gatekeeper.module.constraints`, as Terraform writes it."""
        return f"{self.caller.call.address}.{self.name}" if self.caller.call else self.name

    @property
    def root(self) -> str:
        """The folder of the root module at the end of the way up."""
        return self.caller.call.root if self.caller.call else self.caller.folder


@dataclass(frozen=True, slots=True, eq=False)
class Each:
    """What `each.key` and `each.value` are in one instance of a block, and what that rests on."""

    key: str
    value: Any
    origins: tuple[Origin, ...]
    variables: frozenset[str]


@dataclass
class Scope:
    """One module's folder. `values` holds, per environment, what its `.tfvars` files set ('' for any).

    `calls` are the module blocks that call it; `called` says that there are some in files that were not read.
    In one of `instances`, `call` is the one that it is seen from.
    """

    folder: str
    variables: dict[str, Variable] = field(default_factory=dict)
    local_values: dict[str, tuple[tree_sitter.Node, str, int]] = field(default_factory=dict)
    values: dict[str, dict[str, Assigned]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    call: Call | None = None
    called: bool = False
    _known: dict[tuple[str, str], Found | None] = field(default_factory=dict)
    _instances: list[Scope] | None = None

    @property
    def is_root(self) -> bool:
        """Whether no module of the tree calls the folder: its values come from `.tfvars` files."""
        return not (self.calls or self.called)

    def instances(self) -> list[Scope]:
        """The scope as each call of it sees it; itself where nobody calls it, or files give it values, too."""
        if self._instances is None:
            self._instances = [self]  # what a module that calls itself, by whatever way, finds
            found = [
                Scope(self.folder, self.variables, self.local_values, call=replace(call, caller=caller))
                for call in self.calls
                for caller in call.caller.instances()
            ][:_MAX_CALLS]
            self._instances = found if found and not self.values else [*found, self]
        return self._instances

    def environments(self, names: set[str]) -> list[str]:
        """The environments in which a `.tfvars` file sets one of the variables `names` (of the root module)."""
        if self.call:
            return self.call.caller.environments(names)
        return sorted(env for env, values in self.values.items() if env and not names.isdisjoint(values))

    def assigned(self, name: str, environment: str) -> Assigned | None:
        """What the environment's files, or those of no environment, set the variable to."""
        found = self.values.get(environment, {}).get(name)
        return found or self.values.get("", {}).get(name)

    def evaluate(
        self, node: tree_sitter.Node, environment: str = "", each: Each | None = None
    ) -> tuple[Any, Evaluation]:
        """The expression's value in that environment ('' is without any), and what it rests on."""

        def look_up(root: str, name: str) -> Found | None:
            if root != "each":
                return self._look_up(root, name, environment, ())
            if each is None or name not in ("key", "value"):
                return None
            return Found(each.key if name == "key" else each.value, each.origins, each.variables)

        evaluation = Evaluation(look_up)
        return evaluation.value(node), evaluation

    def argument(self, name: str, environment: str) -> Found | None:
        """What the call sets the variable to; None where it does not, or nobody calls."""
        return self._look_up("var", name, environment, ()) if self._passes(name) else None

    def expansions(self, block: Block, environment: str, path: str = "") -> list[Each | None]:
        """The instances that the block's `for_each` makes; [None] where it has none or it is not known."""
        attribute = block.attribute("for_each")
        if attribute is None:
            return [None]
        value, evaluation = self.evaluate(attribute.value, environment)
        pairs = value if isinstance(value, dict) else {}
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            pairs = {item: item for item in value}
        if not pairs or len(pairs) > _MAX_KEYS:
            return [None]
        origins = (Origin("for_each", path, attribute.first + 1), *evaluation.origins)
        used = frozenset(evaluation.variables)
        return [Each(key, item, origins, used) for key, item in pairs.items()]

    def _look_up(self, root: str, name: str, environment: str, above: tuple[str, ...]) -> Found | None:
        address = f"{root}.{name}"
        if root == "each" or address in above or len(above) > _MAX_DEPTH:
            return None
        if (address, environment) not in self._known:
            self._known[address, environment] = (
                self._local(name, environment, (*above, address))
                if root == "local"
                else self._variable(name, environment)
            )
        return self._known[address, environment]

    def _passes(self, name: str) -> bool:
        return self.call is not None and name in self.call.arguments and name in self.variables

    def _variable(self, name: str, environment: str) -> Found | None:
        address = f"var.{name}"
        variable = self.variables.get(name)
        # In a called module the names that environments know are those of the root module.
        names = frozenset() if self.call else frozenset({name})
        assigned = self.assigned(name, environment)
        if assigned is not None:
            kind = variable.kind if variable else ""
            return Found(converted(assigned.value, kind), (assigned.origin,), names)
        if variable is None:
            return None
        if self.call and self._passes(name):
            return self._argument(self.call, variable, environment)
        if variable.default is None:
            return Found(Unknown(address), (), names)
        value, _ = Scope(self.folder).evaluate(variable.default)
        origin = Origin(f"default of {address}", variable.path, variable.line)
        return Found(converted(value, variable.kind), (origin,), names)

    def _argument(self, call: Call, variable: Variable, environment: str) -> Found:
        attribute = call.arguments[variable.name]
        value, evaluation = call.caller.evaluate(attribute.value, environment)
        known = converted(_abroad(value, f"var.{variable.name}"), variable.kind)
        if variable.sensitive and not isinstance(known, Unknown) and known not in (None, ""):
            known = MASK
        origin = Origin(call.name, call.path, attribute.first + 1)
        return Found(known, (origin, *evaluation.origins), frozenset(evaluation.variables))

    def _local(self, name: str, environment: str, above: tuple[str, ...]) -> Found | None:
        entry = self.local_values.get(name)
        if entry is None:
            return None
        node, path, line = entry
        evaluation = Evaluation(lambda root, other: self._look_up(root, other, environment, above))
        value = evaluation.value(node)
        origins = (Origin(f"local.{name}", path, line), *evaluation.origins)
        known = Unknown(f"local.{name}") if isinstance(value, Unknown) and not value.template else value
        return Found(known, origins, frozenset(evaluation.variables))


def literal_text(scope: Scope, block: Block, name: str, each: Each | None = None) -> str:
    """The attribute's value if it is a known text, else ''."""
    attribute = block.attribute(name)
    value = scope.evaluate(attribute.value, "", each)[0] if attribute else None
    return value if isinstance(value, str) else ""


def _abroad(value: Any, name: str = "\u2026") -> Any:
    """A value as another module sees it: what is not known has no words of the caller's in it."""
    if isinstance(value, Unknown):
        return Unknown(name)
    if isinstance(value, dict):
        return {key: _abroad(item) for key, item in value.items()}
    return [_abroad(item) for item in value] if isinstance(value, list) else value
