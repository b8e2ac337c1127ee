"""How often a crawl of Notion looks at everything, and what the crawls between may cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connectors import milestones


@dataclass(frozen=True, slots=True)
class Pace:
    """`sweep_every`: so long a deletion may stay unnoticed in a workspace that takes more than `sweep_requests` to
    list; a smaller one is listed by each crawl. It is less than a day, as a nightly run may begin some minutes
    earlier than the one before.

    Between two sweeps the tables of databases are read again as long as the crawl stays within `few_requests`, or
    they add no more than a tenth to what it asks anyway.

    Comments on single blocks are asked for anew when they are older than `comments_every`.
    """

    sweep_every: timedelta = timedelta(hours=23)
    sweep_requests: int = 15
    few_requests: int = 25
    comments_every: timedelta = timedelta(days=7)
    milestone_documents: int = milestones.DOCUMENTS
    milestone_seconds: float = milestones.SECONDS
