"""Version 2 of the REST API: attachments and comments."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.servers.confluence.call import ApiError, Call, iso
from tests.servers.confluence.content import Attachment, Comment
from tests.servers.confluence.render_v2 import (
    download_link,
    id_of,
    listed,
    one,
    show_body_v2,
    show_version_v2,
    sorting,
)
from tests.servers.web import Json, Reply


def routes() -> Sequence[tuple[str, Callable[..., Reply]]]:
    """Patterns of paths below `/api/v2`, and what answers them."""
    number, page = r"(\d+)", r"(pages|blogposts)"
    return (
        (f"/{page}/{number}/attachments", attachments_of),
        ("/attachments", attachments),
        (r"/attachments/(att\d+)", attachment),
        (f"/{page}/{number}/(footer|inline)-comments", comments_of),
        ("/(footer|inline)-comments", comments),
        (f"/(footer|inline)-comments/{number}", comment),
        (f"/(?:footer|inline)-comments/{number}/children", replies),
    )


def attachments_of(call: Call, plural: str, identifier: str) -> Reply:
    """The attachments of a page."""
    page = call.content(identifier, plural.removesuffix("s"))
    return _attachments(call, [call.site.attachments[name] for name in call.site.files_on.get(page.id, ())])


def attachments(call: Call) -> Reply:
    """All attachments."""
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
    key = sorting(call.asked.get("sort", "id"))
    return listed(call, sorted(held, key=key), lambda a: _attachment(call, a), key, default=50)


def attachment(call: Call, identifier: str) -> Reply:
    """One attachment."""
    held = call.site.attachments.get(identifier)
    if not held or not call.sees(held):
        raise ApiError(404, f"Attachment {identifier} not found", "NOT_FOUND")
    return one(call, _attachment(call, held))


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
        "version": show_version_v2(held.version),
        "_links": {"webui": webui, "download": download},
    }
    return {**shown, **_on(call, held.page)}


def comments_of(call: Call, plural: str, identifier: str, kind: str) -> Reply:
    """The comments on a page that are no replies."""
    page = call.content(identifier, plural.removesuffix("s"))
    held = [call.site.comments[name] for name in call.site.comments_on.get(page.id, ())]
    return _comments(call, [comment for comment in held if not comment.reply_to], kind)


def comments(call: Call, kind: str) -> Reply:
    """All comments of a kind."""
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
    key = sorting(call.asked.get("sort", "id"))
    return listed(call, sorted(held, key=key), lambda comment: _comment(call, comment), key)


def comment(call: Call, kind: str, identifier: str) -> Reply:
    """One comment."""
    held = _readable_comment(call, identifier)
    return one(call, _comment(call, held))


def replies(call: Call, identifier: str) -> Reply:
    """The replies to a comment."""
    held = _readable_comment(call, identifier)
    names = call.site.comments_on[held.page]
    found = [call.site.comments[name] for name in names if call.site.comments[name].reply_to == held.id]
    return listed(call, sorted(found, key=id_of), lambda reply: _comment(call, reply), id_of)


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
        "version": show_version_v2(held.version),
        "body": show_body_v2(call, held.id, held.body, call.asked.get("body-format")),
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


def _on(call: Call, page: str) -> Json:
    kind = call.site.contents[page].kind
    return {"blogPostId" if kind == "blogpost" else "pageId": page}
