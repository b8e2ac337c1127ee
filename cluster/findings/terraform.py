"""Terraform values that disagree with what runs: of `kubernetes_*` resources and of Helm releases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from cluster.findings.clusters import Cluster
from cluster.findings.compare import Known, called, disagreement, is_ours_to_compare
from cluster.findings.context import Context
from cluster.findings.fields import Field, agree, fields_of, hosts_of
from cluster.findings.model import Finding, FindingType, Tier
from cluster.values import mapping
from connectors.documents import Document
from connectors.kubernetes.observed import ObservedObject
from connectors.terraform.settings import TerraformSetting, settings_of

_IGNORED = re.compile(r"ignore_changes\s*=\s*(all|\[.*?\])\s*$", re.MULTILINE | re.DOTALL)
_CONTAINER = r"spec\.(?:job_template\.spec\.)?(?:template\.spec\.)?containers?"
_MANIFEST = r"(?:manifest|yaml_body)\."
_PATHS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?:{_MANIFEST})?{pattern}"), what)
    for pattern, what in (
        (r"spec\.replicas", "replicas"),
        (r"spec\.schedule", "schedule"),
        (r"spec\.(?:min_replicas|minReplicas)", "minReplicas"),
        (r"spec\.(?:max_replicas|maxReplicas)", "maxReplicas"),
        (r"spec\.resources\.requests\.storage", "storage"),
        (r"spec\.rules?\.host", "host"),
        (r"spec\.ports?\.port", "port"),
        (rf"{_CONTAINER}\.image", "image"),
        (rf"{_CONTAINER}\.ports?\.(?:container_port|containerPort)", "port"),
        (rf"{_CONTAINER}\.resources\.limits\.memory", "memory limit"),
        (rf"{_CONTAINER}\.resources\.limits\.cpu", "cpu limit"),
        (rf"{_CONTAINER}\.resources\.requests\.memory", "memory request"),
        (rf"{_CONTAINER}\.resources\.requests\.cpu", "cpu request"),
    )
)
_IN_RELEASE = re.compile(r"(?:(?P<component>[\w-]+)\.)?(?:replicaCount|replicas)|image\.(?P<tag>tag)")
_VERSION_BEHIND = re.compile(r"-v?\d")


def find(document: Document, context: Context) -> Iterator[Finding]:
    """A finding for each value of a block that creates one object, or installs one release, and is otherwise live."""
    refs = document.creates
    if len(refs) != 1:
        return
    ref, settings = refs[0], settings_of(document)
    for cluster in context.anchors.clusters(document):
        if cluster.tier is not Tier.LIVE:
            continue
        chosen = for_environment(settings, document, cluster, context)
        if (
            ref.kind == "HelmRelease"
            and document.terraform
            and document.terraform.address.startswith("helm_release")
        ):
            yield from _of_release(document, chosen, cluster, context)
        elif len(found := cluster.find(ref.kind, ref.name, ref.namespace)) == 1:
            yield from _of_object(document, chosen, cluster, found[0], context)


def for_environment(
    settings: Sequence[TerraformSetting], document: Document, cluster: Cluster, context: Context
) -> list[TerraformSetting]:
    """The settings that hold in the cluster: of its environment, else those that hold in all; none that are unsure."""
    own = {one.path for one in settings if one.environment and one.environment == cluster.environment}
    elsewhere = {one.path for one in settings if one.environment} - own
    chosen = [
        one
        for one in settings
        if (one.environment == cluster.environment if one.path in own else not one.environment)
        and one.path not in elsewhere
        and not one.place
    ]
    everywhere = not document.environment and not any(one.environment for one in settings)
    if everywhere and cluster.environment not in context.usual:
        return []
    return chosen


def _of_object(
    document: Document,
    settings: Sequence[TerraformSetting],
    cluster: Cluster,
    seen: ObservedObject,
    context: Context,
) -> Iterator[Finding]:
    ignored = " ".join(_IGNORED.findall(document.text))
    for setting in settings:
        what = next((what for pattern, what in _PATHS if pattern.fullmatch(setting.path)), "")
        alone = sum(one.path == setting.path for one in settings) == 1
        if not what or not alone or not isinstance(setting.value, str) or _is_ignored(what, ignored):
            continue
        known = _live(what, setting.value, cluster, seen)
        if known is not None:
            yield drift(document, setting, known, cluster, context)


def _is_ignored(what: str, ignored: str) -> bool:
    return (
        "all" in ignored.split()
        or what.split()[-1] in ignored
        or (what == "image" and "container" in ignored)
    )


def _live(what: str, value: str, cluster: Cluster, seen: ObservedObject) -> Known | None:
    if what == "host":
        hosts = hosts_of(seen.value)
        if not hosts or value in [host for host, _ in hosts]:
            return None
        return Known(seen, Field("host", "", hosts[0][0], hosts[0][1]), ", ".join(host for host, _ in hosts))
    fields = [field for field in fields_of(seen.value) if field.what == what]
    if what == "port":
        return disagreement(Field("port", "", value, ()), seen, cluster)
    if len(fields) != 1 or not is_ours_to_compare(cluster, seen, what) or agree(what, value, fields[0].value):
        return None
    return Known(seen, fields[0], fields[0].value)


def drift(
    document: Document,
    setting: TerraformSetting,
    known: Known,
    cluster: Cluster,
    context: Context,
    text: str = "",
) -> Finding:
    """The finding that a Terraform value is not what runs; `text` says it in other words than the usual ones."""
    subject = called(known.seen)
    said = context.quotes.place(document, setting.start, setting.end, Tier.CODE)
    holds = context.quotes.field(known.seen, known.field.path, Tier.LIVE)
    text = text or (
        f"`{address_of(document)}` sets {known.field.what} of {subject} to {written(setting)}, and in cluster "
        f"{cluster.name} it is {known.words}."
    )
    return Finding(FindingType.DRIFT, text, said, holds, cluster.name, subject, known.field.what, 0.95)


def address_of(document: Document) -> str:
    """What Terraform calls the block."""
    return document.terraform.address if document.terraform else document.title


def written(setting: TerraformSetting) -> str:
    """The value as a sentence says it."""
    return setting.value if isinstance(setting.value, str) else ", ".join(setting.value)


def _of_release(
    document: Document, settings: Sequence[TerraformSetting], cluster: Cluster, context: Context
) -> Iterator[Finding]:
    ref = document.creates[0]
    told = {one.path: one for one in settings if isinstance(one.value, str)}
    parts = cluster.release(ref)
    chart, version = told.get("chart"), told.get("version")
    if chart and version:
        yield from _of_chart(document, str(chart.value), version, parts, cluster, context)
    pairs = [(one.path.removeprefix("values."), one) for one in settings if one.path.startswith("values.")]
    pairs += list(_set_values(settings))
    for path, setting in pairs:
        match = _IN_RELEASE.fullmatch(path)
        if match and isinstance(setting.value, str):
            yield from _of_workload(document, match, setting, parts, cluster, context)


def _set_values(settings: Sequence[TerraformSetting]) -> Iterator[tuple[str, TerraformSetting]]:
    """The pairs of `set`, where a value is written right behind its name."""
    written = [one for one in settings if one.path in ("set.name", "set.value")]
    for name, value in pairwise(written):
        if (name.path, value.path) == ("set.name", "set.value") and isinstance(name.value, str):
            yield name.value, value


def _of_chart(
    document: Document, chart: str, version: TerraformSetting, parts: list[ObservedObject], cluster: Cluster,
    context: Context,
) -> Iterator[Finding]:  # fmt: skip
    """The label `helm.sh/chart` says which version of a chart made an object."""
    name = chart.rpartition("/")[2]
    labelled = [(str(mapping(seen.metadata, "labels").get("helm.sh/chart", "")), seen) for seen in parts]
    own = [
        (label, seen)
        for label, seen in labelled
        if label.startswith(name) and _VERSION_BEHIND.match(label, len(name))
    ]
    wanted = str(version.value).removeprefix("v").replace("+", "_")
    if not re.fullmatch(r"\d+\.\d+\.\d+[\w.-]*", wanted):
        return  # a range, or a part of a version
    running = {label[len(name) + 1 :].removeprefix("v") for label, _ in own}
    if own and wanted not in running:
        label, seen = own[0]
        path = ("metadata", "labels", "helm.sh/chart")
        known = Known(
            seen, Field(f"chart version of release {document.creates[0].name}", "", label, path), label
        )
        yield drift(document, version, known, cluster, context)


def _of_workload(
    document: Document, match: re.Match[str], setting: TerraformSetting, parts: list[ObservedObject],
    cluster: Cluster, context: Context,
) -> Iterator[Finding]:  # fmt: skip
    """A value of the release's one workload, or of the one of a component."""
    workloads = [seen for seen in parts if seen.kind in ("Deployment", "StatefulSet")]
    component = match["component"]
    if component:
        label = "app.kubernetes.io/component"
        workloads = [seen for seen in workloads if mapping(seen.metadata, "labels").get(label) == component]
    if len(workloads) != 1:
        return
    seen = workloads[0]
    what = "image" if match["tag"] else "replicas"
    fields = [field for field in fields_of(seen.value) if field.what == what]
    if len(fields) != 1 or not is_ours_to_compare(cluster, seen, what):
        return
    value = str(setting.value)
    said = f"{fields[0].value.partition('@')[0].rpartition(':')[0]}:{value}" if what == "image" else value
    if not agree(what, said, fields[0].value):
        yield drift(document, setting, Known(seen, fields[0], fields[0].value), cluster, context)
