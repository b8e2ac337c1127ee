"""One crawl of a Confluence site: what there is, what must be read, what is as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.base import Item
from connectors.confluence import comments, page_document, storage
from connectors.confluence.client import ConfluenceApi
from connectors.confluence.comparison import Comparison, access_digest
from connectors.confluence.files import Files
from connectors.confluence.heavy import Heavy
from connectors.confluence.includes import Includes
from connectors.confluence.lookups import Lookups
from connectors.confluence.node import ATTACHMENT, PAGES, Node
from connectors.confluence.pace import Pace
from connectors.confluence.page_document import document_id
from connectors.confluence.pages import BATCH, PageReader, Read
from connectors.confluence.people import People
from connectors.confluence.site import Access, Site
from connectors.confluence.state import Memory, Record
from connectors.confluence.survey import Survey, is_due
from connectors.documents import PUBLIC, Document, Failure, Milestone, Section, Unchanged
from connectors.errors import KubeloreError, TemporaryError, UnreachableError, UnreadableError
from connectors.milestones import Milestones


@dataclass(slots=True)
class _Made:
    """A document, what to remember of it, and what to tell."""

    document: Document | None
    record: Record
    trouble: list[str] = field(default_factory=list)


class ConfluenceCrawl:
    """Crawls once; `memory` is what the next crawl must know, when `items` has ended."""

    def __init__(
        self,
        api: ConfluenceApi,
        source: str,
        keys: Sequence[str],
        everybody: frozenset[str],
        known: Memory,
        max_file_bytes: int,
        pace: Pace,
    ) -> None:
        self.memory = Memory(known.settings)
        self._api = api
        self._source = source
        self._known = known
        lookups = Lookups(api)
        self._site = Site()
        self._heavy = Heavy(api, known.heavy)
        self._survey = Survey(api, lookups, self._site, keys, self._heavy, closed=PUBLIC not in everybody)
        self._access = Access(self._site, lookups, everybody)
        self._reader = PageReader(api, self._heavy)
        self._people = People(lookups)
        self._includes = Includes(api, self._site, self._survey.placing, self._reader.body, self._people)
        self._comparison = Comparison(
            api, source, self._site, self._access, self._includes, self._survey.touched
        )
        self._files = Files(api, source, max_file_bytes)
        self._pace = pace
        self._milestones = Milestones(api.clock.now(), pace.milestone_documents, pace.milestone_seconds)

    def items(self) -> Iterator[Item]:
        """Everything that the account may read, as items."""
        started = self._api.clock.now()
        due = is_due(self._known, self._api.server_time(started), self._pace)
        if due:
            self._survey.sweep(self._known)
        else:
            self._survey.refresh(self._known)
        begun = self._api.server_time(started)  # only by now it is known what the server's clock shows
        if not due:
            self._confirm_readers()
        nodes = self._survey.listed()
        for are_files in (False, True):
            some = [node for node in nodes if (node.kind == ATTACHMENT) == are_files]
            for item in self._documents(some):
                yield item
                if isinstance(item, Document) and self._is_milestone_due():
                    yield Milestone(self._halfway(begun).to_json())
        yield from self._files.left_out()
        yield from self._problems()
        self._remember(begun, swept=due)

    def _documents(self, nodes: Sequence[Node]) -> Iterator[Item]:
        waiting: list[Node] = []
        for node in nodes:
            if node.kind == ATTACHMENT:
                if self._files.is_picture(node):
                    continue
                if refusal := self._files.refusal(node):
                    yield refusal
                    continue
            record = self._known.records.get(node.id)
            if record and self._comparison.is_unchanged(node, record):
                yield from self._unchanged(node, record)
                continue
            waiting.append(node)
            if len(waiting) >= BATCH:
                yield from self._read(waiting)
                waiting = []
        yield from self._read(waiting)

    def _is_to_read(self, node: Node) -> bool:
        if node.kind == ATTACHMENT and self._files.refusal(node):
            return False
        record = self._known.records.get(node.id)
        return record is None or not self._comparison.is_unchanged(node, record)

    def _confirm_readers(self) -> None:
        """See to it that all that is going to come out does so under rights of now, whole.

        A right that has changed may make more come out: what is open above must not meet old limits below.
        """
        confirmed: set[str] = set()
        while more := [n for n in self._survey.listed() if n.id not in confirmed and self._is_to_read(n)]:
            records = filter(None, (self._known.records.get(node.id) for node in more))
            self._survey.confirm_readers([*more, *self._comparison.shown_by(records)])
            confirmed.update(node.id for node in more)

    def _unchanged(self, node: Node, record: Record) -> Iterator[Item]:
        self.memory.records[node.id] = record
        name = document_id(self._source, node.id)
        if record.is_document:
            yield Unchanged((name,))
        for reason, skipped in record.failures:
            yield Failure(name, reason, skipped=skipped)

    # ---- reading --------------------------------------------------------------------------------------

    def _read(self, nodes: Sequence[Node]) -> Iterator[Item]:
        for read in self._reader.read(nodes):
            name = document_id(self._source, read.node.id)
            try:
                if read.error is not None:
                    raise read.error
                if read.content is None:
                    yield from self._absent(read.node)
                    continue
                node = self._survey.placing.adopt(read.content)
                if node is None:
                    continue  # it has become a draft, or went to the archive or the trash
                made = self._file(node, read) if node.kind == ATTACHMENT else self._page(node, read)
            except UnreachableError:
                raise
            except (TemporaryError, UnreadableError) as error:
                yield from self._failed(read.node, error)
                continue
            self.memory.records[node.id] = made.record
            if made.document is not None:
                yield made.document
            for reason, skipped in made.record.failures:
                yield Failure(name, reason, skipped=skipped)
            for reason in made.trouble:
                yield Failure(name, reason, temporary=True)

    def _page(self, node: Node, read: Read) -> _Made:
        """The document of a page, blog post, folder or whiteboard."""
        trouble: list[str] = []
        title = None if self._api.cloud else node.title
        body = read.body if node.kind in PAGES else ""
        page = storage.read(body, data_center_title=title)
        names = self._people.names([*page.users, *_mentioned(read)], trouble)
        if page.users and names:
            page = storage.read(body, data_center_title=title, user_names=names)
        included = self._includes.into(node, page)
        trouble += included.trouble
        if read.comments_error is not None:
            trouble.append(f"comments: {read.comments_error}")
        sections: list[Section] = [*included.sections, *comments.sections(read.comments, page, names)]
        document = page_document.make(
            self._comparison.frame(node, included.nodes), read.content or {}, sections
        )
        keys = tuple(dict.fromkeys(included.keys))
        problems = [*included.problems, *_unread(page.unknown_macros, page.tolerant)]
        record = Record(
            "" if trouble else self._comparison.digest(node, keys),
            access_digest(document.access),
            tuple(comment.key for comment in read.comments),
            keys,
            tuple((reason, True) for reason in problems),
        )
        return _Made(document, record, trouble)

    def _file(self, node: Node, read: Read) -> _Made:
        """The document of an attachment, if there is any text in it."""
        sections, problem = self._files.sections(node, read.content or {})
        frame = self._comparison.frame(node, ())
        document = page_document.make(frame, read.content or {}, sections) if sections else None
        problems = ((problem, True),) if problem else ()
        digest, access = self._comparison.digest(node, ()), access_digest(frame.access)
        return _Made(document, Record(digest, access, failures=problems, is_document=bool(sections)))

    def _absent(self, node: Node) -> Iterator[Item]:
        """Something that was listed and could not be read: gone by now, or hidden by the search."""
        if self._survey.presence.is_there(node):
            yield from self._failed(node, TemporaryError("the search lists it, and does not give it"))

    def _failed(self, node: Node, error: KubeloreError) -> Iterator[Item]:
        """Report an item; what is stored of it stays until it can be read, unless its readers are others now."""
        record = self._known.records.get(node.id)
        keeps = record is not None and self._comparison.has_same_readers(node, record)
        yield Failure(document_id(self._source, node.id), str(error), temporary=keeps or record is None)
        if record and keeps:
            self.memory.records[node.id] = record

    # ---- milestones and the end ------------------------------------------------------------------------

    def _is_milestone_due(self) -> bool:
        return self._milestones.is_due(self._api.clock.now(), len(self.memory.records))

    def _halfway(self, begun: datetime) -> Memory:
        """What a crawl must know that goes on from here: what was read, now or before; it has to sweep."""
        # What was given up stays until the end of a crawl has deleted it, or it would be taken for new.
        records = {**self._known.records, **self.memory.records}
        held = ((name, self._site.nodes.get(name) or self._known.nodes.get(name)) for name in records)
        return Memory(
            self.memory.settings,
            self._survey.kinds,
            # Comments of what was not come to yet have changed since then.
            self._known.seen or begun,
            None,
            self._site.spaces,
            {name: node for name, node in held if node},
            records=records,
            heavy=self._heavy.to_remember(self._site.nodes),
        )

    def _problems(self) -> Iterator[Item]:
        self._survey.placing.forget_answered()
        for item, reason, temporary in self._survey.findings.all():
            yield Failure(document_id(self._source, item), reason, temporary=temporary)
        for reason in self._access.trouble:
            yield Failure(f"confluence:{self._source}#groups", reason)

    def _remember(self, begun: datetime, *, swept: bool) -> None:
        findings = self._survey.findings
        self.memory.seen = self._known.seen if self._survey.missed_changes else begun
        self.memory.kinds = self._survey.kinds
        if findings.settled:  # groups whose members are not known are asked for by each crawl
            self.memory.swept = begun if swept else self._known.swept
        self.memory.spaces = self._site.spaces
        self.memory.nodes = self._site.nodes
        self.memory.unknown = findings.unknown
        self.memory.heavy = self._heavy.to_remember(self._site.nodes)


def _mentioned(read: Read) -> Iterator[str]:
    for comment in read.comments:
        yield from storage.read(comment.body).users


def _unread(unknown_macros: Mapping[str, int], tolerant: bool) -> Iterator[str]:
    for name, count in sorted(unknown_macros.items()):
        yield f"{count} macro{'s' if count > 1 else ''} of unknown kind {name!r}: only the words in it were read"
    if tolerant:
        yield "its body is no well-formed XML and was read as well as possible"
