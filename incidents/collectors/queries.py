"""What Prometheus is asked: which metrics there are of a kind, and the query that measures a workload by them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_MOST_BASES = 4
"""Metrics of calls that are asked for at most: programs with several libraries count the same calls several times."""
_DURATION = re.compile(r"(?P<base>\w*(?:duration|latency|handling|requests?|response|time)\w*?)_bucket")
_SERVED = re.compile(r"(?i)http|grpc|rpc|request|server|handling|response")
_NOT_SERVED = re.compile(
    r"(?i)client|outgoing|outbound|_size|_bytes|^(?:apiserver|workqueue|rest_|kube|etcd|prometheus|go_|process_|coredns"
    r"|container|node|alertmanager|scheduler|cilium|promhttp|net_conntrack)"
)
_COUNTER = re.compile(
    r"\w*(?:requests?|calls|handled|responses?)(?:_received|_handled|_count|_processed)?_total"
)
_CODES = (
    "code", "status", "status_code", "response_code", "http_status_code", "http_response_status_code",
    "http_status", "grpc_code", "rpc_grpc_status_code",
)  # fmt: skip
"""Labels that tell how a call ended."""
_FAILED = (
    "5..|Internal|Unavailable|Unknown|DeadlineExceeded|DataLoss|ResourceExhausted|INTERNAL|UNAVAILABLE|error"
)
_PER_MILLISECOND = re.compile(r"(?i)milliseconds|_ms(?:_|$)|_millis")
LABELS = (
    "destination_workload", "workload", "deployment", "service", "app", "app_kubernetes_io_name", "service_name",
    "kubernetes_name", "job", "container", "pod", "kubernetes_pod_name",
)  # fmt: skip
"""Labels that may name a workload, the ones that gather all of its pods first."""
NODE_LABELS = ("node", "nodename", "kubernetes_node", "exported_node", "host", "instance")


class Join(StrEnum):
    """How the series of one workload become one."""

    MEAN = "mean"
    SUM = "sum"
    WORST = "worst"


@dataclass(frozen=True, slots=True)
class Query:
    """One query: `metric` is what its values are called, `label` the one that names the workload or node."""

    metric: str
    text: str
    label: str
    join: Join
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Calls:
    """A metric of calls: a counter, or the base name of a histogram; `quantiles` if it has buckets."""

    base: str
    counter: str
    quantiles: bool
    mean: bool


def selector(labels: Mapping[str, str], **more: str) -> str:
    """`namespace="shop",cluster="prod"`, with every value quoted."""
    return ",".join(f'{name}="{quoted(value)}"' for name, value in {**labels, **more}.items())


def quoted(value: str) -> str:
    """A value as it stands between the quotes of a matcher."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def of_pods(names: Collection[str], where: str, span: str) -> Iterator[Query]:
    """What cAdvisor and kube-state-metrics tell of pods: CPU, throttling, memory, restarts, ready replicas."""
    inner = f'{where},container!="",container!="POD"'
    by = "sum by (pod)"
    if "container_cpu_usage_seconds_total" in names:
        yield Query(
            "cpu cores",
            f"{by} (rate(container_cpu_usage_seconds_total{{{inner}}}[{span}]))",
            "pod",
            Join.MEAN,
        )
    if {"container_cpu_cfs_throttled_periods_total", "container_cpu_cfs_periods_total"} <= set(names):
        throttled = f"{by} (rate(container_cpu_cfs_throttled_periods_total{{{inner}}}[{span}]))"
        periods = f"{by} (rate(container_cpu_cfs_periods_total{{{inner}}}[{span}]))"
        yield Query("throttling ratio", f"{throttled} / {periods}", "pod", Join.MEAN)
    if "container_memory_working_set_bytes" in names:
        yield Query("memory bytes", f"{by} (container_memory_working_set_bytes{{{inner}}})", "pod", Join.MEAN)
    if "kube_pod_container_status_restarts_total" in names:
        restarts = f"{by} (increase(kube_pod_container_status_restarts_total{{{where}}}[{span}]))"
        yield Query("restarts", restarts, "pod", Join.SUM)
    for name, label in (
        ("kube_deployment_status_replicas_available", "deployment"),
        ("kube_statefulset_status_replicas_ready", "statefulset"),
        ("kube_daemonset_status_number_ready", "daemonset"),
    ):
        if name in names:
            yield Query("ready replicas", f"sum by ({label}) ({name}{{{where}}})", label, Join.SUM)


