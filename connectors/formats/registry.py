"""Chooses the reader of a text by its file's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from connectors.formats import plain
from connectors.formats.languages import language_of
from connectors.formats.parsed import ParsedText

Reader = Callable[[str], ParsedText]

_FORMAT_OF_SUFFIX = {
    ".md": "markdown", ".markdown": "markdown", ".mdx": "markdown",
    ".rst": "rst", ".adoc": "asciidoc", ".asciidoc": "asciidoc",
    ".yaml": "yaml", ".yml": "yaml", ".json": "yaml",
}  # fmt: skip
_TEMPLATE_SUFFIXES = frozenset({".erb", ".j2", ".tmpl", ".tpl"})
"""A template is read as the format under its last suffix: `page.html.md.erb` is Markdown."""


def parse(path: str, text: str) -> ParsedText:
    """The sections of `text`, read as what the suffix of `path` says. Never raises.

    A reader that fails on a text is reported in `problems`, and the text is then cut at its blank lines.
    """
    name = format_of(path)
    try:
        return _reader(name, path)(text)
    except Exception as error:  # noqa: BLE001 one text must never stop a run, whatever a parser does
        parsed = plain.parse(text)
        problem = f"could not be read as {name} ({type(error).__name__}); read as plain text"
        return replace(parsed, problems=(*parsed.problems, problem))


def format_of(path: str) -> str:
    """`markdown`, `rst`, `asciidoc`, `yaml`, `code` or `plain`."""
    name = PurePosixPath(path)
    while name.suffix.lower() in _TEMPLATE_SUFFIXES:
        name = name.with_suffix("")
    if known := _FORMAT_OF_SUFFIX.get(name.suffix.lower()):
        return known
    return "code" if language_of(path) else "plain"


def is_prose(path: str) -> bool:
    """Whether people write this format to be read: pages, as opposed to configuration and code."""
    return format_of(path) not in {"yaml", "code"}


def _reader(name: str, path: str) -> Reader:
    # Imported where used: docutils and PyYAML cost time that a run without such files need not spend.
    if name == "markdown":
        from connectors.formats import markdown

        return markdown.parse
    if name == "rst":
        from connectors.formats import rst

        return rst.parse
    if name == "asciidoc":
        from connectors.formats import asciidoc

        return asciidoc.parse
    if name == "yaml":
        from connectors.formats import yaml_tree

        return yaml_tree.parse
    language = language_of(path)
    return (lambda text: plain.parse_code(text, language)) if language else plain.parse
