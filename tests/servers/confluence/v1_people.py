"""Version 1 of the REST API: spaces, who may view them, users and groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.servers.confluence.call import ApiError, Call
from tests.servers.confluence.content import Group, User
from tests.servers.confluence.render_v1 import expand_of, one, show_group, show_space, show_user
from tests.servers.web import Reply


def routes() -> Sequence[tuple[str, Callable[..., Reply]]]:
    """Patterns of paths below `/rest/api`, and what answers them."""
    return (
        ("/space", spaces),
        ("/space/([^/]+)", space),
        ("/space/([^/]+)/permissions", space_permissions),
        ("/user/current", current_user),
        ("/user", user),
        ("/user/bulk", users),
        ("/user/memberof", groups_of_user),
        ("/group", groups),
        ("/group/by-id", group_by_id),
        ("/group/by-name", group_by_name),
        ("/group/([^/]+)/membersByGroupId", members_by_id),
        ("/group/([^/]+)/member", members_by_name),
        ("/group/([^/]+)", group_by_path),
    )


def spaces(call: Call) -> Reply:
    """The spaces that the caller may view."""
    keys, kind, expand = call.asked.all("spaceKey"), call.asked.get("type"), expand_of(call)
    held = [
        space
        for space in call.site.spaces.values()
        if call.views(space) and (not keys or space.key in keys) and kind in ("", space.kind)
    ]
    return Reply(data=call.by_offset(held, lambda space: show_space(call, space, expand)))


def space(call: Call, key: str) -> Reply:
    """One space."""
    return one(call, show_space(call, call.space(key), expand_of(call)))


def space_permissions(call: Call, key: str) -> Reply:
    """Who may view a space: Data Center, since 9.1, for those who may see everything."""
    held = call.space(key)
    if call.cloud or call.site.old_data_center:
        raise ApiError(404, "null for uri: " + call.asked.path)
    if not (call.user and call.user.sees_all):
        raise ApiError(403, "User is not permitted to view the permissions of this space")
    subjects: list[dict[str, str]] = [{"type": "group", "name": name} for name in sorted(held.viewers.groups)]
    people = [call.site.users[name] for name in sorted(held.viewers.users)]
    subjects += [{"type": "user", "userKey": person.key} for person in people]
    if held.anonymous:
        subjects.append({"type": "anonymous"})
    operation = {"targetType": "space", "operationKey": "read"}
    rows = [
        {"operation": operation, "subject": subject, "spaceKey": held.key, "spaceId": int(held.id)}
        for subject in subjects
    ]
    return Reply(data=rows)


def permission_sets(call: Call) -> Reply:
    """The same as every Data Center tells it through JSON-RPC."""
    arguments = call.asked.body.get("", [""])
    held = call.space(arguments[0])
    if not (call.user and call.user.sees_all):
        raise ApiError(403, "User is not permitted to view the permissions of this space")
    people = [call.site.users[name].username for name in sorted(held.viewers.users)]
    rows = [{"type": "VIEWSPACE", "userName": name, "groupName": None} for name in people]
    rows += [
        {"type": "VIEWSPACE", "userName": None, "groupName": name} for name in sorted(held.viewers.groups)
    ]
    if held.anonymous:
        rows.append({"type": "VIEWSPACE", "userName": None, "groupName": None})
    return Reply(data=[{"type": "VIEWSPACE", "spacePermissions": rows}])


def current_user(call: Call) -> Reply:
    """Who asks."""
    return Reply(data=show_user(call, call.user))


def user(call: Call) -> Reply:
    """One person, by account id, or on Data Center by name or key."""
    return Reply(data=show_user(call, _person(call)))


def users(call: Call) -> Reply:
    """Several people by account id."""
    found = [call.site.users[name] for name in call.asked.all("accountId") if name in call.site.users]
    shown = [show_user(call, person) for person in found]
    return Reply(data={"results": shown, "start": 0, "limit": 100, "size": len(shown), "_links": {}})


def _person(call: Call) -> User:
    for name, attribute in (("accountId", "account_id"), ("username", "username"), ("key", "key")):
        wanted = call.asked.get(name)
        found = next(
            (u for u in call.site.users.values() if wanted and getattr(u, attribute) == wanted), None
        )
        if found:
            return found
    raise ApiError(404, "No user found")


def groups_of_user(call: Call) -> Reply:
    """The groups of a person."""
    held = [call.site.groups[name] for name in sorted(_person(call).groups)]
    return Reply(data=call.by_offset(held, lambda group: show_group(call, group), default=200))


def groups(call: Call) -> Reply:
    """All groups."""
    return Reply(
        data=call.by_offset(
            list(call.site.groups.values()), lambda group: show_group(call, group), default=200
        )
    )


def group_by_id(call: Call) -> Reply:
    """One group."""
    return Reply(data=show_group(call, _group(call, "id", call.asked.get("id"))))


def group_by_name(call: Call) -> Reply:
    """One group."""
    return Reply(data=show_group(call, _group(call, "name", call.asked.get("name"))))


def group_by_path(call: Call, name: str) -> Reply:
    """One group."""
    return Reply(data=show_group(call, _group(call, "name", name)))


def members_by_id(call: Call, identifier: str) -> Reply:
    """Who is in a group."""
    return _members(call, _group(call, "id", identifier))


def members_by_name(call: Call, name: str) -> Reply:
    """Who is in a group."""
    return _members(call, _group(call, "name", name))


def _group(call: Call, attribute: str, value: str) -> Group:
    found = next((g for g in call.site.groups.values() if getattr(g, attribute) == value), None)
    if not found:
        raise ApiError(404, f"No group found: {value}")
    return found


def _members(call: Call, group: Group) -> Reply:
    held = [user for user in call.site.users.values() if group.name in user.groups]
    return Reply(data=call.by_offset(held, lambda user: show_user(call, user), default=200, most=200))
