"""Version 2 of Confluence Cloud's REST API: `/wiki/api/v2`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tests.servers.confluence.bodies import show_body
from tests.servers.confluence.call import ApiError, Call, iso
from tests.servers.confluence.content import Attachment, Comment, Content, Space, Version
from tests.servers.web import Json, Reply

_STATUSES = {"page": ("current", "archived"), "blogpost": ("current",)}
_PARENTS = ("page", "whiteboard", "database", "embed", "folder")
_TREE = {"folders": "folder", "whiteboards": "whiteboard", "databases": "database", "embeds": "embed"}
_PERMISSIONS = (("read", "space"),)


def routes() -> Sequence[tuple[str, Callable[..., Reply]]]:
    """Patterns of paths below `/api/v2`, and what answers them."""
    one, page = r"(\d+)", r"(pages|blogposts)"
    tree = "|".join(("pages", *_TREE))
    return (
        ("/spaces", spaces),
        (f"/spaces/{one}", space),
        (f"/spaces/{one}/permissions", permissions),
        (f"/spaces/{one}/{page}", contents_of_space),
        (f"/{page}", contents),
        (f"/{page}/{one}", content),
        ("/(folders|whiteboards|databases|embeds)/" + one, folder),
        (f"/(?:{tree})/{one}/ancestors", ancestors),
        (f"/pages/{one}/children", children),
        (f"/(?:{tree})/{one}/direct-children", direct_children),
        (f"/{page}/{one}/labels", labels),
        (f"/{page}/{one}/versions", versions),
        (f"/{page}/{one}/attachments", attachments_of),
        ("/attachments", attachments),
        (r"/attachments/(att\d+)", attachment),
        (f"/{page}/{one}/(footer|inline)-comments", comments_of),
        ("/(footer|inline)-comments", comments),
        (f"/(footer|inline)-comments/{one}", comment),
        (f"/(?:footer|inline)-comments/{one}/children", replies),
        ("/users-bulk", users),
    )


# ---- spaces ---------------------------------------------------------------------------------------------


def spaces(call: Call) -> Reply:
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
    return _list(call, sorted(found, key=_id), _space, _id)


def space(call: Call, identifier: str) -> Reply:
    return _one(call, _space(call.space(identifier=identifier)))


def permissions(call: Call, identifier: str) -> Reply:
    held = call.space(identifier=identifier)
    principals = [("user", user) for user in sorted(held.viewers.users)]
    principals += [("group", call.site.groups[name].id) for name in sorted(held.viewers.groups)]
    if held.anonymous:
        principals.append(("role", "anonymous"))
    found = [
        {
            "id": f"{held.id}{number:03d}",
            "principal": {"type": kind, "id": principal},
            "operation": {"key": key, "targetType": target},
        }
        for number, (kind, principal) in enumerate(principals)
        for key, target in _PERMISSIONS
    ]
    return _list(call, found, lambda item: item, lambda item: int(item["id"]))


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
    return _contents(call, plural, call.asked.all("space-id"))


def contents_of_space(call: Call, identifier: str, plural: str) -> Reply:
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
    key = _sorting(order)

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
    return _list(call, call.cached(options, find), lambda page: _page(call, page), key)


def content(call: Call, plural: str, identifier: str) -> Reply:
    statuses = call.asked.all("status") or ["current", "archived", "trashed"]
    if call.asked.get("get-draft") == "true":
        statuses.append("draft")
    found = call.content(identifier, plural.removesuffix("s"), statuses=statuses)
    shown = _page(call, found, single=True)
    if call.asked.get("include-labels") == "true":
        shown["labels"] = {"results": [_label(name) for name in found.labels], "meta": {"hasMore": False}}
    if call.asked.get("include-versions") == "true":
        held = [_version(version) for version in reversed(found.versions)]
        shown["versions"] = {"results": held, "meta": {"hasMore": False}}
    return _one(call, shown)


def folder(call: Call, plural: str, identifier: str) -> Reply:
    found = call.content(identifier, _TREE[plural], statuses=("current", "archived", "trashed"))
    shown = _page(call, found, single=True)
    shown["type"] = found.kind
    del shown["spaceId"], shown["lastOwnerId"]
    return _one(call, shown)


def ancestors(call: Call, identifier: str) -> Reply:
    found = call.site.ancestors(call.content(identifier).id)
    return _list(call, found, lambda page: {"id": page.id, "type": page.kind}, found.index, default=25)


def children(call: Call, identifier: str) -> Reply:
    held = _below(call, call.content(identifier, "page"))
    pages = [page for page in held if page.kind == "page"]
    return _list(call, pages, lambda page: _child(call, page, pages), _id)


def direct_children(call: Call, identifier: str) -> Reply:
    held = _below(call, call.content(identifier))
    return _list(call, held, lambda page: {**_child(call, page, held), "type": page.kind}, _id)


def _below(call: Call, parent: Content) -> list[Content]:
    held = (call.site.contents[name] for name in call.site.below.get(parent.id, ()))
    return sorted((p for p in held if p.status in ("current", "archived") and call.sees(p)), key=_id)


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
        f"/spaces/{page.space}/{'blog' if page.kind == 'blogpost' else 'pages'}/{page.id}/{_slug(page.title)}"
    )
    shown: Json = {
        "id": page.id,
        "status": page.status,
        "title": page.title,
        "spaceId": call.site.spaces[page.space].id,
        "authorId": page.author,
        "createdAt": iso(page.created),
        "version": _version(page.version),
        "body": _body(call, page.id, page.body, form, single=single),
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


def _body(call: Call, identifier: str, body: str, form: str, *, single: bool = True) -> Json:
    if not form:
        return {}
    known = ("storage", "atlas_doc_format", *(("view", "export_view", "styled_view") if single else ()))
    if form not in known:
        raise ApiError(400, f"Invalid value {form} for body-format", "INVALID_REQUEST_PARAMETER")
    return {form: {"representation": form, "value": show_body(call.site, identifier, body, form)}}


def labels(call: Call, plural: str, identifier: str) -> Reply:
    held = call.content(identifier, plural.removesuffix("s")).labels
    return _list(
        call, [_label(name) for name in sorted(held)], lambda label: label, lambda label: label["name"]
    )


def versions(call: Call, plural: str, identifier: str) -> Reply:
    held = call.content(identifier, plural.removesuffix("s")).versions[::-1]
    return _list(call, held, _version, lambda version: -version.number)


# ---- attachments and comments ---------------------------------------------------------------------------


def attachments_of(call: Call, plural: str, identifier: str) -> Reply:
    page = call.content(identifier, plural.removesuffix("s"))
    return _attachments(call, [call.site.attachments[name] for name in call.site.files_on.get(page.id, ())])


def attachments(call: Call) -> Reply:
    held = [a for a in call.site.attachments.values() if call.sees(a)]
    return _attachments(
        call, [a for a in held if call.site.contents[a.page].status in ("current", "archived")]
    )


def _attachments(call: Call, held: list[Attachment]) -> Reply:
    statuses = call.asked.all("status") or ("current", "archived")
    names, types = call.asked.all("filename"), call.asked.get("mediaType")
    held = [
        a
        for a in held
        if a.status in statuses and (not names or a.title in names) and types in ("", a.media_type)
    ]
    key = _sorting(call.asked.get("sort", "id"))
    return _list(call, sorted(held, key=key), lambda a: _attachment(call, a), key, default=50)


def attachment(call: Call, identifier: str) -> Reply:
    held = call.site.attachments.get(identifier)
    if not held or not call.sees(held):
        raise ApiError(404, f"Attachment {identifier} not found", "NOT_FOUND")
    return _one(call, _attachment(call, held))


def _attachment(call: Call, held: Attachment) -> Json:
    download = download_link(held)
    webui = f"/pages/viewpageattachments.action?pageId={held.page}&preview={held.id}"
    shown = {
        "id": held.id,
        "status": held.status,
        "title": held.title,
        "createdAt": iso(held.created),
        "mediaType": held.media_type,
        "mediaTypeDescription": "File",
        "comment": held.comment,
        "fileId": f"file-{held.id}",
        "fileSize": len(held.data),
        "webuiLink": webui,
        "downloadLink": download,
        "version": _version(held.version),
        "_links": {"webui": webui, "download": download},
    }
    return {**shown, **_on(call, held.page)}


def download_link(held: Attachment) -> str:
    """Where the bytes are, below the site's context."""
    version = held.version
    at = int(version.when * 1000)
    return f"/download/attachments/{held.page}/{_slug(held.title)}?version={version.number}&modificationDate={at}&api=v2"


