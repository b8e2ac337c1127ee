"""What there is in a cluster, for checking the words of a command: kinds, namespaces, names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

from cluster.builtin_kinds import BUILTIN, KindNames
from cluster.values import mapping, text, words

DEFINITION = "CustomResourceDefinition"


class Named(Protocol):
    """An object as far as its names go."""

    @property
    def group(self) -> str:
        """`apps`, '' for the core API."""
        ...

    @property
    def kind(self) -> str:
        """`Deployment`."""
        ...

    @property
    def namespace(self) -> str:
        """Its namespace, '' where it has none."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...


class ClusterInventory:
    """The `Inventory` of `cluster.scripts`, from the names of the objects of one cluster.

    `definitions` are the values of its CustomResourceDefinitions. A kind that is neither built in nor defined
    (of an aggregated API) is known from its objects, its plural guessed.
    """

    def __init__(self, objects: Iterable[Named], definitions: Iterable[Mapping[str, Any]] = ()) -> None:
        self._names: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        groups: dict[str, str] = {}
        for one in objects:
            self._names[one.kind][one.namespace].add(one.name)
            groups.setdefault(one.kind, one.group)
        defined = [names for value in definitions if (names := _defined(value)) is not None]
        self._words: dict[str, str] = {}
        self._plurals: set[str] = set()
        self._namespaced: dict[str, bool] = {}
        # Built-in kinds keep their words, as they do in kubectl.
        for names in (*BUILTIN, *defined):
            self._learn(names)
        for kind in sorted(set(self._names) - set(self._namespaced)):
            self._learn(KindNames(kind, _plural(kind), groups[kind], "" not in self._names[kind]))

    def kind_of(self, word: str) -> str:
        """The kind that a word of a command names (`deploy`, `Deployments`, `deployments.v1.apps`), or ''."""
        asked = word.lower()
        found = self._words.get(asked)
        if found is None:
            name, _, rest = asked.partition(".")
            version, _, group = rest.partition(".")
            found = self._words.get(f"{name}.{group}") if _is_version(version) and group else None
        return found or ""

    def kind_words(self) -> Collection[str]:
        """The words that name a kind: plurals and short names."""
        return self._plurals

    def is_namespaced(self, kind: str) -> bool:
        """Whether objects of the kind stand in a namespace."""
        return self._namespaced.get(kind, True)

    def namespaces(self) -> Collection[str]:
        """The names of all namespaces, and of those that objects are in."""
        used = {namespace for places in self._names.values() for namespace in places if namespace}
        return used | set(self.names("Namespace", ""))

    def names(self, kind: str, namespace: str) -> Collection[str]:
        """The names of the objects of a kind, of all namespaces where `namespace` is ''."""
        places = self._names.get(kind, {})
        if namespace:
            return places.get(namespace, set())
        return {name for names in places.values() for name in names}

    def _learn(self, names: KindNames) -> None:
        self._namespaced.setdefault(names.kind, names.namespaced)
        self._plurals.update((names.plural, *names.short))
        for word in (names.plural, names.kind.lower(), *names.short):
            self._words.setdefault(word, names.kind)
        if names.group:
            for word in (names.plural, names.kind.lower()):
                self._words.setdefault(f"{word}.{names.group}", names.kind)


def _defined(value: Mapping[str, Any]) -> KindNames | None:
    names, group = mapping(value, "spec.names"), text(value, "spec.group")
    kind, plural = text(names, "kind"), text(names, "plural")
    if not kind or not plural:
        return None
    singular = text(names, "singular")
    short = (*words(names, "shortNames"), *([singular] if singular and singular != kind.lower() else []))
    return KindNames(kind, plural.lower(), group, text(value, "spec.scope") != "Cluster", short)


def _plural(kind: str) -> str:
    word = kind.lower()
    if word.endswith(("s", "x", "ch")):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{word}s"


def _is_version(word: str) -> bool:
    """`v1`, `v2beta1`."""
    return word[:1] == "v" and word[1:2].isdigit()
