"""What kinds there are: the built-in ones of a 1.36 server, and those that custom resource definitions add."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.servers.kube.builtin import BUILTIN

Json = dict[str, Any]
ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
HOMES = {("events.k8s.io", "events"): ("", "events")}  # kinds that are kept as another
GROUP_ORDER = [
    "", "apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io",
    "autoscaling", "batch", "certificates.k8s.io", "networking.k8s.io", "policy", "rbac.authorization.k8s.io",
    "storage.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io", "scheduling.k8s.io",
    "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io", "resource.k8s.io", "flowcontrol.apiserver.k8s.io",
]  # fmt: skip


@dataclass(frozen=True)
class Resource:
    """One kind in one version."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    short: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS
    singular: str = ""
    list_kind: str = ""
    custom: bool = False
    columns: tuple[Json, ...] = field(default=(), hash=False)
    schema: Json = field(default_factory=dict, hash=False)
    selectable: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        """`v1`, `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def home(self) -> tuple[str, str]:
        """Where its objects are kept, whatever the version."""
        return HOMES.get((self.group, self.plural), (self.group, self.plural))

    @property
    def lists_as(self) -> str:
        """The kind of its lists."""
        return self.list_kind or f"{self.kind}List"


def _builtin() -> Iterator[Resource]:
    for line in BUILTIN.strip().splitlines():
        api_version, kind, plural, scope, short, categories, subresources, verbs = line.split()
        group, _, version = api_version.rpartition("/")
        yield Resource(
            group,
            version,
            kind,
            plural,
            scope == "ns",
            _words(short),
            _words(categories),
            _words(subresources),
            ALL_VERBS if verbs == "*" else _words(verbs),
            kind.lower(),
        )


def _words(text: str) -> tuple[str, ...]:
    return () if text == "-" else tuple(text.split(","))


def defined_by(crd: Json) -> list[Resource]:
    """The kinds of a CustomResourceDefinition, its storage version first."""
    spec = crd["spec"]
    names = spec["names"]
    versions = [version for version in spec["versions"] if version.get("served", True)]
    return [
        Resource(
            spec["group"],
            version["name"],
            names["kind"],
            names["plural"],
            spec.get("scope", "Namespaced") == "Namespaced",
            tuple(names.get("shortNames", ())),
            tuple(names.get("categories", ())),
            tuple(sorted(version.get("subresources") or {}, reverse=True)),
            singular=names.get("singular") or names["kind"].lower(),
            list_kind=names.get("listKind", ""),
            custom=True,
            columns=tuple(version.get("additionalPrinterColumns", ())),
            schema=(version.get("schema") or {}).get("openAPIV3Schema") or {},
            selectable=tuple(one["jsonPath"].lstrip(".") for one in version.get("selectableFields", ())),
        )
        for version in sorted(versions, key=lambda version: not version.get("storage"))
    ]


def guessed(api_version: str, kind: str, namespaced: bool) -> Resource:
    """A custom kind nobody has defined, as its object looks."""
    group, _, version = api_version.rpartition("/")
    name = kind.lower()
    plural = name[:-1] + "ies" if name.endswith("y") else name + ("es" if name.endswith("s") else "s")
    return Resource(group, version, kind, plural, namespaced, singular=name, custom=True)


class Registry:
    """The kinds that are served."""

    def __init__(self) -> None:
        self._by_plural: dict[tuple[str, str, str], Resource] = {}
        self._by_kind: dict[tuple[str, str], Resource] = {}
        for resource in _builtin():
            self.add(resource)

    def add(self, resource: Resource) -> None:
        """Serves a kind (in place of one of the same name)."""
        self._by_plural[resource.group, resource.version, resource.plural] = resource
        if "get" in resource.verbs or (resource.api_version, resource.kind) not in self._by_kind:
            self._by_kind[resource.api_version, resource.kind] = resource

    def remove(self, group: str, plural: str) -> None:
        """Serves a kind no more."""
        for key in [key for key in self._by_plural if (key[0], key[2]) == (group, plural)]:
            gone = self._by_plural.pop(key)
            self._by_kind.pop((gone.api_version, gone.kind), None)

    def find(self, group: str, version: str, plural: str) -> Resource | None:
        """A kind by its place in URLs."""
        return self._by_plural.get((group, version, plural))

    def of_kind(self, api_version: str, kind: str) -> Resource | None:
        """A kind by what its objects say."""
        return self._by_kind.get((api_version, kind))

    def named(self, kind: str, group: str = "") -> Resource:
        """A kind by its kind alone, of `group` if several have it; the preferred version."""
        found = [one for one in self.all() if one.kind == kind and "get" in one.verbs]
        exact = [one for one in found if one.group == group] or found
        if not exact:
            raise LookupError(f"no kind {kind!r}")
        return exact[0]

    def all(self) -> list[Resource]:
        """Every kind in every version, groups in the server's order, preferred versions first."""
        return [
            one
            for group in self.groups()
            for version in self.versions(group)
            for one in self.of(group, version)
        ]

    def groups(self) -> list[str]:
        """The groups in the order of discovery; the core group is the empty string."""
        there = {key[0] for key in self._by_plural}
        return [group for group in GROUP_ORDER if group in there] + sorted(there - set(GROUP_ORDER))

    def versions(self, group: str) -> list[str]:
        """A group's versions, the preferred one first."""
        return sorted({key[1] for key in self._by_plural if key[0] == group}, key=_priority, reverse=True)

    def of(self, group: str, version: str) -> list[Resource]:
        """The kinds of a version."""
        found = [one for key, one in self._by_plural.items() if key[:2] == (group, version)]
        return sorted(found, key=lambda one: one.plural)


def _priority(version: str) -> tuple[int, int, int]:
    stage = 1 if "alpha" in version else 2 if "beta" in version else 3
    numbers = [int(part) for part in version.replace("alpha", " ").replace("beta", " ").strip("v").split()]
    return (stage, numbers[0], numbers[1] if len(numbers) > 1 else 0)
