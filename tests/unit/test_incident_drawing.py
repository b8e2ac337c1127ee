"""The picture of an incident: well-formed, bounded, with the way highlighted and everything escaped."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any
from xml.etree import ElementTree

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.alert_links import with_links
from incidents.drawing import render
from incidents.evidence import Alert, Evidence
from incidents.investigate import investigate
from incidents.metrics.series import Series
from tests.unit.incident_outputs import deployment, evidence, pod
from tests.unit.test_causes import broken_rollout

SVG = "{http://www.w3.org/2000/svg}"


def report(**more: Any) -> dict[str, Any]:
    """The report of a broken rollout, with parts of it replaced."""
    return {**copy.deepcopy(told()), **more}


@cache
def told() -> dict[str, Any]:
    return investigate(broken_rollout()).to_json()


def tree(told: dict[str, Any]) -> ElementTree.Element:
    return ElementTree.fromstring(render(told))


def texts(root: ElementTree.Element) -> str:
    return " ".join("".join(one.itertext()) for one in root.iter(f"{SVG}text"))


def panel(**more: Any) -> dict[str, Any]:
    """A metric that turned."""
    values = [0.01] * 60 + [None] * 3 + [0.9] * 20
    times = [1_790_000_000.0 + 60 * place for place in range(len(values))]
    return {
        "object": "Deployment/shop/web", "subject": "web", "metric": "error ratio", "times": times, "values": values,
        "turned_at": "2026-09-21T15:13:20+00:00", "before": 0.01, "after": 0.9, **more,
    }  # fmt: skip


def test_the_way_from_the_cause_is_highlighted() -> None:
    root = tree(report())

    ways = [one for one in root.iter(f"{SVG}path") if one.get("class") == "way"]
    edges = [edge for edge in report()["graph"]["edges"] if edge["path"]]
    assert len(ways) == len(edges) > 0
    assert "Deployment · root cause" in texts(root)
    assert [one for one in root.iter(f"{SVG}g") if one.get("class") == "r-cause"]


def test_a_panel_shows_where_it_turned_and_leaves_gaps() -> None:
    root = tree(report(panels=[panel()]))

    assert "1% → 90% at 15:13" in texts(root)
    assert len(list(root.iter(f"{SVG}polyline"))) == 2
    assert [one for one in root.iter(f"{SVG}line") if one.get("class") == "turned"]


def test_what_did_not_turn_is_said_to_be_so() -> None:
    assert "did not turn" in texts(tree(report(panels=[panel(turned_at=None, before=None, after=None)])))


def test_the_same_report_is_the_same_picture() -> None:
    assert render(report(panels=[panel()])) == render(report(panels=[panel()]))


def test_nothing_wrong_is_a_picture_too() -> None:
    well = deployment("cart")
    root = tree(investigate(evidence(well, pod(well))).to_json())

    assert "Nothing is wrong as far as the evidence shows" in texts(root)


def test_a_large_graph_is_bounded() -> None:
    made = report()
    first = made["graph"]["nodes"][0]
    others = [{**first, "id": f"x{n}", "name": f"x{n}", "role": "affected"} for n in range(200)]
    edges = [
        {"source": first["id"], "target": one["id"], "type": "calls", "evidence": "e", "path": True}
        for one in others
    ]
    made["graph"] = {"nodes": [first, *others], "edges": edges}

    root = tree(made)

    assert len([one for one in root.iter(f"{SVG}g") if one.get("data-id")]) == 24
    assert "and 177 more objects" in texts(root)


def test_a_cycle_is_drawn() -> None:
    made = report()
    for edge in list(made["graph"]["edges"]):
        made["graph"]["edges"].append(
            {**edge, "source": edge["target"], "target": edge["source"], "path": False}
        )

    assert texts(tree(made))


@settings(deadline=None, max_examples=50)
@given(
    st.text(max_size=60), st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.none(), max_size=8)
)
def test_any_names_and_values_make_a_well_formed_picture(name: str, values: list[float | None]) -> None:
    made = report(namespace=name)
    made["graph"]["nodes"][0]["name"] = name
    times = [float(place) for place in range(len(values))] or [0.0]
    made["panels"] = [panel(subject=name, metric=name, times=times, values=values or [None])]

    tree(made)


def test_the_panels_of_a_report_are_those_of_its_objects_that_turned() -> None:
    times = numpy.arange(120, dtype=numpy.float64) * 60 + 1_790_000_000
    turned = numpy.array([0.01] * 90 + [0.9] * 30)
    calm = numpy.array([5.0, 5.1] * 60)
    found = broken_rollout()
    series = tuple(
        Series(name, metric, times, values)
        for name, metric, values in (
            ("cart", "error ratio", turned), ("cart", "cpu cores", calm), ("cart", "p50latency", turned * 100),
            ("web", "error ratio", turned), ("other", "error ratio", turned),
        )
    )  # fmt: skip

    told = investigate(Evidence(found.objects, found.events, found.logs, series, namespace="shop")).to_json()

    assert [(one["subject"], one["metric"]) for one in told["panels"]][:2] == [
        ("cart", "error ratio"), ("cart", "p50latency"),
    ]  # fmt: skip
    assert {one["subject"] for one in told["panels"]} == {"cart", "web"}, "what is no workload is left out"
    cited = [one for one in told["evidence"] if one["number"] in told["causes"][0]["evidence"]]
    assert "cart error ratio: 1% -> 90%" in [one["text"] for one in cited]


@pytest.mark.parametrize(
    ("address", "named"),
    [("https://wiki/x", True), ("javascript:alert(1)", False), ("https://x/ [a](b)", False), ("", False)],
)
def test_the_address_that_an_alert_names_is_in_the_summary(address: str, named: bool) -> None:
    told = with_links(investigate(broken_rollout()), [Alert("CartDown", "cart", "", runbook=address)])

    assert (f"- CartDown: <{address}>" in told.summary) is named
