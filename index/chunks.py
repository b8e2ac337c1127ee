"""Cuts a document into chunks: whole blocks under their heading path that fit the model's window."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from connectors.documents import RESOLVED, Document, Section, SectionKind, line_anchor
from connectors.environments import without
from connectors.formats.as_read import plain
from index.glossary import in_english

CHUNKER_VERSION = 7
"""Raise it when the same document gives other chunks, words or vectors: everything is then indexed again."""

WINDOW = 256
"""Tokens that the bundled model reads."""
TARGET_TOKENS = 190
"""A chunk is closed before it would grow over this; its context line comes on top."""
CONTEXT_TOKENS = 56
_SPECIAL = 4
"""Tokens that are no text: two special ones, and what joining texts may cost."""
_ENOUGH = 70
"""A chunk of this size is closed at the next heading; a smaller one goes on, as tiny chunks only add noise."""

_SPARSE = 40
"""Characters that count as a token at least: an encoded picture is one token to the model, however long."""

CountTokens = Callable[[Sequence[str]], list[int]]

_LINES = re.compile(r"L(\d+)(?:-L(\d+))?$")
_LINK_DEFINITIONS = re.compile(r"(?: {0,3}\[[^\]\n]+\]:[ \t]*\S+[^\n]*(?:\n|\Z))+\Z")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+|(?<=[。！？])")


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit of retrieval: `text` is `document.text[start:end]`; `context` says where it stands.

    `family` is equal for near-copies: the same place in files that differ only by their environment.
    """

    id: str
    document_id: str
    ordinal: int
    start: int
    end: int
    text: str
    context: str
    anchor: str
    heading_path: tuple[str, ...]
    family: str

    @property
    def embedded_text(self) -> str:
        """What a model of English reads."""
        return in_english(self.written_text)

    @property
    def written_text(self) -> str:
        """What a multilingual model reads."""
        return f"{self.context}\n{plain(self.text)}"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the text that must stay whole, its cost, and the cost of what lies between it and the one before.

    `room` is what a chunk that ends with it may hold.
    """

    start: int
    end: int
    tokens: int
    section: Section
    room: int
    gap: int = 0


def chunk(document: Document, count: CountTokens, window: int = WINDOW) -> list[Chunk]:
    """The chunks of `document` in order; together they hold every section's text but lists of link targets.

    `count` gives the tokens of texts as the embedding model counts them, two special ones included; a chunk with
    its context line has at most `window` of them. A block is cut only where it alone is over that.
    """
    pieces = list(_pieces(document, count, window))
    groups = list(_groups(pieces))
    contexts = [_context_parts(document, *(p.section for p in group)) for group in groups]
    kept = _fit([part for parts in contexts for part in parts], count)
    chunks: list[Chunk] = []
    for ordinal, (group, parts) in enumerate(zip(groups, contexts, strict=True)):
        context = _join(parts, kept)
        start, end = group[0].start, group[-1].end
        text = document.text[start:end]
        heading_path = group[0].section.heading_path
        digest = hashlib.sha256(
            f"{document.id}\0{ordinal}\0{context}\0{text}".encode("utf-8", "surrogatepass")
        )
        chunks.append(
            Chunk(
                id=digest.hexdigest()[:32],
                document_id=document.id,
                ordinal=ordinal,
                start=start,
                end=end,
                text=text,
                context=context,
                anchor=anchor_of(document, start, end),
                heading_path=heading_path,
                family=_family(document, heading_path),
            )
        )
    return chunks


def anchor_of(document: Document, start: int, end: int) -> str:
    """The anchor of the characters `start:end`: their true lines where sections have lines, else the section's."""
    sections, text = document.sections, document.text
    inside = sections[
        bisect_right(sections, start, key=lambda s: s.end) : bisect_left(sections, end, key=lambda s: s.start)
    ]
    if not inside:
        return ""
    first, last = _LINES.match(inside[0].anchor), _LINES.match(inside[-1].anchor)
    if not first or not last:
        return inside[0].anchor
    if any(s.language == RESOLVED for s in inside):  # they hang behind a block and share its lines
        ranges = [m for m in (_LINES.match(s.anchor) for s in inside) if m]
        return line_anchor(min(int(m[1]) for m in ranges), max(int(m[2] or m[1]) for m in ranges))
    stop = min(end, inside[-1].end)
    while stop > inside[-1].start and text[stop - 1] == "\n":  # the line break still belongs to its line
        stop -= 1
    begin = int(first[1]) + text.count("\n", inside[0].start, max(start, inside[0].start))
    finish = int(last[1]) + text.count("\n", inside[-1].start, stop)
    return line_anchor(begin, finish)


