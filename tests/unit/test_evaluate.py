"""The scores of `kubelore eval`, against figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answers.evaluate import Report, evaluate, is_gold, summarise, supports
from answers.model import Answer, Citation, Claim, Script
from answers.questions import Gold, Question
from connectors.documents import Document
from index.search_types import Filters, Scores, SearchResult
from tests.unit.answer_fakes import a_page

PAGES = {
    name: a_page(f"The {name} keeps 3 copies for 7 days.", f"{name}.md") for name in ("cart", "till", "stock")
}
DOCUMENTS = {page.id: page for page in PAGES.values()}


def a_question(
    name: str, *gold: str, must: tuple[str, ...] = (), needs_all: bool = False, kind: str = "fact"
) -> Question:
    return Question(name, f"{name}?", "en", kind, tuple(Gold(path, "") for path in gold), must, needs_all)


def a_result(page: Document) -> SearchResult:
    return SearchResult(
        "c", page.id, page.title, "", "docs", "page", page.path, "L1", page.text, 1.0, Scores(), 0, 9
    )


def a_citation(page: Document, number: int = 1) -> Citation:
    return Citation(
        number,
        page.id,
        page.title,
        "",
        "docs",
        "page",
        (),
        page.path,
        "L1",
        page.text,
        None,
        0.0,
        0,
        len(page.text),
    )


def an_answer(text: str, *citations: Citation, abstained: bool = False) -> Answer:
    claims = tuple(Claim(c.quote, (c.number,)) for c in citations)
    return Answer("a", "q", text, abstained, 0.5, claims, citations)


class Canned:
    """Says for each question what it was given."""

    def __init__(self, results: dict[str, list[str]], answers: dict[str, Answer]) -> None:
        self.results, self.answers = results, answers

    def search(self, query: str, k: int, filters: Filters) -> list[SearchResult]:
        return [a_result(PAGES[name]) for name in self.results.get(query.rstrip("?"), [])]

    def ask(self, question: str, filters: Filters) -> Answer:
        return self.answers[question.rstrip("?")]


ABSTAINED = an_answer("I found no answer.", abstained=True)


@pytest.fixture
def report() -> Report:
    """Three answerable questions (right; wrong and from a wrong file; declined) and two unanswerable ones."""
    questions = [
        a_question("one", "cart.md", must=("3", "seven|7 days")),
        a_question("two", "till.md", "stock.md", must=("nine",), needs_all=True),
        a_question("three", "gone.md", kind="howto"),
        a_question("four", kind="unanswerable"),
        a_question("five", kind="unanswerable"),
    ]
    canned = Canned(
        {"one": ["till", "till", "cart"], "two": ["till", "cart"], "three": ["cart"], "four": ["cart"]},
        {
            "one": an_answer("It keeps 3 copies for 7 days. [1]", a_citation(PAGES["cart"])),
            "two": an_answer("…", a_citation(PAGES["cart"]), replace(a_citation(PAGES["till"], 2), start=1)),
            "three": ABSTAINED,
            "four": ABSTAINED,
            "five": an_answer("…", a_citation(PAGES["cart"])),
        },
    )
    return evaluate(questions, canned, canned, DOCUMENTS.get, {})


def test_retrieval_is_scored_on_distinct_files(report: Report) -> None:
    overall = report.to_json()["overall"]
    assert [o.rank for o in report.outcomes] == [2, 1, None, None, None]
    assert overall["mrr"] == pytest.approx((1 / 2 + 1 + 0) / 3, abs=1e-4)
    assert overall["recall@5"] == pytest.approx((1 + 0.5 + 0) / 3, abs=1e-4)


def test_answers_and_abstention(report: Report) -> None:
    overall = report.to_json()["overall"]
    assert overall["n"] == 5
    assert overall["answer_accuracy"] == pytest.approx(1 / 3, abs=1e-4)
    assert overall["abstention_precision"] == 0.5
    assert overall["abstention_recall"] == 0.5
    assert overall["wrongly_declined"] == pytest.approx(1 / 3, abs=1e-4)


def test_claims_need_a_gold_file_and_quotes_their_place(report: Report) -> None:
    overall = report.to_json()["overall"]
    # cart for one, till for two; cart for two and anything for an unanswerable question count as wrong.
    assert overall["citation_precision"] == pytest.approx(2 / 4)
    assert overall["quote_exactness"] == pytest.approx(3 / 4)


def test_figures_by_kind_and_a_row_a_question(report: Report) -> None:
    data = report.to_json()
    assert set(data["by_kind"]) == {"fact", "howto", "unanswerable"}
    assert data["by_kind"]["fact"]["answer_accuracy"] == 0.5
    assert data["by_kind"]["unanswerable"]["mrr"] is None
    assert [row["correct"] for row in data["questions"]] == [True, False, False, False, False]


def test_ranks_beyond_the_depth_are_no_recall() -> None:
    results = [replace(a_result(PAGES["cart"]), path=f"{i}.md") for i in range(12)]

    class Searcher(Canned):
        def search(self, query: str, k: int, filters: Filters) -> list[SearchResult]:
            return results

    searcher = Searcher({}, {"a": ABSTAINED, "b": ABSTAINED})
    report = evaluate(
        [a_question("a", "6.md"), a_question("b", "11.md")], searcher, searcher, DOCUMENTS.get, {}
    )
    overall = summarise(report.outcomes)
    assert (overall["recall@5"], overall["recall@10"]) == (0.0, 0.5)
    assert overall["mrr"] == pytest.approx((1 / 7 + 1 / 12) / 2, abs=1e-4)


def test_a_citation_marker_is_no_number_of_the_answer() -> None:
    canned = Canned({}, {"many": an_answer("It keeps some. [3]", a_citation(PAGES["cart"], 3))})
    report = evaluate([a_question("many", "cart.md", must=("3",))], canned, canned, DOCUMENTS.get, {})
    assert not report.outcomes[0].correct


def test_a_heading_that_was_put_in_is_not_what_the_answer_says() -> None:
    text = "**cart › Kept for nine years**\n\nIt keeps some. [1]"
    cited = replace(a_citation(PAGES["cart"]), title="cart")
    canned = Canned({}, {"many": an_answer(text, cited)})
    report = evaluate([a_question("many", "cart.md", must=("nine",))], canned, canned, DOCUMENTS.get, {})
    assert not report.outcomes[0].correct


def test_what_is_said_late_is_right_and_not_right_at_once() -> None:
    said = {"late": an_answer("It keeps few. " * 60 + "nine [1]", a_citation(PAGES["cart"])),
            "soon": an_answer("nine " + "It keeps few. " * 60 + "[1]", a_citation(PAGES["cart"]))}  # fmt: skip
    questions = [a_question(name, "cart.md", must=("nine",)) for name in said]
    overall = evaluate(questions, Canned({}, said), Canned({}, said), DOCUMENTS.get, {}).to_json()["overall"]
    assert (overall["answer_accuracy"], overall["accuracy_first_800"]) == (1.0, 0.5)


def test_each_answer_weighs_alike_in_the_precision_by_answer(report: Report) -> None:
    # one: 1 of 1; two: 1 of 2; five: 0 of 1.
    assert report.to_json()["overall"]["citation_precision_by_answer"] == pytest.approx(
        (1 + 0.5) / 3, abs=1e-4
    )


def test_faithfulness_is_the_share_of_blocks_that_stand_in_a_cited_quote() -> None:
    text = "The cart keeps 3 copies for 7 days. [1]\n\nThe cart keeps 3 copies for 9 days. [1]"
    canned = Canned({}, {"one": an_answer(text, a_citation(PAGES["cart"])), "two": ABSTAINED})
    questions = [a_question("one", "cart.md"), a_question("two", "cart.md")]
    data = evaluate(questions, canned, canned, DOCUMENTS.get, {}).to_json()
    assert data["overall"]["faithfulness"] == 0.5
    assert data["questions"][0]["unfaithful"] == ["The cart keeps 3 copies for 9 days."]
    assert evaluate([], canned, canned, DOCUMENTS.get, {}).to_json()["overall"]["faithfulness"] is None


def test_questions_are_asked_within_the_filters() -> None:
    class Asked(Canned):
        filters: list[Filters] = []  # noqa: RUF012 - read once

        def search(self, query: str, k: int, filters: Filters) -> list[SearchResult]:
            self.filters.append(filters)
            return []

        def ask(self, question: str, filters: Filters) -> Answer:
            self.filters.append(filters)
            return ABSTAINED

    canned = Asked({}, {})
    within = Filters(principals=frozenset({"hr"}))
    evaluate([a_question("one", "cart.md")], canned, canned, DOCUMENTS.get, {}, within)
    assert canned.filters == [within, within]


def test_a_claim_that_its_quote_does_not_carry_is_wrong() -> None:
    answer = an_answer("…", a_citation(PAGES["cart"]))
    invented = replace(
        answer, claims=(Claim("Lunch is served at noon", (1,)), Claim("The cart keeps 3 copies", (7,)))
    )
    canned = Canned({}, {"one": invented})
    report = evaluate([a_question("one", "cart.md")], canned, canned, DOCUMENTS.get, {})
    assert (report.outcomes[0].claims, report.outcomes[0].good_claims) == (2, 0)


def test_no_questions_give_no_figures() -> None:
    assert evaluate([], Canned({}, {}), Canned({}, {}), DOCUMENTS.get, {}).to_json()["overall"]["mrr"] is None


ROOTS = {"infra": "/srv/acme/infra", "docs": "/srv/acme/infra/docs", "plain": ""}


@pytest.mark.parametrize(
    ("gold", "source", "path", "expected"),
    [
        ("main.tf", "infra", "main.tf", True),
        ("infra/main.tf", "infra", "main.tf", True),
        ("acme/infra/main.tf", "infra", "main.tf", True),
        ("infra/README.md", "infra", "README.md", True),
        ("infra/README.md", "docs", "README.md", False),
        ("infra/docs/README.md", "docs", "README.md", True),
        ("infra/docs/README.md", "infra", "README.md", False),
        ("infra/docs/README.md", "infra", "docs/README.md", True),
        ("other/main.tf", "infra", "main.tf", False),
        ("plain/main.tf", "plain", "main.tf", True),
        ("x/main.tf", "plain", "main.tf", False),
        ("notmain.tf", "infra", "main.tf", False),
        ("confluence:wiki/17", "wiki", "confluence:wiki/17", True),
        ("confluence:wiki/17", "wiki", "confluence:wiki/170", False),
    ],
)
def test_a_gold_path_is_known_under_its_source_s_folder(
    gold: str, source: str, path: str, expected: bool
) -> None:
    assert is_gold(gold, source, path, ROOTS) is expected


def test_support_forgives_a_word_in_ten() -> None:
    quote = "one two three four five six seven eight nine"
    assert supports(f"{quote} extra", quote)
    assert not supports("one two extra", quote)
    assert not supports("", quote)


@pytest.mark.parametrize(("gold", "right"), [
    ("shop/Deployment/cart", True),
    ("kubernetes:prod/shop/Deployment/cart", True),
    ("shop/Deployment/*", True),
    ("shop/Deployment/car", False),
    ("Deployment/cart", False),
    ("blog/Deployment/*", False),
])  # fmt: skip
def test_a_document_without_a_file_is_named_by_its_id_or_what_follows_the_source(
    gold: str, right: bool
) -> None:
    assert is_gold(gold, "prod", "kubernetes:prod/shop/Deployment/cart", {}) is right


def test_a_script_is_right_if_it_holds_all_that_is_expected_of_it() -> None:
    page = PAGES["cart"]
    asked = replace(a_question("cart", "cart.md"), script=("get|describe", "deploy", "-n shop"))
    script = Script("kubectl get deployment cart -n shop", "", (), (1,))
    with_script = replace(an_answer(page.text, a_citation(page)), script=script)
    figures = {}
    for name, answer in (("right", with_script), ("none", replace(with_script, script=None))):
        canned = Canned({"cart": ["cart"]}, {"cart": answer})
        report = evaluate([asked], canned, canned, DOCUMENTS.get, {})
        figures[name] = report.to_json()["overall"]["right_script"]
    assert figures == {"right": 1.0, "none": 0.0}
