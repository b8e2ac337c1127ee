"""What people paste most: rows, and the description of the one pod that does not run; and what is well in them."""

from __future__ import annotations

import pytest

from incidents.bundles import read_text
from incidents.investigate import investigate
from incidents.report import Investigation

CART = "Deployment/shop/cart"
POD = "cart-7d9f8b6c5d-vhgs2"
PODS = "$ kubectl get pods -n shop\nNAME   READY   STATUS   RESTARTS   AGE\n"
HTTP = "http-get http://:8080/ready delay=0s timeout=1s period=10s #success=1 #failure=3"
STATES = {
    True: "Running\n      Started:    Mon, 30 Nov 2026 08:00:11 +0000",
    False: "Waiting\n      Reason:     CrashLoopBackOff",
}
LOOPS = "Terminated\n      Reason:     Error\n      Exit Code:  {}"


def described(
    events: str = "", probe: str = "", last: str = "", env: str = "", volumes: str = "", running: bool = True
) -> str:
    """A row and the description of a pod that is not ready, and the row of its Deployment."""
    told_events = "\n".join(
        f"  Warning  {reason}  3s (x55 over 9m)   kubelet  {message}"
        for reason, _, message in (line.partition(": ") for line in events.splitlines())
    )
    return f"""$ kubectl get deployments -n shop
NAME   READY   UP-TO-DATE   AVAILABLE   AGE
cart   0/1     1            0           9m
$ kubectl describe pod {POD} -n shop
Name:           {POD}
Namespace:      shop
Node:           worker-1/10.0.0.1
Labels:         app=cart
                pod-template-hash=7d9f8b6c5d
Status:         Running
Controlled By:  ReplicaSet/{POD[:-6]}
Containers:
  server:
    Image:          acme/cart:1
    Port:           8080/TCP
    State:          {STATES[running]}
    {f"Last State:     {last}" if last else ""}
    Ready:          False
    Restart Count:  {6 if last else 0}
    {probe}
    Environment:
{env}
    Mounts:
      /data from data (rw)
Conditions:
  Type    Status
  Ready   False
Volumes:
  data:
    {volumes or "Type:  EmptyDir"}
Events:
  Type     Reason     Age                From     Message
  ----     ------     ----               ----     -------
{told_events}
"""


def log(*lines: str) -> str:
    return f"$ kubectl logs {POD} -n shop --previous\n" + "\n".join(lines) + "\n"


def told(text: str) -> Investigation:
    return investigate(read_text(text, "shop"))


