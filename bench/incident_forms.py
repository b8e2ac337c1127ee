"""Variants of how a case was kept and what else went on: other layouts and forms of the same evidence, and noise.

Each is seeded by the case, so that figures can be repeated; `bench.incident_variants` runs them with its own.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from bench.incident_noise import noisy

Files = dict[str, str]
Told = dict[str, str]
Variant = Callable[[Files, Told], tuple[Files, Told]]

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_POD = re.compile(r"\b([a-z0-9-]+?)-([a-z0-9]{8,10})-([a-z0-9]{5})\b")
_ISO = re.compile(r"\b(20\d\d-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)")
_RFC_2822 = re.compile(r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} 20\d\d \d\d:\d\d:\d\d [+-]\d{4}")
_NEWER = re.compile(r"(?m)^((?:\S+ +)?\S+ +\d+/\d+ +\S+ +)([1-9]\d*)(  +)(\S+)")


def outputs(change: Callable[[str, str], str | None]) -> Variant:
    """A variant of each recorded command's output; None drops the command."""

    def vary(files: Files, told: Told) -> tuple[Files, Told]:
        found = dict(files)
        for name in files:
            if name.startswith("k8s_states"):
                kept = {}
                for line, text in json.loads(files[name]).items():
                    changed = change(line, text) if isinstance(text, str) else text
                    if changed is not None:
                        kept[line] = changed
                found[name] = json.dumps(kept)
        return found, told

    return vary


def some(share: float) -> Variant:
    """Each command is missing with a probability."""

    def vary(files: Files, told: Told) -> tuple[Files, Told]:
        choose = random.Random(told["id"])
        return outputs(lambda _, text: None if choose.random() < share else text)(files, told)

    return vary


def other_pods(files: Files, told: Told) -> tuple[Files, Told]:
    """Every pod and ReplicaSet has another hash, as in another rollout."""
    choose = random.Random(told["id"])
    new: dict[str, str] = {}

    def other(part: str) -> str:
        return new.setdefault(part, "".join(choose.choice(_LETTERS) for _ in part))

    for text in files.values():
        for match in _POD.finditer(text):
            if re.search(r"\d", match[2]):
                other(match[2]), other(match[3])
    pattern = re.compile(r"(?<=-)(?:" + "|".join(map(re.escape, new)) + r")\b") if new else None
    return {
        name: pattern.sub(lambda m: new[m[0]], text) if pattern else text for name, text in files.items()
    }, told


def later(days: int, hours: int = 0, only: str = "") -> Variant:
    """Everything happened at another time; `only` those files whose name begins so, as by a clock of another zone."""
    by = timedelta(days=days, hours=hours)

    def moved(match: re.Match[str]) -> str:
        at = datetime.fromisoformat(f"{match[1]} {match[3]}") + by
        return f"{at:%Y-%m-%d}{match[2]}{at:%H:%M:%S}"

    def moved_words(match: re.Match[str]) -> str:
        at = datetime.strptime(match[0], "%a, %d %b %Y %H:%M:%S %z") + by
        return f"{at:%a, %d %b %Y %H:%M:%S %z}"

    def vary(files: Files, told: Told) -> tuple[Files, Told]:
        return {
            name: _RFC_2822.sub(moved_words, _ISO.sub(moved, text)) if name.startswith(only) else text
            for name, text in files.items()
        }, told

    return vary


def stamped(form: Callable[[datetime], str]) -> Variant:
    """The times of the metrics are written in another form."""

    def vary(files: Files, told: Told) -> tuple[Files, Told]:
        found = dict(files)
        for name in files:
            if name.startswith("metrics"):
                head, *rows = files[name].lstrip("\ufeff").strip("\n").splitlines()
                new = [
                    f"{form(datetime.fromisoformat(row.partition(',')[0]))},{row.partition(',')[2]}"
                    for row in rows
                ]
                found[name] = "\n".join([head, *new])
        return found, told

    return vary


def every(count: int) -> Variant:
    """The metrics are means over some rows each, as from a monitor that asks less often."""

    def vary(files: Files, told: Told) -> tuple[Files, Told]:
        found = dict(files)
        for name in files:
            if name.startswith("metrics"):
                head, *rows = files[name].strip("\n").splitlines()
                groups = [rows[at : at + count] for at in range(0, len(rows), count)]
                found[name] = "\n".join([head, *(_mean(group) for group in groups)])
        return found, told

    return vary


