"""Makes a document that a person can search of one object of a cluster: pure, no server, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connectors import environments
from connectors.dates import to_date
from connectors.documents import ANY, OBJECT, PUBLIC, Document, ResourceRef, Section, SectionKind, assemble
from connectors.kubernetes.live.cleaning import quiet
from connectors.kubernetes.live.conditions import condition_lines
from connectors.kubernetes.live.containers import container_lines, template
from connectors.kubernetes.live.field_paths import yaml_sections
from connectors.kubernetes.live.summary import summarise
from connectors.kubernetes.rendering import render
from connectors.kubernetes.words import at

MAX_FIELD = 150_000
"""Characters of YAML of one field of the object that are kept; a report of a scanner may have millions."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where objects come from: the source, the cluster's name for people, who may read them."""

    source: str
    cluster: str
    access: frozenset[str] = frozenset({PUBLIC})


def id_of(source: str, value: Mapping[str, Any], *, group: bool = False) -> str:
    """`kubernetes:<source>/<namespace or _>/<kind>/<name>`; with `group`, for a kind that two APIs have,
    `…/<kind>.<group>/<name>`."""
    kind = str(value.get("kind") or "")
    of_group = str(value.get("apiVersion") or "").rpartition("/")[0]
    kind = f"{kind}.{of_group}" if group and of_group else kind
    namespace = at(value, "metadata", "namespace") or "_"
    return f"kubernetes:{source}/{namespace}/{kind}/{at(value, 'metadata', 'name')}"


def title_of(value: Mapping[str, Any]) -> str:
    """`Deployment shop/cart`, `Node node-1`."""
    namespace, name = at(value, "metadata", "namespace"), at(value, "metadata", "name")
    return f"{value.get('kind')} {namespace}/{name}" if namespace else f"{value.get('kind')} {name}"


def document_of(
    value: Mapping[str, Any],
    *,
    source: str,
    cluster: str,
    observed_at: datetime | None = None,
    autoscaler: Mapping[str, Any] | None = None,
    group: bool = False,
    access: Iterable[str] = (PUBLIC,),
) -> Document:
    """The document of one object that `cleaning.clean` has cleaned.

    First one line that says what it is and how it is, then its conditions and containers, a line each, then its
    YAML in sections by field. `autoscaler` is the HorizontalPodAutoscaler that scales it; `group` says that
    another API has objects of its kind, so that the id names the group.
    """
    title = title_of(value)
    namespace = str(at(value, "metadata", "namespace") or "")
    text, sections = _body(value, summarise(title, value, autoscaler))
    return Document(
        id=id_of(source, value, group=group),
        title=title,
        text=text,
        sections=sections,
        source=source,
        kind=OBJECT,
        version=str(at(value, "metadata", "generation") or ""),
        updated_at=_last_change(value, observed_at),
        breadcrumbs=tuple(filter(None, (cluster, namespace))),
        labels=labels_of(value),
        environment=environment_of(cluster, namespace),
        namespace=namespace,
        resource=ResourceRef(
            str(value.get("kind")), str(at(value, "metadata", "name")), namespace or ANY, cluster
        ),
        access=frozenset(access),
    )


def labels_of(value: Mapping[str, Any]) -> tuple[str, ...]:
    """The labels as `app=cart`."""
    labels = at(value, "metadata", "labels")
    if not isinstance(labels, Mapping):
        return ()
    return tuple(f"{key}={text}" for key, text in labels.items() if isinstance(text, str))


def environment_of(cluster: str, namespace: str) -> str:
    """The environment that the name of the cluster says, or else that of the namespace; '' if none does."""
    return environments.of_path(f"clusters/{cluster}/x") or environments.of_path(f"namespaces/{namespace}/x")


def with_yaml(lead: Sequence[Section], yaml: str) -> tuple[str, tuple[Section, ...]]:
    """The text and sections of a document: `lead`, then `yaml`, which keeps every line."""
    head, placed = assemble(lead)
    offset = len(head) + 2
    moved = (
        replace(section, start=section.start + offset, end=section.end + offset)
        for section in yaml_sections(yaml)
    )
    return f"{head}\n\n{yaml}", (*placed, *moved)


def lines_section(lines: Iterable[str], anchor: str, heading: str) -> list[Section]:
    """One section of key and value lines; nothing without lines."""
    text = "\n".join(lines)
    return [Section(SectionKind.KEY_VALUE, text, anchor, (heading,))] if text else []


def _body(value: Mapping[str, Any], summary: str) -> tuple[str, tuple[Section, ...]]:
    path = template(value)[0]
    lead = [
        Section(SectionKind.PARAGRAPH, summary, "summary"),
        *lines_section(condition_lines(value), "status.conditions", "conditions"),
        *lines_section(container_lines(value), f"{path}.containers", "containers"),
    ]
    return with_yaml(lead, "".join(_field(key, part) for key, part in quiet(value).items()))


def _field(key: str, value: Any) -> str:
    """One field as YAML, cut behind a line if it is too long."""
    text = render({key: value})
    if len(text) <= MAX_FIELD:
        return text
    kept = text[: text.rfind("\n", 0, MAX_FIELD) + 1]
    return f"{kept}# {text.count(chr(10), len(kept))} more lines left out\n"


def _last_change(value: Mapping[str, Any], observed_at: datetime | None) -> datetime | None:
    """When the object says that it changed last; when it was seen, if it does not say."""
    conditions = at(value, "status", "conditions")
    told = [at(value, "metadata", "creationTimestamp"), at(value, "metadata", "deletionTimestamp")]
    told += [at(c, "lastTransitionTime") for c in conditions] if isinstance(conditions, list) else []
    dates = [date for text in told if isinstance(text, str) and (date := to_date(text)) is not None]
    if not dates:
        return observed_at
    return min(max(dates), observed_at) if observed_at else max(dates)
