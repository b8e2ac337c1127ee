"""The second part of a question, which asks on without the name: `which port has cart? And what does it load?`."""

from __future__ import annotations

import re

from answers.cluster.reading import Reader
from answers.cluster.said import Draft

_PART = re.compile(
    r"(?:[?;]\s*(?:and |also |plus )?|[,.]\s+(?:and|also|plus) |\s+(?:and|plus) )"
    r"(?=(?:(?:on|in|at|to|by|from|under|with|for) )?"
    r"(?:which|what|where|how|who|(?:is|are) there an?y?|do(?:es)? any\w*)\b)",
    re.IGNORECASE,
)
_IT = re.compile(r"\b(?:it|they|them|that one)\b", re.IGNORECASE)
_ITS = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)
_USES = re.compile(
    r"\b(?:us(?:es?|ing)|mount(?:s|ing)?|referenc(?:es?|ing)|needs?|consum(?:es?|ing)|claims?|asks? for|requests?"
    r"|points? to)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"^(?:is|are) there\b|\b(?:that|which)(?= (?:\w+ )?(?:us|mount|referenc|need|consum|claim|ask|request|point)\w*)"
)
_LEAST = 4
"""Words that a part has which can be asked alone."""
_NOT_ALONE = re.compile(
    r"\b(?:one|ones|each|those|these|this|that|there|else|others?|same|why|many|much|often|long)\b"
)


def rest(question: str, reader: Reader) -> str | None:
    """The last part with the name of the one object that the first names, as a question of its own; else None."""
    parts = _PART.split(question)
    if len(parts) != 2:
        return None
    head, tail = parts[0], parts[1].strip(" ?.!")
    first, second = reader.read(head), reader.read(tail)
    if len(first.mentions) != 1 or second.named or second.missing or len(tail.split()) < _LEAST:
        return None
    of_users = _IT.search(tail) and _USES.search(tail)
    if _NOT_ALONE.search(_RELATIVE.sub("", tail.lower())) or (second.subjects and not of_users):
        return None
    place = f" in {first.namespaces[0]}" if len(first.namespaces) == 1 else ""
    mention = first.mentions[0]
    kind = f"{mention.kinds[0].lower()} " if second.subjects and len(mention.kinds) == 1 else ""
    name = f"{kind}{mention.said}"
    if _ITS.search(tail):
        return f"{_ITS.sub(f'the {name}', tail, count=1)}{place}?"
    if _IT.search(tail):
        return f"{_IT.sub(name, tail, count=1)}{place}?"
    return None


def add(found: Draft, other: Draft) -> None:
    """Adds to an answer what the answer to its second part says more, if it is of the same place."""
    places = [{(n.cluster, n.namespace) for n in draft.objects} for draft in (found, other)]
    if not places[0] & places[1] and any(space for _, space in places[0]):
        return  # what stands in no namespace may be used in any
    new = [one for one in other.said if one not in found.said]
    if not new:
        return
    found.lead += [words for words in other.lead if words not in found.lead and not words.startswith("Read ")]
    for one in new:
        if one.node is not None:
            found.say(one.node, one.spot, detail=one.detail)
        else:
            found.quote(one.document_id, one.spot)
    found.objects += [node for node in other.objects if node not in found.objects]
    found.commands += [command for command in other.commands if command not in found.commands]
    found.sure = min(found.sure, other.sure)
