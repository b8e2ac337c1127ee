"""Takes a script apart into steps: which only read and may run, which would change something, which are refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cluster.kubectl.checking import understood
from cluster.kubectl.parsing import Command, NotAllowedError
from cluster.scripts.changes import change_of
from cluster.scripts.filters import problem_of_filter
from cluster.scripts.shell import Pipeline, fill, pipelines, placeholders, plain

SAMPLES = ("placeholder", "1")
"""What stands for a placeholder while a command is checked."""

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.S)
_ENVIRONMENT = re.compile(r"KUBE\w*|PATH|HOME|LD_\w+|IFS|ENV|BASH_\w+|PS4|(?:\w+_)?PROXY|(?:\w+_)?proxy")
_SPELLED_OUT = re.compile(
    r"(?:[A-Z][A-Z0-9]*[_-])+[A-Z0-9]+|POD|NAMESPACE|NODE|NAME|DEPLOYMENT|SERVICE|CONTAINER"
)
_CONTROL = frozenset(
    "for while until if then elif else fi do done case esac function select { } [[ [ ! time eval exec source .".split()
)
_LONGEST_SCRIPT = 50_000


class Label(StrEnum):
    """What a step is."""

    READ_ONLY = "read-only"
    MUTATING = "mutating"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a script.

    `placeholders` are what a person must fill in first. `filters` (`| grep x`) are shown and never run: the
    output of the command itself is. For a mutating step `change` says what it would do and `preview` is the
    command that only shows it. `command` is a read-only step taken apart, with `SAMPLES` for placeholders.
    """

    line: int
    text: str
    argv: tuple[str, ...]
    label: Label
    reason: str = ""
    placeholders: tuple[str, ...] = ()
    filters: tuple[tuple[str, ...], ...] = ()
    change: str = ""
    preview: tuple[str, ...] = ()
    command: Command | None = None

    @property
    def runnable(self) -> bool:
        """Whether it may run as it stands."""
        return self.label is Label.READ_ONLY and not self.placeholders


def parse(text: str, *, context: str | None = None) -> list[Step]:
    """The steps of a script in their order; comments and plain assignments are none. Never raises."""
    if len(text) > _LONGEST_SCRIPT:
        return [
            Step(1, text[:80], (), Label.REFUSED, f"the script is longer than {_LONGEST_SCRIPT:,} characters")
        ]
    known: dict[str, str] = {}
    steps = []
    for pipeline in pipelines(text):
        if _assigns(pipeline, known):
            continue
        steps.append(_step(pipeline, known, context))
    return steps


def _assigns(pipeline: Pipeline, known: dict[str, str]) -> bool:
    """Takes in a line that only gives variables their values (`NS=shop`); says whether it is one."""
    words = pipeline.commands[0].words
    words = words[1:] if words[:1] == ["export"] else words
    matches = [_ASSIGNMENT.fullmatch(word) for word in words]
    if len(pipeline.commands) > 1 or pipeline.commands[0].problem or not words or not all(matches):
        return False
    if any(_ENVIRONMENT.fullmatch(match[1]) for match in matches if match):
        return False
    for match in matches:
        if match:
            known[match[1]] = fill(match[2], known)
    return True


def _step(pipeline: Pipeline, known: dict[str, str], context: str | None) -> Step:
    first, *filters = pipeline.commands
    filled = [fill(word, known) for word in first.words]
    missing = tuple(dict.fromkeys(found for word in filled for found in _missing(word)))
    argv = tuple(map(plain, filled))
    if argv[:1] == ("k",):
        argv = ("kubectl", *argv[1:])
    shown = tuple(tuple(plain(fill(word, known)) for word in command.words) for command in filters)
    problem = next((command.problem for command in pipeline.commands if command.problem), "")
    change = change_of(argv)
    if change is not None:
        preview = () if problem else change.preview
        return Step(
            pipeline.line, pipeline.text, argv, Label.MUTATING, "it would change the cluster", missing, shown,
            change.text, preview,
        )  # fmt: skip
    problem = problem or _problem_of_first(argv)
    problem = problem or next((found for words in shown if (found := problem_of_filter(words))), "")
    command = None
    if not problem:
        command, problem = _checked(argv, missing, context)
    label = Label.REFUSED if problem else Label.READ_ONLY
    return Step(pipeline.line, pipeline.text, argv, label, problem, missing, shown, command=command)


def _missing(word: str) -> list[str]:
    return [*placeholders(word), *([word] if _SPELLED_OUT.fullmatch(word) else [])]


def _problem_of_first(argv: Sequence[str]) -> str:
    if not argv:
        return "there is no command"
    if argv[0] in _CONTROL:
        return f"`{argv[0]}` steers a script; only single commands run"
    if match := _ASSIGNMENT.fullmatch(argv[0]):
        return f"sets `{match[1]}` in the environment of a command"
    if argv[0] != "kubectl":
        return f"the program is `{argv[0][:40]}`; only `kubectl` runs"
    return ""


def _checked(
    argv: tuple[str, ...], missing: Sequence[str], context: str | None
) -> tuple[Command | None, str]:
    """The command if it may run once its placeholders have values, else why not."""
    reason = ""
    for sample in SAMPLES if missing else ("",):
        try:
            return understood([_sampled(word, missing, sample) for word in argv], context=context), ""
        except NotAllowedError as error:
            reason = reason or str(error)
    return None, reason


def _sampled(word: str, missing: Sequence[str], sample: str) -> str:
    for placeholder in sorted(missing, key=len, reverse=True):
        if word == placeholder or not _SPELLED_OUT.fullmatch(placeholder):
            word = word.replace(placeholder, sample)
    return word
