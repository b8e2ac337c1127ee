"""A question that says where to look finds it there."""

from __future__ import annotations

import pytest

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
