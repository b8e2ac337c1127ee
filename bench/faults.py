"""`make faults N=1000`: random faults, changes and deaths while wikis are crawled; the end must be the server's truth.

`python -m bench.faults N [--seed S]`. Each trial builds a small Confluence (Cloud or Data Center) or Notion on a fake
server, then lets three runs meet a random schedule: errors, cut and truncated answers, 429 with long and dated waits,
refused and looping cursors, pages that change, move, vanish and return between two requests, and a death at a random
step of the ingest. After an undisturbed run, ledger and index must hold exactly what a first crawl of the healthy
server holds, and each of three readers may read exactly what the server lets that reader read.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import track

from connectors.base import Connector
from connectors.documents import PUBLIC, Document
from index.ledger import Ledger
from ingest.runner import ingest_source
from ingest.runs import Runs
from tests.integration import confluence_crawls, notion_crawls
from tests.servers import confluence, notion
from tests.servers.confluence import ConfluenceServer, ConfluenceSite
from tests.servers.faults import schedule
from tests.servers.notion import NotionServer
from tests.servers.notion_model import NotionWorkspace
from tests.unit.ingest_fakes import Died, MemoryIndex, Tripwire, contents
from tests.unit.notion_blocks import block

ROUNDS = 3
_DAY = 86_400
_STEPS = ("begin", "put", "touch", "remove", "save_checkpoint")

Change = Callable[[], None]


class Wiki(Protocol):
    """A fake wiki that a trial changes at random."""

    def connector(self) -> Connector: ...

    def change(self) -> None:
        """Do one random thing that people do to pages."""
        ...

    def disturb(self, faults: int, changes: int) -> None:
        """Let the next requests meet random faults, and changes between them."""
        ...

    def calm(self) -> None:
        """No more faults; so much time goes by that everything is looked at again."""
        ...

    def readers(self) -> Iterator[tuple[str, frozenset[str], set[str]]]:
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

    def connector(self) -> Connector:
        return confluence_crawls.connector(self._server)

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
        ]
        chance.choice(changes)()
        site.time.at += chance.choice([0, 1, 30, 90, 4_000])

    def disturb(self, faults: int, changes: int) -> None:
        seed = self._chance.randrange(10**9)
        self._server.faults = schedule(seed, number=faults, actions=[self.change] * changes)

    def calm(self) -> None:
        self._server.faults = []
        self._site.time.at += 2 * _DAY

    def readers(self) -> Iterator[tuple[str, frozenset[str], set[str]]]:
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


class NotionWiki:
    """Pages below pages and a database; everybody in the source's `access` may read all of them."""

    def __init__(self, server: NotionServer, chance: random.Random) -> None:
        self._server, self._workspace, self._chance = server, server.workspace, chance
        self._pages = [self._workspace.add_page("Home", block("paragraph", "welcome"))]
        _, self._source = self._workspace.add_database("Services", parent=self._pages[0])
        for _ in range(6):
            self._pages.append(self._add())
        self._workspace.time.at += 3_600

    def connector(self) -> Connector:
        return notion_crawls.connector(self._server)

    def change(self) -> None:
        chance, workspace = self._chance, self._workspace
        page = chance.choice(self._pages[1:])
        changes: list[Change] = [
            lambda: workspace.write(page, block("paragraph", f"edited {chance.random()}")),
            lambda: workspace.rename(page, f"Renamed {chance.randrange(10**9)}"),
            lambda: workspace.trash(page),
            lambda: workspace.restore(page),
            lambda: self._pages.append(self._add()),
        ]
        chance.choice(changes)()
        workspace.time.at += chance.choice([0, 1, 30, 90, 4_000])

    def disturb(self, faults: int, changes: int) -> None:
        seed = self._chance.randrange(10**9)
        self._server.faults = schedule(seed, number=faults, actions=[self.change] * changes)

    def calm(self) -> None:
        self._server.faults = []
        self._workspace.time.at += 2 * _DAY

    def readers(self) -> Iterator[tuple[str, frozenset[str], set[str]]]:
        found = {f"notion:wiki/{name}" for name in self._workspace.truth()}
        yield "anybody", frozenset({PUBLIC}), found
        yield "a group", frozenset({PUBLIC, "group:staff"}), found
        yield "nobody", frozenset(), set()

    def _add(self) -> str:
        parent = self._chance.choice([self._source, *self._pages[:1]])
        return self._workspace.add_page(
            f"Page {self._chance.randrange(10**9)}", block("paragraph", "new"), parent=parent
        )


