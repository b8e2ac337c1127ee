"""AsciiDoc as typed sections with exact lines.

A light scanner of our own: PyPI has no kept AsciiDoc parser. Nothing is included or executed; `include::` and
passthroughs are only text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.dates import to_date
from connectors.documents import SectionKind
from connectors.formats.lines import Lines
from connectors.formats.parsed import ParsedText
from connectors.formats.sections import MAX_TITLE, SectionBuilder

_HEADING = re.compile(r"(={1,6}|#{1,6})\s+(\S.*)")
_ATTRIBUTE = re.compile(r":(!?[\w-]+!?):(?:\s+(.*))?")
_AUTHOR = re.compile(r"(\w[\w.'-]*(?:\s+[\w.'-]+){0,3})(\s+<[^<>]+>)?\s*")
_STYLE = re.compile(r"\[([^\[\]]*)\]\s*|\[\[.*\]\]\s*")
_BLOCK_TITLE = re.compile(r"\.[^\s.].*")
_DELIMITER = re.compile(r"(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|[|,:!]===|```)([\w+-]*)\s*")
_ITEM = re.compile(r"\s*(?:[*.]{1,6}|-|\d+\.|<[\d.]+>)\s+\S|\s*\S.*?(?:::|;;)(?:\s|$)")
_ADMONITION = re.compile(r"(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\b:?")
_RULE = re.compile(r"'{3,}\s*|<{3,}\s*|-{3}\s*|\*{3}\s*")
_MARKUP = (
    (re.compile(r"(?:https?://|link:|xref:|mailto:)\S*?\[([^\]]*)\]|<<[^,>]*,([^>]*)>>"), r"\1\2"),
    (re.compile(r"(?<!\w)([*_`+#]{1,2})(\S(?:.*?\S)?)\1(?!\w)"), r"\2"),
)


def parse(text: str) -> ParsedText:
    """The sections of an AsciiDoc text, its title, labels, author and date. Never raises.

    The same rules as for Markdown: headings are sections of their own, code in a list or an admonition too,
    comments and block attributes are left out, every other line is in exactly one section.
    """
    scanner = _Scanner(Lines(text))
    scanner.run()
    attributes = scanner.attributes
    words = attributes.get("keywords", attributes.get("tags", "")).split(",")
    return ParsedText(
        title=scanner.builder.title or attributes.get("title", ""),
        sections=scanner.builder.sections(),
        labels=tuple(dict.fromkeys(word.strip() for word in words if word.strip())),
        author=attributes.get("author", ""),
        updated_at=to_date(attributes.get("revdate", attributes.get("date", ""))),
    )


class _Scanner:
    """Walks over the lines once; a method takes the line where its block begins and gives the one behind."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.builder = SectionBuilder(lines)
        self.attributes: dict[str, str] = {}
        self._headed = False
        self._style = ""
        self._lead: int | None = None

    def run(self) -> None:
        line = 0
        while line < len(self.lines):
            line = line + 1 if self.lines.blank(line) else self._block(line)

    def _block(self, line: int) -> int:
        source = self.lines[line]
        if style := _STYLE.fullmatch(source):
            self._style = style[1] or self._style
            self.builder.ignore(line, line + 1)
            return line + 1
        if _BLOCK_TITLE.fullmatch(source) and not _DELIMITER.fullmatch(source):
            self._lead = line
            return line + 1
        after = self._content(line, source)
        self._style, self._lead = "", None
        return after

    def _content(self, line: int, source: str) -> int:
        if heading := _HEADING.fullmatch(source):
            return self._heading(line, len(heading[1]), heading[2])
        if _DELIMITER.fullmatch(source):
            return self._delimited(line)
        if _ATTRIBUTE.fullmatch(source):
            return self._attribute_lines(line)
        if source.startswith("//") or _RULE.fullmatch(source):
            self.builder.ignore(line, line + 1)
            return line + 1
        if _ITEM.match(source):
            return self._list(line)
        return self._paragraph(line)

    def _heading(self, line: int, level: int, words: str) -> int:
        words = words[:MAX_TITLE]
        for pattern, replacement in _MARKUP:
            words = pattern.sub(replacement, words)
        first, self._headed = not self._headed, True
        self.builder.add_heading(level, " ".join(words.rstrip(" =").split()), line, line + 1)
        after = line + 1
        if first and level == 1 and after < len(self.lines):
            author = _AUTHOR.fullmatch(self.lines[after])
            if author and (author[2] or " " in author[1]):
                self.attributes.setdefault("author", author[1])
                self.builder.add(SectionKind.KEY_VALUE, after, after + 1)
                return after + 1
        return after

    def _attribute_lines(self, line: int) -> int:
        after = line
        while after < len(self.lines) and (attribute := _ATTRIBUTE.fullmatch(self.lines[after])):
            self.attributes.setdefault(attribute[1], (attribute[2] or "").strip())
            after += 1
        self.builder.add(SectionKind.KEY_VALUE, line, after)
        return after

    def _delimited(self, line: int) -> int:
        mark = self.lines[line].rstrip()
        close = self._close(line)
        if mark.startswith(("----", "....", "```")) and close:
            self._code(line, close)
        elif mark.endswith("===") and not mark.startswith("=") and close:
            self.builder.add(SectionKind.TABLE, self._first(line), close + 1)
        elif mark.startswith("////") and close:
            self.builder.ignore(line, close + 1)
        elif close and _ADMONITION.match(self._style):
            self.builder.ignore(line, close + 1)
            self._around_code(SectionKind.ADMONITION, self._first(line + 1), close, [], line + 1)
        else:
            # A frame around blocks that are read as usual.
            self.builder.ignore(line, line + 1)
            return line + 1
        return close + 1

    def _code(self, line: int, close: int) -> None:
        language = self.lines[line].strip().strip("`") if self.lines[line].startswith("```") else ""
        parts = [part.strip() for part in self._style.split(",")]
        if parts[0].split("%")[0] in {"source", ""} and len(parts) > 1 and "=" not in parts[1]:
            language = parts[1]
        self.builder.ignore(line, close + 1)
        known = re.fullmatch(r"[\w+#-]+", language)
        self.builder.add(SectionKind.CODE, line + 1, close, language.lower() if known else None)

    def _list(self, line: int) -> int:
        after, starts = line + 1, [line]
        while after < len(self.lines):
            source = self.lines[after]
            if source.rstrip() == "+" or not self.lines.blank(after):
                if _HEADING.fullmatch(source):
                    break
                if _ITEM.match(source):
                    starts.append(after)
                close = self._close(after) if _DELIMITER.fullmatch(source) else 0
                after = close + 1 if close else after + 1
            elif not self._goes_on(after):
                break
            else:
                after += 1
        self._around_code(SectionKind.LIST, self._first(line), after, starts, line)
        return after

    def _goes_on(self, line: int) -> bool:
        while line < len(self.lines) and self.lines.blank(line):
            line += 1
        return line < len(self.lines) and _ITEM.match(self.lines[line]) is not None

    def _paragraph(self, line: int) -> int:
        source = self.lines[line]
        after = line + 1
        while after < len(self.lines) and not self.lines.blank(after):
            if _DELIMITER.fullmatch(self.lines[after]) or _STYLE.fullmatch(self.lines[after]):
                break
            after += 1
        if self._style.startswith("source") or (source[:1].isspace() and not self._style):
            self.builder.add(SectionKind.CODE, line, after)
            return after
        admonition = _ADMONITION.match(self._style) or re.match(_ADMONITION.pattern + r"(?<=:)\s", source)
        kind = SectionKind.ADMONITION if admonition else SectionKind.PARAGRAPH
        self.builder.add(kind, self._first(line), after)
        return after

    def _around_code(self, kind: SectionKind, first: int, last: int, starts: list[int], inside: int) -> None:
        for code_first, code_last in self._code_within(inside, last):
            self.builder.add_cut(kind, starts, first, code_first)
            first = code_last
        self.builder.add_cut(kind, starts, first, last)

    def _code_within(self, line: int, last: int) -> Iterator[tuple[int, int]]:
        style = ""
        while line < last:
            source = self.lines[line]
            close = self._close(line) if source.startswith(("----", "....", "```")) else 0
            if close and close < last and _DELIMITER.fullmatch(source):
                self._style = style
                self._code(line, close)
                yield line, close + 1
                line = close
            found = _STYLE.fullmatch(source)
            style = (found[1] or "") if found else ""
            line += 1

    def _first(self, line: int) -> int:
        """Where a block with a title begins: at its title."""
        return line if self._lead is None else self._lead

    def _close(self, line: int) -> int:
        """The line that closes the delimited block of `line`, 0 if none does."""
        mark = _DELIMITER.fullmatch(self.lines[line])
        wanted = mark[1] if mark else ""
        numbers = range(line + 1, len(self.lines))
        return next((number for number in numbers if wanted and self.lines[number].rstrip() == wanted), 0)
