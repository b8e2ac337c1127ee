"""`POST /v1/onboarding`: a newcomer's path through the team's own content."""

from __future__ import annotations

from fastapi import APIRouter

from api.auth import Caller
from api.onboarding import onboarding
from api.routes.state import TheServices
from api.schemas import OnboardingModel, OnboardingRequest
from index.search_types import Filters

router = APIRouter(prefix="/v1", tags=["answers"])


@router.post("/onboarding")
def path(request: OnboardingRequest, principals: Caller, services: TheServices) -> OnboardingModel:
    """Build the path from what the caller may read: at most twelve steps, each a cited answer or an honest gap."""
    scopes = (("team", request.team), ("service", request.service), ("namespace", request.namespace))
    kind, name = next(((kind, name.strip()) for kind, name in scopes if name), ("", ""))
    found = onboarding(services, kind, name, Filters(principals=principals))
    return OnboardingModel.model_validate(found)
