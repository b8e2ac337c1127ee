"""What a Confluence site is made of; `ConfluenceSite` changes it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class User:
    """An account; on Cloud its e-mail address and token are credentials, on Data Center its username or token."""

    account_id: str
    username: str
    key: str
    name: str
    email: str
    token: str
    groups: set[str] = field(default_factory=set)
    sees_all: bool = False
    time_zone: str = "UTC"


@dataclass(frozen=True)
class Group:
    """A group of users."""

    id: str
    name: str


@dataclass
class Restriction:
    """Account ids and names of groups that are let in; empty lets in everybody who is not kept out elsewhere."""

    users: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.users or self.groups)

    def admits(self, user: User | None) -> bool:
        """Whether a user is one of these; anonymous never is."""
        return user is not None and (user.account_id in self.users or bool(self.groups & user.groups))


@dataclass
class Space:
    """A space; `viewers` (and everybody, if `anonymous`; or all users, if `licensed`, on Cloud) may view it."""

    id: str
    key: str
    name: str
    kind: str
    created: float
    homepage: str = ""
    viewers: Restriction = field(default_factory=Restriction)
    anonymous: bool = False
    licensed: bool = False
    status: str = "current"

    def admits(self, user: User | None) -> bool:
        """Whether a user (None: anonymous) may view it."""
        return self.anonymous or (self.licensed and user is not None) or self.viewers.admits(user)


@dataclass(frozen=True)
class Version:
    """One edit."""

    number: int
    when: float
    by: str
    minor: bool = False


@dataclass
class Versioned:
    """Something that is edited."""

    id: str
    author: str
    created: float
    versions: list[Version]

    @property
    def version(self) -> Version:
        """The latest."""
        return self.versions[-1]


@dataclass(kw_only=True)
class Content(Versioned):
    """A page, blog post, folder, whiteboard or database."""

    kind: str
    space: str
    title: str
    body: str = ""
    parent: str = ""
    status: str = "current"
    labels: list[str] = field(default_factory=list)
    subtype: str = ""
    restrictions: dict[str, Restriction] = field(default_factory=dict)


@dataclass(kw_only=True)
class Comment(Versioned):
    """A comment; an inline one has a `marker`."""

    page: str
    body: str
    marker: str = ""
    selection: str = ""
    resolution: str = ""
    reply_to: str = ""
    status: str = "current"


@dataclass(kw_only=True)
class Attachment(Versioned):
    """A file on a page."""

    page: str
    title: str
    data: bytes
    media_type: str
    comment: str = ""
    status: str = "current"
