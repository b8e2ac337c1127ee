"""A question that says where to look finds it there."""

from __future__ import annotations

import pytest

from index.hints import attributed
from index.query import analyse


@pytest.mark.parametrize(
    ("question", "sources"),
    [
        ("what instance type do we have in terraform?", {"terraform"}),
        ("which size does our terraform give the arm nodes?", {"terraform"}),
        ("what is the default timeout in the generic chart", {"helm"}),
        ("how many replicas has cart according to the manifests", {"manifest"}),
        ("what does the runbook say, in the wiki, about cart?", {"page"}),
        ("terraform 里 arm 节点是什么规格", {"terraform"}),
        ("which version in terraform cloud?", set()),  # a product, not a source
        ("how do I add a node pool in terraform?", set()),  # told by a page
        ("why is the limit so low in the chart?", set()),
        ("which chart version is installed?", set()),
    ],
)
def test_the_source_that_a_question_points_to(question: str, sources: set[str]) -> None:
    assert analyse(question).sources == sources


@pytest.mark.parametrize(
    ("question", "rest", "named", "kind"),
    [
        ("according to the wiki, who owns cart?", "who owns cart?", "wiki", "page"),
        ("in terraform, how long are backups kept?", "how long are backups kept?", "terraform", "terraform"),
        ("who owns cart according to our handbook?", "who owns cart?", "handbook", "page"),
        ("what does the runbook say about cart?", "cart?", "runbook", "page"),
        ("per the helm chart: how many replicas?", "how many replicas?", "chart", "helm"),
        ("根据手册，春节什么时候放假？", "春节什么时候放假？", "手册", "page"),
    ],
)
def test_a_source_that_is_said_to_hold_the_answer_is_told_apart(
    question: str, rest: str, named: str, kind: str
) -> None:
    said = attributed(question)
    assert said is not None
    assert (said.question, said.named, set(said.kinds)) == (rest, named, {kind})


@pytest.mark.parametrize(
    "question",
    ["what instance type do we have in terraform?", "in the wiki", "who edits the wiki, and when?", ""],
)
def test_a_source_that_is_only_mentioned_is_not(question: str) -> None:
    assert attributed(question) is None
