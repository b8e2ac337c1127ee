"""What the words around a statement make of it: of now or of once, for sure or in some case, of which environment."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from connectors import environments
from connectors.documents import Document, Section

_PAST = (
    r"was|were|had|used to|formerly|previously|former|once|until|till|no longer|not any ?more|any ?more|old|older|"
    r"deprecat\w+|obsolete|legacy|remov\w+|delet\w+|replac\w+|renam\w+|migrat\w+|moved?|retired?|decommission\w*|"
    r"gone|superseded|before|instead of|since then|in the past|back then|did|rais\w+ from|dropped|disabled|archived?"
)
_NOT_YET = (
    r"will|would|shall|should|could|might|may|plan\w*|propos\w+|going to|soon|upcoming|future|to-?do|idea|once we|"
    r"let us|let's|next (?:week|month|quarter|year|release)|want\w*|not yet|draft|target"
)
_IN_SOME_CASE = (
    r"if|when|whenever|after|afterwards|"
    r"while|during|unless|except|temporar\w+|for the sale|black friday|peak|load test|for now|"
    r"e\.g\.|for example|for instance|such as|say|suppose|assum\w+|imagine|example|sample|demo\w*|usually|typically|"
    r"default\w*|recommend\w*|suggest\w*|at night|weekends?|maximum|minimum|maybe|perhaps|about|around|roughly|"
    r"approximately|almost|nearly|or so|any|each|every|per|not|never|no|without|cannot|can't|don't|doesn't|isn't"
)
_CHANGE = (
    r"set|scale[sd]?|scaling|rais\w+|increas\w+|chang\w+|bump\w*|lower\w*|reduc\w+|edit|patch|add|new|open|forward\w*|connect|"
    r"upgrad\w+|updat\w+|downgrad\w+|roll(?:ed)? back|switch\w*|from|enough|more|another|extra|fewer|less"
)


def _words(*groups: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(groups)})(?![\w-])", re.IGNORECASE)


_OF_NO_VALUE = _words(_PAST, _NOT_YET, _IN_SOME_CASE, _CHANGE)
_OF_NO_OBJECT = _words(
    _PAST,
    r"will|plan\w*|propos\w+|going to|soon|upcoming|future|to-?do|not yet|draft|"
    r"example|sample|e\.g\.|for instance|such as|suppose|imagine|no|not|never",
)
_ORDER = re.compile(r"[\W\d]*(?:use|try|run|start|begin)\b", re.IGNORECASE)
"""How a sentence begins that tells its readers what to do."""
_OF_NO_USE = _words(
    r"was|were|used to|formerly|previously|until (?:\d{4}|recently|last)|no longer|deprecat\w+|obsolete|legacy|removed|"
    r"old|replaced|retired|considered|will|planned|upcoming|once we|example|sample|e\.g\.|for instance|"
    r"such as|suppose|imagine"
)
_RECORD = re.compile(
    r"(?<![a-z])(?:post-?mortems?|retrospectives?|adrs?|decisions?|rfcs?|proposals?|minutes|meeting|weekly|stand-?up|"
    r"load tests?|changelog|changes|what.s new|release notes|archived?|deprecated|obsolete|superseded|"
    r"migrat\w+|tutorials?|"
    r"examples?|samples?|decommission\w*|incident reports?|drafts?|old|legacy|history|fixtures?|testdata|"
    r"test data)(?![a-z])",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?<!\d)20\d\d-[01]\d-[0-3]\d(?!\d)|(?<!\d)20\d\d-[01]\d(?!\d)")
_ENDED = re.compile(
    r"^status:\s*[\"']?(?:superseded|deprecated|archived|obsolete|draft|rejected|proposed)", re.M | re.I
)
_MAKES = re.compile(
    r"\b(?:kubectl|k|oc)\b[^\n`]*\s(?:apply|create|run|replace)\b|\bhelm\b[^\n`]*\s(?:install|upgrade)\b|"
    r"\bkustomize build\b|\bflux create\b",
)
_INSTALLS = re.compile(r"\bhelm\b[^\n`]*\s(?:install|upgrade)\s+([^\n`]*)")
_SHOWN_AS_MODEL = re.compile(
    r"\b(?:example|sample|template|like (?:this|so|the following)|for instance|e\.g\.|similar to|looks like|add|create|"
    r"creates?|new|save|copy|paste|write|put|replace|change|apply|define|minimal|basic|skeleton|typical|starter|should|would|must|old|before|"
    r"previous\w*|used to)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"`[^`\n]*`")
"""Code in a sentence: its words are names, whatever they mean elsewhere."""
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_NAMES_OF_ENVIRONMENTS = frozenset(
    {"production", "prod", "prd", "staging", "stg", "preproduction", "preprod", "pre-production", "pre-prod",
     "development", "dev", "qa", "uat", "sandbox"}
)  # fmt: skip
"""Spellings that name an environment in a sentence; others (`test`, `live`) mean too much else."""
_CALLED_ENVIRONMENT = re.compile(r"(?<![\w-])([a-z]+) (?:environment|env|cluster)\b", re.IGNORECASE)
"""Where any name of one does: `the test environment`."""


def of_now(document: Document) -> bool:
    """Whether a page speaks of how things are: no record of a meeting or an incident, no decision, no archive."""
    words = " / ".join((document.title, document.path or "", *document.breadcrumbs, *document.labels))
    return not (_RECORD.search(words) or _DATE.search(words) or _ENDED.search(document.text[:2_000]))


def makes_objects(document: Document) -> bool:
    """Whether a page tells its readers to create what it shows."""
    return _MAKES.search(document.text) is not None


def without_code(sentence: str) -> str:
    """The sentence without its code spans."""
    return _CODE.sub(" ", sentence)


def installed(document: Document) -> frozenset[str]:
    """The words behind `helm install` and `helm upgrade`: the release, after which what it makes is called."""
    return frozenset(word for line in _INSTALLS.findall(document.text) for word in line.split())


def states_value(sentence: str) -> bool:
    """Whether a sentence says how something is: not how it was, will be, is in some case or is to be changed."""
    words = without_code(sentence)
    return _OF_NO_VALUE.search(words) is None and _ORDER.match(words) is None


def states_object(sentence: str) -> bool:
    """Whether a sentence names something as there: no example and nothing of the past or of the future."""
    return _OF_NO_OBJECT.search(without_code(sentence)) is None


def runs_now(before: str) -> bool:
    """Whether the sentence right before commands says nothing against their being of use today."""
    last = re.split(r"(?<=[.!?])\s+", before.strip())[-1]
    return _OF_NO_USE.search(last) is None


def is_model(before: str) -> bool:
    """Whether the text before a block introduces it as an example, or as something to be written."""
    return _SHOWN_AS_MODEL.search(before) is not None


def before(sections: Sequence[Section], section: Section) -> str:
    """The text right before a section under the same heading, and that heading."""
    place = bisect_left(sections, section.start, key=lambda one: one.start)
    above = sections[place - 1] if place else None
    words = above.text if above is not None and above.heading_path == section.heading_path else ""
    return f"{' '.join(section.heading_path[1:])}\n{words}"


def environments_in(words: str) -> frozenset[str]:
    """The environments that a text names."""
    found = {word.lower() for word in _TOKEN.findall(words)} & _NAMES_OF_ENVIRONMENTS
    said = {match[1].lower() for match in _CALLED_ENVIRONMENT.finditer(words)}
    return frozenset(environments.canonical(word) for word in found | said) - {""}
