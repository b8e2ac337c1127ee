"""Probes that do not fit the server: port, protocol, path, timing.

A probe that failed while a container started says nothing: it counts while the pod is not ready (readiness), or
where the kubelet restarts the container for it (liveness, startup).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import at, entries, mapping, number, text
from incidents.checks.base import described, finding, pieces, port_of
from incidents.checks.declared_probes import Probe, beside, probes
from incidents.checks.log_lines import search
from incidents.checks.probe_timing import NO_ANSWER, PATIENT, Why, curt, impatient, late
from incidents.evidence import Event
from incidents.finding import Finding
from incidents.situation import Situation, is_ready, shown, statuses

_PROTOCOL = re.compile(
    r"malformed HTTP|HTTP/1\.x transport connection broken|server gave HTTP response to HTTPS|"
    r"first record does not look like a TLS|error reading server preface|frame too large|Unimplemented|unknown service|"
    r"http2: |client sent an HTTP request to an HTTPS"
)
_STATUS = re.compile(r"statuscode: (\d{3})")
_HUNG_UP = re.compile(r"\bEOF\b|reset by peer|broken pipe")
"""Somebody listens on the port and does not want to hear what was asked."""
_UNHEARD = "failed to connect service"
"""What the kubelet says of a server that does not begin to speak gRPC."""
_NO_SUCH_PORT = re.compile(r'parsing "(?P<name>[a-z0-9-]+)": invalid syntax')
"""What the kubelet says of a port's name that the container does not declare."""
_OTHER_PROTOCOL = ("400", "415", "426", "505")
"""What servers answer over HTTP/1 that speak HTTPS, gRPC or HTTP/2 only."""


def check(s: Situation) -> Iterator[Finding]:
    """For each workload, the probes that keep its pods from being ready or alive."""
    for workload in s.workloads:
        done: set[str] = set()
        for pod in s.pods_of(workload):
            for found in [
                *_startup(s, workload, pod),
                *_liveness(s, workload, pod),
                *_readiness(s, workload, pod),
            ]:
                if found.term not in done:
                    done.add(found.term)
                    yield found


def _failures(s: Situation, pod: Item, word: str) -> list[Event]:
    return [event for event in s.events(pod, "Unhealthy") if event.message.startswith(f"{word} probe")]


def _liveness(s: Situation, workload: Item, pod: Item) -> Iterator[Finding]:
    killed = [event for event in s.events(pod, "Killing") if "liveness probe" in event.message]
    failed = _failures(s, pod, "Liveness")
    restarts = sum(number(status, "restartCount") for _, status in statuses(pod))
    if not failed and restarts and not s.events(pod):
        yield from _unsaid(s, workload, pod, "liveness")
    if not failed or not (killed or restarts):
        return
    by_kubelet = bool(killed) or _was_killed(pod)
    for probe in probes(workload, "liveness"):
        why = _wrong(s, workload, probe, failed[0])
        why = why or (_deaf(s, workload, probe, failed[0], restarts) if by_kubelet else None)
        why = why or ((impatient(pod, probe, failed[0]) or curt(probe, failed[0])) if by_kubelet else None)
        if why is not None:
            yield _finding(s, workload, pod, probe, why, [*failed[:1], *killed[:1]])
            return
    if by_kubelet:
        yield finding("probe_failing", workload,
        f"{shown(workload)} is restarted by its liveness probe: {failed[0].message}",
                      0.8, "See why the server does not answer the probe.", pieces(failed[:1]), [pod],
                      described(pod))  # fmt: skip


_BY_SIGNAL = (137, 143)


def _was_killed(pod: Item) -> bool:
    """Whether a container was ended by a signal and not for its memory, as the kubelet does."""
    ended = [mapping(status, "lastState.terminated") for _, status in statuses(pod)]
    return any(one.get("exitCode") in _BY_SIGNAL and text(one, "reason") != "OOMKilled" for one in ended)


def _startup(s: Situation, workload: Item, pod: Item) -> Iterator[Finding]:
    """A startup probe for which the kubelet restarts the container: what it asks, or how long it waits."""
    killed = [event for event in s.events(pod, "Killing") if "startup probe" in event.message]
    failed = _failures(s, pod, "Startup")
    if not failed or not killed:
        return
    for probe in probes(workload, "startup"):
        why = _wrong(s, workload, probe, failed[0]) or impatient(pod, probe, failed[0])
        if why is not None:
            what, sentence, confidence = why
            yield finding(
                "startup_probe_wrong", workload,
                f"The startup probe of {shown(workload)} is wrong: {sentence}.", confidence, _FIXES[what],
                [*pieces([failed[0], killed[0]]), s.quote(workload, "Startup:", field="startupProbe")], [pod],
                described(workload),
            )  # fmt: skip
            return


def _readiness(s: Situation, workload: Item, pod: Item) -> Iterator[Finding]:
    if is_ready(pod):
        return
    failed = _failures(s, pod, "Readiness")
    restarts = sum(number(status, "restartCount") for _, status in statuses(pod))
    running = any(at(status, "state.running") is not None for _, status in statuses(pod))
    if not s.events(pod) and running:
        yield from _unsaid(s, workload, pod, "readiness")
    for probe in probes(workload, "readiness") if running else ():
        why = (
            (
                _wrong(s, workload, probe, failed[0])
                or _deaf(s, workload, probe, failed[0], restarts)
                or _hasty(s, workload, probe, failed[0])
            )
            if failed
            else None
        )
        why = why or late(s, pod, probe) or (curt(probe, failed[0]) if failed else None)
        if why is not None:
            yield _finding(s, workload, pod, probe, why, failed[:1])
            return
    if failed and running:
        yield finding("probe_failing", workload, f"{shown(workload)} is not ready: {failed[0].message}", 0.8,
                      "See why the server does not answer the probe.", pieces(failed[:1]), [pod],
                      described(pod))  # fmt: skip


