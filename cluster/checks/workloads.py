"""The health of what keeps pods running: Deployments, sets, jobs."""

from __future__ import annotations

from cluster.checks.base import UNOBSERVED, Health, Level, condition, is_true, said, since_of, words_of
from cluster.values import Value, at, mapping, moment, number


def deployment(value: Value) -> Health:
    """Ready against wanted replicas; a roll-out under way is progressing as long as something serves."""
    want, ready = number(value, "spec.replicas", 1), number(value, "status.readyReplicas")
    rollout, available = condition(value, "Progressing"), condition(value, "Available")
    if not mapping(value, "status"):
        return UNOBSERVED
    count = f"{ready} of {want} ready"
    if settled := _idle_or_refused(value, want, ready, count):
        return settled
    stuck = rollout is not None and rollout.get("status") == "False"
    if ready == 0:
        why = words_of(rollout if stuck else available)
        return said(Level.FAILED, f"{count}; {why}" if why else count, available or rollout)
    if stuck:
        return said(Level.DEGRADED, f"{count}; {words_of(rollout)}", rollout)
    if _unseen(value):
        return Health(Level.PROGRESSING, f"{count}; the last change has not been taken up")
    if ready < want:
        moving = number(value, "status.updatedReplicas") < want or (
            rollout is not None and rollout.get("reason") == "ReplicaSetUpdated"
        )
        return said(Level.PROGRESSING if moving else Level.DEGRADED, count, available)
    if number(value, "status.updatedReplicas", want) < want:
        return said(Level.PROGRESSING, f"{count}; {number(value, 'status.updatedReplicas')} updated", rollout)
    return said(Level.HEALTHY, count, available)


def _idle_or_refused(value: Value, want: int, ready: int, count: str) -> Health | None:
    """What no comparison of replicas can tell: that none are wanted, or that pods cannot be made."""
    if want == 0:
        return Health(Level.HEALTHY, "scaled to 0")
    failure = condition(value, "ReplicaFailure")
    if not is_true(failure):
        return None
    level = Level.DEGRADED if ready else Level.FAILED
    return said(level, f"{count}; {words_of(failure)}", failure)


def replicated(value: Value) -> Health:
    """A StatefulSet, ReplicaSet or ReplicationController: ready against wanted replicas."""
    if not mapping(value, "status"):
        return UNOBSERVED
    want, ready = number(value, "spec.replicas", 1), number(value, "status.readyReplicas")
    count = f"{ready} of {want} ready"
    if settled := _idle_or_refused(value, want, ready, count):
        return settled
    if ready == 0:
        return Health(Level.FAILED, count)
    rolling = at(value, "status.updateRevision") != at(value, "status.currentRevision")
    if ready < want:
        return Health(Level.PROGRESSING if rolling or _unseen(value) else Level.DEGRADED, count)
    if rolling and number(value, "status.updatedReplicas", want) < want:
        return Health(Level.PROGRESSING, f"{count}; {number(value, 'status.updatedReplicas')} updated")
    return Health(Level.HEALTHY, count)


def daemon_set(value: Value) -> Health:
    """Ready against the nodes it wants to be on."""
    if not mapping(value, "status"):
        return UNOBSERVED
    want, ready = number(value, "status.desiredNumberScheduled"), number(value, "status.numberReady")
    count = f"{ready} of {want} nodes ready"
    if want == 0:
        return Health(Level.HEALTHY, "no node matches")
    if ready == 0:
        return Health(Level.FAILED, count)
    updated = number(value, "status.updatedNumberScheduled", want)
    if ready < want:
        return Health(Level.PROGRESSING if updated < want else Level.DEGRADED, count)
    if updated < want:
        return Health(Level.PROGRESSING, f"{count}; {updated} updated")
    return Health(Level.HEALTHY, count)


def job(value: Value) -> Health:
    """Completed, failed, suspended or at work."""
    if not mapping(value, "status"):
        return UNOBSERVED
    for kind, level, word in (("Failed", Level.FAILED, "failed"), ("Complete", Level.HEALTHY, "completed")):
        found = condition(value, kind)
        if is_true(found):
            return said(level, f"{word}: {words_of(found)}" if level is Level.FAILED else word, found)
    if is_true(condition(value, "Suspended")) or at(value, "spec.suspend") is True:
        return said(Level.HEALTHY, "suspended", condition(value, "Suspended"))
    failed, active = number(value, "status.failed"), number(value, "status.active")
    since = moment(value, "status.startTime")
    if failed:
        return Health(Level.DEGRADED, f"{failed} attempts failed, {active} pods at work", since)
    return Health(Level.PROGRESSING, f"{active} pods at work", since)


def cron_job(value: Value) -> Health:
    """Whether its last run succeeded, as far as its status says."""
    if at(value, "spec.suspend") is True:
        return Health(Level.HEALTHY, "suspended")
    if not mapping(value, "status"):
        return UNOBSERVED
    scheduled = moment(value, "status.lastScheduleTime")
    succeeded = moment(value, "status.lastSuccessfulTime")
    if at(value, "status.active"):
        return Health(Level.PROGRESSING, "a run is under way", scheduled)
    if scheduled is None:
        return Health(Level.HEALTHY, "not due yet")
    if succeeded is None:
        return Health(Level.DEGRADED, "no run has succeeded", scheduled)
    if succeeded < scheduled:
        return Health(Level.DEGRADED, "the last run did not succeed", scheduled)
    return Health(Level.HEALTHY, "the last run succeeded", succeeded)


def autoscaler(value: Value) -> Health:
    """Whether it can scale and knows its metrics."""
    if not mapping(value, "status"):
        return UNOBSERVED
    for kind in ("AbleToScale", "ScalingActive"):
        found = condition(value, kind)
        if found is not None and found.get("status") == "False":
            if found.get("reason") == "ScalingDisabled":
                return said(Level.HEALTHY, "scaling is disabled: the target has 0 replicas", found)
            return said(Level.DEGRADED, words_of(found), found)
    now = number(value, "status.currentReplicas")
    limited = condition(value, "ScalingLimited")
    if is_true(limited) and limited is not None and limited.get("reason") == "TooManyReplicas":
        return said(Level.HEALTHY, f"at its maximum of {number(value, 'spec.maxReplicas')}", limited)
    return said(Level.HEALTHY, f"{now} replicas", condition(value, "ScalingActive"))


def disruption_budget(value: Value) -> Health:
    """Whether enough of the pods that it guards are healthy."""
    if not mapping(value, "status"):
        return UNOBSERVED
    healthy, wanted = number(value, "status.currentHealthy"), number(value, "status.desiredHealthy")
    found = condition(value, "DisruptionAllowed")
    if healthy < wanted:
        return Health(Level.DEGRADED, f"{healthy} healthy pods of {wanted} wanted", since_of(found))
    allowed = number(value, "status.disruptionsAllowed")
    return Health(Level.HEALTHY, f"{allowed} disruptions allowed", since_of(found))


def _unseen(value: Value) -> bool:
    return number(value, "status.observedGeneration") < number(value, "metadata.generation")
