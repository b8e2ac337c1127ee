"""Reads the project's own Markdown for the tests that hold it to the code."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "deploy").rglob("*.md"),
        *(ROOT / "bench").glob("*.md"),
        *(ROOT / "data").glob("*/README.md"),
    ]
)

_SHELLS = {"sh", "bash", "console", "shell", "text", "ini", "cron"}
_COMMAND = re.compile(r"(?:^|[/&|;]\s*|python -m )kubelore (?P<rest>[\w-][^\n|>&;]*)")
"""`kubelore` where a shell expects a command; elsewhere it may be the name of a user or a namespace."""

_MAKE = re.compile(r"(?:^|[\s`;])make ([a-z][a-z-]*)")


class Fence(NamedTuple):
    """A fenced block of a page."""

    language: str
    text: str


def fences(page: Path) -> Iterator[Fence]:
    """The fenced blocks of a page."""
    for token in _tokens(page):
        if token.type == "fence":
            yield Fence(token.info.strip().lower(), token.content)


def inline_code(page: Path) -> Iterator[str]:
    """The `code` inside the text of a page."""
    for token in _inline(page):
        if token.type == "code_inline":
            yield token.content


def links(page: Path) -> Iterator[str]:
    """The targets of a page's links."""
    for token in _inline(page):
        if token.type == "link_open":
            yield str(token.attrGet("href"))


def anchors(page: Path) -> set[str]:
    """The names that a link to a heading of the page may have."""
    tokens = _tokens(page)
    headings = [after.content for before, after in itertools.pairwise(tokens)
                if before.type == "heading_open"]  # fmt: skip
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(page: Path) -> Iterator[list[str]]:
    """The arguments of every `kubelore …` command in the blocks of a page."""
    for fence in fences(page):
        if fence.language not in _SHELLS:
            continue
        lines = fence.text.replace("\\\n", " ").splitlines()
        # In a terminal session only the lines with a prompt are typed.
        session = any(line.startswith("$ ") for line in lines)
        for line in lines:
            if line.startswith("$ ") or not session:
                yield from _arguments(line.removeprefix("$ "))


def mentioned_commands(page: Path) -> Iterator[list[str]]:
    """The arguments of every `kubelore …` in the text of a page; what a command needs may be left out."""
    for code in inline_code(page):
        yield from _arguments(code)


def _arguments(line: str) -> Iterator[list[str]]:
    for match in _COMMAND.finditer(line):
        yield shlex.split(match["rest"], comments=True)


def make_targets(page: Path) -> set[str]:
    """The targets of every `make …` that a page shows."""
    texts = [*inline_code(page), *(fence.text for fence in fences(page) if fence.language in _SHELLS)]
    return {target for text in texts for target in _MAKE.findall(text)}


def _tokens(page: Path) -> list[Token]:
    return MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8"))


def _inline(page: Path) -> Iterator[Token]:
    for token in _tokens(page):
        yield from token.children or ()
