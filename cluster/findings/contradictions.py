"""Pages that are wrong about a value: held against the live object, or against code where nothing runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cluster.findings import wording
from cluster.findings.claims import Claim, claims_of
from cluster.findings.clusters import WORKLOADS, Cluster
from cluster.findings.compare import Known, called, disagreement, is_ours_to_compare, scales_itself
from cluster.findings.context import Context
from cluster.findings.fields import Field, agree, fields_of, hosts_of, image_of, is_known, same_image
from cluster.findings.model import Finding, FindingType, Tier
from cluster.findings.pages import Page, is_certain, meant
from cluster.findings.quotes import line_around
from cluster.findings.written import Said
from cluster.values import at, entries
from connectors.documents import ANY, SectionKind
from connectors.formats.yaml_tree import load
from connectors.kubernetes.observed import ObservedObject

_KINDS = {
    "replicas": ("Deployment", "StatefulSet", "Rollout"),
    "storage": ("StatefulSet", "PersistentVolumeClaim"),
    "schedule": ("CronJob",),
    "host": ("Ingress", "HTTPRoute", "VirtualService"),
    "port": ("Service",),
}
"""Kinds that have such a value; others are workloads."""
_VERSION = re.compile(r"v?\d")


@dataclass(frozen=True, slots=True)
class _Hit:
    """An object of a cluster, and the value that disagrees, which may be its autoscaler's."""

    cluster: Cluster
    about: ObservedObject
    known: Known


def find(page: Page, context: Context) -> Iterator[Finding]:
    """A finding for each value that the page says and that all objects it may mean have otherwise."""
    spoken = context.anchors.clusters(page.document)
    if not spoken or not wording.of_now(page.document):
        return
    for claim in claims_of(page.document):
        clusters = _ranked(meant(spoken, page.environment(claim.words, claim.section), "", context.usual))
        hit = _hit(page, claim, clusters)
        if hit is not None:
            text = _text(page, claim.said.value, claim.said.what, hit)
            yield _finding(page, claim.start, claim.end, claim.said.what, text, hit, 0.9, context)
    yield from _in_manifests(page, spoken, context)


def _ranked(clusters: Iterator[Cluster]) -> list[Cluster]:
    """The clusters that run, or the code where none does: what lives holds above what is written."""
    found = list(clusters)
    return [one for one in found if one.tier is Tier.LIVE] or found


def _hit(page: Page, claim: Claim, clusters: Sequence[Cluster]) -> _Hit | None:
    first: _Hit | None = None
    for cluster in clusters:
        seen = _object(page, claim, cluster)
        if seen is None:
            continue
        known = _compared(claim.said, seen, cluster)
        if known is None:
            return None
        first = first or _Hit(cluster, seen, known)
    return first


def _object(page: Page, claim: Claim, cluster: Cluster) -> ObservedObject | None:
    """The one object that has the claimed value; it is in a namespace that the page names, if any."""
    kinds = _KINDS.get(claim.said.what, WORKLOADS)
    if claim.kind in kinds:
        kinds = (claim.kind,)
    elif claim.kind and claim.kind not in ("Service", "Pod", *WORKLOADS):
        return None
    found = cluster.named(claim.name, kinds, claim.namespace or ANY)
    if page.namespaces and not claim.namespace:
        found = [seen for seen in found if seen.namespace in page.namespaces]
    return found[0] if len(found) == 1 else None


def _compared(said: Said, seen: ObservedObject, cluster: Cluster) -> Known | None:
    if said.what == "replicas":
        return _replicas(said, seen, cluster)
    if said.what == "host":
        hosts = hosts_of(seen.value)
        if not hosts or any(said.value == host or _covers(host, said.value) for host, _ in hosts):
            return None
        return Known(seen, Field("host", "", *hosts[0]), ", ".join(host for host, _ in hosts))
    if said.what == "port":
        return _port(said, seen, cluster)
    if said.what in ("image", "version"):
        return _image(said, seen)
    if not is_ours_to_compare(cluster, seen, said.what):
        return None
    fields = [field for field in fields_of(seen.value) if field.what == said.what]
    field = _main(fields, seen)
    if field is None or agree(said.what, said.value, field.value):
        return None
    return Known(seen, field, field.value)


def _covers(pattern: str, host: str) -> bool:
    return pattern.startswith("*.") and host.endswith(pattern[1:])


def _main(fields: Sequence[Field], seen: ObservedObject) -> Field | None:
    """The field of the object itself, of its only container, or of the one that is called like it."""
    if not any(field.of.startswith("container ") for field in fields):
        return fields[0] if len(fields) == 1 else None
    named = [field for field in fields if field.of == f"container {seen.name}"]
    containers = [one for one in fields_of(seen.value) if one.what == "image"]
    if named or len(containers) > 1:
        return named[0] if len(named) == 1 else None
    return fields[0] if len(fields) == 1 else None


