"""What tables show of services, ingresses, endpoints and autoscalers."""

from __future__ import annotations

from typing import Any

from tests.servers.kube.ages import age
from tests.servers.kube.columns_workloads import selector_text

Json = dict[str, Any]
Cells = list[Any]


def _age(obj: Json, now: float) -> str:
    return age(obj["metadata"].get("creationTimestamp"), now)


def _balanced(obj: Json) -> list[str]:
    found = obj.get("status", {}).get("loadBalancer", {}).get("ingress") or ()
    return [one.get("ip") or one.get("hostname", "") for one in found]


def service(obj: Json, now: float) -> Cells:
    """Name, Type, Cluster-IP, External-IP, Port(s), Age, Selector."""
    spec = obj["spec"]
    kind = spec.get("type", "ClusterIP")
    ports = []
    for port in spec.get("ports") or ():
        node = f":{port['nodePort']}" if port.get("nodePort") else ""
        ports.append(f"{port['port']}{node}/{port.get('protocol', 'TCP')}")
    external = spec.get("externalIPs") or []
    if kind == "ExternalName":
        external = [spec.get("externalName", "")]
    elif kind == "LoadBalancer":
        external = [*_balanced(obj), *external] or ["<pending>"]
    return [
        obj["metadata"]["name"],
        kind,
        spec.get("clusterIP") or "<none>",
        ",".join(external) or "<none>",
        ",".join(ports) or "<none>",
        _age(obj, now),
        selector_text(spec.get("selector")),
    ]


def ingress(obj: Json, now: float) -> Cells:
    """Name, Class, Hosts, Address, Ports, Age."""
    spec = obj["spec"]
    hosts = [rule["host"] for rule in spec.get("rules") or () if rule.get("host")]
    shown = ",".join(hosts[:3]) + (f" + {len(hosts) - 3} more..." if len(hosts) > 3 else "")
    return [
        obj["metadata"]["name"],
        spec.get("ingressClassName") or "<none>",
        shown or "*",
        ",".join(_balanced(obj)),
        "80, 443" if spec.get("tls") else "80",
        _age(obj, now),
    ]


def endpoints(obj: Json, now: float) -> Cells:
    """Name, Endpoints, Age."""
    found: list[str] = []
    for subset in obj.get("subsets") or ():
        ports = [f":{port['port']}" for port in subset.get("ports") or ()] or [""]
        addresses = [one["ip"] for one in subset.get("addresses") or ()]
        found += [address + port for port in ports for address in addresses]
    return [obj["metadata"]["name"], _shortened(found, "<none>"), _age(obj, now)]


def endpoint_slice(obj: Json, now: float) -> Cells:
    """Name, AddressType, Ports, Endpoints, Age."""
    ports = [str(port.get("port", "*")) for port in obj.get("ports") or ()]
    addresses = [address for one in obj.get("endpoints") or () for address in one.get("addresses", ())]
    shown = (_shortened(ports, "<unset>"), _shortened(addresses, "<unset>"))
    return [obj["metadata"]["name"], obj.get("addressType", ""), *shown, _age(obj, now)]


def _shortened(values: list[str], none: str) -> str:
    more = f" + {len(values) - 3} more..." if len(values) > 3 else ""
    return ",".join(values[:3]) + more or none


def autoscaler(obj: Json, now: float) -> Cells:
    """Name, Reference, Targets, MinPods, MaxPods, Replicas, Age."""
    spec, status = obj["spec"], obj.get("status", {})
    target = spec["scaleTargetRef"]
    return [
        obj["metadata"]["name"],
        f"{target['kind']}/{target['name']}",
        _targets(spec.get("metrics") or (), status.get("currentMetrics") or ()),
        spec.get("minReplicas", "<unset>"),
        spec["maxReplicas"],
        status.get("currentReplicas", 0),
        _age(obj, now),
    ]


def _targets(wanted: Any, current: Any) -> str:
    shown = []
    for index, metric in enumerate(wanted):
        kind = metric["type"][0].lower() + metric["type"][1:]
        goal = metric.get(kind, {}).get("target", {})
        known = (current[index].get(kind) or {}).get("current", {}) if index < len(current) else {}
        if "averageUtilization" in goal:
            value = known.get("averageUtilization")
            text = f"{'<unknown>' if value is None else f'{value}%'}/{goal['averageUtilization']}%"
        else:
            name = "averageValue" if "averageValue" in goal else "value"
            average = " (avg)" if name == "averageValue" and kind == "external" else ""
            text = f"{known.get(name, '<unknown>')}/{goal.get(name, '<auto>')}{average}"
        label = metric.get(kind, {}).get("name", "")
        shown.append(f"{label}: {text}" if kind == "resource" else text)
    more = f" + {len(shown) - 2} more..." if len(shown) > 2 else ""
    return ", ".join(shown[:2]) + more or "<none>"
