"""The ways to ask that the second reading knows: `phrasings.txt`, read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

UNTOLD = "-"
"""What no object of a cluster tells: it is declined."""
WRITTEN = "documents"
"""What the team has written down: it is left to the documents."""

_FILE = Path(__file__).with_name("phrasings.txt")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to ask: `means` is the question in the grammar's words, or `UNTOLD` or `WRITTEN`."""

    text: str
    means: str

    @property
    def slots(self) -> tuple[str, ...]:
        """What has to be filled in, in the question that it means."""
        return slots_of(self.means)

    @property
    def is_told(self) -> bool:
        """Whether objects answer it."""
        return self.means not in (UNTOLD, WRITTEN)


def slots_of(text: str) -> tuple[str, ...]:
    """The slots of a phrase, in their order."""
    return tuple(_SLOT.findall(text))


def filled(text: str, values: dict[str, str]) -> str:
    """A phrase with its slots filled in; those without a value are left out."""
    return " ".join(_SLOT.sub(lambda slot: values.get(slot[1], ""), text).split())


FOREIGN = frozenset(
    "alerts algorithm alternatives author average backup backups bandwidth bought bucket buckets bugs buy certified "
    "cheaper clicks code colleague commit compliant consumption contract cost country coverage customer customers cves "
    "database databases designed disaster documentation easy emails encrypted engineers europe expensive expert expire "
    "expires framework hour incident joke language latency license licence manager meaning money month newsletters "
    "noon office outcome password pay pays people person personal phone planned plans power price product products "
    "programming recommend records revenue review rows salary save schema serial sessions sla slow slowest sold tables "
    "temperature test tests ticket tickets tomorrow translate tuesday uptime usage usually visitors vulnerabilities "
    "weather week wrote year yesterday".split()
)
"""Words of other subjects: where nothing else explains one, only a very clear likeness outweighs it."""


def _words_of(text: str) -> list[str]:
    return re.findall(r"[a-z]+", _SLOT.sub(" ", text).lower())


@lru_cache(maxsize=1)
def words() -> frozenset[str]:
    """The words of all of them, in lower case."""
    return frozenset(word for one in phrasings() for word in _words_of(one.text))


@lru_cache(maxsize=1)
def phrasings() -> tuple[Phrasing, ...]:
    """All of them, each block's question first."""
    found: list[Phrasing] = []
    means = ""
    for line in map(str.strip, _FILE.read_text(encoding="utf-8").splitlines()):
        if line.startswith("["):
            means = line.strip("[]")
            if means in (UNTOLD, WRITTEN):
                continue
        elif not line or line.startswith("#"):
            continue
        found.append(Phrasing(line.strip("[]"), means))
    return tuple(found)
