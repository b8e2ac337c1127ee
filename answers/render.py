"""Markdown of quoted units: code and settings verbatim in fences, tables with their header, prose with links."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from answers.links import absolute
from answers.steps import NUMBERED, Step, column, left_out, steps_of
from answers.units import Unit, UnitKind

_CHINESE_STOP = re.compile(r"([。！？]) ")
_FENCE = re.compile(r"`{3,}")
_LANGUAGE = re.compile(r"[\w+#.-]+")
_CODE = r"(`+)[^`]*\1"
_LABEL = r"\[((?:[^\[\]]|!\[[^\[\]]*\]\([^()]*\))+)\]"
_TARGET = r"(?:[^\s()<>]|\((?:[^\s()]|\((?:[^\s()]|\([^\s()]*\))*\))*\))*"
_TITLE = r"(?:\s{1,20}(?:\"[^\"]*\"|'[^']*'))?"
_LINK = re.compile(rf"{_CODE}|(?<![\]\\])!?{_LABEL}\(\s{{0,20}}<?({_TARGET})>?{_TITLE}\s{{0,20}}\)")
_IMAGE = re.compile(r"!\[([^\[\]]*)\]\([^()]*\)")
_REFERENCE = re.compile(rf"{_CODE}|(?<![!\]\\])\[([^\[\]\n]+)\](?:\[([^\[\]\n]*)\])?(?![(\[:])")
_NUMBER = re.compile(r"\d+$")
_MARK = re.compile(r"\s*(?:[-*+•#.]+|\d+[.)])\s")


def heading(unit: Unit) -> str:
    """Where the unit stands: title and headings in bold, the environment behind."""
    trail = [part for part in unit.section.heading_path if part and part != unit.document.title]
    place = " › ".join([unit.document.title, *trail])
    environment = unit.document.environment
    return f"**{place}**" + (f" ({environment})" if environment and environment not in place else "")


def blocks(units: Sequence[Unit], numbers: Sequence[int]) -> list[str]:
    """The Markdown blocks of neighbouring units under one heading, each followed by its citation's number."""
    done: list[str] = []
    last: Step | None = None
    for run, number in _runs(units, numbers):
        kind = run[0].kind
        if kind in (UnitKind.CODE, UnitKind.SETTING):
            done.append(_fenced(_verbatim(run), run[0].section.language) + f"\n[{number}]")
        elif kind is UnitKind.ROW:
            done.append(f"{_table(run)}\n\n[{number}]")
        elif kind is UnitKind.ITEM:
            items, last = _items(run, last)
            done.append(f"{items} [{number}]")
        else:
            done.append(_joined(_prose(u.text, u) for u in run) + f" [{number}]")
    return done


def linked(text: str, source: str, url: str | None = None) -> str:
    """Prose whose links work elsewhere: those by reference with the definitions in `source`, relative ones below `url`.

    Where a target cannot be told, only the words stay; without a `url`, inline links stay as they are. A
    bracketed number that is no link is escaped: it would read like one of our citations.
    """

    def inline(match: re.Match[str]) -> str:
        if match[2] is None or url is None:
            return match[0]
        return _link(_IMAGE.sub(r"\1", match[2]), match[3], url)

    def replace(match: re.Match[str]) -> str:
        label, reference = match[2], match[3]
        if label is None:
            return match[0]
        target = re.search(
            rf"^ {{0,3}}\[{re.escape(reference or label)}\]:\s*<?([^\s>]+)",
            source,
            re.MULTILINE | re.IGNORECASE,
        )
        if target:
            return _link(label, target[1], url or "")
        if reference:
            return label
        return f"\\[{label}\\]" if _NUMBER.match(label) else match[0]

    return _LINK.sub(inline, _REFERENCE.sub(replace, text))


def _joined(sentences: Iterable[str]) -> str:
    """Sentences behind each other, with a blank between them but after a Chinese stop."""
    return _CHINESE_STOP.sub(r"\1", " ".join(sentences))


def _link(label: str, target: str, url: str) -> str:
    address = absolute(target, url)
    return f"[{label}]({address})" if address else label


def _prose(text: str, unit: Unit) -> str:
    return linked(text, unit.document.text, unit.document.url)


def inline_code(text: str) -> str:
    """`text` as inline code, whatever backticks it holds."""
    if "`" not in text:
        return f"`{text}`"
    ticks = "`" * (1 + max(len(run) for run in re.findall("`+", text)))
    return f"{ticks} {text} {ticks}"


def _runs(units: Sequence[Unit], numbers: Sequence[int]) -> Iterator[tuple[list[Unit], int]]:
    """Units that share a block: same kind, citation and section; code also without anything left out between."""
    run: list[Unit] = []
    current = 0
    for unit, number in zip(units, numbers, strict=True):
        if run:
            last = run[-1]
            same = (last.kind, last.section, last.header, current) == (
                unit.kind, unit.section, unit.header, number,
            )  # fmt: skip
            between = unit.document.text[last.end : unit.start].strip()
            if not same or (between and unit.kind in (UnitKind.CODE, UnitKind.SETTING)):
                yield run, current
                run = []
        run.append(unit)
        current = number
    if run:
        yield run, current


def _verbatim(run: Sequence[Unit]) -> str:
    """The lines of a run as they stand in the document, less the indentation that all of them share."""
    text = run[0].document.text
    start = run[0].start
    line = text.rfind("\n", 0, start) + 1
    if not text[line:start].strip():
        start = line
    return textwrap.dedent(text[start : run[-1].end]).strip("\n").rstrip()


def _fenced(body: str, language: str | None) -> str:
    longest = max((len(run) for run in _FENCE.findall(body)), default=2)
    fence = "`" * (longest + 1)
    name = _LANGUAGE.match(language or "")
    return f"{fence}{name[0] if name else ''}\n{body}\n{fence}"


def _table(run: Sequence[Unit]) -> str:
    """The rows under their header; a table that is not written as in Markdown stays as it was."""
    header = run[0].header
    first = run[0].section.text.lstrip()
    if "|" not in header or first.startswith(("+-", "|=")):
        return _fenced("\n".join([header, *(u.text for u in run)]), None)
    cells = header.strip().replace("\\|", "").strip("|").count("|") + 1
    return "\n".join([header, "|" + "---|" * cells, *(_prose(u.text, u) for u in run)])


def _items(run: Sequence[Unit], last: Step | None) -> tuple[str, Step | None]:
    """List items with the numbers that they have on the whole page, and the last step that was shown."""
    document, section = run[0].document, run[0].section
    steps = steps_of(document, section)
    top = min(column(document, unit.start) for unit in run)
    lines: list[str] = []
    for unit in run:
        text = _prose(_verbatim([unit]), unit)
        step = steps.get(unit.start)
        if step:
            text = _numbered(text, step.number)
        elif lines:
            text = textwrap.indent(text, " " * (column(document, unit.start) - top))
        gap = left_out(last, step, steps)
        if gap:
            lines += ["\n\n" if lines else "", gap, "\n\n"]
        elif lines:  # a list that goes on after a paragraph needs a blank line to be one
            lines.append("\n" if _MARK.match(text) and _MARK.match(lines[-1]) else "\n\n")
        lines.append(text)
        last = step or last
    return "".join(lines), last


def _numbered(text: str, number: int) -> str:
    """A step under `number`; what is nested in it moves along with a wider one."""
    written = NUMBERED.match(text)
    if written is None:
        return text
    wider = len(str(number)) - len(written[1])
    body = re.sub(r"\n(?=[ \t])", "\n" + " " * max(0, wider), text[len(written[1]) :])
    return f"{number}{body}"
