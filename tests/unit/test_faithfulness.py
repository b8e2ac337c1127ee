"""Whether all that an answer shows stands in what it cites."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answers.compose import compose
from answers.faithfulness import shown_text, unfaithful
from answers.model import Answer
from connectors.documents import Document
from index.query import analyse
from tests.unit.answer_fakes import a_page, alike, all_units

PAGE = a_page(
    "# Dumps\n\nDumps are kept for 120 days.\nSee [the\nboard](/manual/board) and [Redis]. Nobody reads [3].\n\n"
    "## Restore\n\n1. Log in:\n\n   ```sh\n   login --as [1]\n     now\n   ```\n\n1. Scale down.\n1. Wait.\n"
    "1. Tell *everybody*.\n\n| Name | Days |\n|---|--:|\n| logs | 30 |\n\n[redis]: https://redis.io\n",
    url="https://wiki.example/d",
    environment="production",
)


def an_answer(
    page: Document, skip: tuple[str, ...] = (), question: str = "how long are dumps kept?"
) -> Answer:
    units = [u for u in all_units(page) if u.text not in skip and not u.text.startswith("[redis]")]
    units[0].score = 1.0
    draft = compose(units, analyse(question), {}, alike)
    return Answer("a", question, draft.text, False, 1.0, tuple(draft.claims), tuple(draft.citations))


def judged(answer: Answer) -> tuple[int, list[str]]:
    return unfaithful(answer, {PAGE.id: PAGE}.get)


@pytest.mark.parametrize("skip", [(), ("1. Scale down.",), ("1. Scale down.", "1. Wait."), ("1. Log in:",)])
def test_what_the_composer_makes_is_faithful(skip: tuple[str, ...]) -> None:
    blocks, wrong = judged(an_answer(PAGE, skip))
    assert wrong == []
    assert blocks >= 4


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        ("120", "12"), ("login --as [1]", "login --as root"), ("Wait.", "Do not wait."),
        ("| logs | 30 |", "| logs | 7 |"),
        ("| Name |", "| Owner |"), ("Nobody reads", "Everybody reads"), ("the\nboard", "a\nboard"),
    ],
)  # fmt: skip
def test_a_word_that_is_not_in_the_quote_is_seen(written: str, changed: str) -> None:
    answer = an_answer(PAGE)
    assert written in answer.answer
    blocks, wrong = judged(replace(answer, answer=answer.answer.replace(written, changed)))
    assert blocks == judged(answer)[0]
    assert len(wrong) == 1
    assert changed.split()[0].strip("|") in wrong[0]


def test_the_environment_that_a_line_is_told_of_must_be_the_cited_documents() -> None:
    sides = {
        side.id: side
        for name, n in (("production", 5), ("staging", 2))
        for side in [a_page(f"replicas: {n}\n", f"{name}/cart.yaml", kind="values", environment=name)]
    }
    units = [unit for side in sides.values() for unit in all_units(side)]
    draft = compose(units, analyse("how many replicas in staging and production?"), {}, alike)
    answer = Answer("a", "?", draft.text, False, 1.0, tuple(draft.claims), tuple(draft.citations))
    assert "- staging: `replicas: 2`" in answer.answer
    assert unfaithful(answer, sides.get)[1] == []
    mistold = replace(answer, answer=answer.answer.replace("- staging:", "- production:"))
    assert unfaithful(mistold, sides.get)[1] == ["- production: `replicas: 2`"]


def test_a_block_without_a_citation_is_not_faithful() -> None:
    answer = an_answer(PAGE)
    assert judged(replace(answer, answer=answer.answer + "\n\nAsk the owners."))[1] == ["Ask the owners."]
    other = "**Other › Page**"  # looks like a heading of ours, and names no page that is cited
    assert judged(replace(answer, answer=answer.answer + f"\n\n{other}"))[1] == [other]


def test_headings_markers_and_remarks_are_not_what_it_says() -> None:
    text = shown_text(an_answer(PAGE, ("1. Scale down.",)))
    for ours in ("Dumps ›", "(production)", "left out", " [2]"):
        assert ours not in text
    assert "login --as [1]" in text
    assert "4. Tell *everybody*." in text


def test_an_abstention_shows_nothing() -> None:
    answer = replace(an_answer(PAGE), abstained=True)
    assert judged(answer) == (0, [])
