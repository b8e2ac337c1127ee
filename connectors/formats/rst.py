"""reStructuredText as typed sections with exact lines.

Not docutils: its nodes know the line where most blocks begin but never where they end, none for code in a
directive, and what Sphinx adds (unknown directives and roles) it drops. Nothing is executed or included here:
`include` and `raw` are only text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.dates import to_date
from connectors.documents import SectionKind
from connectors.formats.lines import Lines
from connectors.formats.parsed import ParsedText
from connectors.formats.sections import MAX_TITLE, SectionBuilder

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*")
_DIRECTIVE = re.compile(r"\s*\.\. ([\w:+-]+)::(?:\s+(.*))?")
_ITEM = re.compile(r"\s*(?:[-*+•]|(?:\d+|#|[A-Za-z])[.)]|\(\w+\))(?:\s+\S|\s*$)")
_FIELD = re.compile(r":([A-Za-z][\w -]*):(?:\s+(.*))?")
_GRID = re.compile(r"\s*\+[-=+]+\+\s*")
_BORDER = re.compile(r"\s*=+( +=+)+\s*")
_OPTION = re.compile(r"\s+:[\w-]+:")
_HIDDEN = re.compile(r"\s*\.\.(\s+(?!_|\[|\|).*|\s*$|\s+_[^:]+:\s*$)")
_ADMONITIONS = frozenset({
    "admonition", "attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning",
    "seealso", "versionadded", "versionchanged", "deprecated", "todo",
})  # fmt: skip
_CODE = frozenset({"code", "code-block", "sourcecode", "parsed-literal", "prompt", "console"})
_TABLES = frozenset({"table", "list-table", "csv-table"})
_MARKUP = (
    (re.compile(r":[\w:-]+:`([^`<]*?)\s*(?:<[^>]*>)?`"), r"\1"),
    (re.compile(r"`([^`<]+?)\s*<[^>]*>`_{1,2}"), r"\1"),
    (re.compile(r"``(.+?)``|\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`_{0,2}|\|(.+?)\|"), r"\1\2\3\4\5"),
)


def parse(text: str) -> ParsedText:
    """The sections of a reStructuredText, its title, author and date. Never raises.

    The same rules as for Markdown: headings are sections of their own, code in a list or an admonition too,
    comments are left out, every other line is in exactly one section.
    """
    scanner = _Scanner(Lines(text))
    scanner.run()
    return ParsedText(
        title=scanner.builder.title,
        sections=scanner.builder.sections(),
        author=scanner.fields.get("author", ""),
        updated_at=to_date(scanner.fields.get("date", "")),
    )


class _Scanner:
    """Walks over the lines once; a method takes the line where its block begins and gives the one behind."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.builder = SectionBuilder(lines)
        self.fields: dict[str, str] = {}
        self._levels: list[tuple[str, bool]] = []

    def run(self) -> None:
        line = 0
        while line < len(self.lines):
            line = line + 1 if self.lines.blank(line) else self._block(line)

    def _block(self, line: int) -> int:
        source = self.lines[line]
        if (after := self._heading(line)) or (after := self._table(line)):
            return after
        if directive := _DIRECTIVE.match(source):
            return self._directive(line, directive[1].split(":")[-1], directive[2] or "")
        if _HIDDEN.match(source):
            after = self._indented_end(line)
            self.builder.ignore(line, after)
            return after
        if _ADORNMENT.fullmatch(source):
            self.builder.ignore(line, line + 1)
            return line + 1
        if _ITEM.match(source):
            return self._list(line)
        if _FIELD.match(source):
            return self._field_list(line)
        return self._paragraph(line)

    def _heading(self, line: int) -> int:
        over = _ADORNMENT.fullmatch(self.lines[line]) is not None
        title = line + 1 if over else line
        if title + 1 >= len(self.lines) or self.lines.blank(title) or (not over and self._indent(title)):
            return 0
        under = _ADORNMENT.fullmatch(self.lines[title + 1])
        if not under or _ADORNMENT.fullmatch(self.lines[title]):
            return 0
        if over and under[1] != self.lines[line][0]:
            return 0
        style = (under[1], over)
        if style not in self._levels:
            self._levels.append(style)
        words = self.lines[title][:MAX_TITLE]
        for pattern, replacement in _MARKUP:
            words = pattern.sub(replacement, words)
        level = self._levels.index(style) + 1
        self.builder.add_heading(level, " ".join(words.split()), line, title + 2)
        return title + 2

    def _table(self, line: int) -> int:
        if _GRID.fullmatch(self.lines[line]):
            after = line + 1
            while after < len(self.lines) and self.lines[after].lstrip().startswith(("+", "|")):
                after += 1
        elif _BORDER.fullmatch(self.lines[line]):
            after = self._simple_table_end(line)
        else:
            return 0
        self.builder.add(SectionKind.TABLE, line, after)
        return after

    def _simple_table_end(self, line: int) -> int:
        for number in range(line + 2, len(self.lines)):
            last = number + 1 == len(self.lines) or self.lines.blank(number + 1)
            if last and _BORDER.fullmatch(self.lines[number]):
                return number + 1
        return line + 1

    def _directive(self, line: int, name: str, argument: str) -> int:
        after = self._indented_end(line)
        if name in _CODE:
            self._code(line)
            return after
        if name in _ADMONITIONS:
            self._around_code(SectionKind.ADMONITION, line, after)
            return after
        if name in _TABLES:
            self.builder.add(SectionKind.TABLE, line, after)
            return after
        # Any other directive is one line of text, and what is indented below it is read as usual.
        return line + 1

    def _code(self, line: int) -> tuple[int, int]:
        """Add the code of the directive at `line`; the lines from it to the end of its code."""
        directive = _DIRECTIVE.match(self.lines[line])
        first, after = line + 1, self._indented_end(line)
        while first < after and _OPTION.match(self.lines[first]):
            first += 1
        language = ((directive[2] if directive else "") or "").strip().lower() or None
        self.builder.ignore(line, after)
        self.builder.add(SectionKind.CODE, first, after, language)
        return line, after

    def _list(self, line: int) -> int:
        indent, after, starts = self._indent(line), line + 1, [line]
        while after < len(self.lines):
            inside = self.lines.blank(after) or self._indent(after) > indent
            item = not inside and self._indent(after) == indent and _ITEM.match(self.lines[after])
            if item:
                starts.append(after)
            elif not inside:
                break
            after += 1
        self._around_code(SectionKind.LIST, line, after, starts)
        return after

    def _field_list(self, line: int) -> int:
        after = line
        while after < len(self.lines) and (field := _FIELD.match(self.lines[after])):
            self.fields.setdefault(field[1].lower(), (field[2] or "").strip())
            after = self._indented_end(after)
            if after < len(self.lines) and self.lines.blank(after - 1):
                break
        self.builder.add(SectionKind.KEY_VALUE, line, after)
        return after

    def _paragraph(self, line: int) -> int:
        after = line
        while after < len(self.lines) and not self.lines.blank(after):
            after += 1
        doctest = self.lines[line].lstrip().startswith(">>>")
        self.builder.add(SectionKind.CODE if doctest else SectionKind.PARAGRAPH, line, after)
        if self._opens_literal(after - 1):
            return self._literal(after - 1, self._indent(line))[1]
        return after

    def _opens_literal(self, line: int) -> bool:
        source = self.lines[line].rstrip()
        return source.endswith("::") and not _DIRECTIVE.match(source)

    def _literal(self, line: int, indent: int) -> tuple[int, int]:
        """Add the indented code below the `::` of `line`; its first line and the one behind it."""
        first, after = self.lines.trimmed(line + 1, self._indented_end(line, indent))
        self.builder.add(SectionKind.CODE, first, after)
        return first, max(after, line + 1)

    def _around_code(self, kind: SectionKind, first: int, last: int, starts: list[int] | None = None) -> None:
        for code_first, code_last in self._code_within(first, last):
            self.builder.add_cut(kind, starts or [], first, code_first)
            first = code_last
        self.builder.add_cut(kind, starts or [], first, last)

    def _code_within(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        line = first + 1 if _DIRECTIVE.match(self.lines[first]) else first
        while line < last:
            directive = _DIRECTIVE.match(self.lines[line])
            found: tuple[int, int] | None = None
            if directive and directive[1].split(":")[-1] in _CODE:
                found = self._code(line)
            elif self._opens_literal(line):
                found = self._literal(line, self._indent(line))
            if found and found[0] < found[1]:
                yield found
            line = max(found[1], line + 1) if found else line + 1

    def _indent(self, line: int) -> int:
        source = self.lines[line].expandtabs(8)
        return len(source) - len(source.lstrip())

    def _indented_end(self, line: int, indent: int | None = None) -> int:
        """The line behind the block of `line` and what is indented deeper, without blank lines at its end."""
        indent = self._indent(line) if indent is None else indent
        after = line + 1
        while after < len(self.lines) and (self.lines.blank(after) or self._indent(after) > indent):
            after += 1
        return self.lines.trimmed(line, after)[1]
