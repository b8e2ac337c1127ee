"""The REST API: `create_app(settings)`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from api import problems
from api.alerts import AlertQueue
from api.auth import Authenticator
from api.background import BackgroundRuns
from api.commands.version import installed_version
from api.incident_store import IncidentStore
from api.investigations import Investigations
from api.metrics import Metrics
from api.middleware import BodyLimit, HostCheck, RequestMetrics, ResponseHeaders
from api.routes import (
    alerts,
    ask,
    changes,
    documents,
    feedback,
    graph,
    health,
    investigations,
    onboarding,
    page,
    runs,
    scripts,
    search,
    sources,
)
from api.schemas import ProblemModel, RunModel
from api.services import Services, open_services
from api.settings import Settings

_PROBLEMS = {
    401: "No valid token",
    404: "Not found",
    405: "Wrong method",
    413: "Body too large",
    421: "Not a name of this server",
    422: "Not valid",
    503: "Not ready",
}


def create_app(settings: Settings, services: Services | None = None) -> FastAPI:
    """The application over `services` (default: the real ones), which it closes when it shuts down."""
    opened = services or open_services(settings)
    metrics = Metrics()

    def finished(run: RunModel) -> None:
        metrics.runs.labels(run.status).inc()
        metrics.last_run.set_to_current_time()

    incidents = IncidentStore(settings.index.path)
    queue = AlertQueue(opened, incidents)
    background = BackgroundRuns(opened, finished)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        queue.resume()
        yield
        queue.stop()
        background.stop()
        opened.close()

    app = FastAPI(
        title="Kubelore",
        version=installed_version(),
        summary="Cited answers from a team's own documents, Terraform and manifests.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        responses={status: problems.response(text) for status, text in _PROBLEMS.items()},
    )
    app.state.settings = settings
    app.state.services = opened
    app.state.metrics = metrics
    app.state.background = background
    app.state.authenticator = Authenticator(settings.api.auth)
    app.state.investigations = Investigations(opened, incidents)
    app.state.alerts = queue
    for module in (
        ask,
        feedback,
        onboarding,
        search,
        documents,
        sources,
        graph,
        changes,
        investigations,
        alerts,
        scripts,
        runs,
        health,
        page,
    ):
        app.include_router(module.router)
    problems.install(app)
    _describe_problems(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(HostCheck, names=(settings.api.host, *settings.api.hosts))
    app.add_middleware(ResponseHeaders)
    app.add_middleware(RequestMetrics, metrics=metrics)
    return app


def _describe_problems(app: FastAPI) -> None:
    """Put the model of a problem into the OpenAPI document: FastAPI only adds models of JSON bodies."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        schemas = document["components"]["schemas"]
        if ProblemModel.__name__ not in schemas:
            schema = ProblemModel.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(schema.pop("$defs"))
            schemas[ProblemModel.__name__] = schema
        return document

    app.openapi = openapi  # type: ignore[method-assign]
