"""`kubelore serve`: the REST API in uvicorn and the schedule beside it."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.background import BackgroundRuns
from api.services import IngestOptions
from api.settings import Settings
from api.watching import Watches
from connectors.errors import PermanentError
from ingest.lock import AlreadyRunningError
from ingest.schedule import Schedule, start_schedule

log = logging.getLogger(__name__)

_GRACE_SECONDS = 10


class _Server(uvicorn.Server):
    """Says when requests are taken."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._told = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Opens the address, and says so."""
        await super().startup(sockets)
        self._told()


def serve(settings: Settings, started: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or Ctrl-C; requests and a run that go on then are ended cleanly.

    `started` is called when the address is open.
    Raises `PermanentError` if the address cannot be taken, or the state folder not be used.
    """
    app = create_app(settings)
    # A state folder that cannot be used ends this now, not at the first question.
    if app.state.services.ready():
        _ = app.state.services.searcher  # warns of an index that is not whole
    schedule = schedule_runs(app, settings)
    watches = Watches(settings)
    watches.start()
    config = uvicorn.Config(
        app,
        host=settings.api.host,
        port=settings.api.port,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        # Paths hold document ids, and what is asked is nobody's business: no access log.
        access_log=False,
        log_config=None,
        server_header=False,
    )
    server = _Server(config, started)
    _end_normally_on_signals(server)
    try:
        server.run()
    except SystemExit:
        # uvicorn has logged why, and leaves the process with a code that is not ours.
        place = f"{settings.api.host}:{settings.api.port}"
        message = f"cannot serve on {place}; choose another `api.port`, or stop what uses it"
        raise PermanentError(message) from None
    finally:
        watches.stop()
        if schedule:
            schedule.stop()


def _end_normally_on_signals(server: uvicorn.Server) -> None:
    """uvicorn raises the signal that stopped it again when it is done; that must not kill the process."""

    def stop(number: int, frame: FrameType | None) -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def schedule_runs(app: FastAPI, settings: Settings) -> Schedule | None:
    """Starts the configured runs; None if there is no schedule."""
    if settings.schedule.cron is None:
        return None
    background: BackgroundRuns = app.state.background

    def nightly() -> None:
        try:
            log.info("scheduled run %s has begun", background.start(IngestOptions()))
        except AlreadyRunningError:
            log.warning("the scheduled run was left out: another run is under way")

    return start_schedule(settings.schedule.cron, settings.schedule.timezone, nightly)
