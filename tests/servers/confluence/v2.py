"""Version 2 of Confluence Cloud's REST API: `/wiki/api/v2`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tests.servers.confluence import v2_pieces
from tests.servers.confluence.call import Call, iso
from tests.servers.confluence.content import Content, Space
from tests.servers.confluence.render_v2 import (
    id_of,
    listed,
    one,
    show_body_v2,
    show_version_v2,
    slug,
    sorting,
)
from tests.servers.web import Json, Reply

_STATUSES = {"page": ("current", "archived"), "blogpost": ("current",)}
_TREE = {"folders": "folder", "whiteboards": "whiteboard", "databases": "database", "embeds": "embed"}


def routes() -> Sequence[tuple[str, Callable[..., Reply]]]:
    """Patterns of paths below `/api/v2`, and what answers them."""
    number, page = r"(\d+)", r"(pages|blogposts)"
    tree = "|".join(("pages", *_TREE))
    return (
        ("/spaces", spaces),
        (f"/spaces/{number}", space),
        (f"/spaces/{number}/permissions", permissions),
        (f"/spaces/{number}/{page}", contents_of_space),
        (f"/{page}", contents),
        (f"/{page}/{number}", content),
        ("/(folders|whiteboards|databases|embeds)/" + number, folder),
        (f"/(?:{tree})/{number}/ancestors", ancestors),
        (f"/pages/{number}/children", children),
        (f"/(?:{tree})/{number}/direct-children", direct_children),
        (f"/{page}/{number}/labels", labels),
        (f"/{page}/{number}/versions", versions),
        *v2_pieces.routes(),
        ("/users-bulk", users),
    )


# ---- spaces ---------------------------------------------------------------------------------------------


def spaces(call: Call) -> Reply:
    """The spaces that the caller may view."""
    keys, ids, kinds = call.asked.all("keys"), call.asked.all("ids"), call.asked.all("type")
    found = [
        space
        for space in call.site.spaces.values()
        if call.views(space)
        and (not keys or space.key in keys)
        and (not ids or space.id in ids)
        and (not kinds or space.kind in kinds)
        and call.asked.get("status", space.status) == space.status
    ]
    return listed(call, sorted(found, key=id_of), _space, id_of)


def space(call: Call, identifier: str) -> Reply:
    """One space."""
    return one(call, _space(call.space(identifier=identifier)))


def permissions(call: Call, identifier: str) -> Reply:
    """Who may view a space; everybody is the role `anonymous`, all users are `all-licensed-users`."""
    held = call.space(identifier=identifier)
    principals = [("user", user) for user in sorted(held.viewers.users)]
    principals += [("group", call.site.groups[name].id) for name in sorted(held.viewers.groups)]
    if held.anonymous:
        principals.append(("role", "anonymous"))
    if held.licensed:
        principals.append(("role", "all-licensed-users"))
    found = [
        {
            "id": f"{held.id}{number:03d}",
            "principal": {"type": kind, "id": principal},
            "operation": {"key": "read", "targetType": "space"},
        }
        for number, (kind, principal) in enumerate(principals)
    ]
    return listed(call, found, lambda item: item, lambda item: int(item["id"]))


def _space(held: Space) -> Json:
    return {
        "id": held.id,
        "key": held.key,
        "name": held.name,
        "type": held.kind,
        "status": held.status,
        "authorId": "",
        "createdAt": iso(held.created),
        "homepageId": held.homepage,
        "_links": {"webui": f"/spaces/{held.key}"},
    }


# ---- pages and what is like them ------------------------------------------------------------------------


def contents(call: Call, plural: str) -> Reply:
    """Pages or blog posts of any spaces."""
    return _contents(call, plural, call.asked.all("space-id"))


def contents_of_space(call: Call, identifier: str, plural: str) -> Reply:
    """Pages or blog posts of a space."""
    return _contents(call, plural, [call.space(identifier=identifier).id])


def _contents(call: Call, plural: str, space_ids: list[str]) -> Reply:
    kind, ids = plural.removesuffix("s"), set(call.asked.all("id"))
    statuses = call.asked.all("status") or _STATUSES[kind]
    keys = {space.key for space in call.site.spaces.values() if not space_ids or space.id in space_ids}
    title = call.asked.get("title")
    pool: Iterable[Content] = call.site.contents.values()
    if ids:
        pool = (call.site.contents[name] for name in ids if name in call.site.contents)
    root, order = call.asked.get("depth") == "root", call.asked.get("sort", "id")
    key = sorting(order)

    def find() -> list[Content]:
        found = [
            page
            for page in pool
            if page.kind == kind
            and page.status in statuses
            and page.space in keys
            and (not title or page.title == title)
            and (not root or not page.parent)
            and call.sees(page)
        ]
        return sorted(found, key=key)

    options = (plural, tuple(space_ids), tuple(sorted(ids)), tuple(statuses), title, root, order)
    return listed(call, call.cached(options, find), lambda page: _page(call, page), key)


def content(call: Call, plural: str, identifier: str) -> Reply:
    """One page or blog post."""
    statuses = call.asked.all("status") or ["current", "archived", "trashed"]
    if call.asked.get("get-draft") == "true":
        statuses.append("draft")
    found = call.content(identifier, plural.removesuffix("s"), statuses=statuses)
    shown = _page(call, found, single=True)
    if call.asked.get("include-labels") == "true":
        shown["labels"] = {"results": [_label(name) for name in found.labels], "meta": {"hasMore": False}}
    if call.asked.get("include-versions") == "true":
        held = [show_version_v2(version) for version in reversed(found.versions)]
        shown["versions"] = {"results": held, "meta": {"hasMore": False}}
    return one(call, shown)


def folder(call: Call, plural: str, identifier: str) -> Reply:
    """One folder, whiteboard, database or smart link."""
    found = call.content(identifier, _TREE[plural], statuses=("current", "archived", "trashed"))
    shown = _page(call, found, single=True)
    shown["type"] = found.kind
    del shown["spaceId"], shown["lastOwnerId"]
    return one(call, shown)


def ancestors(call: Call, identifier: str) -> Reply:
    """What is above something, whoever may read it."""
    found = call.site.ancestors(call.content(identifier).id)
    return listed(call, found, lambda page: {"id": page.id, "type": page.kind}, found.index, default=25)


def children(call: Call, identifier: str) -> Reply:
    """The pages below a page."""
    held = _below(call, call.content(identifier, "page"))
    pages = [page for page in held if page.kind == "page"]
    return listed(call, pages, lambda page: _child(call, page, pages), id_of)


def direct_children(call: Call, identifier: str) -> Reply:
    """Everything below something."""
    held = _below(call, call.content(identifier))
    return listed(call, held, lambda page: {**_child(call, page, held), "type": page.kind}, id_of)


def _below(call: Call, parent: Content) -> list[Content]:
    held = (call.site.contents[name] for name in call.site.below.get(parent.id, ()))
    return sorted((p for p in held if p.status in ("current", "archived") and call.sees(p)), key=id_of)


def _child(call: Call, page: Content, siblings: list[Content]) -> Json:
    return {
        "id": page.id,
        "status": page.status,
        "title": page.title,
        "spaceId": call.site.spaces[page.space].id,
        "childPosition": siblings.index(page),
    }


def _page(call: Call, page: Content, *, single: bool = False) -> Json:
    parent = call.site.contents.get(page.parent)
    form = call.asked.get("body-format")
    link = (
        f"/spaces/{page.space}/{'blog' if page.kind == 'blogpost' else 'pages'}/{page.id}/{slug(page.title)}"
    )
    shown: Json = {
        "id": page.id,
        "status": page.status,
        "title": page.title,
        "spaceId": call.site.spaces[page.space].id,
        "authorId": page.author,
        "createdAt": iso(page.created),
        "version": show_version_v2(page.version),
        "body": show_body_v2(call, page.id, page.body, form, single=single),
        "_links": {
            "webui": link,
            "editui": f"/pages/resumedraft.action?draftId={page.id}",
            "tinyui": f"/x/{page.id}",
        },
    }
    if page.kind != "blogpost":
        shown |= {"position": 0, "ownerId": page.author, "lastOwnerId": None}
        if parent:
            shown |= {"parentId": parent.id, "parentType": parent.kind}
    if page.subtype:
        shown["subtype"] = page.subtype
    return shown


def labels(call: Call, plural: str, identifier: str) -> Reply:
    """The labels of a page."""
    held = call.content(identifier, plural.removesuffix("s")).labels
    return listed(
        call, [_label(name) for name in sorted(held)], lambda label: label, lambda label: label["name"]
    )


def versions(call: Call, plural: str, identifier: str) -> Reply:
    """The edits of a page, newest first."""
    held = call.content(identifier, plural.removesuffix("s")).versions[::-1]
    return listed(call, held, show_version_v2, lambda version: -version.number)


def users(call: Call) -> Reply:
    """People by account id."""
    found = [
        call.site.users[name] for name in call.asked.body.get("accountIds", ()) if name in call.site.users
    ]
    shown = [
        {"accountId": user.account_id, "displayName": user.name, "publicName": user.name} for user in found
    ]
    return Reply(data={"results": shown, "_links": {"base": call.base}})


def _label(name: str) -> Json:
    return {"id": str(sum(map(ord, name))), "name": name, "prefix": "global"}
