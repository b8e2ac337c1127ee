"""Which kinds of objects a cluster has and where they are listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.errors import (
    ConfigurationError,
    KubeloreError,
    TemporaryError,
    UnreachableError,
    UnreadableError,
)
from connectors.http.errors import MissingError, RejectedError
from connectors.kubernetes.live.client import JSON, Json, KubernetesApi
from connectors.kubernetes.words import items, mapping

_AGGREGATED = ",".join(
    [
        f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
        for version in ("v2", "v2beta1")
    ]
    + [JSON]
)
_CORE = "v1"
_TWICE = frozenset(
    {("events.k8s.io", "events"), ("extensions", "ingresses"), ("extensions", "deployments"),
     ("extensions", "daemonsets"), ("extensions", "replicasets"), ("extensions", "networkpolicies")}
)  # fmt: skip
"""Objects that another group serves as well."""
_CORE_FIRST = ("", "apps", "batch", "autoscaling", "policy")


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of objects: its group and version, its name in paths, the words that people use for it.

    `shared` is true where a group that comes before it has a kind of the same name.
    """

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool
    singular: str = ""
    short: tuple[str, ...] = ()
    watchable: bool = True
    shared: bool = False

    @property
    def api_version(self) -> str:
        """`apps/v1`, `v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def full_name(self) -> str:
        """`deployments.apps`, `pods`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def id_kind(self) -> str:
        """The kind as ids hold it: with its group where it is `shared`."""
        return f"{self.kind}.{self.group}" if self.shared and self.group else self.kind

    def path(self, namespace: str = "") -> str:
        """Where its objects are listed, in all namespaces or in one."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        place = f"/namespaces/{namespace}" if namespace else ""
        return f"{root}{place}/{self.plural}"

    def names(self) -> frozenset[str]:
        """Every word for it, in lower case."""
        words = (
            self.kind,
            self.plural,
            self.singular,
            self.full_name,
            f"{self.kind}.{self.group}",
            *self.short,
        )
        return frozenset(word.lower() for word in words if word)


@dataclass(frozen=True, slots=True)
class Discovery:
    """The kinds that can be listed, and the API versions that do not answer with the reason."""

    resources: tuple[Resource, ...]
    broken: Mapping[str, str]


def discover(api: KubernetesApi) -> Discovery:
    """What the server offers: built-in groups first, each kind in its group's preferred version.

    An API that is down, or not there though every server has it, is in `broken`, and stops nothing. Raises what the
    client raises where the server itself does not tell.
    """
    found: list[tuple[str, str, list[Resource]]] = []
    broken: dict[str, str] = {}
    for path in ("/api", "/apis"):
        try:
            answer = _told(api, path)
        except MissingError as error:
            if path == "/apis":
                raise
            broken[_CORE] = str(error)
            continue
        if answer.get("kind") == "APIGroupDiscoveryList":
            found.extend(_aggregated(answer, broken))
        else:
            found.extend(_classic(api, path, answer, broken))
    return Discovery(tuple(_told_apart(_preferred(found))), broken)


def version_of(api: KubernetesApi) -> str:
    """The server's version; '' where it does not tell. Raises where it does not answer, or not to this account."""
    try:
        return str(api.get("/version").get("gitVersion") or "")
    except (UnreachableError, ConfigurationError):
        raise
    except KubeloreError:
        return ""


def _told(api: KubernetesApi, path: str) -> Json:
    """What a server answers at a path; one that refuses what it does not know is asked in the classic form."""
    try:
        return api.get(path, accept=_AGGREGATED)
    except (RejectedError, MissingError):
        return api.get(path)


def _aggregated(answer: Json, broken: dict[str, str]) -> Iterator[tuple[str, str, list[Resource]]]:
    for group in items(answer.get("items")):
        name = str(mapping(group, "metadata").get("name") or "")
        for version in items(group.get("versions")):
            word = str(version.get("version") or "")
            api_version = f"{name}/{word}" if name else word
            if version.get("freshness") == "Stale":
                broken[api_version] = "the server that is behind this API does not answer"
                continue
            resources = [_of_aggregated(name, word, each) for each in items(version.get("resources"))]
            yield name, word, [each for each in resources if each is not None]


def _of_aggregated(group: str, version: str, found: Mapping[str, Any]) -> Resource | None:
    kind = mapping(found, "responseKind").get("kind")
    namespaced = found.get("scope") == "Namespaced"
    return _resource(
        group, version, found, found.get("resource"), kind, namespaced, found.get("singularResource")
    )


def _classic(
    api: KubernetesApi, path: str, answer: Json, broken: dict[str, str]
) -> Iterator[tuple[str, str, list[Resource]]]:
    """Discovery one group version at a time, as servers before 1.26 offer it."""
    for name, version in _group_versions(answer):
        api_version = f"{name}/{version}" if name else version
        try:
            found = api.get(f"{path}/{api_version}")
        except UnreachableError:
            raise
        except (TemporaryError, UnreadableError) as error:
            broken[api_version] = str(error)
            continue
        resources = [
            _resource(name, version, each, each.get("name"), each.get("kind"), each.get("namespaced") is True,
                      each.get("singularName"))
            for each in items(found.get("resources"))
        ]  # fmt: skip
        yield name, version, [each for each in resources if each is not None]


def _group_versions(answer: Json) -> Iterator[tuple[str, str]]:
    if isinstance(versions := answer.get("versions"), list):
        yield from (("", version) for version in versions if isinstance(version, str))
    for group in items(answer.get("groups")):
        preferred = mapping(group, "preferredVersion").get("version")
        versions = [str(version.get("version")) for version in items(group.get("versions"))]
        for version in sorted(versions, key=lambda word: word != preferred):
            yield str(group.get("name") or ""), version


def _resource(
    group: str,
    version: str,
    found: Mapping[str, Any],
    plural: Any,
    kind: Any,
    namespaced: bool,
    singular: Any,
) -> Resource | None:
    """A resource if it can be listed; subresources (`pods/log`) cannot."""
    verbs = found.get("verbs")
    if not isinstance(plural, str) or not isinstance(kind, str) or "/" in plural:
        return None
    if not isinstance(verbs, list) or "list" not in verbs or (group, plural) in _TWICE:
        return None
    short = found.get("shortNames")
    words = tuple(word for word in short if isinstance(word, str)) if isinstance(short, list) else ()
    return Resource(group, version, plural, kind, namespaced, str(singular or ""), words, "watch" in verbs)


def _preferred(found: Iterable[tuple[str, str, list[Resource]]]) -> list[Resource]:
    """Each resource once, in the first version that has it: servers name the preferred version first."""
    chosen: dict[tuple[str, str], Resource] = {}
    for _, _, resources in found:
        for each in resources:
            chosen.setdefault((each.group, each.plural), each)
    return list(chosen.values())


def _told_apart(resources: Iterable[Resource]) -> Iterator[Resource]:
    """The resources in a stable order, built-in groups first; a kind that comes again is `shared`."""
    met: set[str] = set()
    for each in sorted(resources, key=_order):
        shared = each.kind in met
        met.add(each.kind)
        yield Resource(
            each.group, each.version, each.plural, each.kind, each.namespaced, each.singular, each.short,
            each.watchable, shared,
        )  # fmt: skip


def _order(each: Resource) -> tuple[int, bool, str, str]:
    first = _CORE_FIRST.index(each.group) if each.group in _CORE_FIRST else len(_CORE_FIRST)
    return first, not each.group.endswith(".k8s.io"), each.group, each.plural
