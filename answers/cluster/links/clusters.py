"""Asks a subject of each cluster by itself, so that nothing is compared or counted across them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from answers.cluster.links.asked import Asked
from answers.cluster.said import Draft

Topic = Callable[[Asked], Draft | None]


def each(topic: Topic) -> Topic:
    """The subject, told for each cluster that the question may mean."""

    def answer(one: Asked) -> Draft | None:
        clusters = one.reading.clusters or one.catalog.clusters
        if len(clusters) < 2:
            return topic(one)
        told = [(name, draft) for name in clusters if (draft := topic(_within(one, name))) is not None]
        if len(told) < 2:
            return told[0][1] if told else None
        whole = Draft(sure=min(draft.sure for _, draft in told), clusters=[name for name, _ in told])
        for name, draft in told:
            whole.notes[name] = draft.lead
            whole.said += draft.said
            whole.objects += draft.objects
            whole.commands += [command for command in draft.commands if command not in whole.commands]
            whole.left_out += draft.left_out
        return whole

    return answer


def _within(one: Asked, cluster: str) -> Asked:
    """The question, asked of one cluster."""
    mentions = [replace(m, nodes=[n for n in m.nodes if n.cluster == cluster]) for m in one.reading.mentions]
    return replace(one, reading=replace(one.reading, clusters=[cluster], mentions=mentions))
