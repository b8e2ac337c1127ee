"""`POST /v1/alerts`: what Alertmanager's webhook sends."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException

from api.alerts import QueueFullError
from api.auth import Caller
from api.incident_schemas import AlertsModel, AlertsRequest, QueuedModel
from api.routes.state import TheAlerts

router = APIRouter(prefix="/v1", tags=["incidents"])
_RETRY_SECONDS = "60"


@router.post("/alerts", status_code=202)
def alerts(request: AlertsRequest, principals: Caller, queue: TheAlerts) -> AlertsModel:
    """Investigate the group of alerts in the background, with the caller's rights. Repetitions begin nothing new."""
    sent = [one.model_dump(mode="json") for one in request.alerts]
    try:
        found = queue.add(request.groupKey, sent, principals)
    except QueueFullError as error:
        raise HTTPException(503, str(error), headers={"Retry-After": _RETRY_SECONDS}) from None
    return AlertsModel(investigations=[QueuedModel(id=one.id, status=one.state) for one in found])
