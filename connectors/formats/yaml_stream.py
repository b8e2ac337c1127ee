"""Finds the documents of a YAML stream, without reading them: one that is broken touches no other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise

_SEPARATOR = re.compile(r"^---(?=[ \t\r\n]|$)|^\.\.\.[ \t]*\r?$\n?", re.MULTILINE)
_NO_CONTENT = re.compile(r"(?:[ \t]*(?:#.*|%.*)?\r?(?:\n|\Z))*")
_JSON_VALUE = re.compile(r"^\{", re.MULTILINE)
_JSON = json.JSONDecoder()


def spans(text: str) -> Iterator[tuple[int, int]]:
    """The documents' spans: `---` starts one, `...` ends one; comments before it join the next.

    JSON values one behind the other (JSON lines, what `jq` prints) are documents, too.
    """
    if _is_json_stream(text):
        cuts = [match.start() for match in _JSON_VALUE.finditer(text)][1:]
        yield from pairwise([0, *cuts, len(text)])
        return
    cuts = [match.start() if match[0].startswith("-") else match.end() for match in _SEPARATOR.finditer(text)]
    begin = 0
    for cut in [*cuts, len(text)]:
        if cut == begin and cut != len(text):
            continue
        if cut < len(text) and _leads(text, begin, cut):
            continue
        if cut > begin or begin == 0:
            yield begin, cut
        begin = cut


def _is_json_stream(text: str) -> bool:
    starts = _JSON_VALUE.finditer(text)
    first = next(starts, None)
    if first is None or next(starts, None) is None or text[: first.start()].strip():
        return False
    try:
        _, end = _JSON.raw_decode(text, first.start())
    except (ValueError, RecursionError):
        return False
    following = _JSON_VALUE.search(text, end)
    return following is not None and not text[end : following.start()].strip()


def _leads(text: str, begin: int, cut: int) -> bool:
    match = _NO_CONTENT.match(text, begin, cut)
    return match is not None and match.end() == cut and (begin == 0 or "\n%" in text[begin - 1 : cut])
