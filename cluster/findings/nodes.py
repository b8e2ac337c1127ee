"""Terraform's node groups and cluster versions against the nodes that run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from cluster.findings.clusters import Cluster
from cluster.findings.compare import Known
from cluster.findings.context import Context
from cluster.findings.fields import Field
from cluster.findings.model import Finding
from cluster.findings.pages import fits
from cluster.findings.terraform import address_of, drift, for_environment, written
from cluster.values import mapping, text
from connectors.documents import Document
from connectors.kubernetes.observed import ObservedObject
from connectors.terraform.settings import TerraformSetting, settings_of

INSTANCE_TYPE = "node.kubernetes.io/instance-type"
GROUP_LABELS = (
    "eks.amazonaws.com/nodegroup", "alpha.eksctl.io/nodegroup-name", "cloud.google.com/gke-nodepool",
    "kubernetes.azure.com/agentpool", "agentpool", "kops.k8s.io/instancegroup",
)  # fmt: skip
OTHER_MAKERS = ("karpenter.sh/nodepool", "karpenter.sh/provisioner-name")
POOLS = {
    "aws_eks_node_group": ("node_group_name", ("instance_types",)),
    "google_container_node_pool": ("name", ("node_config.machine_type",)),
    "azurerm_kubernetes_cluster_node_pool": ("name", ("vm_size",)),
}
_CLUSTERS = {
    "aws_eks_cluster": ("name", "version"),
    "google_container_cluster": ("name", "min_master_version"),
    "azurerm_kubernetes_cluster": ("name", "kubernetes_version"),
}
_MODULE_GROUP = re.compile(
    r"(?:eks_managed_node_groups|node_groups|self_managed_node_groups|node_pools)\.([\w-]+)\.(?:instance_types?|machine_type)"
)
_MODULE_VERSIONS = frozenset({"cluster_version", "kubernetes_version"})


def find(documents: Sequence[Document], context: Context) -> Iterator[Finding]:
    """A finding for each node group whose nodes are of other types, and each cluster that is of another version."""
    blocks = [(document, settings_of(document)) for document in documents if _is_about_nodes(document)]
    for cluster in context.live:
        here = [
            (document, for_environment(settings, document, cluster, context))
            for document, settings in blocks
            if fits(document.environment, cluster) and _may_be_of(document, settings, cluster, context)
        ]
        groups = [(document, *group) for document, settings in here for group in _groups(document, settings)]
        for document, name, setting in groups:
            yield from _group(document, name, setting, len(groups) == 1, cluster, context)
        versions = [(document, *one) for document, settings in here for one in _versions(document, settings)]
        for document, name, setting in (
            versions[:1] if len({one.value for _, _, one in versions}) == 1 else versions
        ):
            if len({one.value for _, _, one in versions}) == 1 or is_called(cluster, name):
                yield from _version(document, setting, cluster, context)


def _is_about_nodes(document: Document) -> bool:
    address = document.terraform.address if document.terraform else ""
    kind = address.partition(".")[0]
    return kind in POOLS or kind in _CLUSTERS or kind == "module"


def _may_be_of(
    document: Document, settings: Sequence[TerraformSetting], cluster: Cluster, context: Context
) -> bool:
    """Whether the block is of the cluster's environment, of its name, or of a source that speaks of it."""
    told = {document.environment, *(one.environment for one in settings)}
    if cluster.environment and cluster.environment in told:
        return True
    names = [
        one.value for one in settings if one.path in ("name", "cluster_name") and isinstance(one.value, str)
    ]
    return any(is_called(cluster, name) for name in names) or cluster in context.anchors.clusters(document)


def is_called(cluster: Cluster, name: str) -> bool:
    """Whether the cluster's name is this one, perhaps as the end of an ARN or of a context's name."""
    return bool(name) and name in (cluster.name, re.split(r"[/_:]", cluster.name)[-1])


