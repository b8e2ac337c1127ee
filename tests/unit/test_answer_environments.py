"""What a setting is in other environments, where the question names none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from answers.environments import other_values
from answers.lead import lead_of
from connectors.documents import Document
from connectors.environments import without
from index.query import analyse
from tests.unit.answer_fakes import a_candidate, a_page, alike, all_units


def settings(text: str, environment: str, path: str = "values-{}.yaml") -> Document:
    return a_page(text, path.format(environment), kind="values", environment=environment)


def others(question: str, own: Document, *rest: Document) -> list[str]:
    """The texts of the units that other environments add to the answer from `own`."""
    ranked = [a_candidate(d, d.text, 1.0) for d in (own, *rest)]
    stored = {d.id: d for d in (own, *rest)}

    def documents(ids: Sequence[str]) -> dict[str, Document]:
        return {i: stored[i] for i in ids}

    lead = lead_of(all_units(own), analyse(question), alike)
    return [unit.text for unit in other_values(lead, ranked, documents)]


def test_each_environment_that_differs_is_told_in_the_order_of_the_names() -> None:
    found = others(
        "how many replicas does the cart have?",
        settings("cart:\n  replicas: 5\n", "production"),
        settings("cart:\n  replicas: 3\n", "staging"),
        settings("cart:\n  replicas: 1\n", "development"),
    )
    assert ["replicas: 1" in found[0], "replicas: 3" in found[1]] == [True, True]


@pytest.mark.parametrize(
    "other",
    [
        settings("cart:\n  replicas: 5\n", "staging"),  # the same there
        settings("till:\n  replicas: 3\n", "staging"),  # of something else
        settings("cart:\n  replicas: 3\n", "staging", "charts/till/values-{}.yaml"),  # another file
        settings("cart:\n  replicas: 3\n---\ncart:\n  replicas: 4\n", "staging"),  # which of the two?
        a_page("cart:\n  replicas: 3\n", "values.yaml", kind="values"),  # of no environment
        settings("cart:\n  replicas: 3\n", "production", "values-{}-old.yaml"),  # the same environment
    ],
)
def test_what_is_equal_or_cannot_be_told_apart_is_left_out(other: Document) -> None:
    own = settings("cart:\n  replicas: 5\n", "production")
    assert others("how many replicas does the cart have?", own, other) == []


def test_prose_and_files_of_no_environment_have_no_other_values() -> None:
    question = "how many replicas does the cart have?"
    page = a_page("The cart has 5 replicas.", environment="production")
    assert others(question, page, a_page("The cart has 3 replicas.", "b.md", environment="staging")) == []
    shared = a_page("cart:\n  replicas: 5\n", "values.yaml", kind="values")
    assert others(question, shared, settings("cart:\n  replicas: 3\n", "staging")) == []
    assert others("what about nothing?", shared) == []


@pytest.mark.parametrize(
    ("environment", "path", "expected"),
    [
        ("production", "variables/production/rds.tfvars", "variables/*/rds.tfvars"),
        ("production", "prod/values-PRD.yaml", "*/values-*.yaml"),
        ("production", "products/values.yaml", "products/values.yaml"),
        ("eu-1", "eu-1/values.yaml", "*/values.yaml"),
    ],
)
def test_a_path_without_its_environment(environment: str, path: str, expected: str) -> None:
    assert without(environment, path) == expected
