"""Rules of alerts in rule files of Prometheus: in repositories, and in a bundle."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from incidents.alert_rules import rules_of
from incidents.bundles import read_files
from incidents.investigate import investigate
from incidents.report import Investigation
from incidents.rule_files import with_rule_files, written
from incidents.runbooks import Passage
from tests.unit.incident_outputs import deployment, evidence, pod

RULES = """groups:
  - name: shop
    rules:
      - alert: CartErrors
        expr: |
          sum(rate(errors[5m]))  # per second
            > 0.05
        for: 10m
        annotations:
          runbook_url: https://wiki.example/cart
      - alert: CartErrorsSoon
        expr: predict_linear(errors[1h], 3600) > 1
      - record: job:errors:rate5m
        expr: rate(errors[5m])
"""


def report() -> Investigation:
    cart = deployment("cart")
    return investigate(evidence(cart, pod(cart, ready=False)))


def search(query: str) -> Sequence[Passage]:
    return [
        Passage("README", "CartErrors is explained elsewhere", "files:readme"),
        Passage("rules/shop.yml", RULES, "files:rules/shop.yml", "https://git.example/rules/shop.yml"),
    ]


def test_the_rule_of_an_alert_is_cited_as_it_stands() -> None:
    told = with_rule_files(report(), search, ["CartErrors"])

    cited = told.evidence[-1]
    assert cited.text in RULES
    assert (cited.object, cited.url) == ("rules/shop.yml", "https://git.example/rules/shop.yml")
    assert "CartErrors (rules/shop.yml) fires while `sum(rate(errors[5m]))" in told.summary
    assert f"for 10m; its page is <https://wiki.example/cart> [{len(told.evidence)}]" in told.summary
    assert "CartErrorsSoon" not in cited.text


@pytest.mark.parametrize("name", ["Cart", "Other", "", "job:errors:rate5m", "(CartErrors"])
def test_what_has_no_rule_adds_nothing(name: str) -> None:
    before = report()

    assert with_rule_files(before, search, [name]) == before


def test_a_rule_that_was_cut_is_left_out() -> None:
    before, cut = report(), '- alert: CartErrors\n  expr: "sum('

    assert with_rule_files(before, lambda _: [Passage("r", cut, "r")], ["CartErrors"]) == before
    assert (
        written("CartErrors", "- alert: CartErrors\n  expr: up == 0")
        == "- alert: CartErrors\n  expr: up == 0"
    )


def test_a_rule_file_in_a_bundle() -> None:
    alert = '{"alerts": [{"status": "firing", "labels": {"alertname": "CartErrors", "namespace": "shop"}}]}'

    found = read_files({"rules.yml": RULES, "alert.json": alert})

    assert not found.unread
    assert [(one.alert, one.lasting) for one in rules_of(found)] == [("CartErrors", "10m")]