def _groups(
    document: Document, settings: Sequence[TerraformSetting]
) -> Iterator[tuple[str, TerraformSetting]]:
    kind = document.terraform.address.partition(".")[0] if document.terraform else ""
    if kind in POOLS:
        name_path, paths = POOLS[kind]
        name = next((one.value for one in settings if one.path == name_path), "")
        for one in settings:
            if one.path in paths and isinstance(name, str):
                yield name, one
    elif kind == "module":
        for one in settings:
            if match := _MODULE_GROUP.fullmatch(one.path):
                yield match[1], one


def _labels(node: ObservedObject) -> Mapping[str, object]:
    return mapping(node.metadata, "labels")


def _group(
    document: Document, name: str, setting: TerraformSetting, alone: bool, cluster: Cluster, context: Context
) -> Iterator[Finding]:
    """The nodes of a group by their label; all nodes where there is one group and no node says whose it is."""
    nodes = [
        node for node in cluster.kind("Node") if not any(label in _labels(node) for label in OTHER_MAKERS)
    ]
    grouped = [node for node in nodes if any(label in _labels(node) for label in GROUP_LABELS)]
    own = [
        node
        for node in grouped
        if any(is_of_group(str(_labels(node).get(label, "")), name) for label in GROUP_LABELS)
    ]
    chosen = own if name and own else nodes if alone and not grouped else []
    wanted = {setting.value} if isinstance(setting.value, str) else set(setting.value)
    for node in sorted(chosen, key=lambda one: one.name):
        runs = _labels(node).get(INSTANCE_TYPE)
        if isinstance(runs, str) and runs and runs not in wanted:
            path = ("metadata", "labels", INSTANCE_TYPE)
            known = Known(node, Field("instance type", "", runs, path), runs)
            sentence = (
                f"`{address_of(document)}` sets the instance type of its nodes to {written(setting)}, and node "
                f"{node.name} of cluster {cluster.name} is {runs}."
            )
            yield drift(document, setting, known, cluster, context, sentence)
            return


def is_of_group(label: str, name: str) -> bool:
    """Whether a group's label is its name, or its name with the suffix that a module makes unique."""
    return bool(name) and (label == name or re.fullmatch(rf"{re.escape(name)}-\d{{10,}}", label) is not None)


def _versions(
    document: Document, settings: Sequence[TerraformSetting]
) -> Iterator[tuple[str, TerraformSetting]]:
    kind = document.terraform.address.partition(".")[0] if document.terraform else ""
    told = {one.path: one for one in settings if isinstance(one.value, str)}
    if kind in _CLUSTERS:
        name_path, path = _CLUSTERS[kind]
        if path in told:
            yield str(told[name_path].value) if name_path in told else "", told[path]
    elif kind == "module" and "eks" in document.text:
        name = told.get("cluster_name") or told.get("name")
        for path in sorted(_MODULE_VERSIONS & set(told)):
            if not document.text.count("node_group_name"):
                yield str(name.value) if name else "", told[path]


def _version(
    document: Document, setting: TerraformSetting, cluster: Cluster, context: Context
) -> Iterator[Finding]:
    """Nodes may be a release or two behind their cluster; told is where none of them is of its version."""
    wanted = re.match(r"v?1\.(\d+)", str(setting.value))
    versions = [(text(node.value, "status.nodeInfo.kubeletVersion"), node) for node in cluster.kind("Node")]
    told = [re.match(r"v?1\.(\d+)", version) for version, _ in versions]
    if not wanted or not versions or any(match is None or match[1] == wanted[1] for match in told):
        return
    if re.match(rf"v?1\.{wanted[1]}(?!\d)", cluster.scope.version):
        return
    version, node = versions[0]
    known = Known(
        node, Field("Kubernetes version", "", version, ("status", "nodeInfo", "kubeletVersion")), version
    )
    sentence = (
        f"`{address_of(document)}` sets the Kubernetes version to {written(setting)}, and the nodes of cluster "
        f"{cluster.name} run {version}."
    )
    yield drift(document, setting, known, cluster, context, sentence)