CLAIM = "Type:  PersistentVolumeClaim (a reference)\n    ClaimName:  data"
NOT_FOUND = 'FailedScheduling: 0/3 nodes are available: persistentvolumeclaim "data" not found.'
NO_CLAIM = described(NOT_FOUND, volumes=CLAIM).replace(
    "worker-1/10.0.0.1", "<none>").replace("Status:         Running", "Status:         Pending") + (
    "$ kubectl get pvc -n shop\nNo resources found in shop namespace.\n$ kubectl describe quota -n shop\n"
    "Name:       disk\nNamespace:  shop\nResource          Used  Hard\n--------          ----  ----\n"
)  # fmt: skip
DEPLOYMENTS = "$ kubectl get deploy -n shop\nNAME   READY   UP-TO-DATE   AVAILABLE   AGE\n"
SERVICES = "$ kubectl get svc -n shop\nNAME   TYPE   CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\n"
PENDING = described("FailedScheduling: 0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
                    volumes=CLAIM).replace("worker-1/10.0.0.1", "<none>") + (
    "$ kubectl describe pvc data -n shop\nName:  data\nNamespace:  shop\nStorageClass:  slow\nStatus:  Pending\n"
    'Events:\n  Type     Reason              Age   From                         Message\n'
    "  ----     ------              ----  ----                         -------\n"
    '  Warning  ProvisioningFailed  9s    persistentvolume-controller  storageclass.storage.k8s.io "slow" not found\n'
    "$ kubectl describe pv disk\nName:  disk\nStorageClass:  slow\nStatus:  Available\nAccess Modes:  RWO\n"
    "Capacity:  500Mi\n"
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (described('Unhealthy: Readiness probe failed: Get "http://10.1.1.7:8081/ready": dial tcp 10.1.1.7:8081: '
                   "connect: connection refused", f"Readiness:  {HTTP.replace('8080', '8081')}"),
         "readiness_probe_wrong_port"),
        (described('Unhealthy: Readiness probe errored: strconv.Atoi: parsing "admin": invalid syntax',
                   f"Readiness:  {HTTP.replace('8080', 'admin')}"), "readiness_probe_wrong_port"),
        (described("Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404", f"Readiness:  {HTTP}"),
         "readiness_probe_wrong_path"),
        (described('Unhealthy: Readiness probe failed: Get "http://10.1.1.7:8080/ready": context deadline exceeded '
                   "(Client.Timeout exceeded while awaiting headers)", f"Readiness:  {HTTP}"),
         "readiness_probe_wrong_timing"),
        (described('Unhealthy: Liveness probe failed: timeout: failed to connect service "10.1.1.7:8080" within 1s: '
                   "context deadline exceeded\nKilling: Container server failed liveness probe, will be restarted",
                   "Liveness:  grpc <pod>:8080  delay=10s timeout=1s period=10s #success=1 #failure=3",
                   last=LOOPS.format(137), running=False) + log("INFO server started, listening on 8080"),
         "liveness_probe_wrong_protocol"),
        (described('Unhealthy: Liveness probe failed: Get "http://10.1.1.7:8080/": connect: connection refused',
                   "Liveness:  http-get http://:8080/ delay=1s timeout=1s period=1s #success=1 #failure=1",
                   last=LOOPS.format(143), running=False), "liveness_probe_wrong_timing"),
        (described(last=LOOPS.format(1), running=False) + log(
            "java.nio.file.AccessDeniedException: /data/index", "\tat sun.nio.fs.UnixException.rethrow()"),
         "volume_permission_denied"),
        (described(last=LOOPS.format(127), running=False) + log("/start.sh: line 3: gunicorn: not found"),
         "command_not_found"),
        (described(last=LOOPS.format(255), running=False) + log("exec /usr/bin/app: exec format error"),
         "image_platform_unmatched"),
        (described(last=LOOPS.format(1), running=False, env="      DB_HOST:  pg\n      DB_PORT:  5433")
         + SERVICES + "pg     ClusterIP   10.9.0.1   <none>   5432/TCP   9d\n"
         "mail   ClusterIP   10.9.0.2   <none>   25/TCP   9d\n",
         "service_address_wrong"),
        (NO_CLAIM + "requests.storage  0     500Mi\n", "storage_quota_exceeded"),
        (NO_CLAIM + "requests.storage  1Gi   500Gi\n", "claim_missing"),
        (PENDING, "claim_size_unmatched"),
        (DEPLOYMENTS + "cart   0/0     0            0           9d\n" + SERVICES
         + "cart   ClusterIP   10.9.0.1   <none>   80/TCP   9d\n", "scaled_to_zero"),
    ],
)  # fmt: skip
def test_rows_and_one_description_tell_the_cause(text: str, cause: str) -> None:
    first = told(text).causes[0]

    assert first.cause == cause
    assert first.object == CART or cause == "storage_quota_exceeded"
    assert first.confidence >= 0.6


def test_a_server_that_ends_again_and_again_is_not_deaf() -> None:
    probe = "Readiness:  grpc <pod>:8080  delay=0s timeout=1s period=10s #success=1 #failure=3"
    unheard = (
        'Unhealthy: Readiness probe failed: timeout: failed to connect service "10.1.1.7:8080" within 1s'
    )

    assert told(described(unheard, probe)).causes[0].cause == "readiness_probe_wrong_protocol"
    ending = told(described(unheard, probe, last=LOOPS.format(1)) + log("INFO listening", "panic: no config"))
    assert "readiness_probe_wrong_protocol" not in {one.cause for one in ending.causes}


@pytest.mark.parametrize(
    "text",
    [f"{PODS}{POD}   0/1   {state}   6 (3s ago)   9m\n" for state in ("ErrImagePull", "Error", "CrashLoopBackOff")]
    + [NO_CLAIM + "requests.storage  1Gi   500Gi\n"],
)  # fmt: skip
def test_sentences_are_whole_though_names_are_not_known(text: str) -> None:
    said = [one.text for one in told(text).causes]

    assert said
    assert not [one for one in said if "  " in one or ".." in one or "None" in one]


