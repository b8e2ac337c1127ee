"""Reads which objects a written `kubectl` command names; it judges nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connectors.kinds import kind_of

_WITH_VALUE = frozenset(
    {"-o", "--output", "-l", "--selector", "--context", "--cluster", "--user", "--kubeconfig",
     "--field-selector", "-c", "--container", "-f", "--filename", "-k", "--kustomize", "--type", "-p",
     "--patch", "--replicas", "--image", "--since", "--since-time", "--tail", "--timeout", "--for",
     "--to-revision", "--revision", "--sort-by", "--port", "--target-port", "--from-literal",
     "--from-file", "--from-env-file", "--min", "--max", "--cpu-percent", "--overrides", "--target",
     "--grace-period", "-L", "--label-columns", "-s", "--server", "--template", "--as", "--limits",
     "--requests", "--serviceaccount", "--clusterrole", "--role", "--schedule", "--request-timeout",
     "--token", "--as-group", "-v", "--v"}
)  # fmt: skip
_KIND_FIRST = frozenset(
    {"get", "describe", "delete", "edit", "scale", "label", "annotate", "patch", "autoscale", "expose",
     "wait", "create", "rollout", "set", "top", "events"}
)  # fmt: skip
_POD_FIRST = frozenset({"logs", "exec", "attach", "port-forward", "debug"})
_NODE_FIRST = frozenset({"cordon", "uncordon", "drain", "taint"})
_WITH_SUBCOMMAND = frozenset({"rollout", "set"})
_QUOTES = "\"'()[],"

Named = tuple[str, str, str]
"""Kind, name and namespace ('' where the command does not say it) of one object."""


def read_command(arguments: str) -> Iterator[Named]:
    """The objects that `kubectl <arguments>` names; names are given as written, placeholders too."""
    words, namespace, from_object = _split(arguments.replace("\\\n", " ").split())
    verb, *rest = words or [""]
    if verb in _WITH_SUBCOMMAND:
        rest = rest[1:]
    named = list(_slashed([*rest, *from_object]))
    if not named:
        if verb in _KIND_FIRST and rest:
            named = _kind_first(verb, rest)
        elif verb in _POD_FIRST and rest:
            named = [("Pod", rest[0])]
        elif verb in _NODE_FIRST:
            named = [("Node", word) for word in rest[:1]]
    elif verb == "create":
        named += _kind_first(verb, rest)
    for kind, name in named:
        yield kind, name, namespace


def words_of(arguments: Iterable[str]) -> list[str]:
    """The words behind `kubectl` that are neither flags nor their values: the verb, then what it is about."""
    return _split(arguments)[0]


def namespace_of(arguments: str) -> str:
    """The namespace that `kubectl <arguments>` names, '' where it names none."""
    return _split(arguments.replace("\\\n", " ").split())[1]


def _split(arguments: Iterable[str]) -> tuple[list[str], str, list[str]]:
    """The words that are no flags, the namespace, and the value of `--from`."""
    words: list[str] = []
    from_object: list[str] = []
    namespace = ""
    rest = iter(arguments)
    for word in rest:
        if word == "--" or word.startswith("#"):
            break
        if not word.startswith("-"):
            words.append(word.strip(_QUOTES))
            continue
        flag, equals, value = word.partition("=")
        if flag in ("-n", "--namespace", "--from"):
            value = (value if equals else next(rest, "")).strip(_QUOTES)
            if flag == "--from":
                from_object.append(value)
            else:
                namespace = value
        elif word.startswith("-n") and not word.startswith("-n-") and len(word) > 2 and not equals:
            namespace = word[2:].strip(_QUOTES)
        elif not equals and flag in _WITH_VALUE:
            next(rest, None)
    return words, namespace, from_object


def _slashed(words: list[str]) -> Iterator[tuple[str, str]]:
    for word in words:
        kind, slash, name = word.partition("/")
        if slash and kind_of(kind) and "/" not in name:
            yield kind_of(kind), name


def _kind_first(verb: str, words: list[str]) -> list[tuple[str, str]]:
    """`deployment cart checkout`: a kind and the names behind it, up to what is no name (`key=value`)."""
    kind = kind_of(words[0])
    names = words[1:]
    if verb == "create" and words[0] == "secret":
        names = words[2:]  # create secret generic NAME
    if verb in ("create", "expose", "patch", "autoscale", "scale"):
        names = names[:1]
    found: list[tuple[str, str]] = []
    for name in names if kind else ():
        if "=" in name or "/" in name or name.endswith("-"):
            break
        found.append((kind, name))
    return found
