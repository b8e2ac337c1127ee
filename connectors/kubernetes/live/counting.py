"""How much there is to read, before it is read: one object of each kind, and what the server says of the rest."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.errors import ConfigurationError, KubeloreError, UnreachableError
from connectors.kubernetes.live.client import JSON, METADATA_LIST, KubernetesApi
from connectors.kubernetes.live.discovery import Resource
from connectors.kubernetes.live.reader import EVENT
from connectors.kubernetes.live.selection import Scope
from connectors.kubernetes.words import mapping


def expected(api: KubernetesApi, scope: Scope, resources: Iterable[Resource]) -> int:
    """About how many documents these kinds become: one an object, and an overview a namespace.

    Events do not count, as few become documents, nor what cannot be counted. Raises where the server does not answer.
    """
    return sum(
        _count(api, resource.path(place), whole=resource.kind != "Secret")
        * (2 if resource.kind == "Namespace" else 1)
        for resource in resources
        if resource.kind != EVENT
        for place in scope.places(resource)
    )


def _count(api: KubernetesApi, path: str, *, whole: bool) -> int:
    """The objects of a list. Some servers (1.20) leave out how many the rest are where only metadata is asked for.

    Then the first object is asked for as a `whole`, but never a Secret.
    """
    for accept in (METADATA_LIST, JSON) if whole else (METADATA_LIST,):
        try:
            found = api.get(path, {"limit": "1"}, accept=accept)
        except (UnreachableError, ConfigurationError):
            raise
        except KubeloreError:
            return 0
        rest, first = mapping(found, "metadata"), found.get("items")
        if isinstance(rest.get("remainingItemCount"), int) or not rest.get("continue"):
            break
    number = rest.get("remainingItemCount")
    return (len(first) if isinstance(first, list) else 0) + (number if isinstance(number, int) else 0)
