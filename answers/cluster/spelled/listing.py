"""Lists the objects of a kind that meet the one condition which a question spells out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from answers.cluster import lists, scripts
from answers.cluster.candidates import chosen
from answers.cluster.conditions import Filter
from answers.cluster.fields import Path
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft


def listing(
    words: str, found: Mapping[str, Path], kinds: Sequence[str], reading: Reading, reader: Reader,
    *, lacking: bool = False, narrow: bool = False,
) -> Draft | None:  # fmt: skip
    """An answer with the objects of these kinds that are in `found`, or are not where `lacking`; None for too many.

    `found` gives the field of each by its id, `words` says the condition. With `narrow` the command looks into the one
    namespace where all of them stand.
    """
    draft = Draft(clusters=list(reading.clusters), settled=True)
    only = Filter(
        words,
        lambda node: (node.id in found) is not lacking,
        fields=lambda node: [found[node.id]] if node.id in found else [],
    )
    nodes = chosen(reading, reader.catalog, kinds)
    if not lists.tell(draft, reading, reader.catalog, kinds, nodes, [only]):
        return None
    shown = list(dict.fromkeys(node.kind for node in draft.objects)) or list(kinds)
    spaces = {node.namespace for node in draft.objects}
    if narrow and not reading.namespaces and len(spaces) == 1:
        reading = replace(reading, namespaces=[space for space in spaces if space])
    draft.commands = scripts.of_list(draft, reading, shown, [], reader.kinds)
    return draft
