"""Pages that are wrong about a cluster as a whole: its Kubernetes version, the type of its nodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cluster.findings import wording
from cluster.findings.clusters import Cluster
from cluster.findings.context import Context
from cluster.findings.model import Finding, FindingType, Tier
from cluster.findings.nodes import INSTANCE_TYPE, OTHER_MAKERS
from cluster.findings.pages import Page, meant
from cluster.findings.statements import statements
from cluster.values import mapping, text
from connectors.documents import Section
from connectors.kubernetes.observed import ObservedObject

_MINOR = r"`?v?1\.(?P<minor>\d{1,2})(?:\.\d+)?`?(?![\w.-]*\d)"
_RUNS = re.compile(
    r"\b(?:clusters?|nodes?|we|control planes?|production|staging|eks|gke|aks|kubelets?)\b[^.\n]{0,50}?"
    rf"\b(?:runs?|running|is|are|on|uses?|version)\b[^.\n]{{0,20}}?\b(?:kubernetes|k8s) (?:version )?{_MINOR}",
    re.IGNORECASE,
)
_VERSION_LABEL = re.compile(
    rf"^[\W_]*(?:kubernetes|k8s|cluster|eks|gke|aks) version[\s`*_]*(?::|\|| is )[\s`*_|]*{_MINOR}",
    re.IGNORECASE,
)
_TYPE = (
    r"`?(?P<type>[a-z]{1,3}\d[a-z0-9-]{0,6}\.(?:nano|micro|small|medium|large|\d{0,3}xlarge|metal(?:-\d+xl)?)"
    r"|(?:[a-z]\d[a-z]?)-(?:standard|highmem|highcpu|ultramem|megamem)-\d{1,3}"
    r"|Standard_[A-Z]{1,3}\d{1,3}\w{0,12})`?(?![\w-]|\.\w)"
)
_NODES = re.compile(
    r"^\W*(?:(?:all|each of|the|our|its|of|cluster|worker|kubernetes|k8s|eks|gke|aks|production|prod|staging|\d+|"
    r"two|three|four|five|six|eight|ten|twelve|in|environment|cluster's),? )*(?:nodes|workers|worker machines)"
    rf"(?: (?:in|of|on) (?:the )?(?:production|prod|staging|cluster)(?: cluster)?)? (?:are|run on|use|have)(?: of)?"
    rf"(?: the)?(?: instance| machine)?(?: type)? {_TYPE}",
    re.IGNORECASE,
)
_TYPE_LABEL = re.compile(
    rf"^[\W_]*(?:worker )?node(?:s|'s)?(?: instance| machine| vm)? (?:type|size)s?[\s`*_]*(?::|\|| is | are )[\s`*_|]*"
    rf"{_TYPE}",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"\b(?:requires?|needs?|supports?|supported|compatible|tested|starting|since|least|newer|later|or (?:above|up)|"
    r"database|rds|cache|bastion|gpu|build|spot|runner)s?\b",
    re.IGNORECASE,
)
"""Words of sentences that speak of what something wants, or of other machines."""


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What a cluster has instead, in words, and the node that shows it at a path."""

    cluster: Cluster
    words: str
    node: ObservedObject
    path: tuple[str, ...]


def find(page: Page, context: Context) -> Iterator[Finding]:
    """A finding for each version and node type that a page names and that no cluster it may mean has."""
    spoken = [one for one in context.anchors.clusters(page.document) if one.tier is Tier.LIVE]
    if not spoken or not wording.of_now(page.document):
        return
    for section, start, end, words in statements(page.document):
        if not wording.states_value(words) or _OF_OTHERS.search(words):
            continue
        for what, said, compare in _claims(words):
            wrong = _wrong(page, section, words, spoken, context, compare)
            if wrong is None:
                continue
            subject = f"cluster {wrong.cluster.name}"
            told = f"`{page.document.title}` gives the {what} of {subject} as {said}, but {wrong.words}."
            yield Finding(
                FindingType.CONTRADICTION, told, context.quotes.place(page.document, start, end, Tier.PROSE),
                context.quotes.field(wrong.node, wrong.path, Tier.LIVE), wrong.cluster.name,
                subject, what, 0.9,
            )  # fmt: skip


def _claims(words: str) -> Iterator[tuple[str, str, Callable[[Cluster], _Wrong | None]]]:
    versions = [*_RUNS.finditer(words), *_VERSION_LABEL.finditer(words)]
    minors = {int(match["minor"]) for match in versions}
    if len(minors) == 1:
        (minor,) = minors
        yield "Kubernetes version", f"1.{minor}", lambda cluster: _other_version(cluster, minor)
    types = [*_NODES.finditer(words), *_TYPE_LABEL.finditer(words)]
    if len(types) == 1 and len(re.findall(_TYPE, words)) == 1:
        said = types[0]["type"]
        yield "node type", said, lambda cluster: _other_type(cluster, said)


def _wrong(
    page: Page,
    section: Section,
    words: str,
    spoken: list[Cluster],
    context: Context,
    compare: Callable[[Cluster], _Wrong | None],
) -> _Wrong | None:
    """What the first of the clusters that may be meant has instead, where all of them have something else."""
    clusters = list(meant(spoken, page.environment(words, section), "", context.usual))
    found = [compare(cluster) for cluster in clusters]
    return found[0] if found and all(one is not None for one in found) else None


def _other_version(cluster: Cluster, minor: int) -> _Wrong | None:
    """Nodes may be behind their server: the version is wrong where neither it nor any node has it."""
    nodes = _nodes(cluster)
    versions = [text(node.value, "status.nodeInfo.kubeletVersion") for node in nodes]
    told = [re.match(r"v?1\.(\d+)", version) for version in versions]
    if not told or any(match is None or int(match[1]) == minor for match in told):
        return None
    if re.match(rf"v?1\.{minor}(?!\d)", cluster.scope.version):
        return None
    server = f"its server runs {cluster.scope.version}, " if cluster.scope.version else ""
    words = f"{server}its nodes run {', '.join(sorted(set(versions)))}"
    return _Wrong(cluster, words, nodes[0], ("status", "nodeInfo", "kubeletVersion"))


def _other_type(cluster: Cluster, said: str) -> _Wrong | None:
    """Wrong where every node says its type and none is of this one; who makes nodes at will has any."""
    nodes = _nodes(cluster)
    labels = [mapping(node.metadata, "labels") for node in nodes]
    types = [str(one.get(INSTANCE_TYPE) or "") for one in labels]
    free = any(label in one for one in labels for label in OTHER_MAKERS)
    if not nodes or free or not all(types) or said.lower() in {one.lower() for one in types}:
        return None
    words = f"its nodes are {', '.join(sorted(set(types)))}"
    return _Wrong(cluster, words, nodes[0], ("metadata", "labels", INSTANCE_TYPE))


def _nodes(cluster: Cluster) -> list[ObservedObject]:
    return sorted(cluster.kind("Node"), key=lambda node: node.name)
