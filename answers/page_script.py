"""The `kubectl` commands of a cited page, word for word, with what each would do and what must be filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from answers.model import Citation, Script
from cluster.scripts import Label, Step, parse
from connectors.documents import Document, Section, SectionKind

_LONGEST = 2_000


def page_script(citations: Sequence[Citation], documents: Mapping[str, Document]) -> Script | None:
    """The first cited block of commands that holds `kubectl`; None where no citation has one.

    The text is the page's. `steps` are those commands alone that only read and wait for no value: the others are
    shown and never run.
    """
    for citation in citations:
        document = documents.get(citation.document_id)
        for section in _code(document, citation) if document is not None else ():
            steps = [step for step in parse(section.text) if step.argv]
            if any(step.argv[0] == "kubectl" for step in steps):
                runnable = tuple({"argv": list(step.argv)} for step in steps if step.runnable)
                return Script(
                    section.text.strip("\n"), _explanation(citation, steps), runnable, (citation.number,)
                )
    return None


def _code(document: Document, citation: Citation) -> Iterator[Section]:
    """The blocks of commands that lie within what is quoted."""
    for section in document.sections:
        inside = citation.start <= section.start and section.end <= citation.end
        if (
            inside
            and section.kind is SectionKind.CODE
            and len(section.text) <= _LONGEST
            and "k" in section.text
        ):
            yield section


def _explanation(citation: Citation, steps: Sequence[Step]) -> str:
    changing = [step for step in steps if step.label is Label.MUTATING]
    refused = [step for step in steps if step.label is Label.REFUSED]
    waiting = list(dict.fromkeys(name for step in steps for name in step.placeholders))
    parts = [f"Commands of “{citation.title}”"]
    parts += [
        f"line {step.line} changes the cluster" + (f": it {step.change}" if step.change else "")
        for step in changing
    ]
    parts += [f"line {step.line} is not run: {step.reason}" for step in refused]
    if waiting:
        parts.append(f"fill in {', '.join(waiting)}")
    return "; ".join(parts if len(parts) > 1 else [*parts, "they only read"]) + "."
