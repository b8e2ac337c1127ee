"""Answers by a container or an image that a question names, which is no object: what runs it, with which image."""

from __future__ import annotations

import re

from answers.cluster import scripts
from answers.cluster.catalog import Catalog, containers
from answers.cluster.fields import Path
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted, listed, told_apart
from answers.cluster.wording import HOW_TO, UNKNOWABLE
from cluster.graph import Node
from cluster.values import text

SURE = 0.6
_MOST = 20
_PART = re.compile(r"images?|sidecars?")
_ASKS_WHO = re.compile(
    r"\b(?:who|which (?!image|version|tag|container|sidecar)\w+|what)\b(?! (?:is|are|does|version|tag|image)\b)"
)


def carried(reading: Reading, reader: Reader, *, said_so: bool = False) -> Draft | None:
    """The workloads with the one container or image that is named; None where none is named so.

    `said_so`: only where the question calls it one, since the word is the name of an object too.
    """
    if HOW_TO.search(reading.masked) or UNKNOWABLE.search(reading.masked):
        return None
    words = _called(reading) if said_so else _unexplained(reading)
    if len(words) != 1:
        return None
    found = _running(words[0], reading, reader.catalog)
    if not found:
        return None
    draft = Draft(sure=SURE, clusters=list(reading.clusters))
    called = told_apart(node for node, _ in found)
    names = listed((called[node.id] for node, _ in found), _MOST)
    draft.lead.append(f"{counted(len(found), 'workload')} run{'s' * (len(found) == 1)} {words[0]}: {names}")
    for node, path in found[:_MOST]:
        draft.say(node, Spot(short=2))
        for field in ("name", "image"):
            draft.say(node, Spot(path=(*path, field)), detail=True)
    draft.left_out = max(0, len(found) - _MOST)
    draft.objects = [node for node, _ in found]
    kinds = list(dict.fromkeys(node.kind for node in draft.objects))
    draft.commands = scripts.of_list(draft, reading, kinds, [], reader.kinds)
    draft.commands += [scripts.describe(node, reader.kinds) for node in draft.objects[:2]]
    return draft


def _unexplained(reading: Reading) -> list[str]:
    """The words like names that nothing else explains, where no object is named."""
    found = (word.lower() for word in (*reading.missing, *reading.unknown) if "-" in word)
    return [] if reading.mentions else list(dict.fromkeys(found))


def _called(reading: Reading) -> list[str]:
    """What the question asks for the carriers of: `who ships the spark-ui-proxy image`."""
    if not _ASKS_WHO.search(reading.masked):
        return []
    return [
        mention.said.lower()
        for mention in reading.mentions
        if mention.last < len(reading.tokens) and _PART.fullmatch(reading.tokens[mention.last].low)
    ]


def _running(word: str, reading: Reading, catalog: Catalog) -> list[tuple[Node, Path]]:
    """The workloads with a container of this name or image, and where the first of those stands."""
    found: list[tuple[Node, Path]] = []
    for node in catalog.workloads(reading.namespaces, reading.clusters):
        for group, place, container in containers(node):
            if word in (text(container, "name").lower(), _repository(text(container, "image")).lower()):
                found.append((node, (*group.split("."), place)))
                break
    return found


def _repository(image: str) -> str:
    """The last part of an image's name, without its tag."""
    return image.rsplit("/", 1)[-1].partition("@")[0].partition(":")[0]
