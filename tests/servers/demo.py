"""The demo company's handbook as a Confluence site and its wiki as a Notion workspace, from `data/demo`."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from tests.servers.confluence import ConfluenceSite, User
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import Json, block, piece, table

TODAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|([^`*]+|.)", re.DOTALL)


def handbook(folder: Path) -> ConfluenceSite:
    """The site that `space.json` and the storage bodies beside it describe, open to everybody but for restrictions."""
    space = json.loads((folder / "space.json").read_text("utf-8"))
    site = ConfluenceSite()
    people = {
        name: site.add_user(name, name=person["name"], groups=tuple(person["groups"]))
        for name, person in space["people"].items()
    }
    _set_clock(site, space["pages"][0]["date"])
    site.add_space(space["key"], space["name"], anonymous=True)
    site.purge(site.spaces[space["key"]].homepage)
    for page in space["pages"]:
        _set_clock(site, page["date"])
        _page(site, space["key"], page, folder, people)
    site.time.at = TODAY.timestamp()
    return site


def _page(site: ConfluenceSite, key: str, page: Json, folder: Path, people: dict[str, User]) -> None:
    body = (folder / page["file"]).read_text("utf-8") if "file" in page else ""
    for name, user in people.items():
        body = body.replace(f'ri:account-id="{name}"', f'ri:account-id="{user.account_id}"')
    made = site.add_page(
        page["title"],
        body,
        space=key,
        parent=page.get("parent", ""),
        kind=page.get("kind", "page"),
        labels=tuple(page.get("labels", ())),
        author=people[page["author"]],
        identifier=page["id"],
    )
    if page.get("home"):
        site.spaces[key].homepage = made.id
    if "restrict" in page:
        site.restrict(made.id, groups=tuple(page["restrict"]))
    for file in page.get("attachments", ()):
        path = folder / file["file"]
        site.attach(made.id, path.name, path.read_bytes(), media_type=file["type"])
    for comment in page.get("comments", ()):
        _comment(site, made.id, comment, people)


def _set_clock(site: ConfluenceSite, date: str) -> None:
    site.time.at = datetime.fromisoformat(f"{date}T10:30:00+00:00").timestamp()


def _comment(
    site: ConfluenceSite, page: str, given: Json, people: dict[str, User], reply_to: str = ""
) -> None:
    made = site.comment(
        page,
        given["text"],
        marker=given.get("marker", ""),
        selection=given.get("selection", ""),
        resolution=given.get("resolution", "open"),
        reply_to=reply_to,
        author=people[given["author"]],
    )
    for reply in given.get("replies", ()):
        _comment(site, page, reply, people, made.id)


def wiki(folder: Path) -> NotionWorkspace:
    """The workspace that `workspace.json` and the pages beside it describe; ids depend on its order alone."""
    index = json.loads((folder / "workspace.json").read_text("utf-8"))
    workspace = NotionWorkspace()
    workspace.time.at = TODAY.timestamp()
    pages = {
        entry["file"]: json.loads((folder / entry["file"]).read_text("utf-8")) for entry in index["pages"]
    }
    made: dict[str, str] = {}
    for entry in index["pages"]:
        above = made.get(entry.get("parent"), "")
        made[entry["file"]] = workspace.add_page(pages[entry["file"]]["title"], parent=above)
    for entry in index["databases"]:
        database = json.loads((folder / entry["file"]).read_text("utf-8"))
        _, source = workspace.add_database(
            database["title"], parent=made[entry["parent"]], description=database["description"]
        )
        for row in database["rows"]:
            properties = {name: _property(name, value) for name, value in row.items() if name != "Name"}
            workspace.add_page(row["Name"], parent=source, **properties)
    for file, page in pages.items():
        workspace.write(made[file], *[as_block(given) for given in page["blocks"]])
        for comment in page.get("comments", ()):
            workspace.comment(made[file], comment["text"])
    return workspace


def as_block(given: Json) -> Json:
    """A block of the API from its short form: `{"heading_2": "Text with `code` and **bold**"}`."""
    kind, content = next(iter(given.items()))
    if kind == "table":
        return table(*content)
    own = {key: value for key, value in given.items() if key not in (kind, "children", "caption")}
    if "caption" in given:
        own["caption"] = [piece(given["caption"])]
    children = [as_block(child) for child in given.get("children", ())]
    texts = [piece(content)] if kind == "code" else _pieces(content)
    return block(kind, *texts, children=children or None, **own)


def _pieces(text: str) -> list[Json]:
    made: list[Json] = []
    for code, bold, plain in _INLINE.findall(text):
        one = piece(code or bold or plain, code=bool(code))
        one["annotations"]["bold"] = bool(bold)
        made.append(one)
    return made


def _property(name: str, value: str | int) -> Json:
    identifier = name.lower()
    if isinstance(value, int):
        return {"id": identifier, "type": "number", "number": value}
    if name == "Team":
        return {"id": identifier, "type": "select", "select": {"id": value, "name": value, "color": "blue"}}
    return {"id": identifier, "type": "rich_text", "rich_text": [piece(value)]}
