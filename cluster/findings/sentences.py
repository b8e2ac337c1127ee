"""Reads plain sentences that say a value of one object: "`cart` runs 3 replicas with 768Mi of memory limit"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.findings.quantities import quantity
from cluster.findings.written import NUMBER, UNITS, Said, is_amount, is_host, is_image, is_schedule, number
from connectors.kinds import kind_of
from connectors.mentions import is_name

_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?=\S)|\n(?![ \t]*(?:[-*+]|\d+[.)])[ \t]|\n))+[.!?]?")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_NAMESPACE = re.compile(r"\b(?:in )?(?:the )?namespaces? `[^`\n]+`|`[^`\n]+` namespaces?\b", re.IGNORECASE)
"""Where something is, which is not what a sentence is about."""
_KINDS = r"(?:deployment|stateful ?set|daemon ?set|cron ?job|service|ingress|hpa|workload|app)"
_KIND_NAME = re.compile(rf"\b({_KINDS}) (?:called |named )?([a-z0-9][a-z0-9-]*)\b", re.IGNORECASE)
_NAME_KIND = re.compile(rf"\b([a-z0-9][a-z0-9-]*) ({_KINDS})\b", re.IGNORECASE)
_STARTS = re.compile(
    r"^\W*(?:the )?([A-Za-z][a-z0-9-]*)(?::| (?:runs?|has|have|uses?|is|listens|serves|keeps)\b)",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"(?:between )?(?<![\w.-])(?P<low>{NUMBER})(?: {UNITS})?(?: ?[-–—] ?| to | and |,? up to |,? and up to )"
    rf"(?P<high>{NUMBER})(?: {UNITS})\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"(?P<bound>up to |at most |at least )?(?<![\w.–-])(?P<count>{NUMBER}) {UNITS}\b", re.IGNORECASE
)
_AMOUNT = r"`?(?P<amount>\d+(?:\.\d+)?(?:[KMGT]i|[MGT]|m)?)`?(?![\w%])"
_LIMITS = (
    re.compile(
        rf"(?P<resource>memory|cpu) (?P<group>limit|request)s?(?: is| are| of|:)? {_AMOUNT}", re.IGNORECASE
    ),
    re.compile(rf"(?<![\w.]){_AMOUNT} (?P<resource>memory|cpu) (?P<group>limit|request)\b", re.IGNORECASE),
    re.compile(
        rf"(?P<group>request|limit)s? (?:is|are|of) {_AMOUNT} (?:of )?(?P<resource>memory|cpu)\b",
        re.IGNORECASE,
    ),
)
_PORT = re.compile(r"(?:\bport |listens on :?|exposes :?)`?(\d{2,5})`?(?![\w:]|\.\d)", re.IGNORECASE)
_STORAGE = re.compile(
    r"`?(\d+(?:[KMGT]i|[GT]))`? (?:of )?(?:storage|volume|disk|pvc|persistent volume)\b|"
    r"\b(?:volume|disk|pvc|storage)(?: size)?(?: is| of|:) `?(\d+(?:[KMGT]i|[GT]))`?",
    re.IGNORECASE,
)
_VERSION_WORDS = re.compile(
    r"\b(?:image(?: tag)?|tag|version)(?: is|:)? `?(v?\d+(?:\.\d+)+[\w.+-]*)`?", re.IGNORECASE
)


_OTHER_VERSION = re.compile(
    r"\b(?:charts?|helm|apis?|schemas?|protocols?|modules?|librar(?:y|ies)|sdks?|specs?|format)\b",
    re.IGNORECASE,
)
"""Things of an object that have a version of their own."""


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The spans of sentences and list items."""
    for match in _SENTENCE.finditer(text):
        if match[0].strip():
            yield match.start(), match.end()


def in_sentence(sentence: str) -> Iterator[tuple[str, str, Said]]:
    """Name, kind ('' if unsaid) and value for each value that a sentence says of the one object that it names."""
    sentence = _NAMESPACE.sub(" ", sentence)
    subject = _subject(sentence)
    if subject is None:
        return
    name, kind = subject
    # "three `cart` pods" is read as "three pods", "the memory limit of `cart` is" as "the memory limit is".
    code = rf"`{re.escape(name)}`"
    sentence = re.sub(rf"(?<=\w )(?:{code} (?={UNITS}\b)|(?:of|for) (?:the )?{code} )", "", sentence)
    for said in (*_replicas(sentence), *_amounts(sentence), *_others(sentence, name)):
        yield name, kind, said


