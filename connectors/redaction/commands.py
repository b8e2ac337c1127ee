"""Credentials among the arguments of commands and in the lines of a few configuration files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.redaction.masking import Span
from connectors.redaction.values import is_stand_in, looks_random, points_elsewhere, says_something_else

_LOGIN = re.compile(
    r"\b(?:sshpass|(?:docker|podman|registry|helm|az|skopeo|oras|crane) login|redis-cli)\b"
    r"(?P<between>[^\n|;&]{0,120}?)\s-[pa][ =]?[\"']?(?P<value>[^\s\"'`\\]+)"
)
_MYSQL = re.compile(r"\bmysql(?:dump|admin)?\b[^\n|;&]{0,120}?\s-p[\"']?(?P<value>[^\s\"'`\\]+)")
_AWS = re.compile(
    r"\baws configure set (?:aws_secret_access_key|aws_session_token)[ =]\s{0,4}[\"']?(?P<value>[^\s\"'`\\]+)"
)
_PARAMETER = re.compile(r"--type[ =]SecureString\b[^\n|;&]{0,200}?\s--value[ =][\"']?(?P<value>[^\s\"'`\\]+)")
_SQL = re.compile(r"(?i)\bidentified by ['\"](?P<value>[^'\"\n]{4,100})['\"]")
_REDIS_CONF = re.compile(
    r"(?:^|(?<=[\n\"'`]))(?P<own>[ \t]{0,40})(?:requirepass|masterauth)[ \t]+\"?(?P<value>[^\s\"'`\\]+)"
    r"(?=[\"'`\\ \t]{0,9}(?:\r?\n|$))"
    r"|\b(?:requirepass|masterauth)[ \t]+\"?(?P<inside>[^\s\"'`\\]+)"
)
_NETRC = re.compile(
    r"\blogin[ \t]+(?P<user>[^\s\"'`]{1,80})[ \t]+password[ \t]+[\"']?(?P<value>[^\s\"'`\\<>]+)"
)
_USER = re.compile(r"\s(?:-u|--user)[ =][\"']?[\w.@+-]+:(?P<value>[^\s\"'`\\]+)")
_HTTP_CLIENT = re.compile(r"(?:^|[\s\"'`$(\[/])(?:curl|https?|wget|xh|hey|siege|ab|wrk)[\s\"',]")
_COMMAND_END = re.compile(r"&&|\|\|?|;|`|(?<!\\)\n")
_LITERAL = re.compile(
    r"--from-literal[ =][\"']?[\w.-]{1,120}=(?:(?<==)\"(?P<a>[^\"\n]{1,500})\"|'(?P<b>[^'\n]{1,500})'"
    r"|(?P<c>[^\s\"'`\\]{1,500}))"
)
_CREATE = re.compile(r"\bcreate\s{1,4}(secret|configmap|cm)\b")
_LOOK_BACK = 300


def command_arguments(text: str) -> Iterator[Span]:
    """Spans of passwords given to commands (`curl -u a:…`, `mysql -p…`), in `.netrc` and `redis.conf`."""
    spans: list[Span] = []
    if " -p" in text or " -a" in text:
        spans += _matches(_LOGIN, text) + _matches(_MYSQL, text)
    if "aws configure" in text or "SecureString" in text:
        spans += _matches(_AWS, text) + _matches(_PARAMETER, text)
    if "requirepass" in text or "masterauth" in text:
        spans += _redis_passwords(text)
    spans += _matches(_SQL, text)
    spans += [
        match.span("value")
        for match in _NETRC.finditer(text)
        if not says_something_else(match["user"]) and _is_password(match["value"])
    ]
    spans += [m.span("value") for m in _USER.finditer(text) if _is_http_user(text, m)]
    spans += _secret_literals(text) if "--from-literal" in text else []
    yield from spans


def _matches(pattern: re.Pattern[str], text: str) -> list[Span]:
    """Spans of `pattern`'s values, where a command is written and not a sentence about one."""
    return [
        match.span("value")
        for match in pattern.finditer(text)
        if _is_password(match["value"]) and not says_something_else(match.groupdict().get("between") or "")
    ]


def _is_password(value: str) -> bool:
    return not (value.startswith("-") or points_elsewhere(value) or says_something_else(value))


def _redis_passwords(text: str) -> Iterator[Span]:
    for match in _REDIS_CONF.finditer(text):
        group = "value" if match["value"] is not None else "inside"
        value = match[group]
        if _is_password(value) and (group == "value" or looks_random(value)):
            yield match.span(group)


def _is_http_user(text: str, match: re.Match[str]) -> bool:
    """Whether `-u user:…` stands in a command of an HTTP client: elsewhere `-u a:b` is a group or a branch."""
    if match["value"].isdigit() or points_elsewhere(match["value"]):
        return False
    before = text[max(0, match.start() - _LOOK_BACK) : match.start() + 1]
    return _HTTP_CLIENT.search(_COMMAND_END.split(before)[-1]) is not None


def _secret_literals(text: str) -> Iterator[Span]:
    """Spans of the literals of `kubectl create secret`; those of a ConfigMap stay."""
    for match in _LITERAL.finditer(text):
        created = _CREATE.findall(text, max(0, match.start() - _LOOK_BACK), match.start())
        group = match.lastgroup or "c"
        if (
            created
            and created[-1] == "secret"
            and not is_stand_in(match[group])
            and "$" not in match[group][:1]
        ):
            yield match.span(group)
