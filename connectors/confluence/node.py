"""One thing of a Confluence site, as far as it must be known without its body."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import unquote_plus

from connectors.confluence import permissions
from connectors.confluence.permissions import Principals
from connectors.confluence.values import JsonObject, as_list, as_number, as_object, as_text, at, one_line
from connectors.redaction import redact

PAGES = frozenset({"page", "blogpost"})
"""What has a body and comments."""
TITLES = frozenset({"folder", "whiteboard"})
"""What is read for its title only."""
ATTACHMENT = "attachment"
DOCUMENTS = PAGES | TITLES | {ATTACHMENT}

_WITHOUT_ANCESTORS = frozenset({"blogpost", ATTACHMENT})


@dataclass(frozen=True, slots=True)
class Node:
    """A page, or whatever else stands in a space.

    `parent` is the id of what is right above it ('' at the top of a space); for an attachment its page. `readers`
    is its own read restriction; None: it has none. `knows_parent` and `knows_readers` are false where the server
    left that out, which then has to be looked up.
    """

    id: str
    kind: str
    title: str
    space: str
    version: int = 0
    parent: str = ""
    readers: Principals | None = None
    labels: tuple[str, ...] = ()
    link: str = ""
    media: str = ""
    size: int = 0
    knows_parent: bool = True
    knows_readers: bool = True

    def to_json(self) -> list[object]:
        """Lists and strings from which `from_json` makes an equal node."""
        readers = None if self.readers is None else sorted(self.readers)
        return [
            self.id, self.kind, self.title, self.space, self.version, self.parent, readers,
            list(self.labels), self.link, self.media, self.size,
        ]  # fmt: skip

    @classmethod
    def from_json(cls, data: list[object]) -> Node:
        """The node that `to_json` described."""
        identifier, kind, title, space, version, parent, readers, labels, link, media, size = data
        return cls(
            as_text(identifier), as_text(kind), as_text(title), as_text(space), as_number(version), as_text(parent),
            None if readers is None else frozenset(map(as_text, as_list(readers))),
            tuple(map(as_text, as_list(labels))), as_text(link), as_text(media), as_number(size),
        )  # fmt: skip

    def read_by(self, readers: Principals | None) -> Node:
        """The same with its restriction looked up."""
        return replace(self, readers=readers, knows_readers=True)

    def titled(self, title: str) -> Node:
        """The same with another title."""
        return replace(self, title=title)

    def unchecked(self) -> Node:
        """The same without what the server would have to tell again: its parent and restriction."""
        is_file = self.kind == ATTACHMENT
        return replace(self, knows_parent=is_file, knows_readers=is_file)

    def nowhere(self) -> Node:
        """The same without its parent."""
        return replace(self, parent="", knows_parent=False)

    def below(self, parent: str) -> Node:
        """The same with its parent looked up."""
        return replace(self, parent=parent, knows_parent=True)


def parse(content: JsonObject) -> Node | None:
    """The node of an answer; None for what is no content: drafts, what is archived or in the trash."""
    kind, identifier = as_text(content.get("type")), as_text(content.get("id"))
    if not identifier or as_text(content.get("status")) not in ("current", ""):
        return None
    readers, knows_readers = restriction(at(content, "restrictions", "read"))
    if kind == ATTACHMENT:
        parent = as_text(at(content, "container", "id"))
        knows_parent, readers, knows_readers = (
            bool(parent),
            None,
            True,
        )  # files have no restrictions of their own
    else:
        above = as_list(content.get("ancestors"))
        parent = as_text(at(above[-1], "id")) if above else ""
        knows_parent = isinstance(content.get("ancestors"), list) or kind in _WITHOUT_ANCESTORS
    return Node(
        id=identifier,
        kind=kind,
        title=masked_line(as_text(content.get("title"))),
        space=as_text(at(content, "space", "key")),
        version=as_number(at(content, "version", "number")),
        parent=parent,
        readers=readers,
        labels=tuple(_labels(content)),
        link=_link(content, identifier if kind != ATTACHMENT else parent),
        media=_media(content),
        size=as_number(at(content, "extensions", "fileSize")),
        knows_parent=knows_parent,
        knows_readers=knows_readers,
    )


def parents_of(items: Iterable[object]) -> list[Node]:
    """What is above a page, outermost first, as far as a list of ancestors tells: ids, kinds and titles."""
    found: list[Node] = []
    for item in map(as_object, items):
        above = found[-1].id if found else ""
        title = masked_line(as_text(item.get("title")))
        if as_text(item.get("status")) not in ("current", ""):
            title = ""  # nobody but its author sees a draft
        node = Node(as_text(item.get("id")), as_text(item.get("type")), title, "", parent=above)
        found.append(node)
    return found


def restriction(read: object) -> tuple[Principals | None, bool]:
    """The principals of a read restriction (None: it lets in everybody), and whether that is all of it."""
    lists = as_object(at(read, "restrictions"))
    users, groups = as_object(lists.get("user")), as_object(lists.get("group"))
    if not isinstance(users.get("results"), list) or not isinstance(groups.get("results"), list):
        return None, False
    found = {principal_of(as_object(item), is_group=False) for item in as_list(users["results"])}
    found |= {principal_of(as_object(item), is_group=True) for item in as_list(groups["results"])}
    whole = not any(_is_cut(part) for part in (users, groups))
    if not found:
        return None, whole
    return frozenset(filter(None, found)), whole


def principal_of(item: JsonObject, *, is_group: bool) -> str:
    """The principal of a user or group as an answer has it; '' if it cannot be told."""
    if is_group:
        name = as_text(item.get("name"))
        return permissions.group(name) if name else ""
    name = next(filter(None, (as_text(item.get(key)) for key in ("accountId", "username", "userKey"))), "")
    return permissions.user(name) if name else ""


def masked_line(text: str) -> str:
    """`text` in one line, without credentials."""
    return redact(one_line(text))[0]


def _is_cut(part: JsonObject) -> bool:
    limit = as_number(part.get("limit"))
    return bool(at(part, "_links", "next")) or bool(limit and len(as_list(part["results"])) >= limit)


def _labels(content: JsonObject) -> list[str]:
    results = as_list(at(content, "metadata", "labels", "results"))
    names = (one_line(as_text(at(label, "name")) or as_text(at(label, "label"))) for label in results)
    return sorted(set(filter(None, map(masked_line, names))))


def _link(content: JsonObject, page: str) -> str:
    """The path of the page in a browser: it holds titles, and credentials like them where somebody wrote one there."""
    link = as_text(at(content, "_links", "webui"))
    return f"/pages/viewpage.action?pageId={page}" if redact(unquote_plus(link))[1] else link


def _media(content: JsonObject) -> str:
    return as_text(at(content, "extensions", "mediaType")) or as_text(at(content, "metadata", "mediaType"))
