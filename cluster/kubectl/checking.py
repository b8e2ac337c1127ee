"""Decides whether a `kubectl` command may run: only what is known to read, and no Secret, is allowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cluster.kubectl import templates, values
from cluster.kubectl.parsing import Command, NotAllowedError, parse
from cluster.kubectl.verbs import KINDS_OF_CREDENTIALS, VERBS, Arguments

_field_path = values.matching(
    r"[A-Za-z][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9_$-]{1,80}){0,30}",
    "a kind or a field such as deploy.spec.replicas",
)
_access_word = values.matching(r"\*|[a-z][a-z-]{0,40}", "a verb such as list")
_access_what = values.matching(
    r"\*(?:\.\*|/\*)?|[A-Za-z*][A-Za-z0-9.*:-]{0,252}(?:/[A-Za-z0-9*][A-Za-z0-9._:*-]{0,252}){0,2}"
    r"|/(?:[A-Za-z0-9._*-]{1,80}/?){0,8}",
    "a kind, an object or a path",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a command may run, and why not; the reason is '' where it may."""

    allowed: bool
    reason: str = ""


def check(argv: list[str], *, context: str | None = None) -> Verdict:
    """Whether `argv` only reads the cluster, and nothing secret. Never raises, runs nothing.

    `context` is the one that the operator configured: `--context` may name it and no other.
    """
    try:
        understood(argv, context=context)
    except NotAllowedError as error:
        return Verdict(False, str(error))
    return Verdict(True)


def context_of(argv: Sequence[str]) -> str:
    """The context that a command names, '' where it names none or is no command that reads."""
    try:
        return (parse(argv).values("context") or [""])[-1]
    except NotAllowedError:
        return ""


def understood(argv: Sequence[str], *, context: str | None = None) -> Command:
    """The parts of an allowed command; raises `NotAllowedError` with the reason for any other."""
    command = parse(argv)
    check_context(command, context)
    _check_output(command)
    if command.is_on("help") and not command.arguments:
        return command
    if command.values("raw"):
        _check_raw(command)
    else:
        _ARGUMENTS[VERBS[command.verb].arguments](command)
    return command


def check_context(command: Command, context: str | None) -> None:
    """Raises `NotAllowedError` if the command names another context than the configured one."""
    for named in command.values("context"):
        if named != context:
            raise NotAllowedError("--context chooses another cluster or identity than the configured one")


def _check_output(command: Command) -> None:
    formats = []
    for value in command.values("output"):
        form, expression = templates.output_format(value)
        formats.append(form)
        if form in templates.FROM_FILE:
            raise NotAllowedError(f"-o {form} reads a file")
        if form not in VERBS[command.verb].formats:
            raise NotAllowedError(
                f"-o {value[:40]} is not on the list of formats of `{' '.join(command.verb)}`"
            )
        if "=" in value and not templates.selects(form):
            raise NotAllowedError(f"-o {form} takes no expression")
        _check_expression(f"-o {form}", form, expression)
    for template in command.values("template"):
        form = formats[-1] if formats else "go-template"
        if (
            form not in (*templates.GO_TEMPLATE, *templates.JSONPATH)
            or form not in VERBS[command.verb].formats
        ):
            raise NotAllowedError(
                "--template goes with -o go-template or -o jsonpath only, where the verb has them"
            )
        _check_expression("--template", form, template)
    if command.verb == ("get",):
        for path in command.values("sort-by"):
            _check_expression("--sort-by", "jsonpath", path)


def _check_expression(flag: str, form: str, expression: str) -> None:
    problem = templates.problem_of_expression(form, expression)
    if problem:
        raise NotAllowedError(f"{flag}: the expression {problem}")


def _check_raw(command: Command) -> None:
    alone = {"raw", "request-timeout", "v", "context"}
    if command.arguments or any(name not in alone for name, _ in command.flags):
        raise NotAllowedError("--raw goes with nothing else")


def _no_arguments(command: Command) -> None:
    if command.arguments:
        raise NotAllowedError(f"`{' '.join(command.verb)}` takes no argument `{command.arguments[0][:60]}`")


def check_resources(command: Command) -> None:
    """Raises `NotAllowedError` unless its arguments are `pods cart`, `po,svc`, `deploy/cart svc/cart`; no Secrets."""
    if not command.arguments:
        raise NotAllowedError("no kind of objects is named")
    first, *names = command.arguments
    slashed = "/" in first
    for kind in first.split("/")[0].split(",") if not slashed else ():
        _check_kind(kind)
    for word in command.arguments if slashed else names:
        kind, slash, name = word.partition("/")
        if slash:
            for one in kind.split(","):
                _check_kind(one)
            word = name
        elif slashed:
            raise NotAllowedError(f"`{word[:60]}` lacks its kind")
        elif word.lower() in ("secret", "secrets"):
            raise NotAllowedError("Secrets are not read")
        _check("an object", values.object_name, word)


def _check_kind(word: str) -> None:
    _check("a kind", values.resource_word, word)
    if word.lower().split(".")[0] in KINDS_OF_CREDENTIALS:
        raise NotAllowedError(f"objects of kind `{word}` hold credentials; they are not read")


def _pod(command: Command) -> None:
    """`cart-1 [app]`, `deploy/cart`, or a selector alone."""
    if not command.arguments:
        if not command.values("selector"):
            raise NotAllowedError("`logs` names neither a pod nor a selector")
        return
    first, *container = command.arguments
    kind, slash, name = first.partition("/")
    if slash:
        _check_kind(kind)
    _check("a pod", values.object_name, name if slash else first)
    if len(container) > 1:
        raise NotAllowedError("`logs` takes one pod and one container")
    for word in container:
        _check("a container", values.name, word)


def _one_name(command: Command) -> None:
    if len(command.arguments) > 1:
        raise NotAllowedError(f"`{' '.join(command.verb)}` takes one name")
    for word in command.arguments:
        _check("a name", values.object_name, word)


def _path(command: Command) -> None:
    if len(command.arguments) != 1:
        raise NotAllowedError("`explain` takes one kind or field")
    _check("a field", _field_path, command.arguments[0])


def _access(command: Command) -> None:
    if command.is_on("list") and not command.arguments:
        return
    if not 2 <= len(command.arguments) <= 3:
        raise NotAllowedError("`auth can-i` takes a verb and a kind, or --list")
    verb, what, *name = command.arguments
    _check("a verb", _access_word, verb)
    _check("a kind", _access_what, what)
    for word in name:
        _check("an object", values.object_name, word)


def _check(role: str, check_value: values.ValueCheck, word: str) -> None:
    problem = check_value(word)
    if problem:
        raise NotAllowedError(f"`{word[:60]}` as {role} {problem}")


_ARGUMENTS: dict[Arguments, Callable[[Command], None]] = {
    Arguments.NONE: _no_arguments,
    Arguments.RESOURCES: check_resources,
    Arguments.POD: _pod,
    Arguments.NAME: _one_name,
    Arguments.FIELD_PATH: _path,
    Arguments.ACCESS: _access,
}
