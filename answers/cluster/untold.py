"""Whether a question asks for what no object tells: money, measurements, the past and the future, people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster import access
from answers.cluster.catalog import Catalog
from answers.cluster.env_words import without_secrets
from answers.cluster.reading import Reading
from answers.cluster.time_filters import without_times
from answers.cluster.traits.asked import Asked, plain_text, without_words
from answers.cluster.wording import UNKNOWABLE, Aspect

_ROUTING = frozenset({"VirtualService", "DestinationRule", "HTTPRoute", "Gateway", "Ingress"})
"""Kinds that say where traffic goes; how much there is says none."""
_IMAGE = re.compile(r"\S+/\S+:\S+")


def is_untold(reading: Reading, catalog: Catalog, traits: Sequence[Asked] = ()) -> bool:
    """Whether its words ask for that, and not for a right, a trait or a field whose name has such a word."""
    asked = without_secrets(without_times(without_words(unmasked(reading), traits)), reading)
    if reading.asks(r"nodeport|load ?balancers?|ingress\w*|gateways?"):
        asked = asked.replace("traffic", "")
    of_routes = _ROUTING & set(reading.kinds) or reading.asks(r"(?:external|internal) traffic polic\w+")
    if "NetworkPolicy" in reading.kinds or reading.aspect is Aspect.POLICIES or of_routes:
        asked = asked.replace("traffic", "")
    if reading.mentions and len(reading.namespaces) > 1:
        asked = asked.replace("difference between", "")  # of the same object in two places
    if reading.asks("revision history|history limits?"):
        asked = asked.replace("history", "")
    asked = _IMAGE.sub("§", asked)
    return UNKNOWABLE.search(asked) is not None and not access.is_asked(reading, catalog)


def unmasked(reading: Reading) -> str:
    """The question with exact names covered; a guessed one may be a plain word."""
    return plain_text(reading)
