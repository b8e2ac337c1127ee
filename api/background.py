"""Runs that go on beside the requests: at most one at a time, each in a thread that can be stopped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from api.schemas import RunModel
from api.services import IngestOptions, Services
from connectors.errors import KubeloreError
from ingest.lock import AlreadyRunningError

log = logging.getLogger(__name__)

_STOP_SECONDS = 20


class _Job:
    """One run and what is known of it from outside."""

    def __init__(self) -> None:
        self.run_id: str | None = None
        self.error: BaseException | None = None
        self.settled = threading.Event()
        """Set once the run has an id or has failed to get one."""
        self.counts: dict[str, int] = {}

    def started(self, run_id: str) -> None:
        self.run_id = run_id
        self.settled.set()

    def seen(self, source: str, count: int, total: int = 0) -> None:
        self.counts[source] = count


class BackgroundRuns:
    """Starts runs for `POST /v1/runs` and for the schedule."""

    def __init__(self, services: Services, finished: Callable[[RunModel], None]) -> None:
        self._services = services
        self._finished = finished
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._job: _Job | None = None

    def start(self, options: IngestOptions) -> str:
        """The id of the run that has begun; raises `AlreadyRunningError` while another is under way."""
        with self._guard:
            if self._stopping.is_set() or (self._thread and self._thread.is_alive()):
                raise AlreadyRunningError("another run is under way; wait for it to end")
            job = _Job()
            self._job = job
            self._thread = threading.Thread(
                target=self._work, args=(options, job), name="ingest", daemon=True
            )
            self._thread.start()
        job.settled.wait()
        if job.error is not None:
            raise job.error
        assert job.run_id is not None
        return job.run_id

    def seen(self, run_id: str) -> dict[str, int]:
        """Items seen so far, by source, of a run that goes on here."""
        job = self._job
        return dict(job.counts) if job and job.run_id == run_id else {}

    def stop(self) -> None:
        """End the run that goes on, if any, at its next safe point, and wait for it; no other can start."""
        self._stopping.set()
        if self._thread:
            self._thread.join(_STOP_SECONDS)

    def _work(self, options: IngestOptions, job: _Job) -> None:
        try:
            self._finished(self._services.ingest(options, job, self._stopping))
        except KubeloreError as error:
            job.error = error
            log.error("run: %s", error)
        except Exception as error:
            job.error = error
            log.exception("run failed")
        finally:
            job.settled.set()
