"""The logs of containers: those that tests set, or a few lines made from what the pod's status says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.servers.kube.ages import rfc3339, seconds
from tests.servers.kube.requests import Request
from tests.servers.kube.status import ApiError

Json = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A line of a log and when it was written (Unix time)."""

    at: float
    text: str


class Logs:
    """What the containers of a cluster have written."""

    def __init__(self) -> None:
        self._set: dict[tuple[str, str, str, bool], list[Line]] = {}

    def set(
        self, namespace: str, pod: str, container: str, text: str, *, at: float = 0.0, previous: bool = False
    ) -> None:
        """Sets a log: a line of `text` may begin with its own RFC 3339 time; others follow each other by a second."""
        lines: list[Line] = []
        for raw in text.splitlines():
            stamp, _, rest = raw.partition(" ")
            try:
                at = seconds(stamp) or at
                lines.append(Line(at, rest))
            except ValueError:
                lines.append(Line(at, raw))
            at += 1
        self._set[namespace, pod, container, previous] = lines

    def read(self, pod: Json, request: Request, now: float) -> str:
        """The text that a log request asks for; 400 in the server's words where there is none."""
        container = _container(pod, request.get("container"))
        previous = request.flag("previous")
        namespace, name = pod["metadata"].get("namespace", ""), pod["metadata"]["name"]
        lines = self._set.get((namespace, name, container, previous))
        if lines is None:
            lines = list(_synthetic(pod, container, previous))
        lines = _since(lines, request, now)
        tail = request.get("tailLines")
        if tail:
            lines = lines[-int(tail) :] if int(tail) else []
        stamped = request.flag("timestamps")
        text = "".join(
            f"{rfc3339(one.at, micro=True)} {one.text}\n" if stamped else f"{one.text}\n" for one in lines
        )
        limit = request.get("limitBytes")
        return text.encode()[: int(limit)].decode("utf-8", "ignore") if limit else text


def _since(lines: list[Line], request: Request, now: float) -> list[Line]:
    ago, moment = request.get("sinceSeconds"), seconds(request.get("sinceTime"))
    if ago and moment:
        raise ApiError(422, "at most one of `sinceTime` or `sinceSeconds` may be specified")
    began = now - float(ago) if ago else moment
    return lines if began is None else [one for one in lines if one.at >= began]


def _container(pod: Json, wanted: str) -> str:
    name, spec = pod["metadata"]["name"], pod["spec"]
    main = [one["name"] for one in spec.get("containers", ())]
    first = [one["name"] for one in spec.get("initContainers") or ()]
    temporary = [one["name"] for one in spec.get("ephemeralContainers") or ()]
    if wanted:
        if wanted not in (*main, *first, *temporary):
            raise ApiError(400, f"container {wanted} is not valid for pod {name}")
        return wanted
    if len(main) + len(first) + len(temporary) == 1:
        return str(main[0])
    choice = f"a container name must be specified for pod {name}, choose one of: [{' '.join(main)}]"
    raise ApiError(400, choice + (f" or one of the init containers: [{' '.join(first)}]" if first else ""))


def _synthetic(pod: Json, container: str, previous: bool) -> Iterator[Line]:
    status, name = pod.get("status", {}), pod["metadata"]["name"]
    known = [*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())]
    own = next((one for one in known if one["name"] == container), None)
    last = ((own or {}).get("lastState") or {}).get("terminated")
    if previous and not last:
        raise ApiError(400, f'previous terminated container "{container}" in pod "{name}" not found')
    if not pod["spec"].get("nodeName"):
        raise ApiError(400, f"pod {name} does not have a host assigned")
    state = (own or {}).get("state") or {}
    waiting = (state.get("waiting") or {}).get("reason", "")
    if own is None or (waiting and not last):
        reason = waiting or "ContainerCreating"
        raise ApiError(400, f'container "{container}" in pod "{name}" is waiting to start: {reason}')
    ran = last if previous or waiting else state.get("running") or state.get("terminated") or {}
    began = seconds((ran or {}).get("startedAt")) or 0.0
    yield Line(began, f"level=info msg=starting container={container} image={own.get('image', '')}")
    yield Line(began + 1, f"level=info msg=ready pod={name}")
    if ran and ran.get("exitCode"):
        reason = ran.get("reason", "Error")
        yield Line(began + 2, f"level=error msg=exiting reason={reason} code={ran['exitCode']}")
