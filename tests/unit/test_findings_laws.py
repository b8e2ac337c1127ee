"""What holds for findings whatever the documents say."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from answers.findings import MOST, with_findings
from answers.model import Answer, Citation
from cluster.findings import Finding, find, touching
from cluster.findings.quantities import quantity, same_quantity
from connectors.documents import OBJECT, Document
from tests.unit.findings_world import Team, a_page, a_shop, a_workload

_BUDGET = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: x1\n  namespace: shop"
_WORDS = st.sampled_from(
    ["# Cart", "`cart`", "deployment `ledger`", "runs 5 replicas", "kubectl -n shop get deploy/ledger", "😀", "no",
     "| Service | Replicas |\n|---|---|\n| cart | 9 |", f"```yaml\n{_BUDGET}\n```", "production", "staging", "\n\n",
     "`orders`: 9 pods", ". ", "`extensions/v1beta1`"]
)  # fmt: skip
_TEXTS = st.lists(_WORDS, max_size=12).map("\n".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(_TEXTS | st.text(max_size=200), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_quotes_are_exact_each_finding_is_told_once_and_order_does_not_matter(
    texts: list[str], chance: random.Random
) -> None:
    team = Team(documents=[a_page(text, f"p{number}.md") for number, text in enumerate(texts)])
    documents, objects = team.everything(), team.objects()
    found = find(objects, documents)
    by_id = {document.id: document for document in documents}
    for finding in found:
        for side in (finding.said, finding.holds):
            assert by_id[side.document_id].text[side.start : side.end] == side.quote
        assert finding.said.quote
        assert finding.text.endswith(".")
        assert "\n" not in finding.text
        assert Finding.from_json(finding.to_json()) == finding
    keys = [(one.type, one.said.document_id, one.cluster, one.subject, one.value) for one in found]
    assert len(keys) == len(set(keys))
    chance.shuffle(documents)
    chance.shuffle(objects)
    assert find(objects, documents) == found


@given(st.integers(0, 10**6), st.sampled_from(["K", "M", "G", "T"]))
def test_an_amount_is_the_same_in_other_units(number: int, unit: str) -> None:
    smaller = {"K": "", "M": "Ki", "G": "Mi", "T": "Gi"}[unit]
    assert same_quantity(f"{number}{unit}i", f"{number * 1024}{smaller}")
    assert same_quantity(f"{number}", f"{number * 1000}m")
    assert not same_quantity(f"{number}{unit}i", f"{number + 1}{unit}i")
    assert quantity(f"{number} {unit}B") is None


def _answer(document: Document, start: int, end: int) -> Answer:
    citation = Citation(
        1, document.id, document.title, "", document.source, document.kind, (), document.path, "L1",
        document.text[start:end], None, 0.5, start, end,
    )  # fmt: skip
    return Answer("a", "q", "text [1]", False, 0.9, citations=(citation,))


def _stale_page(number: int) -> str:
    lines = "\n".join(f"kubectl -n shop logs deploy/gone{n}" for n in range(number))
    return f"# Gone\n\n```bash\n{lines}\n```\n"


def test_an_answer_shows_both_sides_of_what_touches_its_pages() -> None:
    page = a_page("# Sizes\n\nNamespace `shop`: see below.\n\n`cart` has 9 replicas.\n")
    team = Team(documents=[page])
    found = team.findings()
    by_id = {one.id: one for one in team.everything()}
    answer = with_findings(_answer(page, 0, 7), found, lambda ids: {one: by_id[one] for one in ids})
    assert [(one.type, one.citations) for one in answer.findings] == [("contradiction", (2, 3))]
    assert [one.quote for one in answer.citations[1:]] == ["`cart` has 9 replicas.", "replicas: 3"]
    assert answer.citations[1].anchor == "L5"
    other = a_page("# Else\n", "else.md")
    assert with_findings(_answer(other, 0, 6), found, lambda ids: by_id).findings == ()


def test_an_answer_about_other_objects_shows_no_wrong_value_of_one_that_it_does_not_speak_of() -> None:
    page = a_page("# Sizes\n\nNamespace `shop`: see below.\n\n`cart` has 9 replicas.\n")
    team = Team(documents=[page])
    by_id = {one.id: one for one in team.everything()}
    objects = [one for one in by_id.values() if one.kind == OBJECT]
    for document in objects:
        citation = _answer(document, 0, 9).citations[0]
        answer = _answer(page, 0, 7)
        answer = with_findings(
            replace(answer, citations=(*answer.citations, citation)), team.findings(), lambda ids: by_id
        )
        assert bool(answer.findings) is (document.title.endswith("Deployment shop/cart"))


def test_a_finding_whose_document_has_changed_since_is_not_shown() -> None:
    page = a_page("# Sizes\n\nNamespace `shop`.\n\n`cart` has 9 replicas.\n")
    team = Team(documents=[page])
    stored = {one.id: one for one in team.everything()} | {
        page.id: a_page("# Sizes\n\n`cart` has 3 replicas.\n")
    }
    answer = with_findings(_answer(page, 0, 7), team.findings(), lambda ids: stored)
    assert answer.findings == ()
    assert len(answer.citations) == 1


def test_an_answer_shows_the_findings_of_its_own_lines_first_and_not_all() -> None:
    page = a_page(_stale_page(MOST + 4))
    team = Team(documents=[page])
    found = team.findings()
    by_id = {one.id: one for one in team.everything()}
    start = page.text.index("kubectl -n shop logs deploy/gone7")
    answer = with_findings(_answer(page, start, start + 30), found, lambda ids: by_id)
    assert len(found) == MOST + 4
    assert len(answer.findings) == MOST
    assert "gone7" in answer.findings[0].text


def test_what_shows_that_something_is_gone_is_not_touched_by_it() -> None:
    found = Team({"prod": [*a_shop(), a_workload("x", 1)]}).findings(a_page(_stale_page(1)))
    assert touching(found, [found[0].holds.document_id]) == []
    assert touching(found, [found[0].said.document_id]) == found
