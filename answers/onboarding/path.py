"""Builds the path of a newcomer through the team's own content: each step a cited answer, or an honest gap."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from answers.citations import citation_of
from answers.model import Answer, Citation, Claim, Related
from answers.onboarding.steps import STEPS, Step
from answers.render import linked
from connectors.documents import OBJECT, Document, SectionKind
from index.search_types import Filters, SearchResult

_ENOUGH = 0.6
"""What the best answer must be worth; else the step is a gap."""
_TITLE, _HEADING = 0.35, 0.15
"""What it adds that the title of a cited page, or the heading of what is quoted, speaks of the step."""
_SURE_OBJECTS = 0.75
"""Below this confidence what live objects tell was read into the question."""
_PAGE = 0.75
"""What a page is worth whose title alone says that it is what is looked for."""
_FOUND = 10
_OPENING = 600
"""Characters that are quoted of a page that is an answer as a whole."""
_TEXT = (SectionKind.PARAGRAPH, SectionKind.LIST, SectionKind.ADMONITION, SectionKind.TABLE)


_RUNS = {
    "namespace": ("what runs in {who}?",),
    "team": ("which services does {who} own?", "what does {who} do?"),
}


class Answerer(Protocol):
    """What the questions are asked of."""

    def ask(self, question: str, filters: Filters) -> Answer:
        """One cited answer, or an abstention."""
        ...


class Searcher(Protocol):
    """What pages are searched in."""

    def search(self, query: str, k: int, filters: Filters) -> list[SearchResult]:
        """The best `k` passages, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """What the path is about: a `team`, a `service` or a `namespace`; '' is everything.

    `others` are names of services that it is not about, `members` those that belong to it.
    """

    kind: str = ""
    name: str = ""
    members: Collection[str] = ()
    others: Collection[str] = ()

    @property
    def things(self) -> str:
        """What runs there, as questions say it."""
        return self.name if self.kind == "service" else f"a service of {self.said}"

    @property
    def said(self) -> str:
        """As questions say it."""
        return {"team": f"the {self.name} team", "namespace": f"namespace {self.name}"}.get(
            self.kind, self.name
        )


@dataclass(frozen=True, slots=True)
class Told:
    """One step as it is told: `answer` None is a gap, with the nearest pages.

    `general` if the answer is not about what was asked for, as nothing is written about that.
    """

    title: str
    question: str
    answer: Answer | None
    topic: re.Pattern[str]
    general: bool = False
    nearest: tuple[Related, ...] = ()


@dataclass(slots=True)
class _Best:
    answer: Answer | None = None
    question: str = ""
    worth: float = 0.0
    titled: bool = False
    nearest: dict[str, Related] = field(default_factory=dict)


class Guide:
    """Asks what a newcomer needs to know; `document` gives stored documents that the caller may read."""

    def __init__(
        self, answerer: Answerer, searcher: Searcher, document: Callable[[str], Document | None]
    ) -> None:
        self._answerer = answerer
        self._searcher = searcher
        self._document = document

    def path(self, scope: Scope, filters: Filters, steps: Sequence[Step] = STEPS) -> list[Told]:
        """The steps in their order, all from documents within `filters`."""
        return [self._step(step, scope, filters) for step in steps]

    def _step(self, step: Step, scope: Scope, filters: Filters) -> Told:
        within = replace(filters, kinds=filters.kinds or step.kinds)
        best = _Best()
        if scope.name and step.about:
            self._ask(
                best,
                step,
                [q.format(x=scope.things, who=scope.said) for q in _about(step, scope)],
                scope,
                within,
                own=True,
            )
            if best.worth >= _ENOUGH:
                return Told(step.title, best.question, best.answer, step.topic)
        own_pages = bool(scope.name)
        self._pages(best, step, scope, within, own=own_pages)
        if own_pages and best.worth >= _ENOUGH:
            return Told(step.title, best.question, best.answer, step.topic)
        self._ask(best, step, step.questions, scope, within, own=False)
        self._pages(best, step, scope, within, own=False)
        if best.worth >= _ENOUGH:
            return Told(step.title, best.question, best.answer, step.topic, general=bool(scope.name))
        asked = (step.questions or (step.search,))[0]
        return Told(step.title, asked, None, step.topic, nearest=tuple(best.nearest.values())[:3])

    def _ask(
        self, best: _Best, step: Step, questions: Sequence[str], scope: Scope, filters: Filters, *, own: bool
    ) -> None:
        for question in questions:
            answer = self._answerer.ask(question, filters)
            for page in answer.related:
                best.nearest.setdefault(page.document_id, page)
            if answer.abstained or _is_guess(answer) or not _fits(answer, scope, own=own):
                continue
            titled = bool(step.topic.search(answer.citations[0].title))
            worth = answer.confidence + (_TITLE if titled else 0.0)
            worth += _HEADING if step.topic.search(" ".join(_headings(answer))) else 0.0
            if any(c.kind == OBJECT for c in answer.citations[:1]):
                titled = True
                worth += _HEADING  # what runs is asked in exact words, and needs no page of that title
            if worth > best.worth:
                best.answer, best.question, best.worth, best.titled = answer, question, worth, titled

    def _pages(self, best: _Best, step: Step, scope: Scope, filters: Filters, *, own: bool) -> None:
        """The pages whose title says that they are what is looked for, by their beginning."""
        if (best.titled and best.worth >= _ENOUGH) or not step.search:
            return
        query = f"{scope.name} {step.search}" if own else step.search
        ids: dict[str, None] = {}
        for result in self._searcher.search(query, _FOUND, replace(filters, kinds=("page",))):
            if step.topic.search(result.title):
                ids[result.document_id] = None
        citations: list[Citation] = []
        documents = {d.id: d for d in map(self._document, ids) if d is not None}
        for document in documents.values():
            if len({c.document_id for c in citations}) == step.pages:
                break
            cited = _opening(document, len(citations) + 1, step.topic)
            if cited and (_tells_of(document, scope) if own else not _of_others(cited, scope)):
                citations += cited
        if citations:
            best.answer, best.question, best.worth = _reading(step.title, citations, documents), query, _PAGE
            best.titled = True


