"""Loads a folder of Markdown, such as the govuk documents, into a fake Confluence space or Notion workspace.

    space = as_confluence(folder)          # space.site to be served, space.paths: page id -> path of its file
    workspace = as_notion(folder)          # workspace.site, workspace.paths

Folders become folders (Notion: pages without text, which have no path). So what a wiki's connector finds can be
scored with questions whose gold is the path of a file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Generic, TypeVar

from tests.servers.confluence import ConfluenceSite
from tests.servers.markdown import pages, targets
from tests.servers.notion_model import NotionWorkspace
from tests.servers.notion_writer import to_blocks
from tests.servers.storage_writer import to_storage

Site = TypeVar("Site")


@dataclass
class Loaded(Generic[Site]):
    """A wiki, and which file each of its pages was."""

    site: Site
    paths: dict[str, str] = field(default_factory=dict)


def as_confluence(folder: Path, key: str = "DOCS") -> Loaded[ConfluenceSite]:
    """The Markdown below `folder` as a space that everybody may read."""
    site = ConfluenceSite()
    home = site.add_space(key, "Documentation", anonymous=True).homepage
    found = pages(folder)
    titles, target = {page.path: page.title for page in found}, targets(found)
    above = _Folders(home, lambda name, parent: site.add_page(name, kind="folder", parent=parent).id)
    loaded = Loaded(site)
    for page in found:
        path = page.path
        body = to_storage(page, lambda link, path=path: titles.get(target(path, link), ""))  # type: ignore[misc]
        made = site.add_page(page.title, body, parent=above.of(path))
        loaded.paths[made.id] = path
    return loaded


def as_notion(folder: Path) -> Loaded[NotionWorkspace]:
    """The Markdown below `folder` as pages of a workspace."""
    workspace = NotionWorkspace()
    home = workspace.add_page("Documentation")
    found = pages(folder)
    above = _Folders(home, lambda name, parent: workspace.add_page(name, parent=parent))
    made = {page.path: workspace.add_page(page.title, parent=above.of(page.path)) for page in found}
    target = targets(found)
    for page in found:

        def find(link: str, path: str = page.path) -> str:
            there = made.get(target(path, link), "")
            return f"/{there.replace('-', '')}" if there else ""

        workspace.write(made[page.path], *to_blocks(page, find))
    return Loaded(workspace, {identifier: path for path, identifier in made.items()})


class _Folders:
    """Makes what stands for each folder once; `make` takes its name and what is above it."""

    def __init__(self, top: str, make: Callable[[str, str], str]) -> None:
        self._made = {".": top}
        self._make = make

    def of(self, path: str) -> str:
        """What the file at `path` is below."""
        folder = PurePosixPath(path).parent
        if str(folder) not in self._made:
            self._made[str(folder)] = self._make(folder.name, self.of(str(folder)))
        return self._made[str(folder)]
