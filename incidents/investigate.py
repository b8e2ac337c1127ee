"""Evidence to findings to ranked causes."""

from __future__ import annotations

from incidents import checks
from incidents.causes import Ranked, rank
from incidents.evidence import Evidence
from incidents.situation import Situation
from incidents.travel import Travel


def ranked_causes(evidence: Evidence) -> tuple[list[Ranked], Travel, Situation]:
    """Everything that the checks find, the likeliest root cause first."""
    situation = Situation(evidence)
    found, travel = rank(situation, checks.run(situation))
    return found, travel, situation
