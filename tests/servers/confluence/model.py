"""A Confluence site in memory: what the fake server serves, and what tests change between requests."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.servers.confluence.content import (
    Attachment,
    Comment,
    Content,
    Group,
    Restriction,
    Space,
    User,
    Version,
)
from tests.unit.http_fakes import FakeTime

Below = Literal["moves", "stays", "goes"]


@dataclass
class ConfluenceSite:
    """Spaces, pages, comments, attachments and who may read them; `time.at` is its clock, which only tests move.

    Change it through its methods only: they keep versions, dates and indexes right. As in Confluence, a move, a
    restriction, a label and the trash leave a page's version and date of edit as they are.

    `heavy` are ids whose storage body answers 500, `unindexed` ids that searches do not find yet.
    """

    time: FakeTime = field(default_factory=FakeTime)
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    spaces: dict[str, Space] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    heavy: set[str] = field(default_factory=set)
    unindexed: set[str] = field(default_factory=set)
    old_data_center: bool = False
    revision: int = 0
    below: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    comments_on: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    files_on: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(65_537))

    def __post_init__(self) -> None:
        self.service = self.add_user("Service", name="Kubelore", sees_all=True)
        self.ada = self.add_user("ada", name="Ada Author", groups=("staff",))

    # ---- people -------------------------------------------------------------------------------------

    def add_group(self, name: str) -> Group:
        """The group of that name, made if it is new."""
        self.revision += 1
        return self.groups.setdefault(name, Group(id=f"group-{len(self.groups) + 1:04d}", name=name))

    def add_user(
        self,
        username: str,
        *,
        name: str = "",
        groups: tuple[str, ...] = (),
        sees_all: bool = False,
        time_zone: str = "UTC",
    ) -> User:
        """A user whose e-mail address and token are credentials; `sees_all` stands for a site administrator."""
        number = len(self.users) + 1
        user = User(
            account_id=f"5b10a2844c20165700ede{number:03d}",
            username=username,
            key=f"ff80808154510724015451074c{number:06d}",
            name=name or username.title(),
            email=f"{username.lower()}@acme.example",
            token=f"token-of-{username.lower()}-4711",
            groups=set(groups),
            sees_all=sees_all,
            time_zone=time_zone,
        )
        for group in groups:
            self.add_group(group)
        self.users[user.account_id] = user
        self.revision += 1
        return user

    def join(self, user: User, group: str) -> None:
        """Put a user into a group."""
        self.add_group(group)
        user.groups.add(group)

    def leave(self, user: User, group: str) -> None:
        """Take a user out of a group."""
        user.groups.discard(group)
        self.revision += 1

    # ---- spaces and content -------------------------------------------------------------------------

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
        self, key: str, *, users: tuple[User, ...] = (), groups: tuple[str, ...] = (), anonymous: bool = False
    ) -> None:
        """Let exactly these view a space."""
        for group in groups:
            self.add_group(group)
        space = self.spaces[key]
        space.viewers = Restriction({user.account_id for user in users}, set(groups))
        space.anonymous = anonymous
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
    ) -> Content:
        """A page, or a `kind` of `blogpost`, `folder`, `whiteboard`, `database`; `subtype` `live` makes a live doc.

        Without a parent it stands at the top of its space (without a space: the first one).
        """
        key = space or (self.contents[parent].space if parent else next(iter(self.spaces)))
        author = author or self.ada
        content = Content(
            id=self._new_id(),
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

    def purge(self, identifier: str) -> None:
        """Delete a page, with all below it, for ever."""
        for page in self.subtree(identifier):
            self.below[page.parent].remove(page.id)
            del self.contents[page.id]
            for comment in self.comments_on.pop(page.id, []):
                del self.comments[comment]
            for file in self.files_on.pop(page.id, []):
                del self.attachments[file]
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

    # ---- comments and attachments -------------------------------------------------------------------

    def comment(
        self,
        page: str,
        body: str,
        *,
        marker: str = "",
        selection: str = "",
        resolution: str = "open",
        reply_to: str = "",
        author: User | None = None,
    ) -> Comment:
        """A footer comment; with `marker` (the `ac:ref` in the page's body) and `selection` an inline one."""
        author = author or self.ada
        comment = Comment(
            id=self._new_id(),
            page=page,
            body=body,
            marker=marker,
            selection=selection,
            resolution=resolution if marker else "",
            reply_to=reply_to,
            author=author.account_id,
            created=self.time.at,
            versions=[Version(1, self.time.at, author.account_id)],
        )
        self.comments[comment.id] = comment
        self.comments_on[page].append(comment.id)
        self.revision += 1
        return comment

    def resolve(self, comment: str, resolution: str = "resolved") -> None:
        """Set the state of an inline comment: `open`, `reopened`, `resolved` or `dangling`."""
        self.comments[comment].resolution = resolution
        self._edited(self.comments[comment])

    def remove_comment(self, comment: str) -> None:
        """Delete a comment."""
        self.comments_on[self.comments[comment].page].remove(comment)
        del self.comments[comment]
        self.revision += 1

    def attach(
        self,
        page: str,
        name: str,
        data: bytes,
        *,
        media_type: str = "application/octet-stream",
        comment: str = "",
    ) -> Attachment:
        """Attach a file; the same name again makes a new version of it."""
        held = next((a for a in self.files(page) if a.title == name), None)
        if held:
            held.data = data
            self._edited(held)
            return held
        attachment = Attachment(
            id=f"att{self._new_id()}",
            page=page,
            title=name,
            data=data,
            media_type=media_type,
            comment=comment,
            author=self.ada.account_id,
            created=self.time.at,
            versions=[Version(1, self.time.at, self.ada.account_id)],
        )
        self.attachments[attachment.id] = attachment
        self.files_on[page].append(attachment.id)
        self.revision += 1
        return attachment

    def detach(self, attachment: str) -> None:
        """Put an attachment into the trash."""
        self.attachments[attachment].status = "trashed"
        self.revision += 1

    # ---- views --------------------------------------------------------------------------------------

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

    def files(self, page: str) -> list[Attachment]:
        """The attachments of a page that are not in the trash."""
        held = (self.attachments[identifier] for identifier in self.files_on.get(page, ()))
        return [attachment for attachment in held if attachment.status == "current"]

    def rules(self, identifier: str) -> list[Restriction]:
        """Each of these must let a reader in: the space's viewers, then every read restriction from the top."""
        chain = [*self.ancestors(identifier), self.contents[identifier]]
        found = [content.restrictions.get("read") for content in chain]
        viewers = self.spaces[self.contents[identifier].space].viewers
        return [viewers, *(rule for rule in found if rule)]

    def may_read(self, user: User | None, identifier: str) -> bool:
        """Whether a user (None: anonymous) may read a page: its restriction, every ancestor's and the space."""
        if user and user.sees_all:
            return True
        space, *rules = self.rules(identifier)
        if not (self.spaces[self.contents[identifier].space].anonymous or space.admits(user)):
            return False
        return all(rule.admits(user) for rule in rules)

    def truth(self, user: User | None = None, spaces: tuple[str, ...] = ()) -> set[str]:
        """The ids of all current content that `user` (None: anonymous) may read."""
        return {
            content.id
            for content in self.contents.values()
            if content.status == "current"
            and (not spaces or content.space in spaces)
            and self.may_read(user, content.id)
        }

    def _new_id(self) -> str:
        return str(next(self._ids))

    def _edited(
        self, thing: Content | Comment | Attachment, author: User | None = None, minor: bool = False
    ) -> None:
        by = (author or self.ada).account_id
        thing.versions.append(Version(thing.version.number + 1, self.time.at, by, minor))
        self.revision += 1
