"""Whether what a model says stands in a source: the same words in the same order, to the last digit and flag.

Similarity cannot tell `30 days` from `31 days`, `before` from `after` or `do not` from `do`
(docs/decisions/0018-answers-with-a-model.md has the figures). So it only finds what was probably meant; what
counts as said is decided word by word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from answers.units import Unit, UnitKind

_DRESS = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)|\*\*|[`*\\|]")
_MARK = re.compile(r"^\s*(?:[-*+•#]+|\d+[.)])\s+", re.MULTILINE)
_SPLIT = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")
"""Chinese is compared sign by sign."""
_EDGES = ".,;:!?\"'()[]{}“”‘’。，；：！？（）"
_FREE = frozenset("a an the please also then".split())
"""Words that may be there or not without a change of meaning."""
_LEAST = 3
"""Words: what is shorter stands almost anywhere."""


def words_of(text: str) -> list[str]:
    """The words of `text` that carry meaning, in order; plain ones in lower case, all others as written."""
    plain = _MARK.sub("", _DRESS.sub(lambda match: match[1] or " ", text))
    found = (word.strip(_EDGES) for word in _SPLIT.findall(plain))
    lowered = (word.lower() if word.isalpha() else word for word in found)
    return [word for word in lowered if word and word not in _FREE]


def says(text: str, unit: Unit) -> bool:
    """Whether `text` is what `unit` says, or a stretch of it; the unit is then what the model means."""
    said, given = words_of(text), words_of(unit.text)
    if not said or (len(said) < _LEAST and said != given):
        return False
    return any(given[i : i + len(said)] == said for i in range(len(given) - len(said) + 1))


def holds_code(text: str, unit: Unit) -> bool:
    """Whether the lines of `text` stand in `unit`, one behind the other; only the indentation may differ."""
    said = [line.strip() for line in text.split("\n") if line.strip()]
    given = [line.strip() for line in unit.text.split("\n") if line.strip()]
    return bool(said) and any(given[i : i + len(said)] == said for i in range(len(given) - len(said) + 1))


def is_code(unit: Unit) -> bool:
    """Whether the unit is shown verbatim in a fence, or holds one."""
    return unit.kind in (UnitKind.CODE, UnitKind.SETTING) or "```" in unit.text or "~~~" in unit.text


def holders(text: str, units: Sequence[Unit], *, code: bool) -> Iterator[Unit]:
    """Those of `units` that hold `text` word for word; of a block of code line by line."""
    holds = holds_code if code else says
    return (unit for unit in units if holds(text, unit))
