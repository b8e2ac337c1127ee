"""`POST /v1/scripts/run`: commands that only read, run against a live cluster."""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import Caller
from api.errors import NotThereError, UnclearError
from api.problems import problem
from api.routes.state import TheServices
from api.schemas import FieldProblem, ScriptOutputModel, ScriptRequest, StepOutputModel
from api.scripts import UNABLE, StepRefusedError, output_json
from connectors.errors import ConfigurationError

log = logging.getLogger(__name__)

router = APIRouter(prefix="/v1", tags=["clusters"])


@router.post("/scripts/run", response_model=ScriptOutputModel)
def run(
    request: Request, script: ScriptRequest, principals: Caller, services: TheServices
) -> ScriptOutputModel | Response:
    """Run the steps in their order and answer with what each printed.

    All of them run, or none: where one would change something or may not run for another reason, the answer is
    422 with the reason of each. Who may not read a live cluster's source runs nothing on it.
    """
    steps = [step.argv for step in script.steps]
    try:
        done = services.clusters.run(steps, principals, script.cluster or "")
    except StepRefusedError as error:
        errors = [
            FieldProblem(field=f"steps.{number}", message=reason) for number, reason in error.reasons.items()
        ]
        return problem(422, f"nothing was run: {errors[0].message}", request.url.path, errors)
    except (NotThereError, UnclearError):
        raise
    except ConfigurationError as error:
        log.error("a script could not be run: %s", error)
        return problem(503, UNABLE, request.url.path)
    output = [StepOutputModel.model_validate(output_json(one)) for one in done.output]
    return ScriptOutputModel(cluster=done.cluster, output=output)
