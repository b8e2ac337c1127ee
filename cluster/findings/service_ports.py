"""Pages that give the address of a Service with a port that it does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.findings import wording
from cluster.findings.clusters import Cluster
from cluster.findings.context import Context
from cluster.findings.model import Finding, FindingType, Tier
from cluster.findings.pages import Page, is_certain, meant
from cluster.findings.statements import statements
from cluster.values import entries, text
from connectors.documents import Section, SectionKind
from connectors.kubernetes.observed import ObservedObject

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(
    rf"(?<![\w.-])(?P<name>{_LABEL})\.(?P<namespace>{_LABEL})\.svc(?:\.cluster\.local)?:(?P<port>\d{{2,5}})(?![\w.]|-\w)"
)


def find(page: Page, context: Context) -> Iterator[Finding]:
    """A finding for each `name.namespace.svc:port` whose Service is there and has other ports."""
    spoken = [one for one in context.anchors.clusters(page.document) if one.tier is Tier.LIVE]
    if not spoken or not wording.of_now(page.document):
        return
    for section, start, end, words in _places(page):
        for match in _ADDRESS.finditer(words):
            clusters = list(meant(spoken, page.environment(words, section), "", context.usual))
            found = [_other_ports(cluster, match) for cluster in clusters]
            if not found or any(one is None for one in found) or not is_certain(match["name"]):
                continue
            service, cluster = found[0], clusters[0]
            if service is None:
                continue
            ports = ", ".join(str(port.get("port")) for _, port in entries(service.value, "spec.ports"))
            called = f"Service {service.namespace}/{service.name}"
            told = (
                f"`{page.document.title}` gives {called} port {match['port']}, but in cluster {cluster.name} it has"
                f" {ports}."
            )
            yield Finding(
                FindingType.CONTRADICTION, told, context.quotes.place(page.document, start, end, Tier.PROSE),
                context.quotes.field(service, ("spec", "ports"), Tier.LIVE), cluster.name, called, "port", 0.9,
            )  # fmt: skip


def _places(page: Page) -> Iterator[tuple[Section, int, int, str]]:
    """Statements, and lines of commands and settings that are shown as of use now."""
    for section, start, end, words in statements(page.document):
        if wording.states_object(words):
            yield section, start, end, words
    for section in page.document.sections:
        if section.kind is not SectionKind.CODE or ".svc" not in section.text:
            continue
        before = wording.before(page.document.sections, section)
        if not wording.runs_now(before) or wording.is_model(before):
            continue
        position = section.start
        for line in section.text.split("\n"):
            if not line.lstrip().startswith(("#", "//")):
                yield section, position, position + len(line), line
            position += len(line) + 1


def _other_ports(cluster: Cluster, address: re.Match[str]) -> ObservedObject | None:
    """The Service that the address names, if it has ports and not this one; a headless one hides none of its pods."""
    found = cluster.find("Service", address["name"], address["namespace"])
    if len(found) != 1 or text(found[0].value, "spec.clusterIP") == "None":
        return None
    if text(found[0].value, "spec.type") == "ExternalName":
        return None
    ports = {str(port.get("port")) for _, port in entries(found[0].value, "spec.ports")}
    return found[0] if ports and address["port"] not in ports else None
