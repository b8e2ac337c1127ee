"""A fake Kubernetes API server (1.36) over real HTTP or HTTPS: kubectl and the official Python client work with it.

Start and program it:

    cluster = from_snapshot(metrics=True)       # 3,400 recorded objects; skip the test unless SNAPSHOT.exists()
    cluster = from_manifests(Path("data/demo/manifests"))
    cluster = from_objects([{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {...}}])
    with serving(cluster, tls=True) as served:                          # served.url, served.ca
        kubeconfig(path, Context("prod", served), Context("dev", other, user="ann", namespace="shop"))

    reconcile(cluster)                          # controllers.py: pods, replica sets, status for what manifests ask for

kubectl sends credentials over HTTPS only: over plain HTTP requests without a token act as `cluster.plain_user` (the
administrator). Tokens are `NAME-token`; `admin` may do everything.

What there is: `cluster.put(obj)` creates or replaces (kinds without a definition are served as their objects look),
`cluster.patch("Deployment", "web", {"spec": {"replicas": 3}}, "shop")` merges, `cluster.delete("Pod", "web", "shop")`;
each raises the resourceVersion and is seen by watches; nothing is collected with its owner.
`cluster.plant_secret("db", "shop", password="canary")` adds a Secret that nobody may ever read.
`cluster.logs.set("shop", "web-1", "app", text, previous=True)`; pods without set logs have two lines of their own.
`cluster.store.compact()` forgets the past: continue tokens and resourceVersions from before answer 410.
`many_pods(cluster, 50_000)` (synthetic.py) adds objects that are made anew whenever they are sent.
`cluster.now` is the clock that ages are counted by.

Who may what: `cluster.add_user("ann", groups=("sre",), rules=(Rule(resources=("pods", "pods/log"),
namespaces=("shop",)),), denied=(Rule(("*",), ("secrets",)),))`; the cluster's own RBAC objects hold as well. 403 and
401 have the real server's words. A `Rule` without verbs is get, list and watch.

What was asked: `cluster.requests` (method, path, query, accept, headers, user, status), `cluster.asked("GET .*/pods")`;
`cluster.violations` (changes that were no dry run, exec, attach, port-forward, proxy: all refused) and
`cluster.secret_reads` (requests that got the data of Secrets): both must be empty.

What goes wrong: `cluster.faults = [too_many("/pods", seconds=2), Fault("/api/v1/pods.*continue=", "expire"), ...]`
with `status`, `cut`, `slow`, `late`, `truncated`, `garbage`, `loop`, `empty`, `action` (tests.servers.faults),
`malformed` (the first item has no metadata) and `uncounted` (lists of metadata do not say how many the rest are).
On a watch `cut` (half a line), `expire` (an ERROR event with 410) and `garbage` strike after `seconds`.
`cluster.broken.add("metrics.k8s.io/v1beta1")`: an aggregated API that is down.

Faithful traps: items of built-in kinds say neither kind nor apiVersion in lists; `resourceVersion=0` ignores `limit`;
`remainingItemCount` is absent where a selector is; pages show the state of their first page; gzip from 128 KB on;
every event is listed by `v1` and by `events.k8s.io/v1`; the real server's 400 for fields it does not select by.

Not there: bodies in protobuf other than access reviews (so `kubectl create --dry-run=server` of some kinds; `apply`
works), following logs (`follow` ends at once), admission, validation and defaults, descriptions of built-in fields
in `kubectl explain`, tables of the rarest kinds (they show name and age).
"""

from tests.servers.faults import Fault, schedule, too_many
from tests.servers.kube.access import Rule, User
from tests.servers.kube.cluster import Cluster
from tests.servers.kube.controllers import reconcile
from tests.servers.kube.kubeconfig import Context, kubeconfig
from tests.servers.kube.loading import SNAPSHOT, from_manifests, from_objects, from_snapshot
from tests.servers.kube.requests import Request
from tests.servers.kube.serving import Served, serving

__all__ = [
    "SNAPSHOT", "Cluster", "Context", "Fault", "Request", "Rule", "Served", "User", "from_manifests", "from_objects",
    "from_snapshot", "kubeconfig", "reconcile", "schedule", "serving", "too_many",
]  # fmt: skip
