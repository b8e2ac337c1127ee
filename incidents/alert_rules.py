"""The rules behind alerts: their expression, how long it must hold, and the page that they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import yaml

from cluster.values import Value, entries, mapping, text
from connectors.kubernetes.observed import ObservedObject
from incidents.evidence import Alert, Evidence, Piece, PieceType

_KIND = "PrometheusRule"
_MOST = 5


@dataclass(frozen=True, slots=True)
class AlertRule:
    """The rule of an alert that fires, and where it stands."""

    alert: str
    expression: str
    lasting: str
    runbook: str
    piece: Piece

    @property
    def sentence(self) -> str:
        """The rule in a line."""
        held = f" for {self.lasting}" if self.lasting else ""
        page = f"; its page is <{self.runbook}>" if self.runbook else ""
        return f"{self.alert} ({self.piece.object}) fires while `{self.expression}`{held}{page}"


def rules_of(evidence: Evidence) -> list[AlertRule]:
    """The rules of the alerts at hand, from the PrometheusRule objects that were read; one for each alert.

    Of rules with one name, it is that whose labels the alert carries, as the severities of one alert have it.
    """
    found: dict[str, AlertRule] = {}
    rules = list(_written(evidence.objects)) if evidence.alerts else []
    for alert in evidence.alerts:
        fitting = [(seen, rule) for seen, rule in rules if text(rule, "alert") == alert.name]
        best = max(fitting, key=lambda pair: _labels(pair[1], alert), default=None)
        if best is not None and _labels(best[1], alert) >= 0:
            found.setdefault(alert.name, _rule(*best))
    return list(found.values())[:_MOST]


def _written(objects: Iterable[ObservedObject]) -> Iterator[tuple[ObservedObject, Value]]:
    for seen in objects:
        if seen.kind == _KIND:
            for _, group in entries(seen.value, "spec.groups"):
                for _, rule in entries(group, "rules"):
                    yield seen, rule


def _labels(rule: Value, alert: Alert) -> int:
    """How many labels of a rule an alert carries; -1 where it carries another value, as it then is of another rule."""
    wanted = {str(key): str(one) for key, one in mapping(rule, "labels").items() if "{{" not in str(one)}
    known = {key: alert.labels[key] for key in wanted if key in alert.labels}
    return -1 if any(wanted[key] != one for key, one in known.items()) else len(known)


def _rule(seen: ObservedObject, rule: Value) -> AlertRule:
    place = "/".join(part for part in (seen.kind, seen.namespace, seen.name) if part)
    shown = yaml.safe_dump(dict(rule), sort_keys=False, allow_unicode=True, width=1_000).strip()
    return rule_of(rule, Piece(PieceType.OBJECT, shown, place))


def rule_of(rule: Value, piece: Piece) -> AlertRule:
    """A rule as Prometheus has it, with the excerpt that shows it."""
    expression = " ".join(
        line for line in text(rule, "expr").split("\n") if not line.lstrip().startswith("#")
    )
    return AlertRule(
        text(rule, "alert"), " ".join(expression.split()), text(rule, "for"),
        text(rule, "annotations.runbook_url"), piece,
    )  # fmt: skip
