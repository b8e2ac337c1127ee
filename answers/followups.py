"""Questions that a reader may ask next, made from the places that were found and not told."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from index.query import Query
from index.ranking import Candidate
from index.tokens import terms

MOST = 3
_LONGEST = 90
"""Characters of a heading; a longer one is no topic."""
_CLOSE = 0.5
"""A place counts from this share of the best score on."""

_NO_TOPIC = frozenset(
    "overview|introduction|summary|notes|note|see also|further reading|references|links|related|contents|"
    "table of contents|background|example|examples|usage|other|more|prerequisites|steps".split("|")
)
_DRESS = re.compile(r"[`*]|^(?:step\s+)?\d+(?:\.\d+)*[.):]?\s+|[\s:.]+$", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:how to|what|when to|where to|why|who|which|can|should|is|are|do|does)\b", re.IGNORECASE
)
_DOES = re.compile(
    r"(?:add|apply|approve|check|clean|clear|configure|connect|create|debug|decrypt|delete|deploy|diagnose|disable|"
    r"drain|edit|enable|encrypt|escalate|find|fix|generate|get|identify|increase|inspect|install|investigate|kill|"
    r"make|manage|migrate|move|perform|promote|purge|rebuild|recover|redeploy|reduce|remove|rename|renew|replace|"
    r"reset|resize|restart|restore|resume|retry|revert|revoke|roll|rotate|run|see|send|suspend|switch|tell|trigger|"
    r"turn|undo|uninstall|unlock|update|upgrade|upload|verify|view|write)\s+\S"
    # Also a noun (`Release process`), unless it goes on like this.
    r"|(?:release|log|sign|set|back|scale|shut|take|turn|put|bring|clean|roll|fail|opt)\s+"
    r"(?:the|an?|your|our|it|all|any|back|up|down|out|off|over|in)\b",
    re.IGNORECASE,
)
_TO = re.compile(r"^(how|what|when|where) to\b", re.IGNORECASE)
_ASKED = {"how": "How do I", "what": "What should I", "when": "When should I", "where": "Where should I"}
_CLAUSE = re.compile(r"\b(?:is|are|was|were|has|have|does|do|can|cannot|must|will|via)\b", re.IGNORECASE)
"""A heading that is a sentence of its own, or begins in the middle of one."""
_DOING = re.compile(r"[A-Za-z]{3,}ing\s+\S")


def followups(
    ranked: Sequence[Candidate], told: Collection[tuple[str, str]], query: Query
) -> tuple[str, ...]:
    """Up to three questions about the best pages' headings that the answer did not use, best first.

    `ranked` holds only what the caller may read. `told` names the places that the answer cites, each as the
    document's id and its innermost heading.
    """
    asked: dict[str, None] = {}
    seen = {heading for _, heading in told}
    for candidate in ranked:
        card, path = candidate.card, candidate.chunk.heading_path
        if card.kind != "page" or not path or path[-1] in seen or path[-1] == card.title:
            continue
        if len(path[-1]) > _LONGEST or candidate.score < _CLOSE * ranked[0].score:
            continue
        seen.add(path[-1])
        heading = _DRESS.sub("", path[-1])
        if heading and heading.lower() not in _NO_TOPIC:
            asked[_chinese(heading, card.title) if query.chinese else question(heading, card.title)] = None
        if len(asked) == MOST:
            break
    return tuple(asked)


def question(heading: str, title: str) -> str:
    """What a person would ask to read what stands under `heading` on the page `title`."""
    if heading.endswith("?"):
        asked = heading
    elif _ASKS.match(heading):
        # "How to restart" is no question yet; "What we monitor" is close enough to one.
        asked = _TO.sub(lambda match: _ASKED[match[1].lower()], f"{heading}?")
    elif _DOING.match(heading):
        asked = f"How does {heading[0].lower()}{heading[1:]} work?"
    elif _DOES.match(heading):
        asked = f"How do I {heading[0].lower()}{heading[1:]}?"
    elif _CLAUSE.search(heading):
        return f"What does “{title}” say about “{heading}”?"
    else:
        asked = f"What about {heading}?"
    # Without its page, "What about owners?" could be about anything.
    return asked if set(terms(title)) <= set(terms(heading)) else f"{asked} ({title})"


def _chinese(heading: str, title: str) -> str:
    return f"《{title}》中关于“{heading}”怎么说？"
