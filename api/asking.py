"""Keeps what was asked, for whoever asks: the command line and the REST API."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from connectors.errors import KubeloreError

if TYPE_CHECKING:
    from answers.model import Answer
    from api.services import Services

log = logging.getLogger(__name__)

COMMAND_LINE = "command line"
"""The owner of what is asked there: whoever owns the state folder."""


def keep(services: Services, answer: Answer, owner: str, conversation: str = "") -> None:
    """Keep the question and what answered it; the answer is worth more than its record, so nothing is raised."""
    try:
        services.questions.record(answer, owner, conversation)
    except (KubeloreError, OSError) as error:
        log.warning("the question is not kept: %s", error)
