"""Pages that name what is gone: objects and namespaces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from cluster.findings import wording
from cluster.findings.clusters import WORKLOADS, Cluster
from cluster.findings.context import Context
from cluster.findings.model import Finding, FindingType, Tier
from cluster.findings.pages import EPHEMERAL, Page, is_certain, meant, told_context
from cluster.findings.quotes import line_around
from connectors.documents import ANY, ResourceRef, Section, SectionKind
from connectors.kubectl_lines import namespace_of
from connectors.mentions import Form, Sighting

_CONFIDENCE = {Form.COMMAND: 0.95, Form.TABLE: 0.9, Form.SLASHED: 0.9, Form.PROSE: 0.85, Form.MANIFEST: 0.8}


def find(page: Page, context: Context) -> Iterator[Finding]:
    """A finding for each object and each namespace that the page names and no cluster it may mean has."""
    spoken = [one for one in context.anchors.clusters(page.document) if one.tier is Tier.LIVE]
    if not spoken or not wording.of_now(page.document):
        return
    gone = dict(_namespaces(page, spoken, context))
    yield from gone.values()
    for section, sighting in page.sightings:
        ref = sighting.ref
        if (
            ref.namespace in gone
            or (ref.name in gone and ref.kind == "Namespace")
            or not _asserts(page, section, sighting)
        ):
            continue
        clusters, is_told = _meant(page, section, sighting, spoken, context)
        if not clusters or not all(_lacks(cluster, sighting) for cluster in clusters):
            continue
        if is_told or not _elsewhere(ref, clusters, context):
            yield _object_finding(page, sighting, clusters, context)


def _asserts(page: Page, section: Section, sighting: Sighting) -> bool:
    """Whether the page says at this place that the object is there."""
    if sighting.ref.kind in EPHEMERAL or sighting.ref.kind == "Namespace":
        return False
    before = wording.before(page.document.sections, section)
    if sighting.form is Form.MANIFEST:
        return not wording.is_model(before)
    if sighting.form is Form.COMMAND:
        return wording.runs_now(before) and _is_run(page, section, sighting.start, sighting.end)
    line = _line(page, sighting.start, sighting.end)
    return wording.states_object(" ".join(section.heading_path[1:])) and wording.states_object(line)


def _is_run(page: Page, section: Section, start: int, end: int) -> bool:
    """Whether a command stands in a block of code, or in a sentence that says nothing against it."""
    return section.kind is SectionKind.CODE or wording.runs_now(wording.without_code(_line(page, start, end)))


def _line(page: Page, start: int, end: int) -> str:
    first, last = line_around(page.document.text, start, end)
    return page.document.text[first:last]


def _meant(
    page: Page, section: Section, sighting: Sighting, spoken: Sequence[Cluster], context: Context
) -> tuple[list[Cluster], bool]:
    """The clusters that the page may mean here, and whether it says so."""
    words = _line(page, sighting.start, sighting.end)
    told = told_context(words) if sighting.form is Form.COMMAND else ""
    environment = page.environment(words, section)
    return list(meant(spoken, environment, told, context.usual)), bool(told or environment)


def _lacks(cluster: Cluster, sighting: Sighting) -> bool:
    """Whether the object is certainly not in the cluster, under whatever kind prose may call it."""
    ref = sighting.ref
    if not cluster.covers(ref.kind, ref.namespace) or cluster.has(ref):
        return False
    if sighting.form is Form.PROSE and ref.kind in (*WORKLOADS, "Service", "Pod"):
        return not cluster.named(
            ref.name, (*WORKLOADS, "Service", "Pod", "HelmRelease", "Application"), ref.namespace
        )
    return True


def _elsewhere(ref: ResourceRef, clusters: Sequence[Cluster], context: Context) -> bool:
    """Whether code has the object only for other environments, which the page may mean without saying so."""
    declared = context.declared(ref)
    return bool(declared) and declared.isdisjoint({cluster.environment for cluster in clusters})


def _object_finding(page: Page, sighting: Sighting, clusters: Sequence[Cluster], context: Context) -> Finding:
    ref, cluster = sighting.ref, clusters[0]
    called = f"{ref.kind} {ref.namespace}/{ref.name}" if ref.namespace != ANY else f"{ref.kind} {ref.name}"
    said = context.quotes.place(page.document, *_quoted(page, sighting), Tier.PROSE)
    holds = context.quotes.absence(cluster, ref.kind, "" if ref.namespace == ANY else ref.namespace)
    text = f"`{page.document.title}` names {called}, which cluster {cluster.name} does not have{_hint(ref, cluster)}."
    return Finding(FindingType.STALE, text, said, holds, cluster.name, called, "", _CONFIDENCE[sighting.form])


def _hint(ref: ResourceRef, cluster: Cluster) -> str:
    """Where something of the name is instead."""
    others = [one for one in cluster.find(ref.kind, ref.name) if one.namespace != ref.namespace]
    if others:
        return f"; one of this name is in namespace {others[0].namespace}"
    twins = cluster.named(ref.name, WORKLOADS, ref.namespace) if ref.kind in WORKLOADS else []
    return f"; {twins[0].kind} {twins[0].namespace}/{twins[0].name} is there" if twins else ""


def _quoted(page: Page, sighting: Sighting) -> tuple[int, int]:
    """A command as it is; else the line, which says more than the name alone."""
    if sighting.form in (Form.COMMAND, Form.TABLE):
        return sighting.start, sighting.end
    first, last = line_around(page.document.text, sighting.start, sighting.end)
    return (first, last) if last - first <= 300 else (sighting.start, sighting.end)


def _namespaces(page: Page, spoken: Sequence[Cluster], context: Context) -> Iterator[tuple[str, Finding]]:
    """The namespaces that are gone, each with its finding, which names what the page says to be in it."""
    inside: dict[str, list[str]] = defaultdict(list)
    for _, sighting in page.sightings:
        if sighting.ref.namespace != ANY and sighting.ref.kind not in EPHEMERAL:
            inside[sighting.ref.namespace].append(f"{sighting.ref.kind} {sighting.ref.name}")
    seen: set[str] = set()
    for name, section, start, end, told in sorted(_named_namespaces(page), key=lambda one: one[2:4]):
        if name in seen:
            continue
        words = _line(page, start, end)
        environment = page.environment(words, section)
        clusters = list(meant(spoken, environment, told, context.usual))
        if not clusters or any(name in one.namespaces or not one.covers_namespace(name) for one in clusters):
            continue
        ref = ResourceRef("Namespace", name)
        if not (told or environment) and _elsewhere(ref, clusters, context):
            continue
        seen.add(name)
        with_them = " and ".join(dict.fromkeys(inside[name]))
        text = (
            f"`{page.document.title}` names namespace {name}{f' with {with_them}' if with_them else ''}, "
            f"and cluster {clusters[0].name} has no such namespace."
        )
        said = context.quotes.place(page.document, start, end, Tier.PROSE)
        holds = context.quotes.absence(clusters[0], "Namespace")
        yield (
            name,
            Finding(FindingType.STALE, text, said, holds, clusters[0].name, f"Namespace {name}", "", 0.95),
        )


def _named_namespaces(page: Page) -> Iterator[tuple[str, Section, int, int, str]]:
    """Name, section, span and context of each place where a namespace is named as being there."""
    for command in page.commands:
        name = namespace_of(command.arguments)
        made = name in page.made_namespaces or any(
            f" {verb} " in f" {command.arguments} " for verb in ("create", "apply", "delete")
        )
        before = wording.before(page.document.sections, command.section)
        run = wording.runs_now(before) and _is_run(page, command.section, command.start, command.end)
        if is_certain(name) and not made and run:
            told = told_context(command.arguments)
            yield name, command.section, command.start, command.end, told
    for section, sighting in page.sightings:
        ref = sighting.ref
        if ref.kind == "Namespace" and sighting.form in (Form.PROSE, Form.TABLE, Form.COMMAND):
            line = _line(page, sighting.start, sighting.end)
            if sighting.verb not in ("create", "apply", "delete") and wording.states_object(line):
                yield ref.name, section, *_quoted(page, sighting), told_context(line)
        elif _is_placed_manifest(sighting) and _asserts(page, section, sighting):
            yield ref.namespace, section, *_quoted(page, sighting), ""


def _is_placed_manifest(sighting: Sighting) -> bool:
    return (
        sighting.form is Form.MANIFEST
        and sighting.ref.namespace != ANY
        and is_certain(sighting.ref.namespace)
    )
