"""Version 1 of the REST API: `/wiki/rest/api` on Cloud, `/rest/api` on Data Center."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from tests.servers.confluence import v1_people
from tests.servers.confluence.call import ApiError, Call, Thing
from tests.servers.confluence.content import Attachment, Comment, Content
from tests.servers.confluence.cql import search as run_cql
from tests.servers.confluence.render_v1 import (
    Tree,
    check_ancestors,
    expand_of,
    most,
    one,
    restriction,
    show,
    tree,
)
from tests.servers.web import Reply

_DEPRECATED = re.compile(
    r"/content|/content/(att)?\d+(/(child|descendant)/\w+)?|/space(/[^/]+)?(/content.*)?"
)


def is_deprecated(path: str) -> bool:
    """Whether Cloud's own documents no longer name this endpoint."""
    return _DEPRECATED.fullmatch(path) is not None


def routes() -> Sequence[tuple[str, Callable[..., Reply]]]:
    """Patterns of paths below `/rest/api`, and what answers them."""
    number = r"((?:att)?\d+)"
    return (
        ("/content", contents),
        ("/content/search", search),
        ("/search", site_search),
        (f"/content/{number}", content),
        (f"/content/{number}/(?:child|descendant)/(comment|attachment|page)", children),
        (f"/content/{number}/label", labels),
        (f"/content/{number}/restriction/byOperation", restrictions),
        (f"/content/{number}/restriction/byOperation/(read|update)", restriction_of),
        (f"/content/{number}/child/attachment/{number}/download", download),
        ("/space/([^/]+)/content/(page|blogpost)", contents_of_space),
        *v1_people.routes(),
    )


def search(call: Call) -> Reply:
    """Content that CQL finds: by cursor on Cloud, by offset on Data Center."""
    expand = expand_of(call)
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

    now = call.site.time.at if "now" in cql else 0
    return call.cached(("cql", cql, now, frozenset(call.site.unindexed)), find)


def contents(call: Call) -> Reply:
    """The content of spaces, by id."""
    key = call.asked.get("spaceKey")
    kind = call.asked.get("type", "page")
    return _contents(call, [call.space(key).key] if key else None, kind)


def contents_of_space(call: Call, key: str, kind: str) -> Reply:
    """The content of a space, by id."""
    return _contents(call, [call.space(key).key], kind)


def _contents(call: Call, keys: Sequence[str] | None, kind: str) -> Reply:
    expand, status, title = expand_of(call), call.asked.get("status", "current"), call.asked.get("title")

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
    return one(call, show(call, held, expand_of(call)))


def children(call: Call, identifier: str, kind: str) -> Reply:
    """What hangs on a page."""
    parent, expand = call.content(identifier), expand_of(call)
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


def restrictions(call: Call, identifier: str) -> Reply:
    """Who may read and update a page, drafts included."""
    held, inner = call.content(identifier), _restriction_expand(expand_of(call))
    shown = {operation: restriction(call, held, operation, inner) for operation in ("read", "update")}
    return Reply(data={**shown, "_links": {"self": call.base + call.asked.path.removeprefix(call.context)}})


def restriction_of(call: Call, identifier: str, operation: str) -> Reply:
    """Who may do one thing with a page."""
    inner = _restriction_expand(expand_of(call))
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


def _missing(identifier: str) -> ApiError:
    return ApiError(404, f"No content found with id: ContentId{{id={identifier}}}")
