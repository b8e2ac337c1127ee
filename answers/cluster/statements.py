"""Turns what is said as a statement into the question that is meant: `Only one pod restarts. Which one?`."""

from __future__ import annotations

import re

from answers.cluster import descriptions, numbered
from answers.cluster.reading import Reader

_PURPOSE = (
    r"(?:(?:for|as part of|in preparation (?:for|of)|to prepare|because of|due to|during|in) (?:the|our|my|an?|this|tomorrow's|today's|next week's) [\w' -]{2,40}?,? )?"
    r"(?:i|we)(?:'d| would|'m|'re| am| are| will|'ll)? (?:urgently |also |just |only |quickly |really )?(?:need|want|like|require|looking for|after)"
    r"(?: to (?:know|see|have|get|find out|list|count))?,?:?"
)
_BEGINNINGS = (
    re.compile(
        rf"\s*{_PURPOSE}\s+(?=(?:the |a |an )?(?:number|names?|list|count|total|sum|all|every|any|each|which|what|how|who|where|whether)\b)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\s*(?!(?:what|which|who|where|how|is|are|does|do|any\w*|every\w*|list|show|all)\b)(?:[a-z-]+ ){1,4}here\s*[.,:;!–—-]+\s*(?=\w)",
        re.IGNORECASE,
    ),
)
_NAME_THEM = re.compile(
    r"(?:,| -| –)?\s*(?:and |then )?(?:also )?(?:please |pls |kindly )?(?:name|list|show|enumerate|tell me|give me) (?:them|those|these|each|their names|the names|all of them|which)"
    r"(?: all| by name| too| please| as well)*\s*[.?!]*\s*$",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"\s*(?:there (?:is|are) )?(?:only |exactly |just |at least )?(?:one|some|a few|a couple|two|three|several|a single)(?: of)?(?: (?:the|our|my|all))? (?P<what>[^.;:?!]{8,}?)\s*[.;:,–—-]+\s*"
    r"(?:and |so |but )?which (?:ones?|of (?:them|those|these))(?: (?:is|are|was) (?:it|that|they|those|this))?(?P<rest>[ ,?!.].*|)$",
    re.IGNORECASE | re.DOTALL,
)
_OWN = r"(?:built[- ]?in|system|default|standard|pre-?defined|kubernetes(?:'s?)?(?: own)?|pre-?installed|stock|internal)"
_APART = re.compile(
    rf"(?<![\w-])(?:leaving (?:aside|out)|leave (?:aside|out)|ignoring|setting aside|apart from|aside from|besides|except(?: for)?|excluding|not counting|without counting|other than|disregarding)"
    rf" (?:all |any )?(?:the |of the )?{_OWN}(?: (?:ones|name ?spaces|ns))(?![\w-])",
    re.IGNORECASE,
)
_OF_CLUSTER = re.compile(r"default|kube-.+")


def asked(text: str, reader: Reader) -> str:
    """The question that a text means, with the names of objects that it describes."""
    text = numbered.written_out(text, reader.catalog.by_name)
    for beginning in _BEGINNINGS:
        rest = text[match.end() :] if (match := beginning.match(text)) else ""
        text = rest if len(rest.split()) > 2 else text
    if (one := _ONE.match(text)) is not None:
        text = f"which {one['what']}{one['rest'] or '?'}"
    if (end := _NAME_THEM.search(text)) is not None and len(text[: end.start()].split()) > 3:
        text = f"{text[: end.start()]}?"
    own = [name for name in reader.catalog.namespaces if _OF_CLUSTER.fullmatch(name)]
    if own and re.search(r"\bname ?spaces?\b|\bns\b", text, re.IGNORECASE):
        text = _APART.sub(f"leaving out {', '.join(own[:-1])}{' and ' * (len(own) > 1)}{own[-1]}", text)
    return descriptions.named(text, reader)
