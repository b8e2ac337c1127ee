"""What both converters of Markdown need: its tree, its links and the HTML that people put into it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from connectors.formats.documents import title_of

Find = Callable[[str], str]
"""From the target of a link to what it is in the wiki; '' if it leads elsewhere."""

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_FRONT = re.compile(r"---\n(.*?)\n---[ \t]*(?:\n|$)", re.DOTALL)
_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|code|dd|details|div|dl|dt|em|h[1-6]|hr|i|iframe|img|kbd|li|ol|p|pre|s|span|strong|sub"
    r"|summary|sup|table|tbody|td|th|thead|tr|u|ul)\b[^>]*>",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_PLUMBING = frozenset({"layout", "weight", "parent", "important", "hide_in_navigation"})
"""Keys of front matter that steer the site's generator: no wiki shows them."""
_EXTENSIONS = re.compile(r"(?:\.html)?(?:\.md)?(?:\.erb)?$")


@dataclass(frozen=True)
class MarkdownPage:
    """A Markdown file: its path below the folder, what its front matter says, and its tree."""

    path: str
    title: str
    facts: dict[str, str]
    tree: SyntaxTreeNode


def pages(folder: Path) -> list[MarkdownPage]:
    """All Markdown pages below `folder`, by path, with titles that occur once."""
    files = sorted(file for pattern in ("*.md", "*.md.erb") for file in folder.rglob(pattern))
    found: list[MarkdownPage] = []
    seen: set[str] = set()
    for file in files:
        page = _page(file, file.relative_to(folder).as_posix())
        title = page.title if page.title not in seen else f"{page.title} ({page.path})"
        seen.add(title)
        found.append(MarkdownPage(page.path, title, page.facts, page.tree))
    return found


def targets(found: list[MarkdownPage]) -> Callable[[str, str], str]:
    """From a page's path and a link on it to the path of the page that it leads to, or ''."""
    known = {_EXTENSIONS.sub("", page.path).removesuffix("/index"): page.path for page in found}

    def find(path: str, link: str) -> str:
        target = link.partition("#")[0]
        if not target or ":" in target:
            return ""
        name = _EXTENSIONS.sub("", target).removesuffix("/").removesuffix("/index")
        if name.startswith("/"):
            return next((full for short, full in known.items() if f"/{short}".endswith(name)), "")
        return known.get(_joined(PurePosixPath(path).parent, name), "")

    return find


def without_tags(html: str) -> str:
    """The words of HTML: known tags and comments are gone, `<placeholder>` stays."""
    html = _COMMENT.sub("", html)
    return unescape(_TAG.sub(lambda match: "\n" if match[0].lower().startswith("<br") else "", html))


def _page(file: Path, path: str) -> MarkdownPage:
    text = file.read_text("utf-8")
    front = _FRONT.match(text)
    facts: dict[str, Any] = {}
    if front:
        facts = yaml.safe_load(front[1]) or {}
        text = text[front.end() :]
    tree = SyntaxTreeNode(_PARSER.parse(text))
    title = str(facts.pop("title", "")) or _heading(tree) or title_of(path)
    return MarkdownPage(
        path, title, {key: _shown(value) for key, value in facts.items() if key not in _PLUMBING}, tree
    )


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _heading(tree: SyntaxTreeNode) -> str:
    """The words of the first heading of the highest level: it is the title of a file."""
    first = next((node for node in tree.children if node.type == "heading" and node.tag == "h1"), None)
    return first.children[0].content if first else ""


def _joined(folder: PurePosixPath, name: str) -> str:
    parts: list[str] = []
    for part in (*folder.parts, *PurePosixPath(name).parts):
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
