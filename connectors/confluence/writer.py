"""Collects the text of a page as it is read and makes the sections of it."""

from __future__ import annotations

from connectors.confluence.frames import Admonition, Capture, Page, Table
from connectors.confluence.lists import ListText
from connectors.confluence.tables import Cell, properties_text, table_text
from connectors.documents import SectionKind

_DEEPEST_TABLE = 8
"""Tables in tables: what is deeper is only text, as each level has to move what its cells keep apart."""

_Frame = Page | Capture | Table | Admonition | ListText


class Writer:
    """Takes text and the beginnings and ends of blocks, properly nested, in the order of the page.

    Blocks may nest to any depth. Only the innermost one ever holds text that is not a section yet.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._frames: list[_Frame] = [page]
        self._sinks: list[Page | Capture] = [page]
        self._line: list[str] = []
        self._flushes = 0
        self._gap = False
        self._properties = 0

    # Text inside a block

    def text(self, text: str) -> None:
        """Add running text; a run of white space counts as one blank."""
        if text:
            if self._gap:
                self._close_gap(text)
            self._line.append(text.replace("\n", " "))

    def atom(self, words: str) -> None:
        """Add words that touch no other word: a date, a name, a picture's description."""
        words = " ".join(words.split())
        if words:
            self._gap = True
            self._close_gap(words.lstrip("@"))
            self._line.append(words)
            self._gap = True

    def gap(self) -> None:
        """Say that a word ends here."""
        self._gap = True

    def line_break(self) -> None:
        """Begin a new line in the paragraph."""
        self._line.append("\n")

    def mark(self) -> tuple[int, int]:
        """This place in the text, for `take`."""
        return self._flushes, len(self._line)

    def take(self, mark: tuple[int, int]) -> str | None:
        """Take back the text since `mark`; None if a block has begun or ended since."""
        if mark[0] != self._flushes:
            return None
        text = "".join(self._line[mark[1] :])
        del self._line[mark[1] :]
        return text

    def give_back(self, text: str) -> None:
        """Add text, with its line breaks, that was taken."""
        if text:
            self._line.append(text)

    def _close_gap(self, text: str) -> None:
        if self._line and self._line[-1][-1].isalnum() and text[:1].isalnum():
            self._line.append(" ")
        self._gap = False

    # Blocks

    def end_paragraph(self) -> None:
        """Close the paragraph, if one has begun."""
        self._flushes += 1
        self._gap = False
        line = self._line
        if not line:
            return
        text = line[0] if len(line) == 1 else "".join(line)
        line.clear()
        if "\n" in text:
            lines = (" ".join(part.split()) for part in text.split("\n"))
            text = "\n".join(part for part in lines if part)
        else:
            text = " ".join(text.split())
        if text:
            self._add_paragraph(text)

    def _add_paragraph(self, text: str) -> None:
        frame = self._frames[-1]
        if frame is self._page:
            self._page.put(SectionKind.PARAGRAPH, text)
        elif isinstance(frame, ListText):
            frame.add(text)
        elif isinstance(frame, Admonition):
            frame.paragraphs.append(text)
        else:
            self._sinks[-1].put(SectionKind.PARAGRAPH, text)

    def section(self, kind: SectionKind, text: str, language: str | None = None, context: str = "") -> None:
        """Add a block whose text is `text` exactly."""
        self.flush()
        if text:
            self._sinks[-1].put(kind, text, language, context)

    def flush(self) -> None:
        """Make sections of all text so far."""
        self.end_paragraph()
        frame = self._frames[-1]
        if isinstance(frame, ListText):
            for piece in frame.take():
                self._sinks[-1].put(SectionKind.LIST, piece)
        elif isinstance(frame, Admonition) and frame.paragraphs:
            text = "\n\n".join(frame.paragraphs)
            frame.paragraphs = []
            self._sinks[-1].put(SectionKind.ADMONITION, text, context=frame.name)

    def place(self, key: str) -> None:
        """Remember under `key` the section that this place will be in."""
        self._sinks[-1].waiting.append(key)

    def finish(self) -> None:
        """Make sections of what is left."""
        self.flush()
        for key in self._page.waiting:
            self._page.places.setdefault(key, max(0, len(self._page.sections) - 1))

    def open_heading(self) -> bool:
        """Begin a heading; false where none can be, as in a table or a list: it is a paragraph there."""
        self.end_paragraph()
        if len(self._sinks) > 1 or isinstance(self._frames[-1], ListText):
            return False
        self.flush()
        self._open_capture()
        return True

    def close_heading(self, level: int) -> None:
        """End the heading that was begun."""
        captured = self._close_capture()
        self._page.waiting += captured.waiting
        if words := " ".join(captured.pieces):
            self._page.put_heading(level, words)
        for section in captured.apart:
            self._page.put(section.kind, section.text, section.language, section.context)

    def open_admonition(self, name: str) -> None:
        """Begin an admonition: its paragraphs are one section."""
        self.flush()
        self._frames.append(Admonition(name, []))

    def close_admonition(self) -> None:
        """End the admonition."""
        self.flush()
        self._frames.pop()

    @property
    def in_list(self) -> bool:
        """Whether the innermost block is a list."""
        return isinstance(self._frames[-1], ListText)

    def open_list(self, start: int | None) -> None:
        """Begin a list, ordered if it has a number to start with."""
        if self.in_list:
            self.end_paragraph()
        else:
            self.flush()
            self._frames.append(ListText())
        self._list.open(start)

    def close_list(self) -> None:
        """End the list."""
        self.end_paragraph()
        if self._list.close():
            self.flush()
            self._frames.pop()

    def open_item(self, box: str = "") -> None:
        """Begin an item of the list."""
        self.end_paragraph()
        self._list.item(box)

    def close_item(self) -> None:
        """End the item."""
        self.end_paragraph()
        self._list.end_item()

    @property
    def _list(self) -> ListText:
        frame = self._frames[-1]
        assert isinstance(frame, ListText)
        return frame

    @property
    def in_table(self) -> bool:
        """Whether a row or a cell may begin here."""
        return isinstance(self._frames[-1], Table)

    @property
    def _table(self) -> Table:
        frame = self._frames[-1]
        assert isinstance(frame, Table)
        return frame

    def open_table(self) -> bool:
        """Begin a table; false where tables are nested too deep: its cells are paragraphs there."""
        self.flush()
        if len(self._sinks) > _DEEPEST_TABLE:
            return False
        self._frames.append(Table(bool(self._properties) and len(self._sinks) == 1))
        return True

    def open_row(self) -> None:
        """Begin a row of the table."""
        self.end_paragraph()
        self._table.rows.append([])

    def open_cell(self) -> None:
        """Begin a cell of the row."""
        self.end_paragraph()
        self._open_capture()

    def close_cell(self, columns: int, rows: int, header: bool) -> None:
        """End the cell, which covers so many columns and rows."""
        captured = self._close_capture()
        self._table.add(Cell(" ".join(captured.pieces), columns, rows, header), captured)

    def open_properties(self) -> None:
        """Begin the properties of the page: a table of them is key and value."""
        self.end_paragraph()
        self._properties += 1

    def close_properties(self) -> None:
        """End the properties."""
        self.end_paragraph()
        self._properties -= 1

    def close_table(self) -> None:
        """End the table: code and tables in its cells follow it."""
        self.end_paragraph()
        table = self._table
        self._frames.pop()
        sink = self._sinks[-1]
        sink.waiting += table.waiting
        if table.properties and (text := properties_text(table.rows)):
            sink.put(SectionKind.KEY_VALUE, text)
        elif text := table_text(table.rows):
            sink.put(SectionKind.TABLE, text)
        for section in table.apart:
            sink.put(section.kind, section.text, section.language, section.context)

    def _open_capture(self) -> None:
        capture = Capture()
        self._frames.append(capture)
        self._sinks.append(capture)

    def _close_capture(self) -> Capture:
        self.end_paragraph()
        self._frames.pop()
        capture = self._sinks.pop()
        assert isinstance(capture, Capture)
        return capture
