"""One crawl of a Notion workspace: whether it looks at everything, how far it has come, what it remembers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from connectors.base import Item
from connectors.documents import Document, Failure, Milestone
from connectors.milestones import Milestones
from connectors.notion import state, urls
from connectors.notion.client import NotionApi
from connectors.notion.node import Node
from connectors.notion.pace import Pace
from connectors.notion.pages import PageReader
from connectors.notion.refresh import Refresh
from connectors.notion.state import Memory, Record
from connectors.notion.sweep import Sweep
from connectors.notion.visits import Below, Visits
from connectors.notion.workspace import Workspace

_ROWS = 100
"""Pages and rows that come with one request."""
_TRIED = 5
"""Pages of which some may have gone, to find out what may be read of them."""


class NotionCrawl:
    """Crawls once; `memory` is what the next crawl must know, when `items` has ended."""

    def __init__(
        self,
        api: NotionApi,
        reader: PageReader,
        source: str,
        access: frozenset[str],
        roots: Sequence[str],
        known: Memory,
        pace: Pace,
    ) -> None:
        self.memory = known
        self._api = api
        self._reader = reader
        self._source = source
        self._access = access
        self._roots = roots
        self._known = known
        self._pace = pace
        self._begun = api.clock.now()
        self._milestones = Milestones(self._begun, pace.milestone_documents, pace.milestone_seconds)
        self._workspace = self._new_workspace()
        self._visits: Visits

    def items(self) -> Generator[Item, None, None]:
        """Everything that the integration may read, as items."""
        try:
            if _is_small(self._known, self._pace) or not (yield from self._refresh()):
                yield from self._sweep()
        finally:
            self._workspace.close()

    def _refresh(self) -> Generator[Item, None, bool]:
        """Tell what is new; False if everything has to be looked at."""
        refresh = Refresh(self._api, self._workspace, self._source, self._roots, self._known, self._pace)
        yield from refresh.listen()
        if self._is_due() or self._gains():
            self._workspace.close()
            for name in (*map(urls.bare_id, self._workspace.nodes), *self._known.names):
                self._reader.names.pop(name, None)
            self._workspace = self._new_workspace()
            return False
        self._visits = self._new_visits(refresh, all_rows=False, roots=frozenset(self._roots))
        yield from self._told(refresh.items(self._visits))
        self.memory = replace(
            self._remembered(self._visits.records),
            seen=self._moment() if refresh.is_complete else self._known.seen,
            swept=None if refresh.needs_sweep else self._known.swept,
        )
        return True

    def _sweep(self) -> Iterator[Item]:
        sweep = Sweep(self._api, self._workspace, self._source, self._roots, self._known.records.keys())
        yield from sweep.search()
        self._visits = self._new_visits(sweep, all_rows=True)
        # What the last crawl had no right to read is on pages that nobody has edited since.
        self._visits.read_all = self._gains()
        self._visits.again = self._to_ask_for_comments()
        self._reader.block_comments.searches = True
        yield from self._told(sweep.items(self._visits))
        now = self._moment() if sweep.is_complete else None
        self.memory = replace(self._remembered(self._visits.records), seen=now, swept=now)

    def _told(self, items: Iterator[Item]) -> Iterator[Item]:
        """The items, with milestones between them and at their end what was left out of every page."""
        for item in items:
            yield item
            held = len(self._visits.records)
            if isinstance(item, Document) and self._milestones.is_due(self._api.clock.now(), held):
                yield Milestone(self._halfway().to_json())
        yield from self._lacking()

    def _halfway(self) -> Memory:
        """What a crawl must know that goes on from here: what was read, now or before; it has to sweep."""
        before = self._known.records
        if self._visits.read_all:
            before = {name: replace(record, edited="") for name, record in before.items()}
        return replace(self._remembered({**before, **self._visits.records}), seen=None, swept=None)

    def _remembered(self, records: dict[str, Record]) -> Memory:
        held = {name: self._workspace.nodes.get(name) or self._known.nodes.get(name) for name in records}
        nodes = {name: node for name, node in held.items() if node}
        links = {link for record in records.values() for link in record.links if link not in nodes}
        bare = {urls.bare_id(link) for link in links}
        lacks = self._reader.lacks() | (set() if self._visits.read_all else set(self._known.lacks))
        return Memory(
            self._known.settings,
            tuple(sorted(lacks)),
            nodes=nodes,
            names={name: self._workspace.names[name] for name in bare if name in self._workspace.names},
            absent=tuple({node.parent for node in nodes.values()} & self._workspace.absent),
            records=records,
        )

    def _lacking(self) -> Iterator[Item]:
        """What was left out of every page that was read, told once."""
        lacks = self._reader
        if lacks.without_comments:
            yield Failure(f"notion:{self._source}#comments", lacks.without_comments, skipped=True)
        if lacks.without_users:
            temporary = lacks.may_know_users_later
            reason = f"names of people: {lacks.without_users}"
            yield Failure(f"notion:{self._source}#users", reason, skipped=not temporary, temporary=temporary)

    def _gains(self) -> bool:
        """Whether the integration may read now what it might not when the last crawl read its pages."""
        if not self._known.lacks:
            return False
        pages = (node.id for node in self._workspace.nodes.values() if not node.is_database)
        return self._reader.gains(self._known.lacks, islice(pages, _TRIED))

    def _to_ask_for_comments(self) -> frozenset[str]:
        """Pages whose blocks have not been asked for comments for the longest time, as many as a crawl may ask."""
        limit = self._reader.block_comments.limit
        if (
            not limit
            or self._known.swept is None
            or "comments" in self._reader.lacks() | set(self._known.lacks)
        ):
            return frozenset()
        late = state.minute(self._moment() - self._pace.comments_every)
        pages = [
            (record.asked, name)
            for name, record in self._known.records.items()
            if record.blocks and record.asked < late and name in self._known.nodes
        ]
        chosen: list[str] = []
        for _, name in sorted(pages):
            limit -= 2 + min(self._known.records[name].blocks, limit)
            if limit < 0 and chosen:
                break
            chosen.append(name)
        return frozenset(chosen)

    def _is_due(self) -> bool:
        swept = self._known.swept
        return swept is None or abs(self._moment() - swept) >= self._pace.sweep_every

    def _moment(self) -> datetime:
        """When the crawl began, on Notion's clock, which only its answers tell."""
        return self._api.server_time(self._begun)

    def _new_workspace(self) -> Workspace:
        return Workspace(self._api, self._reader.names, self._known.nodes)

    def _new_visits(self, below: Below, *, all_rows: bool, roots: frozenset[str] = frozenset()) -> Visits:
        return Visits(
            self._api,
            self._reader,
            self._workspace,
            self._source,
            self._access,
            self._known.records,
            self._begun,
            below,
            all_rows=all_rows,
            roots=roots,
        )


def _is_small(known: Memory, pace: Pace) -> bool:
    """Whether everything has to be looked at, or takes so few requests that each crawl may do it."""
    if known.swept is None or known.seen is None:
        return True
    return _requests(known.nodes.values()) <= pace.sweep_requests


def _requests(nodes: Collection[Node]) -> int:
    """What it takes to list these nodes: search, and of each database itself and its rows."""
    databases = {node.id for node in nodes if node.is_database}
    rows = Counter(node.parent for node in nodes if node.parent in databases)
    listed = sum(1 + max(1, -(-rows[database] // _ROWS)) for database in databases)
    return 1 + len(nodes) // _ROWS + listed
