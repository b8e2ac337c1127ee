"""Objects by how their names begin, end or what they hold: `the exclusive-* pods`, `whose name starts with web`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from answers.cluster.conditions import Filter
from answers.cluster.reading import Reading
from cluster.graph import Node

Span = tuple[int, int]

_PARTS = re.compile(
    r"(?:(?:whose|with|the|that have|having) (?:an? )?(?:names?|objects? names?)|named|called|names?)(?: that| which)? "
    r"(?P<how>(?:begin|start)(?:s|ning|ting)? (?:with|in)|prefix(?:ed)?(?: with| by)?|end(?:s|ing)? (?:with|in|on)|contain(?:s|ing)?|"
    r"includ(?:es?|ing)|hold(?:s|ing)?|with)(?: the (?:word|string|text|prefix|suffix))? (?P<part>[\w.-]*\w-?)",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"(?:besides|beyond|except(?: for)?|other than|apart from|aside from|not counting|excluding|without) (?:the )?(?P<part>[\w.-]+) ones?(?![\w-])",
    re.IGNORECASE,
)
_GLOB = re.compile(
    r"(?<![\w*-])(?:(?:is |are |being )?(?:named|called) (?:like )?[\"'`]?)?(?P<glob>\*?[\w.-]+\*|\*[\w.-]*\w|[\w.-]+[-.](?:something|whatever|anything|some-?thing|xyz|xxx|\.\.\.|…|<[\w-]+>|\[[\w-]+\]))(?![\w*-])",
    re.IGNORECASE,
)
_ANY = re.compile(
    r"(?:something|whatever|anything|some-?thing|xyz|xxx|\.\.\.|…|<[\w-]+>|\[[\w-]+\])$", re.IGNORECASE
)


def by_name_part(reading: Reading) -> Iterator[tuple[Filter, Span]]:
    """The conditions on parts of names that a question sets, and where they stand in its text."""
    for match in _PARTS.finditer(reading.text):
        test, how = _of_part(match["how"].lower(), match["part"].lower())
        yield Filter(f"whose name {how} {match['part']}", test), match.span()
    for match in _BUT.finditer(reading.text):
        yield Filter(f"not named {match['part']}", _unlike(match["part"].lower())), match.span()
    for match in _GLOB.finditer(reading.text):
        pattern = _ANY.sub("*", match["glob"].lower())
        yield Filter(f"named {pattern}", _like(pattern)), match.span()


def _of_part(how: str, part: str) -> tuple[Callable[[Node], bool], str]:
    if how.startswith(("begin", "start", "prefix")):
        return (lambda node: node.name.lower().startswith(part)), "begins with"
    if how.startswith("end"):
        return (lambda node: node.name.lower().endswith(part)), "ends with"
    return (lambda node: part in node.name.lower()), "contains"


def _unlike(name: str) -> Callable[[Node], bool]:
    return lambda node: node.name.lower() != name


def _like(pattern: str) -> Callable[[Node], bool]:
    return lambda node: fnmatchcase(node.name.lower(), pattern)
