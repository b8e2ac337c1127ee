"""`/healthz`, `/readyz` and `/metrics`: open to everyone, and silent about documents."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.routes.state import TheMetrics, TheServices
from api.schemas import HealthModel

router = APIRouter(tags=["health"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz")
async def healthz() -> HealthModel:
    """The process answers."""
    # Not in a thread: it must answer while questions take all of them.
    return HealthModel(status="ok")


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz")
def readyz(services: TheServices) -> HealthModel:
    """The index is open and holds documents; until then 503. A run that goes on does not change it."""
    if not services.ready():
        raise HTTPException(503, "the index is empty; run `kubelore ingest` or POST /v1/runs")
    return HealthModel(status="ok")


@router.head("/metrics", include_in_schema=False)
@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(app_metrics: TheMetrics) -> Response:
    """Prometheus metrics."""
    return Response(generate_latest(app_metrics.registry), media_type=CONTENT_TYPE_LATEST)
