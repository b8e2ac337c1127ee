"""Writes a Markdown tree as Notion blocks, as its own importer would."""

from __future__ import annotations

from markdown_it.tree import SyntaxTreeNode

from tests.servers.markdown import Find, MarkdownPage, without_tags
from tests.unit.notion_blocks import Json, block, piece, table

_LONGEST = 2_000
"""Notion takes no longer piece of text."""
_LANGUAGES = {"sh": "shell", "yml": "yaml", "rb": "ruby", "js": "javascript", "": "plain text"}


def to_blocks(page: MarkdownPage, find: Find) -> list[Json]:
    """The blocks of a page; `find` gives the address of the page that a link leads to."""
    facts = [[key, value] for key, value in page.facts.items()]
    head = [table(*facts, header=False, named=True)] if facts else []
    return head + _blocks(page.tree, find)


def _blocks(node: SyntaxTreeNode, find: Find) -> list[Json]:
    return [made for child in node.children for made in _block(child, find)]


def _block(node: SyntaxTreeNode, find: Find) -> list[Json]:
    kind = node.type
    if kind in ("fence", "code_block"):
        word = (node.info.split() or [""])[0] if kind == "fence" else ""
        content = node.content.removesuffix("\n")
        return [block("code", *_cut(content), language=_LANGUAGES.get(word, word), caption=[])]
    if kind == "heading":
        return [block(f"heading_{min(int(node.tag[1:]), 4)}", *_texts(node, find))]
    if kind == "paragraph":
        return _paragraph(node, find)
    if kind in ("bullet_list", "ordered_list"):
        name = "bulleted_list_item" if kind == "bullet_list" else "numbered_list_item"
        return [_item(child, name, find) for child in node.children]
    if kind == "blockquote":
        return [_item(node, "quote", find)]
    if kind == "table":
        return [_table(node, find)]
    if kind == "hr":
        return [block("divider")]
    if kind == "html_block":
        return [block("paragraph", *_cut(without_tags(node.content).strip()))]
    raise AssertionError(f"no block for {kind}")


def _paragraph(node: SyntaxTreeNode, find: Find) -> list[Json]:
    """A paragraph; its pictures come after it as blocks of their own."""
    pictures = [child for child in node.walk() if child.type == "image"]
    shown = [
        block("image", type="external", external={"url": str(p.attrs["src"])}, caption=[piece(p.content)])
        for p in pictures
    ]
    texts = _texts(node, find)
    return ([block("paragraph", *texts)] if texts or not shown else []) + shown


def _item(node: SyntaxTreeNode, kind: str, find: Find) -> Json:
    """A list item or quote: its first paragraph is its text, the rest is below it."""
    first = node.children[0] if node.children and node.children[0].type == "paragraph" else None
    rest = node.children[1:] if first else node.children
    below = [made for child in rest for made in _block(child, find)]
    texts = _texts(first, find) if first else []
    return block(kind, *texts, children=below or None) if texts else block(kind, "", children=below or None)


def _table(node: SyntaxTreeNode, find: Find) -> Json:
    rows = [row for part in node.children for row in part.children]
    cells = [[_texts(cell, find) for cell in row.children] for row in rows]
    children = [block("table_row", cells=row) for row in cells]
    return block(
        "table", children=children, has_column_header=True, has_row_header=False, table_width=len(cells[0])
    )


def _texts(node: SyntaxTreeNode, find: Find, href: str | None = None) -> list[Json]:
    """The rich text of an inline tree."""
    made: list[Json] = []
    for child in node.children:
        if child.type in ("text", "code_inline"):
            made += [
                piece(part, code=child.type == "code_inline", href=href) for part in _cuts(child.content)
            ]
        elif child.type in ("softbreak", "hardbreak"):
            made.append(piece(" " if child.type == "softbreak" else "\n", href=href))
        elif child.type == "html_inline":
            made += [piece(part, href=href) for part in _cuts(without_tags(child.content))]
        elif child.type == "link":
            target = str(child.attrs.get("href", ""))
            made += _texts(child, find, find(target) or target)
        elif child.type != "image":
            made += _texts(child, find, href)
    return made


def _cut(text: str) -> list[Json]:
    return [piece(part) for part in _cuts(text)] or [piece("")]


def _cuts(text: str) -> list[str]:
    return [text[start : start + _LONGEST] for start in range(0, len(text), _LONGEST)]
