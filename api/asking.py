"""Asks a question as part of a conversation and keeps it, for the command line and the REST API."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.errors import KubeloreError
from index.tokens import is_chinese

if TYPE_CHECKING:
    from answers.conversation import Understood
    from answers.model import Answer
    from api.services import Answerer, Services
    from index.search_types import Filters

Tell = Callable[[str], None]

log = logging.getLogger(__name__)

COMMAND_LINE = "command line"
"""The owner of what is asked there: whoever owns the state folder."""
ASSISTANT = "an assistant"
"""The owner of what assistants ask over the Model Context Protocol, of the same state folder."""
TURNS = 6
"""Questions of a conversation that the next one may go on from."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One owner's conversation; `conversation` is '' where it begins."""

    services: Services
    owner: str
    conversation: str = ""

    def understand(self, question: str, principals: frozenset[str]) -> Understood:
        """The question that is meant, after the turns before; the question itself where they cannot be read."""
        from answers.conversation import Understood, understand

        hours = timedelta(hours=self.services.settings.answers.history.conversation_hours)
        try:
            turns = self.services.questions.turns(self.owner, self.conversation, TURNS, hours)
            if not turns:
                return Understood(question)
            # The names that the asker may know of: those of others must have no effect on what is understood.
            names = self.services.clusters.names(principals)
            return understand(
                question, [turn.understood for turn in turns], names, [turn.cited for turn in turns]
            )
        except (KubeloreError, OSError) as error:
            log.warning("the conversation cannot be read; the question is taken by itself: %s", error)
            return Understood(question)

    def ask(
        self,
        question: str,
        understood: Understood,
        filters: Filters,
        answerer: Answerer | None = None,
        tell: Tell | None = None,
    ) -> Answer:
        """The answer to what is meant, which says how the question was understood; it is kept.

        `tell` is given parts of it while a model writes.
        """
        lead = _told(understood.text) if understood.carried else ""
        asked = answerer or self.services.answerer
        told = (_led(lead, tell),) if tell else ()
        answer = asked.ask(understood.text, filters, *told)
        answer = self.services.clusters.placed(answer, filters.principals)
        conversation = self.conversation or uuid.uuid4().hex
        answer = replace(answer, question=question, conversation_id=conversation)
        if understood.carried:
            answer = replace(answer, understood=understood.text, answer=lead + answer.answer)
        self._keep(answer, conversation, understood.text)
        return answer

    def _keep(self, answer: Answer, conversation: str, understood: str) -> None:
        """The answer is worth more than its record, so nothing is raised."""
        try:
            self.services.questions.record(answer, self.owner, conversation, understood)
        except (KubeloreError, OSError) as error:
            log.warning("the question is not kept: %s", error)


def _led(lead: str, tell: Tell) -> Tell:
    """`tell`, which is told `lead` before the first part."""
    waiting = [lead] if lead else []

    def told(part: str) -> None:
        while waiting:
            tell(waiting.pop())
        tell(part)

    return told


def _told(understood: str) -> str:
    """The line before an answer that says what it answers."""
    lead = "理解为：" if is_chinese(understood) else "Understood as: "
    return f"*{lead}{understood}*\n\n"
