"""An onboarding path as one Markdown page, its citations numbered through and listed at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.model import Citation
from answers.onboarding.path import Scope, Told

_LONGEST = 900
"""Characters of a step; the rest is behind its link."""
_LINES = 12
"""Lines of a list of which each has its own citation."""
_HEADING = re.compile(r"\*\*.+\*\*(?: \(.+\))?")
_REMARK = re.compile(r"\*[^*\n]+\*")
_MARKER = re.compile(r"\[(\d+)\](?!\()")


def title_of(scope: Scope) -> str:
    """The heading of the page."""
    return f"Onboarding: {scope.said}" if scope.name else "Onboarding"


def to_markdown(scope: Scope, path: Sequence[Told]) -> str:
    """The page: a step under each heading, then the sources."""
    numbers: dict[tuple[str, int, int], int] = {}
    sources: list[str] = []
    parts = [f"# {title_of(scope)}"]
    known = sum(step.answer is not None for step in path)
    parts.append(
        f"{known} of {len(path)} steps are answered from the indexed documents; the others say what is missing."
    )
    for place, step in enumerate(path, 1):
        parts.append(f"## {place}. {step.title}")
        parts.append(_gap(step) if step.answer is None else _told(step, scope, numbers, sources))
    if sources:
        parts.append("## Sources\n\n" + "\n".join(sources))
    return "\n\n".join(parts) + "\n"


def _gap(step: Told) -> str:
    text = f"Nothing that is indexed answers “{step.question}”. Ask your team, and write it down."
    if step.nearest:
        pages = ", ".join(
            f"[{p.title}]({p.url})" if p.url else f"{p.title} (`{p.path}`)" for p in step.nearest
        )
        text += f"\n\nPerhaps near: {pages}."
    return text


def _told(step: Told, scope: Scope, numbers: dict[tuple[str, int, int], int], sources: list[str]) -> str:
    answer = step.answer
    assert answer is not None
    shown, cut = _excerpt(answer.answer, step.topic)
    cited = {c.number: c for c in answer.citations}

    def number(match: re.Match[str]) -> str:
        citation = cited.get(int(match[1]))
        return f"[{_number(citation, numbers, sources)}]" if citation else match[0]

    text = _outside_code(shown, number)
    if step.general:
        text = f"*Nothing is written about this for {scope.said}; in general:*\n\n{text}"
    if cut and answer.citations:
        first = answer.citations[0]
        text += f"\n\n*Read on: {_linked(first)}*"
    return text


def _number(citation: Citation, numbers: dict[tuple[str, int, int], int], sources: list[str]) -> int:
    key = (citation.document_id, citation.start, citation.end)
    if key not in numbers:
        numbers[key] = len(numbers) + 1
        sources.append(f"{numbers[key]}. {_linked(citation)}")
    return numbers[key]


def _linked(citation: Citation) -> str:
    place = f"{citation.source}/{citation.path}" if citation.path else citation.source
    # Of a wiki the link goes to the place, whose name there says nothing to people.
    named = citation.anchor and (citation.path or not citation.url)
    where = f"{place}, {citation.anchor}" if named else place
    title = citation.title.replace("[", "(").replace("]", ")")
    return f"[{title}]({citation.url}) ({where})" if citation.url else f"{title} (`{where}`)"


def _blocks(text: str) -> list[str]:
    """The blocks of a Markdown text; a fenced one is whole, with the marker behind it."""
    blocks: list[str] = []
    fenced = False
    for part in text.split("\n\n"):
        joined = fenced or bool(blocks and re.fullmatch(r"(?:\[\d+\])+", part.strip()))
        if joined and blocks:
            blocks[-1] += f"\n\n{part}"
        else:
            blocks.append(part)
        fenced ^= len(re.findall(r"^\s*(?:```|~~~)", part, re.MULTILINE)) % 2 == 1
    return blocks


def _excerpt(text: str, topic: re.Pattern[str]) -> tuple[str, bool]:
    """What of an answer tells the step, as far as there is room, and whether any is left out."""
    if len(text) <= _LONGEST:
        return text, False
    groups: list[list[str]] = [[]]
    for block in _blocks(text):
        if _HEADING.fullmatch(block) and groups[-1]:
            groups.append([])
        groups[-1].append(block)
    order = sorted(range(len(groups)), key=lambda place: (-_speaks(groups[place], topic), place))
    chosen: list[int] = []
    room = _LONGEST
    for place in order:
        length = sum(map(len, groups[place]))
        if length <= room or not any(_has_content(groups[one]) for one in chosen):
            chosen.append(place)
            room -= length
    shown = [block for place in sorted(chosen) for block in _first(groups[place])]
    return "\n\n".join(shown), len("\n\n".join(shown)) < len(text)


def _speaks(group: Sequence[str], topic: re.Pattern[str]) -> int:
    """How much a heading with its blocks speaks of the step: by its own heading most."""
    heading = group[0].rpartition("›")[2] if _HEADING.fullmatch(group[0]) else ""
    return 2 * bool(topic.search(heading)) + bool(topic.search(" ".join(group[1:] or group)))


def _has_content(blocks: Sequence[str]) -> bool:
    """Whether anything but headings and remarks is among the blocks."""
    return any(not (_HEADING.fullmatch(one) or _REMARK.fullmatch(one)) for one in blocks)


def _first(group: Sequence[str]) -> list[str]:
    """The first blocks of a group as far as there is room, one with content at least; long lists are cut at a line."""
    kept: list[str] = []
    for block in group:
        if _has_content(kept) and sum(map(len, kept)) + len(block) > _LONGEST:
            break
        lines = block.split("\n")
        if len(lines) > _LINES and all(re.search(r"\[\d+\]$", line) for line in lines):
            block = "\n".join(lines[:_LINES])
        kept.append(block)
    return kept


def _outside_code(text: str, number: object) -> str:
    """`text` with markers outside of fenced code replaced."""
    parts = re.split(r"(^\s*```.*?^\s*```)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(p if i % 2 else _MARKER.sub(number, p) for i, p in enumerate(parts))  # type: ignore[call-overload]
