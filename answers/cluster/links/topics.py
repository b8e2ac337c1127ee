"""Answers questions about links and states, before the grammar reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from answers.cluster.links import (
    addresses,
    alerts,
    apis,
    autoscaling,
    brackets,
    budgets,
    carried_labels,
    claimed_classes,
    custom,
    entries,
    happenings,
    heap,
    holders,
    host_paths,
    literals,
    members,
    mesh,
    mounted_at,
    pinned,
    placement,
    reach,
    rollouts,
    same,
    scheduling,
    spaces,
    subjects,
    tainted,
    usage,
    waiting,
)
from answers.cluster.links.asked import asked
from answers.cluster.links.clusters import each
from answers.cluster.mentions import Mention
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft
from answers.cluster.second.rewriting import without
from answers.cluster.wording import HOW_TO, NEVER_TOLD

_TOPICS = (
    budgets.answer, apis.answer, each(rollouts.answer), each(autoscaling.answer), each(subjects.answer), each(heap.answer), each(claimed_classes.answer), carried_labels.answer, alerts.answer, each(tainted.answer), scheduling.answer, happenings.answer,
    addresses.answer, spaces.answer, entries.answer, holders.answer, reach.answer, placement.answer,
    usage.answer,
    literals.answer, host_paths.answer, members.answer, pinned.answer, mesh.answer, waiting.answer,
    brackets.answer,
    custom.answer,
)  # fmt: skip

_EARLY = each(same.answer), each(mounted_at.answer)


def early(
    question: str, reader: Reader, namespaces: Sequence[str], ordinary: Callable[[str], bool]
) -> Draft | None:
    """What is told before numbers are looked for: whether named objects have the same of something, what is mounted where."""
    reading = reader.read(question, namespaces)
    one = asked(question, reading, reader, ordinary)
    return next((draft for topic in _EARLY if (draft := topic(one)) is not None), None)


def answer(
    question: str, reader: Reader, namespaces: Sequence[str], ordinary: Callable[[str], bool]
) -> Draft | None:
    """What tells of links or states that the question clearly asks for; None where it asks for something else.

    `namespaces` are those that the caller looks at; `ordinary` tells words of plain English from names.
    """
    reading = reader.read(question, namespaces)
    if words := [m for m in reading.mentions if _is_adverb(m, reading)]:
        reading = without(reading, words)
    one = asked(question, reading, reader, ordinary)
    if (used := usage.goes(one)) is not None and used.said:
        return used
    if HOW_TO.search(one.text) or NEVER_TOLD.search(one.text):
        return None
    for topic in _TOPICS:
        if (draft := topic(one)) is not None and draft.said:
            draft.clusters = draft.clusters or list(reading.clusters)
            return draft
    return None


def _is_adverb(mention: Mention, reading: Reading) -> bool:
    """Whether the name of something is only said as `by default`."""
    before = reading.tokens[mention.first - 1].low if mention.first else ""
    return mention.said.lower() == "default" and before == "by"
