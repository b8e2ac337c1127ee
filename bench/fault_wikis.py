"""Wikis on fake servers that people work on at random: what `bench.faults` crawls."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Protocol

from connectors.base import Connector
from connectors.confluence.pace import Pace
from tests.integration import confluence_crawls
from tests.servers.confluence import ConfluenceServer
from tests.servers.faults import schedule

_DAY = 86_400

Change = Callable[[], None]
Reader = tuple[str, frozenset[str], set[str]]


class Wiki(Protocol):
    """A fake wiki that a trial changes at random."""

    def connector(self) -> Connector: ...

    def change(self) -> None:
        """Do one random thing that people do to pages."""
        ...

    def disturb(self, faults: int, changes: int) -> None:
        """Let the next requests meet random faults, and changes between them."""
        ...

    def heal(self) -> None:
        """No more faults."""
        ...

    def waits_for_a_sweep(self, document_id: str) -> bool:
        """Whether a document may be outdated until everything is looked at again."""
        ...

    def calm(self) -> None:
        """No more faults; so much time goes by that everything is looked at again."""
        ...

    def readers(self) -> Iterator[Reader]:
        """Each reader's name, principals and the ids of the documents that the server lets it read."""
        ...


class ConfluenceWiki:
    """A space with a tree of pages, restrictions, comments and files."""

    def __init__(self, server: ConfluenceServer, chance: random.Random) -> None:
        self._server, self._site, self._chance = server, server.site, chance
        site = self._site
        site.add_space("OPS", "Operations", groups=("staff",))
        self._users = [
            site.add_user("ben", groups=("staff", "money")),
            site.add_user("cat", groups=("staff",)),
        ]
        self._pages = [self._add() for _ in range(7)]
        site.add_space("ENG", "Engineering", groups=("staff",))
        self._shared = site.add_page("Shared", "<p>shared</p>", space="ENG").id
        self._include = (
            '<ac:structured-macro ac:name="include"><ac:parameter ac:name=""><ac:link>'
            '<ri:page ri:space-key="ENG" ri:content-title="Shared"/></ac:link></ac:parameter></ac:structured-macro>'
        )
        large = chance.random() < 0.5
        self._pace = Pace(sweep_requests=0 if large else 15, milestone_documents=chance.choice([2, 500]))
        self._history = [(site.time.at, list(self.readers()))]

    def connector(self) -> Connector:
        return confluence_crawls.connector(self._server, pace=self._pace)

    def change(self) -> None:
        chance, site = self._chance, self._site
        page = chance.choice(self._pages)
        changes: list[Change] = [
            lambda: site.edit(page, f"<p>edited {chance.random()}</p>"),
            lambda: site.rename(page, f"Renamed {chance.randrange(10**9)}"),
            lambda: site.move(page, parent=self._elsewhere(page)),
            lambda: site.trash(page),
            lambda: site.restore(page),
            lambda: site.restrict(page, users=tuple(chance.sample(self._users, chance.randrange(2)))),
            lambda: site.restrict(page, groups=chance.choice([(), ("money",), ("staff",)])),
            lambda: site.label(page, f"l{chance.randrange(9)}"),
            lambda: _ignore(site.comment(page, f"<p>said {chance.random()}</p>")),
            lambda: _ignore(site.attach(page, "notes.txt", f"noted {chance.random()}".encode())),
            lambda: self._pages.append(self._add()),
            lambda: site.edit(page, self._include),
            lambda: site.edit(self._shared, f"<p>shared {chance.random()}</p>"),
        ]
        self._history.append((site.time.at, list(self.readers())))  # it held until now
        chance.choice(changes)()
        self._history.append((site.time.at, list(self.readers())))
        site.time.at += chance.choice([0, 1, 30, 90, 4_000])

    def disturb(self, faults: int, changes: int) -> None:
        seed = self._chance.randrange(10**9)
        self._server.faults = schedule(seed, number=faults, actions=[self.change] * changes)

    def heal(self) -> None:
        """No more faults."""
        self._server.faults = []

    def waits_for_a_sweep(self, document_id: str) -> bool:
        return False

    def calm(self) -> None:
        self.heal()
        self._site.time.at += 2 * _DAY

    def lately(self) -> Iterator[Reader]:
        """`readers` with all that the server let them read at some moment of the last 24 hours."""
        since = self._site.time.at - _DAY
        times = [readers for at, readers in self._history if at >= since]
        for name, principals, now in self.readers():
            found = [may for readers in times for other, _, may in readers if other == name]
            yield name, principals, now.union(*found)

    def readers(self) -> Iterator[Reader]:
        for user in (None, *self._users):
            found = {f"confluence:wiki/{name}" for name in confluence_crawls.truth(self._site, user)}
            principals = confluence_crawls.principals(user, cloud=self._server.cloud)
            yield user.username if user else "anonymous", frozenset(principals), found

    def _add(self) -> str:
        chance, site = self._chance, self._site
        parents = [p for p in getattr(self, "_pages", []) if site.contents[p].status == "current"]
        parent = chance.choice([site.spaces["OPS"].homepage, *parents])
        page = site.add_page(
            f"Page {chance.randrange(10**9)}", f"<p>text {chance.random()}</p>", space="OPS", parent=parent
        )
        return page.id

    def _elsewhere(self, page: str) -> str:
        below = {found.id for found in self._site.subtree(page)}
        open_ = [p for p in self._pages if p not in below and self._site.contents[p].status == "current"]
        return self._chance.choice([self._site.spaces["OPS"].homepage, *open_])


def _ignore(_: object) -> None:
    """For changes that give something back."""
