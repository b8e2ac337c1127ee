"""One text file read into one document; every source that is a folder of files uses it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from connectors import environments, mentions
from connectors.documents import Document, Failure
from connectors.filetree.decoding import DAMAGED
from connectors.filetree.walk import TextFile
from connectors.formats import registry
from connectors.formats.parsed import ParsedText

_NAMES_OF_NOTHING = frozenset({"readme", "index", "_index"})
"""File names that say nothing themselves: their folder is the title."""
_NAMES_OF_PARTS = frozenset({"usage", "changelog", "contributing", "overview", "notes", "install", "history"})
"""File names that many folders have: the folder belongs into the title."""


def file_document(
    id_prefix: str, source: str, file: TextFile, parsed: ParsedText | None = None
) -> tuple[Document, tuple[Failure, ...]]:
    """The document of `file`, with the id `<id_prefix>:<source>/<path>`, and what was wrong with the text.

    `parsed` is the text as its reader gave it, if it has been read already. Its `kind` is `page` for what
    people write to be read and `config` for YAML, JSON and code. Date, author, address and access are left to
    `TreeConnector`. Never raises.
    """
    parsed = parsed or registry.parse(file.path, file.text)
    prose = registry.is_prose(file.path)
    document = Document(
        id=f"{id_prefix}:{source}/{file.path}",
        title=parsed.title or (title_of(file.path) if prose else PurePosixPath(file.path).name),
        text=file.text,
        sections=parsed.sections,
        source=source,
        kind="page" if prose else "config",
        path=file.path,
        updated_at=parsed.updated_at,
        author=parsed.author,
        breadcrumbs=PurePosixPath(file.path).parts[:-1],
        labels=parsed.labels,
        environment=_environment(file.path, prose),
        mentions=mentions.find(parsed.sections),
    )
    problems = list(parsed.problems)
    if file.encoding == DAMAGED:
        problems.append("some bytes are not UTF-8 and were replaced by \ufffd")
    return document, tuple(Failure(file.path, problem, warning=True) for problem in problems)


def _environment(path: str, prose: bool) -> str:
    """The environment that a file belongs to, or ''.

    `production/README.md`, `staging.md` and `database-access-staging.md` are about theirs; a page called
    `getting-production-access.md`, `local-development.md` or `from-staging-to-production.md` belongs to none.
    """
    name = PurePosixPath(path)
    words = re.split(r"[-_\s]+", name.name.split(".", 1)[0])
    named = {environments.canonical(word) for word in words} - {""}
    last_word = environments.canonical(words[-1]) if words[-1].lower() != "development" else ""
    belongs = len(words) == 1 or named == {last_word}
    return environments.of_path(path if belongs or not prose else str(name.with_name("page")))


def title_of(path: str) -> str:
    """A title made of a file's name: `docs/rotate-db_keys.html.md` gives `Rotate db keys`."""
    name = PurePosixPath(path)
    stem = name.name.lstrip(".").split(".", 1)[0] or name.name
    if stem.lower() in _NAMES_OF_NOTHING and len(name.parts) > 1:
        stem = name.parts[-2]
    elif stem.lower() in _NAMES_OF_PARTS and len(name.parts) > 1:
        stem = f"{name.parts[-2]} {stem.lower()}"
    words = re.sub(r"[-_\s]+", " ", stem).strip() or name.name
    return words[0].upper() + words[1:]
