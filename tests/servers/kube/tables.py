"""Objects as rows of a `Table`: the columns that `kubectl get` prints."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.servers.kube import columns_cluster as cluster
from tests.servers.kube import columns_network as network
from tests.servers.kube import columns_workloads as workloads
from tests.servers.kube.ages import age
from tests.servers.kube.resources import Resource

Json = dict[str, Any]


@dataclass(frozen=True)
class Printer:
    """The columns of a kind and how an object fills them."""

    definitions: list[Json]
    cells: Callable[[Json, float], list[Any]]


def _printer(names: str, cells: Callable[[Json, float], list[Any]]) -> Printer:
    definitions = []
    for name in names.split("|"):
        shown = name.rstrip("+")
        definitions.append(
            {
                "name": shown,
                "type": "string",
                "format": "name" if shown == "Name" else "",
                "description": "",
                "priority": 1 if name.endswith("+") else 0,
            }
        )
    return Printer(definitions, cells)


_REPLICAS = _printer("Name|Desired|Current|Ready|Age|Containers+|Images+|Selector+", workloads.replica_set)
_CREATED = _printer("Name|Created At", cluster.created_at)
_BINDING = _printer("Name|Role|Age|Users+|Groups+|ServiceAccounts+", cluster.binding)
_PLAIN = _printer("Name|Age", cluster.plain)
_PRINTERS = {
    "pods": _printer(
        "Name|Ready|Status|Restarts|Age|IP+|Node+|Nominated Node+|Readiness Gates+", workloads.pod
    ),
    "deployments.apps": _printer(
        "Name|Ready|Up-to-date|Available|Age|Containers+|Images+|Selector+", workloads.deployment
    ),
    "replicasets.apps": _REPLICAS,
    "replicationcontrollers": _REPLICAS,
    "statefulsets.apps": _printer("Name|Ready|Age|Containers+|Images+", workloads.stateful_set),
    "daemonsets.apps": _printer(
        "Name|Desired|Current|Ready|Up-to-date|Available|Node Selector|Age|Containers+|Images+|Selector+",
        workloads.daemon_set,
    ),
    "jobs.batch": _printer(
        "Name|Status|Completions|Duration|Age|Containers+|Images+|Selector+", workloads.job
    ),
    "cronjobs.batch": _printer(
        "Name|Schedule|Timezone|Suspend|Active|Last Schedule|Age|Containers+|Images+|Selector+",
        workloads.cron_job,
    ),
    "controllerrevisions.apps": _printer("Name|Controller|Revision|Age", cluster.controller_revision),
    "services": _printer("Name|Type|Cluster-IP|External-IP|Port(s)|Age|Selector+", network.service),
    "ingresses.networking.k8s.io": _printer("Name|Class|Hosts|Address|Ports|Age", network.ingress),
    "endpoints": _printer("Name|Endpoints|Age", network.endpoints),
    "endpointslices.discovery.k8s.io": _printer(
        "Name|AddressType|Ports|Endpoints|Age", network.endpoint_slice
    ),
    "horizontalpodautoscalers.autoscaling": _printer(
        "Name|Reference|Targets|MinPods|MaxPods|Replicas|Age", network.autoscaler
    ),
    "networkpolicies.networking.k8s.io": _printer("Name|Pod-Selector|Age", cluster.network_policy),
    "nodes": _printer(
        "Name|Status|Roles|Age|Version|Internal-IP+|External-IP+|OS-Image+|Kernel-Version+|Container-Runtime+",
        cluster.node,
    ),
    "namespaces": _printer("Name|Status|Age", cluster.namespace),
    "configmaps": _printer("Name|Data|Age", cluster.config_map),
    "secrets": _printer("Name|Type|Data|Age", cluster.secret),
    "serviceaccounts": _printer("Name|Secrets|Age", cluster.service_account),
    "persistentvolumeclaims": _printer(
        "Name|Status|Volume|Capacity|Access Modes|StorageClass|VolumeAttributesClass|Age|VolumeMode+",
        cluster.claim,
    ),
    "persistentvolumes": _printer(
        "Name|Capacity|Access Modes|Reclaim Policy|Status|Claim|StorageClass|VolumeAttributesClass|Reason|Age"
        "|VolumeMode+",
        cluster.volume,
    ),
    "storageclasses.storage.k8s.io": _printer(
        "Name|Provisioner|ReclaimPolicy|VolumeBindingMode|AllowVolumeExpansion|Age", cluster.storage_class
    ),
    "events": _printer(
        "Last Seen|Type|Reason|Object|Subobject+|Source+|Message|First Seen+|Count+|Name+", cluster.event
    ),
    "poddisruptionbudgets.policy": _printer(
        "Name|Min Available|Max Unavailable|Allowed Disruptions|Age", cluster.disruption_budget
    ),
    "roles.rbac.authorization.k8s.io": _CREATED,
    "clusterroles.rbac.authorization.k8s.io": _CREATED,
    "customresourcedefinitions.apiextensions.k8s.io": _CREATED,
    "rolebindings.rbac.authorization.k8s.io": _BINDING,
    "clusterrolebindings.rbac.authorization.k8s.io": _BINDING,
}


def printer(resource: Resource) -> Printer:
    """The printer of a kind: its own, the one its definition describes, or name and age."""
    if resource.columns:
        return _custom(resource.columns)
    group, plural = resource.home
    return _PRINTERS.get(f"{plural}.{group}" if group else plural, _PLAIN)


def _custom(columns: tuple[Json, ...]) -> Printer:
    definitions = [dict(_PLAIN.definitions[0])]
    definitions += [{"format": "", "description": "", "priority": 0, **column} for column in columns]
    for definition in definitions:
        definition.pop("jsonPath", None)

    def cells(obj: Json, now: float) -> list[Any]:
        return [obj["metadata"]["name"], *(_cell(obj, column, now) for column in columns)]

    return Printer(definitions, cells)


def _cell(obj: Json, column: Json, now: float) -> Any:
    found = _at(obj, column["jsonPath"])
    if not found:
        return None
    if column["type"] == "date":
        return age(found[0], now)
    return (
        found[0]
        if len(found) == 1 and not isinstance(found[0], list | dict)
        else str(found[0]).replace("'", '"')
    )


def _at(obj: Any, path: str) -> list[Any]:
    values = [obj]
    for name, key, wanted, index in re.findall(
        r"\.([\w\-\\.]+?)(?=[.\[]|$)|\[\?\(@\.(\w+)==\"(.*?)\"\)\]|\[(\d+|\*)\]", path.strip("{}")
    ):
        found: list[Any] = []
        for value in values:
            if name and isinstance(value, dict) and name in value:
                found.append(value[name])
            elif isinstance(value, list):
                if key:
                    found += [one for one in value if str(one.get(key)) == wanted]
                elif index:
                    found += value if index == "*" else value[int(index) : int(index) + 1]
        values = found
    return values
