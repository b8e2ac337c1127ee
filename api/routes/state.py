"""What the routes take from the app, as parameters."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.alerts import AlertQueue
from api.auth import Authenticator
from api.background import BackgroundRuns
from api.investigations import Investigations
from api.metrics import Metrics
from api.schemas import FilterModel
from api.services import Services
from api.settings import Settings
from index.search_types import Filters


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


def _background(request: Request) -> BackgroundRuns:
    background: BackgroundRuns = request.app.state.background
    return background


def _authenticator(request: Request) -> Authenticator:
    authenticator: Authenticator = request.app.state.authenticator
    return authenticator


def _investigations(request: Request) -> Investigations:
    investigations: Investigations = request.app.state.investigations
    return investigations


def _alerts(request: Request) -> AlertQueue:
    alerts: AlertQueue = request.app.state.alerts
    return alerts


TheServices = Annotated[Services, Depends(_services)]
TheSettings = Annotated[Settings, Depends(_settings)]
TheMetrics = Annotated[Metrics, Depends(_metrics)]
TheRuns = Annotated[BackgroundRuns, Depends(_background)]
TheAuthenticator = Annotated[Authenticator, Depends(_authenticator)]
TheAlerts = Annotated[AlertQueue, Depends(_alerts)]
TheInvestigations = Annotated[Investigations, Depends(_investigations)]


def filters_for(model: FilterModel | None, principals: frozenset[str], settings: Settings) -> Filters:
    """The filters of a request, bound to what its caller may read.

    Raises `UnknownSourceError` for a source that the caller does not know of.
    """
    chosen = model or FilterModel()
    settings.require_sources(chosen.sources or (), principals)
    return Filters(
        sources=tuple(chosen.sources or ()),
        kinds=tuple(chosen.kinds or ()),
        namespaces=tuple(chosen.namespaces or ()),
        environments=tuple(chosen.environments or ()),
        principals=principals,
    )
