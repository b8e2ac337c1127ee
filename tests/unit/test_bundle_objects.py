"""Objects and events from what kubectl prints, in the form of the Kubernetes API."""

from __future__ import annotations

from typing import Any

from connectors.documents import ResourceRef
from incidents.bundles import read_text
from incidents.evidence import Evidence

POD = """\
$ kubectl describe pod cart-7d9-abcde -n shop
Name:             cart-7d9-abcde
Namespace:        shop
Service Account:  default
Node:             worker-1/10.0.0.5
Start Time:       Sat, 10 Jan 2026 17:10:17 +0800
Labels:           app=cart
Status:           Running
IP:               172.20.1.167
Controlled By:    ReplicaSet/cart-7d9
Containers:
  server:
    Image:          cart:1.4
    Port:           7070/TCP
    Command:
      /bin/cart
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
      Started:      Sat, 10 Jan 2026 17:11:40 +0800
    Ready:          False
    Restart Count:  4
    Limits:
      memory:  64Mi
    Liveness:   grpc <pod>:7070  delay=5s timeout=1s period=10s #success=1 #failure=3
    Readiness:  http-get http://:7070/healthz delay=0s timeout=2s period=5s #success=1 #failure=3
    Environment Variables from:
      common  ConfigMap  Optional: false
    Environment:
      REDIS_ADDR:  redis:6379
      TOKEN:       <set to the key 'token' in secret 'cart'>  Optional: false
    Mounts:
      /data from data (ro)
Conditions:
  Type    Status
  Ready   False
Volumes:
  data:
    Type:       PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)
    ClaimName:  cart-data
Node-Selectors:  disk=ssd
Tolerations:     node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
  Normal   Scheduled  109s               default-scheduler  Successfully assigned shop/cart-7d9-abcde to worker-1
  Warning  BackOff    52s (x9 over 107s) kubelet            Back-off restarting failed container server
"""


def only(evidence: Evidence, kind: str) -> dict[str, Any]:
    (found,) = [one for one in evidence.objects if one.kind == kind]
    return dict(found.value)


def test_a_described_pod() -> None:
    evidence = read_text(POD)

    pod = only(evidence, "Pod")
    container, status = pod["spec"]["containers"][0], pod["status"]["containerStatuses"][0]
    assert container["ports"] == [{"containerPort": 7070, "protocol": "TCP"}]
    assert container["command"] == ["/bin/cart"]
    assert container["livenessProbe"]["grpc"] == {"port": 7070}
    assert container["readinessProbe"]["httpGet"] == {"path": "/healthz", "port": 7070, "scheme": "HTTP"}
    assert container["readinessProbe"]["timeoutSeconds"] == 2
    assert container["env"][0] == {"name": "REDIS_ADDR", "value": "redis:6379"}
    assert container["env"][1]["valueFrom"]["secretKeyRef"]["name"] == "cart"
    assert container["envFrom"] == [{"configMapRef": {"name": "common", "optional": False}}]
    assert container["volumeMounts"][0]["readOnly"] is True
    assert pod["spec"]["volumes"][0]["persistentVolumeClaim"] == {"claimName": "cart-data"}
    assert pod["spec"]["nodeSelector"] == {"disk": "ssd"}
    assert status["restartCount"] == 4
    assert status["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert status["lastState"]["terminated"]["exitCode"] == 137
    assert pod["metadata"]["ownerReferences"][0]["name"] == "cart-7d9"


def test_the_events_of_a_description_have_their_exact_text_and_time() -> None:
    evidence = read_text(POD)

    event = next(event for event in evidence.events if event.reason == "BackOff")
    assert event.object == ResourceRef("Pod", "cart-7d9-abcde", "shop")
    assert event.count == 9
    assert event.text in POD
    assert event.at is not None
    assert evidence.taken_at is not None
    assert (evidence.taken_at - event.at).total_seconds() == 52


def test_a_service_with_its_ports() -> None:
    text = """\
Name:                     pay
Namespace:                shop
Selector:                 app=pay,tier=back
Type:                     ClusterIP
IP:                       10.68.1.2
Port:                     grpc  50051/UDP
TargetPort:               50052/UDP
Port:                     <unset>  80/TCP
TargetPort:               web/TCP
Endpoints:                172.20.3.28:50052
Session Affinity:         None
Events:                   <none>
"""

    service = only(read_text(text), "Service")

    assert service["spec"]["selector"] == {"app": "pay", "tier": "back"}
    assert service["spec"]["ports"] == [
        {"name": "grpc", "port": 50051, "protocol": "UDP", "targetPort": 50052},
        {"port": 80, "protocol": "TCP", "targetPort": "web"},
    ]


def test_a_pasted_table_of_events() -> None:
    text = """\
LAST SEEN   TYPE      REASON         OBJECT                 MESSAGE
35s         Warning   FailedCreate   replicaset/cart-d98    Error creating: pods "cart-d98-" is forbidden
"""

    (event,) = read_text(text).events

    assert (event.object.kind, event.object.name) == ("ReplicaSet", "cart-d98")
    assert event.warning


def test_two_views_of_one_object_are_joined() -> None:
    row = "$ kubectl get pods -n shop -o wide\nNAME             READY   STATUS    RESTARTS   AGE   IP      NODE\n"
    row += "cart-7d9-abcde   0/1     Pending   0          5s    1.2.3.4 worker-1\n"

    pod = only(read_text(row + POD), "Pod")

    assert pod["status"]["phase"] == "Running"
    assert pod["status"]["containerStatuses"][0]["restartCount"] == 4


def test_owners_are_found_without_ids() -> None:
    row = "NAME       DESIRED   CURRENT   READY   AGE\ncart-7d9   1         1         0       9s\n"
    text = f"{POD}$ kubectl get rs -n shop\n{row}"

    evidence = read_text(text)

    owner = only(evidence, "ReplicaSet")["metadata"]["uid"]
    assert only(evidence, "Pod")["metadata"]["ownerReferences"][0]["uid"] == owner


def test_data_of_secrets_is_not_kept() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: shop}\ndata: {password: aHVudGVyMg==}\n"

    evidence = read_text(text)

    assert only(evidence, "Secret")["data"] == {"password": ""}
    assert "aHVudGVyMg" not in str(evidence)


def test_config_maps_keep_their_text() -> None:
    text = """\
Name:         gateway
Namespace:    shop

Data
====
app.yml:
----
routes:
  - id: cart

MODE:
----
cluster


BinaryData
====

Events:  <none>
"""

    data = only(read_text(text), "ConfigMap")["data"]

    assert data == {"app.yml": "routes:\n  - id: cart", "MODE": "cluster"}


def test_text_that_is_nothing_known_is_kept_as_lines() -> None:
    evidence = read_text("the checkout page says 503 since noon\n")

    assert evidence.logs[0].lines == ("the checkout page says 503 since noon",)
    assert not evidence.objects


def test_what_kubectl_top_shows() -> None:
    text = "$ kubectl top pods -n shop\nNAME     CPU(cores)   MEMORY(bytes)\ncart-1   5m           120Mi\n"

    assert only(read_text(text), "Pod")["usage"] == {"cpu": "5m", "memory": "120Mi"}
