"""Which units are worth saying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from answers.select import is_noise, is_placeholder, pick, score_units, shape
from answers.units import Unit
from connectors.documents import Section, SectionKind
from index.query import analyse
from tests.unit.answer_fakes import a_page, all_units


def scored(text: str, question: str, path: str = "guide.md", environment: str = "") -> list[Unit]:
    units = all_units(a_page(text, path, environment=environment))
    score_units(units, analyse(question), lambda term: 1.0)
    return units


def told(units: Sequence[Unit], most: int = 2_000, ranks: Sequence[int] | None = None) -> list[str]:
    return [u.text for u in pick(units, ranks or [0] * len(units), most)]


def test_the_unit_with_the_question_s_words_scores_best() -> None:
    units = scored(
        "Snapshots of Aurora stay for a week. Lunch is at noon every day.",
        "how long do snapshots of aurora stay?",
    )
    assert units[0].score > units[1].score
    assert units[0].signals["own"] > units[1].signals["own"]


def test_words_of_the_heading_count_less_than_words_of_the_unit() -> None:
    units = scored(
        "# Redis\n\nIt is flushed by hand only.\n\n# Other\n\nRedis is flushed by hand only.",
        "who flushed redis by hand?",
    )
    inside_heading, own = units
    assert 0 < inside_heading.signals["own"] < own.signals["own"]
    assert inside_heading.signals["cover"] < own.signals["cover"]


def test_rare_words_weigh_more() -> None:
    units = all_units(
        a_page("The kyverno policies live elsewhere today. The cluster has several nodes today.")
    )
    score_units(units, analyse("kyverno cluster"), lambda term: 9.0 if term == "kyverno" else 1.0)
    assert units[0].score > units[1].score


def test_no_line_of_an_environment_s_file_is_chosen_for_naming_the_environment() -> None:
    text = "The image of inventory feeds staging only. The image of cart comes from main."
    question = "which image of cart is on staging?"
    first, second = scored(text, question, environment="staging")
    assert second.score > first.score
    naming = scored(text, question)
    assert naming[0].score == pytest.approx(naming[1].score, abs=0.3)
    assert naming[0].signals["own"] == naming[1].signals["own"]


def test_a_value_of_the_form_that_is_asked_for_counts() -> None:
    units = scored(
        "Dumps are kept for 120 days. Dumps are kept for good reasons.", "how long are dumps kept?"
    )
    assert [u.signals["shape"] for u in units] == [1.0, 0.0]
    assert units[0].score > units[1].score


def test_commands_suit_a_question_for_steps() -> None:
    question = analyse("how do i restart it?")
    sentence, code = all_units(
        a_page("Restart it with care.\n\n```sh\nkubectl rollout restart deploy/x\n```\n")
    )
    assert shape(code, question.intent) > shape(sentence, question.intent)


def test_code_is_about_what_the_line_above_it_says() -> None:
    text = "Drain the cart queue:\n\n```sh\nmake q\n```\n\nLunch is at noon.\n\n```sh\nmake l\n```\n"
    lead, drain, lunch, other = scored(text, "how do I drain the cart queue?")
    assert drain.score > max(lead.score, lunch.score, other.score)


def test_a_synonym_in_the_heading_counts_a_little() -> None:
    named, other = scored("# Postgres\n\nIt is big.\n\n# Redis\n\nIt is big.", "how is our database?")
    assert 0 < named.score - other.score < 0.5


def test_a_unit_that_leads_to_the_next_scores_less_than_one_that_says_it() -> None:
    units = scored(
        "Restart the cart pods like this:\n\nRestart the cart pods like this.", "restart the cart pods"
    )
    assert units[0].score < units[1].score


def test_units_come_in_the_order_of_the_text() -> None:
    units = scored(
        "First comes the cart. Then the till follows. At last the aurora backups.", "aurora backups"
    )
    assert told(units) == [u.text for u in units]


def test_no_more_than_the_budget_is_said_but_at_least_the_best() -> None:
    units = scored(
        "First comes the cart. Then the till follows. At last the aurora backups.", "aurora backups"
    )
    assert told(units, most=5) == ["At last the aurora backups."]
    assert len("".join(told(units, most=55))) <= 55


def test_a_step_brings_its_code_along_and_code_its_step() -> None:
    text = "1. Drain the queue first.\n\n   ```sh\n   make drain\n   ```\n\n1. Lunch at noon.\n"
    assert told(scored(text, "drain the queue"), most=45) == ["1. Drain the queue first.", "   make drain"]
    assert told(scored(text, "make"), most=45) == ["1. Drain the queue first.", "   make drain"]


def test_what_ends_in_a_colon_brings_what_follows() -> None:
    text = "Check the **aurora failover:**\n\n- the writer has moved\n\nLunch is served at noon on the top floor.\n"
    assert told(scored(text, "aurora failover"), most=52) == [
        "Check the **aurora failover:**",
        "- the writer has moved",
    ]


def test_further_files_only_say_what_matches_as_well() -> None:
    units = scored(
        "Aurora snapshots stay a week. Aurora snapshots stay in Ireland. Lunch is at noon every day.",
        "aurora snapshots stay",
    )
    assert told(units, ranks=[0, 1, 1]) == [
        "Aurora snapshots stay a week.",
        "Aurora snapshots stay in Ireland.",
    ]


@pytest.mark.parametrize(
    "noise", ["[board]: https://b.example", "![picture](x.png)", "<!-- hidden -->", "-----", "[TOC]"]
)
def test_noise_is_never_said(noise: str) -> None:
    units = scored(
        f"Look at the board here:\n\n{noise}\n\nThe board is https://b.example in Grafana.", "board example"
    )
    assert noise not in told(units)


def test_front_matter_is_never_said() -> None:
    units = scored("---\ntitle: Aurora\nowner: aurora team\n---\n\nAurora is run by us.", "aurora owner team")
    assert told(units) == ["Aurora is run by us."]


def test_the_properties_of_a_row_of_a_database_are_said() -> None:
    text = "Team: money\nAvailability: 99.95%\n"
    row = replace(a_page(text), sections=(Section(SectionKind.KEY_VALUE, text, start=0, end=len(text)),))
    assert [u.text for u in all_units(row) if not is_noise(u)] == [text.strip()]


def test_all_passages_of_the_best_file_compete() -> None:
    units = scored("Lunch is at noon every day. Aurora snapshots stay a week.", "aurora snapshots stay")
    assert told(units, most=30) == ["Aurora snapshots stay a week."]


def test_near_copies_in_two_documents_are_said_once() -> None:
    question = "how long do dumps stay"
    first = scored("Dumps stay for *120* days.", question, "a.md")
    copy = scored("Dumps stay for 120 days.", question, "b.md")
    assert told([*first, *copy], ranks=[0, 1]) == ["Dumps stay for *120* days."]


def test_twins_of_two_environments_are_both_said() -> None:
    question = "how long do dumps stay"
    first = scored("Dumps stay for 120 days.", question, "a.md", "production")
    twin = scored("Dumps stay for 120 days.", question, "b.md", "staging")
    assert len(told([*first, *twin], ranks=[0, 1])) == 2


def test_a_step_may_come_twice_in_one_document() -> None:
    units = scored("1. Click run.\n1. Choose the branch.\n1. Click run.\n", "click run branch")
    assert told(units) == ["1. Click run.", "1. Choose the branch.", "1. Click run."]


@pytest.mark.parametrize(
    "text",
    [
        "Recovery time objective: TBD.", "Recovery point objective: **TBC**", "TODO: describe the failover",
        "Coming soon!",
        "Who decides is still to be decided.", "This section is to be written.",
        "- TODO describe it",
        "| Objective | TBD |",
    ],
)  # fmt: skip
def test_what_is_still_to_be_written_is_a_placeholder(text: str) -> None:
    page = a_page(f"| a | b |\n|---|---|\n{text}\n" if text.startswith("|") else text)
    assert is_placeholder(all_units(page)[0])


@pytest.mark.parametrize(
    "text",
    ["The TODO app runs in shop.", "Ask the todo team, they own it.", "```yaml\na: 1 # TODO\n```",
     "Two nodes are to be added by ops.",
     "| name | TBD | 30 days | eu-west-1 |"],
)  # fmt: skip
def test_what_only_mentions_one_is_not(text: str) -> None:
    page = a_page(f"| a | b | c | d |\n|---|---|---|---|\n{text}\n" if text.startswith("|") else text)
    assert not is_placeholder(all_units(page)[0])


def test_an_answer_that_is_still_to_be_written_is_no_answer() -> None:
    text = "Recovery time objective: TBD. We keep the copies in Frankfurt since the spring."
    assert told(scored(text, "recovery time objective")) == []
    assert told(scored(text, "where are the copies kept, in Frankfurt?")) == [
        "We keep the copies in Frankfurt since the spring."
    ]


def test_an_open_point_that_matches_nearly_as_well_is_no_answer_either() -> None:
    text = "We keep the copies in Frankfurt. Who decides to fail over to Frankfurt: TBD."
    units = scored(text, "fail over to frankfurt copies")
    assert sorted(round(u.score, 1) for u in units)[0] > 0
    assert told(units) == []


def test_nothing_is_picked_from_nothing() -> None:
    assert pick([], [], 100) == []


def test_each_environment_that_is_compared_has_its_share() -> None:
    units: list[Unit] = []
    for name in ("production", "staging"):
        page = a_page(f"# {name}\n\n" + "\n\n".join(f"Line {i} of {name}." for i in range(30)), f"{name}.md")
        units += all_units(replace(page, environment=name))
    for i, unit in enumerate(units):
        unit.score = 2.0 - i / len(units)
    chosen = pick(units, [0] * len(units), 200, analyse("compare production and staging"))
    assert {u.document.environment for u in chosen} == {"production", "staging"}
    alone = pick(units, [0] * len(units), 200, analyse("what is in production"))
    assert {u.document.environment for u in alone} == {"production"}


def test_a_page_of_no_environment_may_answer_a_question_that_names_two() -> None:
    question = "how does a release get from staging to production"
    page = scored("A release gets from staging to production by a pull request.", question)
    settings = scored("release: 5", question, "orders.yaml", "staging") + scored(
        "release: 4", question, "orders2.yaml", "production"
    )
    chosen = pick([*page, *settings], [0, *[1] * len(settings)], 300, analyse(question))
    assert chosen[0] is page[0]


def test_who_is_sure_of_the_file_quotes_no_other_that_says_it_as_well() -> None:
    units = [*all_units(a_page("Dumps stay for a week.")), *all_units(a_page("We keep dumps.", "other.md"))]
    units[0].score, units[1].score = 1.0, 1.1
    assert len(pick(units, [0, 1], 500)) == 2
    assert pick(units, [0, 1], 500, others=1.0) == units[:1]


def test_of_a_file_of_settings_only_what_is_asked_for_is_said() -> None:
    text = "```hcl\nworker_types = 1\n```\n\n```hcl\nvpc_cidr = 2\n```\n\n```hcl\nlog_days = 90\n```\n"
    page, settings = (all_units(a_page(text, kind=kind)) for kind in ("page", "values"))
    for units in (page, settings):
        score_units(units, analyse("which worker types do we have"), lambda term: 1.0)
    assert "log_days = 90" in told(page)
    assert told(settings)[0] == "worker_types = 1"
    assert "log_days = 90" not in told(settings)


def _settings(yaml: str) -> list[Unit]:
    document = replace(a_page(f"```yaml\n{yaml}\n```\n", "cart.yaml"), kind="manifest")
    units = all_units(document)
    score_units(units, analyse("why has cart 5 replicas"), lambda term: 1.0)
    return units


def test_settings_give_no_reason_unless_a_comment_does() -> None:
    why, page = analyse("why has cart 5 replicas"), scored("Cart keeps baskets.", "why has cart 5 replicas")
    plain, commented = _settings("replicas: 5"), _settings("# Five since the March incident.\nreplicas: 5")
    assert pick(plain, [0], 2_000, why) == []
    assert pick([*plain, *page], [0, 1], 2_000, why) == []
    assert [u.text for u in pick(commented, [0], 2_000, why)] == [commented[0].text]
    assert pick(plain, [0], 2_000, analyse("how many replicas has cart")) == plain
