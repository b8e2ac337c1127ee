"""What has to be asked one by one: spaces, their permissions, groups, names, and what a batch could not tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from connectors.confluence import permissions
from connectors.confluence.client import ConfluenceApi, escaped
from connectors.confluence.node import Node, masked_line, parents_of, principal_of, restriction
from connectors.confluence.permissions import Principals
from connectors.confluence.values import JsonObject, as_list, as_object, as_text, at, one_line
from connectors.http.errors import ForbiddenError, MissingError, RejectedError

_EVERYBODY = frozenset({"anonymous", "anonymous-users"})
_LOGGED_IN = frozenset({"authenticated-users", "all-licensed-users"})
_PLURALS = {"page": "pages", "blogpost": "blogposts", "folder": "folders", "whiteboard": "whiteboards",
            "attachment": "attachments", "database": "databases", "embed": "embeds"}  # fmt: skip
_LIST = 200
_V2_LIST = 250
_SPACES = 100


@dataclass(frozen=True, slots=True)
class Space:
    """A space; `readers` None: everybody of the site may view it."""

    key: str
    name: str
    id: str = ""
    readers: Principals | None = None

    def to_json(self) -> list[object]:
        """Lists and strings from which `from_json` makes an equal space."""
        readers = None if self.readers is None else sorted(self.readers)
        return [self.key, self.name, self.id, readers]

    @classmethod
    def from_json(cls, data: list[object]) -> Space:
        """The space that `to_json` described."""
        key, name, identifier, readers = data
        held = None if readers is None else frozenset(map(as_text, as_list(readers)))
        return cls(as_text(key), as_text(name), as_text(identifier), held)


class Lookups:
    """Single questions to the API; raises the errors of `connectors.http.errors`."""

    def __init__(self, api: ConfluenceApi) -> None:
        self._api = api
        self._group_names: dict[str, str] = {}
        self._group_ids: dict[str, str] = {}

    def spaces(self, keys: Iterable[str]) -> Iterator[Space]:
        """The spaces with these keys, or all that the account may view; their `readers` are not known yet."""
        wanted = list(keys)
        if self._api.cloud:
            path, name, params = "api/v2/spaces", "keys", {"status": "current"}
        else:
            path, name, params = "rest/api/space", "spaceKey", {"status": "current"}
        for start in range(0, len(wanted) or 1, _SPACES):
            part = wanted[start : start + _SPACES]
            some: object = ",".join(part) if self._api.cloud else part
            for item in self._api.every(path, size=_SPACES, **params, **{name: some}):
                if as_text(item.get("status")).lower() in ("current", ""):
                    yield Space(
                        as_text(item.get("key")),
                        masked_line(as_text(item.get("name"))),
                        as_text(item.get("id")),
                    )

    def space_readers(self, space: Space) -> Principals | None:
        """Who may view a space, `permissions.LOGGED_IN` among them as they are; None: everybody."""
        found = self._cloud_readers(space) if self._api.cloud else self._data_center_readers(space)
        return None if "" in found else frozenset(found)

    def restriction(self, identifier: str) -> Principals | None:
        """The read restriction of one page, whole."""
        path = f"rest/api/content/{escaped(identifier)}/restriction/byOperation/read"
        found: set[str] = set()
        start = 0
        while True:
            answer = self._api.get(
                path, expand="restrictions.user,restrictions.group", start=start, limit=_LIST
            )
            some, _ = restriction(answer)
            lists = as_object(answer.get("restrictions"))
            if not isinstance(at(lists, "user", "results"), list):
                raise RejectedError(f"{path}: the answer holds no restrictions")
            found |= some or set()
            sizes = [len(as_list(at(lists, part, "results"))) for part in ("user", "group")]
            if max(sizes) < _LIST:
                return frozenset(found) or None
            start += _LIST

    def parents(self, node: Node) -> list[Node]:
        """What is above a page, outermost first; titles may be missing."""
        if node.kind == "blogpost":
            return []
        if self._api.cloud:
            path = f"api/v2/{_PLURALS.get(node.kind, 'pages')}/{escaped(node.id)}/ancestors"
            return parents_of(self._api.every(path, size=_LIST))
        answer = self._api.get(f"rest/api/content/{escaped(node.id)}", expand="ancestors")
        return parents_of(as_list(answer.get("ancestors")))

    def places(self, space: Space) -> Iterator[tuple[str, Node | None]]:
        """What is right above each page of a space, on Cloud: its id and kind; None at the top."""
        return self._places(f"api/v2/spaces/{escaped(space.id)}/pages")

    def places_of(self, pages: Sequence[str]) -> Iterator[tuple[str, Node | None]]:
        """What is right above each of some pages, at most 100, on Cloud."""
        return self._places("api/v2/pages", id=",".join(pages))

    def _places(self, path: str, **params: str) -> Iterator[tuple[str, Node | None]]:
        for item in self._api.every(path, size=_V2_LIST, status="current", **params):
            parent = as_text(item.get("parentId"))
            above = Node(
                parent, as_text(item.get("parentType")), "", "", knows_parent=False, knows_readers=False
            )
            yield as_text(item.get("id")), above if parent else None

    def whereabouts(self, node: Node) -> JsonObject | None:
        """What the server says of something, whatever its search says; None if it is gone or not current."""
        if self._api.cloud:
            path = f"api/v2/{_PLURALS.get(node.kind, 'pages')}/{escaped(node.id)}"
            expand = ""
        else:
            path, expand = f"rest/api/content/{escaped(node.id)}", "space,container"
        try:
            answer = self._api.get(path, **({"expand": expand} if expand else {}))
        except (MissingError, ForbiddenError):
            return None
        return answer if as_text(answer.get("status")).lower() in ("current", "") else None

    def members(self, group: str) -> Principals:
        """The users in a group, given as `group:…`."""
        name = group.removeprefix("group:")
        if self._api.cloud:
            path = f"rest/api/group/{escaped(self._group_id(name))}/membersByGroupId"
        else:
            path = f"rest/api/group/{escaped(name)}/member"
        people = self._api.every(path, size=_LIST)
        return frozenset(filter(None, (principal_of(item, is_group=False) for item in people)))

    def names(self, users: Iterable[str]) -> dict[str, str]:
        """What people are called, by the ids, keys or names with which pages mention them."""
        wanted = list(users)
        found: dict[str, str] = {}
        if self._api.cloud:
            for start in range(0, len(wanted), 100):
                answer = self._api.get("rest/api/user/bulk", accountId=wanted[start : start + 100])
                for item in map(as_object, as_list(answer.get("results"))):
                    found[as_text(item.get("accountId"))] = _name(item)
            return found
        for user in wanted:
            # A mention has the key of a user; old pages have the name.
            for field in ("key", "username"):
                try:
                    found[user] = _name(self._api.get("rest/api/user", **{field: user}))
                    break
                except MissingError:
                    continue
        return found

    def _cloud_readers(self, space: Space) -> set[str]:
        """The principals; '' stands for everybody."""
        found: set[str] = set()
        roles = False
        for item in self._api.every(f"api/v2/spaces/{escaped(space.id)}/permissions", size=_V2_LIST):
            if (
                as_text(at(item, "operation", "key")) != "read"
                or at(item, "operation", "targetType") != "space"
            ):
                continue
            kind, name = as_text(at(item, "principal", "type")), as_text(at(item, "principal", "id"))
            if kind == "role" and name not in _EVERYBODY | _LOGGED_IN:
                roles = True
            else:
                found |= self._principal(kind, name)
        if roles:
            for item in self._api.every(f"api/v2/spaces/{escaped(space.id)}/role-assignments", size=_V2_LIST):
                principal = as_object(item.get("principal"))
                kind = as_text(principal.get("principalType")).lower()
                found |= self._principal(kind, as_text(principal.get("principalId")))
        return found

    def _principal(self, kind: str, name: str) -> set[str]:
        if kind == "user":
            return {permissions.user(name)}
        if kind == "group":
            return {permissions.group(self._group_name(name))}
        if name in _LOGGED_IN:
            return {permissions.LOGGED_IN}
        return {""} if name in _EVERYBODY else set()

    def _group_name(self, identifier: str) -> str:
        if identifier not in self._group_names:
            answer = self._api.get("rest/api/group/by-id", id=identifier)
            self._remember(identifier, as_text(answer.get("name")))
        return self._group_names[identifier]

    def _group_id(self, name: str) -> str:
        if name not in self._group_ids:
            for item in self._api.every("rest/api/group", size=_LIST):
                self._remember(as_text(item.get("id")), as_text(item.get("name")))
        if name not in self._group_ids:
            raise MissingError(f"there is no group {name}")
        return self._group_ids[name]

    def _remember(self, identifier: str, name: str) -> None:
        self._group_names[identifier] = name
        self._group_ids[name] = identifier

    def _data_center_readers(self, space: Space) -> set[str]:
        """The principals; '' stands for everybody."""
        try:
            answer = self._api.get(f"rest/api/space/{escaped(space.key)}/permissions")
        except MissingError:  # older than version 9.1
            return self._readers_by_rpc(space)
        found: set[str] = set()
        for item in map(as_object, as_list(answer.get("results"))):
            operation = as_object(item.get("operation"))
            if operation.get("operationKey") == "read" and operation.get("targetType") == "space":
                subject = as_object(item.get("subject"))
                found |= self._subject(subject)
        return found

    def _subject(self, subject: JsonObject) -> set[str]:
        kind = as_text(subject.get("type")).lower()
        if kind == "anonymous":
            return {""}
        if kind == "user" and not subject.get("username"):
            # Restrictions and groups name users; permissions have their keys.
            subject = self._api.get("rest/api/user", key=as_text(subject.get("userKey")))
        principal = principal_of(subject, is_group=kind == "group")
        return {principal} if principal else set()

    def _readers_by_rpc(self, space: Space) -> set[str]:
        path = "rpc/json-rpc/confluenceservice-v2/getSpacePermissionSets"
        found: set[str] = set()
        for kind in map(as_object, self._api.post(path, [space.key])):
            if kind.get("type") != "VIEWSPACE":
                continue
            for item in map(as_object, as_list(kind.get("spacePermissions"))):
                name, group = as_text(item.get("userName")), as_text(item.get("groupName"))
                if name or group:
                    found.add(permissions.user(name) if name else permissions.group(group))
                elif "userName" in item and "groupName" in item:
                    found.add("")
        return found


def _name(item: JsonObject) -> str:
    return one_line(as_text(item.get("displayName")) or as_text(item.get("publicName")))
