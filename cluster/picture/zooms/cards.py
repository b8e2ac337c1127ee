"""The card of a workload: what runs, how well, and what belongs to it alone, folded into lines."""

from __future__ import annotations

from collections import defaultdict

from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.picture import details
from cluster.picture.folding import Folded
from cluster.picture.scene import ALARMING, Box, Category, Line, Tone
from cluster.picture.text import clean, plural
from cluster.picture.zooms.common import group_id, listed, space_of
from cluster.values import number

_SERVICES = 2
_KIND_ROW = 24
"""Characters of a kind and of what is said of the object that stand in one row."""
_CONFIGS = ("ConfigMap", "Secret", "PersistentVolumeClaim")
_NOT_READ = "its kind was not read"


def card(folded: Folded, node: Node, services: list[Node], shared: frozenset[str] = frozenset()) -> Box:
    """The box of a workload with its services, autoscaler, budget, configuration and documents."""
    pods = folded.pods(node.id)
    lines = [Line(details.image(node), Tone.MUTED, title=_images(node))] if details.image(node) else []
    lines += details.alerts(node, pods)
    lines += _service_lines(services, node)
    lines += _scaling(folded, node)
    lines += _configuration(folded, node, shared)
    lines += documents(folded, node)
    return Box(
        node.id, group_id(space_of(node)), clean(node.kind), clean(node.name), Category.WORKLOAD,
        node.health.level, details.badge(node), tuple(lines), title=_title(node, pods),
    )  # fmt: skip


def plain(folded: Folded, node: Node, focus: bool = False) -> Box:
    """The box of any other object, or of a workload whose surroundings are drawn too."""
    kind, summary = clean(node.kind), clean(details.summary(node))
    short = details.category(node) is not Category.WORKLOAD and len(kind) + len(summary) <= _KIND_ROW
    lines = [Line(summary, Tone.MUTED, title=summary)] if summary and not short else []
    kind = f"{kind} · {summary}" if summary and short else kind
    lines += details.alerts(node, folded.pods(node.id))
    if not node.present:
        lines.append(Line("not seen", Tone.MUTED, title=clean(node.health.reason)))
    return Box(
        node.id, group_id(space_of(node)), kind, clean(node.name), details.category(node),
        node.health.level, details.badge(node), tuple(lines),
        title=_title(node, folded.pods(node.id)), focus=focus, absent=not node.present,
    )  # fmt: skip


def documents(folded: Folded, node: Node) -> list[Line]:
    """How many pages speak of it, and whether Terraform makes it."""
    pages = [folded.node(tie.target).name for tie in folded.leaving(node.id, EdgeType.DOCUMENTED_BY)]
    made = [folded.node(tie.target).name for tie in folded.leaving(node.id, EdgeType.CREATED_BY)]
    parts = [plural(len(pages), "page")] if pages else []
    parts += ["Terraform"] if made else []
    return [Line(", ".join(parts), Tone.MUTED, title=listed([*pages, *made]))] if parts else []


def _title(node: Node, pods: list[Node]) -> str:
    where = f"{node.namespace}/" if node.namespace else ""
    lines = [f"{node.kind} {where}{node.name}", f"{node.health.level}: {node.health.reason}".rstrip(": ")]
    if len(pods) > 1 or (pods and pods[0].id != node.id):
        lines.append(plural(len(pods), "Pod"))
    return "\n".join(clean(line) for line in lines)


def _images(node: Node) -> str:
    spec = details.pod_spec(node.value)
    found = spec.get("containers")
    return listed(str(one.get("image", "")) for one in found if isinstance(one, dict)) if found else ""


def _service_lines(services: list[Node], node: Node) -> list[Line]:
    lines = []
    for service in services[:_SERVICES]:
        kind, ports = details.service_type(service.value), details.service_ports(service.value)
        name = service.name if service.name != node.name else ""
        said = " ".join(clean(part) for part in (kind, name, ports) if part)
        lines.append(Line(said, title=clean(f"{kind} {service.name} {ports}")))
        if service.health.level in ALARMING and node.health.level not in ALARMING:
            lines.append(details.remark(service.health, "Service"))
    if len(services) > _SERVICES:
        more = services[_SERVICES:]
        lines.append(Line(f"and {plural(len(more), 'Service')} more", title=listed(one.name for one in more)))
    return lines


def _scaling(folded: Folded, node: Node) -> list[Line]:
    lines = []
    for tie in folded.reaching(node.id, EdgeType.SCALES):
        scaler = folded.node(tie.source)
        said = clean(f"{scaler.kind} {scaler.name}")
        if scaler.kind == "HorizontalPodAutoscaler":
            low, high = number(scaler.value, "spec.minReplicas", 1), number(scaler.value, "spec.maxReplicas")
            said = f"HPA {low} to {high}"
        lines.append(_attached(scaler, said))
    for tie in folded.reaching(node.id, EdgeType.SELECTS):
        budget = folded.node(tie.source)
        if budget.kind == "PodDisruptionBudget":
            lines.append(_attached(budget, f"PDB {details.budget(budget.value)}".strip()))
    return lines


def _attached(node: Node, said: str) -> Line:
    """A line for what belongs to a workload, with what is wrong with it."""
    if node.health.level in ALARMING:
        return details.remark(node.health, said)
    return Line(said, title=clean(f"{node.kind} {node.name}: {node.health.reason}"))


def _configuration(folded: Folded, node: Node, shared: frozenset[str]) -> list[Line]:
    """What it mounts, by kind; one of a kind by name, and a claim that is not well with its reason."""
    used: dict[str, dict[str, Node]] = defaultdict(dict)
    for tie in folded.leaving(node.id, EdgeType.MOUNTS):
        target = folded.node(tie.target)
        if tie.target not in shared:
            used[target.kind][target.id] = target
    lines: list[Line] = []
    for kind in _CONFIGS:
        found = list(used.get(kind, {}).values())
        if found:
            word = "PVC" if kind == "PersistentVolumeClaim" else kind
            said = clean(f"{word} {found[0].name}") if len(found) == 1 else plural(len(found), word)
            missing = sum(not one.present and one.health.reason != _NOT_READ for one in found)
            note = (
                f" ({missing} not found)" if missing and len(found) > 1 else " (not found)" if missing else ""
            )
            lines.append(Line(said + note, Tone.MUTED, title=listed(one.name for one in found)))
        lines += [
            details.remark(one.health, clean(one.name))
            for one in found
            if one.present and one.health.level in ALARMING and node.health.level not in ALARMING
        ][:2]
    return lines
