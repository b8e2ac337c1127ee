"""Masks credentials in what `kubectl` printed.

Most output tells a credential by the name beside it. Output that a template picked (`-o jsonpath={..value}`)
has lost the names: then the same objects are read once more as JSON, what is a credential in there is learnt,
and it is masked wherever it stands in the output.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import yaml

from cluster.kubectl import templates
from cluster.kubectl.parsing import Command
from connectors.kubernetes.live.masking import masked as value_masked
from connectors.kubernetes.secrets import mask_text
from connectors.redaction import MASK, looks_secret_key, redact
from connectors.redaction.structure import redact_yaml

_VERBS_WITH_TWIN = (("get",), ("rollout", "history"))
_NOT_FOR_TWIN = frozenset(
    {"output", "template", "allow-missing-template-keys", "no-headers", "label-columns"}
)
_DESCRIBED = re.compile(r"^(?P<key>[A-Za-z0-9._-]+):\n----\n(?P<value>.*?)(?=\n\n|\Z)", re.M | re.S)
_FLAG = re.compile(r"--?[A-Za-z][\w.-]*")
_SHORT = 3
_LARGEST = 2_000_000
"""Characters of one object; etcd keeps none that is larger."""


def twin(command: Command) -> list[str] | None:
    """The command that reads the same objects as JSON, for one whose output lacks the names; else None."""
    forms = [templates.output_format(value)[0] for value in command.values("output")]
    picks = any(map(templates.selects, forms)) or command.values("template")
    if command.verb not in _VERBS_WITH_TWIN or not picks:
        return None
    flags = [f"--{name}={value}" for name, value in command.flags if name not in _NOT_FOR_TWIN]
    return ["kubectl", *command.verb, *command.arguments, *flags, "--output=json"]


class TooLongError(Exception):
    """What was to be masked took longer than it may."""


class Budget:
    """The time that masking may take, looked at between two pieces of work that are short by themselves."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends = clock() + seconds

    def check(self) -> None:
        """Raises `TooLongError` once the time is over."""
        if self._clock() >= self._ends:
            raise TooLongError


def masked(
    text: str,
    credentials: frozenset[str] = frozenset(),
    *,
    structured: bool = False,
    budget: Budget | None = None,
) -> str:
    """`text` without credentials: the given ones, and those that its form gives away, or its structure (YAML, JSON).

    Raises `TooLongError` where there are more credentials than the `budget` has time for.
    """
    for value in sorted(credentials, key=len, reverse=True):
        if budget is not None:
            budget.check()
        for written in {value, *_as_json(value)}:
            text = _without(text, written)
    return _objects(text) if structured else redact(_flags_apart(_described(text)))[0]


def credentials_of(text: str, budget: Budget | None = None) -> frozenset[str] | None:
    """What is masked in objects given as JSON, or None if `text` is no JSON.

    The items of a list are masked one by one. Raises `TooLongError` where the `budget` is spent before the last one, or
    one of them is too large for any.
    """
    try:
        whole = json.loads(text)
        found: set[str] = set()
        for part in _pieces(whole):
            if budget is not None:
                budget.check()
            written = json.dumps(part, indent=4)
            if len(written) > _LARGEST:
                raise TooLongError
            found.update(_differences(part, json.loads(_objects(written))))
    except (ValueError, RecursionError):
        return None
    return frozenset(found)


def _pieces(value: object) -> Iterator[object]:
    """The items of a list of objects, and the list without them; anything else as it is."""
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(items, list):
        yield value
        return
    yield {key: part for key, part in value.items() if key != "items"}
    yield from items


def _objects(text: str) -> str:
    """YAML or JSON without credentials, still to be read as such.

    A text within a quoted string can hide from a look at the lines: where it does, the values are written anew.
    """
    shown = redact_yaml(mask_text(text))
    for load, dump in ((json.loads, _as_written_json), (_yaml, _as_written_yaml)):
        try:
            value = load(text)
        except (ValueError, RecursionError, yaml.YAMLError):
            continue
        return shown if _is_masked(shown, load) else dump(value_masked(value))
    return shown


def _is_masked(shown: str, load: Callable[[str], object]) -> bool:
    """Whether what is shown can be read, and its values hold nothing more to mask."""
    try:
        read = load(shown)
    except (ValueError, RecursionError, yaml.YAMLError):
        return False
    return bool(value_masked(read) == read)


def _as_written_json(value: object) -> str:
    return json.dumps(value, indent=4, ensure_ascii=False) + "\n"


def _yaml(text: str) -> object:
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader


def _as_written_yaml(value: object) -> str:
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=10_000))


_FASTEST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_FASTEST):  # type: ignore[valid-type, misc]
    """Reads times as what they are in Kubernetes: strings."""


_Loader.yaml_implicit_resolvers = {
    first: [one for one in resolvers if one[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _differences(before: object, after: object) -> Iterator[str]:
    if isinstance(before, dict):
        for key, value in before.items():
            yield from _differences(value, after.get(key, "") if isinstance(after, dict) else "")
    elif isinstance(before, list):
        for index, value in enumerate(before):
            yield from _differences(
                value, after[index] if isinstance(after, list) and index < len(after) else ""
            )
    elif before != after:
        yield from _hidden_parts(str(before), str(after))


def _hidden_parts(before: str, after: str) -> Iterator[str]:
    """What the masks in `after` stand for, line by line; the whole line where that cannot be told."""
    old, new = before.split("\n"), after.split("\n")
    for index, line in enumerate(old):
        other = new[index] if len(old) == len(new) else ""
        if line == other:
            continue
        head, mask, tail = other.partition(MASK)
        tail = tail.rpartition(MASK)[2]
        whole = (
            not mask or not line.startswith(head) or not line.endswith(tail) or len(head + tail) >= len(line)
        )
        hidden = line if whole else line[len(head) : len(line) - len(tail)]
        if hidden.strip():
            yield hidden.strip()


def _as_json(value: str) -> Iterator[str]:
    """How JSON writers give a string: plainly, with every character escaped, and as Go does."""
    plain = json.dumps(value, ensure_ascii=False)[1:-1]
    yield plain
    yield json.dumps(value)[1:-1]
    yield plain.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _without(text: str, value: str) -> str:
    if len(value) > _SHORT:
        return text.replace(value, MASK)
    return re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", MASK, text)


def _described(text: str) -> str:
    """What `describe configmap` prints of its data: the key, dashes, the value below."""

    def hide(match: re.Match[str]) -> str:
        if not looks_secret_key(match["key"]):
            return match[0]
        lines = "\n".join(MASK if line.strip() else line for line in match["value"].split("\n"))
        return f"{match['key']}:\n----\n{lines}"

    return _DESCRIBED.sub(hide, text)


def _flags_apart(text: str) -> str:
    """What `describe` prints of arguments, a line each: the line below the flag of a credential."""
    lines = text.split("\n")
    for number, (above, line) in enumerate(pairwise(lines), start=1):
        word, flag = line.lstrip(), above.lstrip()
        indent = line[: len(line) - len(word)]
        if indent and word and above == indent + flag and _FLAG.fullmatch(flag):
            lines[number] = indent + redact(f"- {flag}\n- {word}")[0].rpartition("\n- ")[2]
    return "\n".join(lines)
