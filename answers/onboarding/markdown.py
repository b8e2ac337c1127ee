"""An onboarding path as one Markdown page, its citations numbered through and listed at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.model import Citation
from answers.onboarding.path import Scope, Told

_LONGEST = 900
"""Characters of a step; the rest is behind its link."""
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
    shown, cut = _first_blocks(answer.answer)
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
    where = f"{place}, {citation.anchor}" if citation.anchor else place
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


def _first_blocks(text: str) -> tuple[str, bool]:
    """The first blocks as far as there is room, and whether any are left; no heading stands at the end."""
    blocks = _blocks(text)
    kept: list[str] = []
    for block in blocks:
        if kept and sum(map(len, kept)) + len(block) > _LONGEST:
            break
        kept.append(block)
    while len(kept) > 1 and re.fullmatch(r"\*\*.+\*\*(?: \(.+\))?", kept[-1]):
        kept.pop()
    return "\n\n".join(kept), len(kept) < len(blocks)


def _outside_code(text: str, number: object) -> str:
    """`text` with markers outside of fenced code replaced."""
    parts = re.split(r"(^\s*```.*?^\s*```)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(p if i % 2 else _MARKER.sub(number, p) for i, p in enumerate(parts))  # type: ignore[call-overload]
