"""The corpus as both sides get it: one source a sub-folder, the same files for both."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import ConfigurationError, KubeloreError
from connectors.filetree.connector import TreeConnector
from connectors.filetree.walk import FileEntry, FileTree

_YAML = frozenset({".yaml", ".yml"})
_TITLE = re.compile(r"^(?:title:|#|=)\s+(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CorpusSource:
    """A sub-folder of the corpus and how Kubelore reads it."""

    name: str
    type: str
    root: Path


def sources_of(corpus: Path) -> list[CorpusSource]:
    """One source for each sub-folder of `corpus`, by name; raises `ConfigurationError` if there is none."""
    if not corpus.is_dir():
        raise ConfigurationError(f"--corpus {corpus}: no such folder")
    folders = sorted(p for p in corpus.iterdir() if p.is_dir() and not p.name.startswith("."))
    if not folders:
        raise ConfigurationError(f"--corpus {corpus}: holds no sub-folder; each sub-folder is a source")
    return [CorpusSource(folder.name, source_type(folder), folder) for folder in folders]


def source_type(folder: Path) -> str:
    """`terraform` if it holds *.tf, `kubernetes` for charts and where most files are YAML, else `files`."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    if any(path.suffix == ".tf" for path in files):
        return "terraform"
    charts = any(path.name == "Chart.yaml" for path in files)
    if charts or sum(path.suffix in _YAML for path in files) * 2 > len(files):
        return "kubernetes"
    return "files"


def readable_files(connector: TreeConnector) -> list[str]:
    """The paths below the connector's root that it takes in: no binaries, no empty files."""
    tree = FileTree(connector.root, connector.include)
    paths = []
    for entry in tree.scan():
        if isinstance(entry, FileEntry):
            try:
                tree.read(entry)
            except KubeloreError:
                continue
            paths.append(entry.path)
    return sorted(paths)


def copy_files(root: Path, paths: Iterable[str], target: Path) -> None:
    """Copy these files; what is measured may then change them."""
    for path in paths:
        to = target / path
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, to)


def file_to_change(root: Path, paths: Sequence[str]) -> str:
    """The file of middle size, a Markdown one if there is any."""
    pages = [path for path in paths if path.endswith(".md")] or list(paths)
    ordered = sorted(pages, key=lambda path: ((root / path).stat().st_size, path))
    return ordered[len(ordered) // 2]


def titles(root: Path, paths: Sequence[str], count: int) -> list[str]:
    """About `count` titles of files spread over the corpus, to search for where no questions are given."""
    step = max(1, len(paths) // count)
    return [_title(root / path) for path in paths[::step]][:count]


def _title(path: Path) -> str:
    found = _TITLE.search(path.read_text(encoding="utf-8", errors="replace"))
    words = found[1].strip(" '\"") if found else ""
    return words or " ".join(re.findall(r"\w+", f"{path.parent.name} {path.stem}"))
