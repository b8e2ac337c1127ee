"""Random changes and faults in Notion, in any number: the end is what a new reader finds."""

from __future__ import annotations

import os
import random

import pytest

from connectors.errors import KubeloreError
from tests.effort import cases
from tests.integration.notion_crawls import LARGE, Mirror, crawl, texts
from tests.integration.notion_faults import PASSING, fault
from tests.servers.notion import Fault, serving
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block

SCHEDULES = int(os.environ.get("KUBELORE_NOTION_FAULTS", cases(15)))
FAULTS = [*PASSING, "loop", "expire", "400", "403", "404", "429 for long"]
PLACES = [
    "",
    "/search",
    "/children",
    "/comments",
    "/users",
    "/query",
    "/pages/",
    "/databases/",
    "/data_sources/",
]


def random_change(chance: random.Random, workspace: NotionWorkspace) -> None:
    live = sorted(name for name in workspace.truth() if name in workspace.pages)
    if not live:
        workspace.unshared = set()
        workspace.add_page(f"First {chance.random()}")
        return
    page = chance.choice(live)
    source = next(iter(workspace.sources))
    match chance.randrange(10):
        case 0:
            workspace.write(page, block("paragraph", f"text {chance.random()}"))
        case 1:
            workspace.rename(page, f"Title {chance.random()}")
        case 2 if len(live) > 4:
            workspace.trash(page)
        case 3:
            trashed = sorted(n for n, p in workspace.pages.items() if p["in_trash"])
            if trashed:
                workspace.restore(chance.choice(trashed))
        case 4:
            workspace.add_page(
                f"New {chance.random()}", block("paragraph", "new"), parent=chance.choice(live)
            )
        case 5:
            workspace.add_page(f"Row {chance.random()}", parent=source)
        case 6:
            workspace.unlisted = set(chance.sample(live, min(len(live), chance.randrange(3))))
        case 7:
            workspace.unshared = set(chance.sample(live, chance.randrange(2)))
        case 8:
            workspace.comment(page, f"comment {chance.random()}")
            workspace.touch(page)
        case 9:
            workspace.capabilities ^= {chance.choice(["comments", "users"])}


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_any_schedule_of_faults_ends_with_the_truth(seed: int) -> None:
    """Changes, crawls that fail in any way, then one quiet crawl: the documents are those of a new reader.

    `KUBELORE_NOTION_FAULTS=1000` runs that many schedules.
    """
    chance = random.Random(seed)
    workspace = NotionWorkspace()
    home = workspace.add_page("Home", block("paragraph", "welcome"))
    for number in range(5):
        workspace.add_page(f"Page {number}", block("toggle", "x", children=[block("divider")]), parent=home)
    _, source = workspace.add_database("Services", parent=home)
    workspace.add_page("Row", block("paragraph", "row"), parent=source)
    mirror = Mirror()
    pace = chance.choice([None, LARGE])
    with serving(workspace) as server:
        for _ in range(chance.randrange(1, 5)):
            workspace.time.at += chance.choice([5, 50, 500])
            for _ in range(chance.randrange(4)):
                random_change(chance, workspace)
            server.faults = [
                fault(
                    chance.choice([f for f in FAULTS if f != "slow"]),
                    chance.choice(PLACES),
                    workspace,
                    times=chance.choice([1, 1, 2, 5, 40]),
                    after=chance.randrange(12),
                )
                for _ in range(chance.randrange(4))
            ]
            server.faults += [
                Fault(
                    "", "action", after=chance.randrange(20), action=lambda: random_change(chance, workspace)
                )
                for _ in range(chance.randrange(3))
            ]
            try:
                mirror.take(crawl(server, mirror.checkpoint, pace=pace))
            except KubeloreError:
                continue  # the run has failed: no checkpoint, nothing deleted
        server.faults = []
        workspace.unlisted = set()
        workspace.capabilities = {"content", "comments", "users"}
        workspace.time.at += 86_400
        mirror.take(crawl(server, mirror.checkpoint, pace=pace))
        assert set(mirror.documents) == {f"notion:wiki/{name}" for name in workspace.truth()}
        assert texts(mirror.documents.values()) == texts(crawl(server).documents.values())
