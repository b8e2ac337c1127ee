"""Findings through the real ledger, for each caller, and what is planted into the demo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from answers.model import Answer, Citation
from api.findings import FOLDER, MOST_FILES, Findings
from api.settings import load_settings
from bench.findings import is_hit, key_of, new_in, run
from bench.findings_harmless import HARMLESS
from bench.findings_true import TRUE
from bench.findings_world import World, demo_world
from cluster.store import ObjectStore
from connectors.documents import Document
from index.ledger import Ledger
from tests.unit.findings_world import Team, a_page

CONFIG = """
sources:
  - {name: runbooks, type: files, path: .}
  - {name: prod, type: kubernetes, context: prod}
index: {path: state}
"""
PUBLIC, MANAGERS = frozenset({"public"}), frozenset({"managers"})
WRONG = "# Sizes\n\nNamespace `shop`.\n\n`cart` has 9 replicas.\n"


class Desk:
    """A state folder with one page about a cluster, and a clock that is set by hand."""

    def __init__(self, folder: Path) -> None:
        (folder / "config.yaml").write_text(CONFIG, "utf-8")
        settings = load_settings(folder / "config.yaml")
        self.state = settings.index.path
        self.state.mkdir()
        self.ledger = Ledger.at(self.state)
        self.store = ObjectStore(self.state)
        self.seconds = 0.0
        self.page = a_page(WRONG)
        team = Team()
        self.store.begin("prod")
        for seen in team.objects():
            self.store.saw(seen)
        for version, kind in (("apps/v1", "Deployment"), ("v1", "Namespace")):
            self.store.complete("prod", version, kind)
        self.ledger.put([*team.everything(), self.page])
        self.findings = Findings(settings, lambda: self.ledger, lambda: self.store, lambda: self.seconds)

    def answer(self, page: Document) -> Answer:
        citation = Citation(
            1,
            page.id,
            page.title,
            "",
            page.source,
            page.kind,
            (),
            page.path,
            "L1",
            page.text[:7],
            None,
            0.5,
            0,
            7,
        )
        return Answer("a", "q", "text [1]", False, 0.9, citations=(citation,))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_findings_are_made_once_and_kept_in_the_state_folder(desk: Desk) -> None:
    found = desk.findings.now(PUBLIC)
    assert [one.subject for one in found] == ["Deployment shop/cart"]
    files = list((desk.state / FOLDER).iterdir())
    again = Findings(desk.findings._settings, lambda: desk.ledger, lambda: desk.store)
    stamps = [file.stat().st_ino for file in files]
    assert again.now(PUBLIC) == found
    assert [file.stat().st_ino for file in files] == stamps
    files[0].write_text("no JSON", "utf-8")
    assert Findings(desk.findings._settings, lambda: desk.ledger, lambda: desk.store).now(PUBLIC) == found


def test_of_many_sets_of_principals_the_last_to_ask_are_kept(desk: Desk) -> None:
    folder = desk.state / FOLDER
    for number in range(MOST_FILES + 10):
        desk.findings.now(PUBLIC | {f"team-{number}"})
    assert len(list(folder.iterdir())) == MOST_FILES
    asked = desk.findings.now(PUBLIC | {"team-1"})
    assert [one.subject for one in asked] == ["Deployment shop/cart"]
    assert len(list(folder.iterdir())) == MOST_FILES


def test_who_may_not_read_a_side_sees_no_finding(desk: Desk) -> None:
    desk.ledger.put([replace(desk.page, access=MANAGERS)])
    assert desk.findings.now(PUBLIC) == []
    assert len(desk.findings.now(PUBLIC | MANAGERS)) == 1
    assert desk.findings.now(MANAGERS) == []  # the cluster is public's
    assert len(desk.findings.now()) == 1


def test_what_a_caller_may_not_read_has_no_effect_on_his_findings(desk: Desk) -> None:
    gone = a_page("# Ledger\n\n`kubectl get deploy/ledger`\n", "gone.md")
    known = a_page("# All\n\n`kubectl -n shop get deploy/orders`\n", "known.md")
    desk.ledger.put([gone, replace(known, access=MANAGERS), replace(desk.page, access=MANAGERS)])
    assert desk.findings.now(PUBLIC) == []  # only the other page shows that the source speaks of this cluster
    assert "Deployment ledger" in [one.subject for one in desk.findings.now(PUBLIC | MANAGERS)]


def test_answers_show_findings_and_do_not_make_them_anew_within_a_minute(desk: Desk) -> None:
    answer = desk.findings.added(desk.answer(desk.page), PUBLIC)
    assert [one.citations for one in answer.findings] == [(2, 3)]
    second = a_page("# More\n\nNamespace `shop`.\n\n`orders` has 7 replicas.\n", "more.md")
    desk.ledger.put([second])
    assert desk.findings.added(desk.answer(second), PUBLIC).findings == ()
    desk.seconds = 61.0
    assert len(desk.findings.added(desk.answer(second), PUBLIC).findings) == 1


def test_an_answer_is_shown_though_findings_fail(desk: Desk) -> None:
    answer = desk.answer(desk.page)
    desk.ledger.close()
    broken = Findings(desk.findings._settings, lambda: desk.ledger, _raise)
    assert broken.added(answer, PUBLIC) == answer


def _raise() -> ObjectStore:
    raise RuntimeError("no store")


@pytest.fixture(scope="module")
def world() -> World:
    return demo_world()


def test_the_demo_has_the_findings_that_were_planted_in_it(world: World) -> None:
    assert [(str(one.type), one.said.document_id, one.subject) for one in run(world)] == [
        ("stale", "files:runbooks/basket-service.md", "Namespace acorn-web"),
        ("stale", "files:runbooks/basket-service.md", "networking.k8s.io/v1beta1 Ingress"),
        ("stale", "files:runbooks/basket-service.md", "autoscaling/v2beta2"),
        ("contradiction", "files:runbooks/capacity-and-cost.md", "Deployment shop/cart"),
        ("contradiction", "files:runbooks/capacity-and-cost.md", "Deployment shop/cart"),
    ]


def test_every_tenth_planted_fact_is_found_and_every_tenth_harmless_one_is_not(world: World) -> None:
    known = {key_of(finding) for finding in run(world)}
    for case in TRUE[::10]:
        assert any(is_hit(case, finding) for finding in new_in(case, world, known)), case.name
    for case in HARMLESS[::10]:
        assert new_in(case, world, known) == [], case.name
