"""What tables show of pods and of what runs them."""

from __future__ import annotations

from typing import Any

from tests.servers.kube.ages import age, duration, seconds

Json = dict[str, Any]
Cells = list[Any]


def selector_text(selector: Json | None) -> str:
    """A label selector (of either form) as text."""
    if not selector:
        return "<none>"
    pairs = selector.get("matchLabels", {} if "matchExpressions" in selector else selector)
    terms = [f"{key}={value}" for key, value in sorted(pairs.items())]
    for one in selector.get("matchExpressions", ()):
        key, operator = one["key"], one["operator"]
        values = ",".join(one.get("values") or ())
        shown = {"Exists": key, "DoesNotExist": f"!{key}"}
        terms.append(shown.get(operator, f"{key} {operator.lower()} ({values})"))
    return ",".join(terms) or "<none>"


def pod(obj: Json, now: float) -> Cells:
    """Name, Ready, Status, Restarts, Age, IP, Node, Nominated Node, Readiness Gates."""
    spec, status, metadata = obj.get("spec", {}), obj.get("status", {}), obj["metadata"]
    containers = status.get("containerStatuses") or []
    restarts, last = 0, 0.0
    for one in containers:
        restarts += one.get("restartCount", 0)
        finished = seconds((one.get("lastState") or {}).get("terminated", {}).get("finishedAt"))
        last = max(last, finished or 0.0)
    ready = sum(1 for one in containers if one.get("ready") and "running" in (one.get("state") or {}))
    shown = f"{restarts} ({duration(now - last)} ago)" if restarts and last else str(restarts)
    gates = spec.get("readinessGates")
    met = {one["type"] for one in status.get("conditions", ()) if one["status"] == "True"}
    return [
        metadata["name"],
        f"{ready}/{len(spec.get('containers', ()))}",
        pod_reason(obj),
        shown,
        age(metadata.get("creationTimestamp"), now),
        status.get("podIP") or "<none>",
        spec.get("nodeName") or "<none>",
        status.get("nominatedNodeName") or "<none>",
        f"{sum(gate['conditionType'] in met for gate in gates)}/{len(gates)}" if gates else "<none>",
    ]


def pod_reason(obj: Json) -> str:
    """The status that tables show of a pod: more telling than its phase."""
    status = obj.get("status", {})
    reason = status.get("reason") or status.get("phase") or "Unknown"
    for condition in status.get("conditions", ()):
        if condition["type"] == "PodScheduled" and condition.get("reason") == "SchedulingGated":
            reason = "SchedulingGated"
    starting = _init_reason(obj)
    if starting:
        reason = starting
    else:
        running = False
        for one in reversed(status.get("containerStatuses") or []):
            state = one.get("state") or {}
            reason = _ended(state) or reason
            running = running or bool(one.get("ready") and "running" in state)
        if reason == "Completed" and running:
            reason = "Running" if _is_ready(status) else "NotReady"
    if obj["metadata"].get("deletionTimestamp"):
        return "Unknown" if status.get("reason") == "NodeLost" else "Terminating"
    return reason


def _ended(state: Json) -> str:
    if (state.get("waiting") or {}).get("reason"):
        return str(state["waiting"]["reason"])
    ended = state.get("terminated")
    if not ended:
        return ""
    if ended.get("reason"):
        return str(ended["reason"])
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode', 0)}"


def _init_reason(obj: Json) -> str:
    wanted = obj.get("spec", {}).get("initContainers") or []
    always = {one["name"] for one in wanted if one.get("restartPolicy") == "Always"}
    for index, one in enumerate(obj.get("status", {}).get("initContainerStatuses") or []):
        state = one.get("state") or {}
        ended, waiting = state.get("terminated"), (state.get("waiting") or {}).get("reason")
        if (ended and ended.get("exitCode", 0) == 0) or (one["name"] in always and one.get("started")):
            continue
        if ended:
            return f"Init:{_ended(state)}"
        return (
            f"Init:{waiting}" if waiting and waiting != "PodInitializing" else f"Init:{index}/{len(wanted)}"
        )
    return ""


def _is_ready(status: Json) -> bool:
    return any(one["type"] == "Ready" and one["status"] == "True" for one in status.get("conditions", ()))