def comments_of(call: Call, plural: str, identifier: str, kind: str) -> Reply:
    page = call.content(identifier, plural.removesuffix("s"))
    held = [call.site.comments[name] for name in call.site.comments_on.get(page.id, ())]
    return _comments(call, [comment for comment in held if not comment.reply_to], kind)


def comments(call: Call, kind: str) -> Reply:
    held = [c for c in call.site.comments.values() if call.sees(c)]
    return _comments(call, [c for c in held if call.site.contents[c.page].status == "current"], kind)


def _comments(call: Call, held: list[Comment], kind: str) -> Reply:
    wanted = call.asked.all("resolution-status")
    held = [
        comment
        for comment in held
        if bool(comment.marker) == (kind == "inline")
        and comment.status == "current"
        and (not wanted or comment.resolution in wanted)
    ]
    key = _sorting(call.asked.get("sort", "id"))
    return _list(call, sorted(held, key=key), lambda comment: _comment(call, comment), key)


def comment(call: Call, kind: str, identifier: str) -> Reply:
    held = _readable_comment(call, identifier)
    return _one(call, _comment(call, held))


def replies(call: Call, identifier: str) -> Reply:
    held = _readable_comment(call, identifier)
    names = call.site.comments_on[held.page]
    found = [call.site.comments[name] for name in names if call.site.comments[name].reply_to == held.id]
    return _list(call, sorted(found, key=_id), lambda reply: _comment(call, reply), _id)


