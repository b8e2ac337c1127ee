"""The objects that meet one condition or another: `nodes that are tainted or cordoned`."""

from __future__ import annotations

import re

from answers.cluster import scripts
from answers.cluster.candidates import chosen, kind_word, passes, unexplained, where_of
from answers.cluster.conditions import Filter
from answers.cluster.filters import filters_of
from answers.cluster.overviews import quote_count
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted
from answers.cluster.traits.asked import asked_in, freed

_NO_CHOICE = frozenset("more less fewer higher lower above below greater smaller so even at".split())
"""Words behind an `or` that says something else: `three or more`."""
_DENIES = re.compile(r"\b(?:no|not|without|lack\w*|neither|never|except)\b|n't\b", re.IGNORECASE)
_ANEW = frozenset("with have has having are is use uses run runs mount mounts that which whose".split())
"""Words that begin a condition of its own: what was denied before is not denied behind them."""
_SHOWN = 40


def answer(reading: Reading, reader: Reader) -> Draft | None:
    """The objects of a kind that meet either condition of a question; None where it does not set two that differ."""
    words = [token.low for token in reading.tokens]
    if words.count("or") != 1 or reading.mentions or not reading.subjects:
        return None
    place = words.index("or")
    first = reading.subjects[0]
    kinds = first.kinds
    if first.last > place or words[place + 1 :] in ([], ["not"]) or words[place + 1] in _NO_CHOICE:
        return None
    if any(" or " in one.words for one in filters_of(reading, kinds, reader.catalog)[0]):
        return None
    at = reading.tokens[place]
    name = reading.text[reading.tokens[first.first].start : reading.tokens[first.last - 1].end]
    left, right = reading.text[: at.start], reading.text[at.end :]
    if _DENIES.search(left) and not _DENIES.search(right) and words[place + 1] not in _ANEW:
        return None  # `without a limit or a request` lacks both
    forms = (f"which {name} are {right}", f"which {name} have {right}", f"which {name} {right}")
    second = next((found for form in forms if (found := _conditions(form, kinds, reader))), [])
    sides = [_conditions(left, kinds, reader), second]
    said = [{one.words for one in side} for side in sides]
    if not all(said) or said[0] & said[1] or any(one.startswith("named ") for one in said[0] | said[1]):
        return None
    return _told(reading, reader, kinds, sides)


def _conditions(text: str, kinds: tuple[str, ...], reader: Reader) -> list[Filter]:
    """The conditions of a part of a question; none where a word is left that they do not explain."""
    part = reader.read(text)
    filters, explained = filters_of(part, kinds, reader.catalog)
    rest = freed(part, asked_in(part))
    # `probes`, which the cluster has a kind for too: a word that a condition explains names no other objects.
    others = [one for one in rest.subjects if not set(one.kinds) <= set(kinds)]
    words = {token.low for one in others for token in part.tokens[one.first : one.last]}
    alone = not part.mentions and words <= explained
    return filters if alone and not unexplained(rest, explained) else []


def _told(reading: Reading, reader: Reader, kinds: tuple[str, ...], sides: list[list[Filter]]) -> Draft:
    nodes = chosen(reading, reader.catalog, kinds)
    found = [node for node in nodes if any(passes(node, side) for side in sides)]
    word = kind_word(kinds)
    draft = Draft(clusters=list(reading.clusters), settled=True, objects=found)
    conditions = " or ".join(" ".join(one.words for one in side) for side in sides)
    number = counted(len(found), word) if found else f"No {word}"
    draft.lead.append(f"{number} of {len(nodes)}{where_of(reading)} {conditions}")
    quote_count(draft, reading.namespaces, nodes, word)
    for node in (found or nodes[:8])[:_SHOWN]:
        met = [one for side in sides if passes(node, side) for one in side]
        draft.say(node, Spot(short=2, needles=tuple(text for one in met for text in one.quoted(node))))
        for path in (path for one in met for path in one.fields(node)) if found else ():
            draft.say(node, Spot(path=path), detail=True)
    draft.left_out = max(0, len(found) - _SHOWN)
    draft.commands = scripts.of_list(draft, reading, list(kinds)[:5], [], reader.kinds)
    return draft