def _costs(texts: Sequence[str], count: CountTokens) -> list[int]:
    """The tokens of each text without the special ones, more for what holds few tokens in much text."""
    read = [plain(text) for text in texts]
    return [max(n - 2, len(text) // _SPARSE) for n, text in zip(count(read), texts, strict=True)]


def _pieces(document: Document, count: CountTokens, window: int) -> Iterator[_Piece]:
    """Each section, or the parts of one that alone does not fit into the window."""
    sections = [s for s in document.sections if s.text.strip() and not _only_links(s)]
    if not sections:
        return
    target = max(8, min(TARGET_TOKENS, window - CONTEXT_TOKENS - _SPECIAL))
    between = [document.text[a.end : b.start] for a, b in pairwise(sections)]
    costs = _costs([s.text for s in sections] + between, count)
    gaps = [0, *costs[len(sections) :]]
    headings: list[Section] = []
    for section, cost, gap in zip(sections, costs[: len(sections)], gaps, strict=True):
        # The chunk may begin with the headings right before a large block, and then stands under their path.
        begins = [*headings, section]
        room = target if cost <= target else min(_room(document, one, count, window) for one in begins)
        headings = begins if section.kind is SectionKind.HEADING else []
        if cost <= room:
            yield _Piece(section.start, section.end, cost, section, max(room, target), gap)
        else:
            yield from _split(section, lambda texts: _costs(texts, count), gap, target)


def _room(document: Document, section: Section, count: CountTokens, window: int) -> int:
    """What a chunk that begins with `section` may hold beside its own context line."""
    parts = _context_parts(document, section)
    context = _join(parts, _fit(parts, count))
    return window - (count([context])[0] - 2) - _SPECIAL


def _only_links(section: Section) -> bool:
    """Whether nothing but the targets of links stands in it, which only add noise (`[name]: https://…`)."""
    return section.kind is SectionKind.PARAGRAPH and bool(_LINK_DEFINITIONS.match(section.text))


def _split(section: Section, count: CountTokens, gap: int, target: int) -> Iterator[_Piece]:
    """An oversized section cut at lines (prose: at sentences), and a giant line at blanks; `gap` lies before it."""
    prose = section.kind in (SectionKind.PARAGRAPH, SectionKind.ADMONITION)
    marks = [m.end() for m in (_SENTENCE_END if prose else re.compile(r"\n")).finditer(section.text)]
    bounds = [0, *[m for m in marks if m < len(section.text)], len(section.text)]
    units = [(a, b) for a, b in pairwise(bounds) if a < b]
    costs = count([section.text[a:b] for a, b in units])
    small: list[tuple[int, int, int]] = []
    for (a, b), cost in zip(units, costs, strict=True):
        small += [(a, b, cost)] if cost <= target else _halve(section.text, (a, b, cost), count, target)
    start, total = small[0][0], 0
    for a, _, cost in small:
        if total and total + cost > target:
            yield _Piece(section.start + start, section.start + a, total, section, target, gap)
            start, total, gap = a, 0, 0
        total += cost
    yield _Piece(section.start + start, section.end, total, section, target, gap)


def _halve(
    text: str, span: tuple[int, int, int], count: CountTokens, target: int
) -> list[tuple[int, int, int]]:
    a, b, cost = span
    if cost <= target or b - a < 2:
        return [span]
    middle = (a + b) // 2
    blank = text.rfind(" ", a + (b - a) // 4, middle)
    cut = blank + 1 if blank > a else middle
    left, right = count([text[a:cut], text[cut:b]])
    return _halve(text, (a, cut, left), count, target) + _halve(text, (cut, b, right), count, target)


def _groups(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Neighbouring pieces that share a chunk."""
    group: list[_Piece] = []
    total = 0
    for i, piece in enumerate(pieces):
        cost = piece.tokens + piece.gap
        # A heading belongs with what follows it, so it also leaves when that would not fit.
        follower = _follower(pieces, i)
        if group and (total + cost + follower > _limit(group, piece) or _closes(group, total, piece)):
            yield group
            group, total, cost = [], 0, piece.tokens
        group.append(piece)
        total += cost
    if group:
        yield group


def _limit(group: Sequence[_Piece], piece: _Piece) -> int:
    """What the chunk may hold with `piece`: headings alone stay with a large block as long as the model reads it."""
    bare = all(p.section.kind is SectionKind.HEADING for p in group)
    return piece.room if bare else min(piece.room, group[0].room, TARGET_TOKENS)


def _follower(pieces: Sequence[_Piece], i: int) -> int:
    """What must fit beside the heading `pieces[i]`: all up to the first text under it; 0 if it never can."""
    total = 0
    while pieces[i].section.kind is SectionKind.HEADING and i + 1 < len(pieces):
        i += 1
        total += pieces[i].tokens + pieces[i].gap
    return total if total <= pieces[i].room - 8 else 0


def _closes(group: list[_Piece], total: int, piece: _Piece) -> bool:
    if group[-1].section.kind is SectionKind.HEADING:
        return False
    if piece.section.kind is SectionKind.HEADING:
        return total >= _ENOUGH
    return piece.section.heading_path != group[-1].section.heading_path and total >= _ENOUGH


def _context_parts(document: Document, *sections: Section) -> list[str]:
    """What the chunk stands under, most telling first within a budget: title, headings, notes, place."""
    # A block that is one thing has its name in the title too.
    headings = [h for h in sections[0].heading_path if h not in document.title]
    notes = dict.fromkeys(s.context for s in sections if s.context)
    parts = [document.title, " › ".join(headings), *notes, " › ".join(document.breadcrumbs[-3:])]
    if document.environment:
        parts.insert(0, document.environment)
    return [part for part in parts if part]


def _fit(parts: Sequence[str], count: CountTokens) -> dict[str, tuple[str, int]]:
    """Each distinct part, shortened so that one alone stays inside the context's budget, and its tokens."""
    distinct = list(dict.fromkeys(parts))
    costs = [n - 2 for n in count(distinct)] if distinct else []
    fitted: dict[str, tuple[str, int]] = {}
    for part, cost in zip(distinct, costs, strict=True):
        short = part
        while cost > CONTEXT_TOKENS // 2:
            short = short[: max(1, int(len(short) * CONTEXT_TOKENS / 2 / cost))].rsplit(" ", 1)[0]
            cost = count([short])[0] - 2
        fitted[part] = (short, cost)
    return fitted


def _join(parts: Sequence[str], fitted: dict[str, tuple[str, int]]) -> str:
    line: list[str] = []
    budget = CONTEXT_TOKENS
    for part in parts:
        text, cost = fitted[part]
        if text and cost + 1 <= budget:
            line.append(text)
            budget -= cost + 1
    return " › ".join(line)


def _family(document: Document, heading_path: tuple[str, ...]) -> str:
    if not document.environment:
        return ""
    neutral = without(document.environment, document.path or document.id)
    address = document.terraform.address if document.terraform else ""
    place = "\0".join((document.source, neutral, address, *heading_path))
    return hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:16]