def _readable_comment(call: Call, identifier: str) -> Comment:
    held = call.site.comments.get(identifier)
    if not held or not call.sees(held):
        raise ApiError(404, f"Comment {identifier} not found", "NOT_FOUND")
    return held


def _comment(call: Call, held: Comment) -> Json:
    shown: Json = {
        "id": held.id,
        "status": held.status,
        "title": f"Re: {call.site.contents[held.page].title}",
        "version": _version(held.version),
        "body": _body(call, held.id, held.body, call.asked.get("body-format")),
        "_links": {
            "webui": f"/spaces/{call.site.contents[held.page].space}/pages/{held.page}?focusedCommentId={held.id}"
        },
    }
    if held.reply_to:
        shown["parentCommentId"] = held.reply_to
    else:
        shown |= _on(call, held.page)
    if held.marker:
        shown["resolutionStatus"] = held.resolution
        shown["properties"] = {
            "inlineMarkerRef": held.marker,
            "inlineOriginalSelection": held.selection,
            "inline-marker-ref": held.marker,
            "inline-original-selection": held.selection,
        }
    return shown


def users(call: Call) -> Reply:
    found = [
        call.site.users[name] for name in call.asked.body.get("accountIds", ()) if name in call.site.users
    ]
    shown = [
        {"accountId": user.account_id, "displayName": user.name, "publicName": user.name} for user in found
    ]
    return Reply(data={"results": shown, "_links": {"base": call.base}})


# ---- what they share ------------------------------------------------------------------------------------


def _on(call: Call, page: str) -> Json:
    kind = call.site.contents[page].kind
    return {"blogPostId" if kind == "blogpost" else "pageId": page}


def _version(version: Version) -> Json:
    return {
        "number": version.number,
        "createdAt": iso(version.when),
        "authorId": version.by,
        "message": "",
        "minorEdit": version.minor,
    }


def _label(name: str) -> Json:
    return {"id": str(sum(map(ord, name))), "name": name, "prefix": "global"}


def _id(thing: Any) -> int:
    return int(thing.id.removeprefix("att"))


def _sorting(name: str) -> Callable[[Any], Any]:
    """A key whose ascending order is the one asked for."""
    sign = -1 if name.startswith("-") else 1
    keys: dict[str, Callable[[Any], Any]] = {
        "id": lambda thing: [sign * _id(thing)],
        "created-date": lambda thing: [sign * thing.created, _id(thing)],
        "modified-date": lambda thing: [sign * thing.version.when, _id(thing)],
        "title": lambda thing: [[sign * ord(letter) for letter in thing.title], _id(thing)],
    }
    if name.removeprefix("-") not in keys:
        raise ApiError(400, f"Invalid value {name} for sort", "INVALID_REQUEST_PARAMETER")
    return keys[name.removeprefix("-")]


def _slug(title: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(title)


def _one(call: Call, shown: Json) -> Reply:
    return Reply(data={**shown, "_links": {**shown.get("_links", {}), "base": call.base}})


def _list(
    call: Call,
    items: Sequence[Any],
    show: Callable[[Any], Json],
    key: Callable[[Any], Any],
    default: int = 25,
) -> Reply:
    shown, following = call.by_cursor(items, key, show, default=default)
    links, header = {"base": call.base}, f'<{call.base}>; rel="base"'
    if following:
        links["next"] = following
        header = f'<{following}>; rel="next", {header}'
    return Reply(data={"results": shown, "_links": links}, headers={"Link": header})