def _about(step: Step, scope: Scope) -> Sequence[str]:
    """What is asked of the scope alone; what a team or a namespace runs is asked in its own words."""
    return _RUNS.get(scope.kind, step.about) if step is STEPS[0] else step.about


def _is_guess(answer: Answer) -> bool:
    """Whether live objects answer another question than was asked, as far as they could read it."""
    return answer.citations[0].kind == OBJECT and answer.confidence < _SURE_OBJECTS


def _fits(answer: Answer, scope: Scope, *, own: bool) -> bool:
    if not own:
        return not _of_others(answer.citations, scope)
    return any(
        _mentions(" ".join((c.title, *c.breadcrumbs, c.document_id)), scope) or _mentions_in(c.quote, scope)
        for c in answer.citations
    )


def _tells_of(document: Document, scope: Scope) -> bool:
    place = " ".join((document.title, *document.breadcrumbs, document.id, *document.labels))
    return _mentions(place, scope) or _mentions_in(document.text, scope)


def _mentions_in(text: str, scope: Scope) -> bool:
    """Whether a text speaks of what is asked about; a team's name may be a plain word, and needs `team` beside it."""
    if scope.kind != "team":
        return _mentions(text, scope)
    return any(_names(text, f"{a} {b}") for a, b in ((scope.name, "team"), ("team", scope.name)))


def _mentions(text: str, scope: Scope) -> bool:
    return any(_names(text, name) for name in (scope.name, *scope.members))


def _names(text: str, name: str) -> bool:
    words = re.escape(name).replace(r"\ ", r"[\s_-]+").replace(r"\-", r"[\s_-]")
    return re.search(rf"(?<![A-Za-z0-9-]){words}(?![A-Za-z0-9-])", text, re.IGNORECASE) is not None


def _of_others(citations: Sequence[Citation], scope: Scope) -> bool:
    """Whether what is quoted first is a page about another service, by its title."""
    title = citations[0].title if citations else ""
    return any(_names(title, name) for name in scope.others) and not _mentions(title, scope)


def _headings(answer: Answer) -> list[str]:
    return re.findall(r"^\*\*(.+?)\*\*", answer.answer, re.MULTILINE)


def _opening(document: Document, number: int, topic: re.Pattern[str]) -> list[Citation]:
    """The blocks of a page under headings that speak of the step, or its first ones, as far as there is room."""
    # Code is left out, and what stands before a page: its title, owner, layout.
    texts = [s for s in document.sections if s.kind in _TEXT and not re.match(r"[\w-]+: ", s.text)]
    below = [s for s in texts if len(s.heading_path) > 1 and topic.search(s.heading_path[-1])]
    found: list[Citation] = []
    room = _OPENING
    for section in below or texts:
        end = section.end
        if end - section.start > room:
            end = document.text.rfind("\n", section.start, section.start + room)
        quote = document.text[section.start : end] if end > section.start else ""
        # The head of a table alone says nothing.
        if not quote or (section.kind is SectionKind.TABLE and quote.count("\n") < 2):
            break
        found.append(citation_of(document, section.start, end, number + len(found), anchor=section.anchor))
        room -= len(quote)
    return found


def _reading(title: str, citations: Sequence[Citation], documents: Mapping[str, Document]) -> Answer:
    """Pages to read, each with its first words."""
    parts: list[str] = []
    for place, c in enumerate(citations):
        if not place or c.document_id != citations[place - 1].document_id:
            parts.append(f"**{c.title}**")
        document = documents[c.document_id]
        text = linked(c.quote, document.text, document.url)  # a link beside its page leads nowhere from here
        parts.append(f"{text}\n\n[{c.number}]" if text.startswith("|") else f"{text} [{c.number}]")
    claims = tuple(Claim(c.quote, (c.number,)) for c in citations)
    return Answer(
        "",
        title,
        "\n\n".join(parts),
        abstained=False,
        confidence=_PAGE,
        claims=claims,
        citations=tuple(citations),
    )
