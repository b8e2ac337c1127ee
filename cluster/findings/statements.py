"""The stretches of a page that may say how something is: sentences, list items and rows of tables."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.findings import wording
from cluster.findings.sentences import sentences
from connectors.documents import Document, Section, SectionKind


def statements(document: Document) -> Iterator[tuple[Section, int, int, str]]:
    """Section, span in the document and words of each statement outside of headings and code."""
    for section in document.sections:
        if section.kind in (SectionKind.HEADING, SectionKind.CODE):
            continue
        if not wording.states_object(" ".join(section.heading_path[1:])):
            continue
        spans = _rows(section.text) if section.kind is SectionKind.TABLE else sentences(section.text)
        for start, end in spans:
            yield section, section.start + start, section.start + end, section.text[start:end]


def _rows(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    for line in text.split("\n"):
        if line.strip():
            yield position, position + len(line)
        position += len(line) + 1
