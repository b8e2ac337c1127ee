"""Whether what an answer shows stands in what it cites: the whole text, not only its claims."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from enum import Enum

from answers.model import Answer, Citation
from answers.verify import stands_in
from connectors.documents import Document

_LEFT_OUT = re.compile(r"… \(steps? [\d–]+ left out\)|…（略去第 [\d–]+ 步）")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_RULER = re.compile(r"[\s|:-]*-[\s|:-]*")
_NESTED = r"\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)"
_LINK = re.compile(rf"!?\[([^\[\]]*)\](?:{_NESTED}|\[[^\[\]]*\])")
_DRESS = re.compile(r"\*\*|[`\\\[\]]")
_MARK = re.compile(r"\s*(?:[-*+•#.]+|\d+[.)])\s+")
_SENTENCE = re.compile(r"(?<=[.!?:;。！？：；)\"'_])\s+|(?<=[。！？])")
_WORD = re.compile(r"\w")
_REMARK = re.compile(r"\*(?!\*).*[^*\s]\*")
"""A line in italics without a marker: what an answer about a cluster counts, compares or assumes. What is counted is
cited below it; the line itself stands in no document."""
_INTRODUCED = re.compile(r"\*(?!\*)[^*]*：\*")
"""A remark that only says which page or object the next line is of."""


class _Part(Enum):
    """What a line of Markdown belongs to."""

    TEXT = "text"
    CODE = "code"
    FENCE = "fence"


@dataclass(slots=True)
class _Block:
    """Lines that are shown together, and the citations behind them."""

    lines: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    numbers: tuple[int, ...] = ()


def shown_text(answer: Answer) -> str:
    """What the answer says: without markers and without the headings and remarks that we put in."""
    marker = _markers(answer.citations)
    parts = []
    for line, part in _lines(answer.answer):
        if part is not _Part.TEXT:
            parts.append(line)
        elif not _is_ours(line, answer.citations):
            parts.append(marker.sub("", line).rstrip())
    return "\n".join(parts)


def unfaithful(answer: Answer, document: Callable[[str], Document | None]) -> tuple[int, list[str]]:
    """How many blocks the answer shows, and those that hold something which stands in no quote they cite.

    A table's header is shown again above rows that are quoted alone: it must stand in the document. A line that is
    told of an environment (`- staging: …`) must cite a document of it.
    """
    if answer.abstained:
        return 0, []
    blocks = list(_blocks(answer))
    wrong = []
    for block in blocks:
        cited = [c for c in answer.citations if c.number in block.numbers]
        documents = [d for c in cited if (d := document(c.document_id))]
        quotes, texts = [_plain(c.quote) for c in cited], [_plain(d.text) for d in documents]
        lines = _without_labels(block.lines, {d.environment for d in documents} - {""})
        if not (_stand(lines, quotes) and _stand(block.headers, texts)):
            wrong.append("\n".join(block.headers + block.lines))
    return len(blocks), wrong


def _without_labels(lines: Sequence[str], environments: Set[str]) -> list[str]:
    """`lines` without the environment that a line begins with, where a cited document belongs to it."""
    label = re.compile(rf"(\s*- )(?:{'|'.join(map(re.escape, environments)) or '(?!)'}): ")
    return [label.sub(r"\1", line) for line in lines]


def _blocks(answer: Answer) -> Iterator[_Block]:
    """The blocks of an answer; a marker counts for all blocks before it that have none."""
    waiting: list[_Block] = []
    block = _Block()
    marker = _markers(answer.citations)
    lines = list(_lines(answer.answer))
    for (line, part), (following, _) in zip(lines, [*lines[1:], ("", _Part.TEXT)], strict=True):
        if part is _Part.CODE:
            block.lines.append(line)
            continue
        if part is _Part.FENCE:
            continue
        if not line.strip() or _is_ours(line, answer.citations) or _REMARK.fullmatch(line):
            waiting.append(block)
            block = _Block()
        elif "|" in line and "|" in following and _RULER.fullmatch(following):
            block.headers.append(line)
        else:
            block.lines.append(marker.sub("", line).rstrip())
        numbers = tuple(int(n) for n in marker.findall(line))
        if numbers:
            for done in (*waiting, block):
                done.numbers = numbers
            yield from _worded(*waiting, block)
            waiting, block = [], _Block()
    yield from _worded(*waiting, block)


def _lines(text: str) -> Iterator[tuple[str, _Part]]:
    """Each line, and what it is a part of."""
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence and line.strip() == fence:
            fence = ""
            yield line, _Part.FENCE
        elif fence:
            yield line, _Part.CODE
        elif mark:
            fence = mark[1]
            yield line, _Part.FENCE
        else:
            yield line, _Part.TEXT


def _worded(*blocks: _Block) -> Iterator[_Block]:
    return (b for b in blocks if any(_WORD.search(line) for line in b.lines + b.headers))


def _markers(citations: Sequence[Citation]) -> re.Pattern[str]:
    """Finds the numbers of the citations where they are markers."""
    return re.compile(rf"(?<!\S)\[({'|'.join(str(c.number) for c in citations) or '(?!)'})\](?=\s|$)")


def _is_ours(line: str, citations: Sequence[Citation]) -> bool:
    """Whether it is a line that names where the next one comes from, or tells of steps left out."""
    if _LEFT_OUT.fullmatch(line) or _INTRODUCED.fullmatch(line):
        return True
    heading = re.fullmatch(r"\*\*(.+)\*\*(?: \([^()]+\))?", line)
    return heading is not None and any(
        heading[1] == c.title or heading[1].startswith(f"{c.title} › ") for c in citations
    )


def _plain(text: str) -> str:
    """`text` without links, bold and code marks, which we resolve or add."""
    return _DRESS.sub("", _LINK.sub(r"\1", text))


def _stand(lines: Sequence[str], sources: Sequence[str]) -> bool:
    """Whether each sentence of `lines`, without bullets and numbers, stands in one of `sources`."""
    for line in _plain("\n".join(lines)).split("\n"):
        mark = _MARK.match(line)
        for part in _SENTENCE.split(line[mark.end() :] if mark else line):
            if _WORD.search(part) and not any(stands_in(part, source) for source in sources):
                return False
    return True
