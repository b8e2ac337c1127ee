"""`make faults N=1000`: random faults, changes and deaths while servers are crawled; the end must be their truth.

`python -m bench.faults N [--seed S] [--only notion]`. Each trial builds a small Confluence (Cloud or Data Center),
Notion or Kubernetes cluster on a fake server, then lets three runs meet a random schedule: errors, cut and truncated
answers, 429 with long and dated waits, refused and looping cursors, things that change, move, vanish and return
between two requests, and a death at a random step of the ingest. After an undisturbed run, ledger and index must hold
exactly what a first crawl of the healthy server holds, and each reader may read exactly what the server lets that
reader read.

Every other wiki is taken for one that is too large for a sweep in each crawl. There undisturbed runs between two sweeps
are held to what docs/decisions promise. Confluence (0009): titles and texts are exact, nobody reads what was not open
to them within the last 24 hours, and new words come out under the rights of now. Notion (0011): no page is missing, and
what pages say is exact.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import track

from bench.fault_clusters import live_cluster
from bench.fault_notion import NotionWiki
from bench.fault_wikis import ConfluenceWiki, Wiki
from connectors.documents import Document
from index.ledger import Ledger
from ingest.runner import ingest_source
from ingest.runs import Runs
from tests.servers import confluence, notion
from tests.servers.confluence import ConfluenceSite
from tests.servers.notion_model import NotionWorkspace
from tests.unit.ingest_fakes import Died, MemoryIndex, Tripwire, contents

ROUNDS = 3
KINDS = ("confluence", "notion", "cluster")
_STEPS = ("begin", "put", "touch", "remove", "save_checkpoint")


@contextmanager
def _wiki(chance: random.Random, only: str) -> Iterator[Wiki]:
    kind = only or chance.choices(KINDS, (5, 3, 2))[0]
    if kind == "cluster":
        with live_cluster(chance) as cluster:
            yield cluster
    elif kind == "confluence":
        with confluence.serving(ConfluenceSite(), cloud=chance.random() < 0.6) as site:
            yield ConfluenceWiki(site, chance)
    else:
        with notion.serving(NotionWorkspace()) as workspace:
            yield NotionWiki(workspace, chance)


def _stale(wiki: Wiki, before: dict[str, Document], folder: Path) -> list[str]:
    """What an undisturbed run must not leave, though it may not have looked at everything."""
    if isinstance(wiki, ConfluenceWiki):
        return _stale_confluence(wiki, before, folder)
    fresh = {item.id: item for item in wiki.connector().crawl() if isinstance(item, Document)}
    stored = _held(folder)
    wrong = [f"between sweeps {name} is missing" for name in sorted(fresh.keys() - stored.keys())]
    for name in sorted(fresh.keys() & stored.keys()):
        is_same = (stored[name].title, stored[name].text) == (fresh[name].title, fresh[name].text)
        if not is_same and not wiki.waits_for_a_sweep(name):
            wrong.append(f"between sweeps {name} is outdated")
    return wrong


def _stale_confluence(wiki: ConfluenceWiki, before: dict[str, Document], folder: Path) -> list[str]:
    fresh = {item.id: item for item in wiki.connector().crawl() if isinstance(item, Document)}
    with Ledger.at(folder) as ledger:
        stored = contents(ledger)
        wrong = [f"between sweeps {name} is missing" for name in sorted(fresh.keys() - stored.keys())]
        wrong += [f"between sweeps {name} is still there" for name in sorted(stored.keys() - fresh.keys())]
        for name in sorted(fresh.keys() & stored.keys()):
            if (stored[name].title, stored[name].text) != (fresh[name].title, fresh[name].text):
                wrong.append(f"between sweeps {name} is outdated")
        news = {n for n, document in stored.items() if n not in before or before[n].text != document.text}
        for (name, principals, lately), (_, _, now) in zip(wiki.lately(), wiki.readers(), strict=True):
            can = ledger.readable(sorted(stored), principals)
            wrong += [f"{name} reads {found} and could not for a day" for found in sorted(can - lately)]
            wrong += [f"{name} reads the news of {found} and may not" for found in sorted(can & news - now)]
    return wrong


def _held(folder: Path) -> dict[str, Document]:
    with Ledger.at(folder) as ledger:
        return contents(ledger)


def trial(seed: int, folder: Path, only: str = "") -> list[str]:
    """What is wrong at the end of the trial `seed`; empty if nothing is. `only` names a kind of wiki."""
    chance = random.Random(seed)
    with _wiki(chance, only) as wiki:
        index = MemoryIndex()
        for _ in range(ROUNDS):
            for _ in range(chance.randrange(4)):
                wiki.change()
            wiki.disturb(chance.randrange(1, 7), chance.randrange(4))
            _run(wiki, index, folder, chance.choice([0, 0, chance.randrange(1, 30)]))
            if chance.random() < 0.5 and (wrong := _quiet(wiki, chance, index, folder)):
                return wrong
        wiki.calm()
        _run(wiki, index, folder, 0)
        return _wrong(wiki, index, folder)


def _quiet(wiki: Wiki, chance: random.Random, index: MemoryIndex, folder: Path) -> list[str]:
    """What is wrong after undisturbed runs, of which all but the first need not look at everything."""
    wiki.heal()
    for _ in range(1 + chance.randrange(4)):
        before = _held(folder)
        _run(wiki, index, folder, 0)
        if wrong := _stale(wiki, before, folder):
            return wrong
        for _ in range(1 + chance.randrange(4)):
            wiki.change()
    return []


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
    parser.add_argument("--only", choices=KINDS, default="", help="one kind of source")
    given = parser.parse_args(arguments)
    wrong = 0
    seeds = range(given.seed, given.seed + given.trials)
    for seed in track(seeds, "random faults", console=Console(stderr=True)):
        with tempfile.TemporaryDirectory() as folder:
            found = trial(seed, Path(folder), given.only)
        wrong += bool(found)
        for line in found[:5]:
            print(f"seed {seed}: {line}", file=sys.stderr)
    print(f"{given.trials} tried, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    logging.disable(
        logging.WARNING
    )  # each injected fault is warned of; in `main` it would silence its callers
    sys.exit(main())
