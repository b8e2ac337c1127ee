"""Finds the Kubernetes objects that a page names: in commands, manifests, tables and prose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from connectors.documents import ANY, ResourceRef, Section, SectionKind
from connectors.formats.yaml_tree import load
from connectors.kinds import CLUSTER_SCOPED, kind_of
from connectors.kubectl_lines import read_command, words_of

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
_TABLE_ROW = re.compile(r"^.*\|.*$", re.MULTILINE)


class Form(StrEnum):
    """How a page names an object."""

    COMMAND = "command"
    SLASHED = "slashed"
    PROSE = "prose"
    MANIFEST = "manifest"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Sighting:
    """An object named at `start:end` of a text: the whole command with its `verb`, else the words that name it."""

    ref: ResourceRef
    form: Form
    start: int
    end: int
    verb: str = ""


def find(sections: Sequence[Section]) -> tuple[ResourceRef, ...]:
    """The objects that `sections` name, sorted, each once, at most 200. Never raises.

    The namespace is `*` where the text does not say it anywhere. Placeholders (`<app>`, `$APP`,
    `{{ name }}`, `my-app`) are no names.
    """
    found = {sighting.ref for section in sections for sighting in _in_section(section)}
    placed = {(ref.kind, ref.name) for ref in found if ref.namespace != ANY}
    kept = (ref for ref in found if ref.namespace != ANY or (ref.kind, ref.name) not in placed)
    return tuple(sorted(kept)[:LIMIT])


def sightings(sections: Sequence[Section]) -> Iterator[tuple[Section, Sighting]]:
    """Every place where `sections` name an object, with its section; it counts characters of the document."""
    for section in sections:
        for found in _in_section(section):
            moved = replace(found, start=section.start + found.start, end=section.start + found.end)
            yield section, moved


@dataclass(frozen=True, slots=True)
class WrittenCommand:
    """A `kubectl` command as a page writes it, at `start:end` of the document."""

    section: Section
    start: int
    end: int
    arguments: str


def commands(sections: Sequence[Section]) -> Iterator[WrittenCommand]:
    """The `kubectl` commands in code blocks and in inline code."""
    for section in sections:
        plain = section.kind not in (SectionKind.CODE, SectionKind.KEY_VALUE)
        for at, text in _code_of(section.text) if plain else ((0, section.text),):
            for match in _COMMAND.finditer(text):
                start = section.start + at
                end = start + match.start() + len(match[0].rstrip())
                yield WrittenCommand(section, start + match.start(1), end, match[2])


def _code_of(text: str) -> Iterator[tuple[int, str]]:
    for code in _INLINE_CODE.finditer(text):
        yield code.start(1), code[1]


def is_name(word: str) -> bool:
    """Whether `word` can be the name of an object and is no placeholder."""
    return _NAME.fullmatch(word) is not None and _EXAMPLE_NAME.fullmatch(word) is None


def _in_section(section: Section) -> Iterator[Sighting]:
    text = section.text
    if section.kind in (SectionKind.CODE, SectionKind.KEY_VALUE):
        yield from _in_commands(text, with_alias=True)
        yield from _slashed(text, everywhere=True)
        yield from _in_manifests(text)
        return
    yield from _in_commands(text, with_alias=False)
    if "`" in text:
        for code in _INLINE_CODE.finditer(text):
            yield from _in_commands(code[1], with_alias=True, at=code.start(1))
            yield from _slashed(code[1], everywhere=True, at=code.start(1))
        yield from _in_prose(text)
    yield from _slashed(text, everywhere=False)
    if section.kind is SectionKind.TABLE:
        yield from _in_table(text)


def _in_commands(text: str, *, with_alias: bool, at: int = 0) -> Iterator[Sighting]:
    for match in _COMMAND.finditer(text):
        if not with_alias and match[1] != "kubectl":
            continue
        words = words_of(match[2].replace("\\\n", " ").split())
        end = at + match.start() + len(match[0].rstrip())
        for ref in _refs(read_command(match[2])):
            yield Sighting(ref, Form.COMMAND, at + match.start(1), end, words[0] if words else "")


def _refs(named: Iterator[tuple[str, str, str]]) -> Iterator[ResourceRef]:
    for kind, name, namespace in named:
        yield from _ref(kind, name, namespace)


def _ref(kind: str, name: str, namespace: str = "") -> Iterator[ResourceRef]:
    if kind and is_name(name):
        known = is_name(namespace) and kind not in CLUSTER_SCOPED
        yield ResourceRef(kind, name, namespace if known else ANY)


def _slashed(text: str, *, everywhere: bool, at: int = 0) -> Iterator[Sighting]:
    """`Kind/name`; outside code only with the kind's own spelling and a name that is no everyday word.

    Plurals (`deployments/x`) are folders more often than objects, `application/x` is a media type.
    """
    if "/" not in text:
        return
    for match in _SLASHED.finditer(text):
        word, name = match.groups()
        kind = kind_of(word)
        is_plural = word != kind and len(word) > 4 and word.endswith("s")
        if not kind or is_plural or word in _FOLDERS or name in _SUBRESOURCES or kind_of(name):
            continue
        if everywhere or (word == kind and re.search(r"[-\d]", name)):
            for ref in _ref(kind, name):
                yield Sighting(ref, Form.SLASHED, at + match.start(), at + match.end())


def _in_prose(text: str) -> Iterator[Sighting]:
    for pattern, name_group, word_group in ((_NAME_THEN_KIND, 1, 2), (_KIND_THEN_NAME, 2, 1)):
        for match in pattern.finditer(text):
            kind = _WORDS_FOR[" ".join(match[word_group].lower().split())]
            if not kind_of(match[name_group]):
                for ref in _ref(kind, match[name_group].strip()):
                    yield Sighting(ref, Form.PROSE, match.start(), match.end())


def _in_manifests(text: str) -> Iterator[Sighting]:
    if "apiVersion" not in text or "kind" not in text:
        return
    for document in load(text):
        value = document.value
        metadata = value.get("metadata") if isinstance(value, dict) else None
        if not isinstance(metadata, dict):
            continue
        kind, name, namespace = value.get("kind"), metadata.get("name"), metadata.get("namespace")
        node = document.node_at(("metadata", "name"))
        if isinstance(kind, str) and isinstance(name, str) and kind.isalnum() and node is not None:
            for ref in _ref(kind, name, namespace if isinstance(namespace, str) else ""):
                yield Sighting(ref, Form.MANIFEST, node.start, node.end)


def _in_table(text: str) -> Iterator[Sighting]:
    """Rows of a table that has a `Kind` (or `Type`) and a `Name` column, perhaps a `Namespace` too."""
    rows = [(match.start(), match[0]) for match in _TABLE_ROW.finditer(text)]
    rows = [(at, line) for at, line in rows if not _RULE_ROW.fullmatch(line)]
    if not rows:
        return
    header = [cell.lower() for cell in _cells(rows[0][1])]
    kinds = [index for index, cell in enumerate(header) if cell in ("kind", "type", "resource")]
    if not kinds or "name" not in header:
        return
    place = header.index("namespace") if "namespace" in header else len(header)
    for at, line in rows[1:]:
        row = _cells(line)
        cells = [*row, *[""] * (len(header) + 1 - len(row))]
        for ref in _ref(kind_of(cells[kinds[0]]), cells[header.index("name")], cells[place]):
            yield Sighting(ref, Form.TABLE, at, at + len(line))


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`*").strip() for cell in line.strip().strip("|").split("|")]
