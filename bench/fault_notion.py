"""A Notion workspace on a fake server that people work on at random: what `bench.faults` crawls."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from connectors.base import Connector
from connectors.documents import PUBLIC
from connectors.notion.pace import Pace
from tests.integration import notion_crawls
from tests.servers.faults import schedule
from tests.servers.notion import NotionServer
from tests.unit.notion_blocks import block

_DAY = 86_400
_MILESTONE = 3
SMALL = Pace(milestone_documents=_MILESTONE)
LARGE = Pace(milestone_documents=_MILESTONE, sweep_requests=0)


class NotionWiki:
    """Pages below pages and a database; everybody in the source's `access` may read all of them.

    Every other one is taken for one that is too large to be looked at whole in each crawl; of every other one only what
    lies below the home page is read.
    """

    def __init__(self, server: NotionServer, chance: random.Random) -> None:
        self._server, self._workspace, self._chance = server, server.workspace, chance
        self._pace = chance.choice([SMALL, LARGE])
        self._home = self._workspace.add_page("Home", block("paragraph", "welcome"))
        self._roots = chance.choice([[], [self._home]])
        self._database, self._source = self._workspace.add_database("Services", parent=self._home)
        self._pages: list[str] = []
        for _ in range(7):
            self._pages.append(self._add())
        self._workspace.time.at += 3_600

    def connector(self) -> Connector:
        return notion_crawls.connector(self._server, pace=self._pace, roots=self._roots)

    def change(self) -> None:
        chance, workspace = self._chance, self._workspace
        page = chance.choice(self._pages)
        tier = {"id": "tier", "type": "number", "number": chance.randrange(10**9)}
        changes: list[Callable[[], None]] = [
            lambda: workspace.write(page, block("paragraph", f"edited {chance.random()}")),
            lambda: workspace.rename(page, f"Renamed {chance.randrange(10**9)}"),
            lambda: workspace.set_property(page, "Tier", tier),
            lambda: workspace.write(page, block("link_to_page", type="page_id", page_id=self._home)),
            lambda: workspace.rename(self._home, f"House {chance.randrange(10**9)}"),
            lambda: workspace.trash(page),
            lambda: workspace.restore(page),
            lambda: self._move(page),
            lambda: self._pages.append(self._add()),
        ]
        if self._pace is SMALL:  # else it is seen by the next sweep, also on the page that shows its title
            changes.append(lambda: workspace.rename(self._database, f"Services {chance.randrange(10**9)}"))
        chance.choice(changes)()
        workspace.time.at += chance.choice([0, 1, 30, 90, 4_000])

    def disturb(self, faults: int, changes: int) -> None:
        seed = self._chance.randrange(10**9)
        self._server.faults = schedule(seed, number=faults, actions=[self.change] * changes)

    def heal(self) -> None:
        """No more faults."""
        self._server.faults = []

    def calm(self) -> None:
        self.heal()
        self._workspace.time.at += 2 * _DAY

    def readers(self) -> Iterator[tuple[str, frozenset[str], set[str]]]:
        found = {f"notion:wiki/{name}" for name in self._workspace.truth() if self._is_inside(name)}
        yield "anybody", frozenset({PUBLIC}), found
        yield "a group", frozenset({PUBLIC, "group:staff"}), found
        yield "nobody", frozenset(), set()

    def waits_for_a_sweep(self, document_id: str) -> bool:
        """Whether a document may be outdated until everything is looked at again: the table of a database."""
        return document_id == f"notion:wiki/{self._database}"

    def _is_inside(self, identifier: str) -> bool:
        while self._roots and identifier and identifier != self._home:
            identifier = self._workspace.parent(identifier)
        return bool(identifier)

    def _move(self, page: str) -> None:
        """Put it elsewhere, but not below itself."""
        below, more = {page}, True
        while more:
            inside = {p for p in self._pages if self._workspace.parent(p) in below} - below
            below, more = below | inside, bool(inside)
        places = [p for p in self._pages if p not in below and self._workspace.is_live(p)]
        if self._workspace.is_live(page):
            self._workspace.move(page, self._chance.choice(["", self._home, *places]))

    def _add(self) -> str:
        live = [page for page in self._pages if self._workspace.is_live(page)]
        parent = self._chance.choice([self._source, self._home, *live[:3]])
        return self._workspace.add_page(
            f"Page {self._chance.randrange(10**9)}", block("paragraph", "new"), parent=parent
        )
