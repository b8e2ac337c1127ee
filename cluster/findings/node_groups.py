"""What the nodes of a group are beside what Terraform sets for it; nodes carry the name of their group as a label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cluster.findings.account import Account, Verdict
from cluster.findings.model import Finding, FindingType, Tier
from cluster.findings.nodes import GROUP_LABELS, INSTANCE_TYPE, POOLS, is_of_group
from cluster.findings.quotes import Quotes
from cluster.findings.terraform import address_of, written
from cluster.values import mapping
from connectors.documents import Document
from connectors.kubernetes.observed import ObservedObject
from connectors.terraform.settings import TerraformSetting, settings_of

WHAT = "instance type"


@dataclass(frozen=True, slots=True)
class NodeGroup:
    """A group of nodes as a Terraform block sets it for one environment ('' for all)."""

    name: str
    environment: str
    document: Document
    types: TerraformSetting

    @property
    def called(self) -> str:
        """`node group acorn-production-arm`."""
        return f"node group {self.name}"


def node_groups(document: Document) -> Iterator[NodeGroup]:
    """The groups that a block makes, one an environment; none where it does not tell name and types for sure."""
    kind = document.terraform.address.partition(".")[0] if document.terraform else ""
    if kind not in POOLS:
        return
    name_path, paths = POOLS[kind]
    settings = [one for one in settings_of(document) if not one.place]
    for environment in sorted({one.environment for one in settings}):
        here = [one for one in settings if one.environment in (environment, "")]
        names = [one.value for one in here if one.path == name_path and isinstance(one.value, str)]
        types = [one for one in here if one.path in paths]
        if len(names) == 1 and len(types) == 1 and "${" not in names[0]:
            yield NodeGroup(names[0], environment, document, types[0])


def accounts_of_group(
    group: NodeGroup, nodes: Sequence[ObservedObject], cluster: str, findings: Sequence[Finding], quotes: Quotes
) -> list[Account]:  # fmt: skip
    """What the group's nodes are, then what Terraform sets; nothing where no node carries the group's name."""
    own = [(node, kind) for node in nodes if _is_of(node, group.name) and (kind := _type(node))]
    if not own:
        return []
    kinds = sorted({kind for _, kind in own})
    first = {kind: next(node for node, other in own if other == kind) for kind in kinds}
    sides = [quotes.field(node, ("metadata", "labels", INSTANCE_TYPE), Tier.LIVE) for node in first.values()]
    words = ", ".join(f"{kind} ({sum(other == kind for _, other in own)} nodes)" for kind in kinds)
    live = Account(Tier.LIVE, cluster, words, tuple(sides), Verdict.HOLDS, own[0][0].observed_at)
    allowed = {group.types.value} if isinstance(group.types.value, str) else set(group.types.value)
    wrong = next(
        (
            one
            for one in findings
            if one.type is FindingType.DRIFT
            and (one.value, one.cluster, one.said.document_id) == (WHAT, cluster, group.document.id)
        ),
        None,
    )
    if wrong is None and not set(kinds) <= allowed:
        return []
    verdict = Verdict.ALLOWS if wrong is None else Verdict.CONTRADICTS
    said = quotes.place(group.document, group.types.start, group.types.end, Tier.CODE)
    return [
        live,
        Account(Tier.CODE, address_of(group.document), written(group.types), (said,), verdict, finding=wrong),
    ]


def _type(node: ObservedObject) -> str:
    return str(mapping(node.metadata, "labels").get(INSTANCE_TYPE) or "")


def _is_of(node: ObservedObject, name: str) -> bool:
    labels = mapping(node.metadata, "labels")
    return any(is_of_group(str(labels.get(label, "")), name) for label in GROUP_LABELS)
