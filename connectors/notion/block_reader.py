"""Walks a tree of Notion blocks and writes the sections that they make."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from connectors.documents import Section, SectionKind
from connectors.notion import block_text
from connectors.notion.block_text import Names, NotionFile
from connectors.notion.raw_block import RawBlock, blocks_in, parse
from connectors.notion.rich_text import User, pieces_in, plain, render, users_in
from connectors.notion.values import as_list, as_text, one_line
from connectors.notion.writer import Group, Scope, SectionWriter

_LIST_TYPES = frozenset({"bulleted_list_item", "numbered_list_item", "to_do"})
_SILENT = frozenset({"divider", "breadcrumb", "table_of_contents"})
_SEE_THROUGH = frozenset({"synced_block", "column_list", "table"})
"""Types that only hold others; headings in a synced block go on behind it, as the reader sees them."""
_HOLDERS = _SEE_THROUGH | {"column", "tab"}
_TITLED = frozenset({"toggle", "template", "meeting_notes", "transcription"})
"""Types whose words stand above their children like a heading."""
_KNOWN = block_text.TYPES | _SILENT | _HOLDERS | {"code", "table_row"}
_HEADING = re.compile(r"heading_([1-6])")

_MAX_INDENT = 24
"""Columns: what is nested deeper is indented no further, so that a text never grows with its depth squared."""
_MAX_TITLE = 200
"""Characters of a toggle that is a title; a longer one is a text."""
_MAX_REPEATS = 50_000
"""How often blocks are read again that stand in a second place: a few blocks that share their children could
stand for more text than any memory holds."""


@dataclass(frozen=True, slots=True)
class NotionContent:
    """What the blocks of a page say.

    `skipped` counts, by type, blocks that are not known or that the API does not show (`unsupported`: by the
    type that it names); their `plain_text` and their children are in `sections` all the same. `child_pages`
    and `child_databases` are ids of documents of their own.
    """

    sections: tuple[Section, ...]
    skipped: Mapping[str, int]
    child_pages: tuple[str, ...]
    child_databases: tuple[str, ...]
    files: tuple[NotionFile, ...]
    users: tuple[User, ...]


@dataclass(slots=True)
class _Frame:
    """Siblings that are being read, and how they join what is around them.

    `group` is the list or callout whose text they continue, `title` what stands above them. `run` is the list
    or table that the last sibling belongs to, `number` its number. `ruler` says that the next row is a header,
    `tabs` that each sibling is a tab, `pairs` that each is a row of a name and a value.
    """

    group: Group | None = None
    indent: int = 0
    title: str = ""
    tabs: bool = False
    ruler: bool = False
    pairs: bool = False
    blocks: Iterator[object] = field(default_factory=lambda: iter(()))
    parent: int = 0
    scope: Scope | None = None
    run_kind: str = ""
    run: Group | None = None
    number: int | None = None


class BlockReader:
    """Reads blocks without recursion, and past every loop in them."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._writer = SectionWriter()
        self._skipped: Counter[str] = Counter()
        self._pages: dict[str, None] = {}
        self._databases: dict[str, None] = {}
        self._files: list[NotionFile] = []
        self._users: dict[str, User] = {}
        self._above: set[int] = set()
        self._seen: set[int] = set()
        self._repeats = 0

    def read(self, blocks: object) -> None:
        """Add `blocks` and all that is below them."""
        single = [blocks] if isinstance(blocks, dict) and "results" not in blocks else []
        frames = [_Frame(blocks=iter(single or blocks_in(blocks)))]
        while frames:
            for value in frames[-1].blocks:
                below = self._add(value, frames[-1]) if self._may_enter(value) else None
                if below:
                    frames.append(below)
                    break
            else:
                done = frames.pop()
                self._above.discard(done.parent)
                if done.scope:
                    self._writer.leave(done.scope)

    def content(self) -> NotionContent:
        """What has been read."""
        return NotionContent(
            sections=tuple(self._writer.sections()),
            skipped=dict(self._skipped),
            child_pages=tuple(self._pages),
            child_databases=tuple(self._databases),
            files=tuple(self._files),
            users=tuple(self._users.values()),
        )

    def _may_enter(self, value: object) -> bool:
        """Whether a block is not one of its own ancestors, and not repeated beyond all measure."""
        self._repeats += id(value) in self._seen
        self._seen.add(id(value))
        if id(value) in self._above or self._repeats > _MAX_REPEATS:
            self._skipped["(repeated)"] += 1
            return False
        return True

    def _add(self, value: object, frame: _Frame) -> _Frame | None:
        """Add one block; gives the frame of its children if it has any."""
        block = parse(value)
        if block.kind != frame.run_kind:
            frame.run_kind, frame.run, frame.number = block.kind, None, None
        for user in users_in(block.payload):
            self._users.setdefault(user.id, user)
        self._note(block)
        below = self._write(block, frame)
        self._text(render(list(pieces_in(block.unread))), block, frame)
        if not block.children:
            return None
        below.blocks, below.parent = iter(block.children), id(value)
        self._above.add(id(value))
        if block.kind not in _SEE_THROUGH:
            below.scope = self._writer.enter(below.title)
        return below

    def _note(self, block: RawBlock) -> None:
        """Remember what the connector needs to know besides the text."""
        if block.kind == "unsupported":
            self._skipped[one_line(as_text(block.payload.get("block_type")))[:_MAX_TITLE] or block.kind] += 1
        elif block.kind not in _KNOWN:
            self._skipped[one_line(block.kind)[:_MAX_TITLE] or "(no type)"] += 1
        elif block.kind in block_text.MEDIA:
            file = block_text.file_of(block.kind, block.payload, block.id)
            self._files += [file] if file else []
        elif block.kind == "child_page" and block.id:
            self._pages[block.id] = None
        elif block.kind == "child_database" and block.id:
            self._databases[block.id] = None

    def _write(self, block: RawBlock, frame: _Frame) -> _Frame:
        """Write the words of a block; gives how its children would join them."""
        if block.kind in _LIST_TYPES:
            return self._list_item(block, frame)
        if block.kind == "table_row":
            return self._table_row(block, frame)
        if block.kind == "code":
            return self._code(block, frame)
        heading = _HEADING.fullmatch(block.kind)
        if heading and frame.group is None:
            return self._heading(int(heading[1]), block)
        if block.kind == "callout" and frame.group is None:
            return self._callout(block)
        text = block_text.prose(block.kind, block.payload, self._names)
        self._text(f"> {text}" if text and block.kind == "quote" else text, block, frame)
        below = _Frame(frame.group, frame.indent if block.kind in _HOLDERS else _deeper(frame.indent, 2))
        if block.kind in _TITLED or frame.tabs:
            below.title = self._title(block)
        below.tabs = block.kind == "tab"
        below.ruler = block.kind == "table" and block.payload.get("has_column_header") is True
        below.pairs = block.kind == "table" and _holds_pairs(block)
        return below

    def _text(self, text: str, block: RawBlock, frame: _Frame) -> None:
        if frame.group:
            self._writer.join(frame.group, _indented(text, frame.indent), block.anchor, apart=True)
        elif text:
            self._writer.add(SectionKind.PARAGRAPH, text, block.anchor)

    def _title(self, block: RawBlock) -> str:
        title = one_line(plain(block.payload.get(block_text.key_of(block.kind))))
        return title if len(title) <= _MAX_TITLE else ""

    def _heading(self, level: int, block: RawBlock) -> _Frame:
        """What a toggle heading holds stands under it, and what comes behind it does not."""
        text = one_line(render(block.payload.get("rich_text")))
        title = one_line(plain(block.payload.get("rich_text")))
        self._writer.heading(level, "" if block.children else title, text, block.anchor)
        return _Frame(title=title)

    def _callout(self, block: RawBlock) -> _Frame:
        """A callout with headings in it is a box around a part of the page, not an aside."""
        group = Group(SectionKind.ADMONITION)
        self._writer.join(group, _indented(render(block.payload.get("rich_text"))), block.anchor)
        box = any(_HEADING.fullmatch(parse(child).kind) for child in block.children)
        return _Frame(None if box else group)

    def _list_item(self, block: RawBlock, frame: _Frame) -> _Frame:
        marker, hang = "- ", 2
        if block.kind == "to_do":
            marker = "- [x] " if block.payload.get("checked") is True else "- [ ] "
        elif block.kind == "numbered_list_item":
            frame.number = _start(block) if frame.number is None else frame.number + 1
            marker = f"{frame.number}. "
            hang = len(marker)
        frame.run = frame.run or Group(SectionKind.LIST)
        group = frame.group or frame.run
        text = _indented(render(block.payload.get("rich_text")), frame.indent, marker, hang)
        self._writer.join(group, text, block.anchor, cut=frame.group is None)
        return _Frame(group, _deeper(frame.indent, hang))

    def _table_row(self, block: RawBlock, frame: _Frame) -> _Frame:
        frame.run = frame.run or Group(SectionKind.KEY_VALUE if frame.pairs else SectionKind.TABLE)
        cells = [one_line(render(cell)) for cell in as_list(block.payload.get("cells"))]
        if frame.pairs:
            self._writer.join(frame.run, ": ".join(filter(None, cells)), block.anchor)
        elif any(cells):
            self._writer.join(frame.run, f"| {' | '.join(cells)} |", block.anchor)
            if frame.ruler:
                self._writer.join(frame.run, "|" + " --- |" * len(cells), block.anchor)
        frame.ruler = False
        return _Frame(frame.group, frame.indent)

    def _code(self, block: RawBlock, frame: _Frame) -> _Frame:
        """Code is a section of its own wherever it stands; its caption helps to find it and follows it."""
        caption = render(block.payload.get("caption"))
        language = one_line(as_text(block.payload.get("language"))).lower()
        self._writer.add(
            SectionKind.CODE,
            plain(block.payload.get("rich_text")),
            block.anchor,
            language if language not in ("", "plain text") else None,
            one_line(caption),
        )
        self._text(caption, block, frame)
        return _Frame(frame.group, frame.indent)


def _holds_pairs(table: RawBlock) -> bool:
    """Whether the rows of a table are a name and its value each, and none is a header of columns."""
    is_named = table.payload.get("has_row_header") is True
    return (
        is_named
        and table.payload.get("has_column_header") is not True
        and table.payload.get("table_width") == 2
    )


def _start(block: RawBlock) -> int:
    """The number that a list begins with: its author may have set it."""
    start = block.payload.get("list_start_index")
    return start if isinstance(start, int) and 0 < start < 1_000_000 else 1


def _deeper(indent: int, columns: int) -> int:
    return min(indent + columns, _MAX_INDENT)


def _indented(text: str, indent: int = 0, marker: str = "", hang: int = 0) -> str:
    """`text` behind `marker`, its further lines indented by `hang` more; '' stays ''."""
    lines = text.strip().split("\n")
    if lines == [""]:
        return ""
    margin = " " * (indent + hang)
    first = f"{' ' * indent}{marker}{lines[0]}"
    return "\n".join([first, *(f"{margin}{line}" if line.strip() else "" for line in lines[1:])])
