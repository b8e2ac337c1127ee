"""What each source says of a value, from a real ledger and store of objects, for each caller."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from answers.citations import citation_of
from answers.model import Answer, Claim
from api.clusters import Clusters
from api.findings import Findings
from api.settings import load_settings
from api.sides import Sides
from cluster.store import ObjectStore
from connectors.documents import Document
from index.ledger import Ledger
from tests.unit.findings_world import Team, a_page, a_workload, as_yaml, manifests

CONFIG = """
sources:
  - {name: runbooks, type: files, path: .}
  - {name: deploy, type: kubernetes, path: .}
  - {name: prod, type: kubernetes, context: prod, environment: production}
index: {path: state}
"""
PUBLIC, STAFF = frozenset({"public"}), frozenset({"public", "staff"})
WRONG = "# Sizes\n\nNamespace `shop`.\n\n`kubectl -n shop get deployment cart`\n\n`cart` has 9 replicas.\n"


class Desk:
    """A state folder with a cluster, its manifest and a page that only staff may read and that is wrong."""

    def __init__(self, folder: Path) -> None:
        (folder / "config.yaml").write_text(CONFIG, "utf-8")
        settings = load_settings(folder / "config.yaml")
        settings.index.path.mkdir()
        self.ledger = Ledger.at(settings.index.path)
        self.team = Team()
        self.page = replace(a_page(WRONG), access=frozenset({"staff"}))
        written = manifests(folder / "m", {"production/cart.yaml": as_yaml(a_workload("cart", 3))})
        code = [replace(one, access=PUBLIC) for one in written]
        store = ObjectStore(settings.index.path)
        store.begin("prod")
        for seen in self.team.objects():
            store.saw(seen)
        for version, kind in (("apps/v1", "Deployment"), ("v1", "Namespace"), ("v1", "Node")):
            store.complete("prod", version, kind)
        live = [replace(one, access=PUBLIC) for one in self.team.everything()]
        self.ledger.put([*live, *code, self.page])
        self.clusters = Clusters(settings, lambda: self.ledger)
        findings = Findings(settings, lambda: self.ledger, lambda: self.clusters.store)
        self.sides = Sides(
            self.clusters, findings, lambda: self.ledger, lambda words, filters: [self.page.id]
        )

    def live(self, name: str) -> Document:
        document = self.ledger.get(f"kubernetes:prod/shop/Deployment/{name}")
        assert document is not None
        return document


def an_answer(document: Document, question: str) -> Answer:
    quote = document.text.split("\n", 1)[0]
    return Answer(
        "1", question, f"{quote} [1]", abstained=False, confidence=0.9, claims=(Claim(quote, (1,)),),
        citations=(citation_of(document, 0, len(quote), 1),),
    )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_who_may_read_all_is_told_all_in_order_of_rank(desk: Desk) -> None:
    told = desk.sides.added(an_answer(desk.live("cart"), "how many replicas has cart in production"), STAFF)
    assert told.answer.startswith("*Replicas of Deployment shop/cart: cluster prod has 3")
    assert "manifest production/cart.yaml sets the same; page “Sizes” says 9" in told.answer
    assert [one.type for one in told.findings] == ["contradiction"]
    cited = {citation.number: citation for citation in told.citations}
    assert {cited[n].document_id for claim in told.claims for n in claim.citations} == {
        desk.live("cart").id, "kubernetes:deploy/shop/Deployment/cart", desk.page.id,
    }  # fmt: skip
    for citation in told.citations:
        stored = desk.ledger.get(citation.document_id)
        assert stored is not None
        assert stored.text[citation.start : citation.end] == citation.quote


def test_a_page_that_may_not_be_read_has_no_effect(desk: Desk) -> None:
    told = desk.sides.added(an_answer(desk.live("cart"), "how many replicas has cart in production"), PUBLIC)
    assert "Sizes" not in told.answer
    assert told.findings == ()
    assert desk.page.id not in {citation.document_id for citation in told.citations}


@pytest.mark.parametrize(
    "question",
    [
        "how do I scale cart to 9 replicas",
        "why does cart have 3 replicas",
        "how many replicas has payroll",
        "who owns cart",
        "how many replicas has cart in staging",
    ],
)
def test_other_questions_get_nothing(desk: Desk, question: str) -> None:
    answer = an_answer(desk.live("cart"), question)
    assert desk.sides.added(answer, STAFF) == answer


def test_an_answer_about_something_else_gets_nothing(desk: Desk) -> None:
    answer = an_answer(desk.live("orders"), "how many replicas has cart")
    assert desk.sides.added(answer, STAFF) == answer
