"""Scores units by how well their words answer the question, and picks those that are worth saying."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set

from answers.units import Unit, UnitKind
from connectors.environments import canonical
from index import tokens
from index.glossary import bilingual_terms
from index.intent import VALUES, Expect, Intent
from index.query import Query
from index.tokens import query_terms

HEAD_SHARE = 0.8
"""What a question's word is worth that stands in the unit's headings and not in the unit."""
RELATED_SHARE = 0.5
RELATED_HEAD_SHARE = 0.2
NEIGHBOUR_SHARE = 0.25
LED_SHARE = 0.8
"""The same of a word in the unit before, which leads to this one: code shows what the sentence above it says."""
SHAPE_WORTH = 0.45
WHOLE = 2_000
"""Characters that the procedure which holds the best match may take, unless the answer is unsure anyway."""
OTHER_SHARE = 0.85
"""From this share of the best unit's worth on, a unit of a further file is said as well, unless told otherwise."""
SETTING_SHARE = 0.4
"""The same for a setting of the best file: what stands beside it may have nothing to do with it."""
OPEN_SHARE = 0.8
"""From this share of the best unit's worth on, a "TBD" means that the question is open, and a comment a reason."""


def score_units(units: Sequence[Unit], query: Query, idf: Callable[[str], float]) -> None:
    """Set each unit's `score` between 0 and about 1.5: the share of the question it covers, and its shape."""
    asked = {term: idf(term) for term in query.terms}
    related = {term: weight * idf(term) for term, weight in query.related.items()}
    named = _environment_terms(query)
    besides = {term: weight for term, weight in asked.items() if term not in named}
    present = [set(bilingual_terms(u.read)) for u in units]
    for i, (unit, words) in enumerate(zip(units, present, strict=True)):
        weights = besides if unit.document.environment in query.environments else asked
        total = sum(weights.values()) or 1.0
        stands = " ".join((*unit.section.heading_path, unit.section.context, unit.header))
        around = set(bilingual_terms(stands)) - words
        before = present[i - 1] - words - around if i else set()
        behind = present[i + 1] - words - around - before if i + 1 < len(units) else set()
        led = unit.kind is UnitKind.CODE or (i > 0 and _ends_in_colon(units[i - 1]))
        own = _sum(weights, words)
        cover = own + HEAD_SHARE * _sum(weights, around)
        cover += RELATED_SHARE * _sum(related, words) + RELATED_HEAD_SHARE * _sum(related, around)
        cover += (LED_SHARE if led else NEIGHBOUR_SHARE) * _sum(weights, before)
        cover = (cover + NEIGHBOUR_SHARE * _sum(weights, behind)) / total
        unit.signals = {"own": own / total, "cover": min(1.0, cover), "shape": shape(unit, query.intent)}
        unit.score = min(1.2, cover) + SHAPE_WORTH * unit.signals["shape"] - _thinness(unit)


def _environment_terms(query: Query) -> set[str]:
    """The question's words for environments: of a file that is one's own, no line is chosen for naming it."""
    return {term for word in tokens.words(query.english) if canonical(word) for term in query_terms(word)}


def _sum(weights: Mapping[str, float], present: Set[str]) -> float:
    return sum(value for term, value in weights.items() if term in present)


def _ends_in_colon(unit: Unit) -> bool:
    return unit.text.rstrip("*_ \t\n").endswith((":", "："))


def shape(unit: Unit, intent: Intent) -> float:
    """How far the unit has the form that the question expects, 0 to 1."""
    text = unit.text
    best = 0.0
    for expect in intent.wanted:
        if expect in VALUES and VALUES[expect].search(text):
            best = max(best, 1.0)
        elif expect is Expect.STEPS:
            commands = unit.kind is UnitKind.CODE
            best = max(best, 1.0 if commands else 0.35 if unit.kind is UnitKind.ITEM or "`" in text else 0.0)
    return best


def _thinness(unit: Unit) -> float:
    """A malus for units that say too little to stand alone."""
    length = len(unit.read)
    if length < 20 and unit.kind in (UnitKind.SENTENCE, UnitKind.ITEM):
        return 0.3
    return 0.15 if unit.text.rstrip().endswith(":") else 0.0


