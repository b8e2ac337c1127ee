"""Prometheus metrics, in a registry of their own for each app; none of them counts documents."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """What one app counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "kubelore_http_requests", "HTTP requests.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "kubelore_http_request_seconds", "Seconds a request took.", ("route",), registry=self.registry
        )
        self.answers = Counter("kubelore_answers", "Answers given.", ("outcome",), registry=self.registry)
        self.runs = Counter("kubelore_runs", "Ingest runs finished.", ("status",), registry=self.registry)
        self.last_run = Gauge(
            "kubelore_last_run_timestamp_seconds", "When a run last finished.", registry=self.registry
        )
