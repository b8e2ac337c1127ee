"""Mermaid and DOT: every line is of a form that their parsers know, whatever objects are called."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.picture import draw
from tests.unit.picture_graphs import boutique, deployment, graph_of, service

EVIL = [
    "end", "subgraph", '"quote"', "a]b", "`md`", "**b**", "#quot;", "%%{init: {}}%%", "--> x", "<b>&amp;",
    "{a}", "|", "\\", '\\"; x', "; graph TD", "---", "click n1 javascript", "日本語", "'", "end\nx",
]  # fmt: skip
MERMAID = re.compile(
    r"""flowchart\ LR | %%\ [^{}]* | \s+end
    | \s+subgraph\ g\d+\["[^"<>`\\]*"\]
    | \s+n\d+\["(?:[^"<>`\\]|<br/>)*"\]
    | \s+n\d+\ (?:-->|-\.->)\|"[\w\ ×]+"\|\ n\d+
    | \s+classDef\ \w+\ [\w:#,-]+
    | \s+class\ n\d+(?:,n\d+)*\ \w+""",
    re.VERBOSE,
)
QUOTED = r'"(?:[^"\\]|\\.)*"'
DOT = re.compile(
    rf"""digraph\ kubelore\ \{{ | \s*\}}
    | \s+(?:graph|node|edge)\ \[(?:\w+=(?:\w+|{QUOTED})(?:,\ )?)+\];
    | \s+subgraph\ cluster_\d+\ \{{ | \s+label={QUOTED};
    | \s+n\d+\ \[label={QUOTED},\ color="\#\w{{6}}",\ tooltip={QUOTED}\];
    | \s+n\d+\ ->\ n\d+\ \[label={QUOTED},\ style=\w+\];""",
    re.VERBOSE,
)


def evil() -> str:
    return draw(graph_of(*(deployment(name, ready=0) for name in EVIL)), "mermaid", namespace="shop")


def body_of(mermaid: str) -> list[str]:
    front, title, back, *lines = mermaid.splitlines()
    assert (front, back) == ("---", "---")
    assert re.fullmatch(r"title: '(?:[^']|'')*'", title)
    return lines


def test_mermaid_has_groups_boxes_and_links() -> None:
    text = draw(graph_of(*boutique()), "mermaid", namespace="shop")

    assert 'subgraph g0["shop — 4 workloads, 2 Pods"]' in text
    assert re.search(r'n\d\["✖ cart 0/1<br/>Deployment<br/>CrashLoopBackOff: container app', text)
    assert text.count('-->|"calls"|') == 3
    assert re.search(r"class n\d failed", text)


def test_mermaid_takes_no_name_for_syntax() -> None:
    assert all(MERMAID.fullmatch(line) for line in body_of(evil())), evil()


def test_dot_has_clusters_boxes_and_links() -> None:
    text = draw(graph_of(*boutique()), "dot", namespace="shop")

    assert "subgraph cluster_0 {" in text
    assert re.search(r'label="cart 0/1\\nDeployment, failed\\ncart:v1\\nCrashLoopBackOff', text)
    assert text.count("->") == 4


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=5, unique=True))
def test_any_name_keeps_both_well_formed(names: list[str]) -> None:
    values = [one for name in names for one in (deployment(name, calls=["a"]), service("a", app=name))]
    graph = graph_of(*values)

    assert all(MERMAID.fullmatch(line) for line in body_of(draw(graph, "mermaid")))
    assert all(DOT.fullmatch(line) for line in draw(graph, "dot").splitlines())


def test_everything_folded_has_counted_links() -> None:
    values = [deployment(f"app-{number}", calls=["api.back"]) for number in range(20)]
    graph = graph_of(*values, service("api", "back"), deployment("api", "back"))

    assert '"calls ×20"' in draw(graph, "mermaid")
    assert 'label="calls x20"' in draw(graph, "dot")