def pick(
    units: Sequence[Unit],
    ranks: Sequence[int],
    most: int,
    query: Query | None = None,
    others: float = OTHER_SHARE,
) -> list[Unit]:
    """The units worth saying, at most `most` characters of them, in the order of the text.

    `ranks` holds the rank of each unit's file, 0 for the best one, and `others` the share of the best unit's worth
    from which on a unit of a further file is said. Where `query` compares environments and the best
    file belongs to one of them, each of them has its share. Where a reason is asked for, settings without a comment
    are not said, as they only tell how it is; where nothing else of the best file matches as well, nothing is said.
    """
    if query and Expect.REASON in query.intent.wanted:
        kept = [
            i for i, unit in enumerate(units) if unit.document.kind == "page" or _COMMENT.search(unit.text)
        ]
        top = max((unit.score for unit, rank in zip(units, ranks, strict=True) if not rank), default=0.0)
        if not any(ranks[i] == 0 and units[i].score >= OPEN_SHARE * top for i in kept):
            return []
        units, ranks = [units[i] for i in kept], [ranks[i] for i in kept]
    named = sorted(query.environments) if query else []
    present = [name for name in named if any(u.document.environment == name for u in units)]
    best = next((u.document.environment for u, rank in zip(units, ranks, strict=True) if not rank), "")
    if len(present) < 2 or not best:
        return _pick(units, ranks, most, others)
    chosen: list[Unit] = []
    for name in present:
        mine = [i for i, u in enumerate(units) if u.document.environment == name]
        chosen += _pick([units[i] for i in mine], [0] * len(mine), most // len(present), others)
    return chosen


_COMMENT = re.compile(r"(?:^|\s)(?:#|//|/\*)\s*\w+\s+\w+")
"""Where code says why."""


def _pick(units: Sequence[Unit], ranks: Sequence[int], most: int, others: float) -> list[Unit]:
    """`pick` of one environment.

    The best file is told as far as `most` reaches, as a reader needs the lines around the one that matches; of
    further files only what matches as well. None where a match as good as the best only says that the answer is
    still to be written.
    """
    worth = [u.score - 0.15 * rank for u, rank in zip(units, ranks, strict=True)]
    useful = [i for i in range(len(units)) if not is_noise(units[i])]
    unwritten = [i for i in useful if is_placeholder(units[i])]
    if any(worth[i] >= OPEN_SHARE * max(worth[j] for j in useful) for i in unwritten):
        return []
    useful = [i for i in useful if i not in unwritten]
    if not useful:
        return []
    usable = set(useful)
    best = max(worth[i] for i in useful)
    main = [i for i in useful if ranks[i] == 0 and worth[i] >= _least(units[i]) * best]
    rest = [i for i in useful if ranks[i] and worth[i] >= others * best]
    chosen: set[int] = set()
    said: dict[str, str] = {}
    length = 0
    for i in sorted(main, key=lambda i: -worth[i]) + sorted(rest, key=lambda i: -worth[i]):
        whole = max(most, WHOLE) if not chosen and most >= WHOLE // 3 else most
        company = company_of(units, i, whole)
        group = {j for j in company if j in usable - chosen and not _repeats(units[j], said)}
        size = sum(len(units[j].read) for j in group)
        if i not in chosen | group or (chosen and length + size > most):
            continue
        chosen |= group
        length += size
        said.update({_gist(units[j]): units[j].document.id for j in group})
    return [units[i] for i in sorted(chosen)]


def _least(unit: Unit) -> float:
    """The share of the best unit's worth from which it is said: a page is one text, settings stand beside strangers."""
    return 0.0 if unit.document.kind == "page" else SETTING_SHARE


_NOISE = re.compile(r"\s*(?:\[[^\]]+\]:\s|!\[|<!--|<%|<img\b|\[TOC\])|[\W_]*$")
_PLACEHOLDER = (
    r"(?:TBD|TBC|TODO|FIXME|(?:still )?to be (?:written|decided|defined|confirmed|done|added)|coming soon)"
)
_ENDS_OPEN = re.compile(rf"(?:^|[\s:*_(`]){_PLACEHOLDER}[\s.!*_)`…]*$", re.IGNORECASE)
_BEGINS_OPEN = re.compile(r"[\W\d]*(?:TBD|TBC|TODO|FIXME)\b")


def is_placeholder(unit: Unit) -> bool:
    """Whether the unit only says that something is still to be written or decided."""
    if unit.kind is UnitKind.ROW:
        cells = [cell.strip() for cell in unit.text.strip().strip("|").split("|")]
        return any(_ENDS_OPEN.fullmatch(cell) for cell in cells) and sum(map(bool, cells)) <= 2
    if unit.kind in (UnitKind.CODE, UnitKind.SETTING):
        return False
    return bool(_ENDS_OPEN.search(unit.text) or _BEGINS_OPEN.match(unit.text))


_FENCES = ("---", "+++")
"""What opens front matter; properties of a page without them are what it says."""


def is_noise(unit: Unit) -> bool:
    """Whether nobody would quote it: link definitions, pictures, front matter, bare punctuation."""
    before = unit.document.text[: unit.section.start].strip()
    front_matter = unit.kind is UnitKind.SETTING and before in _FENCES
    return front_matter or bool(_NOISE.match(unit.text))


def _gist(unit: Unit) -> str:
    """Equal for units that say the same of the same environment."""
    return " ".join([unit.document.environment, *re.findall(r"\w+", unit.text.lower())])


def _repeats(unit: Unit, said: dict[str, str]) -> bool:
    """Whether another document has said the same; within one, a step may well come twice."""
    return said.get(_gist(unit), unit.document.id) != unit.document.id


def company_of(units: Sequence[Unit], i: int, most: int) -> set[int]:
    """The positions of what must be said with `i`: all steps of its procedure, what leads to it and what it leads to.

    A step alone, a bullet without the sentence above its list or a sentence that ends in a colon mislead.
    """
    steps = procedure(units, i)
    if steps and sum(len(units[j].read) for j in steps) <= most:
        company = set(steps)
    else:
        company = {i}
        if units[i].kind is UnitKind.ITEM:
            top = next(j for j in range(i, -1, -1) if j == 0 or units[j - 1].section is not units[i].section)
            if top and _leads(units[top - 1], units[top]):
                company.add(top - 1)
    first, last = min(company), max(company)
    if first and _leads(units[first - 1], units[first]):
        company.add(first - 1)
    if last + 1 < len(units) and _leads(units[last], units[last + 1]):
        company.add(last + 1)
    return company


_STEP = re.compile(r"\s*(?:\d+[.)]|#\.|\.+)\s")


def procedure(units: Sequence[Unit], i: int) -> range:
    """The positions of the numbered list that unit `i` is a step of, with the code between its steps.

    Empty where `i` belongs to none.
    """

    def belongs(j: int) -> bool:
        same = units[j].document is units[i].document
        return same and units[j].section.heading_path == units[i].section.heading_path

    first = last = i
    while first and belongs(first - 1) and _is_part(units[first - 1]):
        first -= 1
    while last + 1 < len(units) and belongs(last + 1) and _is_part(units[last + 1]):
        last += 1
    steps = [j for j in range(first, last + 1) if _is_step(units[j])]
    if len(steps) < 2 or not _is_part(units[i]):
        return range(0)
    behind = last if units[last].kind is UnitKind.CODE else steps[-1]
    return range(steps[0], max(behind, steps[-1]) + 1) if steps[0] <= i <= behind else range(0)


def _is_step(unit: Unit) -> bool:
    return unit.kind is UnitKind.ITEM and bool(_STEP.match(unit.text))


def _is_part(unit: Unit) -> bool:
    """Whether a numbered list goes on: a step, its code, or a remark that is indented below it."""
    if unit.kind is UnitKind.CODE or _is_step(unit):
        return True
    line = unit.document.text.rfind("\n", 0, unit.start) + 1
    return unit.document.text[line : unit.start].isspace()


def _leads(a: Unit, b: Unit) -> bool:
    """Whether `a` only makes sense with `b` behind it: it ends in a colon, or is the step that `b`'s code does."""
    if a.document.id != b.document.id or b.section.heading_path != a.section.heading_path:
        return False
    if _ends_in_colon(a):
        return True
    return b.kind is UnitKind.CODE and a.kind is UnitKind.ITEM
