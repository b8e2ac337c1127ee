"""Reads the output of one `kubectl` command into a collector, whatever form it has."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from connectors.documents import ResourceRef
from incidents.bundles import described, kinds, listed, logs, tables, values
from incidents.bundles.collector import DESCRIBED, ROW, WHOLE, Collector, event_of
from incidents.bundles.commands import Command
from incidents.bundles.describe import Section
from incidents.bundles.units import moment
from incidents.evidence import Event, Log, Unread

_MESSAGE = re.compile(r"^(?:Error|error|No resources|Warning|W\d{4}|E\d{4})\b")
_BETWEEN = re.compile(r"\n{2,}(?=Name: )")


def read(command: Command, text: str, to: Collector) -> None:
    """Takes what the output of a command shows. ValueError where it has a form that the command should not have."""
    body = text.strip("\n")
    _note(command, body, to)
    if not body.strip():
        return
    if command.verb == "logs":
        _read_logs(command, body, to)
    elif _MESSAGE.match(body):
        to.unread.append(Unread(" ".join(("kubectl", command.verb, *command.words)), body.splitlines()[0]))
    elif command.output.startswith(("yaml", "json")):
        parse = values.from_yaml if command.output.startswith("yaml") else values.from_json
        for value in parse(body):
            add_values(value, to, body)
    elif command.verb == "describe":
        read_descriptions(body, _kind_name(command.resource), command.namespace, to)
    elif command.verb == "get" and command.name and to.knows(_kind_name(command.resource), command.name):
        return
    elif command.verb in ("get", "events", "top"):
        resource = "events" if command.verb == "events" else command.resource
        read_table(body, _kind_name(resource), command.namespace, to)


def _note(command: Command, body: str, to: Collector) -> None:
    """Notes of which kinds a command lists all; an empty output says that there is none."""
    failed = _MESSAGE.match(body) and not body.startswith("No resources")
    if (
        len(command.words) > 1
        or "/" in "".join(command.words)
        or failed
        or command.verb not in ("get", "describe", "events")
    ):
        return
    words = ["events"] if command.verb == "events" else command.resource.split(",")
    kinds_listed = {_kind_name(word) for word in words} - {""}
    listed_in = to.coverage.lists if command.whole else to.coverage.parts
    listed_in.update((kind, command.namespace) for kind in kinds_listed)


def _kind_name(word: str) -> str:
    kind = kinds.by_word(word)
    return kind.name if kind else ""


def _read_logs(command: Command, text: str, to: Collector) -> None:
    kept = logs.lines(text)
    owner = command.words[0].rpartition("/")[2] if command.words else ""
    if kept and owner:
        container = command.container or (command.words[1] if len(command.words) > 1 else "")
        to.logs.append(Log(owner, kept, command.namespace, container, command.previous))


def add_values(value: Any, to: Collector, text: str = "") -> int:
    """Takes the Kubernetes objects in a YAML or JSON value; how many there were."""
    count = 0
    to.coverage.lists.update(values.listed(value))
    for found in values.objects(value):
        count += 1
        if found["kind"] == "Event":
            event = event_of(found, "")
            if event is not None:
                to.add_event(event)
                to.add_moment(event.at)
            continue
        if found["kind"] == "Secret":
            found = _without_data(found)
        metadata = dict(found["metadata"])
        annotations = metadata.get("annotations")
        if isinstance(annotations, dict):
            metadata["annotations"] = {
                key: one for key, one in annotations.items() if not key.endswith("last-applied-configuration")
            }
        to.add_object({**found, "metadata": metadata}, WHOLE, text if found["kind"] != "Secret" else "")
    return count


def _without_data(secret: dict[str, Any]) -> dict[str, Any]:
    """A Secret without its values; how long they are is kept."""
    data = secret.get("data")
    data = data if isinstance(data, dict) else {}
    sizes = {key: len(value.rstrip("=")) * 3 // 4 for key, value in data.items() if isinstance(value, str)}
    return {**secret, "data": dict.fromkeys(data, ""), "stringData": {}, "sizes": sizes}


def read_descriptions(text: str, kind: str, namespace: str, to: Collector) -> int:
    """Takes one described object or several behind each other; how many there were."""
    count = 0
    for part in _BETWEEN.split(text):
        found = described.read(part, kind, namespace)
        if found is None:
            continue
        count += 1
        value, root = found
        ref = to.add_object(value, DESCRIBED, part)
        if ref is not None:
            _add_events(ref, root, to)
    return count


def _add_events(ref: ResourceRef, root: Section, to: Collector) -> None:
    section = root.child("Events")
    if root.has("Events"):
        to.coverage.described.add((ref.kind, ref.name))
    shown = [line for line in section.lines if line.strip()]
    for found in described.events(root):
        line = next((line for line in shown if found["reason"] in line and found["message"] in line), "")
        to.add_event(
            Event(ref, found["type"], found["reason"], found["message"], line.strip() or found["message"],
                  found["count"], found["age"], None, found["reporter"])
        )  # fmt: skip
        started = moment(root.text("Start Time"))
        if found["reason"] == "Scheduled" and started is not None and found["age"] is not None:
            to.add_moment(started + timedelta(seconds=found["age"]))


def read_table(text: str, kind: str, namespace: str, to: Collector, whole: bool = False) -> int:
    """Takes the rows of one table or several behind each other; how many there were.

    `whole` is for tables of which nothing says that they show only some objects: one of several rows is a list.
    """
    count = 0
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip() and not (tables.is_heading(line) and lines):
            lines.append(line)
            continue
        count += _take(lines, kind, namespace, to, whole)
        lines = [line] if line.strip() else []
    return count + _take(lines, kind, namespace, to, whole)


def _take_events(lines: list[str], namespace: str, to: Collector) -> int:
    """Takes the rows of a table of events whose headings were cut off, as `| tail` does."""
    count = 0
    for line in lines:
        row = listed.bare_event(line)
        event = listed.event(row, namespace, line) if row else None
        if event is not None:
            to.add_event(event)
            count += 1
    return count


def _take(lines: list[str], kind: str, namespace: str, to: Collector, whole: bool) -> int:
    if kind == "Event" and lines and listed.bare_event(lines[0]):
        return _take_events(lines, namespace, to)
    found = tables.rows(lines)
    if not found:
        return 0
    known = kinds.by_name(listed.recognise(found[0])) or kinds.by_name(kind)
    if known is None:
        return 0
    if whole and len(found) > 1:
        to.coverage.lists.add((known.name, ""))
    shown = [line for line in lines[1:] if line.strip()]
    for row, line in zip(found, shown, strict=False):
        if known.name == "Event":
            event = listed.event(row, namespace, line)
            if event is not None:
                to.add_event(event)
        elif (value := listed.read(row, known, namespace)) is not None:
            to.add_object(value, ROW, line)
    return len(found)
