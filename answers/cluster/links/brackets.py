"""A value in brackets says in the object's own word what a question describes: `survive their claim (Retain)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from answers.cluster.conditions import Filter
from answers.cluster.filters import filters_of
from answers.cluster.links.asked import Asked, listing
from answers.cluster.said import Draft, Spot
from cluster.graph import Node

_BRACKET = re.compile(r"\((?:i\.?e\.?,? |= ?|aka |policy |type )?[\"'`]?([A-Za-z][\w.-]{2,40})[\"'`]?\)")
_LISTS = r"which|what|how many|list|show|any|number of|all|name"
_DENIES = r"without|except|other than"


def answer(one: Asked) -> Draft | None:
    """The objects of the kind that hold the value which stands in brackets."""
    found = _BRACKET.search(one.reading.text)
    if (
        found is None
        or one.reading.mentions
        or not one.reading.subjects
        or not one.says(_LISTS)
        or one.says(_DENIES)
    ):
        return None
    kinds = one.reading.subjects[0].kinds
    reading = replace(one.reader.read(f"with {found[1]}"), unknown=[found[1]])
    filters, explained = filters_of(reading, kinds, one.catalog)
    left = {word.lower() for word in (*reading.unknown, *reading.missing)} - explained
    if not filters or left or any(one.unwell for one in filters):
        return None
    among = one.of(*kinds)
    held = [node for node in among if all(f.test(node) for f in filters)]
    if not held:
        return None
    draft = listing(one, held, among, " ".join(f.words for f in filters), partial(_shown, filters))
    draft.sure = 0.7
    return draft


def _shown(filters: Sequence[Filter], node: Node) -> Iterator[Spot]:
    return (Spot(path=path) for one in filters for path in one.fields(node))
