"""The values of an object that people write about and that code sets, and whether two of them agree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cluster.findings.quantities import same_quantity
from cluster.values import at, entries, mapping, text, words

Path = tuple[str | int, ...]

_TEMPLATES: tuple[tuple[str, ...], ...] = (
    ("spec", "jobTemplate", "spec", "template", "spec"),
    ("spec", "template", "spec"),
)
_UNKNOWN = re.compile(r"[${<]|^(?:TAG|VERSION|IMAGE|IMAGE_TAG|REPLACE\w*|CHANGEME|latest)$", re.IGNORECASE)
_MACROS = {
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One value. `what` is what it is (`image`), `of` whose (`container cart`, '' for the object's own)."""

    what: str
    of: str
    value: str
    path: Path

    @property
    def name(self) -> str:
        """`memory limit of container cart`."""
        return f"{self.what} of {self.of}" if self.of else self.what


@dataclass(frozen=True, slots=True)
class Image:
    """The parts of an image's reference; the tag or digest is '' where there is none."""

    repository: str
    tag: str
    digest: str

    @property
    def base(self) -> str:
        """The last part of the repository: registries are mirrored under other names."""
        return self.repository.rpartition("/")[2]


def image_of(reference: str) -> Image:
    """`ghcr.io/acme/cart:v2@sha256:…` in its parts."""
    name, _, digest = reference.partition("@")
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        return Image(name, "", digest)
    return Image(repository, tag, digest)


def fields_of(value: Mapping[str, Any]) -> list[Field]:
    """The comparable values of an object, in the order of its fields."""
    kind = text(value, "kind")
    found: list[Field] = []
    for what, path in _OWN.get(kind, ()):
        written = at(value, ".".join(path))
        if isinstance(written, str | int) and not isinstance(written, bool):
            found.append(Field(what, "", str(written), path))
    found += _of_containers(value)
    if kind == "Service":
        found += _ports(value, ("spec",), "ports", "port", "")
    if kind == "StatefulSet":
        for place, claim in entries(value, "spec.volumeClaimTemplates"):
            size = at(claim, "spec.resources.requests.storage")
            where: Path = ("spec", "volumeClaimTemplates", place, "spec", "resources", "requests", "storage")
            if size is not None:
                found.append(Field("storage", f"volume {text(claim, 'metadata.name')}", str(size), where))
    return found


_OWN: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    **dict.fromkeys(("Deployment", "StatefulSet", "Rollout"), (("replicas", ("spec", "replicas")),)),
    "CronJob": (("schedule", ("spec", "schedule")),),
    "HorizontalPodAutoscaler": (
        ("minReplicas", ("spec", "minReplicas")), ("maxReplicas", ("spec", "maxReplicas")),
    ),
    "PersistentVolumeClaim": (("storage", ("spec", "resources", "requests", "storage")),),
}  # fmt: skip


def _of_containers(value: Mapping[str, Any]) -> Iterator[Field]:
    base = next((path for path in _TEMPLATES if mapping(value, ".".join(path))), None)
    if base is None:
        return
    for place, container in entries(value, ".".join((*base, "containers"))):
        of = f"container {text(container, 'name')}"
        path: Path = (*base, "containers", place)
        if text(container, "image"):
            yield Field("image", of, text(container, "image"), (*path, "image"))
        for group, word in (("requests", "request"), ("limits", "limit")):
            for resource in ("cpu", "memory"):
                amount = at(container, f"resources.{group}.{resource}")
                if isinstance(amount, str | int):
                    yield Field(f"{resource} {word}", of, str(amount), (*path, "resources", group, resource))
        yield from _ports(container, path, "ports", "containerPort", of)


def _ports(value: Mapping[str, Any], path: Path, key: str, number: str, of: str) -> Iterator[Field]:
    where = f"{path[-1]}.{key}" if path == ("spec",) else key
    for place, port in entries(value, where):
        written = port.get(number)
        name = text(port, "name")
        whose = " of ".join(filter(None, (f"port {name}" if name else "", of)))
        if isinstance(written, int | str):
            yield Field("port", whose, str(written), (*path, key, place, number))


def hosts_of(value: Mapping[str, Any]) -> list[tuple[str, Path]]:
    """The host names under which an Ingress or a route serves."""
    found: list[tuple[str, Path]] = []
    if text(value, "kind") == "Ingress":
        for place, rule in entries(value, "spec.rules"):
            if text(rule, "host"):
                found.append((text(rule, "host"), ("spec", "rules", place, "host")))
    for key in ("hostnames", "hosts"):
        if text(value, "kind") in ("HTTPRoute", "VirtualService"):
            found += [(host, ("spec", key, place)) for place, host in enumerate(words(value, f"spec.{key}"))]
    return found


def is_known(written: str) -> bool:
    """Whether a value is the value itself: no variable, no placeholder, no tag that always moves."""
    return bool(written) and _UNKNOWN.search(written) is None


def agree(what: str, said: str, live: str) -> bool:
    """Whether two values of a field say the same; True too where one of them says nothing for sure."""
    if not is_known(said) or not is_known(live):
        return True
    if what == "image":
        return same_image(image_of(said), image_of(live))
    if what == "storage" or what.endswith((" limit", " request")):
        return same_quantity(said, live)
    if what == "schedule":
        return _schedule(said) == _schedule(live)
    return said.strip() == live.strip()


def same_image(said: Image, live: Image) -> bool:
    """Whether two references may mean one image: the registry's name and a missing tag prove nothing."""
    if said.base != live.base:
        return False
    if not said.tag or not live.tag or not is_known(said.tag) or not is_known(live.tag):
        return not (said.digest and live.digest and said.digest != live.digest)
    return said.tag == live.tag


def _schedule(written: str) -> str:
    words_of = " ".join(written.split())
    return _MACROS.get(words_of, words_of)
