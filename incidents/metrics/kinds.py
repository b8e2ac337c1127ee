"""What a metric measures, by the words of its name."""

from __future__ import annotations

import re
from enum import StrEnum


class Kind(StrEnum):
    """What is measured."""

    LATENCY = "latency"
    SUCCESS = "success"
    ERRORS = "errors"
    TRAFFIC = "traffic"
    CPU = "cpu"
    THROTTLING = "throttling"
    MEMORY = "memory"
    RETRANSMISSIONS = "retransmissions"
    OTHER = "other"


_WORDS = (
    (Kind.RETRANSMISSIONS, r"retr?ans|retransmi"),
    (Kind.THROTTLING, r"throttl|cfs"),
    (Kind.LATENCY, r"latenc|duration|response.?time|\bp\d\d\b|p(?:50|90|95|99)|delay|elapsed"),
    (Kind.SUCCESS, r"success|availability|uptime"),
    (Kind.ERRORS, r"error|fault|fail|5xx|4xx"),
    (Kind.CPU, r"cpu"),
    (Kind.MEMORY, r"mem"),
    (
        Kind.TRAFFIC,
        r"rps|qps|request|traffic|receive|transmit|throughput|network|bytes|packets|inbound|outbound",
    ),
)


def kind_of(metric: str) -> Kind:
    """The kind of a metric's name: `p90latency`, `cpu_cfs`, `tcp_retrans`."""
    return next((kind for kind, words in _WORDS if re.search(words, metric, re.IGNORECASE)), Kind.OTHER)


def is_typical(metric: str) -> bool:
    """Whether a latency is that of the typical call (median or mean), not of the slowest ones."""
    return bool(re.search(r"p50|median|avg|average|mean", metric, re.IGNORECASE))
