"""Who may read a page of an export: what the space allows, and what the page and all above it allow.

Whatever is not known for certain means nobody. An export of a space does not say who is in which group: a page
that is restricted to a user, in a space that is open to a group alone, is for nobody.
"""

from __future__ import annotations

from connectors.confluence.export_index import Content, Grant, Index
from connectors.confluence.permissions import NOBODY, Principals, group, user
from connectors.documents import PUBLIC

_READING_SPACE = "VIEWSPACE"
_EVERYBODY = "anonymous-users"
_LOGGED_IN = frozenset({"authenticated-users", "all-licensed-users"})


class ReadAccess:
    """Answers from an index.

    `given` are the source's own principals: those who may read what a space lets everybody read, and a space of
    which the export holds no permissions at all. Without them the first is public, the second for nobody. If they
    do not hold `public`, they also stand for all who are logged in; else nobody does.
    """

    def __init__(self, index: Index, given: Principals | None) -> None:
        self._index = index
        self._given = given
        self._known: dict[str, Principals] = {}
        self._missing: dict[str, str] = {}

    def of(self, *contents: Content) -> Principals:
        """The principals that may read all of these pages."""
        allowed = frozenset({PUBLIC})
        for content in contents:
            allowed = _meet(allowed, _meet(self._space(content.space), self._restriction(content)))
        return self._shown(allowed)

    def missing_parent(self, content: Content) -> str:
        """Why nobody may read a page whose place in the tree is not known, or ''."""
        self._restriction(content)
        return self._missing.get(content.id, "")

    def of_space(self, space: str) -> Principals:
        """The principals that may read a space."""
        return self._shown(self._space(space))

    def lacks_logged_in(self, space: str) -> bool:
        """Whether a space lets in all who are logged in, but nobody is known to stand for them."""
        found = self._space(space)
        return (PUBLIC not in found and not self._is_closed) and any(
            grant.type == _READING_SPACE and grant.everybody in _LOGGED_IN
            for grant in self._index.space_grants.get(space, ())
        )

    @property
    def _is_closed(self) -> bool:
        return self._given is not None and PUBLIC not in self._given

    def _shown(self, allowed: Principals) -> Principals:
        if PUBLIC not in allowed:
            return allowed
        return frozenset({PUBLIC}) if self._given is None else self._given

    def _space(self, space: str) -> Principals:
        """Whom the space lets read; with `public` among them everybody."""
        if space not in self._index.space_grants:
            return NOBODY if self._given is None else frozenset({PUBLIC})
        found: set[str] = set()
        for grant in self._index.space_grants[space]:
            if grant.type == _READING_SPACE:
                found |= self._principals(grant)
        return frozenset(found)

    def _restriction(self, content: Content) -> Principals:
        """Whom the page and everything above it let read; `public` for all whom the space lets."""
        chain: list[Content] = []
        on_way: set[str] = set()
        above, problem = frozenset({PUBLIC}), ""
        current: Content | None = content
        while current is not None:
            if current.id in self._known:
                above, problem = self._known[current.id], self._missing.get(current.id, "")
                break
            if current.id in on_way:
                above, problem = NOBODY, "the pages above it are below one another"
                break
            chain.append(current)
            on_way.add(current.id)
            parent = current.parent
            current = self._index.contents.get(parent)
            if parent and current is None:
                above, problem = NOBODY, f"{parent}, the page above it, is not in the export"
        for page in reversed(chain):
            above = _meet(above, self._own(page))
            self._known[page.id] = above
            if problem:
                self._missing[page.id] = problem
        return above

    def _own(self, content: Content) -> Principals:
        allowed = frozenset({PUBLIC})
        sets = {*self._index.sets_of_content.get(content.id, ()), *content.permission_sets}
        for identifier in sets:
            restriction = self._index.sets.get(identifier)
            if restriction is None:
                return NOBODY
            if restriction.type.upper() == "EDIT":
                continue
            lines = {*restriction.lines, *self._index.grants_of_set.get(identifier, ())}
            named: set[str] = set()
            for line in lines if restriction.type.upper() == "VIEW" else ():
                if (grant := self._index.grants.get(line)) and grant.type in ("", "VIEW"):
                    named |= self._principals(grant)
            allowed = _meet(allowed, frozenset(named) - {PUBLIC})
        return allowed

    def _principals(self, grant: Grant) -> Principals:
        if grant.strange:
            return NOBODY
        found = {group(name) for name in grant.groups}
        for name in grant.users:
            account = self._index.users.get(name)
            found.add(user((account.account_id or account.name if account else "") or name))
        if grant.everybody == _EVERYBODY or (grant.everybody in _LOGGED_IN and self._is_closed):
            found.add(PUBLIC)
        return frozenset(found)


def _meet(one: Principals, other: Principals) -> Principals:
    if PUBLIC in one:
        return other
    return one if PUBLIC in other else one & other
