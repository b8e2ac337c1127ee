"""What is said of one object that a question asks something of: which lines of which documents."""

from __future__ import annotations

from answers.cluster import fact_parts, link_facts, node_facts, pod_facts, troubles
from answers.cluster.catalog import Catalog, pod_path
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot
from answers.cluster.wording import AS_TEXT, Aspect
from cluster.graph import Node
from cluster.values import entries, text

_SINCE = r"since when|since|when did|when was|how long|at what time|what time|last transition"


def say(draft: Draft, aspect: Aspect, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Adds what answers `aspect` for the object; False where its documents do not say."""
    return _SAY[aspect](draft, node, reading, catalog)


def _describe(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    if reading.asks(AS_TEXT):
        draft.say(node, Spot(whole=True))
        return True
    draft.described = True
    draft.say(node)
    maker = node if pod_path(node) else None
    if maker is not None:
        pod_facts.say_containers(draft, node, reading, catalog)
        for service in fact_parts.services_of(node, catalog)[:2]:
            draft.say(service)
    if troubles.is_unwell(node):
        troubles.explain(draft, node, catalog)
    return True


def _health(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    troubles.say_health(draft, node, catalog)
    if reading.asks(_SINCE) and not troubles.is_unwell(node):
        told = [f"Condition {kind}: " for kind in ("Ready", "Available", "Complete")]
        for words in told:
            draft.say(node, Spot(needles=(words,)), detail=True)
        if not any(text(one, "lastTransitionTime") for _, one in entries(node.value, "status.conditions")):
            draft.say(node, Spot(path=("metadata", "creationTimestamp")), detail=True)
    if node.kind == "Node" and node_facts.asks_conditions(reading):
        node_facts.say_conditions(draft, [node], reading)
        draft.objects = []
    return True


_SAY: dict[Aspect, link_facts.Say] = {
    Aspect.IMAGE: pod_facts.say_image,
    Aspect.REPLICAS: pod_facts.say_replicas,
    Aspect.WHY: _health,
    Aspect.HEALTH: _health,
    Aspect.NODE: pod_facts.say_node,
    Aspect.PLACE: pod_facts.say_place,
    Aspect.HOLDS: pod_facts.say_contents,
    Aspect.USERS: link_facts.say_users,
    Aspect.CALLERS: link_facts.say_callers,
    Aspect.CALLS: link_facts.say_calls,
    Aspect.EXPOSED: link_facts.say_exposure,
    Aspect.PORTS: link_facts.say_ports,
    Aspect.RESOURCES: pod_facts.say_resources,
    Aspect.ENV: pod_facts.say_environment,
    Aspect.SCALING: link_facts.say_scaling,
    Aspect.BUDGET: link_facts.say_guards("PodDisruptionBudget", "disruption budget", "guarded"),
    Aspect.LABELS: pod_facts.say_labels,
    Aspect.OWNER: pod_facts.say_owner,
    Aspect.PROBES: pod_facts.say_probes,
    Aspect.ACCOUNT: pod_facts.say_account,
    Aspect.MOUNTS: link_facts.say_mounts,
    Aspect.CONTAINERS: pod_facts.say_containers,
    Aspect.RESTARTS: pod_facts.say_restarts,
    Aspect.AGE: pod_facts.say_age,
    Aspect.POLICIES: link_facts.say_guards("NetworkPolicy", "network policy", "selected"),
    Aspect.SELECTED: link_facts.say_selected,
    Aspect.ROUTE: link_facts.say_routes,
    Aspect.DESCRIBE: _describe,
    Aspect.EVENTS: _health,
    Aspect.ACCESS: fact_parts.say_binding,
    Aspect.LOGS: pod_facts.say_restarts,
}
