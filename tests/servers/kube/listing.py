"""LIST: selectors, pages, continue tokens and the resourceVersion they hold on to."""

from __future__ import annotations

import base64
import itertools
import json
from dataclasses import dataclass
from typing import Any

from tests.servers.kube.requests import Request
from tests.servers.kube.resources import Resource
from tests.servers.kube.selectors import Test, field_test, label_test
from tests.servers.kube.status import ApiError, expired, too_old
from tests.servers.kube.store import Key, Record, Store

Json = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Objects and the metadata of their list."""

    records: list[Record]
    metadata: Json


def wanted(request: Request, resource: Resource) -> Test:
    """Whether an object satisfies the selectors of a request."""
    labels = label_test(request.get("labelSelector"))
    fields = field_test(request.get("fieldSelector"), resource)
    return lambda obj: labels(obj) and fields(obj)


def whole_number(request: Request, name: str) -> int:
    """A parameter that is a number; 0 where it is absent, 400 where it is none."""
    text = request.get(name) or "0"
    if not text.isdigit():
        raise ApiError(400, f'Invalid value: "{text}": strconv.ParseInt: parsing "{text}": invalid syntax')
    return int(text)


def list_page(store: Store, resource: Resource, namespace: str, request: Request, fault: str = "") -> Page:
    """A page of a list. The `fault` may be `expire`, `loop` or `empty`."""
    limit, token = whole_number(request, "limit"), request.get("continue")
    asked = request.get("resourceVersion")
    if token:
        if asked not in ("", "0"):
            raise ApiError(400, "specifying resource version is not allowed when using continue")
        version, after = _opened(store, token, fault)
    else:
        version, after = _version(store, request), ("", "")
        limit = 0 if asked == "0" else limit  # the watch cache answers whole lists
        if fault == "expire":
            raise too_old(version, store.oldest)
    test = wanted(request, resource)
    selective = bool(request.get("labelSelector") or request.get("fieldSelector"))
    items = store.items(resource, namespace, after, version)
    chosen = (item for item in items if not selective or test(item[1].obj))
    found = list(itertools.islice(chosen, limit)) if limit else list(chosen)
    metadata: Json = {"resourceVersion": str(version)}
    if limit and next(chosen, None) is not None:
        last = found[-1][0]
        metadata["continue"] = _token(version, after if fault == "loop" else last)
        if not selective:
            metadata["remainingItemCount"] = store.count(resource, namespace, last, version)
    return Page([] if fault == "empty" else [record for _, record in found], metadata)


def _version(store: Store, request: Request) -> int:
    asked, match = whole_number(request, "resourceVersion"), request.get("resourceVersionMatch")
    if match not in ("", "Exact", "NotOlderThan") or (match and not request.get("resourceVersion")):
        raise ApiError(
            422, f'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "{match}"'
        )
    if asked > store.version:
        cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
        message = f"Too large resource version: {asked}, current: {store.version}"
        raise ApiError(504, message, details={"causes": [cause], "retryAfterSeconds": 1})
    exact = match == "Exact" or (match == "" and bool(request.get("limit")) and asked > 0)
    if not exact:
        return store.version
    if asked < store.oldest:
        raise too_old(asked, store.oldest)
    return asked


def _token(version: int, last: Key) -> str:
    text = json.dumps({"v": "meta.k8s.io/v1", "rv": version, "start": f"{last[0]}/{last[1]}\0"})
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _opened(store: Store, token: str, fault: str) -> tuple[int, Key]:
    try:
        content = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        version = int(content["rv"])
        namespace, _, name = content["start"].rstrip("\0").partition("/")
    except (ValueError, KeyError, TypeError):
        raise ApiError(400, "continue key is not valid: illegal base64 data") from None
    if version < 0:  # the client goes on though the snapshot is gone
        return store.version, (namespace, name)
    if version < store.oldest or fault == "expire":
        raise expired(_token(-1, (namespace, name)))
    return version, (namespace, name)
