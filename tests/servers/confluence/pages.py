"""The spaces, pages, blog posts and folders of a Confluence site, and how they change."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal

from tests.servers.confluence.content import Content, Restriction, Space, User, Version, Versioned
from tests.servers.confluence.people import People

Below = Literal["moves", "stays", "goes"]


@dataclass
class Pages(People):
    """Spaces and their trees of content; `below` holds the children of each, '' those at the top."""

    spaces: dict[str, Space] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)
    below: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add_space(
        self,
        key: str,
        name: str = "",
        *,
        users: tuple[User, ...] = (),
        groups: tuple[str, ...] = ("staff",),
        anonymous: bool = False,
        kind: str = "global",
    ) -> Space:
        """A space that these may view, with its home page."""
        space = Space(id=self._new_id(), key=key, name=name or key, kind=kind, created=self.time.at)
        self.spaces[key] = space
        self.permit(key, users=users, groups=groups, anonymous=anonymous)
        home = self.add_page(f"{space.name} Home", "<p>Welcome.</p>", space=key)
        space.homepage = home.id
        return space

    def permit(
        self,
        key: str,
        *,
        users: tuple[User, ...] = (),
        groups: tuple[str, ...] = (),
        anonymous: bool = False,
        licensed: bool = False,
    ) -> None:
        """Let exactly these view a space."""
        for group in groups:
            self.add_group(group)
        space = self.spaces[key]
        space.viewers = Restriction({user.account_id for user in users}, set(groups))
        space.anonymous = anonymous
        space.licensed = licensed
        self.revision += 1

    def add_page(
        self,
        title: str,
        body: str = "",
        *,
        space: str = "",
        parent: str = "",
        kind: str = "page",
        status: str = "current",
        labels: tuple[str, ...] = (),
        author: User | None = None,
        subtype: str = "",
        identifier: str = "",
    ) -> Content:
        """A page, or a `kind` of `blogpost`, `folder`, `whiteboard`, `database`; `subtype` `live` makes a live doc.

        Without a parent it stands at the top of its space (without a space: the first one).
        """
        key = space or (self.contents[parent].space if parent else next(iter(self.spaces)))
        author = author or self.ada
        content = Content(
            id=identifier or self._new_id(),
            kind=kind,
            space=key,
            title=title,
            body=body,
            parent=parent,
            status=status,
            created=self.time.at,
            author=author.account_id,
            labels=list(labels),
            subtype=subtype,
            versions=[Version(1, self.time.at, author.account_id)],
        )
        self.contents[content.id] = content
        self.below[parent].append(content.id)
        self.revision += 1
        return content

    def edit(self, identifier: str, body: str, *, author: User | None = None, minor: bool = False) -> None:
        """Give a page another body, as a new version."""
        content = self.contents[identifier]
        content.body = body
        self._edited(content, author, minor)

    def rename(self, identifier: str, title: str) -> None:
        """Give a page another title, as a new version."""
        content = self.contents[identifier]
        content.title = title
        self._edited(content)

    def move(self, identifier: str, *, parent: str = "", space: str = "") -> None:
        """Put a page and all below it under another parent, or at the top of a space."""
        content = self.contents[identifier]
        self.below[content.parent].remove(identifier)
        self.below[parent].append(identifier)
        content.parent = parent
        key = space or (self.contents[parent].space if parent else content.space)
        for page in self.subtree(identifier):
            page.space = key
        self.revision += 1

    def trash(self, identifier: str, *, below: Below = "moves") -> None:
        """Put a page into the trash; what is below it moves up, stays below it, or goes with it."""
        if below == "moves":
            for child in list(self.below[identifier]):
                self.move(child, parent=self.contents[identifier].parent)
        pages = self.subtree(identifier) if below == "goes" else [self.contents[identifier]]
        for page in pages:
            self.set_status(page.id, "trashed")

    def restore(self, identifier: str) -> None:
        """Bring a page back from the trash or the archive."""
        self.set_status(identifier, "current")

    def archive(self, identifier: str) -> None:
        """Archive a page; what is below it stays."""
        self.set_status(identifier, "archived")

    def set_status(self, identifier: str, status: str) -> None:
        """`current`, `draft`, `archived` or `trashed`."""
        self.contents[identifier].status = status
        self.revision += 1

    def label(self, identifier: str, *labels: str) -> None:
        """Set the labels of a page."""
        self.contents[identifier].labels = list(labels)
        self.revision += 1

    def restrict(
        self,
        identifier: str,
        *,
        users: tuple[User, ...] = (),
        groups: tuple[str, ...] = (),
        operation: str = "read",
    ) -> None:
        """Let exactly these read (or `update`) a page and, for reading, all below it; nobody named: no restriction."""
        for group in groups:
            self.add_group(group)
        restriction = Restriction({user.account_id for user in users}, set(groups))
        self.contents[identifier].restrictions[operation] = restriction
        self.revision += 1

    def subtree(self, identifier: str) -> list[Content]:
        """A page and everything below it."""
        found = [self.contents[identifier]]
        for content in found:
            found += [self.contents[child] for child in self.below.get(content.id, ())]
        return found

    def ancestors(self, identifier: str) -> list[Content]:
        """What is above a page, outermost first."""
        found: list[Content] = []
        parent = self.contents[identifier].parent
        while parent:
            found.append(self.contents[parent])
            parent = self.contents[parent].parent
        return found[::-1]

    def _edited(self, thing: Versioned, author: User | None = None, minor: bool = False) -> None:
        by = (author or self.ada).account_id
        thing.versions.append(Version(thing.version.number + 1, self.time.at, by, minor))
        self.revision += 1
