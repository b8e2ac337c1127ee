"""Whether all objects of a kind are so, and which are not: `do all deployments set limits`."""

from __future__ import annotations

import re

from answers.cluster import scripts
from answers.cluster.candidates import chosen, kind_word, passes, where_of
from answers.cluster.numeric.asked import Plan, blanked, conditions, is_untold, subjects_of
from answers.cluster.overviews import quote_count
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted, listed, plainly, told_apart
from cluster.graph import Node

_ALL = re.compile(
    r"^\W*(?:so |and |tell me (?:if|whether) |check (?:if|whether|that) |verify (?:if|whether|that) |is it true that )?"
    r"(?:do|does|are|is|have|has|did)?\s*(?:really )?(?P<all>all(?: of)?(?: the| our| my)?|every(?: single)?(?: one of)?(?: the| our)?|each(?: of)?(?: the| our)?|both)(?= )"
)
_REST = re.compile(
    r"[,;?.:]\s*(?:or |and )?(?:if not|which|what|who|is there|are there|or|any|list|name|tell|where|how many|else|otherwise)\b.*$"
    r"|(?<![\w-])or (?:is|are) there .*$|(?<![\w-])or (?:do|does|not|only|some|just) ?.*$|(?<![\w-])and (?:if not|which|who|what) .*$"
)
_SHOWN = 25


def answer(reading: Reading, reader: Reader, plan: Plan) -> Draft | None:
    """Whether all are so; None where that is not asked, or not understood."""
    said = _ALL.match(reading.masked)
    if said is None:
        return None
    if is_untold(reading.masked):
        return None
    spans = [(0, said.end("all"))]
    if rest := _REST.search(reading.masked):
        spans.append(rest.span())
    kinds = subjects_of(reading, spans)
    if not kinds or "Event" in kinds:
        return None
    left = blanked(reading, spans)
    if kinds == ("Namespace",):
        return _of_namespaces(left, reader)
    if not re.search(
        r"(?<![\w-])(?:do|does|are|is|have|has|set|sets|define\w*|run|runs|use|uses|come|carry)(?![\w-])",
        reading.masked,
    ):
        return None
    filters = conditions(left, kinds, reader.catalog)
    nodes = chosen(left, reader.catalog, kinds)
    if (
        not filters
        or not nodes
        or any(one.unwell or one.words.startswith("with an image") for one in filters)
    ):
        return None
    words = "".join(f" {one.words}" for one in filters)
    bad = [node for node in nodes if not passes(node, filters)]
    draft = _told(nodes, bad, words, kind_word(kinds), reading)
    for node in (bad or nodes)[:_SHOWN]:
        draft.say(node, Spot(short=2))
        for path in (path for one in filters for path in one.fields(node)):
            draft.say(node, Spot(path=path), detail=True)
    draft.left_out = max(0, len(bad or nodes) - _SHOWN)
    draft.commands = scripts.of_list(
        draft, reading, list(dict.fromkeys(n.kind for n in nodes))[:5], [], reader.kinds
    )
    return draft


def _told(nodes: list[Node], bad: list[Node], words: str, word: str, reading: Reading) -> Draft:
    draft = Draft(clusters=list(reading.clusters), settled=True, objects=bad or list(nodes))
    called = told_apart(nodes, plainly)
    where = where_of(reading)
    if bad:
        good = len(nodes) - len(bad)
        plural = counted(2, word).partition(" ")[2]
        draft.lead.append(
            f"No: {good} of {counted(len(nodes), word)}{where} are{words}, {len(bad)} are not: {listed((called[n.id] for n in bad), 30)}"
        )
        if not good:
            draft.lead[-1] = (
                f"No: none of the {len(nodes)} {plural}{where} is{words}: {listed((called[n.id] for n in bad), 30)}"
            )
    else:
        draft.lead.append(f"Yes: all {counted(len(nodes), word)}{where} are{words}")
    quote_count(draft, reading.namespaces, nodes, word)
    return draft


def _of_namespaces(reading: Reading, reader: Reader) -> Draft | None:
    """Whether every namespace has an object of a kind."""
    others = [s for s in reading.subjects if "Namespace" not in s.kinds]
    kinds = others[0].kinds if len(others) == 1 else ()
    if not kinds or reading.namespaces:
        return None
    spans = [(reading.tokens[s.first].start, reading.tokens[s.last - 1].end) for s in reading.subjects]
    filters = conditions(blanked(reading, spans), kinds, reader.catalog)
    if filters is None or filters or re.search(r"(?<![\w-])(?:no|not|without)(?![\w-])", reading.masked):
        return None
    spaces = reader.catalog.of(("Namespace",), clusters=reading.clusters)
    having = {(n.cluster, n.namespace) for n in reader.catalog.of(kinds, clusters=reading.clusters)}
    bad = [one for one in spaces if (one.cluster, one.name) not in having]
    plural = counted(2, kind_word(kinds)).partition(" ")[2]
    draft = Draft(clusters=list(reading.clusters), settled=True, objects=bad or spaces)
    called = told_apart(spaces, plainly)
    draft.lead.append(
        f"No: {len(bad)} of {counted(len(spaces), 'Namespace')} have no {plural}: {listed((called[n.id] for n in bad), 40)}"
        if bad
        else f"Yes: all {counted(len(spaces), 'Namespace')} have {plural}"
    )
    draft.say_all(bad or spaces, Spot(short=1))
    shown = list(dict.fromkeys(kinds))[:5]
    draft.commands = scripts.of_list(
        Draft(objects=reader.catalog.of(kinds)), reading, shown, [], reader.kinds
    )
    return draft
