"""The Confluence connector when server and site misbehave: readers end with what Confluence shows them."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from connectors.confluence.pace import Pace
from connectors.documents import Document, Milestone
from connectors.errors import KubeloreError
from tests.effort import cases
from tests.integration import confluence_crawls
from tests.integration.confluence_crawls import (
    LARGE,
    Crawled,
    Mirror,
    connector,
    crawl,
    principals,
    shown,
    truth,
)
from tests.servers.confluence import ConfluenceServer, ConfluenceSite, schedule, serving

SCHEDULES = int(os.environ.get("KUBELORE_CONFLUENCE_FAULTS", cases(15)))
DAY = 86_400
GROUPS = ("staff", "ops", "money")


class Life:
    """A site that people work on: each step changes something."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.site = ConfluenceSite()
        self.people = [
            self.site.add_user(name, groups=groups)
            for name, groups in {"ben": ("money",), "eve": ("ops",), "zoe": ("ops", "staff")}.items()
        ]
        self.site.add_space("OPS", "Operations", groups=("staff", "ops", "money"))
        self.site.add_space("ENG", "Engineering", groups=("staff",))
        self.pages = [self.site.spaces["OPS"].homepage]
        for _ in range(12):
            self.add()
        self.steps: list[Callable[[], object]] = [
            self.add, self.edit, self.edit, self.rename, self.move, self.leave_space, self.trash, self.restore,
            self.archive, self.restrict, self.restrict, self.permit, self.label, self.comment, self.resolve,
            self.attach, self.include, self.change_group, self.make_heavy,
        ]  # fmt: skip

    def step(self) -> None:
        """One change."""
        self.chance.choice(self.steps)()
        self.site.time.at += self.chance.choice([0, 1, 30, 400])

    def some(self) -> str:
        """A page of the space."""
        return self.chance.choice([name for name in self.pages if name in self.site.contents])

    def in_tree(self) -> str:
        """A page that may stand below others and have others below it: a blog post does neither."""
        return self.chance.choice([name for name in self.pages if self.site.contents[name].kind == "page"])

    def add(self) -> None:
        number = len(self.pages)
        kind = self.chance.choice(["page", "page", "blogpost"])
        parent = self.in_tree() if kind == "page" else ""
        space = self.site.contents[parent].space if parent else "OPS"
        page = self.site.add_page(
            f"Page {number}", f"<p>text {number}</p>", parent=parent, space=space, kind=kind
        )
        self.pages.append(page.id)

    def edit(self) -> None:
        self.site.edit(self.some(), f"<h1>A</h1><p>edited {self.chance.random()}</p>")

    def rename(self) -> None:
        self.site.rename(self.some(), f"Title {self.chance.randrange(10**6)}")

    def move(self) -> None:
        page, parent = self.in_tree(), self.in_tree()
        if parent not in {below.id for below in self.site.subtree(page)}:
            self.site.move(page, parent=parent)

    def leave_space(self) -> None:
        self.site.move(self.some(), space=self.chance.choice(["OPS", "ENG"]))

    def trash(self) -> None:
        if (page := self.some()) != self.pages[0]:
            self.site.trash(page, below=self.chance.choice(["moves", "goes"]))

    def restore(self) -> None:
        self.site.restore(self.some())

    def archive(self) -> None:
        self.site.archive(self.some())

    def restrict(self) -> None:
        users = tuple(self.chance.sample(self.people, self.chance.randrange(3)))
        groups = tuple(self.chance.sample(GROUPS, self.chance.randrange(3)))
        self.site.restrict(self.some(), users=users, groups=groups)

    def permit(self) -> None:
        groups = tuple(self.chance.sample(GROUPS, self.chance.randrange(1, 4)))
        self.site.permit("OPS", groups=groups, anonymous=self.chance.random() < 0.3)

    def label(self) -> None:
        self.site.label(self.some(), *self.chance.sample(["a", "b", "c"], 2))

    def comment(self) -> None:
        self.site.comment(self.some(), f"<p>said {self.chance.random()}</p>")

    def resolve(self) -> None:
        if self.site.comments:
            self.site.resolve(self.chance.choice(list(self.site.comments)))

    def attach(self) -> None:
        name = self.chance.choice(["a.txt", "b.txt"])
        self.site.attach(self.some(), name, f"file {self.chance.random()}".encode())

    def include(self) -> None:
        title = self.site.contents[self.some()].title
        body = (
            '<ac:structured-macro ac:name="include"><ac:parameter ac:name=""><ac:link>'
            f'<ri:page ri:content-title="{title}"/></ac:link></ac:parameter></ac:structured-macro>'
        )
        page = self.some()
        self.site.heavy.discard(page)  # the view of a page, as the fake gives it, shows nothing of an include
        self.site.edit(page, body)

    def change_group(self) -> None:
        person, group = self.chance.choice(self.people), self.chance.choice(GROUPS)
        (self.site.leave if group in person.groups else self.site.join)(person, group)

    def make_heavy(self) -> None:
        page = self.some()
        if "include" not in self.site.contents[page].body:
            self.site.heavy.symmetric_difference_update({page})