def _replicas(said: Said, seen: ObservedObject, cluster: Cluster) -> Known | None:
    """Replicas against the autoscaler's bounds where there is one, else against the number that is set."""
    scaler = cluster.scaler(seen)
    if scaler is not None:
        return _scaled(said, scaler)
    written = str(at(seen.value, "spec.replicas") if at(seen.value, "spec.replicas") is not None else 1)
    if scales_itself(cluster, seen) or not written.isdigit():
        return None
    count = int(written)
    if (said.low is None or said.low <= count) and (said.high is None or count <= said.high):
        return None
    return Known(seen, Field("replicas", "", written, ("spec", "replicas")), written)


def _scaled(said: Said, scaler: ObservedObject) -> Known | None:
    if scaler.kind != "HorizontalPodAutoscaler":
        return None
    bounds = {field.what: int(field.value) for field in fields_of(scaler.value) if field.value.isdigit()}
    low, high = bounds.get("minReplicas", 1), bounds.get("maxReplicas")
    if high is None:
        return None
    if not said.fixed:
        if said.low == said.high and said.low is not None and low <= said.low <= high:
            return None
        if said.low != said.high and said.low in (None, low) and said.high in (None, high):
            return None
    wrong = "maxReplicas" if not said.fixed and said.low in (None, low) else "minReplicas"
    if wrong not in bounds:
        wrong = "maxReplicas"
    words = f"scaled between {low} and {high}"
    return Known(scaler, Field(wrong, "", str(bounds[wrong]), ("spec", wrong)), words)


def _port(said: Said, service: ObservedObject, cluster: Cluster) -> Known | None:
    """A port of a Service, of its target or of the workload of its name."""
    fields = [field for field in fields_of(service.value) if field.what == "port"]
    others = {
        str(port.get(key))
        for _, port in entries(service.value, "spec.ports")
        for key in ("port", "targetPort", "nodePort")
    }
    for workload in cluster.named(service.name, WORKLOADS, service.namespace):
        others |= {field.value for field in fields_of(workload.value) if field.what == "port"}
    if not fields or said.value in others:
        return None
    return Known(service, fields[0], ", ".join(dict.fromkeys(field.value for field in fields)))


def _image(said: Said, seen: ObservedObject) -> Known | None:
    fields = [field for field in fields_of(seen.value) if field.what == "image"]
    if said.what == "image":
        image = image_of(said.value)
        alike = [field for field in fields if image_of(field.value).base == image.base]
        field = alike[0] if len(alike) == 1 else None
        if field is None or same_image(image, image_of(field.value)) or not is_known(said.value):
            return None
        return Known(seen, field, field.value)
    field = _main(fields, seen)
    tag = image_of(field.value).tag if field else ""
    if field is None or not _VERSION.match(tag) or is_part(said.value, tag):
        return None
    return Known(seen, field, field.value)


def is_part(version: str, tag: str) -> bool:
    """Whether a tag may be of the version: `7.4` and `v7.4.2-alpine`."""
    short, whole = version.lower().removeprefix("v"), tag.lower().removeprefix("v")
    return whole == short or (whole.startswith(short) and not whole[len(short)].isdigit())


def _in_manifests(page: Page, spoken: Sequence[Cluster], context: Context) -> Iterator[Finding]:
    """Manifests that a page shows as how it is, field by field."""
    if wording.makes_objects(page.document):
        return
    for section in page.document.sections:
        before = wording.before(page.document.sections, section)
        shown = section.kind in (SectionKind.CODE, SectionKind.KEY_VALUE) and "apiVersion" in section.text
        if not shown or wording.is_model(before) or not wording.states_value(before):
            continue
        for loaded in load(section.text):
            if not isinstance(loaded.value, Mapping) or loaded.templated:
                continue
            declared = ObservedObject(ANY, "", "", loaded.value)
            clusters = _ranked(meant(spoken, page.environment(before, section), "", context.usual))
            if not is_certain(declared.name) or len(clusters) != 1:
                continue
            found = clusters[0].find(declared.kind, declared.name, declared.namespace or ANY)
            for field in fields_of(loaded.value) if len(found) == 1 else ():
                known = disagreement(field, found[0], clusters[0])
                node = loaded.node_at(field.path)
                if known is None or node is None:
                    continue
                start, end = line_around(section.text, node.start, node.end)
                hit = _Hit(clusters[0], found[0], known)
                text = _text(page, field.value, field.name, hit)
                yield _finding(
                    page, section.start + start, section.start + end, field.name, text, hit, 0.85, context
                )


def _text(page: Page, value: str, what: str, hit: _Hit) -> str:
    where = (
        f"in cluster {hit.cluster.name} it is"
        if hit.cluster.tier is Tier.LIVE
        else f"the manifest{f' for {hit.cluster.name}' if hit.cluster.name else ''} has"
    )
    told = value if what == "replicas" and not value.isdigit() else f"{what} {value}"
    return f"`{page.document.title}` gives {called(hit.about)} {told}, but {where} {hit.known.words}."


def _finding(
    page: Page, start: int, end: int, what: str, text: str, hit: _Hit, confidence: float, context: Context
) -> Finding:
    said = context.quotes.place(page.document, start, end, Tier.PROSE)
    holds = context.quotes.field(hit.known.seen, hit.known.field.path, hit.cluster.tier)
    subject = called(hit.about)
    return Finding(FindingType.CONTRADICTION, text, said, holds, hit.cluster.name, subject, what, confidence)