def _mean(rows: list[str]) -> str:
    cells = [row.split(",") for row in rows]
    means = []
    for values in list(zip(*cells, strict=True))[1:]:
        numbers = [float(one) for one in values if one]
        means.append(f"{sum(numbers) / len(numbers):.6g}" if numbers else "")
    return ",".join([cells[0][0], *means])


def as_files(files: Files, told: Told) -> tuple[Files, Told]:
    """Each command's output in a text file that is named for the command."""
    found = {name: text for name, text in files.items() if not name.startswith("k8s_states")}
    for line, text in _commands(files):
        found[re.sub(r"[ /]", "_", line) + ".txt"] = text
    return found, told


def as_session(files: Files, told: Told) -> tuple[Files, Told]:
    """All commands in one text, as a terminal shows them."""
    found = {name: text for name, text in files.items() if not name.startswith("k8s_states")}
    found["session.txt"] = "\n".join(f"$ {line}\n{text}\n" for line, text in _commands(files))
    return found, told


def as_posted(files: Files, told: Told) -> tuple[Files, Told]:
    """The session with Windows line ends, a prompt of host and folder, and colours."""
    found = {name: text for name, text in files.items() if not name.startswith("k8s_states")}
    text = "\n".join(
        f"\x1b[32mme@host\x1b[0m:\x1b[34m~/k\x1b[0m$ {line}\n{text}\n" for line, text in _commands(files)
    )
    found["session.txt"] = text.replace("\n", "\r\n")
    return found, told


def log_files(files: Files, told: Told) -> tuple[Files, Told]:
    """Each log in a file of its own."""
    found = {name: text for name, text in files.items() if not name.startswith("logs")}
    for name in files:
        if name.startswith("logs"):
            for owner, text in json.loads(files[name]).items():
                found[f"{owner}.log"] = "\n".join(text) if isinstance(text, list) else str(text)
    return found, told


def _commands(files: Files) -> list[tuple[str, str]]:
    return [(line, text) for name in sorted(files) if name.startswith("k8s_states")
            for line, text in json.loads(files[name]).items() if isinstance(text, str)]  # fmt: skip


def reordered(files: Files, told: Told) -> tuple[Files, Told]:
    """The columns of tables after the first stand in the reverse order, as custom columns may."""

    def turned(line: str, text: str) -> str:
        rows = text.splitlines()
        if " get " not in line or "-o yaml" in line or not rows or not re.match(r"NAME\b|LAST SEEN", rows[0]):
            return text
        starts = [m.start() for m in re.finditer(r"\S+(?: \S+)*", rows[0])]
        cells = [[row[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)] for row in rows]
        order = [0, *range(len(starts) - 1, 0, -1)]
        widths = [max(len(row[at]) for row in cells) + 3 for at in range(len(starts))]
        return "\n".join("".join(row[at].ljust(widths[at]) for at in order).rstrip() for row in cells) + "\n"

    return outputs(turned)(files, told)


def older_tables(files: Files, told: Told) -> tuple[Files, Told]:
    """Restarts without their time, as before kubectl 1.22."""
    return outputs(lambda line, text: re.sub(r"(\d+) \([^()]* ago\)( *)", lambda m: m[1].ljust(len(m[0])), text)
                   if " get " in line else text)(files, told)  # fmt: skip


FORMS: dict[str, Variant] = {
    "other pods": other_pods,
    "400 days later": later(400),
    "metrics in another zone": later(0, 8, "metrics"),
    "alerts in another zone": later(0, 8, "alert"),
    "logs in another zone": later(0, -5, "logs"),
    "times in seconds": stamped(lambda at: str(int(at.timestamp()))),
    "times in milliseconds": stamped(lambda at: str(int(at.timestamp() * 1000))),
    "times with offset": stamped(lambda at: at.isoformat() + "+08:00"),
    "metrics every 15 s": every(3),
    "metrics every 30 s": every(6),
    "metrics every 60 s": every(12),
    "columns reordered": reordered,
    "older tables": older_tables,
    "30% of commands missing": some(0.3),
    "60% of commands missing": some(0.6),
    "90% of commands missing": some(0.9),
    "a file a command": as_files,
    "one session": as_session,
    "one session, CRLF and colours": as_posted,
    "a file a log": log_files,
    "noise": noisy,
}  # fmt: skip
