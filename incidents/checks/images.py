"""Images that cannot be pulled: what the registry, or the way to it, answered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import fuzz

from cluster.edges.base import Item
from cluster.values import entries, mapping, text
from incidents.checks.base import described, finding
from incidents.evidence import Piece
from incidents.finding import Finding
from incidents.situation import Situation, statuses, waiting_reason
from incidents.vocabulary import CAUSES

_WAITING = frozenset({
    "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable",
    "ImageInspectError",
})  # fmt: skip
_ANSWERS = (
    ("image_registry_unresolved",
    r"no such host|server misbehaving|lookup \S+ on .*(?:i/o timeout|refused)|name resolution", 0.95),
    ("image_rate_limited", r"toomanyrequests|rate limit|\b429\b", 0.95),
    ("image_platform_unmatched", r"no match for platform|no matching manifest|exec format error", 0.95),
    ("image_pull_unauthorized",
    r"\b401\b|\b403\b|[Uu]nauthorized|[Ff]orbidden|failed to authorize|authentication required|"
     r"no basic auth|denied: requested access", 0.92),
    ("image_pull_unauthorized", r"pull access denied|insufficient_scope|access denied", 0.7),
    ("image_not_found", r"NotFound|not found|manifest unknown|does not exist|name unknown|\b404\b", 0.93),
    ("image_reference_invalid", r"InvalidImageName|invalid reference format|couldn't parse image", 0.95),
    ("image_registry_unreachable",
    r"i/o timeout|connection refused|connection reset|deadline exceeded|TLS handshake|x509|EOF|no route to host|"
    r"HTTP response to HTTPS client|\b50[0234] (?:Internal|Bad|Service|Gateway)|network is unreachable", 0.85),
)  # fmt: skip
_FIXES = {
    "image_registry_unresolved": "Correct the registry's name in the image, or the nodes' DNS.",
    "image_pull_unauthorized": "Give the pod an imagePullSecret with valid credentials for the registry.",
    "image_not_found": "Correct the image's name or tag; check that it was pushed.",
    "image_reference_invalid": "Correct the image's name: it is not a valid reference.",
    "image_rate_limited": "Pull with credentials, or from a mirror.",
    "image_platform_unmatched": "Build the image for the node's platform, or choose other nodes.",
    "image_registry_unreachable": "Check the way from the node to the registry, and the registry itself.",
}


def answer(message: str) -> tuple[str, float] | None:
    """What a failed pull means: the term and how sure that is; None for what says nothing."""
    if _denied_publicly(message):
        return "image_not_found", 0.93
    for term, pattern, confidence in _ANSWERS:
        if re.search(pattern, message):
            return term, confidence
    return None


def _denied_publicly(message: str) -> bool:
    """Official images of Docker Hub are public: where one is refused, there is none of this name.

    Docker itself leaves out the registry: a name without a slash is that of an official image.
    """
    return bool(_REFUSED.search(message)) and bool(_OFFICIAL.search(message))


_OFFICIAL = re.compile(r"docker\.io/library/|pull access denied for [\w.-]+[,:]")


_REFUSED = re.compile(r"pull access denied|insufficient_scope|\b40[134]\b|[Uu]nauthorized|[Ff]orbidden")


def check(s: Situation) -> Iterator[Finding]:
    """Pods that wait for an image."""
    done: set[tuple[str, str]] = set()
    for pod in s.pods:
        for name, status in statuses(pod):
            reason = waiting_reason(status)
            if reason not in _WAITING:
                continue
            for found in _why(s, pod, name, status, reason):
                if (found.object, found.term) not in done:
                    done.add((found.object, found.term))
                    yield found


def _why(
    s: Situation, pod: Item, container: str, status: dict[str, object], reason: str
) -> Iterator[Finding]:
    workload = s.workload(pod)
    image = _image(pod, container) or text(status, "image") or container
    shown = image or "its image"  # rows do not show it
    said: list[tuple[str, Piece]] = [
        (event.message, event.piece())
        for event in s.events(pod, "Failed", "BackOff", "InspectFailed", "ErrImageNeverPull")
        if "image" in event.message.lower()
    ]
    waiting = text(mapping(status, "state.waiting"), "message")
    if waiting:
        said.append((waiting, s.quote(pod, waiting[:60])))
    for message, piece in sorted(said, key=lambda pair: -len(pair[0])):
        known = answer(message)
        if known is not None:
            for term, confidence in _meanings(s, workload, image, *known):
                yield finding(
                    term, workload, f"{workload.kind} {workload.name} cannot pull {shown}: {message}",
                    confidence, _FIXES[term],
                    [piece, s.quote(pod, "Image:", image, field="spec.containers")], [pod], described(pod),
                )  # fmt: skip
            return
    term = "image_reference_invalid" if reason == "InvalidImageName" else "image_pull_failed"
    yield finding(term, workload, f"{workload.kind} {workload.name} cannot pull {shown} ({reason}).", 0.6,
                  "See what the kubelet says of the pull.", [s.quote(pod, reason)], [pod], described(pod))  # fmt: skip
    for guess, confidence in _guesses(s, workload, image) if term == "image_pull_failed" else ():
        yield finding(
            guess, workload, f"{workload.kind} {workload.name} cannot pull {shown} ({reason}), and what the registry "
            f"answered is not known. It may be this: {CAUSES[guess].title}.", confidence, _FIXES[guess],
            [s.quote(pod, reason), s.quote(pod, "Image:", image, field="spec.containers")], [pod], described(pod),
        )  # fmt: skip


def _image(pod: Item, container: str) -> str:
    """The image that a pod asks for, as it is written there; that of its status may be spelled out."""
    for group in ("containers", "initContainers"):
        for _, one in entries(pod.pod, f"spec.{group}"):
            if text(one, "name") == container:
                return text(one, "image")
    return ""


_SLIP = 80
"""How alike (0 to 100) two repositories must be for one to be a slip of the other."""


def _meanings(
    s: Situation, workload: Item, image: str, term: str, confidence: float
) -> Iterator[tuple[str, float]]:
    """What an answer means here. A registry refuses what does not exist as it refuses what is private.

    Where others pull from repositories beside this one, and nobody from this one, its name is a slip of theirs.
    """
    if term != "image_pull_unauthorized":
        yield term, confidence
        return
    own = repository_of(image)
    others = {
        repository_of(text(container, "image"))
        for other in s.workloads
        if other.id != workload.id
        for _, container in entries(other.pod, "spec.containers")
    }
    beside = [other for other in others if registry_of(other) == registry_of(own)]
    near = max((fuzz.ratio(_folder(own), _folder(other)) for other in beside), default=0.0)
    if _folder(own) and _SLIP <= near < 100:
        yield "image_not_found", 0.85
        yield term, 0.6
        return
    yield term, confidence
    if confidence < _SURE:
        yield "image_not_found", 0.55


_SURE = 0.9


def repository_of(image: str) -> str:
    """An image's name with its registry, without tag and digest."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def _folder(repository: str) -> str:
    return repository.rpartition("/")[0]


_KNOWN_HOST = (
    ("image_not_found", 0.55),
    ("image_pull_unauthorized", 0.5),
    ("image_registry_unresolved", 0.4),
)
_NEW_HOST = (("image_registry_unresolved", 0.55), ("image_pull_unauthorized", 0.5), ("image_not_found", 0.45))


def _guesses(s: Situation, workload: Item, image: str) -> tuple[tuple[str, float], ...]:
    """What may keep an image from being pulled: a registry that nothing else is pulled from is the first suspect."""
    others = {
        registry_of(text(container, "image"))
        for other in s.workloads
        if other.id != workload.id
        for _, container in entries(other.pod, "spec.containers")
    }
    return _NEW_HOST if others and registry_of(image) not in others else _KNOWN_HOST


def registry_of(image: str) -> str:
    """The host that an image is pulled from."""
    first, slash, _ = image.partition("/")
    return first if slash and ("." in first or ":" in first or first == "localhost") else "docker.io"
