"""Finds the Kubernetes objects that a page names: in commands, manifests, tables and prose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from connectors.documents import ANY, ResourceRef, Section, SectionKind
from connectors.formats.yaml_tree import load
from connectors.kinds import CLUSTER_SCOPED, kind_of
from connectors.kubectl_lines import read_command

LIMIT = 200
"""A page that names more objects than this is a list of everything and says nothing of any one."""

_COMMAND = re.compile(r"(?:^|[\s`$(;&|])(kubectl|k|oc)[ \t]+((?:\\\n|[^\n`|;&])+)")
_INLINE_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_SLASHED = re.compile(r"(?<![\w./@:$-])([A-Za-z][A-Za-z.]*)/([a-z0-9][a-z0-9.-]*[a-z0-9])(?![\w/:@-])")
_WORDS_FOR = {
    "deployment": "Deployment", "pod": "Pod", "service": "Service", "job": "Job", "cronjob": "CronJob",
    "cron job": "CronJob", "statefulset": "StatefulSet", "stateful set": "StatefulSet",
    "daemonset": "DaemonSet", "daemon set": "DaemonSet", "configmap": "ConfigMap",
    "config map": "ConfigMap", "secret": "Secret", "ingress": "Ingress", "namespace": "Namespace",
    "pvc": "PersistentVolumeClaim", "persistent volume claim": "PersistentVolumeClaim",
    "persistentvolumeclaim": "PersistentVolumeClaim", "hpa": "HorizontalPodAutoscaler",
    "horizontal pod autoscaler": "HorizontalPodAutoscaler",
    "horizontalpodautoscaler": "HorizontalPodAutoscaler", "service account": "ServiceAccount",
    "serviceaccount": "ServiceAccount", "network policy": "NetworkPolicy",
    "networkpolicy": "NetworkPolicy", "externalsecret": "ExternalSecret",
    "external secret": "ExternalSecret", "replicaset": "ReplicaSet",
    "poddisruptionbudget": "PodDisruptionBudget", "pdb": "PodDisruptionBudget",
    "clusterrole": "ClusterRole", "storage class": "StorageClass", "storageclass": "StorageClass",
    "prometheusrule": "PrometheusRule",
}  # fmt: skip
"""What prose calls a kind; words with another everyday meaning (role, node, application) are left out."""
_KIND_WORDS = "|".join(sorted((re.escape(word) for word in _WORDS_FOR), key=len, reverse=True))
_NAME_THEN_KIND = re.compile(rf"`([^`\n]+)`[ \t\n]({_KIND_WORDS})s?\b", re.IGNORECASE)
_KIND_THEN_NAME = re.compile(
    rf"\b({_KIND_WORDS})[ \t\n](?:(?:called|named)[ \t\n])?`([^`\n]+)`", re.IGNORECASE
)
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_EXAMPLE_NAME = re.compile(r"(?:my|your|some|example|foo|bar)(?:-.*)?|.*-name|name|test|x{2,}|\d+")
_FOLDERS = frozenset(
    {"application", "role", "secret", "limits", "quota", "gateway", "workflow", "vs", "no", "es"}
)
"""Words that lead a path or a media type more often than they name a kind."""
_SUBRESOURCES = frozenset(
    {"exec", "log", "logs", "status", "scale", "portforward", "proxy", "finalizers", "eviction", "token",
     "binding", "attach", "ephemeralcontainers", "approval"}
)  # fmt: skip
_RULE_ROW = re.compile(r"[\s|:+=-]+")


def find(sections: Sequence[Section]) -> tuple[ResourceRef, ...]:
    """The objects that `sections` name, sorted, each once, at most 200. Never raises.

    The namespace is `*` where the text does not say it anywhere. Placeholders (`<app>`, `$APP`,
    `{{ name }}`, `my-app`) are no names.
    """
    found: set[ResourceRef] = set()
    for section in sections:
        found.update(_in_section(section))
    placed = {(ref.kind, ref.name) for ref in found if ref.namespace != ANY}
    kept = (ref for ref in found if ref.namespace != ANY or (ref.kind, ref.name) not in placed)
    return tuple(sorted(kept)[:LIMIT])


def is_name(word: str) -> bool:
    """Whether `word` can be the name of an object and is no placeholder."""
    return _NAME.fullmatch(word) is not None and _EXAMPLE_NAME.fullmatch(word) is None


def _in_section(section: Section) -> Iterator[ResourceRef]:
    if section.kind in (SectionKind.CODE, SectionKind.KEY_VALUE):
        yield from _in_commands(section.text, with_alias=True)
        yield from _slashed(section.text, everywhere=True)
        yield from _in_manifests(section.text)
        return
    yield from _in_commands(section.text, with_alias=False)
    if "`" in section.text:
        for code in _INLINE_CODE.findall(section.text):
            yield from _in_commands(code, with_alias=True)
            yield from _slashed(code, everywhere=True)
        yield from _in_prose(section.text)
    yield from _slashed(section.text, everywhere=False)
    if section.kind is SectionKind.TABLE:
        yield from _in_table(section.text)


def _in_commands(text: str, *, with_alias: bool) -> Iterator[ResourceRef]:
    for command, arguments in _COMMAND.findall(text):
        if with_alias or command == "kubectl":
            for kind, name, namespace in read_command(arguments):
                yield from _ref(kind, name, namespace)


def _ref(kind: str, name: str, namespace: str = "") -> Iterator[ResourceRef]:
    if kind and is_name(name):
        known = is_name(namespace) and kind not in CLUSTER_SCOPED
        yield ResourceRef(kind, name, namespace if known else ANY)


def _slashed(text: str, *, everywhere: bool) -> Iterator[ResourceRef]:
    """`Kind/name`; outside code only with the kind's own spelling and a name that is no everyday word.

    Plurals (`deployments/x`) are folders more often than objects, `application/x` is a media type.
    """
    if "/" not in text:
        return
    for word, name in _SLASHED.findall(text):
        kind = kind_of(word)
        is_plural = word != kind and len(word) > 4 and word.endswith("s")
        if not kind or is_plural or word in _FOLDERS or name in _SUBRESOURCES or kind_of(name):
            continue
        if everywhere or (word == kind and re.search(r"[-\d]", name)):
            yield from _ref(kind, name)


def _in_prose(text: str) -> Iterator[ResourceRef]:
    pairs = [*((name, word) for name, word in _NAME_THEN_KIND.findall(text))]
    pairs += ((name, word) for word, name in _KIND_THEN_NAME.findall(text))
    for name, word in pairs:
        if not kind_of(name):
            yield from _ref(_WORDS_FOR[" ".join(word.lower().split())], name.strip())


def _in_manifests(text: str) -> Iterator[ResourceRef]:
    if "apiVersion" not in text or "kind" not in text:
        return
    for document in load(text):
        value = document.value
        metadata = value.get("metadata") if isinstance(value, dict) else None
        if not isinstance(metadata, dict):
            continue
        kind, name, namespace = value.get("kind"), metadata.get("name"), metadata.get("namespace")
        if isinstance(kind, str) and isinstance(name, str) and kind.isalnum():
            yield from _ref(kind, name, namespace if isinstance(namespace, str) else "")


def _in_table(text: str) -> Iterator[ResourceRef]:
    """Rows of a table that has a `Kind` (or `Type`) and a `Name` column, perhaps a `Namespace` too."""
    rows = [_cells(line) for line in text.splitlines() if "|" in line and not _RULE_ROW.fullmatch(line)]
    if not rows:
        return
    header = [cell.lower() for cell in rows[0]]
    kinds = [index for index, cell in enumerate(header) if cell in ("kind", "type", "resource")]
    if not kinds or "name" not in header:
        return
    place = header.index("namespace") if "namespace" in header else len(header)
    for row in rows[1:]:
        cells = [*row, *[""] * (len(header) + 1 - len(row))]
        yield from _ref(kind_of(cells[kinds[0]]), cells[header.index("name")], cells[place])


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`*").strip() for cell in line.strip().strip("|").split("|")]
