"""Measures causes with each fault at each workload: `python -m bench.incident_transplants --cloudops DIR`.

The donor is a case of each system in which every pod is ready; its logs, metrics, events and alerts are left out. Into
its objects one fault is put at a time, the same at every workload that can have it. So this shows whether a check sees
its fault wherever it is, from what objects alone show.
"""

from __future__ import annotations

import argparse
import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.incident_terms import Answer, answer
from bench.incidents import Outcome, cases, score
from cluster.edges.base import Item
from cluster.values import entries, text
from connectors.kubernetes.observed import ObservedObject
from incidents.bundles import read_folder
from incidents.checks.databases import secrets
from incidents.evidence import Evidence
from incidents.investigate import investigate
from incidents.situation import Situation, is_ready

Value = dict[str, Any]
Change = Callable[[ObservedObject, Value], Value | None]
"""From an object and a copy of its value to the value in the variant; None where the object is gone."""

_ROUTE = re.compile(r"- id:\s*(?P<name>[\w.-]+)\s*\n\s*uri:\s*(?P<uri>\S+)")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault at one workload, and what should be said of it (object and cause in the benchmark's words)."""

    kind: str
    object: str
    cause: str
    change: Change


def faults(s: Situation) -> Iterator[Fault]:
    """Every fault that can be put into the objects of a situation."""
    for workload in s.workloads:
        if workload.kind == "Deployment":
            pods = {pod.name for pod in s.pods_of(workload)}
            yield from _scaled(workload, pods)
            yield from _resolved(workload, pods)
            yield from _unplaced(workload, pods)
            for name in secrets(workload):
                yield from _of_secret(workload, pods, name)
            yield from _of_addresses(workload, {service.name for service in s.items("Service")})
    for service in s.items("Service"):
        yield from _of_service(s, service)
    for config in s.items("ConfigMap"):
        yield from _routes(s, config)


def _scaled(workload: Item, pods: set[str]) -> Iterator[Fault]:
    def change(seen: ObservedObject, value: Value) -> Value | None:
        if seen.kind == "Deployment" and seen.name == workload.name:
            value["spec"]["replicas"] = 0
            value["status"] = {}
        return None if seen.kind == "Pod" and seen.name in pods else value

    yield Fault("no replicas", f"app/{workload.name}", "deployment_zero_replicas", change)


def _resolved(workload: Item, pods: set[str]) -> Iterator[Fault]:
    def change(seen: ObservedObject, value: Value) -> Value | None:
        if seen.kind == "Deployment" and seen.name == workload.name:
            spec = value["spec"]["template"]["spec"]
            spec.update(dnsPolicy="None", dnsConfig={"nameservers": ["203.0.113.1"]})
        return _crashed(seen, value, pods)

    yield Fault("wrong DNS server", f"app/{workload.name}", "service_dns_resolution_failure", change)


def _unplaced(workload: Item, pods: set[str]) -> Iterator[Fault]:
    """A node selector that nothing matches, and requests that no node has."""
    asks: tuple[tuple[str, str, Value, Value], ...] = (
        ("node selector", "node_selector_mismatch", {"nodeSelector": {"bench.test/none": "x"}}, {}),
        ("too much CPU", "cpu_capacity_mismatch", {}, {"cpu": "900"}),
        ("too much memory", "memory_capacity_mismatch", {}, {"memory": "900Ti"}),
    )
    for kind, cause, spec, requests in asks:

        def change(
            seen: ObservedObject, value: Value, spec: Value = spec, requests: Value = requests
        ) -> Value:
            if seen.kind == "Pod" and seen.name in pods:
                inner = value["spec"]
                inner.pop("nodeName", None)
                inner.update(spec)
                for container in inner["containers"] if requests else ():
                    container.setdefault("resources", {}).setdefault("requests", {}).update(requests)
                value["status"] = {
                    "phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False"}],
                }  # fmt: skip
            return value

        yield Fault(kind, f"app/{workload.name}", cause, change)


