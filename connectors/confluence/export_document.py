"""Makes the documents of a page of an export: its body with its comments, and the text of each attachment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from urllib.parse import quote_plus

from connectors import attachments, mentions
from connectors.archives import Archive
from connectors.confluence import comments, storage, wiki_markup
from connectors.confluence.comments import Comment
from connectors.confluence.export_access import ReadAccess
from connectors.confluence.export_includes import Included, Includes
from connectors.confluence.export_index import PAGES, Content, Index
from connectors.confluence.resources import known_language
from connectors.confluence.storage import StoragePage
from connectors.confluence.values import one_line
from connectors.documents import Document, Failure, Section, SectionKind, assemble
from connectors.errors import UnreadableError
from connectors.formats import plain, registry
from connectors.redaction.sections import masked, masked_section

_MAX_DEPTH = 200
_OFFICE = (".docx", ".pptx", ".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class Site:
    """Where the export comes from: `url` is the site's address or '', `zone` that of all its times."""

    url: str
    is_cloud: bool
    zone: tzinfo


class PageReader:
    """Makes documents of the pages of one export, and of the files on them."""

    def __init__(
        self, source: str, archive: Archive, prefix: str, index: Index, access: ReadAccess, site: Site
    ) -> None:
        self._source = source
        self._archive = archive
        self._files = f"{prefix}attachments/"
        self._has_files = any(name.startswith(self._files) for name in archive.names)
        self._index = index
        self._access = access
        self._site = site
        self._names = _mention_names(index)
        self._includes = Includes(index, lambda body: storage.read(body, user_names=self._names))

    def read(self, page: Content) -> Iterator[Document | Failure]:
        """The documents of a page and of its files, and what could not be read of them."""
        identifier = f"confluence:{self._source}/{page.id}"
        found = self._body(page) if page.kind in PAGES else Included([])
        problems = found.problems
        if missing := self._access.missing_parent(page):
            problems.append(f"nobody may read it: {missing}")
        access = self._access.of(page, *found.pages)
        document = self._document(identifier, page, found.sections)
        yield replace(
            document,
            url=self._url(page),
            breadcrumbs=tuple(map(masked, self._above(page))),
            access=access,
        )
        for problem in problems:
            yield Failure(identifier, problem, warning=True)
        yield from self._attachments(page)

    def _document(self, identifier: str, content: Content, sections: Iterable[Section]) -> Document:
        title = masked(content.title) or "Untitled"
        found = [masked_section(section) for section in sections]
        text, placed = assemble(found or [Section(SectionKind.HEADING, title)])
        return Document(
            id=identifier,
            title=title,
            text=text,
            sections=placed,
            source=self._source,
            kind="page",
            version=content.version,
            updated_at=_moment(content.edited, self._site.zone),
            author=masked(self._index.person(content.author)),
            labels=tuple(map(masked, self._index.labels_on(content))),
            mentions=mentions.find(placed),
        )

    def _body(self, page: Content) -> Included:
        """The sections of a page's body with what it includes, and of its comments."""
        body, wiki_markup = self._index.body_of(page)
        prefix = None if self._site.is_cloud else page.title
        read = storage.read("" if wiki_markup else body, data_center_title=prefix, user_names=self._names)
        found = self._includes.into(page, read)
        if wiki_markup:
            found.problems.append(
                "written in the wiki markup of Confluence before 4.0; all but its code is read as plain text"
            )
            found.sections = list(_wiki_sections(body))
        found.sections += self._comments(page, read)
        return found

    def _comments(self, page: Content, read: StoragePage) -> Iterator[Section]:
        found = [self._comment(self._index.contents[name]) for name in self._index.comments.get(page.id, ())]
        yield from comments.sections(found, read, self._names)

    def _comment(self, content: Content) -> Comment:
        first = content
        seen: set[str] = set()
        while first.id not in seen and (above := self._index.contents.get(first.parent)):
            seen.add(first.id)
            first = above
        place = self._index.inline_properties(content)
        resolved = place.get("status") == "resolved" or place.get("resolved") == "true"
        return Comment(
            id=content.id,
            page=content.container,
            thread=first.id,
            version=content.file_version,
            author=self._index.person(content.author),
            body=self._index.body_of(content)[0],
            marker=place.get("inline-marker-ref", ""),
            quote=one_line(place.get("inline-original-selection", "")),
            resolution="resolved" if resolved else "",
        )

    def _attachments(self, page: Content) -> Iterator[Document | Failure]:
        latest: dict[str, Content] = {}
        for name in self._index.attachments.get(page.id, ()):
            file = self._index.contents[name]
            if file.title not in latest or latest[file.title].file_version < file.file_version:
                latest[file.title] = file
        for title, file in sorted(latest.items()):
            if self._has_files and attachments.is_supported(title):
                yield from self._attachment(page, file)

    def _attachment(self, page: Content, file: Content) -> Iterator[Document | Failure]:
        """The document of a file, whose id is that of Confluence's API."""
        identifier = f"confluence:{self._source}/att{file.id}"
        found = self._file_text(file)
        if not found.text.strip():
            yield Failure(identifier, f"{masked(file.title)}: {found.problem}", skipped=True)
            return
        read_as = f"{file.title}.md" if file.title.lower().endswith(_OFFICE) else file.title
        sections = (replace(s, anchor="") for s in registry.parse(read_as, found.text).sections)
        yield replace(
            self._document(identifier, file, sections),
            url=self._url(page),
            breadcrumbs=tuple(map(masked, [*self._above(page), page.title])),
            access=self._access.of(page),
        )
        if found.problem:
            yield Failure(identifier, found.problem, warning=True)

    def _file_text(self, file: Content) -> attachments.FileText:
        path = f"{self._files}{file.container}/{file.id}/{file.file_version}"
        if path not in self._archive:
            return attachments.FileText("", self._archive.refused.get(path, "not in the export"))
        try:
            return attachments.text_of(file.title, self._archive.read(path, attachments.MAX_BYTES))
        except UnreadableError as error:
            return attachments.FileText("", str(error))

    def _above(self, page: Content) -> Sequence[str]:
        names: list[str] = []
        current = self._index.contents.get(page.parent)
        while current is not None and len(names) < _MAX_DEPTH:
            names.append(current.title)
            current = self._index.contents.get(current.parent)
        space = self._index.spaces.get(page.space)
        return [*([space.name] if space else []), *reversed(names)]

    def _url(self, page: Content) -> str:
        space = self._index.spaces.get(page.space)
        if not self._site.url:
            return ""
        if self._site.is_cloud and space and page.kind == "Page":
            return f"{self._site.url}/spaces/{space.key}/pages/{page.id}/{quote_plus(page.title)}"
        return f"{self._site.url}/pages/viewpage.action?pageId={page.id}"


def _wiki_sections(body: str) -> Iterator[Section]:
    for piece in wiki_markup.pieces(body):
        if piece.is_code:
            language = known_language(piece.language)
            yield Section(SectionKind.CODE, piece.text, language=language, context=piece.title)
        else:
            for section in plain.parse(piece.text).sections:
                yield replace(section, anchor="")


def _mention_names(index: Index) -> dict[str, str]:
    """How a body may name a user, and the name that people know."""
    names: dict[str, str] = {}
    for key, account in index.users.items():
        for identifier in filter(None, (key, account.name, account.account_id)):
            names[identifier] = index.person(key)
    return names


def _moment(text: str, zone: tzinfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