def _wrong(s: Situation, workload: Item, probe: Probe, event: Event) -> Why | None:
    """What is wrong with a probe that fails with this message, if it is the probe."""
    message = event.message
    other = beside(workload, probe)
    if _PROTOCOL.search(message):
        return "protocol", f"it speaks {probe.action} to a server that speaks another protocol", 0.95
    passes = other is not None and not _failing(s, workload, other)
    if match := _NO_SUCH_PORT.search(message):
        return "port", f"it asks port {match['name']}; the container has no port of this name", 0.95
    ports = [port_of(port.get("containerPort")) for _, port in entries(probe.container, "ports")]
    listening = {one for one in (*ports, other.port if other and passes else None) if one is not None}
    if probe.port is not None and listening and probe.port not in listening and NO_ANSWER.search(message):
        known = ", ".join(str(one) for one in sorted(listening, key=str))
        return "port", f"it asks port {probe.port}; the container has {known}", 0.95
    code = _STATUS.search(message)
    if code and code[1] in ("404", "405"):
        path = text(probe.value, "httpGet.path")
        return "path", f"the server answers {code[1]} for {path or 'the path'}", 0.92
    if code and code[1] in _OTHER_PROTOCOL:
        return (
            "protocol",
            f"the server answers {code[1]}: it speaks another protocol than {probe.action}",
            0.75,
        )
    if probe.action in ("httpGet", "grpc") and probe.port in ports and _HUNG_UP.search(message):
        return "protocol", f"the server hangs up when it is asked by {probe.action}", 0.65
    if other and passes and other.port == probe.port and other.action != probe.action:
        return "protocol", f"it uses {probe.action} where the other probe uses {other.action} and passes", 0.8
    return None


def _unsaid(s: Situation, workload: Item, pod: Item, kind: str) -> Iterator[Finding]:
    """A probe that cannot fit by what is declared, of which no event is left."""
    for probe in probes(workload, kind):
        other = beside(workload, probe)
        ports = {port_of(port.get("containerPort")) for _, port in entries(probe.container, "ports")}
        listening = ports | ({other.port} if other else set())
        if probe.port is not None and ports and probe.port not in listening:
            known = ", ".join(str(one) for one in sorted(ports, key=str))
            yield _finding(
                s,
                workload,
                pod,
                probe,
                ("port", f"it asks port {probe.port}; the container has {known}", 0.75),
                [],
            )
        elif other and other.port == probe.port and {other.action, probe.action} == {"grpc", "httpGet"}:
            why = f"it uses {probe.action} where the other probe uses {other.action}"
            yield _finding(s, workload, pod, probe, ("protocol", why, 0.7), [])
        elif kind == "liveness" and probe.budget < PATIENT:
            why = f"it gives up after {probe.budget} s (delay, period and failures together)"
            yield _finding(s, workload, pod, probe, ("timing", why, 0.5), [])


def _failing(s: Situation, workload: Item, probe: Probe) -> bool:
    word = probe.kind.title()
    return any(_failures(s, pod, word) for pod in s.pods_of(workload))


def _deaf(s: Situation, workload: Item, probe: Probe, event: Event, restarts: int) -> Why | None:
    """A server that is up and does not answer gRPC on a port of its own.

    That it is up shows in that it never ended, or in what it says before it is killed; else it may only start slowly.
    """
    ports = [port_of(port.get("containerPort")) for _, port in entries(probe.container, "ports")]
    if (
        probe.action != "grpc"
        or probe.port not in ports
        or probe.budget < PATIENT
        or _UNHEARD not in event.message
    ):
        return None
    said = search(s.logs(workload), _UP, 1) if probe.kind == "liveness" else ()
    up = not restarts or any(True for _ in said)
    return ("protocol", "the server does not answer when it is asked by grpc", 0.72) if up else None


_UP = re.compile(r"(?i)\b(?:listening|started|serving|accepting|ready)\b")
"""What servers say when they have started."""


def _hasty(s: Situation, workload: Item, probe: Probe, event: Event) -> Why | None:
    """A readiness probe that waits less for an answer than the liveness probe, which passes with the same question."""
    other = beside(workload, probe)
    if (
        other is None
        or (other.action, other.port) != (probe.action, probe.port)
        or _failing(s, workload, other)
    ):
        return None
    patience = number(probe.value, "timeoutSeconds", 1)
    if NO_ANSWER.search(event.message) and patience < number(other.value, "timeoutSeconds", 1):
        return (
            "timing",
            f"it waits {patience} s for an answer, less than the {other.kind} probe, which passes",
            0.8,
        )
    return None


_FIXES = {
    "port": "Point the probe at the port where the server listens.",
    "protocol": "Use the probe type that the server speaks.",
    "path": "Probe a path that the server serves.",
    "timing": "Give the server time: initialDelaySeconds, failureThreshold, or a startup probe.",
}


def _finding(s: Situation, workload: Item, pod: Item, probe: Probe, why: Why, events: list[Event]) -> Finding:
    what, sentence, confidence = why
    fix = _FIXES[what]
    return finding(
        f"{probe.kind}_probe_wrong_{what}", workload,
        f"The {probe.kind} probe of {shown(workload)} is wrong: {sentence}.",
        confidence, fix, [*pieces(events), s.quote(workload, probe.kind.title() + ":",
        field=f"{probe.kind}Probe")], [pod],
        described(workload),
    )  # fmt: skip
