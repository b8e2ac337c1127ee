"""Comments on pages and on single blocks: which blocks are asked for them, and the sections that they make.

Notion gives open comments only, and those of one page or block in a request: which blocks have any, nobody tells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.documents import Section, SectionKind
from connectors.http.errors import MissingError
from connectors.notion import urls
from connectors.notion.block_text import Names
from connectors.notion.client import NotionApi
from connectors.notion.rich_text import pieces_in, plain, render
from connectors.notion.values import JsonObject, as_list, as_object, as_text, one_line
from connectors.redaction.sections import masked

HEADING = "Comments"
_NEVER = frozenset(
    {
        "child_page",
        "child_database",
        "table_row",
        "column",
        "column_list",
        "divider",
        "breadcrumb",
        "unsupported",
    }
)
"""Types of blocks that are documents of their own, or that nobody can comment on."""
_MAX_QUOTE = 300
_PART = 10


@dataclass(slots=True)
class Found:
    """The comments on the blocks of a page; `on` are the blocks that have any, `is_whole` says that each was asked."""

    comments: list[JsonObject] = field(default_factory=list)
    on: list[str] = field(default_factory=list)
    blocks: int = 0
    is_whole: bool = False


class BlockComments:
    """Asks single blocks for their comments, as often as a crawl may.

    That is `limit` times, or a tenth of what the crawl asks anyway. Only a crawl that looks at everything asks
    blocks that are not known to have comments (`searches`).
    """

    def __init__(self, api: NotionApi, limit: int) -> None:
        self.limit = limit
        self.searches = False
        self._api = api
        self._asked = 0

    def of(self, blocks: Sequence[JsonObject], known: Collection[str]) -> Found:
        """The comments on the blocks of a page, of which those of `known` had some when they were last asked."""
        able = [identifier for identifier in _ids(blocks) if identifier]
        found = Found(blocks=len(able))
        wanted = able[: self.limit]
        room = max(self.limit, self._api.requests // _PART) - self._asked
        if self.searches and self.limit and len(wanted) <= room:
            found.is_whole = True
            self._asked += len(wanted)
        else:
            wanted = [identifier for identifier in able if identifier in known][: self.limit]
        for identifier in wanted:
            try:
                comments = list(self._api.comments(identifier))
            except MissingError:
                continue  # it has gone since it was read
            found.comments += comments
            found.on += [identifier] if comments else []
        return found


def sections(
    comments: Iterable[JsonObject], names: Names, blocks: Sequence[JsonObject], shown: Iterable[Section]
) -> Iterator[Section]:
    """A section for each discussion, in their order: what it is about, each comment with its author's name.

    `blocks` are those of the page, `shown` the sections that they made.
    """
    discussions: dict[str, list[JsonObject]] = {}
    for comment in comments:
        if render(comment.get("rich_text")).strip():
            discussion = as_text(comment.get("discussion_id")) or as_text(comment.get("id"))
            discussions.setdefault(discussion, []).append(comment)
    if not discussions:
        return
    places = dict(_places(blocks, shown))
    for discussion, said in discussions.items():
        block = urls.bare_id(as_text(as_object(said[0].get("parent")).get("block_id")))
        above, quote = places.get(block, ((), ""))
        texts = [f"On “{quote}”"] if quote else []
        texts += [_said(comment, names) for comment in said]
        path = (*above, HEADING)
        yield Section(SectionKind.ADMONITION, "\n\n".join(texts), block or urls.bare_id(discussion), path)


def _places(
    blocks: Sequence[JsonObject], shown: Iterable[Section]
) -> Iterator[tuple[str, tuple[tuple[str, ...], str]]]:
    """Of each block the headings above it and its words."""
    headings = {section.anchor: section.heading_path for section in shown}
    above: tuple[str, ...] = ()
    for block in _walk(blocks):
        anchor = urls.bare_id(as_text(block.get("id")))
        above = headings.get(anchor, above)  # an item of a list has the place of the whole list
        yield anchor, (above, masked(_words(block))[:_MAX_QUOTE])


def _said(comment: JsonObject, names: Mapping[str, str]) -> str:
    user = as_text(as_object(comment.get("created_by")).get("id"))
    shown = as_text(as_object(comment.get("display_name")).get("resolved_name"))
    name = one_line(names.get(urls.bare_id(user), "") or shown)
    text = render(comment.get("rich_text")).strip()
    return f"{name}: {text}" if name else text


def _ids(blocks: Sequence[JsonObject]) -> Iterator[str]:
    for block in _walk(blocks):
        if block.get("type") not in _NEVER:
            yield as_text(block.get("id"))


def _walk(blocks: Sequence[JsonObject]) -> Iterator[JsonObject]:
    """The blocks of a page in their order, without those that it only shows of another one."""
    stack: list[object] = list(reversed(blocks))
    while stack:
        block = as_object(stack.pop())
        yield block
        if not as_object(block.get("synced_block")).get("synced_from"):
            stack += reversed(as_list(block.get("children")))


def _words(block: JsonObject) -> str:
    own = as_object(block.get(as_text(block.get("type"))))
    return one_line(plain(list(pieces_in({key: held for key, held in own.items() if key != "children"}))))
