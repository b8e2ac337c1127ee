"""Pages and manifests with an API version that the cluster no longer serves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cluster.findings import wording
from cluster.findings.api_versions import known, removed_in
from cluster.findings.clusters import Cluster, node_version, served_by_definitions
from cluster.findings.context import Context
from cluster.findings.model import Finding, FindingType, Side, Tier
from cluster.findings.pages import Page, is_certain, meant
from connectors.documents import Document, Section, SectionKind
from connectors.formats.yaml_tree import YamlDocument, load

_TOKEN = re.compile(r"(?<![\w./-])(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*/)?v\d+(?:alpha|beta)\d+(?![\w./-])")
_SENTENCE = re.compile(r"[^\n.!?]*(?:[.!?](?=\S)[^\n.!?]*)*")


@dataclass(frozen=True, slots=True)
class _Use:
    """An API version with the kind it is used for ('' where prose does not say one), at `start:end`."""

    api_version: str
    kind: str
    section: Section | None
    start: int
    end: int


def in_page(page: Page, context: Context) -> Iterator[Finding]:
    """A finding for each version that a page uses and that no cluster it may mean serves."""
    spoken = [one for one in context.anchors.clusters(page.document) if one.tier is Tier.LIVE]
    if not spoken or not wording.of_now(page.document):
        return
    for use in _uses(page):
        if use.section is None:
            continue
        words = page.document.text[use.start : use.end]
        environment = page.environment(words, use.section)
        clusters = list(meant(spoken, environment, "", context.usual))
        yield from _findings(page.document, use, clusters, Tier.PROSE, context)


def in_manifest(document: Document, context: Context) -> Iterator[Finding]:
    """A finding where a manifest can no longer be applied to the cluster that it is for."""
    clusters = [one for one in context.anchors.clusters(document) if one.tier is Tier.LIVE]
    if document.environment or len(clusters) == 1:
        for use in _written([one for _, one in context.quotes.yaml(document)], 0, None):
            yield from _findings(document, use, clusters, Tier.CODE, context)


def _findings(
    document: Document, use: _Use, clusters: Sequence[Cluster], tier: Tier, context: Context
) -> Iterator[Finding]:
    reasons = [_not_served(cluster, use, context) for cluster in clusters]
    found = [reason for reason in reasons if reason is not None]
    if not found or len(found) < len(reasons):
        return
    why, holds = found[0]
    called = f"{use.api_version} {use.kind}".strip()
    text = f"`{document.title}` uses {called}, which cluster {clusters[0].name} does not serve: {why}."
    said = context.quotes.place(document, use.start, use.end, tier)
    yield Finding(FindingType.STALE, text, said, holds, clusters[0].name, called, "apiVersion", 0.95)


def _not_served(cluster: Cluster, use: _Use, context: Context) -> tuple[str, Side] | None:
    """Why the cluster does not serve it and what shows that; None where it does or where that is not known."""
    group, _, version = use.api_version.rpartition("/")
    definitions = served_by_definitions(cluster).get(group)
    if definitions and use.kind:
        served = definitions.get(use.kind)
        if served is None or version in served:
            return None
        definition = next(
            one
            for one in cluster.kind("CustomResourceDefinition")
            if one.value["spec"]["names"].get("kind") == use.kind and one.value["spec"].get("group") == group
        )
        side = context.quotes.field(definition, ("spec", "group"), Tier.LIVE)
        return f"it serves {', '.join(sorted(served))} of this kind", side
    removed = removed_in(use.api_version, use.kind)
    told = re.match(r"v?1\.(\d+)", cluster.scope.version)
    of_node, node = node_version(cluster)
    minor = int(told[1]) if told else of_node
    if not removed or minor < removed:
        return None
    if node is None or of_node != minor:
        # Nodes may be older than the server: what tells the server's version is the line about the cluster.
        side = context.quotes.absence(cluster, "")
    else:
        side = context.quotes.field(node, ("status", "nodeInfo", "kubeletVersion"), Tier.LIVE)
    return f"it was removed in Kubernetes 1.{removed}, and this is 1.{minor}", side


def _uses(page: Page) -> Iterator[_Use]:
    for section in page.document.sections:
        before = wording.before(page.document.sections, section)
        if section.kind in (SectionKind.CODE, SectionKind.KEY_VALUE):
            if wording.runs_now(before) and "apiVersion" in section.text:
                yield from _written(load(section.text), section.start, section)
        elif section.kind is not SectionKind.HEADING and wording.states_object(
            " ".join(section.heading_path[1:])
        ):
            yield from _in_prose(section)


def _written(read: Sequence[YamlDocument], base: int, section: Section | None) -> Iterator[_Use]:
    """The versions of the manifests in a text that begins at the character `base`."""
    for loaded in read:
        value = loaded.value
        node = loaded.node_at(("apiVersion",))
        if not isinstance(value, Mapping) or node is None:
            continue
        version, kind = value.get("apiVersion"), value.get("kind")
        metadata = value.get("metadata")
        name = metadata.get("name") if isinstance(metadata, Mapping) else None
        if not (isinstance(version, str) and isinstance(kind, str) and isinstance(name, str)):
            continue
        if section is None or is_certain(name):
            start = loaded.text.rfind("\n", 0, node.start) + 1
            yield _Use(version, kind, section, base + start, base + node.end)


def _in_prose(section: Section) -> Iterator[_Use]:
    """Versions that a sentence names as such, with the one kind that it names, if any."""
    if "/v" not in section.text:
        return
    for sentence in _SENTENCE.finditer(section.text):
        for token in _TOKEN.finditer(sentence[0]):
            if token[0] not in known() or not wording.states_object(sentence[0]):
                continue
            kinds = [kind for kind in _KINDS if re.search(rf"\b{kind}s?\b", sentence[0])]
            kind = kinds[0] if len(kinds) == 1 else ""
            if removed_in(token[0], kind):
                start = section.start + sentence.start()
                yield _Use(token[0], kind, section, start, section.start + sentence.end())


_KINDS = (
    "Ingress",
    "CronJob",
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "Deployment",
    "IngressClass",
)
