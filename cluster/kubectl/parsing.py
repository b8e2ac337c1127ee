"""Splits an argument list as `kubectl` (pflag, cobra) does, into verb, flags and arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cluster.kubectl.verbs import ALIASES, FORBIDDEN, FORBIDDEN_SHORT, GLOBAL, VERBS, Flag, Verb

MAX_ARGUMENTS = 100
MAX_LENGTH = 4000
MAX_TOTAL = 16_000
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_BEFORE_VERB = Verb()


class NotAllowedError(Exception):
    """The command is not one that may run; the message says why."""


@dataclass(frozen=True, slots=True)
class Command:
    """A `kubectl` command taken apart: every flag is on the list of its verb and has a value of the right form."""

    verb: tuple[str, ...]
    flags: tuple[tuple[str, str], ...]
    arguments: tuple[str, ...]

    def values(self, flag: str) -> list[str]:
        """All values that a flag has been given, in their order (the last one counts)."""
        return [value for name, value in self.flags if name == flag]

    def is_on(self, flag: str) -> bool:
        """Whether a switch is on."""
        return (self.values(flag) or ["false"])[-1] in _TRUE

    @property
    def namespace(self) -> str:
        """The namespace that the command names, '' where it names none."""
        return (self.values("namespace") or [""])[-1]


def parse(argv: Sequence[str], verbs: Mapping[tuple[str, ...], Verb] = VERBS) -> Command:
    """The parts of the command `argv`; raises `NotAllowedError` for what is none of `verbs` (those that read)."""
    _check_characters(argv)
    if argv[0] != "kubectl":
        raise NotAllowedError(f"the program is `{argv[0][:40]}`; only `kubectl` runs")
    words: list[str] = []
    flags: list[tuple[str, str]] = []
    verb: tuple[str, ...] | None = None
    rest = iter(argv[1:])
    for token in rest:
        if token.startswith("-"):
            allowed = _BEFORE_VERB if verb is None else verbs[verb]
            flags.extend(_read_flag(token, rest, allowed, verb))
        elif verb is None:
            words.append(token)
            verb = _verb(words, verbs)
        else:
            words.append(token)
    if verb is None:
        raise NotAllowedError(_no_verb(words))
    return Command(verb, tuple(flags), tuple(words[len(verb) :]))


def _check_characters(argv: Sequence[str]) -> None:
    if isinstance(argv, str | bytes) or not isinstance(argv, Sequence):
        raise NotAllowedError("a command is a list of arguments")
    if not argv:
        raise NotAllowedError("the command is empty")
    if len(argv) > MAX_ARGUMENTS:
        raise NotAllowedError(f"there are more than {MAX_ARGUMENTS} arguments")
    for argument in argv:
        if not isinstance(argument, str):
            raise NotAllowedError("an argument is no text")
        if not argument:
            raise NotAllowedError("an argument is empty")
        if len(argument) > MAX_LENGTH:
            raise NotAllowedError(f"an argument is longer than {MAX_LENGTH} characters")
        if not all(" " <= character <= "~" for character in argument):
            raise NotAllowedError(
                "an argument holds characters other than plain ASCII, or a control character"
            )
    if sum(map(len, argv)) > MAX_TOTAL:
        raise NotAllowedError(f"the command is longer than {MAX_TOTAL:,} characters")


def _verb(words: Sequence[str], verbs: Mapping[tuple[str, ...], Verb]) -> tuple[str, ...] | None:
    """The verb that the words make, None if a subcommand must still come."""
    if len(words) == 1 and any(len(verb) > 1 and verb[0] == words[0] for verb in verbs):
        return None
    verb = ALIASES.get(tuple(words), tuple(words))
    if verb not in verbs:
        raise NotAllowedError(f"`{' '.join(verb)[:60]}` is not on the list of commands that only read")
    return verb


def _no_verb(words: Sequence[str]) -> str:
    return f"`{words[0]}` lacks its subcommand" if words else "there is no verb"


def _read_flag(
    token: str, rest: Iterator[str], allowed: Verb, verb: tuple[str, ...] | None
) -> Iterator[tuple[str, str]]:
    if token in ("-", "--"):
        raise NotAllowedError(f"`{token}` is not allowed")
    if token.startswith("--"):
        name, equals, value = token[2:].partition("=")
        flag = allowed.by_name.get(name) if len(name) > 1 or name == "v" else None
        if flag is None or flag.name != name:
            raise NotAllowedError(_unknown(f"--{name}", FORBIDDEN.get(name, ""), verb))
        if equals:
            yield flag.name, _checked(flag, value)
        else:
            yield flag.name, _checked(flag, "true" if flag.value is None else _next(rest, flag))
        return
    yield from _read_short(token[1:], rest, allowed, verb)


def _read_short(
    letters: str, rest: Iterator[str], allowed: Verb, verb: tuple[str, ...] | None
) -> Iterator[tuple[str, str]]:
    """`-Aowide`, `-n=shop`, `-nshop`, `-n shop`: switches until one takes a value, which is all that follows."""
    while letters:
        letter, letters = letters[0], letters[1:]
        flag = next((flag for flag in allowed.by_name.values() if flag.short == letter), None)
        if flag is None:
            why = FORBIDDEN.get(FORBIDDEN_SHORT.get(letter, ""), "")
            raise NotAllowedError(_unknown(f"-{letter}", why, verb))
        if len(letters) > 1 and letters[0] == "=":
            yield flag.name, _checked(flag, letters[1:])
            return
        if flag.value is None:
            yield flag.name, _checked(flag, "true")
            continue
        yield flag.name, _checked(flag, letters or _next(rest, flag))
        return


def _next(rest: Iterator[str], flag: Flag) -> str:
    value = next(rest, None)
    if value is None:
        raise NotAllowedError(f"--{flag.name} lacks its value")
    return value


def _checked(flag: Flag, value: str) -> str:
    if flag.value is not None:
        problem = flag.value(value)
        if problem:
            raise NotAllowedError(f"--{flag.name}: `{value[:60]}` {problem}")
    elif value not in _TRUE | _FALSE:
        raise NotAllowedError(f"--{flag.name}: `{value[:60]}` is neither true nor false")
    elif flag.off_only and value in _TRUE:
        raise NotAllowedError(f"--{flag.name} does not end by itself, or reads whole folders")
    return value


def _unknown(flag: str, forbidden: str, verb: tuple[str, ...] | None) -> str:
    if forbidden:
        return f"`{flag[:60]}` {forbidden}"
    if verb is None:
        return f"`{flag[:60]}` stands before the verb; only {_global_names()} may"
    return f"`{flag[:60]}` is not on the list of flags of `{' '.join(verb)}`"


def _global_names() -> str:
    return ", ".join(f"--{flag.name}" for flag in GLOBAL)
