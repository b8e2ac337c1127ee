"""The `prometheus` source: it holds no documents; investigations ask it what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

from connectors.base import Crawl
from connectors.documents import Checkpoint, CheckReport
from connectors.errors import KubeloreError, UnreachableError
from connectors.prometheus.client import PrometheusApi


class PrometheusConnector:
    """A server that can be checked; a crawl finds nothing in it, and looks only whether it answers."""

    type = "prometheus"

    def __init__(self, name: str, connect: Callable[[], PrometheusApi]) -> None:
        self._name = name
        self._connect = connect

    @property
    def name(self) -> str:
        """The source's name in the configuration."""
        return self._name

    def check(self) -> CheckReport:
        """Whether the server answers a query."""
        try:
            with closing(self._connect()) as api:
                api.now()
        except KubeloreError as error:
            return CheckReport(False, str(error), unreachable=isinstance(error, UnreachableError))
        return CheckReport(True, "the server answers queries")

    def crawl(self, checkpoint: Checkpoint | None = None) -> Crawl:
        """Nothing: what is measured is asked for when something is investigated."""
        yield from ()
        return {}

    def list_ids(self) -> Iterator[str]:
        """None."""
        return iter(())
