"""`/v1/runs`: start a run and see how runs went.

With `api.auth`, only operators may. Without it, everyone may, and sees the rows of public sources.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Query, Response

from api.auth import Authenticator, Caller
from api.errors import UnknownSourceError
from api.problems import response as response_of
from api.routes.state import TheAuthenticator, TheRuns, TheServices, TheSettings
from api.schemas import Counts, RunModel, RunRequest, RunsResponse
from api.services import IngestOptions
from api.settings import Settings

router = APIRouter(prefix="/v1/runs", tags=["runs"], responses={403: response_of("Not an operator")})


@router.post("", status_code=202, responses={409: response_of("Another run is under way")})
def start(
    response: Response,
    principals: Caller,
    services: TheServices,
    settings: TheSettings,
    authenticator: TheAuthenticator,
    background: TheRuns,
    request: RunRequest | None = None,
    origin: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> RunModel:
    """Start a run, of all sources where there is no body.

    It goes on after the answer, and `GET` of its `Location` tells how far it is.
    """
    visible = _visible(principals, settings, authenticator)
    if request is None:
        # Unlike JSON, an empty body needs no preflight: any web page could have a visitor's browser send it.
        if origin is not None:
            raise HTTPException(403, "a browser must send a JSON body, such as {}")
        request = RunRequest()
    unknown = [name for name in request.sources if name not in visible]
    if unknown:
        raise UnknownSourceError(f"there is no source {unknown[0]!r}")
    run_id = background.start(IngestOptions(tuple(request.sources), request.full))
    response.headers["Location"] = f"/v1/runs/{run_id}"
    run = services.run(run_id)
    if run is None:
        raise HTTPException(404, "there is no such run")
    return as_seen(run, visible)


@router.get("")
def runs(
    principals: Caller,
    services: TheServices,
    settings: TheSettings,
    authenticator: TheAuthenticator,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> RunsResponse:
    """The newest runs."""
    visible = _visible(principals, settings, authenticator)
    return RunsResponse(runs=[as_seen(run, visible) for run in services.runs(limit)])


@router.get("/{run_id}")
def run(
    run_id: str,
    principals: Caller,
    services: TheServices,
    settings: TheSettings,
    authenticator: TheAuthenticator,
    background: TheRuns,
) -> RunModel:
    """One run with its progress, and each skipped or failed item with its reason."""
    visible = _visible(principals, settings, authenticator)
    found = services.run(run_id)
    if found is None:
        raise HTTPException(404, "there is no such run")
    seen = background.seen(run_id)
    for row in found.sources:
        if found.finished_at is None:
            row.seen = max(row.seen, seen.get(row.source, 0))
    return as_seen(found, visible)


def as_seen(run: RunModel, visible: frozenset[str]) -> RunModel:
    """The run with the rows of `visible` sources only, and totals of just these."""
    rows = [row for row in run.sources if row.source in visible]
    names = [name for name in Counts.model_fields if name != "seconds"]
    totals = {name: sum(getattr(row, name) for row in rows) for name in names}
    return run.model_copy(update={**totals, "sources": rows})


def _visible(principals: frozenset[str], settings: Settings, authenticator: Authenticator) -> frozenset[str]:
    """The sources whose runs the caller may see and start; answers 403 if it may none."""
    if authenticator.open:
        return frozenset(s.name for s in settings.sources if principals & set(s.access))
    if not authenticator.is_operator(principals):
        raise HTTPException(403, "only an operator may start runs and see them")
    return frozenset(source.name for source in settings.sources)
