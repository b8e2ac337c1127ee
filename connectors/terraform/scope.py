"""What a module's names stand for: variables with defaults and values per environment, and locals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import tree_sitter

from connectors.terraform.evaluate import Evaluation, Found, Unknown

_MAX_DEPTH = 30


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A `variable` block: where it is, what it says, and its default as an expression (None: required)."""

    name: str
    path: str
    line: int
    description: str = ""
    default: tree_sitter.Node | None = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """A value that a `.tfvars` file gives to a variable."""

    value: Any
    path: str
    line: int

    @property
    def origin(self) -> str:
        """`terraform/variables/production/rds.tfvars:7`."""
        return f"{self.path}:{self.line}"


@dataclass
class Scope:
    """One module's folder. `values` holds, per environment, what its `.tfvars` files set ('' for any)."""

    folder: str
    variables: dict[str, Variable] = field(default_factory=dict)
    local_values: dict[str, tuple[tree_sitter.Node, str, int]] = field(default_factory=dict)
    values: dict[str, dict[str, Assigned]] = field(default_factory=dict)
    is_root: bool = True
    _known: dict[tuple[str, str], Found | None] = field(default_factory=dict)

    def environments(self, names: set[str]) -> list[str]:
        """The environments in which a `.tfvars` file sets one of the variables `names`."""
        return sorted(env for env, values in self.values.items() if env and not names.isdisjoint(values))

    def assigned(self, name: str, environment: str) -> Assigned | None:
        """What the environment's files, or those of no environment, set the variable to."""
        found = self.values.get(environment, {}).get(name)
        return found or self.values.get("", {}).get(name)

    def evaluate(self, node: tree_sitter.Node, environment: str = "") -> tuple[Any, Evaluation]:
        """The expression's value in that environment ('' is without any), and what it rests on."""
        return self._evaluate(node, environment, ())

    def _evaluate(
        self, node: tree_sitter.Node, environment: str, above: tuple[str, ...]
    ) -> tuple[Any, Evaluation]:
        evaluation = Evaluation(lambda root, name: self._look_up(root, name, environment, above))
        return evaluation.value(node), evaluation

    def _look_up(self, root: str, name: str, environment: str, above: tuple[str, ...]) -> Found | None:
        address = f"{root}.{name}"
        if address in above or len(above) > _MAX_DEPTH:
            return None
        if (address, environment) not in self._known:
            self._known[address, environment] = (
                self._local(name, environment, (*above, address))
                if root == "local"
                else self._variable(name, environment)
            )
        return self._known[address, environment]

    def _variable(self, name: str, environment: str) -> Found | None:
        address = f"var.{name}"
        variable = self.variables.get(name)
        names = frozenset({name})
        assigned = self.assigned(name, environment)
        if assigned is not None:
            return Found(assigned.value, (assigned.origin,), names)
        if variable is None:
            return None
        if variable.default is None:
            return Found(Unknown(address), (), names)
        value, _ = Scope(self.folder)._evaluate(variable.default, "", ())
        return Found(value, (f"default of {address}, {self._place(variable.path)}:{variable.line}",), names)

    def _place(self, path: str) -> str:
        """The file's name alone where it lies in the module's own folder."""
        return path.removeprefix(f"{self.folder}/") if self.folder else path

    def _local(self, name: str, environment: str, above: tuple[str, ...]) -> Found | None:
        entry = self.local_values.get(name)
        if entry is None:
            return None
        node, path, line = entry
        value, evaluation = self._evaluate(node, environment, above)
        origins = (f"local.{name}, {self._place(path)}:{line}", *evaluation.origins)
        known = Unknown(f"local.{name}") if isinstance(value, Unknown) and not value.template else value
        return Found(known, origins, frozenset(evaluation.variables))


Scopes = Mapping[str, Scope]
"""The scope of each folder that holds Terraform, by its path."""
