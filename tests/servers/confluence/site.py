"""A Confluence site in memory: what the fake server serves, and what tests change between requests."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from tests.servers.confluence.content import Attachment, Comment, Restriction, User, Version
from tests.servers.confluence.pages import Pages


@dataclass
class ConfluenceSite(Pages):
    """Spaces, pages, comments, attachments and who may read them; `time.at` is its clock, which only tests move.

    Change it through its methods only: they keep versions, dates and indexes right. As in Confluence, a move, a
    restriction, a label and the trash leave a page's version and date of edit as they are.

    `heavy` are ids whose storage body answers 500, `burdens` ids that answer 500 where this is expanded,
    `unindexed` ids that searches do not find yet; `old_data_center` has no REST for space permissions.
    """

    comments: dict[str, Comment] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    comments_on: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    files_on: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    heavy: set[str] = field(default_factory=set)
    burdens: dict[str, str] = field(default_factory=dict)
    unindexed: set[str] = field(default_factory=set)
    old_data_center: bool = False

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

    def remove_space(self, key: str) -> None:
        """Delete a space with all that it holds."""
        for page in [content.id for content in self.contents.values() if content.space == key]:
            if page in self.contents:
                self.purge(page)
        del self.spaces[key]

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
        _, *rules = self.rules(identifier)
        if not self.spaces[self.contents[identifier].space].admits(user):
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
