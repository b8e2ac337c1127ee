"""The accounts and groups of a Confluence site."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.servers.confluence.content import Group, User
from tests.unit.http_fakes import FakeTime


@dataclass
class People:
    """Users and groups; `time.at` is the site's clock, `revision` counts its changes."""

    time: FakeTime = field(default_factory=FakeTime)
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    revision: int = 0
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(65_537))

    def __post_init__(self) -> None:
        self.service = self.add_user("Service", name="Kubelore", sees_all=True)
        self.ada = self.add_user("ada", name="Ada Author", groups=("staff",))

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

    def _new_id(self) -> str:
        return str(next(self._ids))
