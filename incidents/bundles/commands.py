"""Reads a `kubectl` command line as far as it says what its output is about."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

_VERBS = frozenset({"get", "describe", "logs", "events", "top"})
_WITH_VALUE = {
    "-n": "namespace", "--namespace": "namespace", "-o": "output", "--output": "output",
    "-c": "container", "--container": "container", "-l": "selector", "--selector": "selector",
}  # fmt: skip
_SKIPPED_VALUE = frozenset(
    {
        "--sort-by",
        "--field-selector",
        "--tail",
        "--since",
        "--limit",
        "--context",
        "--kubeconfig",
        "-f",
        "--filename",
        "--for",
    }
)
_CUT = frozenset(
    {"selector", "--field-selector", "--for", "--tail", "--since", "--limit", "-f", "--filename"}
)
"""Options that leave out objects."""
_TOOL = (
    r"(?:sudo\s+)?(?:(?:microk8s|minikube|k3s)\s+)?"
    r"(?:(?:kubectl|kubecolor)(?:\.exe)?\s|(?:oc|k)\s+(?=(?:get|describe|logs|events|top)\s))(?:--\s+)?"
)
"""How it is called; short names only where a verb follows."""
_PROMPT = re.compile(rf"^\s*(?:[$#>%❯➜λ]|\S+[@:]\S*[$#]|PS [^>]*>|[^\s\w]?\s?\S+ [❯➜])?\s*{_TOOL}")


@dataclass(frozen=True, slots=True)
class Command:
    """What was asked: `kubectl <verb> <words…>` with the options that matter.

    `whole` says that nothing was selected or cut off, so that a list is complete.
    """

    verb: str
    words: tuple[str, ...] = ()
    namespace: str = ""
    output: str = ""
    container: str = ""
    previous: bool = False
    whole: bool = False

    @property
    def resource(self) -> str:
        """`pods` of `kubectl get pods x`; `pod` of `kubectl get pod/x`."""
        return self.words[0].partition("/")[0] if self.words else ""

    @property
    def name(self) -> str:
        """The single object that was asked for, '' for a list."""
        if not self.words:
            return ""
        inside = self.words[0].partition("/")[2]
        return inside or (self.words[1] if len(self.words) == 2 else "")


def _words(line: str) -> list[str]:
    """The words of a command line; one whose quotes do not close is cut at its spaces."""
    if not any(sign in line for sign in "'\"\\"):
        return line.split()
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def is_command(line: str) -> bool:
    """Whether a line calls `kubectl`, to read or to do something else."""
    return _PROMPT.match(line.strip()) is not None


def parse(line: str) -> Command | None:
    """The command of a line, with or without a shell prompt; None for what is no `kubectl` command that reads."""
    match = _PROMPT.match(line.strip())
    if match is None:
        return None
    line = line.strip()[match.end() :]
    words = _words(line.split("|")[0])
    found: dict[str, str] = {}
    plain: list[str] = []
    previous = False
    place = 0
    while place < len(words):
        word, place = words[place], place + 1
        name, given, value = word.partition("=")
        if name in _WITH_VALUE or name in _SKIPPED_VALUE:
            if not given and place < len(words):
                value, place = words[place], place + 1
            found[_WITH_VALUE.get(name, name)] = value
        elif word in ("-p", "--previous"):
            previous = True
        elif word.startswith("-o") and len(word) > 2:
            found["output"] = word[2:]
        elif not word.startswith("-"):
            plain.append(word)
    if not plain or plain[0] not in _VERBS:
        return None
    return Command(
        plain[0], tuple(plain[1:]), found.get("namespace", ""), found.get("output", ""),
        found.get("container", ""), previous, "|" not in line and not _CUT.intersection(found),
    )  # fmt: skip