def _subject(sentence: str) -> tuple[str, str] | None:
    """The only object that a sentence names; None where it names none or several."""
    found: dict[str, str] = {}
    for code in _CODE.findall(sentence):
        first, slash, rest = code.partition("/")
        if slash and kind_of(first) and is_name(rest):
            found[rest] = kind_of(first)
        elif is_name(code) and not kind_of(code) and not quantity(code) and "." not in code:
            found.setdefault(code, "")
    bare = _CODE.sub(lambda match: match[1] if is_name(match[1]) else " ", sentence)
    for kind, name in (*_KIND_NAME.findall(bare), *((kind, name) for name, kind in _NAME_KIND.findall(bare))):
        meant = kind_of(kind.replace(" ", ""))
        lowered = name.lower()
        if is_name(lowered) and lowered in found:
            found[lowered] = found[lowered] or meant
        elif is_name(lowered) and not found and lowered not in _NO_NAMES and not kind_of(lowered):
            found[lowered] = meant
    start = _STARTS.match(bare)
    if not found and start and is_name(start[1].lower()) and start[1].lower() not in _NO_NAMES:
        found[start[1].lower()] = ""
    return next(iter(found.items())) if len(found) == 1 else None


_NO_NAMES = frozenset(
    {"the", "a", "an", "this", "that", "it", "its", "each", "every", "our", "your", "of", "in", "is", "and", "one",
     "all", "which", "we", "they", "there", "these", "as", "by", "for", "with", "to", "on", "at", "same", "such",
     "team", "kubernetes"}
)  # fmt: skip


def _replicas(sentence: str) -> Iterator[Said]:
    match = _RANGE.search(sentence)
    if match:
        low, high = number(match["low"]), number(match["high"])
        if low < high:
            yield Said("replicas", match[0].strip(), low, high)
        return
    counts = list(_COUNT.finditer(sentence))
    if len(counts) != 1:
        return
    count, bound = number(counts[0]["count"]), (counts[0]["bound"] or "").strip().lower()
    least = None if bound in ("up to", "at most") else count
    yield Said("replicas", counts[0][0].strip(), least, None if bound == "at least" else count)


def _amounts(sentence: str) -> Iterator[Said]:
    found: dict[str, set[str]] = {}
    for pattern in _LIMITS:
        for match in pattern.finditer(sentence):
            what = f"{match['resource'].lower()} {match['group'].lower()}"
            if match["resource"].lower() == "cpu" or is_amount(match["amount"]):
                found.setdefault(what, set()).add(match["amount"])
    for match in _STORAGE.finditer(sentence):
        found.setdefault("storage", set()).add(match[1] or match[2])
    for what, amounts in found.items():
        if len(amounts) == 1:
            yield Said(what, amounts.pop())


def _others(sentence: str, name: str) -> Iterator[Said]:
    codes = [code for code in _CODE.findall(sentence) if code != name]
    images = [code for code in codes if is_image(code)]
    if len(images) == 1 and re.search(r"\bimages?\b|\bruns?\b", sentence, re.IGNORECASE):
        yield Said("image", images[0])
    elif not _OTHER_VERSION.search(sentence) and len(versions := set(_VERSION_WORDS.findall(sentence))) == 1:
        yield Said("version", versions.pop().rstrip("."))
    schedules = [code for code in codes if is_schedule(code)]
    if len(schedules) == 1:
        yield Said("schedule", schedules[0])
    hosts = [code for code in codes if is_host(code)]
    if len(hosts) == 1 and re.search(
        r"\b(?:host|hostname|domain|serves|reachable|ingress)\b", sentence, re.IGNORECASE
    ):
        yield Said("host", hosts[0])
    ports = set(_PORT.findall(sentence))
    if len(ports) == 1:
        yield Said("port", ports.pop())
