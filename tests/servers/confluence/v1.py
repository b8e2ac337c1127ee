"""Version 1 of the REST API: `/wiki/rest/api` on Cloud, `/rest/api` on Data Center."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.servers.confluence.call import ApiError, Call, Thing
from tests.servers.confluence.content import Attachment, Comment, Content, Group, User
from tests.servers.confluence.cql import search as run_cql
from tests.servers.confluence.render_v1 import (
    Tree,
    check_ancestors,
    most,
    restriction,
    show,
    show_group,
    show_space,
    show_user,
    show_version,
    tree,
)
from tests.servers.web import Reply

DEPRECATED = (
    r"/content",
    r"/content/\w+",
    r"/content/\w+/(child|descendant).*",
    r"/space(/[^/]+)?(/content.*)?",
)
"""What Cloud's own documents no longer name."""


def routes() -> Sequence[tuple[str, Callable[..., Reply]]]:
    """Patterns of paths below `/rest/api`, and what answers them."""
    one = r"((?:att)?\d+)"
    return (
        ("/content", contents),
        ("/content/search", search),
        ("/search", site_search),
        (f"/content/{one}", content),
        (f"/content/{one}/(?:child|descendant)/(comment|attachment|page)", children),
        (f"/content/{one}/label", labels),
        (f"/content/{one}/version", versions),
        (f"/content/{one}/restriction/byOperation", restrictions),
        (f"/content/{one}/restriction/byOperation/(read|update)", restriction_of),
        (f"/content/{one}/child/attachment/{one}/download", download),
        ("/space", spaces),
        ("/space/([^/]+)", space),
        ("/space/([^/]+)/permissions", space_permissions),
        ("/space/([^/]+)/content/(page|blogpost)", contents_of_space),
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


# ---- content --------------------------------------------------------------------------------------------


def search(call: Call) -> Reply:
    """Content that CQL finds: by cursor on Cloud, by offset on Data Center."""
    expand = _expand(call)
    found = _found(call)
    checked: list[Thing] = []

    def shown(thing: Thing) -> Any:
        checked.append(thing)
        return show(call, thing, expand)

    if call.cloud:
        data = call.by_search_cursor(found, shown, default=25, most=most(expand))
    else:
        data = call.by_offset(found, shown, most=most(expand), keep=call.sees)
    check_ancestors(call, checked, expand)
    return Reply(data=data)


def site_search(call: Call) -> Reply:
    """The same as search results with titles and excerpts."""

    def shown(thing: Thing) -> Any:
        held = show(call, thing, tree(["version"]))
        return {
            "content": held,
            "title": held["title"],
            "excerpt": "",
            "url": held["_links"]["webui"],
            "breadcrumbs": [],
            "entityType": "content",
            "iconCssClass": "",
            "lastModified": held["version"]["when"],
        }

    found = _found(call)
    data = call.by_search_cursor(found, shown, default=25, most=1_000)
    return Reply(
        data={**data, "totalSize": len(found), "cqlQuery": call.asked.get("cql"), "searchDuration": 1}
    )


def _found(call: Call) -> Sequence[Thing]:
    cql = call.asked.get("cql")
    if not cql:
        raise ApiError(400, "cql is required")

    def find() -> list[Thing]:
        found = run_cql(call.site, cql, call.user)
        return [thing for thing in found if call.sees(thing)] if call.cloud else found

    return call.cached(("cql", cql), find)


def contents(call: Call) -> Reply:
    """The content of spaces, by id."""
    key = call.asked.get("spaceKey")
    kind = call.asked.get("type", "page")
    return _contents(call, [call.space(key).key] if key else None, kind)


def contents_of_space(call: Call, key: str, kind: str) -> Reply:
    """The content of a space, by id."""
    return _contents(call, [call.space(key).key], kind)


def _contents(call: Call, keys: Sequence[str] | None, kind: str) -> Reply:
    expand, status, title = _expand(call), call.asked.get("status", "current"), call.asked.get("title")

    def find() -> list[Content]:
        return [
            page
            for page in call.site.contents.values()
            if page.kind == kind
            and status in (page.status, "any")
            and (keys is None or page.space in keys)
            and (not title or page.title == title)
        ]

    held = call.cached(("contents", keys and tuple(keys), kind, status, title), find)
    limit, start = min(call.integer("limit", 25), most(expand)), call.integer("start", 0)
    check_ancestors(call, held[start : start + limit], expand)
    return Reply(
        data=call.by_offset(held, lambda page: show(call, page, expand), most=most(expand), keep=call.sees)
    )


def content(call: Call, identifier: str) -> Reply:
    """One page, comment or attachment."""
    wanted = call.asked.get("status", "current")
    held: Thing | None = (
        call.site.contents.get(identifier)
        or call.site.comments.get(identifier)
        or call.site.attachments.get(identifier)
    )
    if not held or not call.sees(held) or wanted not in (held.status, "any"):
        raise _missing(identifier)
    return _one(call, show(call, held, _expand(call)))


def children(call: Call, identifier: str, kind: str) -> Reply:
    """What hangs on a page."""
    parent, expand = call.content(identifier), _expand(call)
    found: Sequence[Thing]
    if kind == "attachment":
        found = _files(call, parent.id)
    elif kind == "comment":
        found = _comments(call, parent.id)
    elif "/descendant/" in call.asked.path:
        found = [page for page in call.site.subtree(parent.id)[1:] if page.status == "current"]
    else:
        below = (call.site.contents[name] for name in call.site.below.get(parent.id, ()))
        found = [page for page in below if page.kind == "page" and page.status == "current"]
    data = call.by_offset(
        found, lambda thing: show(call, thing, expand), default=50 if kind == "attachment" else 25,
        most=most(expand), keep=call.sees,
    )  # fmt: skip
    return Reply(data=data)


def _files(call: Call, page: str) -> list[Attachment]:
    name = call.asked.get("filename")
    return [file for file in call.site.files(page) if not name or file.title == name]


def _comments(call: Call, page: str) -> list[Comment]:
    """All for `depth=all`, else those that are no replies; `location` as in the API."""
    wanted = call.asked.all("location")
    found = [call.site.comments[name] for name in call.site.comments_on.get(page, ())]
    deep = call.asked.get("depth") == "all" or "/descendant/" in call.asked.path
    return [
        comment
        for comment in found
        if (deep or not comment.reply_to)
        and (
            not wanted
            or ("inline" if comment.marker else "footer") in wanted
            or (comment.resolution == "resolved" and "resolved" in wanted)
        )
    ]


def labels(call: Call, identifier: str) -> Reply:
    """The labels of a page."""
    shown = show(call, call.content(identifier), tree(["metadata.labels"]))["metadata"]["labels"]["results"]
    return Reply(data=call.by_offset(shown, lambda label: label, default=200))


def versions(call: Call, identifier: str) -> Reply:
    """The edits of a page, newest first."""
    held = call.content(identifier).versions[::-1]
    return Reply(data=call.by_offset(held, lambda version: show_version(call, version)))


def restrictions(call: Call, identifier: str) -> Reply:
    """Who may read and update a page, drafts included."""
    held, inner = call.content(identifier), _restriction_expand(_expand(call))
    shown = {operation: restriction(call, held, operation, inner) for operation in ("read", "update")}
    return Reply(data={**shown, "_links": {"self": call.base + call.asked.path.removeprefix(call.context)}})


def restriction_of(call: Call, identifier: str, operation: str) -> Reply:
    """Who may do one thing with a page."""
    inner = _restriction_expand(_expand(call))
    return Reply(data=restriction(call, call.content(identifier), operation, inner))


def _restriction_expand(expand: Tree) -> Tree:
    """`restrictions.user`, `read.restrictions.user` and `update.restrictions.user` alike; both unless one is named."""
    found: Tree = {}
    for node in (expand, expand.get("read", {}), expand.get("update", {})):
        found |= node.get("restrictions", {})
    return found or {"user": {}, "group": {}}


def download(call: Call, page: str, identifier: str) -> Reply:
    """Leads to the bytes of an attachment."""
    held = call.site.attachments.get(identifier)
    if not held or held.page != page or not call.sees(held):
        raise _missing(identifier)
    return Reply(302, headers={"Location": call.media(held)}, raw=b"")


# ---- spaces ---------------------------------------------------------------------------------------------


def spaces(call: Call) -> Reply:
    """The spaces that the caller may view."""
    keys, kind, expand = call.asked.all("spaceKey"), call.asked.get("type"), _expand(call)
    held = [
        space
        for space in call.site.spaces.values()
        if call.views(space) and (not keys or space.key in keys) and kind in ("", space.kind)
    ]
    return Reply(data=call.by_offset(held, lambda space: show_space(call, space, expand)))


def space(call: Call, key: str) -> Reply:
    """One space."""
    return _one(call, show_space(call, call.space(key), _expand(call)))


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


# ---- people ---------------------------------------------------------------------------------------------


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


# ---- what they share ------------------------------------------------------------------------------------


def _expand(call: Call) -> Tree:
    return tree(call.asked.all("expand"))


def _one(call: Call, shown: Any) -> Reply:
    links = {**shown["_links"], "base": call.base, "context": call.context}
    return Reply(data={**shown, "_links": links})


def _missing(identifier: str) -> ApiError:
    return ApiError(404, f"No content found with id: ContentId{{id={identifier}}}")