AGENTS = """$ kubectl get pods -A -o wide
NAMESPACE     NAME                   READY   STATUS             RESTARTS       AGE   IP         NODE
kube-system   kube-proxy-x7k2p       0/1     CrashLoopBackOff   9 (60s ago)    90d   10.0.0.1   worker-1
kube-system   kube-proxy-4kk8j       1/1     Running            0              90d   10.0.0.2   worker-2
shop          cart-7d9f8b6c5d-vhgs2  1/1     Running            0              9d    10.1.0.1   worker-1
"""


@pytest.mark.parametrize(
    ("agent", "cause"), [("kube-proxy", "kube_proxy_unavailable"), ("cilium", "network_plugin_failed")]
)
def test_what_connects_a_node_and_does_not_run(agent: str, cause: str) -> None:
    nodes = "$ kubectl get nodes\nNAME       STATUS   ROLES    AGE   VERSION\n"
    nodes += "worker-1   Ready    <none>   9d    v1.31.2\n"
    rows = AGENTS.replace("kube-proxy-", f"{agent}-")

    assert [(one.cause, one.object) for one in told(rows + nodes).causes] == [(cause, "Node/worker-1")]
    assert told(rows.replace("0/1     CrashLoopBackOff", "1/1     Running         ") + nodes).healthy


def test_of_pods_that_differ_the_one_that_is_not_ready_shows_the_template() -> None:
    other = POD.replace("7d9f8b6c5d", "64ddc5c766")
    old = described(probe=f"Readiness:  {HTTP}").replace(POD, other).replace("False", "True")
    new = described("Unhealthy: Readiness probe failed: dial tcp 10.1.1.7:9: connect: connection refused",
                    "Readiness:  tcp-socket :9 delay=0s timeout=1s period=10s #success=1 #failure=3")  # fmt: skip

    assert told(old + new).causes[0].cause == "readiness_probe_wrong_port"


CLAIM_AT_REST = """$ kubectl describe pvc spare -n shop
Name:          spare
Namespace:     shop
StorageClass:  fast
Status:        Pending
Used By:       <none>
Events:
  Type    Reason                Age               From                         Message
  ----    ------                ----              ----                         -------
  Normal  WaitForFirstConsumer  3s (x9 over 9d)   persistentvolume-controller  waiting for first consumer to be created
"""


@pytest.mark.parametrize(
    "text",
    [
        f"{PODS}{POD}   1/1   Running   2 (19d ago)   40d\n" + described(
            last="Terminated\n      Reason:     OOMKilled\n      Exit Code:  137").replace("False", "True")
        .replace("0/1     1            0", "1/1     1            1"),
        f"{PODS}{POD}   1/1   Running   0   40d\n{CLAIM_AT_REST}",
        f"{PODS}{POD}   1/1   Running   0   40d\ncart-7d9f8b6c5d-x2zzv   0/1   ContainerCreating   0   2s\n",
        "$ kubectl get pods -n shop -o custom-columns=NAME:.metadata.name,STATUS:.status.phase\n"
        f"NAME   STATUS\n{POD}   Running\n",
    ],
    ids=["killed long ago", "a claim that nobody uses yet", "a pod of two seconds", "rows without readiness"],
)  # fmt: skip
def test_what_is_well(text: str) -> None:
    report = told(text)

    assert report.healthy, report.causes


def test_rows_without_a_namespace_are_of_the_one_that_is_described() -> None:
    rows = f"{PODS}{POD}   0/1   CrashLoopBackOff   6 (3s ago)   9m\n"
    rows += f"{DEPLOYMENTS}cart   0/1     1            0           9m\n"
    killed = "Terminated\n      Reason:     OOMKilled\n      Exit Code:  137"

    report = told(rows.replace(" -n shop", "") + described(last=killed, running=False))

    assert report.causes[0].cause == "out_of_memory"
    assert {one.object for one in report.causes} == {CART}
    assert "liveness_probe_wrong_timing" not in {one.cause for one in report.causes}


def test_a_pod_that_is_missing_is_no_pod_of_unknown_readiness() -> None:
    text = f"{DEPLOYMENTS}cart   1/2     1            1           9m\n{PODS}"

    assert not told(f"{text}{POD}   1/1   Running   0   9m\n").healthy
