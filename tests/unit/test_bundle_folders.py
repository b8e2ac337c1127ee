"""Folders as people keep them: JSON of command outputs, dumps, metrics, logs, and files that are broken."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy
import pytest

from incidents.bundles import read_files, read_folder
from incidents.investigate import investigate

PODS = "NAME     READY   STATUS    RESTARTS   AGE\ncart-1   1/1     Running   0          94s\n"


def test_a_json_file_of_command_lines(tmp_path: Path) -> None:
    outputs = {
        "kubectl get pods -n shop": PODS,
        "kubectl get jobs -n shop": "No resources found in shop namespace.\n",
    }
    (tmp_path / "states.json.gz").write_bytes(gzip.compress(json.dumps(outputs).encode()))

    evidence = read_folder(tmp_path)

    assert [(one.kind, one.namespace, one.name) for one in evidence.objects] == [("Pod", "shop", "cart-1")]
    assert evidence.namespace == "shop"


def test_one_broken_file_is_reported_and_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"kubectl get pods":')
    (tmp_path / "b.csv.gz").write_bytes(b"\x1f\x8bnot gzip")
    (tmp_path / "c.bin").write_bytes(b"\0\0")
    (tmp_path / "d.yaml").write_text("a: [1, 2")
    (tmp_path / "pods.txt").write_text(PODS)

    evidence = read_folder(tmp_path)

    assert [one.name for one in evidence.objects] == ["cart-1"]
    assert {unread.item for unread in evidence.unread} == {"a.json", "b.csv.gz", "c.bin", "d.yaml"}


def test_metrics_with_a_column_for_each_workload_and_metric(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text(
        "\ufefftime,cart-cpu,worker-01-tcp_retrans\n2026-03-16 14:19:51,0.5,\n2026-03-16 14:19:46,0.25,3\n"
    )

    cpu, retrans = read_folder(tmp_path).series

    assert (cpu.subject, cpu.metric) == ("cart", "cpu")
    assert (retrans.subject, retrans.metric) == ("worker-01", "tcp_retrans")
    assert cpu.values.tolist() == [0.25, 0.5]
    assert numpy.isnan(retrans.values[1])
    assert cpu.times[0] == datetime(2026, 3, 16, 14, 19, 46, tzinfo=UTC).timestamp()


def test_the_folder_of_a_cluster_info_dump(tmp_path: Path) -> None:
    pod = {"metadata": {"name": "cart-1", "namespace": "shop"}, "spec": {}, "status": {}}
    event = {
        "metadata": {"name": "cart-1.1"}, "involvedObject": {"kind": "Pod", "name": "cart-1", "namespace": "shop"},
        "type": "Warning", "reason": "BackOff", "message": "again", "lastTimestamp": "2026-01-02T03:04:05Z",
    }  # fmt: skip
    folder = tmp_path / "shop"
    (folder / "cart-1").mkdir(parents=True)
    (folder / "pods.json").write_text(json.dumps({"kind": "PodList", "apiVersion": "v1", "items": [pod]}))
    (folder / "events.json").write_text(
        json.dumps({"kind": "EventList", "apiVersion": "v1", "items": [event]})
    )
    (folder / "cart-1" / "logs.txt").write_text("==== START ====\npanic: no\n")

    evidence = read_folder(tmp_path)

    assert evidence.objects[0].kind == "Pod"
    assert evidence.events[0].at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (evidence.logs[0].owner, evidence.logs[0].namespace) == ("cart-1", "shop")


def test_a_dump_in_one_text_with_logs_between(tmp_path: Path) -> None:
    text = json.dumps({"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": {"name": "cart-1"}}]})
    text += "\n==== START logs for container server of pod shop/cart-1 ====\nboom\n"
    text += "==== END logs for container server of pod shop/cart-1 ====\n"
    (tmp_path / "dump.txt").write_text(text)

    evidence = read_folder(tmp_path)

    assert evidence.objects[0].name == "cart-1"
    assert evidence.logs[0].lines == ("boom",)


def test_logs_and_alerts_in_json(tmp_path: Path) -> None:
    (tmp_path / "logs.json").write_text(
        json.dumps({"cart": ["one", "two"], "cart.istio-proxy.previous": "three\n"})
    )
    (tmp_path / "alert.json").write_text(
        json.dumps(
            {
                "alerts": [
                    {"labels": {"alertname": "Down", "deployment": "cart"}, "annotations": {"summary": "no"}}
                ]
            }
        )
    )
    (tmp_path / "none.json").write_text(json.dumps({"status": "clean", "alerts": []}))

    evidence = read_folder(tmp_path)

    assert [(log.owner, log.container, log.previous) for log in evidence.logs] == [
        ("cart", "", False), ("cart", "istio-proxy", True),
    ]  # fmt: skip
    assert (evidence.alerts[0].name, evidence.alerts[0].subject) == ("Down", "cart")
    assert evidence.unread == ()


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        read_folder(tmp_path / "missing")


def test_metrics_and_logs_alone_are_told_at_what_they_name() -> None:
    rows = [f"{1_700_000_000 + 5 * n},{10 if n < 60 else 500},20" for n in range(120)]
    files = {"metrics.csv": "\n".join(["time,cart-p50latency,web-p50latency", *rows])}
    lost = "ERROR 1045 (28000): Access denied for user 'web'@'10.0.0.1' (using password: YES)"

    slow = investigate(read_files(files, "shop"))
    refused = investigate(read_files({"logs.json": json.dumps({"web": [lost]})}, "shop"))

    assert slow.causes[0].object == "Deployment/shop/cart"
    assert [one.object for one in refused.causes] == ["Deployment/shop/web"]
