"""Writes the corpus: a folder a source, of pages in Markdown, Terraform and YAML from the projects' sdists."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from bench.adapt.projects import Project
from bench.adapt.rst import markdown
from bench.adapt.sdists import CorpusError, fetched, index_address, new_client

SOURCES = {
    "apps": "files", "iaas": "files", "metal": "files", "ops": "files", "charts": "kubernetes", "infra": "terraform",
}  # fmt: skip
"""The folders of the corpus, and what type of source each is."""

_NO_PAGES = re.compile(
    r"releasenotes|/tests?/|/node_modules/|changelog|changes|release|/specs/|contribut|api-ref|/man/|/ref/|history|news"
    r"|license|reference/modules|/contributor/|/_",
    re.IGNORECASE,
)
_LEAST_BYTES, _MOST_BYTES = 600, 60_000
_DOCS = re.compile(r"^.*?/(docs?/|source/)?")


def write_corpus(folder: Path, chosen: Sequence[Project], tell: Callable[[str], None]) -> int:
    """Fetches what is missing to `folder/sdists`, writes `folder/corpus`, and gives the number of files.

    Raises `CorpusError` at the first sdist that cannot be had.
    """
    count = 0
    with new_client() as client:
        for project in chosen:
            sdist = fetched(project, folder / "sdists", client, index_address())
            found = files_of(project, contents(sdist))
            for name, content in found.items():
                target = folder / "corpus" / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            count += len(found)
            tell(f"{project.folder}: {len(found)} files")
    return count


def contents(sdist: Path) -> Iterator[tuple[str, bytes]]:
    """The files of an sdist as path below its folder and content, without hidden ones."""
    try:
        with tarfile.open(sdist) as archive:
            for member in archive:
                parts = PurePosixPath(member.name).parts[1:]
                if not member.isfile() or not parts or any(part.startswith(".") for part in parts):
                    continue
                if stream := archive.extractfile(member):
                    yield "/".join(parts), stream.read()
    except (tarfile.TarError, EOFError) as error:
        raise CorpusError(f"{sdist.name} cannot be unpacked: {error}") from error


def files_of(project: Project, files: Iterator[tuple[str, bytes]]) -> dict[str, bytes]:
    """What the corpus takes of a project: path below the corpus, and content."""
    taken: dict[str, bytes] = {}
    # Of two pages that would be called the same, the one with the shorter path is, and the other keeps its path.
    for path, content in sorted(files, key=lambda file: (len(file[0]), file[0])):
        if _is_page(path, content):
            name = f"{project.source}/{project.name}/{_DOCS.sub('', path).rpartition('.')[0]}.md"
            if name in taken:
                name = f"{project.source}/{project.name}/{path.rpartition('.')[0]}.md"
            taken[name] = _page(path, content)
        elif project.code and (source := _code_source(path)):
            taken[f"{source}/{project.folder}/{path}"] = content
    return taken


def _is_page(path: str, content: bytes) -> bool:
    fits = _LEAST_BYTES < len(content) < _MOST_BYTES
    return fits and path.endswith((".md", ".rst")) and not _NO_PAGES.search(f"/{path}")


def _page(path: str, content: bytes) -> bytes:
    text = content.decode("utf-8", errors="replace").replace("\r\n", "\n")
    return (markdown(text) if path.endswith(".rst") else text).encode()


def _code_source(path: str) -> str:
    if path.endswith((".tf", ".tfvars")):
        return "infra"
    return "charts" if path.endswith((".yaml", ".yml")) else ""