def _of_secret(workload: Item, pods: set[str], name: str) -> Iterator[Fault]:
    """A value of another length for one key, or no Secret at all."""
    for kind, pattern, cause in (
        ("wrong password", r"PASS", "mysql_invalid_credentials"),
        ("wrong port", r"PORT$", "mysql_invalid_port"),
        ("wrong host", r"HOST$", "service_env_var_address_mismatch"),
    ):

        def change(seen: ObservedObject, value: Value, pattern: str = pattern) -> Value | None:
            if seen.kind == "Secret" and seen.name == name:
                sizes = value.get("sizes", {})
                value["sizes"] = {
                    key: size + 3 if re.search(pattern, key) else size for key, size in sizes.items()
                }
            return _crashed(seen, value, pods)

        yield Fault(kind, f"app/{workload.name}", cause, change)

    def gone(seen: ObservedObject, value: Value) -> Value | None:
        if seen.kind == "Secret" and seen.name == name:
            return None
        return _crashed(seen, value, pods, "CreateContainerConfigError")

    yield Fault("no Secret", f"app/{workload.name}", "missing_secret_binding", gone)


def _of_addresses(workload: Item, services: set[str]) -> Iterator[Fault]:
    """Each `service:port` in the environment with a slip, another port or Service, or a host that is not there."""
    for _, container in entries(workload.pod, "spec.containers"):
        for _, variable in entries(container, "env"):
            host, _, port = text(variable, "value").partition(":")
            if host not in services or not port.isdigit():
                continue
            other = next((one for one in sorted(services) if one not in (host, workload.name)), host)
            for kind, value in (
                ("address: slip", f"{host[:-1]}:{port}"),
                ("address: nothing like it", f"nothing-like-it:{port}"),
                ("address: other Service", f"{other}:{port}"),
                ("address: port", f"{host}:{int(port) + 1}"),
            ):
                change = _setting(workload.name, text(variable, "name"), value)
                yield Fault(kind, f"app/{workload.name}", "service_env_var_address_mismatch", change)


def _setting(workload: str, name: str, value: str) -> Change:
    """Another value of a setting, in the template alone, as no check reads it from the pods."""

    def change(seen: ObservedObject, found: Value) -> Value | None:
        if seen.kind == "Deployment" and seen.name == workload:
            for container in found["spec"]["template"]["spec"]["containers"]:
                for variable in container.get("env") or ():
                    if variable["name"] == name:
                        variable["value"] = value
        return found

    return change


def _crashed(seen: ObservedObject, value: Value, pods: set[str], reason: str = "CrashLoopBackOff") -> Value:
    """A pod of these in which no container runs; anything else as it is."""
    if seen.kind != "Pod" or seen.name not in pods:
        return value
    for status in value["status"]["containerStatuses"]:
        status.update(ready=False, state={"waiting": {"reason": reason}})
        if reason == "CrashLoopBackOff":
            status.update(restartCount=4, lastState={"terminated": {"reason": "Error", "exitCode": 1}})
    for condition in value["status"]["conditions"]:
        if condition.get("type") in ("Ready", "ContainersReady"):
            condition["status"] = "False"
    return value


def _of_service(s: Situation, service: Item) -> Iterator[Fault]:
    """Another target, selector or protocol, for Services that lead to one workload of their name."""
    behind = [item for item in s.workloads if item.name == service.name and service in s.services_of(item)]
    if not behind or not service.value["spec"].get("ports"):
        return

    def selector(seen: ObservedObject, value: Value) -> Value:
        if seen.kind == "Service" and seen.name == service.name:
            value["spec"]["selector"] = {key: f"{one}-x" for key, one in value["spec"]["selector"].items()}
        return value

    def protocol(seen: ObservedObject, value: Value) -> Value:
        if seen.kind == "Service" and seen.name == service.name:
            for port in value["spec"]["ports"]:
                port["protocol"] = "UDP"
        return value

    def target(seen: ObservedObject, value: Value) -> Value:
        if seen.kind == "Service" and seen.name == service.name:
            for port in value["spec"]["ports"]:
                port["targetPort"] = 59_999
        return value

    yield Fault("wrong target", f"app/{service.name}", "service_port_mapping_mismatch", target)
    yield Fault("wrong selector", f"app/{service.name}", "service_selector_mismatch", selector)
    yield Fault("wrong protocol", f"app/{service.name}", "service_protocol_mismatch", protocol)


