"""Whether a question without a name or a kind is about all that runs in the clusters."""

from __future__ import annotations

from answers.cluster.candidates import superlative
from answers.cluster.reading import Reading
from answers.cluster.wording import COMPARED, Aspect

_UNWELL = (
    r"broken|wrong|stuck|crash\w*|unschedulable|since when|fail\w*|unhealthy|down|(?:not|isn t|aren t) (?:\w+ )?"
    r"(?:ok|well|healthy|ready|running|working)"
)
_OTHER = r"restart\w*|up to date|happened|deploy\w*"
"""What was asked beside it: the unwell objects do not tell that."""
_MEASURED = r"memory|cpu|replicas?|restarts?|containers?|limits?|requests?"


def everywhere(reading: Reading) -> bool:
    """Whether the question is about everything there is."""
    general = (Aspect.HEALTH, Aspect.EXPOSED, Aspect.EVENTS, Aspect.WHY, Aspect.IMAGE)
    words = r"clusters?|anything|everything|something|all|workloads?|kubernetes|k8s|images?|things?|warnings?|events?"
    if (
        reading.aspect is Aspect.EXPOSED
        and not reading.unknown
        and reading.asks(r"(?:what|which) (?:\w+ )?(?:is|are)|anything")
    ):
        return True  # `what is exposed to the internet` is asked of the cluster
    if (
        reading.aspect in (Aspect.HEALTH, Aspect.WHY)
        and not reading.unknown
        and reading.asks(r"what|which|who|any\w*|some\w*|every\w*|all")
        and reading.asks(_UNWELL)
        and not reading.asks(_OTHER)
    ):
        return True  # `what is broken and why`
    compares = superlative(reading) or COMPARED.search(reading.masked)
    if (
        compares
        and not reading.unknown
        and reading.asks(r"who|what|which|any\w*|top")
        and reading.asks(_MEASURED)
    ):
        return True  # `who has the highest cpu limit`
    return reading.aspect in general and reading.asks(words) and len(reading.unknown) <= 1
