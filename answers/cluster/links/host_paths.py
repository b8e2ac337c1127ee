"""Which workloads mount a place of their node that people have words for: `the docker socket`, `the host's logs`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from answers.cluster.catalog import WORKLOADS, pod_path
from answers.cluster.links.asked import Asked, listing
from answers.cluster.said import Draft, Spot
from cluster.graph import Node
from cluster.values import at, entries, text

_HOST = r"(?:hosts?|nodes?|machines?|servers?)"
_OF_HOST = rf"(?:(?:on|of|from) (?:the |its |their |our |each )?{_HOST})"
_MOUNTS = r"mount\w*|host ?paths?|bind\w*|access\w*|ha(?:s|ve) (?:access|the)|expos\w*|reach\w*|see|sees|read\w*|use|uses|using|get\w*|hold\w*|into|talk\w*"
_PLACES: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    (r"docker(?:'s|\.)? ?-?sock(?:et)?|sock(?:et)? of (?:the )?docker(?: daemon)?|docker daemon(?:'s)? sock(?:et)?", ("docker.sock",), False),
    (r"containerd(?:'s|\.)? ?-?sock(?:et)?|sock(?:et)? of containerd", ("containerd.sock",), False),
    (r"(?:container )?runtime(?:'s)? sock(?:et)?|sock(?:et)? of the (?:container )?runtime", ("docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock"), False),
    (r"root (?:file ?-?system|directory|folder|dir|fs)|whole (?:file ?-?system|disk)|entire (?:file ?-?system|disk)|rootfs", ("/",), True),
    (r"logs?(?: (?:directory|folder|dir|files?|§))?", ("/var/log",), True),
    (r"proc(?: (?:file ?-?system|directory))?|procfs|process (?:file ?-?system|tree|information)", ("/proc",), True),
    (r"sys(?:fs| (?:file ?-?system|directory))|sys", ("/sys",), True),
    (r"devices?(?: (?:directory|nodes|files))?|/?dev directory", ("/dev",), True),
    (r"(?:etc|configuration) (?:directory|folder)|etc", ("/etc",), True),
    (r"time ?zone|local ?time|clock", ("/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo"), True),
    (r"kubelet(?:'s)? (?:directory|folder|data|state|dir)", ("/var/lib/kubelet",), True),
    (r"docker(?:'s)? (?:directory|folder|data|images|containers|dir)|container (?:directory|logs)", ("/var/lib/docker", "/var/log/containers"), True),
    (r"(?:kernel )?modules", ("/lib/modules",), True),
)  # fmt: skip
"""Words for places of a node, their paths, and whether the question has to speak of the node beside them."""
_KINDS = frozenset({*WORKLOADS, "Pod", "Node"})
_PLAIN = r"dockers?|dockerd|daemons?|sockets?|sock|docker\.sock|containerd\S*|root|rootfs|file-?systems?|filesystem|fs|etc|proc|sys|dev|kubelet|host-?paths?|hosts?"


def answer(one: Asked) -> Draft | None:
    """The workloads or pods with a volume of that place of their node."""
    if one.says(r"why|how (?:do|to|can)|when") or not one.says(_MOUNTS) or len(one.reading.mentions) > 1:
        return None
    mentions = [m for m in one.reading.mentions if not m.guessed]
    paths = next((paths for words, paths, hosted in _PLACES if _says(one, words, hosted)), ())
    if not paths or not set(one.reading.kinds) <= _KINDS or not one.is_plain(_PLAIN, told=r"traffic"):
        return None
    kinds = [kind for kind in one.reading.kinds if kind != "Node"]
    if mentions:
        among = [node for node in one.named(Draft(), mentions[0]) if pod_path(node)]
    elif kinds and "Pod" in kinds:
        among = one.of("Pod")
    else:
        among = [*one.catalog.workloads(one.reading.namespaces, one.reading.clusters), *_bare(one)]
        among = [node for node in among if not kinds or node.kind in kinds]
    if not among:
        return None
    found = [node for node in among if any(True for _ in _volumes(node, paths))]
    said = " or ".join(paths)
    return listing(
        one,
        found,
        among,
        f"with {said} of the node as a volume (hostPath)",
        lambda node: _volumes(node, paths),
    )


def _bare(one: Asked) -> list[Node]:
    return [pod for pod in one.of("Pod") if one.catalog.owner(pod) is None]


def _says(one: Asked, words: str, hosted: bool) -> bool:
    if not hosted:
        return one.says(words) is not None
    return one.says(rf"{_HOST}'?s? (?:{words})|(?:{words}) {_OF_HOST}") is not None


def _volumes(node: Node, paths: Sequence[str]) -> Iterator[Spot]:
    """The volumes of the node's place, or of one beneath it."""
    path = pod_path(node)
    for place, volume in entries(node.value, f"{path}.volumes") if path else ():
        held = text(at(volume, "hostPath"), "path")
        if any(_is_at(held, wanted) for wanted in paths):
            yield Spot(path=(*path.split("."), "volumes", place, "hostPath", "path"))


def _is_at(held: str, wanted: str) -> bool:
    if not held:
        return False
    if not wanted.startswith("/"):
        return held.endswith(f"/{wanted}")
    return held == wanted or (wanted != "/" and held.startswith(f"{wanted}/"))
