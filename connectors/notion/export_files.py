"""The files of a Notion export by what they are: pages, databases, and what is attached to them."""

from __future__ import annotations

import csv
import io
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from connectors.archives import Archive
from connectors.errors import UnreadableError
from connectors.filetree.decoding import decode

MAX_PAGE = 5_000_000
MAX_TABLE = 50_000_000
"""Larger pages and tables are not read."""
_HEAD = 4_096
_NAMED = re.compile(r"(?P<title>.*?)[ _-]?(?P<id>[0-9a-fA-F]{32})(?P<all>_all)?", re.DOTALL)
_TITLE = re.compile(r"\s*# +(?P<title>[^\n]*)")
_WRAPPER = re.compile(r"(?:Export|ExportBlock)-[0-9a-fA-F-]{36}(?:-Part-\d+)?|Private & Shared(?: \d+)?")
_PART = re.compile(r"\.zip$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Node:
    """A page or database: its id as Notion's API writes it, its title, and the path of its file."""

    id: str
    title: str
    path: str
    is_database: bool


@dataclass
class ExportFiles:
    """Every file of an export, its parts taken together, by its path."""

    archives: dict[str, Archive] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    unnamed: list[str] = field(default_factory=list)
    attached: set[str] = field(default_factory=set)
    """Files that a page links to."""
    _by_path: dict[str, Node] = field(default_factory=dict)
    _folders: dict[str, Node | None] = field(default_factory=dict)
    _columns: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, archives: Iterable[Archive]) -> ExportFiles:
        """The files of these archives; where two have the same path, that of the first."""
        files = cls()
        for archive in archives:
            for name in archive.names:
                files.archives.setdefault(name, archive)
        for path in sorted(files.archives, key=_whole_tables_first):
            files._add(path)
        return files

    def read(self, path: str, max_bytes: int) -> bytes:
        """The bytes of a file; `UnreadableError` if it is larger or damaged."""
        return self.archives[path].read(path, max_bytes)

    def node_at(self, path: str) -> Node | None:
        """The page or database whose file this is; a table of some rows is its database, too."""
        return self._by_path.get(path)

    def above(self, node: Node) -> list[str]:
        """The titles of the pages, databases and teamspaces above a page, outermost first."""
        folder = posixpath.dirname(node.path)
        names: list[str] = []
        while folder:
            owner, name = self._folders.get(folder), posixpath.basename(folder)
            if owner is not None:
                names.append(owner.title)
            elif not _WRAPPER.fullmatch(name):
                names.append(_split(name)[0] or name)
            folder = posixpath.dirname(folder)
        return names[::-1]

    def rows(self, database: Node) -> list[list[str]]:
        """The rows of a database, its header first; `UnreadableError` if its table is broken or too large."""
        text = decode(self.read(database.path, MAX_TABLE))[0]
        try:
            rows = list(csv.reader(io.StringIO(text, newline="")))
        except csv.Error as error:
            raise UnreadableError(f"its table is broken ({error})") from None
        return [row for row in rows if any(cell.strip() for cell in row)] or [[]]

    def columns_of(self, row: Node) -> frozenset[str]:
        """The names of the properties of a page that is a row; none for one that is in no database."""
        database = self._folders.get(posixpath.dirname(row.path))
        if database is None or not database.is_database:
            return frozenset()
        if database.id not in self._columns:
            try:
                self._columns[database.id] = frozenset(name.strip() for name in self.rows(database)[0])
            except UnreadableError:
                self._columns[database.id] = frozenset()  # told where the database itself is read
        return self._columns[database.id]

    def _add(self, path: str) -> None:
        stem, suffix = posixpath.splitext(path)
        is_database = suffix.lower() == ".csv"
        if suffix.lower() != ".md" and not is_database:
            return
        folder, name = posixpath.split(stem)
        title, identifier = _split(name)
        if not identifier:
            if not is_database:
                self.unnamed.append(path)
            return
        node = self.nodes.get(identifier)
        if node is not None and node.is_database != is_database:
            return  # an id is that of one thing: the page, as pages are read first
        if node is None:
            title = (title if is_database else self._own_title(path)) or title or "Untitled"
            node = self.nodes[identifier] = Node(identifier, title, path, is_database)
        self._by_path[path] = node
        # Older exports put the id into the folder's name, newer ones do not.
        for owned in {name.removesuffix("_all"), _split(name)[0]} - {""}:
            self._own(posixpath.join(folder, owned), node)

    def _own(self, folder: str, node: Node) -> None:
        if self._folders.setdefault(folder, node) is not node:
            self._folders[folder] = None  # two of the same title: nobody can tell whose it is

    def _own_title(self, path: str) -> str:
        """The title as the page has it: a file's name is cut and has no signs that disks forbid."""
        try:
            head = self.archives[path].head(path, _HEAD)
        except UnreadableError:
            return ""  # told where the page itself is read
        match = _TITLE.match(head.decode("utf-8", "ignore").removeprefix("\ufeff"))
        return " ".join(match["title"].split()) if match else ""


def parts(archive: Archive) -> Iterator[str]:
    """The names of the zips in a zip: what Notion makes of a large workspace. Zips in folders are attached to pages."""
    return (name for name in archive.names if _PART.search(name) and "/" not in name)


def holds_pages(archive: Archive) -> bool:
    """Whether any page or database of Notion is in it."""
    stems = (posixpath.splitext(posixpath.basename(name)) for name in archive.names)
    return any(suffix.lower() in (".md", ".csv") and _split(stem)[1] for stem, suffix in stems)


def tables(rows: Sequence[Sequence[str]], size: int) -> Iterator[str]:
    """The rows as Markdown tables of at most `size` rows, each with the header; columns without values are left out."""
    header, *body = rows
    width = max(map(len, rows))
    used = [number for number in range(width) if any(_cell(row, number) for row in body)]
    for start in range(0, len(body), size) if used else ():
        lines = [_line(header, used), "|" + " --- |" * len(used)]
        yield "\n".join([*lines, *(_line(row, used) for row in body[start : start + size])])


def _line(row: Sequence[str], columns: Sequence[int]) -> str:
    return f"| {' | '.join(_cell(row, number) for number in columns)} |"


def _cell(row: Sequence[str], number: int) -> str:
    return " ".join(row[number].split()).replace("|", "\\|") if number < len(row) else ""


def _split(name: str) -> tuple[str, str]:
    """The title and the id that a file's or folder's name ends with, '' if there is none."""
    match = _NAMED.fullmatch(name)
    if not match:
        return name, ""
    return match["title"].strip(), str(UUID(match["id"]))


def _whole_tables_first(path: str) -> tuple[bool, bool, str]:
    """Pages, then tables of all rows, then those of the rows that a view shows."""
    return path.lower().endswith(".csv"), not path.lower().endswith("_all.csv"), path
