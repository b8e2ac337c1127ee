"""Several counts in one question: `how many are Bound and how many Pending`, `how many jobs and how many have failed`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from answers.cluster import scripts
from answers.cluster.candidates import chosen, kind_word, passes, where_of
from answers.cluster.conditions import Filter
from answers.cluster.numeric.asked import Plan, conditions, is_untold, subjects_of
from answers.cluster.overviews import quote_count
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted
from cluster.graph import Node
from cluster.values import text

_COUNTS = re.compile(
    r"(?<![\w-])(?:how many|(?:the |what )?number(?: of)?|the count of|what count)(?![\w-])", re.IGNORECASE
)
_REST = re.compile(
    r"(?:how many|what number) (?:of (?:them|those|these) )?(?:are |is |do |does |have |has )?(?:not|n't|don't|aren't|isn't|haven't|without|others?|don t|aren t|isn t|doesn t)(?: (?:any|one|it|them))?[ ?.!]*$",
    re.IGNORECASE,
)
_FITS = re.compile(r"how many pods (?:can|could|may|fit)\b|pods? (?:capacity|slots?)")
_DETAILED = 12
_FEW = 6


def answer(reading: Reading, reader: Reader, plan: Plan) -> Draft | None:
    """All the counts that a question asks for; None where it asks for one only, or one is not understood."""
    places = [match.start() for match in _COUNTS.finditer(reading.text)]
    if len(places) < 2:
        return None
    if is_untold(reading.masked):
        return None
    head = reading.text[: places[0]]
    parts = [reading.text[a:b] for a, b in zip(places, [*places[1:], len(reading.text)], strict=True)]
    draft = Draft(clusters=list(reading.clusters), settled=True)
    kinds = subjects_of(reader.read(head))
    before: tuple[list[Node], list[Node]] | None = None
    for part in parts:
        part = re.sub(r"(?:[\s,;:–—-]+|\band\b|\bof\b)*$", "", part)
        if before is not None and _FITS.search(part) and before[0] and before[0][0].kind == "Node":
            _say_fits(draft, before[0])
            continue
        told = _count(part, kinds, reading, reader, before)
        if told is None:
            return None
        kinds, found, nodes, filters = told
        before = found, nodes
        _say(draft, kinds, found, nodes, filters, reading, reader)
    return draft


def _count(
    part: str, kinds: tuple[str, ...], reading: Reading, reader: Reader,
    before: tuple[list[Node], list[Node]] | None,
) -> tuple[tuple[str, ...], list[Node], list[Node], list[Filter]] | None:  # fmt: skip
    """The kinds, the objects, those that they are chosen of, and the conditions of one count."""
    if before is not None and _REST.match(part):
        found = [node for node in before[1] if node not in before[0]]
        return kinds, found, before[1], [Filter("that are not so", lambda node: True)]
    own = reader.read(part)
    kinds_here = subjects_of(own) or kinds
    if not kinds_here or "Event" in kinds_here:
        return None
    places = own.namespaces or (reading.namespaces if len(reading.namespaces) == 1 else [])
    if len(reading.namespaces) > 1 and not own.namespaces:
        return None
    here = replace(own, namespaces=places, clusters=reading.clusters)
    nodes = chosen(here, reader.catalog, kinds_here)
    filters = conditions(here, kinds_here, reader.catalog)
    if filters is None or (not filters and before is not None and kinds_here == kinds and not own.namespaces):
        return None
    return kinds_here, [node for node in nodes if passes(node, filters)], nodes, filters


def _say(
    draft: Draft, kinds: Sequence[str], found: list[Node], nodes: list[Node], filters: Sequence[Filter],
    reading: Reading, reader: Reader,
) -> None:  # fmt: skip
    word = kind_word(kinds)
    conditions_ = "".join(f" {one.words}" for one in filters)
    of = f" of {len(nodes)}" if filters else ""
    places = list(dict.fromkeys(node.namespace for node in nodes)) if reading.namespaces else []
    where = where_of(replace(reading, namespaces=places)) if len(places) == 1 else where_of(reading)
    draft.lead.append(f"{counted(len(found), word)}{of}{where}{conditions_}")
    quote_count(draft, reading.namespaces, nodes, word)
    for node in found[:_DETAILED]:
        quoted = tuple(text for one in filters for text in one.quoted(node))
        draft.say(node, Spot(short=2 if len(found) <= _FEW else 1, needles=quoted))
        for path in (path for one in filters for path in one.fields(node)):
            draft.say(node, Spot(path=path), detail=True)
    draft.left_out += max(0, len(found) - _DETAILED)
    draft.objects += [node for node in found if node not in draft.objects]
    arguments = [word for one in filters for word in one.arguments] if not draft.commands else []
    shown = list(dict.fromkeys(node.kind for node in found or nodes))[:5]
    commands = scripts.of_list(Draft(objects=found), reading, shown, arguments, reader.kinds)
    draft.commands += [command for command in commands if command not in draft.commands]


def _say_fits(draft: Draft, nodes: Sequence[Node]) -> None:
    """How many pods nodes may run."""
    sizes = dict.fromkeys(text(node.value, "status.allocatable.pods") for node in nodes)
    draft.lead.append(f"Pods that each may run: {', '.join(sizes)}")
    for node in nodes[:_DETAILED]:
        draft.say(node, Spot(path=("status", "allocatable", "pods")), detail=True)