def _routes(s: Situation, config: Item) -> Iterator[Fault]:
    """Each route of a gateway that is named for a workload, led to where the next one leads."""
    names = {item.name for item in s.workloads}
    for key, body in (config.value.get("data") or {}).items():
        routes = list(_ROUTE.finditer(body)) if isinstance(body, str) else []
        for route, other in zip(routes, routes[1:] + routes[:1], strict=True):
            meant = next(
                (name for name in names if re.search(rf"[:/]{re.escape(name)}\b", route["uri"])), None
            )
            if meant is None or other["uri"] == route["uri"]:
                continue
            moved = body[: route.start("uri")] + other["uri"] + body[route.end("uri") :]

            def change(seen: ObservedObject, value: Value, key: str = key, moved: str = moved) -> Value:
                if seen.kind == "ConfigMap" and seen.name == config.name:
                    value["data"][key] = moved
                return value

            yield Fault("wrong route", f"app/{meant}", "gateway_misrouted", change)


def put(evidence: Evidence, fault: Fault) -> Evidence:
    """The evidence with the fault in it."""
    kept = []
    for seen in evidence.objects:
        value = fault.change(seen, copy.deepcopy(dict(seen.value)))
        if value is not None:
            kept.append(replace(seen, value=value))
    return replace(evidence, objects=tuple(kept), texts={})


def donor(system: Path) -> Evidence | None:
    """The objects of the first case of a system in which every pod is ready and nothing is found to be wrong."""
    for case in cases(system, "all"):
        told = json.loads((case / "metadata.json").read_text(encoding="utf-8"))
        found = replace(
            read_folder(case / "raw_data", told.get("namespace", "")),
            logs=(),
            series=(),
            alerts=(),
            events=(),
        )
        if all(map(is_ready, Situation(found).pods)) and investigate(found).healthy:
            return found
    return None


def solve(evidence: Evidence, fault: Fault, apps: set[str]) -> Outcome:
    """Investigates the evidence with a fault in it; only object and cause are compared."""
    report = investigate(put(evidence, fault))
    said: list[Answer] = [
        ("", *answer(cause.category, cause.cause, cause.object, apps)[1:]) for cause in report.causes
    ]
    wanted: Answer = ("", fault.object, fault.cause)
    return Outcome(fault.kind, fault.object, wanted, list(dict.fromkeys(said)), report.took_ms / 1000)


def main() -> None:
    """Prints a table by system and fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cloudops", type=Path, required=True)
    parser.add_argument("--misses", action="store_true")
    chosen = parser.parse_args()
    print("| system | fault | n | a1 | a3 |\n|---|---|---|---|---|")
    for system in sorted(one for one in chosen.cloudops.iterdir() if one.is_dir()):
        evidence = donor(system)
        if evidence is None:
            continue
        situation = Situation(evidence)
        apps = {
            one.name for one in evidence.objects if one.kind in ("Deployment", "StatefulSet", "DaemonSet")
        }
        outcomes = [solve(evidence, fault, apps) for fault in faults(situation)]
        for kind, figures in score(outcomes)["by_category"].items():
            print(
                f"| {system.name} | {kind} | {figures['n']} | {figures['a1']} | {figures['a3']} |", flush=True
            )
        for one in outcomes if chosen.misses else ():
            if not one.within(1):
                print(f"    {one.category} at {one.ident}: {[found[1:] for found in one.said[:3]]}")


if __name__ == "__main__":
    main()