def interrupted(server: ConfluenceServer, mirror: Mirror, chance: random.Random) -> None:
    """A crawl that may fail or be killed: what it gave out until then is stored, its checkpoint is not."""
    until = chance.choice([3, 10, 10**6, 10**6])
    crawled = Crawled()
    crawling = connector(server).crawl(mirror.checkpoint)
    try:
        for _ in range(until):
            crawled.items.append(next(crawling))
    except StopIteration as end:
        crawled.checkpoint = end.value
        take(server, mirror, crawled)
        return
    except KubeloreError:
        pass
    finally:
        crawling.close()
    mirror.documents.update(crawled.documents)
    for place, item in reversed(list(enumerate(crawled.items))):
        if isinstance(item, Milestone):
            told = Crawled(crawled.items[:place])
            if not told.unchanged & mirror.ahead:  # else the run would have started over
                mirror.checkpoint = json.loads(json.dumps(item.checkpoint))
                mirror.ahead -= told.named
                crawled = Crawled(crawled.items[place:])
            break
    mirror.ahead |= set(crawled.documents)


def take(server: ConfluenceServer, mirror: Mirror, crawled: Crawled) -> None:
    """Store a whole crawl; one that calls unchanged what a dead run has changed is done again without memory."""
    if crawled.unchanged & mirror.ahead or not crawled.unchanged <= set(mirror.documents):
        try:
            crawled = crawl(server)
        except KubeloreError:
            return
    mirror.ahead.clear()
    mirror.take(crawled)


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_whatever_happens_readers_end_with_the_truth(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    life = Life(chance)
    mirror = Mirror()
    cloud = chance.random() < 0.5
    sweeps = chance.random() < 0.7
    pace = Pace(milestone_documents=4) if sweeps else replace(LARGE, milestone_documents=4)
    monkeypatch.setattr(confluence_crawls, "PACE", pace)
    with serving(life.site, cloud=cloud) as server:
        server.deprecated_v1 = False
        for _ in range(3):
            for _ in range(chance.randrange(6)):
                life.step()
            actions = [life.step for _ in range(chance.randrange(3))]
            server.faults = schedule(chance.randrange(10**9), number=chance.randrange(7), actions=actions)
            interrupted(server, mirror, chance)
        server.faults = []
        if not sweeps:
            life.site.time.at += 86_400
        take(server, mirror, crawl(server, mirror.checkpoint))
        fresh = crawl(server)
        assert shown(mirror.documents) == shown(fresh.documents)
        narrower = narrowed(life.site, fresh, cloud=cloud)
        for user in (None, *life.people):
            found, right = mirror.readable(principals(user, cloud=cloud)), truth(life.site, user)
            assert found <= right
            assert right - found <= narrower


@pytest.mark.parametrize("seed", range(SCHEDULES))
@pytest.mark.usefixtures("large")
def test_between_two_sweeps_words_are_exact_and_rights_at_most_a_day_old(seed: int) -> None:
    """What docs/decisions/0009-confluence.md promises of a site that is too large for a sweep in each crawl."""
    chance = random.Random(seed)
    life = Life(chance)
    mirror = Mirror()
    cloud = chance.random() < 0.5
    rights = [(life.site.time.at, rights_of(life))]
    with serving(life.site, cloud=cloud) as server:
        server.deprecated_v1 = False
        for _ in range(5):
            before = {name: document.text for name, document in mirror.documents.items()}
            take(server, mirror, crawl(server, mirror.checkpoint))
            fresh = crawl(server)
            assert words(mirror.documents) == words(fresh.documents)
            news = {name for name, document in mirror.documents.items() if before.get(name) != document.text}
            since = life.site.time.at - DAY
            lately = [known for at, known in rights if at >= since]
            for user in (None, *life.people):
                found = mirror.readable(principals(user, cloud=cloud))
                name = user.username if user else ""
                assert found <= set().union(*(known[name] for known in lately))
                assert found & news <= truth(life.site, user)
            for _ in range(1 + chance.randrange(4)):
                rights.append((life.site.time.at, rights_of(life)))  # they held until now
                life.step()
                rights.append((life.site.time.at, rights_of(life)))
            life.site.time.at += chance.choice([0, 60, 3_600, 30_000])


def rights_of(life: Life) -> dict[str, set[str]]:
    """What each person may read, by name; '' is anybody."""
    return {user.username if user else "": truth(life.site, user) for user in (None, *life.people)}


def words(documents: Mapping[str, Document]) -> dict[str, tuple[str, str]]:
    """What must never be outdated."""
    return {name: (document.title, document.text) for name, document in documents.items()}


def narrowed(site: ConfluenceSite, fresh: Crawled, *, cloud: bool) -> set[str]:
    """Documents that fewer may read than in Confluence, by rule: they hold more than their page, or nobody knows
    what is above them (Data Center does not tell what is above a page below one in the trash)."""
    including = {name for name, record in fresh.checkpoint["records"].items() if record[3]}
    lost = {
        page
        for page in site.contents
        if not cloud and any(above.status in ("draft", "trashed") for above in site.ancestors(page))
    }
    return including | lost | {file.id for page in lost for file in site.files(page)}
