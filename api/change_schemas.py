"""The body of `GET /v1/changes`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from api.incident_schemas import WindowModel


class FieldChangeModel(BaseModel):
    """One field before and after; null: it was not there. Of a long text, the lines that differ."""

    path: str
    old: Any = None
    new: Any = None


class ChangeModel(BaseModel):
    """One change: at `at`, or where `after` is not null at some time between the two.

    `by` is the field manager or controller that made it, `through` the Helm release or Argo CD application, `reason`
    what was noted with it, `origin` whether kept versions or the cluster's own rollout history tell it.
    """

    at: datetime
    after: datetime | None = None
    type: str
    action: str
    object: str
    kind: str
    name: str
    namespace: str | None = None
    cluster: str
    text: str
    fields: list[FieldChangeModel]
    by: str
    through: str
    reason: str
    origin: str
    document_id: str


class ChangesModel(BaseModel):
    """The changes of a time, oldest first; of too many the newest."""

    window: WindowModel
    changes: list[ChangeModel]
