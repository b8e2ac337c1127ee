"""Makes the document of one page of an export: its body, its comments, the text of its attachments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from connectors import attachments, mentions
from connectors.archives import Archive
from connectors.confluence import storage
from connectors.confluence.export_access import ReadAccess
from connectors.confluence.export_index import Content, Index
from connectors.confluence.storage import StoragePage
from connectors.documents import Document, Failure, Section, SectionKind, assemble
from connectors.errors import UnreadableError
from connectors.formats import plain, registry
from connectors.redaction import redact

_MAX_DEPTH = 200
_OFFICE = (".docx", ".pptx", ".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class Site:
    """Where the export comes from: `url` is the site's address or '', `zone` that of all its times."""

    url: str
    is_cloud: bool
    zone: tzinfo


class PageReader:
    """Makes documents of the pages of one export."""

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

    def read(self, page: Content) -> Iterator[Document | Failure]:
        """The document of a page, and what could not be read of it."""
        identifier = f"confluence:{self._source}/{page.id}"
        problems: list[str] = []
        if missing := self._access.missing_parent(page):
            problems.append(f"nobody may read it: {missing}")
        sections = [*self._body(page, problems), *self._attachments(page, problems)]
        title = _masked(page.title) or "Untitled"
        text, placed = assemble(
            [_redacted(section) for section in sections] or [Section(SectionKind.HEADING, title)]
        )
        edited = _moment(page.edited, self._site.zone)
        yield Document(
            id=identifier,
            title=title,
            text=text,
            sections=placed,
            source=self._source,
            kind="page",
            url=self._url(page),
            version=page.version,
            updated_at=edited,
            author=self._index.person(page.author),
            breadcrumbs=tuple(map(_masked, self._above(page))),
            labels=tuple(map(_masked, self._index.labels_on(page))),
            mentions=mentions.find(placed),
            access=self._access.of(page),
        )
        for problem in problems:
            yield Failure(identifier, problem, warning=True)

    def _body(self, page: Content, problems: list[str]) -> Iterator[Section]:
        body, wiki_markup = self._index.body_of(page)
        if wiki_markup:
            problems.append("written in the wiki markup of Confluence before 4.0; read as plain text")
            yield from plain.parse(body).sections
            yield from self._comments(page, None)
            return
        read = self._storage(body, page.title)
        yield from read.sections
        yield from self._comments(page, read)

    def _storage(self, body: str, title: str) -> StoragePage:
        prefix = None if self._site.is_cloud else title
        return storage.read(body, data_center_title=prefix, user_names=self._names)

    def _comments(self, page: Content, read: StoragePage | None) -> Iterator[Section]:
        """The threads in the order of their beginnings, each comment after the one that it answers."""
        answers: dict[str, list[Content]] = {}
        comments = [self._index.contents[name] for name in self._index.comments.get(page.id, ())]
        known = {comment.id for comment in comments}
        for comment in sorted(comments, key=lambda found: (found.created, found.id)):
            answers.setdefault(comment.parent if comment.parent in known else "", []).append(comment)
        pending = [(comment, comment) for comment in reversed(answers.get("", []))]
        while pending:
            comment, first = pending.pop()
            yield from self._comment(comment, first, read)
            pending += [(answer, first) for answer in reversed(answers.get(comment.id, []))]

    def _comment(self, comment: Content, first: Content, read: StoragePage | None) -> Iterator[Section]:
        """A comment in sections: its code as it is, the rest with the name of who wrote it."""
        place = self._index.inline_properties(first)
        block = read.comment_markers.get(place.get("inline-marker-ref", "")) if read else None
        path = read.sections[block].heading_path if read and block is not None else ()
        resolved = place.get("status") == "resolved" or place.get("resolved") == "true"
        about = f"on “{quoted}”" if (quoted := place.get("inline-original-selection", "")) else ""
        state = ", ".join(filter(None, (about if comment is first else "", "resolved" if resolved else "")))
        name = self._index.person(comment.author)
        words = [f"{name or 'Comment'}{f' ({state})' if state else ''}:"]
        anchor, path = f"comment-{comment.id}", (*path, "Comments")
        for section in self._storage(self._index.body_of(comment)[0], "").sections:
            if section.kind is not SectionKind.CODE:
                words.append(section.text)
                continue
            if words:
                yield Section(SectionKind.ADMONITION, _joined(words), anchor, path)
                words = []
            yield Section(SectionKind.CODE, section.text, anchor, path, section.language)
        if words:
            yield Section(SectionKind.ADMONITION, _joined(words), anchor, path)

    def _attachments(self, page: Content, problems: list[str]) -> Iterator[Section]:
        latest: dict[str, Content] = {}
        for name in self._index.attachments.get(page.id, ()):
            file = self._index.contents[name]
            if file.title not in latest or latest[file.title].file_version < file.file_version:
                latest[file.title] = file
        for title, file in sorted(latest.items()):
            if not self._has_files or not attachments.is_supported(title):
                continue
            found = self._file_text(file)
            if found.problem:
                problems.append(f"attachment {_masked(title)}: {found.problem}")
            read_as = f"{title}.md" if title.lower().endswith(_OFFICE) else title
            for section in registry.parse(read_as, found.text).sections if found.text.strip() else ():
                yield replace(section, anchor="", heading_path=(title, *section.heading_path))

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
            return f"{self._site.url}/spaces/{space.key}/pages/{page.id}"
        return f"{self._site.url}/pages/viewpage.action?pageId={page.id}"


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


def _joined(words: Sequence[str]) -> str:
    """The name of who wrote a comment before its first words, and blocks apart."""
    first = " ".join(words[:2]) if words[0].endswith(":") else "\n\n".join(words[:2])
    return "\n\n".join([first, *words[2:]])


def _redacted(section: Section) -> Section:
    return replace(
        section,
        text=_masked(section.text),
        context=_masked(section.context),
        heading_path=tuple(map(_masked, section.heading_path)),
    )


def _masked(text: str) -> str:
    return redact(text)[0] if text else text