def _template(spec: Json) -> tuple[str, str]:
    containers = spec.get("template", {}).get("spec", {}).get("containers", ())
    return (
        ",".join(one["name"] for one in containers) or "<none>",
        ",".join(one.get("image", "") for one in containers) or "<none>",
    )


def deployment(obj: Json, now: float) -> Cells:
    """Name, Ready, Up-to-date, Available, Age, Containers, Images, Selector."""
    spec, status = obj["spec"], obj.get("status", {})
    return [
        obj["metadata"]["name"],
        f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 1)}",
        status.get("updatedReplicas", 0),
        status.get("availableReplicas", 0),
        age(obj["metadata"].get("creationTimestamp"), now),
        *_template(spec),
        selector_text(spec.get("selector")),
    ]


def replica_set(obj: Json, now: float) -> Cells:
    """Name, Desired, Current, Ready, Age, Containers, Images, Selector."""
    spec, status = obj["spec"], obj.get("status", {})
    return [
        obj["metadata"]["name"],
        spec.get("replicas", 1),
        status.get("replicas", 0),
        status.get("readyReplicas", 0),
        age(obj["metadata"].get("creationTimestamp"), now),
        *_template(spec),
        selector_text(spec.get("selector")),
    ]


def stateful_set(obj: Json, now: float) -> Cells:
    """Name, Ready, Age, Containers, Images."""
    spec, status = obj["spec"], obj.get("status", {})
    ready = f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 1)}"
    return [
        obj["metadata"]["name"],
        ready,
        age(obj["metadata"].get("creationTimestamp"), now),
        *_template(spec),
    ]


def daemon_set(obj: Json, now: float) -> Cells:
    """Name, Desired, Current, Ready, Up-to-date, Available, Node Selector, Age, Containers, Images, Selector."""
    spec, status = obj["spec"], obj.get("status", {})
    return [
        obj["metadata"]["name"],
        status.get("desiredNumberScheduled", 0),
        status.get("currentNumberScheduled", 0),
        status.get("numberReady", 0),
        status.get("updatedNumberScheduled", 0),
        status.get("numberAvailable", 0),
        selector_text(spec.get("template", {}).get("spec", {}).get("nodeSelector")),
        age(obj["metadata"].get("creationTimestamp"), now),
        *_template(spec),
        selector_text(spec.get("selector")),
    ]


def job(obj: Json, now: float) -> Cells:
    """Name, Status, Completions, Duration, Age, Containers, Images, Selector."""
    spec, status = obj["spec"], obj.get("status", {})
    parallel, wanted, done = spec.get("parallelism", 1), spec.get("completions"), status.get("succeeded", 0)
    completions = (
        f"{done}/{wanted}"
        if wanted is not None
        else f"{done}/1 of {parallel}"
        if parallel > 1
        else f"{done}/1"
    )
    began, ended = seconds(status.get("startTime")), seconds(status.get("completionTime"))
    return [
        obj["metadata"]["name"],
        _job_status(obj),
        completions,
        "" if began is None else duration((ended or now) - began),
        age(obj["metadata"].get("creationTimestamp"), now),
        *_template(spec),
        selector_text(spec.get("selector")),
    ]


def _job_status(obj: Json) -> str:
    true = {one["type"] for one in obj.get("status", {}).get("conditions", ()) if one["status"] == "True"}
    for condition, shown in (("Complete", "Complete"), ("Failed", "Failed")):
        if condition in true:
            return shown
    if obj["metadata"].get("deletionTimestamp"):
        return "Terminating"
    for condition, shown in (("Suspended", "Suspended"), ("FailureTarget", "FailureTarget")):
        if condition in true:
            return shown
    return "SuccessCriteriaMet" if "SuccessCriteriaMet" in true else "Running"


def cron_job(obj: Json, now: float) -> Cells:
    """Name, Schedule, Timezone, Suspend, Active, Last Schedule, Age, Containers, Images, Selector."""
    spec, status = obj["spec"], obj.get("status", {})
    template = spec.get("jobTemplate", {}).get("spec", {})
    last = status.get("lastScheduleTime")
    return [
        obj["metadata"]["name"],
        spec.get("schedule", ""),
        spec.get("timeZone") or "<none>",
        str(bool(spec.get("suspend"))),
        len(status.get("active") or ()),
        age(last, now) if last else "<none>",
        age(obj["metadata"].get("creationTimestamp"), now),
        *_template(template),
        selector_text(template.get("selector")),
    ]
