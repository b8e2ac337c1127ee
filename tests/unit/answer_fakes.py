"""Documents, units and candidates for the tests of `answers`, read by the real readers."""

from __future__ import annotations

from answers.units import Unit, units_of
from connectors.documents import PUBLIC, Document
from connectors.formats.registry import parse
from index.chunk_store import Card
from index.chunks import Chunk
from index.ranking import Candidate, words_of


def a_page(
    text: str, path: str = "guide.md", kind: str = "page", environment: str = "", url: str = ""
) -> Document:
    """A document of source `docs` as the format's reader cuts it."""
    parsed = parse(path, text)
    return Document(
        f"files:docs/{path}", parsed.title or path, text, parsed.sections, "docs", kind, path=path,
        url=url, environment=environment, access=frozenset({PUBLIC}),
    )  # fmt: skip


def all_units(document: Document) -> list[Unit]:
    """Every unit of the document."""
    return units_of(document, 0, len(document.text))


def texts(document: Document) -> list[str]:
    return [unit.text for unit in all_units(document)]


def a_candidate(
    document: Document, quote: str, score: float, dense: float = 0.5, family: str = ""
) -> Candidate:
    """A ranked chunk of the document that covers `quote`."""
    start = document.text.index(quote)
    section = next(s for s in document.sections if s.start < start + len(quote) and s.end > start)
    chunk = Chunk(
        f"{document.id}@{start}", document.id, 0, start, start + len(quote), quote, "", section.anchor,
        section.heading_path, family,
    )  # fmt: skip
    card = Card.of(document)
    return Candidate(chunk, card, words_of(chunk, card), dense=dense, score=score)


def alike(term: str) -> float:
    """An inverse document frequency: every term is as rare as any other."""
    return 1.0
