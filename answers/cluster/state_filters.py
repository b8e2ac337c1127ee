"""Objects by how they are: pending, bound, crash-looping, under memory pressure, not as they should be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from answers.cluster.catalog import Catalog, pod_path
from answers.cluster.conditions import Filter, Found
from answers.cluster.reading import Reading
from answers.cluster.troubles import is_unwell
from answers.cluster.wording import UNWELL
from cluster.graph import Node
from cluster.values import at, entries, mapping, text

_STATES = (
    "pending", "running", "succeeded", "completed", "failed", "unknown", "bound", "lost", "released", "terminating",
    "active", "evicted", "available", "crashloopbackoff", "imagepullbackoff", "errimagepull", "oomkilled", "waiting",
    "unschedulable", "suspended", "complete", "outofsync", "synced", "degraded", "missing", "progressing", "terminated",
)  # fmt: skip
_ALIASES = {
    "crashloop": "crashloopbackoff", "crashlooping": "crashloopbackoff", "crash-looping": "crashloopbackoff",
    "crashing": "crashloopbackoff", "crash": "crashloopbackoff", "oom": "oomkilled", "oom-killed": "oomkilled",
    "finished": "complete", "unscheduled": "unschedulable", "done": "complete", "unbound": "pending",
}  # fmt: skip
_SPELLED = {"waiting": "waiting(?! (?:for|on))"}
"""`waiting for a volume` says what is lacking and no state."""
_GENERAL = frozenset({"running", "available", "active", "failed", "degraded"})
"""Words that people also use for well and unwell in general."""
_PHASES = ("pending", "running", "succeeded", "failed")
_OF_CONTAINERS = frozenset(
    {
        "crashloopbackoff",
        "imagepullbackoff",
        "errimagepull",
        "oomkilled",
        "waiting",
        "evicted",
        "unschedulable",
    }
)
"""States that pods report of which people speak as of their workload's."""
_ABOUT_ALL = r"all|every\w*|are (?:all|both)|any\w*|is \w+thing"


def by_state(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The conditions on states that a question sets."""
    wanted = _named(reading, kinds)
    negated = any(reading.asks(rf"not (?:\w+ )?{re.escape(state)}") for state in wanted)
    if wanted:
        words = {*wanted, *_ALIASES, "killed"}
        phase = next((state for state in wanted if state in _PHASES), "")
        selects = bool(phase) and set(kinds) == {"Pod"} and not negated
        arguments = (f"--field-selector=status.phase={phase.capitalize()}",) if selects else ()
        said = f"{'not ' * negated}in state {' or '.join(wanted)}"
        yield (
            Filter(
                said,
                lambda node: bool(_with_pods(node, catalog) & set(wanted)) is not negated,
                arguments,
                state=True,
            ),
            words,
        )
    for kind, spelled in _conditions(kinds, catalog).items():
        if reading.asks(spelled):
            yield Filter(f"with condition {kind}", lambda node: kind in _true(node)), set(spelled.split())  # noqa: B023
            return
    general = [word for word in ("pressure",) if reading.asks(word)]
    if general and (spoken := _ending(kinds, general[0], catalog)):
        yield (
            Filter(f"under {general[0]}", lambda node: bool(_true(node) & spoken)),
            {*general, "condition", "conditions"},
        )
        return
    if not wanted and reading.unknown and (about := _complaining(reading, kinds, catalog)):
        said = f"whose conditions speak of {' '.join(reading.unknown)}"
        yield Filter(said, lambda node: node.id in about), {word.lower() for word in reading.unknown}
        return
    if not wanted and reading.asks(UNWELL) and not reading.asks(_ABOUT_ALL):
        yield Filter("not as they should be", is_unwell, unwell=True), {"not", "ready"}


def _complaining(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> set[str]:
    """The ids of objects with a condition that does not hold and speaks of all unknown words of the question."""
    words = [word.lower() for word in reading.unknown]
    return {
        node.id
        for node in catalog.of(kinds)
        for _, found in entries(node.value, "status.conditions")
        if text(found, "status") == "False"
        and all(word in f"{text(found, 'reason')} {text(found, 'message')}".lower() for word in words)
    }


def _named(reading: Reading, kinds: Sequence[str]) -> list[str]:
    found = [state for state in _STATES if reading.asks(_SPELLED.get(state, re.escape(state)))]
    found += [
        state for word, state in _ALIASES.items() if reading.asks(re.escape(word)) and state not in found
    ]
    pods = "Pod" in kinds
    return [state for state in found if state not in _GENERAL or (pods and state in ("running", "failed"))]


def by_each(reading: Reading, nodes: Sequence[Node]) -> str:
    """How many of the objects are in each state, where the question names several: `16 pending, 6 bound`; else ''."""
    wanted = _named(reading, list(dict.fromkeys(node.kind for node in nodes)))
    held = [(state, sum(state in states(node) for node in nodes)) for state in wanted]
    return ", ".join(f"{number} {state}" for state, number in held) if len(held) > 1 else ""


def _with_pods(node: Node, catalog: Catalog) -> set[str]:
    """The states of an object, and of a workload those in which its pods and their containers are stuck."""
    pods = catalog.pods(node) if pod_path(node) and node.kind != "Pod" else []
    return states(node) | {state for pod in pods for state in states(pod) & _OF_CONTAINERS}


def states(node: Node) -> set[str]:
    """The words that an object's status uses for how it is, in lower case."""
    found = {
        text(node.value, f"status.{path}") for path in ("phase", "reason", "health.status", "sync.status")
    }
    for field in ("containerStatuses", "initContainerStatuses"):
        for _, status in entries(node.value, f"status.{field}"):
            for path in ("state.waiting.reason", "state.terminated.reason", "lastState.terminated.reason"):
                found.add(text(status, path))
            if field == "containerStatuses" and mapping(status, "state.waiting"):
                found.add("waiting")
    for _, condition in entries(node.value, "status.conditions"):
        said = {"True": "type", "False": "reason"}.get(text(condition, "status"))
        found.add(text(condition, said) if said else "")
    if node.kind == "Job" and at(node.value, "spec.suspend") is True:
        found.add("suspended")
    if {"Succeeded", "Complete"} & found:
        found |= {"Completed", "Complete"}
    return {word.lower() for word in found if word}


def _conditions(kinds: Sequence[str], catalog: Catalog) -> dict[str, str]:
    """The conditions of several words that objects of these kinds report: `MemoryPressure`, as `memory pressure`."""
    found = {
        text(condition, "type")
        for kind in kinds
        for node in catalog.by_kind.get(kind, [])[:20]
        for _, condition in entries(node.value, "status.conditions")
    }
    spelled = {kind: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower() for kind in sorted(found)}
    return {kind: words for kind, words in spelled.items() if " " in words}


def _ending(kinds: Sequence[str], word: str, catalog: Catalog) -> set[str]:
    """The conditions whose names end in a word: those of memory, disk and processes for `pressure`."""
    return {kind for kind, spelled in _conditions(kinds, catalog).items() if spelled.endswith(f" {word}")}


def _true(node: Node) -> set[str]:
    return {
        text(c, "type") for _, c in entries(node.value, "status.conditions") if text(c, "status") == "True"
    }
