"""Says of one value whether a live object agrees with it, with respect to who else sets it."""

from __future__ import annotations

from dataclasses import dataclass

from cluster.findings.clusters import Cluster
from cluster.findings.fields import Field, agree, fields_of
from cluster.values import at, mapping
from connectors.kubernetes.observed import ObservedObject

_DOWNSCALER = ("downscaler/", "kube-green", "keda.sh", "autoscaling.knative.dev")


@dataclass(frozen=True, slots=True)
class Known:
    """A value that an object has: in words, and where it stands."""

    seen: ObservedObject
    field: Field
    words: str


def scales_itself(cluster: Cluster, seen: ObservedObject) -> bool:
    """Whether the number of replicas is set by something else than the object's owner."""
    if cluster.scaler(seen) is not None:
        return True
    names = [*mapping(seen.metadata, "annotations"), *mapping(seen.metadata, "labels")]
    for namespace in cluster.find("Namespace", seen.namespace):
        names += mapping(namespace.metadata, "annotations")
    return any(str(name).startswith(_DOWNSCALER) for name in names)


def sized_by_vpa(cluster: Cluster, seen: ObservedObject) -> bool:
    """Whether a VerticalPodAutoscaler sets the object's requests and limits."""
    for vpa in cluster.kind("VerticalPodAutoscaler"):
        target = mapping(vpa.value, "spec.targetRef")
        if (vpa.namespace, target.get("kind"), target.get("name")) == (seen.namespace, seen.kind, seen.name):
            return at(vpa.value, "spec.updatePolicy.updateMode") not in ("Off", "Initial")
    return False


def is_ours_to_compare(cluster: Cluster, seen: ObservedObject, what: str) -> bool:
    """Whether a field is set by who writes the object, and by nothing that runs in the cluster."""
    if what == "replicas":
        return not scales_itself(cluster, seen)
    if what.endswith((" limit", " request")):
        return not sized_by_vpa(cluster, seen)
    return True


def disagreement(said: Field, seen: ObservedObject, cluster: Cluster) -> Known | None:
    """The object's value where it is another than what was said of the same field; None where they agree.

    A field that the object does not have, or has more than once, shows nothing.
    """
    if not is_ours_to_compare(cluster, seen, said.what):
        return None
    alike = [field for field in fields_of(seen.value) if field.what == said.what and field.of == said.of]
    if said.what == "port" and not said.of.startswith("port "):
        # A port without a name may be any of its owner's.
        alike = [
            field for field in fields_of(seen.value) if field.what == "port" and field.of.endswith(said.of)
        ]
        return None if any(agree("port", said.value, one.value) for one in alike) else _listed(alike, seen)
    if len(alike) != 1 or agree(said.what, said.value, alike[0].value):
        return None
    return Known(seen, alike[0], alike[0].value)


def _listed(fields: list[Field], seen: ObservedObject) -> Known | None:
    if not fields:
        return None
    return Known(seen, fields[0], ", ".join(dict.fromkeys(field.value for field in fields)))


def called(seen: ObservedObject) -> str:
    """`Deployment shop/cart`."""
    return f"{seen.kind} {seen.namespace}/{seen.name}" if seen.namespace else f"{seen.kind} {seen.name}"
