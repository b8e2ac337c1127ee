"""What is known to go wrong with Confluence, clause by clause, and the tests that hold it; here are the rest of them.

Files beside this one: A `test_confluence_access`, B `_between_sweeps`, C `test_confluence`, G `_changes`, H `_heavy`,
and `_faults` for all together; unit tests: P `_permissions`, N `_node`, R `_recent`, Q `_cql`, S `_storage*`.

| Clause | Test |
|---|---|
| 1 macros, code byte-equal, tolerant parser counted | S; C code_is_byte_equal…, an_unknown_macro… |
| 1 include by space and title, permissions intersect, cycles end | C what_a_page_includes…, includes_in_a_circle…; B |
| 2 page and every ancestor and space | A space_and_every_ancestor…, readers_of_a_random_tree…; P exactly_those… |
| 2 empty means inherited | N no_restriction_is_everybody… |
| 2 edit restrictions limit no reader | A what_only_limits_edits… |
| 2 unknown or failed means nobody | A who_cannot_be_looked_up…; P a_group_whose_members…; B |
| 2 a batch that answers 404 because of one ancestor; one look-up each | A a_lost_ancestor…; each_is_looked_up_once |
| 3 minutes, the account's zone, an overlap, versions decide | G changes_are_found_wherever…; Q; R every_new_version… |
| 3 a local time that does not exist answers 400 | G a_local_time_that_the_clocks_skip…; R a_time_that_is_refused… |
| 4 `next` to the end, by cursor and by offset; caps of 50 and 200 | C lists_are_read_to_their_ends |
| 4 an empty page is not the end; a cursor that does not advance | C an_empty_page…; G a_list_in_circles… |
| 5 429 with seconds or a date, over a minute | C waits_of_more_than_a_minute… |
| 5 5xx on one page: halved, then that page fails alone | C a_page_that_cannot_be_read…; G a_page_that_a_list…; H |
| 5 the view where the body fails | C a_body_that_only_its_view… |
| 5 OAuth tokens expire | A oauth_tokens_are_renewed…, a_refresh_token_that_was_used… |
| 6 the id stays, the URL changes | G a_title_and_a_move…; a_move_between_two_spaces… |
| 6 kinds of content; drafts, archive, trash | C everything_that_is_content…, comments_tell…, attachments_are… |
| 7 only a complete list deletes | a_list_that_breaks…; G a_list_in_circles…, a_list_of_comments… |
| 7 the brake, and how to confirm | the_brake… |
"""

from __future__ import annotations

from pathlib import Path

import pytest

from index.ledger import Ledger
from ingest.report import RunReport, RunStatus
from ingest.runner import ingest_source
from ingest.runs import Runs
from tests.integration.confluence_crawls import connector, crawl
from tests.servers.confluence import ConfluenceServer, ConfluenceSite, Fault, serving
from tests.unit.ingest_fakes import MemoryIndex, contents


class Place:
    """A ledger and an index that runs over the fake fill."""

    def __init__(self, server: ConfluenceServer, folder: Path) -> None:
        self.server = server
        self.ledger = Ledger.at(folder)
        self.index = MemoryIndex()

    def run(self, *, confirm: bool = False) -> RunReport:
        self.server.site.time.at += 90_000
        source = connector(self.server)
        return ingest_source(source, self.index, self.ledger, Runs(self.ledger), confirm_deletions=confirm)


@pytest.fixture
def place(server: ConfluenceServer, tmp_path: Path) -> Place:
    return Place(server, tmp_path)


def test_each_is_looked_up_once_where_a_batch_answers_404(site: ConfluenceSite) -> None:
    with serving(site, cloud=False) as server:
        draft = site.add_page("Draft", status="draft")
        lost = [site.add_page(f"Lost {n}", "<p>x</p>", parent=draft.id).id for n in range(3)]
        free = [site.add_page(f"Free {n}", "<p>x</p>").id for n in range(30)]
        crawled = crawl(server)
        assert all(crawled.documents[page].access for page in free)
        assert not any(crawled.documents[page].access for page in lost)
        for page in (*lost, *free):
            assert len(server.asked(f"content/{page}/restriction")) <= 1
            assert len(server.asked(rf"content/{page}\b(?!/).*ancestors")) <= 1


def test_a_move_between_two_spaces_changes_the_link_and_not_the_identity(server: ConfluenceServer) -> None:
    site = server.site
    site.add_space("ENG", "Engineering", anonymous=True)
    page = site.add_page("Leaf", "<p>words</p>").id
    spaces = ["OPS", "ENG"]
    first = crawl(server, spaces=spaces)
    site.move(page, space="ENG")
    second = crawl(server, first.checkpoint, spaces=spaces)
    assert second.named == first.named
    moved, before = second.documents[page], first.documents[page]
    assert (moved.id, moved.text, moved.version) == (before.id, before.text, before.version)
    assert moved.breadcrumbs[0] == "Engineering"
    assert "ENG" in moved.url or not server.cloud, "Data Center names a page by its number"


@pytest.mark.parametrize("after", [0, 1])
def test_a_list_that_breaks_deletes_nothing(place: Place, after: int) -> None:
    site = place.server.site
    pages = [site.add_page(f"Page {number}").id for number in range(230)]
    place.run()
    before = contents(place.ledger)
    site.trash(pages[3])
    place.server.faults = [Fault(r"content/search.*type in .*page", times=10**6, after=after)]
    report = place.run()
    assert report.counts.deleted == 0
    assert "not complete" in " ".join(problem.reason for problem in report.problems)
    assert contents(place.ledger).keys() == before.keys()
    place.server.faults = []
    assert place.run().counts.deleted == 1
    assert f"confluence:wiki/{pages[3]}" not in contents(place.ledger)


def test_the_brake_holds_a_wiki_that_lost_most_of_its_pages(place: Place) -> None:
    site = place.server.site
    pages = [site.add_page(f"Page {number}").id for number in range(30)]
    place.run()
    for page in pages[:25]:
        site.trash(page)
    report = place.run()
    assert report.status is RunStatus.REFUSED
    assert "--confirm-deletions" in report.error
    assert len(contents(place.ledger)) == 31
    assert place.run().status is RunStatus.REFUSED
    assert place.run(confirm=True).counts.deleted == 25
    assert len(contents(place.ledger)) == 6
