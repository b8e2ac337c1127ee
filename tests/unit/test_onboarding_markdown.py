"""An onboarding path as Markdown: what tells the step is shown, sources are numbered through."""

from __future__ import annotations

import re

from answers.model import Answer, Citation, Related
from answers.onboarding import Scope, Told, to_markdown

LOGS = re.compile("logs?", re.IGNORECASE)


def cite(number: int, title: str) -> Citation:
    return Citation(
        number, f"files:d/{title}", title, "", "d", "page", (), f"{title}.md", "L1", "q", None, 0.9, 0, 1
    )


def told(text: str, *citations: Citation, general: bool = False) -> Told:
    answer = Answer("1", "q", text, abstained=False, confidence=0.9, citations=citations)
    return Told("Logs", "where are the logs?", answer, LOGS, general=general)


def test_sources_are_numbered_through_and_listed_once() -> None:
    shared = cite(1, "shared")
    text = to_markdown(Scope(), [told("A [1]", shared), told("B [2] and [1]", cite(2, "own"), shared)])
    assert "A [1]" in text
    assert "B [2] and [1]" in text
    assert text.count("1. shared") == 1
    assert "2. own" in text


def test_code_is_never_changed_nor_cut() -> None:
    code = "```yaml\nargs: [1]\n\nmore: [1]\n```\n[1]"
    text = to_markdown(Scope(), [told("X [7]", cite(7, "x")), told(code, cite(1, "y"))])
    assert "args: [1]\n\nmore: [1]\n```\n[2]" in text


def test_of_a_long_answer_what_tells_the_step_is_shown() -> None:
    long = "word " * 200
    answer = f"**Page › Profiles**\n\n{long}[1]\n\n**Page › Logs**\n\nIn Loki. [1]"
    text = to_markdown(Scope(), [told(answer, cite(1, "page"))])
    assert "In Loki. [1]" in text
    assert "Profiles" not in text
    assert "*Read on: page (`d/page.md, L1`)*" in text


def test_a_heading_or_remark_alone_is_no_answer() -> None:
    rows = "\n".join(f"- Service s{n}: one of many [1]" for n in range(60))
    text = to_markdown(Scope(), [told(f"*As of now.*\n\n*Cluster a.*\n\n{rows}", cite(1, "objects"))])
    assert text.count("- Service") == 12


def test_a_gap_says_so_and_names_what_is_near() -> None:
    near = (Related("files:d/a", "A", "https://x.example/a", "a.md"), Related("files:d/b", "B", "", "b.md"))
    step = Told("Logs", "where are the logs?", None, LOGS, nearest=near)
    text = to_markdown(Scope("service", "cart"), [step])
    assert text.startswith("# Onboarding: cart\n\n0 of 1 steps")
    assert "Nothing that is indexed answers “where are the logs?”" in text
    assert "[A](https://x.example/a), B (`b.md`)" in text
    assert "## Sources" not in text


def test_what_holds_in_general_is_not_sold_as_the_teams_own() -> None:
    text = to_markdown(Scope("team", "money"), [told("A [1]", cite(1, "a"), general=True)])
    assert "Nothing is written about this for the money team; in general:" in text