def of_nodes(names: Collection[str], where: str, label: str, span: str) -> Iterator[Query]:
    """What the node exporter tells: CPU, memory, packets that were sent again."""
    if "node_cpu_seconds_total" in names:
        idle = f"avg by ({label}) (rate(node_cpu_seconds_total{{{_with(where, mode='idle')}}}[{span}]))"
        yield Query("cpu used ratio", f"1 - {idle}", label, Join.MEAN)
    if {"node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes"} <= set(names):
        free = f"sum by ({label}) (node_memory_MemAvailable_bytes{{{where}}})"
        whole = f"sum by ({label}) (node_memory_MemTotal_bytes{{{where}}})"
        yield Query("memory used ratio", f"1 - {free} / {whole}", label, Join.MEAN)
    if "node_netstat_Tcp_RetransSegs" in names:
        again = f"sum by ({label}) (rate(node_netstat_Tcp_RetransSegs{{{where}}}[{span}]))"
        yield Query("tcp retransmissions", again, label, Join.SUM)


def of_calls(calls: Calls, where: str, label: str, code: str, span: str) -> Iterator[Query]:
    """Rate, share of failures and latency of calls, by one label."""
    whole = f"sum by ({label}) (rate({calls.counter}{{{where}}}[{span}]))"
    yield Query("requests per second", whole, label, Join.SUM)
    if code:
        bad = f'{where},{code}=~"{_FAILED}"'
        # Without any failure there is no such series, and the share is 0 and not unknown.
        failed = f"(sum by ({label}) (rate({calls.counter}{{{bad}}}[{span}])) or 0 * {whole})"
        yield Query("error ratio", f"{failed} / ({whole} > 0)", label, Join.WORST)
    to_milliseconds = 1.0 if _PER_MILLISECOND.search(calls.base) else 1000.0
    if calls.quantiles:
        buckets = f"sum by ({label}, le) (rate({calls.base}_bucket{{{where}}}[{span}]))"
        for name, share in (("p50", 0.5), ("p95", 0.95)):
            text = f"histogram_quantile({share}, {buckets})"
            yield Query(f"{name} latency", text, label, Join.WORST, to_milliseconds)
    elif calls.mean:
        total = f"sum by ({label}) (rate({calls.base}_sum{{{where}}}[{span}]))"
        number = f"sum by ({label}) (rate({calls.base}_count{{{where}}}[{span}]))"
        yield Query("mean latency", f"{total} / ({number} > 0)", label, Join.WORST, to_milliseconds)


def calls_in(names: Collection[str]) -> list[Calls]:
    """The metrics of calls that a program serves, histograms of their time first."""
    known = set(names)
    found: dict[str, Calls] = {}
    for name in sorted(known):
        match = _DURATION.fullmatch(name)
        if match and _is_served(name) and f"{match['base']}_count" in known:
            found[match["base"]] = Calls(match["base"], f"{match['base']}_count", True, True)
    for name in sorted(known):
        base = name.removesuffix("_count")
        timed = re.search(r"duration|latency|seconds|milliseconds", base) and f"{base}_sum" in known
        if base != name and base not in found and timed and _is_served(name):
            found[base] = Calls(base, name, False, True)
    for name in sorted(known):
        if _COUNTER.fullmatch(name) and _is_served(name):
            found[name] = Calls(name, name, False, False)
    return list(found.values())[:_MOST_BASES]


def code_label(labels: Sequence[Mapping[str, str]]) -> str:
    """The label that tells how a call ended, '' if none does."""
    return next((name for name in _CODES if any(name in one for one in labels)), "")


def _is_served(name: str) -> bool:
    return bool(_SERVED.search(name)) and not _NOT_SERVED.search(name)


def _with(where: str, **more: str) -> str:
    return ",".join(filter(None, (where, selector({}, **more))))
