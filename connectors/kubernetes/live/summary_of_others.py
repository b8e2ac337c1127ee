"""Facts of what surrounds workloads: network, storage, nodes, events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.kinds import OLD_CLASS
from connectors.kubernetes.live.states import state
from connectors.kubernetes.words import at, count, entries, items, mapping, pairs, words

Value = Mapping[str, Any]
_ROLE = "node-role.kubernetes.io/"
_BAD_ON_NODES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")


def service(value: Value) -> list[str]:
    """Type, addresses, ports, selector."""
    spec = value.get("spec")
    return [
        words("type", [at(spec, "type")]),
        words("cluster IP", [at(spec, "clusterIP")]),
        words("ports", [_service_port(port) for port in items(at(spec, "ports"))]),
        pairs("selects", at(spec, "selector")),
        words("external name", [at(spec, "externalName")]),
        words("external IPs", entries(spec, "externalIPs")),
        words("load balancer", list(_load_balancer(value))),
    ]


def _service_port(port: Value) -> str:
    name = f"{port['name']}:" if port.get("name") else ""
    target = f"→{port['targetPort']}" if port.get("targetPort") not in (None, "", port.get("port")) else ""
    node = f" (node port {port['nodePort']})" if port.get("nodePort") else ""
    protocol = f"/{port['protocol']}" if port.get("protocol") not in (None, "TCP") else ""
    return f"{name}{port.get('port')}{target}{protocol}{node}"


def _load_balancer(value: Value) -> Iterator[str]:
    for entry in items(at(value, "status", "loadBalancer", "ingress")):
        yield str(entry.get("hostname") or entry.get("ip") or "")


def ingress(value: Value) -> list[str]:
    """Class, hosts, which path goes to which service, certificates, address."""
    spec = value.get("spec")
    rules = items(at(spec, "rules"))
    routes = [
        f"{path.get('path') or '/'}→{at(path, 'backend', 'service', 'name')}"
        for rule in rules
        for path in items(at(rule, "http", "paths"))
    ]
    return [
        words("class", [at(spec, "ingressClassName")]),
        words("hosts", [rule.get("host") for rule in rules]),
        words("paths", list(routes)),
        words("default service", [at(spec, "defaultBackend", "service", "name")]),
        words("TLS from secret", [tls.get("secretName") for tls in items(at(spec, "tls"))]),
        words("address", list(_load_balancer(value))),
    ]


def node(value: Value) -> list[str]:
    """State, version, instance type, zone, capacity, pressure, taints, roles."""
    labels = mapping(value, "metadata", "labels")
    info = at(value, "status", "nodeInfo")
    capacity = mapping(value, "status", "capacity")
    reported = {str(c.get("type")): c for c in items(at(value, "status", "conditions"))}
    not_ready = reported.get("Ready", {})
    bad = [kind for kind in _BAD_ON_NODES if reported.get(kind, {}).get("status") == "True"]
    return [
        state(value),
        str(not_ready.get("reason") or "") if not_ready.get("status") != "True" else "",
        words("kubelet", [at(info, "kubeletVersion")]),
        words("instance type", [labels.get("node.kubernetes.io/instance-type")]),
        words("zone", [labels.get("topology.kubernetes.io/zone")]),
        words("region", [labels.get("topology.kubernetes.io/region")]),
        pairs("capacity", {key: capacity[key] for key in ("cpu", "memory", "pods") if key in capacity}),
        words("roles", [key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE)]),
        words("problems", list(bad)),
        words("taints", [f"{t.get('key')}:{t.get('effect')}" for t in items(at(value, "spec", "taints"))]),
        words("OS", [at(info, "osImage")]),
        words("architecture", [at(info, "architecture")]),
        words("runtime", [at(info, "containerRuntimeVersion")]),
        words(
            "IP",
            [
                a.get("address")
                for a in items(at(value, "status", "addresses"))
                if a.get("type") == "InternalIP"
            ],
        ),
    ]


def _storage_class(value: Value) -> Any:
    """The class by its field, else by the annotation that it was before Kubernetes 1.6 and that still works."""
    return at(value, "spec", "storageClassName") or at(value, "metadata", "annotations", OLD_CLASS)


def claim(value: Value) -> list[str]:
    """Phase, size, class, access, volume."""
    size = at(value, "status", "capacity", "storage") or at(value, "spec", "resources", "requests", "storage")
    return [
        state(value),
        words("size", [size]),
        words("storage class", [_storage_class(value)]),
        words("access", entries(value, "spec", "accessModes")),
        words("volume", [at(value, "spec", "volumeName")]),
    ]


def volume(value: Value) -> list[str]:
    """Phase, size, class, access, reclaim policy, claim."""
    wanted = at(value, "spec", "claimRef")
    return [
        state(value),
        words("size", [at(value, "spec", "capacity", "storage")]),
        words("storage class", [_storage_class(value)]),
        words("access", entries(value, "spec", "accessModes")),
        words("reclaim policy", [at(value, "spec", "persistentVolumeReclaimPolicy")]),
        words("claimed by", [f"{at(wanted, 'namespace')}/{at(wanted, 'name')}"] if wanted else []),
    ]


def storage_class(value: Value) -> list[str]:
    """Provisioner, whether it is the default, reclaim policy, binding, expansion."""
    default = at(value, "metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true"
    return [
        words("provisioner", [value.get("provisioner")]),
        "default" if default else "",
        words("reclaim policy", [value.get("reclaimPolicy")]),
        words("binding", [value.get("volumeBindingMode")]),
        "volumes can be expanded" if value.get("allowVolumeExpansion") is True else "",
    ]


def event(value: Value) -> list[str]:
    """Type, reason, object, how often, first and last time, message; of either API of events."""
    about = value.get("regarding") or value.get("involvedObject")
    times = at(value, "series", "count") or value.get("deprecatedCount") or value.get("count")
    last = (at(value, "series", "lastObservedTime") or value.get("deprecatedLastTimestamp")
            or value.get("lastTimestamp") or value.get("eventTime"))  # fmt: skip
    named = "/".join(str(part) for part in (at(about, "namespace"), at(about, "name")) if part)
    return [
        f"{value.get('type') or ''} {value.get('reason') or ''}".strip(),
        f"{at(about, 'kind')} {named}" if about else "",
        f"{times} times" if isinstance(times, int) and times > 1 else "",
        words("last", [last]),
        str(value.get("note") or value.get("message") or "")[:400],
    ]


def network_policy(value: Value) -> list[str]:
    """Which pods it is for, and how many rules let traffic in and out."""
    spec = value.get("spec")
    labels = at(spec, "podSelector", "matchLabels")
    rules = {field: at(spec, field) for field in ("ingress", "egress")}
    kinds = entries(spec, "policyTypes")
    said = [
        f"{field} {len(found)} rule{'s' if len(found) != 1 else ''}"
        for field, found in rules.items()
        if isinstance(found, list) and found
    ]
    denied = [f"no {field}" for field in rules if field.capitalize() in kinds and not rules[field]]
    return [pairs("for pods with", labels) if labels else "for all pods", *said, *denied]


def quota(value: Value) -> list[str]:
    """Used and allowed amounts."""
    hard = mapping(value, "status", "hard") or mapping(value, "spec", "hard")
    used = mapping(value, "status", "used")
    return [f"{name} {used.get(name, 0)} of {amount}" for name, amount in list(hard.items())[:12]]


def endpoints(value: Value) -> list[str]:
    """Ready and not ready addresses, ports."""
    subsets = items(value.get("subsets"))
    ready = sum(len(items(subset.get("addresses"))) for subset in subsets)
    waiting = sum(len(items(subset.get("notReadyAddresses"))) for subset in subsets)
    ports = [port.get("port") for subset in subsets for port in items(subset.get("ports"))]
    return [count(ready, "ready addresses"), count(waiting or None, "not ready"), words("ports", list(ports))]


def endpoint_slice(value: Value) -> list[str]:
    """Of which service, ready addresses, ports."""
    found = items(value.get("endpoints"))
    ready = sum(1 for endpoint in found if at(endpoint, "conditions", "ready") is not False)
    return [
        words("of service", [at(value, "metadata", "labels", "kubernetes.io/service-name")]),
        f"{ready}/{len(found)} endpoints ready",
        words("ports", [port.get("port") for port in items(value.get("ports"))]),
    ]


def lease(value: Value) -> list[str]:
    """Who holds it."""
    return [words("held by", [at(value, "spec", "holderIdentity")])]


def virtual_service(value: Value) -> list[str]:
    """Hosts, gateways, destinations."""
    spec = value.get("spec")
    routes = [
        route
        for kind in ("http", "tcp", "tls")
        for rule in items(at(spec, kind))
        for route in items(rule.get("route"))
    ]
    targets = [
        " ".join(filter(None, [
            str(at(route, "destination", "host")),
            f"subset {subset}" if (subset := at(route, "destination", "subset")) else "",
            f"({route['weight']}%)" if isinstance(route.get("weight"), int) else "",
        ]))
        for route in routes
    ]  # fmt: skip
    return [
        words("hosts", entries(spec, "hosts")),
        words("gateways", entries(spec, "gateways")),
        words("routes to", list(targets)),
    ]


def gateway(value: Value) -> list[str]:
    """Class, hosts, ports; of Gateway API and Istio."""
    spec = value.get("spec")
    servers, listeners = items(at(spec, "servers")), items(at(spec, "listeners"))
    hosts = [host for server in servers for host in entries(server, "hosts")]
    hosts += [listener.get("hostname") for listener in listeners]
    ports = [at(server, "port", "number") for server in servers] + [found.get("port") for found in listeners]
    return [
        state(value),
        words("class", [at(spec, "gatewayClassName")]),
        words("hosts", list(hosts)),
        words("ports", list(ports)),
    ]


def http_route(value: Value) -> list[str]:
    """Hosts, gateways, services."""
    spec = value.get("spec")
    backends = [b for rule in items(at(spec, "rules")) for b in items(rule.get("backendRefs"))]
    return [
        words("hosts", entries(spec, "hostnames")),
        words("gateways", [parent.get("name") for parent in items(at(spec, "parentRefs"))]),
        words("routes to", [f"{b.get('name')}:{b.get('port')}" for b in backends]),
    ]


def config_map(value: Value) -> list[str]:
    """Its keys."""
    keys = [key for field in ("data", "binaryData") for key in mapping(value, field)]
    return [f"{len(keys)} key{'s' if len(keys) != 1 else ''}", words("keys", keys)]
