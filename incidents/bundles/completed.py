"""What must exist by what was read: the workload behind a pod, what an event is about, templates that no row shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from connectors.documents import ANY, ResourceRef
from incidents.bundles.kinds import by_name
from incidents.bundles.made_from import TEMPLATES, fill_templates
from incidents.coverage import Coverage
from incidents.evidence import Event

Object = dict[str, Any]

_OF_A_QUOTA = "exceeded quota:"
"""What is said where a namespace has a quota."""
_RANDOM = "[bcdfghjklmnpqrstvwxz2456789]"
_OF_A_DEPLOYMENT = re.compile(rf"(?P<name>.+)-{_RANDOM}{{6,10}}(?:-{_RANDOM}{{5}})?")
_MAKERS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job")
_CLAIM = frozenset({"FailedBinding", "ProvisioningFailed", "VolumeMismatch"})
"""Reasons of the events of a claim that is not bound."""


def complete(
    values: Mapping[ResourceRef, Object], events: Iterable[Event], read: Coverage
) -> dict[ResourceRef, Object]:
    """The objects with those that they and the warnings among the events imply."""
    found = dict(values)
    for event in events:
        ref = event.object
        if event.warning and ref not in values and not read.has_all(ref.kind, ref.namespace):
            made = found.get(ref) or _of_event(event)
            if made is not None:
                found[ref] = made
                _add_state(made, event)
        if _OF_A_QUOTA in event.message and ref.namespace != ANY:
            place = ResourceRef("Namespace", ref.namespace, ANY)
            found.setdefault(
                place, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": ref.namespace}}
            )
    for ref in [ref for ref in found if ref.kind in ("Pod", "ReplicaSet")]:
        _add_maker(ref, found)
    for ref, value in found.items():
        if ref.kind in TEMPLATES:
            _add_template(value, TEMPLATES[ref.kind])
    fill_templates(found)
    return found


def _of_event(event: Event) -> Object | None:
    """What a warning is about; a claim that it says is not bound is pending."""
    ref = event.object
    kind = by_name(ref.kind)
    if kind is None or ref.kind not in ("Pod", "PersistentVolumeClaim", *TEMPLATES):
        return None
    metadata = {"name": ref.name} | ({"namespace": ref.namespace} if ref.namespace != ANY else {})
    status: Object = {"phase": "Pending"} if event.reason in _CLAIM else {}
    return {
        "apiVersion": kind.api_version,
        "kind": ref.kind,
        "metadata": metadata,
        "spec": {},
        "status": status,
    }


_BACK_OFF = re.compile(r"restarting failed container (?:=\s*)?(?P<name>[a-z0-9-]+)?")
_WAITING = (
    ("Failed", re.compile(r"pull"), "ErrImagePull"), ("BackOff", re.compile(r"pull"), "ImagePullBackOff"),
    ("Failed", re.compile(r"not found|couldn't find key"), "CreateContainerConfigError"),
    ("FailedMount", re.compile(""), "ContainerCreating"), ("FailedAttachVolume", re.compile(""), "ContainerCreating"),
    ("FailedCreatePodSandBox", re.compile(""), "ContainerCreating"),
)  # fmt: skip
"""What a container waits with while such events come."""


def _add_state(pod: Object, event: Event) -> None:
    """What a warning shows of the containers of a pod of which nothing else was read; the first that does counts."""
    status = pod["status"]
    if pod["kind"] != "Pod" or "containerStatuses" in status:
        return
    state: Object = {}
    if event.reason == "Unhealthy":
        state = {"name": "", "restartCount": 0, "state": {"running": {}}}
    elif match := _BACK_OFF.search(event.message):
        waiting = {"waiting": {"reason": "CrashLoopBackOff"}}
        state = {"name": match["name"] or "", "restartCount": max(event.count, 1), "state": waiting}
    else:
        for reason, words, waits in _WAITING:
            if event.reason == reason and words.search(event.message):
                state = {"name": "", "restartCount": 0, "state": {"waiting": {"reason": waits}}}
                break
    if state:
        status["containerStatuses"] = [{"ready": False, **state}]
        status["conditions"] = [{"type": "Ready", "status": "False"}]


def _add_maker(ref: ResourceRef, found: dict[ResourceRef, Object]) -> None:
    """Adds the workload that made a pod or ReplicaSet: the one that it names, or the Deployment that its name shows."""
    metadata = found[ref]["metadata"]
    owners = metadata.get("ownerReferences")
    named = next((one for one in owners if isinstance(one, dict)), None) if isinstance(owners, list) else None
    kind, name = (str(named.get("kind")), str(named.get("name"))) if named else ("", "")
    if kind == "ReplicaSet" and ResourceRef(kind, name, ref.namespace) in found:
        return
    if kind in ("", "ReplicaSet"):
        match = _OF_A_DEPLOYMENT.fullmatch(name or ref.name)
        if match is None:
            return
        kind, name = "Deployment", match["name"]
        metadata["ownerReferences"] = [{"kind": kind, "name": name, "controller": True}]
    maker = ResourceRef(kind, name, ref.namespace)
    known = by_name(kind)
    if maker not in found and kind in _MAKERS and known is not None:
        place = {"namespace": ref.namespace} if ref.namespace != ANY else {}
        found[maker] = {
            "apiVersion": known.api_version,
            "kind": kind,
            "metadata": {"name": name, **place},
            "spec": {},
        }


def _add_template(value: Object, path: tuple[str, ...]) -> None:
    """Gives an object that makes pods a template without containers where the text shows none."""
    here = value["spec"] = dict(value["spec"]) if isinstance(value.get("spec"), dict) else {}
    for key in path:
        here[key] = dict(here[key]) if isinstance(here.get(key), dict) else {}
        here = here[key]
    here["spec"] = dict(here["spec"]) if isinstance(here.get("spec"), dict) else {}
    here["spec"].setdefault("containers", [])
