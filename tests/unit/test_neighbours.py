"""What a namespace calls in other namespaces belongs to its incidents; what else is there does not."""

from __future__ import annotations

from typing import Any

from incidents.investigate import investigate
from tests.unit.incident_outputs import deployment, evidence, pod, service

CART = deployment("cart", container={"env": [{"name": "DB_HOST", "value": "pg.data.svc:5432"}]})


def elsewhere(thing: dict[str, Any], namespace: str = "data") -> dict[str, Any]:
    return {**thing, "metadata": {**thing["metadata"], "namespace": namespace}}


def test_a_cause_in_a_namespace_that_is_called() -> None:
    database = elsewhere(deployment("pg", replicas=0))

    report = investigate(
        evidence(CART, pod(CART, ready=False), database, elsewhere(service("pg", port=5432)))
    )

    assert (report.causes[0].object, report.causes[0].cause) == ("Deployment/data/pg", "scaled_to_zero")
    assert "cart calls it" in report.causes[0].text
    assert "kubectl scale deployment pg -n data" in report.causes[0].fix
    assert any(edge["target"].endswith("/Deployment/cart") for edge in report.graph["edges"])


def test_what_is_not_called_there_is_left_out() -> None:
    database, other = elsewhere(deployment("pg")), elsewhere(deployment("other"))
    down = elsewhere(pod(deployment("other"), ready=False))

    report = investigate(
        evidence(CART, pod(CART), database, elsewhere(pod(deployment("pg"))), elsewhere(service("pg", port=5432)),
                 other, down)
    )  # fmt: skip

    assert report.healthy
