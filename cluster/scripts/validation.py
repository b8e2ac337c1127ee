"""Compares the kinds, namespaces and names in a script with what there is in the cluster."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import fuzz, process

from cluster.kubectl.parsing import Command
from cluster.kubectl.verbs import VERBS, Arguments
from cluster.scripts.steps import SAMPLES, Label, Step
from connectors.kubectl_lines import read_command

_NEAR = 60
_NEW_OBJECTS = frozenset({"create", "apply", "run", "expose", "autoscale", "replace"})


class Inventory(Protocol):
    """What there is in a cluster."""

    def kind_of(self, word: str) -> str:
        """The kind that a word of a command names (`deploy`, `Deployments`, `deployments.apps`), or ''."""
        ...

    def kind_words(self) -> Collection[str]:
        """The words that name a kind: plurals and short names."""
        ...

    def is_namespaced(self, kind: str) -> bool:
        """Whether objects of the kind stand in a namespace."""
        ...

    def namespaces(self) -> Collection[str]:
        """The names of all namespaces."""
        ...

    def names(self, kind: str, namespace: str) -> Collection[str]:
        """The names of the objects of a kind, of all namespaces where `namespace` is ''."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """A word of step number `step` (from 0) that names nothing in the cluster, and the nearest one that does."""

    step: int
    what: str
    word: str
    nearest: str
    message: str


@dataclass(frozen=True, slots=True)
class _Named:
    """An object as a command names it; `prefix` where the name may be the beginning of one."""

    kind: str
    name: str
    namespace: str
    prefix: bool = False


def validate(steps: Sequence[Step], inventory: Inventory, *, namespace: str = "default") -> list[Problem]:
    """What in the steps does not exist; `namespace` is the one of commands that name none."""
    found: list[Problem] = []
    for index, step in enumerate(steps):
        seen: set[tuple[str, str]] = set()
        for problem in _problems(index, step, inventory, namespace):
            if (problem.what, problem.word) not in seen:
                seen.add((problem.what, problem.word))
                found.append(problem)
    return found


def _problems(index: int, step: Step, inventory: Inventory, namespace: str) -> Iterator[Problem]:
    for named in _named(step, namespace):
        known_namespace = named.namespace in ("", *inventory.namespaces()) or _waits(step, named.namespace)
        if not known_namespace:
            yield _problem(index, "namespace", named.namespace, inventory.namespaces())
        if not named.kind or _waits(step, named.kind) or named.kind in ("all", "*"):
            continue
        kind = inventory.kind_of(named.kind)
        if not kind:
            yield _problem(index, "kind", named.kind, inventory.kind_words())
        elif named.name and known_namespace and not _waits(step, named.name):
            where = named.namespace if inventory.is_namespaced(kind) else ""
            names = inventory.names(kind, where)
            if named.name not in names and not (
                named.prefix and any(n.startswith(named.name) for n in names)
            ):
                yield _problem(index, "name", named.name, names, kind, where)


def _waits(step: Step, word: str) -> bool:
    return bool(step.placeholders) and (word in SAMPLES or word in step.placeholders)


def _named(step: Step, namespace: str) -> Iterator[_Named]:
    if step.command is not None:
        yield from _of_command(step.command, namespace)
    elif step.label is Label.MUTATING:
        for kind, name, where in read_command(" ".join(step.argv[1:])):
            new = bool(_NEW_OBJECTS & set(step.argv[1:4]))
            yield _Named(kind, "" if new else name, where or namespace)


def _of_command(command: Command, default: str) -> Iterator[_Named]:
    """The objects that a read-only command names; without a name it is the kind alone."""
    everywhere = command.is_on("all-namespaces")
    namespace = "" if everywhere else (command.namespace or default)
    arguments = command.arguments
    match VERBS[command.verb].arguments:
        case Arguments.RESOURCES:
            yield from _resources(arguments, namespace, prefix=command.verb == ("describe",))
        case Arguments.POD:
            kind, slash, name = (arguments or ("",))[0].partition("/")
            yield _Named(kind if slash else "pods", name if slash else kind, namespace)
        case Arguments.NAME if command.verb[0] == "top":
            yield _Named(f"{command.verb[1]}s", (arguments or ("",))[0], namespace)
        case Arguments.FIELD_PATH:
            # `deployments.apps` and `deploy.spec` look alike: the word before the dot is the kind.
            yield _Named(arguments[0].split(".")[0], "", "") if arguments else _Named("", "", "")
        case Arguments.ACCESS if len(arguments) > 1 and not arguments[1].startswith("/"):
            kind, _, name = arguments[1].partition("/")
            yield _Named(kind, "" if "/" in arguments[1] else "".join(arguments[2:3]), namespace)
        case _:
            yield _Named("", "", command.namespace)
    for about in command.values("for") if command.verb == ("events",) else ():
        kind, _, name = about.partition("/")
        yield _Named(kind, name, namespace)


def _resources(arguments: Sequence[str], namespace: str, *, prefix: bool) -> Iterator[_Named]:
    if not arguments:
        return
    first, *names = arguments
    if "/" in first:
        for word in arguments:
            kind, _, name = word.partition("/")
            yield _Named(kind, name, namespace)
        return
    for kind in first.split(","):
        for name in names or ("",):
            yield _Named(kind, name, namespace, prefix)


def _problem(
    index: int, what: str, word: str, known: Collection[str], kind: str = "", namespace: str = ""
) -> Problem:
    best = process.extractOne(word, sorted(known), scorer=fuzz.WRatio, score_cutoff=_NEAR)
    nearest = best[0] if best else ""
    subject = {
        "kind": f"the cluster knows no kind `{word}`",
        "namespace": f"there is no namespace `{word}`",
    }.get(what, f"there is no {kind} `{word}`" + (f" in {namespace}" if namespace else ""))
    return Problem(index, what, word, nearest, subject + (f"; the nearest is `{nearest}`" if nearest else ""))