@contextmanager
def _wiki(chance: random.Random) -> Iterator[Wiki]:
    if chance.random() < 0.6:
        with confluence.serving(ConfluenceSite(), cloud=chance.random() < 0.6) as site:
            yield ConfluenceWiki(site, chance)
    else:
        with notion.serving(NotionWorkspace()) as workspace:
            yield NotionWiki(workspace, chance)


def trial(seed: int, folder: Path) -> list[str]:
    """What is wrong at the end of the trial `seed`; empty if nothing is."""
    chance = random.Random(seed)
    with _wiki(chance) as wiki:
        index = MemoryIndex()
        for _ in range(ROUNDS):
            for _ in range(chance.randrange(4)):
                wiki.change()
            wiki.disturb(chance.randrange(1, 7), chance.randrange(4))
            _run(wiki, index, folder, chance.choice([0, 0, chance.randrange(1, 30)]))
        wiki.calm()
        _run(wiki, index, folder, 0)
        return _wrong(wiki, index, folder)


def _run(wiki: Wiki, index: MemoryIndex, folder: Path, dies_at: int) -> None:
    with Ledger.at(folder) as ledger:
        if dies_at:
            wire = Tripwire(dies_at)
            wire.watch(index, "apply", "commit", "remove")
            wire.watch(ledger, *_STEPS)
        try:
            ingest_source(wiki.connector(), index, ledger, Runs(ledger), confirm_deletions=True)
        except Died:
            index.die()
        finally:
            for step in ("apply", "commit", "remove"):
                vars(index).pop(step, None)


def _wrong(wiki: Wiki, index: MemoryIndex, folder: Path) -> list[str]:
    fresh = {item.id: item for item in wiki.connector().crawl() if isinstance(item, Document)}
    wrong: list[str] = []
    with Ledger.at(folder) as ledger:
        stored = contents(ledger)
        wrong += [f"{name} is missing" for name in sorted(fresh.keys() - stored.keys())]
        wrong += [f"{name} is still there" for name in sorted(stored.keys() - fresh.keys())]
        wrong += [f"{n} differs" for n in sorted(fresh.keys() & stored.keys()) if fresh[n] != stored[n]]
        if index.texts != {name: document.text for name, document in stored.items()}:
            wrong.append("the index does not hold what the ledger holds")
        for name, principals, may in wiki.readers():
            can = ledger.readable(sorted(stored), principals)
            wrong += [f"{name} reads {found} and may not" for found in sorted(can - may)]
            wrong += [f"{name} may read {found} and does not" for found in sorted(may - can)]
    return wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 if a trial ended wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("trials", type=int, nargs="?", default=1_000)
    parser.add_argument("--seed", type=int, default=0, help="of the first trial; each next one adds 1")
    given = parser.parse_args(arguments)
    logging.disable(logging.WARNING)
    wrong = 0
    seeds = range(given.seed, given.seed + given.trials)
    for seed in track(seeds, "random faults", console=Console(stderr=True)):
        with tempfile.TemporaryDirectory() as folder:
            found = trial(seed, Path(folder))
        wrong += bool(found)
        for line in found[:5]:
            print(f"seed {seed}: {line}", file=sys.stderr)
    print(f"{given.trials} tried, {wrong} wrong")
    return 1 if wrong else 0


def _ignore(_: object) -> None:
    """For changes that give something back."""


if __name__ == "__main__":
    sys.exit(main())
