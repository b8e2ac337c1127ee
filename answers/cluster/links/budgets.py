"""Disruption budgets by what they allow now: `which budgets would block a drain`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from answers.cluster import scripts
from answers.cluster.links.asked import Asked, listing
from answers.cluster.said import Draft, Spot, titled
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import at

_KIND = "PodDisruptionBudget"
_ABOUT = r"(?:pod )?disruption ?budgets?|poddisruptionbudgets?|pdbs?|budgets?"
_EVICTED = r"evict\w*|disrupt\w*|drain\w*|(?:tak(?:e|ing)|go(?:es|ing)?|be) (?:down|away|offline)|volunt\w+"
_NONE = re.compile(
    rf"\b(?:zero|no|none|0|not? (?:a single|any|one|even one)|without|n't) (?:\w+ ){{0,4}}?(?:{_EVICTED})"
    rf"|(?:{_EVICTED})(?: \w+){{0,3}} (?:is |are |at |of |be )*(?:zero|0|none|not (?:allowed|possible|permitted))\b"
    r"|\b(?:block|forbid|forbad|prevent|refus|den(?:y|ies)|stop|hinder|veto|prohibit|disallow|obstruct|imped|delay)\w*"
    r"|\b(?:hold|get|stand|be)\w* (?:\w+ )?(?:up|in (?:the|our|my) way)|\b(?:not|n't|cannot) (?:allow|permit|let|tolerate|spare)"
    r"|\ballow\w* nothing|\b(?:stuck|hang)\w*"
)
_SOME = re.compile(
    rf"\b(?:allow|permit|tolerat|let|spare|accept|grant)\w*.{{0,40}}?(?:{_EVICTED})|room (?:for|left)"
)
_EMPTY = re.compile(
    r"\b(?:match|select|cover|guard|protect|apply|applies|watch|look\w* after|fit)\w* (?:over |to |on )?(?:absolutely |really )?"
    r"(?:no\b|not any|zero|nothing|none|nobody)|\b(?:without|zero|no) (?:\w+ )?pods\b|\bn(?:o|')t (?:\w+ )?(?:match|select|cover|guard|protect|apply)"
    r"|\bnothing to (?:guard|protect)"
)


def answer(one: Asked) -> Draft | None:
    """The budgets that allow no eviction, some, or guard nothing; or what those of a named object allow."""
    if one.says(r"(?:error|cost|money|time|cpu|memory) budgets?") or not _is_about(one):
        return None
    budgets = one.of(_KIND)
    text = re.sub(rf"\b(?:{_ABOUT})", "budget", one.text)
    if not budgets or not one.is_plain(
        rf"{_ABOUT}|{_EVICTED}|veto\w*|imped\w*", told=r"will|would .{0,30} if|next|before|maintenance"
    ):
        return None
    if one.reading.mentions:
        return _of_named(one, text)
    for pattern, test, words in _STATES:
        if pattern.search(text):
            return listing(one, [n for n in budgets if test(n)], budgets, words, _shows)
    return None


def _is_about(one: Asked) -> bool:
    named = [node.kind for mention in one.reading.mentions for node in mention.nodes]
    return _KIND in one.reading.kinds or _KIND in named or one.says(rf"{_ABOUT}") is not None


def _allowed(node: Node) -> int:
    found = at(node.value, "status.disruptionsAllowed")
    return found if isinstance(found, int) else 0


_STATES: tuple[tuple[re.Pattern[str], Callable[[Node], bool], str], ...] = (
    (_EMPTY, lambda node: not at(node.value, "status.expectedPods"), "with no pods to guard"),
    (_NONE, lambda node: _allowed(node) == 0, "with 0 disruptions allowed"),
    (_SOME, lambda node: _allowed(node) > 0, "with disruptions allowed"),
)


def _shows(node: Node) -> Iterator[Spot]:
    yield Spot(needles=("Condition DisruptionAllowed",))
    for field in ("disruptionsAllowed", "expectedPods"):
        yield Spot(path=("status", field))


def _of_named(one: Asked, text: str) -> Draft | None:
    """What the budgets of the one named object allow now."""
    if len(one.reading.mentions) != 1 or not re.search(rf"\b(?:{_EVICTED})", text):
        return None
    draft = Draft(sure=0.8)
    mention = one.reading.mentions[0]
    nodes = one.named(draft, mention)
    found = [n for node in nodes[:1] for other in one.beside(node, mention) for n in _over(other, one)]
    for budget in dict.fromkeys(found):
        draft.lead.append(f"{titled(budget)} allows {_allowed(budget)} disruptions now")
        draft.say(budget)
        for spot in _shows(budget):
            draft.say(budget, spot, detail=True)
        draft.objects.append(budget)
    draft.commands = [scripts.describe(node, one.kinds) for node in draft.objects]
    return draft if found else None


def _over(node: Node, one: Asked) -> list[Node]:
    """The budgets that guard an object's pods, or the object itself where it is one."""
    if node.kind == _KIND:
        return [node]
    return [
        guard
        for own in (node, *one.catalog.pods(node))
        for edge in one.catalog.graph.reaching(own.id, EdgeType.SELECTS)
        if (guard := one.catalog.graph.node(edge.source)).kind == _KIND
    ]
