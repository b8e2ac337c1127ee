"""What little evidence tells: rows and events alone, and what a list that was cut does not show."""

from __future__ import annotations

import json

import pytest

from incidents.bundles import read_text
from incidents.investigate import investigate
from tests.unit.incident_outputs import deployment, pod

PODS = """NAME                    READY   STATUS             RESTARTS     AGE
cart-5d8c7b9f6-k2x9q    {ready}     {status}
web-7c9d8b6f5-x2zzv     1/1     Running            0            5d
"""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (PODS.format(ready="0/1", status="CrashLoopBackOff   9 (1m ago)   1h"), ("crash_loop", "Deployment/cart")),
        (PODS.format(ready="0/1", status="Running            0            1h"), ("not_ready", "Deployment/cart")),
        (PODS.format(ready="0/1", status="OOMKilled          3 (1m ago)   1h"), ("out_of_memory", "Deployment/cart")),
        (PODS.format(ready="1/1", status="Running            47 (2m ago)  5h"), ("crash_loop", "Deployment/cart")),
        (PODS.format(ready="1/1", status="Running            47 (3d ago)  9d"), None),
        (PODS.format(ready="0/1", status="Completed          0            1h"), None),
        ("NAME   READY   UP-TO-DATE   AVAILABLE   AGE\ncart   1/3     1            1           9d\n",
         ("not_ready", "Deployment/cart")),
        ("NAME    READY   AGE\nmysql   0/3     9d\n", ("not_ready", "StatefulSet/mysql")),
        ("NAME   DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR   AGE\n"
         "logs   3         3         1       3            1           <none>          9d\n",
         ("not_ready", "DaemonSet/logs")),
        ("NAME     STATUS   COMPLETIONS   DURATION   AGE\nreport   Failed   0/1           9h         9h\n",
         ("job_failed", "Job/report")),
        ("NAME                   CPU(cores)   MEMORY(bytes)\ncart-5d8c7b9f6-k2x9q   1998m        250Mi\n", None),
        ("2m   Warning   FailedMount   pod/cart-5d8c7b9f6-k2x9q   MountVolume.SetUp failed for volume \"c\" : "
         "configmap \"cart-cfg\" not found\n", ("config_map_missing", "Deployment/cart")),
        ("LAST SEEN   TYPE      REASON      OBJECT                     MESSAGE\n2m          Warning   Unhealthy   "
         "pod/cart-5d8c7b9f6-k2x9q   Readiness probe failed: statuscode: 503\n", ("probe_failing", "Deployment/cart")),
        ("NAMESPACE   NAME                   READY   STATUS    RESTARTS   AGE\n"
         "pay         web-7c9d8b6f5-x2zz7    1/1     Running   0          5d\n"
         "pay         web-7c9d8b6f5-x2zz9    1/1     Running   0          5d\n"
         "shop        cart-5d8c7b9f6-k2x9q   0/1     Running   0          5d\n", ("not_ready", "Deployment/shop/cart")),
        ("~ ❯ k get po -n shop\n" + PODS.format(ready="0/1", status="Running            0            1h"),
         ("not_ready", "Deployment/shop/cart")),
        ("$ oc get pods\n" + PODS.format(ready="0/1", status="CrashLoopBackOff   9 (1m ago)   1h")
         + "$ oc logs cart-5d8c7b9f6-k2x9q\nError: connect ECONNREFUSED 10.0.0.9:5432\n",
         ("database_unavailable", "Deployment/cart")),
    ],
)  # fmt: skip
def test_what_the_smallest_pastes_tell(text: str, wanted: tuple[str, str] | None) -> None:
    report = investigate(read_text(text))

    assert (report.causes[0].cause, report.causes[0].object) == wanted if wanted else report.healthy


DOWN = "cart-5d8c7b9f6-k2x9q   0/1   CrashLoopBackOff   9 (1m ago)   1h"
DESCRIBED = """$ kubectl describe deployment cart -n shop
Name:               cart
Namespace:          shop
Selector:           app=cart
Replicas:           1 desired | 1 updated | 1 total | 0 available | 1 unavailable
Pod Template:
  Labels:           app=cart
  Service Account:  cart
  Containers:
   server:
    Image:      cart:1
    Environment Variables from:
      cart-db   Secret  Optional: false
Events:             <none>
"""


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("$ kubectl get secrets -n shop\nNAME     TYPE     DATA   AGE\nother    Opaque   1      1d\n", True),
        ("$ kubectl get secrets -n shop\nNo resources found in shop namespace.\n", True),
        ("$ kubectl get secret other -n shop\nNAME     TYPE     DATA   AGE\nother    Opaque   1      1d\n", False),
        ("$ kubectl get secrets -n shop | grep other\nother    Opaque   1      1d\n", False),
        ("$ kubectl get secrets -n shop -l tier=db\nNAME     TYPE     AGE\nother    Opaque   1d\n", False),
        ("$ kubectl get secrets -n pay\nNAME     TYPE     DATA   AGE\nother    Opaque   1      1d\n", False),
        ("", False),
    ],
)  # fmt: skip
def test_only_a_list_shows_that_something_is_missing(asked: str, told: bool) -> None:
    pods = f"$ kubectl get pods -n shop\nNAME                   READY   STATUS             RESTARTS     AGE\n{DOWN}\n"

    report = investigate(read_text(pods + DESCRIBED + asked, "shop"))

    assert ("secret_missing" in {one.cause for one in report.causes}) is told


def test_a_list_of_the_api_shows_that_something_is_missing() -> None:
    broken = deployment("cart", container={"envFrom": [{"secretRef": {"name": "cart-db"}}]})
    objects = [broken, pod(broken, ready=False)]
    secrets = {"apiVersion": "v1", "kind": "SecretList", "items": []}
    pods = {"apiVersion": "v1", "kind": "List", "items": objects}

    told = investigate(read_text(json.dumps(pods) + json.dumps(secrets), "shop"))

    assert "secret_missing" in {one.cause for one in told.causes}
    assert "secret_missing" not in {
        one.cause for one in investigate(read_text(json.dumps(pods), "shop")).causes
    }


@pytest.mark.parametrize(
    ("row", "unwell"),
    [
        ("cart-5d8c7b9f6-k2x9q   0/1   Evicted     0   5d", False),
        ("report-28940160-x7k2p  0/1   Completed   0   5h", False),
        ("cart-5d8c7b9f6-k2x9q   0/1   Error       3   5m", True),
        ("cart-5d8c7b9f6-k2x9q   0/1   Init:Error  3   5m", True),
    ],
)
def test_what_rows_of_pods_say_of_now(row: str, unwell: bool) -> None:
    text = (
        "$ kubectl get pods -n shop\nNAME                   READY   STATUS      RESTARTS   AGE\n"
        f"cart-5d8c7b9f6-zzzzz   1/1   Running     0   5d\n{row}\n"
        "$ kubectl get deployments -n shop\nNAME   READY   UP-TO-DATE   AVAILABLE   AGE\n"
        f"cart   {'1/2' if unwell else '1/1'}     1            1           9d\n"
    )

    assert investigate(read_text(text, "shop")).healthy is not unwell
