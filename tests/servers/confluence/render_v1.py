"""How version 1 of the REST API shows things, with what `expand` asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote_plus

from tests.servers.confluence.bodies import show_body
from tests.servers.confluence.call import ApiError, Call, Thing, iso
from tests.servers.confluence.content import Attachment, Comment, Content, Group, Space, User, Version
from tests.servers.confluence.cql import kind_of
from tests.servers.confluence.render_v2 import download_link
from tests.servers.web import Json, Reply

Tree = dict[str, Any]
_FORMS = ("storage", "view", "export_view", "styled_view", "atlas_doc_format")
_BODIES = 50
_EXPANDED = 200


def tree(expand: Sequence[str]) -> Tree:
    """`a.b,c` as nested dictionaries."""
    root: Tree = {}
    for path in expand:
        node = root
        for name in path.strip().split("."):
            node = node.setdefault(name, {})
    return root


def most(expand: Tree) -> int:
    """How many results a list has at most: the server cuts more silently."""
    if "body" in expand:
        return _BODIES
    return _EXPANDED if expand else 1_000


def check_ancestors(call: Call, things: Sequence[Thing], expand: Tree) -> None:
    """Raises the 404 that a list answers when something above one of its pages is a draft or in the trash."""
    if not {"ancestors", "restrictions"} & expand.keys():
        return
    for thing in things:
        if isinstance(thing, Content) and has_lost_ancestor(call, thing):
            raise ApiError(404, f"No content found with id: ContentId{{id={thing.parent}}}")


def has_lost_ancestor(call: Call, content: Content) -> bool:
    """Whether something above a page is a draft or in the trash."""
    return any(above.status in ("draft", "trashed") for above in call.site.ancestors(content.id))


def show(call: Call, thing: Thing, expand: Tree) -> Json:
    """A page, comment or attachment."""
    if call.site.burdens.get(thing.id) in expand:
        raise ApiError(500, "java.lang.OutOfMemoryError", "INTERNAL_SERVER_ERROR")
    kind = kind_of(thing)
    page = thing if isinstance(thing, Content) else call.site.contents[thing.page]
    title = thing.title if not isinstance(thing, Comment) else f"Re: {page.title}"
    shown: Json = {
        "id": thing.id,
        "type": kind,
        "status": thing.status,
        "title": title,
        "extensions": _extensions(thing),
        "_expandable": {name: "" for name in ("ancestors", "body", "version", "space") if name not in expand},
        "_links": _links(call, thing, page),
    }
    if "space" in expand:
        shown["space"] = show_space(call, call.site.spaces[page.space], expand["space"])
    if "version" in expand:
        shown["version"] = show_version(call, thing.version)
    if "history" in expand:
        shown["history"] = _history(call, thing, expand["history"])
    if "ancestors" in expand:
        shown["ancestors"] = _ancestors(call, thing, expand["ancestors"])
    if "body" in expand and not isinstance(thing, Attachment):
        shown["body"] = _body(call, thing, expand["body"])
    if "labels" in expand.get("metadata", {}):
        labels = [_label(name) for name in getattr(thing, "labels", ())]
        shown["metadata"] = {
            "labels": {"results": labels, "start": 0, "limit": 200, "size": len(labels), "_links": {}}
        }
    if "container" in expand:
        held = show_space(call, call.site.spaces[page.space], {})
        shown["container"] = held if page is thing else show(call, page, expand["container"])
    if "restrictions" in expand and isinstance(thing, Content):
        shown["restrictions"] = restrictions(call, thing, expand["restrictions"])
    return shown


def _extensions(thing: Thing) -> Json:
    if isinstance(thing, Attachment):
        return {
            "mediaType": thing.media_type,
            "fileSize": len(thing.data),
            "comment": thing.comment,
            "fileId": f"file-{thing.id}",
        }
    if isinstance(thing, Comment):
        if not thing.marker:
            return {"location": "footer"}
        inline = {"originalSelection": thing.selection, "markerRef": thing.marker}
        return {
            "location": "inline",
            "inlineProperties": inline,
            "resolution": {"status": thing.resolution},
        }
    return {"position": 0}


def _links(call: Call, thing: Thing, page: Content) -> Json:
    webui = f"/spaces/{page.space}/{'blog' if page.kind == 'blogpost' else 'pages'}/{page.id}/{quote_plus(page.title)}"
    if not call.cloud:
        webui = f"/pages/viewpage.action?pageId={page.id}"
    if isinstance(thing, Comment):
        webui += f"{'&' if '?' in webui else '?'}focusedCommentId={thing.id}#comment-{thing.id}"
    links = {
        "self": f"{call.base}/rest/api/content/{thing.id}",
        "webui": webui,
        "tinyui": f"/x/{page.id}",
    }
    if isinstance(thing, Attachment):
        links["download"] = download_link(thing)
    return links


def _history(call: Call, thing: Thing, expand: Tree) -> Json:
    shown: Json = {
        "latest": True,
        "createdBy": show_user(call, call.person(thing.author)),
        "createdDate": stamp(call, thing.created),
        "_expandable": {},
        "_links": {},
    }
    if "lastUpdated" in expand:
        shown["lastUpdated"] = show_version(call, thing.version)
    return shown


def _ancestors(call: Call, thing: Thing, expand: Tree) -> list[Json]:
    if not isinstance(thing, Content):
        return []
    if has_lost_ancestor(call, thing):
        raise ApiError(404, f"No content found with id: ContentId{{id={thing.parent}}}")
    return [show(call, above, expand) for above in call.site.ancestors(thing.id) if call.sees(above)]


def _body(call: Call, thing: Content | Comment, expand: Tree) -> Json:
    forms = [form for form in _FORMS if form in expand]
    return {
        **{
            form: {"value": show_body(call.site, thing.id, thing.body, form), "representation": form}
            for form in forms
        },
        "_expandable": {form: "" for form in _FORMS if form not in forms},
    }


def restrictions(call: Call, content: Content, expand: Tree) -> Json:
    """Who may read and update a page, as far as it says so itself."""
    operations = [name for name in ("read", "update") if name in expand] or ["read", "update"]
    shown: Json = {
        name: restriction(call, content, name, expand.get(name, {}).get("restrictions", {}))
        for name in operations
    }
    return {**shown, "_expandable": {}, "_links": {"self": f"{_self(call, content)}/restriction/byOperation"}}


def restriction(call: Call, content: Content, operation: str, expand: Tree) -> Json:
    """Who may do one thing with a page; nobody named means no restriction."""
    rule = content.restrictions.get(operation)
    users = [show_user(call, call.person(name)) for name in sorted(rule.users)] if rule else []
    groups = [show_group(call, call.site.groups[name]) for name in sorted(rule.groups)] if rule else []
    held: Json = {"_expandable": {name: "" for name in ("user", "group") if name not in expand}}
    if "user" in expand:
        held["user"] = {"results": users, "start": 0, "limit": 100, "size": len(users)}
    if "group" in expand:
        held["group"] = {"results": groups, "start": 0, "limit": 100, "size": len(groups)}
    link = f"{_self(call, content)}/restriction/byOperation/{operation}"
    return {"operation": operation, "restrictions": held, "_expandable": {}, "_links": {"self": link}}


def _self(call: Call, content: Content) -> str:
    return f"{call.base}/rest/api/content/{content.id}"


def show_version(call: Call, version: Version) -> Json:
    """One edit."""
    return {
        "by": show_user(call, call.person(version.by)),
        "when": stamp(call, version.when),
        "friendlyWhen": "",
        "message": "",
        "number": version.number,
        "minorEdit": version.minor,
        "_expandable": {},
        "_links": {},
    }


def show_space(call: Call, space: Space, expand: Tree) -> Json:
    """A space; Cloud shows its permissions on request, Data Center has an endpoint of its own for them."""
    shown: Json = {
        "id": int(space.id),
        "key": space.key,
        "name": space.name,
        "type": space.kind,
        "status": space.status,
        "_expandable": {"homepage": f"/rest/api/content/{space.homepage}"},
        "_links": {"webui": f"/spaces/{space.key}", "self": f"{call.base}/rest/api/space/{space.key}"},
    }
    if "permissions" in expand and call.cloud:
        shown["permissions"] = _space_permissions(call, space)
    if "homepage" in expand and space.homepage in call.site.contents:
        shown["homepage"] = show(call, call.site.contents[space.homepage], expand["homepage"])
    return shown


def _space_permissions(call: Call, space: Space) -> list[Json]:
    base = {"operation": {"operation": "read", "targetType": "space"}, "unlicensedAccess": False}
    users = [show_user(call, call.person(name)) for name in sorted(space.viewers.users)]
    groups = [show_group(call, call.site.groups[name]) for name in sorted(space.viewers.groups)]
    found: list[Json] = [{"subjects": {"user": {"results": [user], "size": 1}}} for user in users]
    found += [{"subjects": {"group": {"results": [group], "size": 1}}} for group in groups]
    for item in found:
        item["subjects"]["_expandable"] = {}
        item["anonymousAccess"] = False
    if space.anonymous:
        found.append({"anonymousAccess": True})
    return [{"id": int(space.id) * 100 + number, **base, **item} for number, item in enumerate(found)]


def show_user(call: Call, user: User | None) -> Json:
    """A person; None is anonymous."""
    if user is None:
        return {"type": "anonymous", "displayName": "Anonymous", "_expandable": {}, "_links": {}}
    shown = {
        "type": "known",
        "displayName": user.name,
        "_expandable": {"operations": ""},
        "_links": {"self": f"{call.base}/rest/api/user?accountId={user.account_id}"},
    }
    if not call.cloud:
        return {**shown, "username": user.username, "userKey": user.key}
    return {
        **shown,
        "accountId": user.account_id,
        "accountType": "atlassian",
        "email": user.email,
        "publicName": user.name,
        "timeZone": user.time_zone,
    }


def show_group(call: Call, group: Group) -> Json:
    """A group; Data Center knows names only."""
    shown = {"type": "group", "name": group.name, "_links": {}}
    return {**shown, "id": group.id} if call.cloud else shown


def stamp(call: Call, at: float) -> str:
    """A time as this kind of server writes it: Data Center in its own zone, an hour east of Greenwich."""
    return iso(at) if call.cloud else re.sub("Z$", "", iso(at + 3_600)) + "+01:00"


def _label(name: str) -> Json:
    return {"prefix": "global", "name": name, "id": str(sum(map(ord, name))), "label": name}


def expand_of(call: Call) -> Tree:
    """What the request asks to expand."""
    return tree(call.asked.all("expand"))


def one(call: Call, shown: Any) -> Reply:
    """A single thing, with the links that only single things have."""
    links = {**shown["_links"], "base": call.base, "context": call.context}
    return Reply(data={**shown, "_links": links})
