"""Logs of containers through the Kubernetes API: the end of each, bounded in lines, bytes and time."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import quote

from connectors.http.errors import ForbiddenError, MissingError, RejectedError, TooLargeError
from connectors.http.policy import Policy
from connectors.http.rate import Time
from connectors.kubernetes.live.client import KubernetesApi
from connectors.kubernetes.live.connection import Connection, Target

MOST_LINES = 2_000
MOST_BYTES = 1_000_000
_FEWER = 10
"""Of a log that is too long, so many times fewer lines are asked for: its end is what tells of a crash."""
_FORBIDDEN = "it may not be read; grant the account `get` on `pods/log`, or set `logs: false` on the source"
_POLICY = Policy(
    attempts=2, fault_attempts=2, budget=3.0, first_wait=0.3, longest_wait=1.0,
    connect_seconds=5.0, read_seconds=8.0, answer_seconds=10.0, max_bytes=2 * MOST_BYTES,
)  # fmt: skip


class ContainerLogs:
    """The logs that an account may read in one cluster; all methods raise the errors of `connectors.http.errors`."""

    def __init__(self, target: Target, groups: Sequence[str] = (), clock: Time | None = None) -> None:
        self._api = KubernetesApi(
            Connection(target), impersonate=target.impersonate, groups=groups, clock=clock, policy=_POLICY
        )

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def read(
        self,
        namespace: str,
        pod: str,
        container: str,
        *,
        previous: bool = False,
        since: datetime | None = None,
    ) -> str:
        """The last lines of a container's log, each behind its time; '' where there is none.

        With `previous`, that of the container before the last restart. What is older than `since` is left out.
        """
        lines = MOST_LINES
        while lines:
            with suppress(TooLargeError):
                text = self._ask(namespace, pod, container, previous, since, lines)
                if len(text.encode()) < MOST_BYTES:
                    return text
            # The server counts bytes from the beginning: what it cut is the end.
            lines //= _FEWER
        return ""

    def _ask(
        self, namespace: str, pod: str, container: str, previous: bool, since: datetime | None, lines: int
    ) -> str:
        path = f"/api/v1/namespaces/{quote(namespace, safe='')}/pods/{quote(pod, safe='')}/log"
        query = {
            "container": container, "timestamps": "true", "tailLines": str(lines), "limitBytes": str(MOST_BYTES),
            **({"previous": "true"} if previous else {}),
            **({"sinceTime": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"} if since else {}),
        }  # fmt: skip
        try:
            return self._api.text(path, query)
        except RejectedError as error:
            if error.status == 400:  # it waits to start, or there was none before
                return ""
            raise
        except ForbiddenError:
            raise ForbiddenError(_FORBIDDEN) from None
        except MissingError:
            return ""  # the pod is gone since
