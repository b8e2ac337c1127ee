"""What stands before a place of a question: a denial (`not ClusterIP`), a verb that says no more (`speaking UDP`)."""

from __future__ import annotations

import re

from answers.cluster.reading import Reading
from answers.cluster.wording import FILLERS

_DENIES = re.compile(
    r"(?<![\w-])(?:not|non|no|never|without|other than|different from|differs? from|besides|except(?: for)?|excluding"
    r"|but|neither|nor|apart from|aside from|anything but|unlike|un)"
    r"(?:[\s-]+(?:the|an?|any|of|on|in|to|at|by|set|just|only|use|uses|using|be|being|type|equal|equals|currently"
    r"|class|mode|with|for|from)){0,3}[\s\"'`(=:-]*$"
)

_REFUSES = re.compile(
    r"(?:block|den[iy]|forbid|refus|avoid|drop|reject|prevent|fail|break|broke|los|leak|miss|lack|expir)"
)
"""Words that turn what follows about."""


def is_denied(text: str, start: int) -> bool:
    """Whether the words right before a place of a question in lower case deny what stands there."""
    return _DENIES.search(text[:start]) is not None


def verb_before(reading: Reading, start: int) -> set[str]:
    """The word that leads to a value and says no more than it: `speaking` UDP, `scraped` every 15 seconds."""
    words = [token.low for token in reading.tokens if token.end <= start and token.low not in FILLERS]
    return {word for word in words[-1:] if word.isalpha() and not _REFUSES.match(word)}
