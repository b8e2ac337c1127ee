"""Who may read a page: the algebra of Confluence's restrictions, without any request.

A level (the space, an ancestor's restriction, the page's own) is a set of principals of which a reader must be at
least one; None is a level that keeps nobody out, the empty set one that lets nobody in. A reader must satisfy every
level. The result is again a set of which a reader must be one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

Principals = frozenset[str]
NOBODY: Principals = frozenset()

LOGGED_IN = "logged in"
"""Stands in a space's permission for whoever may log in: Kubelore has no principal for them."""

Members = Callable[[str], Principals | None]
"""From a principal `group:…` to the principals of its members; None if they are not known."""

_USER, _GROUP = "user:", "group:"


def user(name: str) -> str:
    """The principal of one account: its id (Cloud) or name (Data Center)."""
    return _USER + name


def group(name: str) -> str:
    """The principal of all members of a group."""
    return _GROUP + name


def logged_in(space: str) -> str:
    """What to tell of a space that lets in whoever is logged in, where the source names nobody in their place."""
    return (
        f"space {space}: all who are logged in may view it, and nobody in Kubelore stands for them; "
        "set `access` of the source to those who may"
    )


def readers(levels: Iterable[Principals | None], members: Members) -> Principals | None:
    """The principals of which any satisfies every level; None if no level keeps anybody out.

    A principal that stands in every level satisfies all. Whoever satisfies them in different ways (a user named
    here, and a member of a group named there) is found by the groups' members. `members` is asked only for groups
    that matter; those whose members are not known let nobody else in.
    """
    limits = {level for level in levels if level is not None}
    if not limits:
        return None
    common = frozenset.intersection(*limits)
    rests = [limit - common for limit in limits]
    if not all(rests):  # one level lets in only those whom all let in
        return common
    users: Principals | None = None
    for rest in sorted(rests, key=lambda rest: (sum(map(is_group, rest)), sorted(rest))):
        found = _users(rest, members)
        users = found if users is None else users & found
        if not users:
            break
    return common | (users or NOBODY)


def is_group(principal: str) -> bool:
    """Whether a principal stands for the members of a group."""
    return principal.startswith(_GROUP)


def _users(level: Principals, members: Members) -> Principals:
    """The single users whom a level lets in."""
    found = {principal for principal in level if not is_group(principal)}
    for principal in filter(is_group, level):
        found |= members(principal) or NOBODY
    return frozenset(found)
