"""Turns what was collected into an answer: remarks in italics, then lines that stand in the documents, each cited."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from answers.citations import citation_of
from answers.cluster.quotes import locate
from answers.cluster.said import Said
from answers.model import Citation, Claim
from connectors.documents import Document

_MARKS = re.compile(r"([*_<>|`])")

Documents = Callable[[Sequence[str]], Mapping[str, Document]]


@dataclass(slots=True)
class Text:
    """Markdown in the making, with its claims and citations, which are numbered from `first` on."""

    first: int = 1
    parts: list[str] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    _known: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def remark(self, words: str) -> None:
        """A line of ours: counted, compared or assumed, never quoted."""
        self.parts.append(f"*{_MARKS.sub(_escaped, words.rstrip('.'))}.*")

    def heading(self, citation_title: str) -> None:
        """The title of the document that is quoted next."""
        self.parts.append(f"**{citation_title}**")

    def quote(self, document: Document, start: int, end: int) -> tuple[str, int]:
        """The characters and the number of their citation, which are claimed."""
        key = (document.id, start, end)
        if key not in self._known:
            number = self.first + len(self.citations)
            self._known[key] = number
            self.citations.append(citation_of(document, start, end, number, score=1.0))
            self.claims.append(Claim(document.text[start:end], (number,)))
        return document.text[start:end], self._known[key]

    def lines(self, said: Sequence[Said], documents: Mapping[str, Document]) -> None:
        """A list of quoted lines; those of several lines stand in code."""
        block: list[str] = []
        shown: set[int] = set()
        for one in said:
            document = documents.get(one.document_id)
            span = locate(document, one.spot) if document is not None else None
            if document is None or span is None:
                continue
            quote, number = self.quote(document, *span)
            if number in shown:
                continue
            shown.add(number)
            if "\n" in quote:
                block += self._code(quote, number)
            else:
                yaml = bool(one.spot.path or one.spot.value)
                block.append(f"{'  ' * one.detail}- {_inline(quote, yaml)} [{number}]")
        if block:
            self.parts.append("\n".join(block))

    def _code(self, quote: str, number: int) -> list[str]:
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", quote)), 3)
        return ["", f"{fence}yaml", quote, fence, f"[{number}]", ""]


def _inline(quote: str, yaml: bool) -> str:
    return f"`{quote}`" if yaml and "`" not in quote else _MARKS.sub(_escaped, quote)


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[1]}" if match[1] in "*<|`" else match[1]
