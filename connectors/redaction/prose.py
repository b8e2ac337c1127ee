"""Credentials in sentences: `The password is …`, `PIN: …`, `密码：…`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.redaction.masking import Span
from connectors.redaction.names import Suspicion
from connectors.redaction.values import is_credential, looks_random, points_elsewhere, reads_like_a_name

_PIN = re.compile(
    r"\b(?:PIN|Pin)(?: (?:code|number))?\**(?:[ \t]{0,4}[:：=]|[ \t]+is)\**[ \t]{0,4}[`\"']?(\d{4,12})\b(?!\w|\.\d)"
)
_CHINESE = re.compile(
    r"(?:密码|密碼|口令)[*`]{0,3}(?:[ \t]{0,4}[:：=]|是|为)[ \t]{0,4}[*`\"'“]{0,3}([!-~]{4,})"
)
_TO_SENTENCE_END = re.compile(r"[`\"'，。；]|[.,;]$")
_WORDS_AFTER = re.compile(
    r"(?i)\b(?:password|passphrase|passcode)\b(?P<words>[^\n.:;|=\"'`,\\]{0,60})"
    r"[:：]\**[ \t]{1,4}[`\"'“]?(?P<value>[^\s`\"'”]{6,})"
)
_QUOTED = re.compile(
    r"(?i)\b(?P<key>password|passphrase|passcode|token|secret|key)\b[ \t]{0,4}(?P<verb>(?:is|was)[ \t]{1,4})?"
    r"[`\"'“](?P<value>[^`\"'”\n]{4,80})[`\"'”]"
)
_ABOUT = re.compile(
    r"(?i)\b(?:hash|algorithm|length|policy|rotation|interval|requirements?|rules?|expiry|format|names?|files?|paths?"
    r"|fields?|reset|manager|stores?|urls?|links?|variables?|keys?|secrets?)\b"
)
"""Words between `password` and a colon with which something about passwords follows, not one."""
_BARE = re.compile(
    r"(?i)\b(?:password|passphrase|passcode|pwd)[ \t]{1,4}is[ \t]{1,4}(?P<value>[^\s`\"'“”]{6,})"
)


def sentences(text: str) -> Iterator[Span]:
    """Spans of credentials that a sentence names as such."""
    spans = [match.span(1) for match in _PIN.finditer(text)]
    for match in _CHINESE.finditer(text):
        value = _TO_SENTENCE_END.split(match[1])[0]
        if value and not points_elsewhere(value):
            spans.append((match.start(1), match.start(1) + len(value)))
    for match in _WORDS_AFTER.finditer(text):
        value = match["value"].rstrip(".,;)")
        if match["words"].strip() and not _ABOUT.search(match["words"]) and _is_password(value):
            spans.append((match.start("value"), match.start("value") + len(value)))
    for match in _BARE.finditer(text):
        value = match["value"].rstrip(".,;)")
        if _is_password(value):
            spans.append((match.start("value"), match.start("value") + len(value)))
    spans += [match.span("value") for match in _QUOTED.finditer(text) if _is_quoted_credential(match)]
    yield from spans


def _is_password(value: str) -> bool:
    # Weakly suspected: names with numbers (`bcrypt/sha512`, `db/password1`) are what sentences are about.
    return looks_random(value) and is_credential(value, Suspicion.WEAK) and "://" not in value


def _is_quoted_credential(match: re.Match[str]) -> bool:
    value = match["value"]
    if points_elsewhere(value):
        return False
    if " " not in value and _is_password(value):
        return match["verb"] is not None or match["key"].lower().startswith("pass")
    # "The passphrase is "correct horse"": words in quotes; in backticks they are a name.
    phrase = match["verb"] is not None and match["key"].lower().startswith("pass")
    return phrase and match[0][-1] in '"”' and not (len(value.split()) == 1 and _is_compound(value))


def _is_compound(value: str) -> bool:
    return reads_like_a_name(value) and re.search(r"[-_./]", value) is not None
