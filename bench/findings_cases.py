"""Planted facts: `TRUE` ones must be found, each as said here; of `HARMLESS` ones nothing may be said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.findings_world import Value, World

Change = Callable[[World], World]


@dataclass(frozen=True, slots=True)
class Case:
    """One planted fact. `type`, `subject` and `value` are those of the finding that it must give, '' if none."""

    name: str
    change: Change
    type: str = ""
    subject: str = ""
    value: str = ""


def page(text: str, path: str = "planted.md", source: str = "runbooks") -> Change:
    """A page that says this."""
    return lambda world: world.with_page(path, text, source)


def live(
    kind: str,
    name: str,
    change: Callable[[Value], object],
    cluster: str = "production",
    namespace: str = "shop",
) -> Change:
    """A running object that somebody has changed."""
    return lambda world: world.with_live((cluster, kind, namespace, name), change)


def gone(kind: str, name: str, cluster: str = "production", namespace: str = "shop") -> Change:
    """A running object that is gone."""
    return lambda world: world.without((cluster, kind, namespace, name))


def container(what: Callable[[Value], object]) -> Callable[[Value], object]:
    """A change of a workload's first container."""
    return lambda value: what(_pod(value)["containers"][0])


def _pod(value: Value) -> Value:
    found: Any = value["spec"].get("jobTemplate", value)
    spec: Value = found["spec"]["template"]["spec"]
    return spec


def both(*changes: Change) -> Change:
    """All of these."""

    def made(world: World) -> World:
        for change in changes:
            world = change(world)
        return world

    return made


def code(path: str, old: str, new: str) -> Change:
    """A file of Terraform or of manifests that says something else."""

    def edit(folder: Path) -> None:
        file = folder / path
        text = file.read_text("utf-8")
        if old not in text:
            raise ValueError(f"{path} does not hold {old!r}")
        file.write_text(text.replace(old, new, 1), "utf-8")

    return lambda world: world.with_code(edit)


def new_file(path: str, text: str) -> Change:
    """A new file of Terraform or of manifests."""

    def write(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")

    return lambda world: world.with_code(write)


def put(*path: str | int, to: Any) -> Callable[[Value], object]:
    """A change of the value at a path."""

    def change(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to

    return change
