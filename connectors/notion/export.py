"""A Notion workspace from its export as Markdown and CSV, without a connection.

The documents have the ids that the live connector gives them, so a source may change from one to the other.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from connectors import attachments, mentions
from connectors.archives import Archive
from connectors.documents import PUBLIC, Document, Failure, Section, SectionKind, assemble
from connectors.errors import UnreadableError
from connectors.exports import ExportConnector
from connectors.filetree.decoding import DAMAGED, decode
from connectors.formats import registry
from connectors.notion import urls
from connectors.notion.export_files import MAX_PAGE, ExportFiles, Node, holds_pages, parts, tables
from connectors.notion.export_links import Links
from connectors.redaction.sections import masked

_ROWS = 500
"""Rows in one table; a database with more has several."""
_OFFICE = (".docx", ".pptx", ".xlsx", ".xlsm")
_KEY = re.compile(r"([^:\n]+):(?: |$)", re.MULTILINE)
_CALLOUT = re.compile(r"\s*<aside>\n?")
_CALLOUT_END = re.compile(r"\n?</aside>\s*")


class NotionExportConnector(ExportConnector):
    """Reads the pages and databases of a zip, or of the zips in a zip."""

    type = "notion"
    reader_version = 1

    def __init__(self, name: str, path: Path, *, access: Iterable[str] = (PUBLIC,)) -> None:
        super().__init__(name, path)
        self._access = frozenset(access)

    def settings(self) -> list[Any]:
        """The access."""
        return [sorted(self._access)]

    def recognize(self, archive: Archive) -> str:
        """`an export of Notion`; `UnreadableError` if it has neither pages nor parts."""
        names = archive.names
        if holds_pages(archive) or any(parts(archive)):
            return "an export of Notion"
        if any(name.lower().endswith(".html") for name in names):
            raise UnreadableError("its pages are HTML: in Notion, choose the export format Markdown & CSV")
        raise UnreadableError("it has no page of Notion: in Notion, choose the export format Markdown & CSV")

    def items(self, archive: Archive) -> Iterator[Document | Failure]:
        """The pages and databases."""
        with ExitStack() as stack:
            archives = [archive]
            for name in parts(archive):
                try:
                    archives.append(stack.enter_context(archive.nested(name)))
                except UnreadableError as error:
                    # Without one part nobody knows what is gone: it must not pass for the whole.
                    raise UnreadableError(f"its part {name}: {error}") from None
            for opened in archives:
                for name, reason in opened.refused.items():
                    yield Failure(name, reason, skipped=True)
            files = ExportFiles.of(archives)
            for node in files.nodes.values():
                yield from self._read(files, node)
            for path in files.unnamed:
                if path not in files.attached:
                    yield Failure(path, "its name ends with no id of a Notion page", skipped=True)

    def _read(self, files: ExportFiles, node: Node) -> Iterator[Document | Failure]:
        identifier = f"notion:{self.name}/{node.id}"
        problems: list[str] = []
        try:
            make = self._database if node.is_database else self._page
            sections = list(make(files, node, problems))
        except UnreadableError as error:
            yield Failure(identifier, str(error), skipped=True)
            return
        yield self._document(files, node, identifier, sections)
        for problem in problems:
            yield Failure(identifier, problem, warning=True)

    def _page(self, files: ExportFiles, node: Node, problems: list[str]) -> Iterator[Section]:
        text, encoding = decode(files.read(node.path, MAX_PAGE))
        if encoding == DAMAGED:
            problems.append("some bytes are not UTF-8 and were replaced by \ufffd")
        parsed = registry.parse("page.md", masked(text.replace("\r\n", "\n")))
        problems += parsed.problems
        links, columns = Links(files, node), files.columns_of(node)
        for number, section in enumerate(parsed.sections):
            if section.kind is SectionKind.CODE:
                yield section
            elif number == 1 and (key := _KEY.match(section.text)) and key[1].strip() in columns:
                yield replace(section, kind=SectionKind.KEY_VALUE, text=links.without_targets(section.text))
            elif (tidy := _without_callout(section)).text.strip():
                yield replace(tidy, text=links.rewrite(tidy.text))
        files.attached.update(links.attached)
        for path in links.attached:
            yield from _attachment(files, path, problems)

    def _database(self, files: ExportFiles, node: Node, problems: list[str]) -> Iterator[Section]:
        links = Links(files, node)
        for table in tables(files.rows(node), _ROWS):
            yield Section(SectionKind.TABLE, links.without_targets(masked(table)))

    def _document(self, files: ExportFiles, node: Node, identifier: str, sections: list[Section]) -> Document:
        anchor = urls.bare_id(node.id)
        title = masked(node.title)
        found = sections or [Section(SectionKind.HEADING, title)]
        text, placed = assemble([replace(section, anchor=anchor, context="") for section in found])
        return Document(
            id=identifier,
            title=title,
            text=text,
            sections=placed,
            source=self.name,
            kind="page",
            url=urls.page_url(node.id),
            breadcrumbs=tuple(map(masked, files.above(node))),
            mentions=mentions.find(placed),
            access=self._access,
        )


def _attachment(files: ExportFiles, path: str, problems: list[str]) -> Iterator[Section]:
    """The text of a file that a page links to, under its name."""
    name = posixpath.basename(path)
    if not attachments.is_supported(name):
        return
    try:
        found = attachments.text_of(name, files.read(path, attachments.MAX_BYTES))
    except UnreadableError as error:
        found = attachments.FileText("", str(error))
    if found.problem:
        problems.append(f"file {masked(name)}: {found.problem}")
    read_as = f"{name}.md" if name.lower().endswith(_OFFICE) else name
    for section in registry.parse(read_as, masked(found.text)).sections if found.text.strip() else ():
        yield replace(section, heading_path=(masked(name), *section.heading_path))


def _without_callout(section: Section) -> Section:
    """A callout, which the export writes as HTML's `aside`, as such."""
    text = _CALLOUT_END.sub("", section.text)
    begins = _CALLOUT.match(text)
    if not begins:
        return replace(section, text=text)
    return replace(section, kind=SectionKind.ADMONITION, text=text[begins.end() :])
