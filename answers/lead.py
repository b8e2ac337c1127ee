"""Finds the one line or sentence to say first where a question asks for a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from answers.render import inline_code, linked
from answers.units import Unit, UnitKind
from index.glossary import bilingual_terms
from index.intent import VALUES, Expect
from index.query import Query
from index.tokens import terms

Idf = Callable[[str], float]

_LONGEST = 300
_KEY = re.compile(r"(?P<indent>[ \t]*(?:-[ \t]+)*)[\"']?(?P<key>[\w./-]+)[\"']?[ \t]*[:=](?P<value>.*)")
_SCALAR = re.compile(r"\s*(?:[\"']?[\w./$*<-][^{\[]*|\[[^\[\]{}]+\]\s*)$")
_CONSTRAINT = re.compile(
    r"[\"']?(?:string|number|integer|bool(?:ean)?|any|(?:list|set|map|object|tuple)\(.*)[\"']?$"
)
"""What a value may be, as the type of a Terraform variable or of a schema's field, which is no value."""
_MARKER = re.compile(r"\A\s*(?:[-*+•]|\d+[.)])\s+")
_LINK = re.compile(r"!?\[[^\]]*\]\([^)]*\)|<[^>\s]+>")
_MARKED = re.compile(r"`+[^`]+`+|\*\*.+?\*\*|__.+?__", re.DOTALL)
_ASKS = re.compile(r"\b(?:what|which|how (?:much|many|long|often|big|large))\b", re.IGNORECASE)
_BARE = frozenset({Expect.NUMBER, Expect.INSTANCE_TYPE, Expect.NETWORK, Expect.TIME})
"""Values that must stand behind the key: the others are told by their key (`retention: 7`)."""
_COUNTS = frozenset({Expect.NUMBER, Expect.SIZE})
"""Values that say nothing without what they count."""
_NEAR = 4
_PATH_SHARE = 0.8
_AROUND_SHARE = 0.5
_RELATED_SHARE = 0.5
_ROW_LEAD = 0.1
"""So much more of the question a row has to hold than the line that would lead."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The unit that holds the value and what to show of it; of a setting also its key and the keys above it."""

    unit: Unit
    text: str
    key: str = ""
    path: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys from the top of the file to the setting; empty in prose."""
        return _keys(self)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that may lead: its text, its value (the text itself in prose), its key and the keys above it."""

    unit: Unit
    text: str
    value: str
    key: str = ""
    path: tuple[str, ...] = ()


def lead_of(units: Sequence[Unit], query: Query, idf: Idf) -> Lead | None:
    """What to say first of `units`: the line whose own words and keys share most with the question.

    It holds a value of the form that is asked for or, where no line does, its key is what is asked for ("what is
    the memory limit"). A line that shares no word with the question never leads.
    """
    lines = [line for unit in units for line in _lines(unit)]
    typed = [line for line in lines if _expected(line, query)]
    named = [line for line in lines if line.key and _is_asked_for(line.key, query)]
    weights = {term: idf(term) for term in query.terms}
    for found in (typed, named):
        worth = [(_worth(line, weights, query.related), line) for line in found]
        best = max((w + line.unit.score for w, line in worth if w), default=None)
        if best is not None:
            if found is typed and _a_row_says_more(units, query, best, weights):
                return None
            return next(
                Lead(x.unit, _shown(x, query), x.key, x.path)
                for w, x in worth
                if w and w + x.unit.score == best
            )
    return None


def _a_row_says_more(units: Sequence[Unit], query: Query, best: float, weights: Mapping[str, float]) -> bool:
    """Whether a row of a table holds such a value and more of the question: then no line leads."""
    rows = (_Line(unit, unit.text, unit.text) for unit in units if unit.kind is UnitKind.ROW)
    return any(
        _worth(row, weights, query.related) + row.unit.score > best + _ROW_LEAD
        for row in rows
        if _expected(row, query)
    )


def holds_value(units: Sequence[Unit], query: Query) -> bool:
    """Whether a line that may lead holds a value of a form that is asked for."""
    return any(_expected(line, query) for unit in units for line in _lines(unit))


def settings_at(units: Sequence[Unit], keys: tuple[str, ...]) -> list[Lead]:
    """The lines of `units` that set what stands under `keys`."""
    lines = (line for unit in units for line in _lines(unit))
    return [
        Lead(line.unit, inline_code(line.text), line.key, line.path)
        for line in lines
        if line.key and _keys(line) == keys
    ]


