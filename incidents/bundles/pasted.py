"""Reads text that somebody pasted: commands with their output, tables, descriptions, manifests, alerts, log lines."""

from __future__ import annotations

import re
from typing import Any

from connectors.characters import whole
from incidents.bundles import alerts, commands, listed, logs, outputs, segments, tables, values
from incidents.bundles.collector import Collector
from incidents.bundles.commands import Command
from incidents.evidence import Alert, Log, Unread

_FENCE = re.compile(r"^\s*```\w*\s*$")
_YAML = re.compile(r"^(?:---\s*$|apiVersion: )", re.MULTILINE)


def read(text: str, to: Collector, name: str = "text") -> None:
    """Takes what the text shows. Text that is nothing known is kept as log lines, so that its words are searched."""
    plain = "\n".join(line for line in whole(text).lstrip("\ufeff").splitlines() if not _FENCE.match(line))
    found, rest = logs.dumped(plain)
    to.logs.extend(found)
    for command, body in _parts(rest):
        try:
            if command is not None:
                outputs.read(command, body, to)
            else:
                for part in [body] if body.lstrip()[0] in "{[" else segments.cut(body):
                    _read_unknown(part, to, name)
        except ValueError as error:
            to.unread.append(Unread(name, str(error)))


def _parts(text: str) -> list[tuple[Command | None, str]]:
    """The text cut at its command lines."""
    found: list[tuple[Command | None, list[str]]] = [(None, [])]
    for line in text.splitlines():
        command = commands.parse(line)
        if command is not None or commands.is_command(line):
            found.append((command, []))
        else:
            found[-1][1].append(line)
    return [(command, "\n".join(lines)) for command, lines in found if "".join(lines).strip()]


def _read_unknown(text: str, to: Collector, name: str) -> None:
    body = text.strip()
    if body[0] in "{[" and _read_json(body, to, name):
        return
    if _YAML.search(body) and sum(outputs.add_values(value, to, body) for value in values.from_yaml(body)):
        return
    if body.startswith("Name:") and outputs.read_descriptions(body, "", "", to):
        return
    lines = body.splitlines()
    if listed.bare_event(lines[0]) and outputs.read_table(body, "Event", "", to):
        return
    if any(tables.is_heading(line) for line in lines) and outputs.read_table(body, "", "", to, whole=True):
        return
    to.logs.append(Log(name, logs.lines(body), plain=True))
    to.alerts.append(Alert("", "", body[:2_000]))


def _read_json(text: str, to: Collector, name: str) -> bool:
    try:
        found = values.from_json(text)
    except ValueError:
        return False
    return sum(add_json(value, to, name, text) for value in found) > 0


def add_json(value: Any, to: Collector, name: str, text: str = "") -> int:
    """Takes a JSON value by its form: objects, command lines with their output, alerts, logs; how many parts it had."""
    if isinstance(value, dict) and any(str(key).startswith("kubectl ") for key in value):
        return _read_outputs(value, to, name)
    if alerts.is_alerts(value):
        found = alerts.read(value)
        to.alerts.extend(found)
        return max(len(found), 1)
    count = outputs.add_values(value, to, text)
    if not count and logs.is_logs(value):
        kept = logs.read(value)
        to.logs.extend(kept)
        return len(kept)
    return count


def _read_outputs(value: dict[str, Any], to: Collector, name: str) -> int:
    for line, output in value.items():
        command = commands.parse(str(line))
        try:
            if command is not None and isinstance(output, str):
                outputs.read(command, output, to)
        except ValueError as error:
            to.unread.append(Unread(f"{name}: {line}", str(error)))
    return len(value)
