"""`GET /v1/graph`: the resource graph, as data or as a picture."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.auth import Caller
from api.graphs import GraphRequest
from api.routes.state import TheServices
from api.schemas import GraphModel, Moment

router = APIRouter(prefix="/v1", tags=["clusters"])

_MEDIA_TYPES = {
    "json": "application/json",
    "svg": "image/svg+xml",
    "mermaid": "text/plain; charset=utf-8",
    "dot": "text/vnd.graphviz; charset=utf-8",
}
_CONTENT: dict[str, Any] = {
    "content": {
        kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in list(_MEDIA_TYPES.values())[1:]
    }
}
# Opened by itself, a picture may style itself and do nothing else.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
_Name = Annotated[str, Query(max_length=600, description="Empty: all.")]


@router.get("/graph", response_model=GraphModel, responses={200: _CONTENT})
def graph(
    principals: Caller,
    services: TheServices,
    namespace: _Name = "",
    focus: Annotated[
        str, Query(max_length=600, description="`KIND/NAME`: this object and what is two steps away from it.")
    ] = "",
    format: Literal["json", "svg", "mermaid", "dot"] = "json",
    cluster: _Name = "",
    at: Annotated[Moment | None, Query(description="A moment of the past; null: now.")] = None,
) -> Response:
    """What hangs together with what, of the objects and documents that the caller may read.

    Without `cluster` it is of all live clusters, or where there is none of what manifests declare.
    """
    request = GraphRequest(format, namespace or None, focus or None, cluster or None, at)
    drawn = services.clusters.graph(request, principals)
    headers = {"Content-Security-Policy": PICTURE_POLICY} if format == "svg" else None
    return Response(drawn, media_type=_MEDIA_TYPES[format], headers=headers)
