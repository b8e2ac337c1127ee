"""Credentials that are known by their own shape: private key blocks and the tokens of large services."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.redaction.masking import MASK, Span

# ---- private key blocks ------------------------------------------------------------------------------

_PEM_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PEM_BODY = re.compile(
    r"[\s\"'|>#*+,]*(?:(?:\\[nr])*(?:[A-Za-z0-9+/=]{8,}|[A-Za-z-]+: ?[^\n]*)[\s\"'+,;\\rn]*)?"
)
_PEM_LINES = 400


def private_keys(text: str) -> Iterator[Span]:
    """Spans of the bodies of private key blocks, between their BEGIN and END lines."""
    last_end = text.rfind("-----END")
    for begin in _PEM_BEGIN.finditer(text):
        start = begin.end()
        end = text.find("-----END", start) if start <= last_end else -1
        if (
            end >= 0
            and text.find("-----BEGIN", start, end) < 0
            and text.count("\n", start, min(end, start + 100_000)) <= _PEM_LINES
            and end - start < 100_000
        ):
            yield _body_start(text, start), _before_indent(text, end)
        else:
            yield start, _body_end(text, start)


def _body_start(text: str, start: int) -> int:
    """Where the first line of the body begins, behind its indentation: a mask at the margin ends a YAML block."""
    while text[start : start + 1] in ("\r", "\n", " ", "\t"):
        start += 1
    return start


def _before_indent(text: str, end: int) -> int:
    line = text.rfind("\n", 0, end)
    return line if line >= 0 and not text[line + 1 : end].strip() else end


def _body_end(text: str, start: int) -> int:
    position = start
    for _ in range(_PEM_LINES):
        stop = text.find("\n", position)
        stop = len(text) if stop < 0 else stop
        if not _PEM_BODY.fullmatch(text, position, stop) or MASK in text[position:stop]:
            return max(start, position - 1)
        if stop == len(text):
            return stop
        position = stop + 1
    return position - 1


# ---- tokens with a shape of their own ----------------------------------------------------------------

_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (hint, re.compile(pattern))
    for hint, pattern in (
        ("AKIA", r"AKIA[0-9A-Z]{16}(?![0-9A-Za-z])"),
        ("ASIA", r"ASIA[0-9A-Z]{16}(?![0-9A-Za-z])"),
        *((f"gh{kind}_", rf"gh{kind}_[A-Za-z0-9]{{20,}}") for kind in "pousr"),
        ("github_pat_", r"github_pat_\w{20,}"),
        ("glpat-", r"glpat-[\w-]{16,}"),
        ("glrt-", r"glrt-[\w-]{16,}"),
        ("gldt-", r"gldt-[\w-]{16,}"),
        ("glptt-", r"glptt-[\w-]{16,}"),
        ("xox", r"xox[abeoprs]-[\w-]{10,}"),
        ("xapp-", r"xapp-\d-[\w-]{10,}"),
        ("hooks.slack.com/services/", r"(?<=hooks\.slack\.com/services/)T\w+/B\w+/\w+"),
        ("api/webhooks/", r"(?<=api/webhooks/)\d{6,}/[\w-]{8,}"),
        ("webhook", r"(?<=webhook\.office\.com/webhookb2/)[\w@%-]{8,}(?:/\w+){1,4}(?:/[\w-]+)*"),
        ("office.com/webhook/", r"(?<=office\.com/webhook/)[\w@%-]{8,}(?:/[\w-]+)*"),
        (":AA", r"(?<!\d)\d{8,10}:AA[\w-]{33}(?![\w-])"),
        ("sig=", r"(?<=[?&;]sig=)[A-Za-z0-9%+/=_-]{20,}"),
        (".dockerconfigjson", r"\.dockerconfigjson[\"'\\ \t]{0,9}[:=][\"'\\ \t]{0,9}(ey[A-Za-z0-9+/=]{20,})"),
        ("$", r"\$(?:[156y]|apr1)\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9]{1,32}\$[./A-Za-z0-9]{12,}"),
        ("$2", r"\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{50,}"),
        ("$argon2", r"\$argon2(?:id|i|d)\$v=\d+\$[\w=,]+\$[\w+/=$-]{16,}"),
        ("AIza", r"AIza[\w-]{35}"),
        ("ya29.", r"ya29\.[\w-]{20,}"),
        ("GOCSPX-", r"GOCSPX-[\w-]{20,}"),
        *((f"{kind}_live_", rf"{kind}_live_[0-9A-Za-z]{{10,}}") for kind in ("sk", "rk")),
        *((f"{kind}_test_", rf"{kind}_test_[0-9A-Za-z]{{10,}}") for kind in ("sk", "rk")),
        ("whsec_", r"whsec_[0-9A-Za-z+/=]{16,}"),
        ("sk-", r"(?<![\w-])sk-(?=[A-Za-z_-]{0,40}\d)[\w-]{20,}"),
        ("ATATT", r"ATATT[\w=-]{20,}"),
        ("ATCTT", r"ATCTT[\w=-]{20,}"),
        ("ATBB", r"ATBB[A-Za-z0-9]{24,}"),
        ("secret_", r"(?<![\w-])secret_[A-Za-z0-9]{40,}"),
        ("ntn_", r"(?<![\w-])ntn_[A-Za-z0-9]{30,}"),
        ("eyJ", r"(?<![\w-])eyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*"),
        ("npm_", r"npm_[A-Za-z0-9]{36}"),
        ("pypi-AgE", r"pypi-AgE[\w-]{20,}"),
        ("hf_", r"(?<!\w)hf_[A-Za-z0-9]{30,}"),
        ("dop_v1_", r"dop_v1_[a-f0-9]{60,}"),
        ("SG.", r"SG\.[\w-]{16,}\.[\w-]{16,}"),
        ("hvs.", r"hvs\.[\w-]{20,}"),
        ("dckr_pat_", r"dckr_pat_[\w-]{20,}"),
        ("glsa_", r"glsa_\w{30,}"),
        ("shpat_", r"shpat_[a-f0-9]{32}"),
        (".atlasv1.", r"(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}"),
        ("AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[0-9A-Z]{40,}"),
        ("AccountKey=", r"(?<=AccountKey=)[A-Za-z0-9+/=]{20,}"),
        ("SharedAccessKey=", r"(?<=SharedAccessKey=)[A-Za-z0-9+/=]{20,}"),
        ("NRAK-", r"NRAK-[A-Z0-9]{20,}"),
    )
)


_WORD_END = re.compile(r"[A-Za-z0-9]*")


def shaped_tokens(text: str) -> Iterator[Span]:
    """Spans of tokens that their issuer's prefix gives away, with the letters and digits that adjoin them.

    A token that adjoins another, or stands in a longer key, does not end where its shape does.
    """
    spans = sorted(
        m.span(m.lastindex or 0) for hint, shape in _SHAPES if hint in text for m in shape.finditer(text)
    )
    whole: list[Span] = []
    for start, end in spans:
        floor = whole[-1][1] if whole else 0
        if end <= floor:
            continue
        first = _word_start(text, max(start, floor), floor)
        if whole and first == floor:
            first = whole.pop()[0]
        word_end = _WORD_END.match(text, end)
        whole.append((first, word_end.end() if word_end else end))
    yield from whole


def _word_start(text: str, start: int, floor: int) -> int:
    """Where the word begins that goes on at `start`; behind an escape (`\\n`, `%3D`) there is no telling."""
    first = start
    while first > floor and text[first - 1].isascii() and text[first - 1].isalnum():
        first -= 1
    return start if text[first - 1 : first] in ("\\", "%") and first else first
