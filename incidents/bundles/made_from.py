"""Templates that no text shows, taken from the pods that were made from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cluster.values import entries, mapping
from connectors.documents import ResourceRef

Object = dict[str, Any]

TEMPLATES = {
    **dict.fromkeys(("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job"), ("template",)),
    "CronJob": ("jobTemplate", "spec", "template"),
}
"""Where the template of what makes pods stands under `spec`."""

_SET_LATER = re.compile(
    r"^(?:statefulset|apps|batch)\.kubernetes\.io/|^(?:controller-(?:revision-hash|uid)|pod-template-hash|job-name)$"
)
"""Labels that a pod has and its template has not."""
_OF_ONE_POD = ("nodeName", "hostname", "subdomain")


def fill_templates(found: Mapping[ResourceRef, Object]) -> None:
    """Gives what makes pods the template that its pods show, where its own text shows no containers.

    Of pods that differ, one that is not ready counts first: during a rollout it is the new one.
    """
    pods = [
        ref for ref, value in found.items() if ref.kind == "Pod" and mapping(value, "spec").get("containers")
    ]
    for ref in sorted(pods, key=lambda one: _is_ready(found[one])):
        for maker in _makers(ref, found):
            template = _template(found[maker], TEMPLATES[maker.kind])
            if not mapping(template, "spec").get("containers"):
                template.update(_made_of(found[ref], template))


def _is_ready(pod: Object) -> bool:
    return any(
        one.get("type") == "Ready" and one.get("status") == "True"
        for _, one in entries(pod, "status.conditions")
    )


def _makers(ref: ResourceRef, found: Mapping[ResourceRef, Object]) -> Iterator[ResourceRef]:
    """What made an object, then what made that, as far as it was read."""
    seen = {ref}
    while owner := next((one for _, one in entries(found[ref], "metadata.ownerReferences")), None):
        ref = ResourceRef(str(owner.get("kind")), str(owner.get("name")), ref.namespace)
        if ref not in found or ref in seen or ref.kind not in TEMPLATES:
            return
        seen.add(ref)
        yield ref


def _template(maker: Object, path: tuple[str, ...]) -> Object:
    here: Object = maker["spec"]
    for key in path:
        here = here[key]
    return here


def _made_of(pod: Object, template: Object) -> Object:
    """The template that a pod was made from: what was set on the pod alone is left out."""
    labels = {
        key: value for key, value in mapping(pod, "metadata.labels").items() if not _SET_LATER.match(str(key))
    }
    spec = {key: value for key, value in pod["spec"].items() if key not in _OF_ONE_POD}
    metadata = dict(mapping(template, "metadata"))
    if labels and not metadata.get("labels"):
        metadata["labels"] = labels
    return {"metadata": metadata, "spec": {**mapping(template, "spec"), **spec}}
