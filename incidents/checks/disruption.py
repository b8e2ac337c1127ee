"""Budgets that let no pod go, and autoscalers that are at their end.

A PodDisruptionBudget never breaks what runs: it stops drains and rolling node upgrades. It counts as a cause only where
an eviction was refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.selectors import Selector
from cluster.values import at, entries, number, text
from incidents.checks.base import described, finding, pieces
from incidents.evidence import Event
from incidents.finding import Finding
from incidents.situation import Situation, shown

_SEVERAL = "more than one PodDisruptionBudget"
_REFUSED = "violate the pod's disruption budget"


def check(s: Situation) -> Iterator[Finding]:
    """Each PodDisruptionBudget, then each HorizontalPodAutoscaler."""
    refused = [event for event in s.evidence.events if _REFUSED in event.message]
    for budget in s.items("PodDisruptionBudget"):
        yield from _budget(s, budget, refused)
    yield from _overlapping(s)
    for scaler in s.items("HorizontalPodAutoscaler"):
        yield from _at_its_end(s, scaler)


def _budget(s: Situation, budget: Item, refused: list[Event]) -> Iterator[Finding]:
    guarded = s.cluster.selected(Selector.parse(at(budget.value, "spec.selector")), [budget.namespace])
    if not guarded:
        if s.workloads and s.has_all("Pod", budget.namespace):
            yield finding(
                "disruption_budget_unmatched", budget, f"{shown(budget)} guards no pod: its selector matches none.",
                0.4,                 "Make spec.selector equal labels of the pods, or delete the budget.",
                [s.quote(budget, "Selector", field="spec.selector")], command=described(budget),
            )  # fmt: skip
        return
    if at(budget.value, "status.disruptionsAllowed") != 0 or number(budget.value, "status.expectedPods") < 1:
        return
    pods = {pod.name for item in guarded for pod in s.pods_of(item)}
    said = [event for event in refused if event.object.name in pods] or (refused if len(guarded) == 1 else [])
    yield finding(
        "disruption_budget_blocks", budget,
        f"{shown(budget)} lets no pod of {', '.join(shown(item) for item in guarded[:3])} be evicted: "
        f"{number(budget.value, 'status.currentHealthy')} are healthy and "
        f"{number(budget.value, 'status.desiredHealthy')} must be.",
        0.8 if said else 0.4, "Run one replica more than the budget asks for, or relax minAvailable or maxUnavailable.",
        [s.quote(budget, "disruptions", field="status.disruptionsAllowed"), *pieces(said[:2])], guarded,
        described(budget),
    )  # fmt: skip


def _overlapping(s: Situation) -> Iterator[Finding]:
    """Pods that several budgets guard: the eviction API refuses to evict them."""
    refused = [event for event in s.evidence.events if _SEVERAL in event.message]
    guards: dict[str, list[Item]] = {}
    for budget in s.items("PodDisruptionBudget"):
        for item in s.cluster.selected(Selector.parse(at(budget.value, "spec.selector")), [budget.namespace]):
            guards.setdefault(item.id, []).append(budget)
    for ident, budgets in guards.items():
        if len(budgets) > 1:
            names = " and ".join(budget.name for budget in budgets)
            yield finding(
                "disruption_budgets_overlap", budgets[0],
                f"{names} guard {'/'.join(ident.split('/')[-2:])}: a pod of several budgets can not be evicted.",
                0.8 if refused else 0.4, "Let one budget select each pod.",
                [*pieces(refused[:1]), *(s.quote(budget, "Selector", field="spec.selector") for budget in budgets)],
                command=described(budgets[0]),
            )  # fmt: skip


def _at_its_end(s: Situation, scaler: Item) -> Iterator[Finding]:
    """An autoscaler that wants more replicas than it may have."""
    for _, condition in entries(scaler.value, "status.conditions"):
        if (
            condition.get("type") == "ScalingLimited"
            and condition.get("status") == "True"
            and text(condition, "reason") == "TooManyReplicas"
        ):
            kind, name = (text(scaler.value, f"spec.scaleTargetRef.{key}") for key in ("kind", "name"))
            target = s.cluster.get(kind, name, scaler.namespace)
            yield finding(
                "scaling_limited", scaler,
                f"{shown(scaler)} is at its {number(scaler.value, 'spec.maxReplicas')} replicas and would need more: "
                f"{text(condition, 'message')}", 0.55, "Raise spec.maxReplicas, or find what needs so much.",
                [s.quote(scaler, "TooManyReplicas")], [target] if target else [], described(scaler),
            )  # fmt: skip
