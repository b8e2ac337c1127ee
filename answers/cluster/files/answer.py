"""Tells the settings in files of ConfigMaps that a question asks for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from answers.cluster import scripts
from answers.cluster.fields import named_fields
from answers.cluster.files.entries import IDENTITY, Entry, entries_of
from answers.cluster.files.found import SMALL, Match, Told, find, followed, whole
from answers.cluster.files.held import Held, held
from answers.cluster.files.words import FILE_WORDS, Clause, clauses
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, listed, told_apart
from answers.cluster.second.phrasings import FOREIGN
from answers.cluster.wording import HOW_TO, NEVER_TOLD, UNKNOWABLE

_SURE, _SURE_LATE = 0.8, 0.5
_WHICH = frozenset({"which", "what", "whose"})
_MOST, _PARTS = 8, 12
_CLEAR, _EXPLICIT, _PART = 0.75, 0.6, 0.5
"""How much has to be explained: of any question, of one for settings, of one without other unknown words."""
_STATES = re.compile(
    r"\b(?:firing|fired|fires right|active|pending|happen\w*|last (?:time|hour|night|week|day)|yesterday|today|ago"
    r"|since when|how far|behind|lag\w*|receiv(?:ed|ing) .{0,20}now|per (?:second|minute|hour|day)|who|whom)\b"
)
"""Asks how something is, not how it is set up."""
_SECRET = re.compile(
    r"\b(?:passwords?|passwd|credentials?|tokens?|secrets?|(?:api|private|access)[ -]?keys?)\b"
)


def answer(
    question: str,
    reader: Reader,
    namespaces: Sequence[str],
    ordinary: Callable[[str], bool],
    *,
    late: bool = False,
) -> Draft | None:
    """The settings that say what is asked; `late`: nothing else answers, so that fewer of its words are enough."""
    reading = reader.read(question, namespaces)
    low = question.lower()
    if any(pattern.search(low) for pattern in (HOW_TO, NEVER_TOLD, _SECRET, _STATES)):
        return None
    where = held(reading, reader.catalog)
    files = [(node, entries) for node in where.nodes if (entries := entries_of(node))]
    if not files:
        return None
    parts = clauses(question, reading, where)
    told = [found for clause in parts if (found := find(clause, files)) is not None and found.keyed]
    if not told or not _is_enough(reading, where, parts, told, low, ordinary, late):
        return None
    return _told(told, {node.id: entries for node, entries in files}, reader, reading, late)


def _is_enough(
    reading: Reading, where: Held, parts: Sequence[Clause], told: Sequence[Told], low: str,
    ordinary: Callable[[str], bool], late: bool,
) -> bool:  # fmt: skip
    """Whether so many words are explained, some of which nothing else explains, that no other reading is meant."""
    keyed = {word for one in told for word in one.keyed}
    words = {word for clause in parts for word in clause.asked} | keyed
    explained = {word for one in told for word in one.explained & words}
    strange = {word.lower() for word in (*reading.unknown, *reading.missing)}
    explicit = FILE_WORDS.search(low) is not None
    if not keyed & strange and not (explicit and keyed):
        return False
    if not explicit and (_asks_for_objects(reading, strange, where) or _is_own(reading)):
        return False
    share = len(explained) / max(len(words), 1)
    left = words - explained
    plain = all(ordinary(word) and word not in FOREIGN for word in left)
    if not late:
        kinds = {reading.tokens[i].low for kind in reading.typed for i in range(kind.first, kind.last)}
        understood = not strange & left and (share > _PART or left <= kinds)
        several = (share >= _CLEAR and len(keyed) > 1) or (plain and any(one.whole for one in told))
        return several or understood or (explicit and share >= _EXPLICIT)
    return plain and share >= _PART and not UNKNOWABLE.search(" ".join(sorted(left)))


def _asks_for_objects(reading: Reading, strange: Collection[str], where: Held) -> bool:
    """Whether a kind of objects is asked for, whose word does not only stand before another: `probe modules`."""
    for subject in reading.subjects:
        behind = reading.tokens[subject.last].low if subject.last < len(reading.tokens) else ""
        before = reading.tokens[subject.first - 1].low if subject.first else ""
        called = reading.tokens[subject.last - 1].low in where.describing and before not in _WHICH
        names = behind in strange or called
        if not names and not {"ConfigMap", "Namespace"} & {*subject.kinds}:
            return True
    return False


def _is_own(reading: Reading) -> bool:
    """Whether a custom resource of the name has a field of the words that are asked for."""
    nodes = [n for m in reading.mentions for n in m.nodes if "." in n.group and ".k8s.io" not in n.group]
    return any(named_fields(node, reading.loose) for node in nodes)


def _told(
    found: Sequence[Told], files: Mapping[str, Sequence[Entry]], reader: Reader, reading: Reading, late: bool
) -> Draft:
    draft = Draft(sure=_SURE_LATE if late else _SURE, clusters=list(reading.clusters), settled=not late)
    for one in found:
        if one.count:
            draft.lead.append(one.count)
        matches = _outermost([whole(match, files[match.node.id]) for match in one.matches])
        for match in list(matches)[:_MOST]:
            matches += [m for m in followed(match, files[match.node.id]) if m not in matches]
        _say(draft, matches, files)
    draft.commands = [scripts.describe(node, reader.kinds) for node in draft.objects]
    return draft


def _outermost(matches: Sequence[Match]) -> list[Match]:
    """Without what stands within another one that is shown whole."""
    shown = [m for m in dict.fromkeys(matches) if m.entry.lines <= SMALL]
    return [
        m for m in dict.fromkeys(matches)
        if not any(
            m.entry.key == other.entry.key and len(other.entry.path) < len(m.entry.path)
            and m.entry.path[: len(other.entry.path)] == other.entry.path and m.node == other.node
            for other in shown
        )
    ]  # fmt: skip


def _say(draft: Draft, matches: Sequence[Match], files: Mapping[str, Sequence[Entry]]) -> None:
    if len(matches) > _MOST:
        values = Counter(str(m.entry.value) for m in matches if isinstance(m.entry.value, str))
        told = listed(f"{value} ({count})" for value, count in values.most_common(8))
        same = len({m.entry.name for m in matches}) == 1 and bool(values)
        draft.lead += [f"{len(matches)} settings {matches[0].entry.name}: {told}"] if same else []
    called = told_apart(match.node for match in matches)
    for match in matches[:_MOST]:
        node, entry = match.node, match.entry
        names = list(map(str, entry.value)) if isinstance(entry.value, dict) else []
        where = f"file {entry.key} of {called[node.id]}"
        if match.number:
            counts = isinstance(entry.value, dict | list) and match.number == str(len(entry.value))
            draft.lead.append(
                f"{match.number} {entry.name} in {where}"
                if counts
                else f"{entry.name}: {match.number} in {where}"
            )
        elif names and entry.lines > SMALL:
            draft.lead.append(f"{entry.name} in {where}: {listed(names, 20)}")
        draft.say(node, Spot(short=2))
        for first, last in _shown(entry, files[node.id]):
            draft.say(node, Spot(path=("data", entry.key), lines=(first, last)), detail=True)
        if node not in draft.objects:
            draft.objects.append(node)
    draft.left_out += max(0, len(matches) - _MOST)


def _calls(entry: Entry) -> bool:
    """Whether a setting is what the item that it stands in is called by."""
    return entry.path[-1] in IDENTITY and entry.titles[-1:] == (entry.value,)


def _shown(entry: Entry, entries: Sequence[Entry]) -> list[tuple[int, int]]:
    """The lines to quote: all of a small part, of a large one those that begin its own parts."""
    if entry.lines <= SMALL or not isinstance(entry.value, dict | list):
        return [(entry.first, min(entry.last, entry.first + SMALL))]
    inside = [e for e in entries if e.key == entry.key and e.path[:-1] == entry.path]
    if isinstance(entry.value, list):  # each item by what it is called
        inside = [e for e in entries if e.key == entry.key and e.path[:-2] == entry.path and _calls(e)]
    return [(entry.first, entry.first), *((e.first, e.first) for e in inside[:_PARTS])]
