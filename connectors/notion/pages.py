"""Reads one page whole: properties, blocks, comments, the text of its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from connectors import attachments
from connectors.documents import Document, Section
from connectors.errors import KubeloreError, TemporaryError, UnreachableError, UnreadableError
from connectors.http.errors import ForbiddenError, MissingError
from connectors.notion import blocks, comments, page_document, properties, rich_text, tree, urls
from connectors.notion.block_text import NotionFile
from connectors.notion.client import NotionApi
from connectors.notion.comments import BlockComments, Found
from connectors.notion.page_document import Frame
from connectors.notion.values import JsonObject, as_list, as_object, as_text

_MAX_FILES = 50
_CUT_AT = 25
"""A page shows no more values than this of a property that holds a list."""
_WITHOUT_TEXT = frozenset({"image", "video", "audio"})


@dataclass(slots=True)
class PageContent:
    """A page's document, and what the next crawl needs to know of it.

    `children` are the pages and databases in its blocks, `links` all whose titles it shows. `problems` are
    parts that could not be read: (reason, skipped). `trouble` is a reason to read it again next time, `on_blocks` is
    what is known of comments on single blocks.
    """

    document: Document
    children: tuple[str, ...]
    links: tuple[str, ...]
    problems: tuple[tuple[str, bool], ...]
    trouble: tuple[str, ...] = ()
    on_blocks: Found = field(default_factory=Found)


@dataclass(slots=True)
class PageReader:
    """Reads pages; remembers what the integration may not see at all, to ask for it once only."""

    api: NotionApi
    names: dict[str, str]
    block_comments: BlockComments
    max_file_bytes: int = attachments.MAX_BYTES
    without_comments: str = ""
    without_users: str = ""
    may_know_users_later: bool = False
    _asked_for_users: bool = False

    def read(self, frame: Frame, page: JsonObject, commented: Collection[str] = ()) -> PageContent:
        """The content of a page; raises what the API says if its blocks or comments cannot be read.

        `commented` are the blocks that are known to have comments.
        """
        page = {**page, "properties": self._completed(frame.id, as_object(page.get("properties")))}
        held = properties.read(page["properties"], self.names, with_title=False)
        found = tree.fetch(self.api, frame.id)
        content = blocks.read(found.blocks, self.names)
        sections = [held.section] if held.section else []
        sections += content.sections
        on_page, on_blocks = self._comments(frame.id), Found()
        if not self.without_comments:
            on_blocks = self.block_comments.of(found.blocks, commented)
        said = {as_text(comment.get("id")): comment for comment in (*on_page, *on_blocks.comments)}
        sections += comments.sections(said.values(), self.names, found.blocks, content.sections)
        problems, trouble = Problems(), list[str]()
        own_files = [NotionFile(frame.id, f.kind, f.name, f.url, f.external) for f in held.files]
        sections += self._file_sections([*own_files, *content.files], frame.id, problems, trouble)
        problems.count(found.missing)
        problems.count(Counter(content.skipped))
        problems.count(Counter({f"property of type {kind}": n for kind, n in held.skipped.items()}))
        return PageContent(
            page_document.make(frame, page, sections, self.names),
            children=(*content.child_pages, *content.child_databases),
            links=tuple(dict.fromkeys((*held.related, *_linked(found.blocks)))),
            problems=tuple(problems.found),
            trouble=tuple(trouble),
            on_blocks=on_blocks,
        )

    def _completed(self, page_id: str, values: JsonObject) -> JsonObject:
        """The properties with the lists whole that a page object cuts short."""
        whole: JsonObject = {}
        for name, value in values.items():
            kind = as_text(as_object(value).get("type"))
            held = as_object(value).get(kind)
            cut = as_object(value).get("has_more") is True or len(as_list(held)) >= _CUT_AT
            if cut and kind in ("title", "rich_text", "relation", "people"):
                items = self.api.property_items(page_id, as_text(as_object(value).get("id")))
                whole[name] = {**as_object(value), kind: [item.get(kind) for item in items]}
            else:
                whole[name] = value
        return whole

    def _comments(self, page_id: str) -> list[JsonObject]:
        if self.without_comments:
            return []
        try:
            return list(self.api.comments(page_id))
        except ForbiddenError as error:
            self.without_comments = str(error)
            return []

    def lacks(self) -> set[str]:
        """The rights that the integration was found not to have: `comments`, `users`."""
        without_users = bool(self.without_users) and not self.may_know_users_later
        return {
            name for name, lacks in (("comments", self.without_comments), ("users", without_users)) if lacks
        }

    def gains(self, lacked: Collection[str], some_pages: Iterable[str]) -> bool:
        """Whether the integration has got a right that it lacked; `some_pages` are such as it knew."""
        if "comments" in lacked and not self._tried_comments(some_pages):
            return False
        if "users" in lacked:
            self.learn_users()
        return bool(lacked) and not set(lacked) <= self.lacks()

    def _tried_comments(self, some_pages: Iterable[str]) -> bool:
        """Whether one of the pages told if comments may be read."""
        for page in some_pages:
            try:
                self._comments(page)
            except UnreachableError:
                raise
            except MissingError:
                continue
            except (TemporaryError, UnreadableError) as error:
                self.without_comments = str(error)
            return True
        return False

    def learn_users(self) -> None:
        """Learn what people are called, once; without the right to, pages tell less of their authors."""
        if self._asked_for_users:
            return
        self._asked_for_users = True
        try:
            for user in self.api.users():
                self.names[urls.bare_id(as_text(user.get("id")))] = as_text(user.get("name"))
        except UnreachableError:
            raise
        except (TemporaryError, UnreadableError) as error:
            self.without_users = str(error)
            self.may_know_users_later = not isinstance(error, ForbiddenError)

    def _file_sections(
        self, files: Sequence[NotionFile], page_id: str, problems: Problems, trouble: list[str]
    ) -> Iterator[Section]:
        """The text of the files that Notion itself keeps; an author's link to elsewhere is not followed."""
        hosted = [file for file in files if not file.external and file.kind not in _WITHOUT_TEXT]
        for number, file in enumerate(hosted):
            if number >= _MAX_FILES:
                problems.add(f"file {file.name}: more than {_MAX_FILES} files on the page")
            elif not attachments.is_supported(file.name):
                problems.add(f"file {file.name}: files of this type are not read")
            else:
                yield from self._file(file, page_id, problems, trouble)

    def _file(
        self, file: NotionFile, page_id: str, problems: Problems, trouble: list[str]
    ) -> Iterator[Section]:
        try:
            try:
                data = self.api.download(file.url)
            except ForbiddenError:  # the link has expired while the server made us wait
                data = self.api.download(self._fresh_link(file, page_id))
        except TemporaryError as error:  # also when the files' own server is not reachable from here
            trouble.append(f"file {file.name}: {error}")
        except KubeloreError as error:
            problems.add(f"file {file.name}: {error}")
        else:
            read = attachments.text_of(file.name, data, self.max_file_bytes)
            if read.problem:
                problems.add(f"file {file.name}: {read.problem}")
            yield from page_document.file_sections(file.name, read.text, file.block_id)

    def _fresh_link(self, file: NotionFile, page_id: str) -> str:
        if file.block_id == page_id:
            now = properties.read(self.api.page(page_id).get("properties")).files
        else:
            now = blocks.read([self.api.block(file.block_id)]).files
        return next((other.url for other in now if other.name == file.name), file.url)


@dataclass(slots=True)
class Problems:
    """Parts of a page that were left out by rule, each a reason."""

    found: list[tuple[str, bool]] = field(default_factory=list)

    def add(self, reason: str) -> None:
        """Note one."""
        self.found.append((reason, True))

    def count(self, kinds: Counter[str]) -> None:
        """Note how many blocks of each kind were left out."""
        for reason in page_document.missing_text(kinds):
            self.add(reason)


def _linked(found: list[JsonObject]) -> Iterator[str]:
    """The pages and databases whose titles stand in blocks: links, mentions, children."""
    stack: list[object] = list(found)
    while stack:
        block = as_object(stack.pop())
        stack += as_list(block.get("children"))
        kind = as_text(block.get("type"))
        own = as_object(block.get(kind))
        if kind == "link_to_page":
            yield as_text(own.get(as_text(own.get("type"))))
        elif kind in ("child_page", "child_database"):
            yield as_text(block.get("id"))
        for piece in rich_text.pieces_in(own):
            mention = as_object(piece.get("mention"))
            if mention.get("type") in ("page", "database"):
                yield as_text(as_object(mention.get(as_text(mention.get("type")))).get("id"))