def _keys(line: _Line | Lead) -> tuple[str, ...]:
    """The keys from the top of the file: the headings, then what the section adds to them."""
    if not line.key:
        return ()
    above, keys = line.unit.section.heading_path, (*line.path, line.key)
    shared = next((n for n in range(min(len(above), len(keys)), 0, -1) if above[-n:] == keys[:n]), 0)
    return (*above, *keys[shared:])


def _lines(unit: Unit) -> Iterator[_Line]:
    if unit.kind is UnitKind.SETTING:
        yield from _settings(unit)
    elif len(unit.text) <= _LONGEST and (
        unit.kind is UnitKind.SENTENCE or (unit.kind is UnitKind.ITEM and "\n" not in unit.text.strip())
    ):
        yield _Line(unit, unit.text, unit.text)


def _settings(unit: Unit) -> Iterator[_Line]:
    """The `key: value` lines of a unit; the keys above a line are read from the whole section."""
    above: list[tuple[int, str]] = []
    position = unit.section.start
    for line in unit.section.text.splitlines(keepends=True):
        match = _KEY.match(line)
        if match:
            indent = len(match["indent"].expandtabs())
            above = [(i, key) for i, key in above if i < indent]
            inside = unit.start <= position + match.start("key") < unit.end
            told = not (match["key"] == "type" and _CONSTRAINT.match(match["value"].strip()))
            if inside and told and len(line) <= _LONGEST and _SCALAR.match(match["value"]):
                keys = tuple(key for _, key in above)
                yield _Line(unit, line.strip().rstrip(","), match["value"].strip(), match["key"], keys)
            above.append((indent, match["key"]))
        position += len(line)


def _expected(line: _Line, query: Query) -> Expect | None:
    """The first of the forms that are asked for which the line holds."""
    for expect in query.intent.wanted:
        if expect not in VALUES or expect in (Expect.REASON, Expect.PLACE):
            continue
        held = line.value if line.key and expect in _BARE else line.text
        if any(
            expect not in _COUNTS or _is_counted(line, held[m.end() :], query)
            for m in VALUES[expect].finditer(held)
        ):
            return expect
    return None


def _is_counted(line: _Line, behind: str, query: Query) -> bool:
    """Whether a number counts what is asked for: its key says so, or the words behind it."""
    said = set(bilingual_terms(line.key or " ".join(behind.split()[:_NEAR])))
    return any(t in said for t in (*query.terms, *query.related))


def _is_asked_for(key: str, query: Query) -> bool:
    """Whether the question asks for what `key` names: at least half of the words that the key is made of."""
    whole, *parts = terms(key) or [""]
    own = set(query.terms)
    return bool(_ASKS.search(query.english)) and (
        whole in own or (bool(parts) and 2 * sum(part in own for part in parts) >= len(parts))
    )


def _worth(line: _Line, weights: Mapping[str, float], related: Mapping[str, float]) -> float:
    """The share of the question that the line, its keys and its headings hold; 0 if not one word is its own."""
    # A setting is about what its key names: `db` in the value `db.r7g.large` makes no database.
    own, keys = set(bilingual_terms(line.key or line.text)), set(terms(" ".join(line.path)))
    around = set(bilingual_terms(" ".join((*line.unit.section.heading_path, line.unit.section.context))))
    total = sum(weights.values()) or 1.0
    said = sum(w for t, w in weights.items() if t in own)
    alike = sum(w for t, w in related.items() if t in own)
    if not said and not alike:
        return 0.0
    said += _PATH_SHARE * sum(w for t, w in weights.items() if t in keys - own)
    said += _AROUND_SHARE * sum(w for t, w in weights.items() if t in around - keys - own)
    mean = total / max(1, len(weights))
    return (said + _RELATED_SHARE * mean * alike) / total


def _shown(line: _Line, query: Query) -> str:
    if line.key:
        return inline_code(line.text)
    text = _MARKER.sub("", line.text, count=1)
    expect = _expected(line, query)
    document = line.unit.document
    return linked(_bold(text, VALUES[expect]) if expect else text, document.text, document.url)


def _bold(sentence: str, value: re.Pattern[str]) -> str:
    """`sentence` with its first value in bold, unless it stands out already; what a link holds is no value."""
    links = [m.span() for m in _LINK.finditer(sentence)]
    marked = [m.span() for m in _MARKED.finditer(sentence)]
    for found in value.finditer(sentence):
        if _within(found, links):
            continue
        if _within(found, marked):
            break
        return f"{sentence[: found.start()]}**{found[0]}**{sentence[found.end() :]}"
    return sentence


def _within(found: re.Match[str], spans: Sequence[tuple[int, int]]) -> bool:
    return any(a < found.end() and found.start() < b for a, b in spans)
