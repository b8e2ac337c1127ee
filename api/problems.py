"""Errors as RFC 9457 `application/problem+json`; nothing of a request or of our insides is echoed."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.errors import IndexEmptyError, NotThereError, UnclearError, UnknownSourceError
from api.schemas import FieldProblem, ProblemModel
from connectors.errors import KubeloreError, TemporaryError
from connectors.redaction import redact
from ingest.lock import AlreadyRunningError

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_RETRY_SECONDS = "30"

_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
"""As RFC 9110 names them; the names in `http` depend on the version of Python."""


def problem(
    status: int,
    detail: str,
    instance: str | None = None,
    errors: Sequence[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
    candidates: Sequence[str] = (),
) -> JSONResponse:
    """A response that describes one problem."""
    body = describe(status, detail, instance, errors)
    if candidates:
        body["candidates"] = list(candidates)
    # The answer to a crash is made outside of the middleware that sets this header.
    extra = {"X-Content-Type-Options": "nosniff", **(headers or {})}
    return JSONResponse(body, status_code=status, headers=extra, media_type=MEDIA_TYPE)


def describe(
    status: int, detail: str, instance: str | None = None, errors: Sequence[FieldProblem] | None = None
) -> dict[str, Any]:
    """The JSON object of a problem."""
    model = ProblemModel(
        title=_TITLES.get(status) or HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=instance,
        errors=list(errors) if errors else None,
    )
    return model.model_dump(exclude_none=True)


def describe_error(error: Exception) -> dict[str, Any]:
    """The JSON object for an error of our tree; anything else is an internal error without particulars."""
    status, detail = _status_of(error)
    _note(status, error)
    return describe(status, detail)


def response(text: str) -> dict[str, Any]:
    """What OpenAPI says of a response that is a problem."""
    reference = {"$ref": f"#/components/schemas/{ProblemModel.__name__}"}
    return {"description": text, "content": {MEDIA_TYPE: {"schema": reference}}}


def install(app: FastAPI) -> None:
    """Make `app` answer every error with a problem."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(KubeloreError, _ours)
    app.add_exception_handler(Exception, _unexpected)


def _note(status: int, error: Exception) -> None:
    """Logs what the caller is not told."""
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request failed", exc_info=error)
    elif status == HTTPStatus.SERVICE_UNAVAILABLE and not isinstance(error, IndexEmptyError):
        log.warning("request not answered: %s", redact(str(error))[0])


def _status_of(error: Exception) -> tuple[int, str]:
    if isinstance(error, IndexEmptyError):
        return 503, str(error)
    if isinstance(error, AlreadyRunningError):
        return 409, "another run is under way; wait until it has ended"
    if isinstance(error, NotThereError):
        return 404, str(error)
    if isinstance(error, UnknownSourceError | UnclearError):
        return 422, str(error)
    if isinstance(error, TemporaryError):
        return 503, "a part that this needs does not answer at the moment; try again later"
    return 500, "an internal error; the server's log has the particulars"


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, str(error.detail), request.url.path, headers=error.headers)


async def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = [
        FieldProblem(field=".".join(str(part) for part in item["loc"]), message=str(item["msg"]))
        for item in error.errors()
    ]
    first = f"{fields[0].field}: {fields[0].message}" if fields else "no particulars"
    return problem(422, f"the request is not valid ({first})", request.url.path, fields)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    status, detail = _status_of(error)
    _note(status, error)
    headers = {"Retry-After": _RETRY_SECONDS} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return problem(status, detail, request.url.path, headers=headers)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    return problem(500, "an internal error; the server's log has the particulars", request.url.path)
