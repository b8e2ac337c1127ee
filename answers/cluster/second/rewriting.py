"""Makes other questions of one: of its parts, of what it is like, without names that are words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from answers.cluster.link_facts import ROUTERS
from answers.cluster.mentions import Mention
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft
from answers.cluster.second.nearest import Near
from answers.cluster.second.phrasings import filled
from answers.cluster.second.slots import Slotted
from answers.cluster.wording import Aspect

SURE = 0.7
"""At most so sure is an answer to a question that was read again."""
_BREAK = re.compile(
    r"(?<=[.?!;])\s+|\s+[-–—]+\s+|[:;,]\s+(?:so |and |but |because |since |then )?|\s+(?:because|so that|cause) "
)
_ASKS = re.compile(
    r"\b(?:wh\w+|how|is|are|was|were|do|does|did|can|has|have|show|list|give|tell|any|count|number)\b",
    re.IGNORECASE,
)
_CHANGES = re.compile(r"\b(?:rotat|chang|edit|updat|renew|replac|modif)\w*")
_STARTS_ANEW = re.compile(
    r"\b(?:restart|bounc|reload|redeploy|roll|recreat|reboot|pick|notic|affect|impact|concern)\w*"
)
_VAGUE = (None, Aspect.DESCRIBE)


def rewritten(near: Near, asked: Slotted) -> str | None:
    """The phrasing's question about what was asked of; None where it asks of other things."""
    slots = near.phrasing.slots
    values = asked.values()
    wanted = set(slots) - {"resource", "probe"}
    if "name" in wanted and "name" not in values and "node" in values:
        values["name"] = values.pop("node")
    if not wanted <= values.keys():
        return None
    if any(slot in values and slot not in slots for slot in ("name", "name2", "node")):
        return None
    question = filled(near.phrasing.means, values)
    places = [values[slot] for slot in ("namespace", "namespace2") if slot in values and slot not in slots]
    places += asked.held.get("cluster", [])
    return f"{question} in {' and '.join(places)}" if places else question


def clauses(question: str, reader: Reader) -> Iterator[str]:
    """The parts of a question that may be asked alone: all that it names and asks stands in them."""
    parts = [part.strip() for part in _BREAK.split(question) if part and part.strip()]
    if len(parts) < 2:
        return
    whole = reader.read(question)
    names = {mention.said.lower() for mention in whole.named if not mention.guessed}
    routers = _kinds(whole) & {*ROUTERS}
    for first in range(len(parts)):
        for last in range(len(parts), first, -1):
            clause = ", ".join(parts[first:last])
            reading = reader.read(clause)
            # What stands behind says what is asked: `alertmanager main: replicas`.
            behind = ", ".join(parts[last:])
            if last - first == len(parts) or (not _ASKS.search(clause) and reader.read(behind).aspects):
                continue
            if names <= _names(reading) and routers <= _kinds(reading) and reading.aspect not in _VAGUE:
                yield clause


def effect_of(reading: Reading) -> str | None:
    """Who uses the one ConfigMap or Secret of which the question asks what has to start anew when it changes."""
    mention = reading.mentions[0] if len(reading.mentions) == 1 and len(reading.named) <= 2 else None
    kinds = {node.kind for node in mention.nodes} if mention is not None and not mention.guessed else set()
    if mention is None or len(kinds) != 1 or not kinds <= {"ConfigMap", "Secret"}:
        return None
    if not _CHANGES.search(reading.masked) or not _STARTS_ANEW.search(reading.masked):
        return None
    place = f" in {reading.namespaces[0]}" if reading.namespaces else ""
    return f"who uses the {next(iter(kinds)).lower()} {mention.said}{place}"


def _kinds(reading: Reading) -> set[str]:
    return {kind for subject in reading.typed for kind in subject.kinds}


def _names(reading: Reading) -> set[str]:
    return {mention.said.lower() for mention in reading.named}


def without(reading: Reading, plain: Sequence[Mention]) -> Reading:
    """The reading with these names as words."""
    words = [word for mention in plain for word in mention.said.split()]
    return replace(
        reading,
        mentions=[m for m in reading.mentions if m not in plain],
        named=[m for m in reading.named if m not in plain],
        unknown=[*reading.unknown, *words],
    )


def words_of(reading: Reading) -> str:
    """The words of a question without the names in it."""
    return re.sub(r"§+", " ", reading.loose)


def said_as(draft: Draft, question: str, score: float) -> Draft:
    """The answer, with the question that it answers and at most as sure as its likeness."""
    draft.lead.insert(0, f"Read as `{question}`")
    draft.sure = min(draft.sure, SURE, score)
    return draft
