"""What goes on beside an incident and has nothing to do with it: a variant of a case, for `bench.incident_forms`."""

from __future__ import annotations

import json
import re


def noisy(files: dict[str, str], told: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Beside it, what has nothing to do with it: a broken workload of another namespace, finished pods of a CronJob."""
    namespace = told["namespace"]
    found = dict(files)
    for name in files:
        if name.startswith("k8s_states"):
            kept = json.loads(files[name])
            kept |= _elsewhere()
            for line in (f"kubectl get pods -n {namespace}", f"kubectl get pods -n {namespace} -o wide"):
                if isinstance(kept.get(line), str) and kept[line].strip():
                    kept[line] = kept[line].rstrip("\n") + "\n" + _rows(kept[line].splitlines()[0])
            kept |= {
                f"kubectl get cronjobs -n {namespace}": _CRONS,
                f"kubectl get jobs -n {namespace}": _JOBS,
            }
            found[name] = json.dumps(kept)
    return found, told


def _rows(head: str) -> str:
    starts = {m[0]: m.start() for m in re.finditer(r"\S+(?: \S+)*", head)}
    made = []
    for cells in (
        {
            "NAME": "report-28940160-x7k2p",
            "READY": "0/1",
            "STATUS": "Completed",
            "RESTARTS": "0",
            "AGE": "3h",
        },
        {
            "NAME": "report-28940220-p4mzd",
            "READY": "0/1",
            "STATUS": "Completed",
            "RESTARTS": "0",
            "AGE": "2h",
        },
        {
            "NAME": "report-28940280-tq9vn",
            "READY": "0/1",
            "STATUS": "Completed",
            "RESTARTS": "2",
            "AGE": "1h",
        },
        {"NAME": "toolbox", "READY": "1/1", "STATUS": "Running", "RESTARTS": "14 (9d ago)", "AGE": "60d"},
        {"NAME": "mailer-7c9d8b6f5-x2zzv", "READY": "0/1", "STATUS": "Evicted", "RESTARTS": "0", "AGE": "5d"},
    ):
        line = ""
        for name, start in starts.items():
            line = line.ljust(start) + cells.get(name, "<none>") + "  "
        made.append(line.rstrip())
    return "\n".join(made) + "\n"


_CRONS = """NAME     SCHEDULE    TIMEZONE   SUSPEND   ACTIVE   LAST SCHEDULE   AGE
report   0 * * * *   <none>     False     0        41m             90d
"""
_JOBS = """NAME              STATUS     COMPLETIONS   DURATION   AGE
report-28940160   Complete   1/1           12s        3h
report-28940220   Complete   1/1           11s        2h
report-28940280   Complete   1/1           14s        1h
"""


def _elsewhere() -> dict[str, str]:
    pod = "indexer-5d8c7b9f6-k2x9q"
    return {
        "kubectl get pods -n search": (
            "NAME                      READY   STATUS             RESTARTS        AGE\n"
            f"{pod}   0/1     CrashLoopBackOff   341 (2m ago)    2d\n"
        ),
        "kubectl get deployments -n search": (
            "NAME      READY   UP-TO-DATE   AVAILABLE   AGE\nindexer   0/1     1            0           40d\n"
        ),
        f"kubectl describe pods {pod} -n search": _BROKEN.replace("POD", pod),
        "kubectl get events -n search": (
            "LAST SEEN   TYPE      REASON    OBJECT                        MESSAGE\n"
            f"2m          Warning   BackOff   pod/{pod}   Back-off restarting failed container indexer in pod {pod}\n"
        ),
    }


_BROKEN = """Name:             POD
Namespace:        search
Node:             worker-01/10.0.0.1
Labels:           app=indexer
                  pod-template-hash=5d8c7b9f6
Status:           Running
IP:               10.1.2.3
Controlled By:    ReplicaSet/indexer-5d8c7b9f6
Containers:
  indexer:
    Image:          registry.example/indexer:1.4
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
    Ready:          False
    Restart Count:  341
    Limits:
      memory:  128Mi
    Environment:  <none>
Conditions:
  Type              Status
  Initialized       True
  Ready             False
  ContainersReady   False
  PodScheduled      True
Events:
  Type     Reason   Age                 From     Message
  ----     ------   ----                ----     -------
  Warning  BackOff  2m (x9000 over 2d)  kubelet  Back-off restarting failed container indexer in pod POD
"""
