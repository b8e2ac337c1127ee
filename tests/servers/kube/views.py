"""Answers in the form a client accepts: whole objects, metadata alone, or a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.servers.kube.convert import as_version
from tests.servers.kube.resources import Resource
from tests.servers.kube.status import ApiError
from tests.servers.kube.store import Record
from tests.servers.kube.tables import printer

Json = dict[str, Any]
_FORMS = {"Table": "table", "PartialObjectMetadataList": "partial", "PartialObjectMetadata": "partial"}
_META = "meta.k8s.io/v1"
_PLAIN = ("application/json", "application/*", "*/*", "")


def form_of(accept: str) -> str:
    """The first form in an Accept header that is served: `json`, `table` or `partial`; 406 if there is none."""
    for choice in accept.split(","):
        kind, *rest = (part.strip() for part in choice.split(";"))
        if kind not in _PLAIN:
            continue
        wanted = dict(part.split("=", 1) for part in rest if "=" in part)
        if "as" not in wanted:
            return "json"
        if wanted["as"] in _FORMS and wanted.get("g") == "meta.k8s.io":
            return _FORMS[wanted["as"]]
    raise ApiError(406, "only the following media types are accepted: application/json, application/yaml")


def dumps(data: object) -> str:
    """Compact JSON."""
    return json.dumps(data, separators=(",", ":"))


class View:
    """Objects of a kind in one form. In tables, `include` is None, Metadata or Object."""

    def __init__(self, resource: Resource, form: str, now: float, include: str = "Metadata") -> None:
        self.resource = resource
        self.form = form
        self._now = now
        self._include = include or "Metadata"
        self._printer = printer(resource)

    def one(self, record: Record) -> str:
        """An object."""
        if self.form == "table":
            metadata = {"resourceVersion": record.obj["metadata"].get("resourceVersion", "")}
            return f"{self._table_head(metadata)}{self._row(record)}]}}"
        return self._partial(record) if self.form == "partial" else self._whole(record, bare=False)

    def event(self, kind: str, record: Record, first: bool) -> str:
        """A line of a watch; only the first table of it names the columns."""
        shown = self.one(record)
        if self.form == "table" and not first:
            head: Json = {"kind": "Table", "apiVersion": _META, "metadata": {}, "columnDefinitions": None}
            shown = f'{dumps(head)[:-1]},"rows":[{self._row(record)}]}}'
        return f'{{"type":"{kind}","object":{shown}}}\n'

    def many(self, records: list[Record], metadata: Json) -> Iterator[str]:
        """A list, piece by piece."""
        if self.form == "table":
            yield self._table_head(metadata)
            show = self._row
        elif self.form == "partial":
            yield _list_head("PartialObjectMetadataList", _META, metadata)
            show = self._partial
        else:
            yield _list_head(self.resource.lists_as, self.resource.api_version, metadata)
            show = self._item
        for index, record in enumerate(records):
            yield ("," if index else "") + show(record)
        yield "]}\n"

    def _item(self, record: Record) -> str:
        return self._whole(
            record, bare=not self.resource.custom
        )  # built-in kinds do not say what they are in lists

    def _whole(self, record: Record, bare: bool) -> str:
        return record.text(self.resource.api_version, bare, lambda obj: as_version(obj, self.resource))

    def _partial(self, record: Record) -> str:
        return dumps(_metadata(record.obj))

    def _table_head(self, metadata: Json) -> str:
        head = {"kind": "Table", "apiVersion": _META, "metadata": metadata}
        return dumps({**head, "columnDefinitions": self._printer.definitions})[:-1] + ',"rows":['

    def _row(self, record: Record) -> str:
        obj = record.obj
        row: Json = {"cells": self._printer.cells(obj, self._now)}
        if self._include != "None":
            row["object"] = _metadata(obj) if self._include == "Metadata" else as_version(obj, self.resource)
        return dumps(row)


def _list_head(kind: str, api_version: str, metadata: Json) -> str:
    return dumps({"kind": kind, "apiVersion": api_version, "metadata": metadata})[:-1] + ',"items":['


def _metadata(obj: Json) -> Json:
    return {"kind": "PartialObjectMetadata", "apiVersion": _META, "metadata": obj["metadata"]}
