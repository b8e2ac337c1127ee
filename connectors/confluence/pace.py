"""How often a crawl of Confluence looks at everything, and tells how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connectors import milestones


@dataclass(frozen=True, slots=True)
class Pace:
    """`sweep_every`: so long a permission, a move or a label may stay unnoticed in a site that is too large for
    `sweep_requests`; sites that can be listed with all permissions in so few are, in each crawl. It is less than a
    day, as a nightly run may begin some minutes earlier than the one before.

    After `milestone_documents`, or as many seconds as `milestone_seconds`, a crawl tells how far it has come; one of
    a very large site less often, as each milestone holds all that went before.
    """

    sweep_every: timedelta = timedelta(hours=23)
    sweep_requests: int = 15
    milestone_documents: int = milestones.DOCUMENTS
    milestone_seconds: float = milestones.SECONDS
