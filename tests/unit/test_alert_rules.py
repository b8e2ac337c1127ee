"""The rules behind the alerts of an investigation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from incidents.alert_rules import rules_of
from incidents.evidence import Alert, Evidence
from incidents.investigate import investigate
from tests.unit.incident_outputs import deployment, evidence, pod

PAGE = "https://wiki.example.com/cart-slow"
EXPRESSION = "# Two lines.\nsum(rate(errors[5m]))\n  > 0.05"


def rule(severity: str, **more: Any) -> dict[str, Any]:
    labels = {"severity": severity, "team": "{{ $labels.team }}"}
    return {"alert": "CartSlow", "expr": EXPRESSION, "for": "10m", "labels": labels, **more}


def seen(*rules: dict[str, Any], alerts: tuple[Alert, ...]) -> Evidence:
    cart = deployment("cart")
    written = {
        "apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule",
        "metadata": {"name": "carts", "namespace": "monitoring"},
        "spec": {"groups": [{"name": "carts", "rules": [{"record": "x", "expr": "y"}, *rules]}]},
    }  # fmt: skip
    return replace(evidence(cart, pod(cart), written), alerts=alerts)


def fired(severity: str = "critical") -> Alert:
    return Alert("CartSlow", "", "…", labels={"alertname": "CartSlow", "severity": severity, "team": "shop"})


def test_the_rule_whose_labels_the_alert_carries_is_told() -> None:
    both = rule("warning"), rule("critical", annotations={"runbook_url": PAGE})

    (found,) = rules_of(seen(*both, alerts=(fired(), fired())))

    assert found.expression == "sum(rate(errors[5m])) > 0.05"
    assert (found.lasting, found.runbook, found.piece.object) == (
        "10m",
        PAGE,
        "PrometheusRule/monitoring/carts",
    )


def test_a_rule_of_another_severity_or_name_is_not_that_of_the_alert() -> None:
    assert rules_of(seen(rule("warning"), alerts=(fired(),))) == []
    assert rules_of(seen({**rule("critical"), "alert": "Other"}, alerts=(fired(),))) == []
    assert rules_of(seen(rule("critical"), alerts=())) == []


def test_the_report_cites_the_rule() -> None:
    report = investigate(seen(rule("critical"), alerts=(fired(),)))

    number = next(
        n for n, one in enumerate(report.evidence, 1) if one.object == "PrometheusRule/monitoring/carts"
    )
    assert f"fires while `sum(rate(errors[5m])) > 0.05` for 10m [{number}]" in report.summary
    assert "alert: CartSlow" in report.evidence[number - 1].text
