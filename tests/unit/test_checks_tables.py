"""What tables of `kubectl get` and logs tell where nothing was described."""

from __future__ import annotations

import pytest

from incidents import checks
from incidents.bundles import read_text
from incidents.evidence import Log
from incidents.situation import Situation
from tests.unit.incident_outputs import deployment, found, pod, service, terms

PODS = """\
$ kubectl get pods -n shop -o wide
NAME                     READY   STATUS    RESTARTS   AGE   IP         NODE
cart-7d9f8b6c5d-vhgs2    0/1     Pending   0          71s   <none>     <none>
web-6f5d8c7b9f-bcd5x     1/1     Running   0          9m    10.0.0.2   worker-2
"""
NODES = """\
$ kubectl get nodes
NAME       STATUS                     ROLES           AGE   VERSION
master     Ready,SchedulingDisabled   control-plane   9d    v1.31.2
worker-1   Ready,SchedulingDisabled   <none>          9d    v1.31.2
worker-2   Ready                      <none>          9d    v1.31.2
"""
CLAIMS = """\
$ kubectl get pvc -n shop
NAME   STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   AGE
data   Pending                                      fast               40s
$ kubectl get storageclasses
NAME       PROVISIONER                    RECLAIMPOLICY   VOLUMEBINDINGMODE   ALLOWVOLUMEEXPANSION   AGE
standard   kubernetes.io/no-provisioner   Delete          Immediate           false                  24d
$ kubectl get pv
NAME   CAPACITY   ACCESS MODES   RECLAIM POLICY   STATUS      CLAIM   STORAGECLASS   REASON   AGE
old    1Gi        RWO            Retain           Available           standard                              53s
"""
EVENTS = """\
$ kubectl get events -n shop
LAST SEEN   TYPE     REASON             OBJECT                       MESSAGE
9m          Normal   Scheduled          pod/web-6f5d8c7b9f-bcd5x     Successfully assigned shop/web-6f5d8c7b9f-bcd5x
71s         Normal   SuccessfulCreate   replicaset/cart-7d9f8b6c5d   Created pod: cart-7d9f8b6c5d-vhgs2
"""
SETS = """\
$ kubectl get replicasets -n shop
NAME              DESIRED   CURRENT   READY   AGE
cart-7d9f8b6c5d   1         1         0       71s
"""
QUOTA = """\
$ kubectl get deployments -n shop -o wide
NAME   READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES     SELECTOR
ads    1/1     1            1           9m    server       ads:1      app=ads
bill   1/1     1            1           9m    server       bill:1     app=bill
cart   1/1     1            1           9m    server       cart:1     app=cart
docs   1/1     1            1           9m    server       docs:1     app=docs
$ kubectl get services -n shop -o wide
NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)    AGE   SELECTOR
ads    ClusterIP   10.9.0.1     <none>        80/TCP     9m    app=ads
bill   ClusterIP   10.9.0.2     <none>        80/TCP     9m    app=bill
cart   ClusterIP   10.9.0.3     <none>        80/TCP     9m    app=cart
$ kubectl get resourcequota -n shop
NAME   AGE    REQUEST                        LIMIT
most   111s   pods: 4/40, services: 3/3      limits.cpu: 0/4
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PODS + NODES, "node_cordoned"),
        (PODS + CLAIMS, "claim_storage_class_missing"),
        (PODS + SETS + EVENTS, "scheduler_unavailable"),
        (PODS + SETS + EVENTS.replace("Scheduled ", "Pulled    "), "pod_unschedulable"),
        (QUOTA, "service_quota_exceeded"),
    ],
)
def test_tables_alone_tell_a_cause(text: str, expected: str) -> None:
    told = {one.term for one in checks.run(Situation(read_text(text))) if one.confidence >= 0.6}

    assert expected in told
    assert not told & ({"node_cordoned", "claim_storage_class_missing", "scheduler_unavailable"} - {expected})


@pytest.mark.parametrize(
    ("line", "protocol", "term"),
    [
        ("dial tcp 10.0.0.9:80: connect: connection refused", "TCP", "service_target_port_wrong"),
        ("connect ECONNREFUSED cart.shop.svc:80", "TCP", "service_target_port_wrong"),
        ("connection error: dial tcp 10.0.0.9:80: connect: connection refused", "UDP", "service_protocol_wrong"),
        ("UnableToConnect on redis:6379 at cart.Store", "TCP", ""),
    ],
)  # fmt: skip
def test_who_is_refused_by_ready_pods_that_declare_no_ports(line: str, protocol: str, term: str) -> None:
    cart, web = deployment("cart", container={"ports": []}), deployment("web")
    front = service("cart", ports=[{"port": 80, "targetPort": 81, "protocol": protocol}])

    told = terms(found(cart, pod(cart), web, pod(web), front, logs=[Log("web", (line,), "shop")]))

    assert told == ({(term, "Service/shop/cart")} if term else set())
