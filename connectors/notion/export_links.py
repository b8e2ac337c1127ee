"""Links in the Markdown of a Notion export, which lead to files: made links to pages, with their titles."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from connectors.notion import urls
from connectors.notion.export_files import ExportFiles, Node
from connectors.notion.values import one_line

_LINK = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`{1,20}+)(?!`).{1,10000}?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<picture>!?)\[(?P<words>(?:[^\[\]\n\\]|\\.|\[[^\[\]\n]{0,300}\]){0,2000}+)\]"
    r"\((?P<target><[^<>\n]{1,2000}>|(?:[^\s()]|\([^\s()]{0,500}\)){1,2000}+)\)",
    re.DOTALL,
)
_RELATION = re.compile(
    r" \((?P<target>https://(?:www\.)?notion\.so/[^\s()]{1,500}"
    r"|(?:[^\s()]|\([^\s()]{0,300}\)){1,1000}?\.(?:md|csv))\)"
)
_PAGE_URL = re.compile(
    r"https://(?:www\.)?notion\.(?:so|site)/(?:[^\s?#]*[-/])?(?P<id>[0-9a-f]{32})(?=[?#]|$)"
)


@dataclass
class Links:
    """Rewrites the links of one page; `attached` gathers the files that they lead to, each once."""

    files: ExportFiles
    page: Node
    attached: dict[str, None] = field(default_factory=dict)

    def rewrite(self, text: str) -> str:
        """`text` with links to pages by their titles and addresses, and files by their names; code as it is."""
        return _LINK.sub(self._link, text)

    def without_targets(self, text: str) -> str:
        """`text` of properties, where a related page stands as `Title (path)`, with the titles alone."""
        return _RELATION.sub(lambda match: "" if self._related(match["target"]) else match[0], text)

    def _link(self, match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        target = match["target"].removeprefix("<").removesuffix(">")
        words = match["words"].strip()
        node = self._node(target)
        if node is not None:
            shown = words if words and not _is_place(words, target) else node.title.translate(_BRACKETS)
            return f"[{shown}]({urls.page_url(node.id)})"
        path = self._path(target)
        if path in self.files.archives:
            self.attached[path] = None
            return words if words and not _is_place(words, target) else one_line(posixpath.basename(path))
        return match[0]

    def _related(self, target: str) -> bool:
        return bool(self._node(target)) or target.startswith("https:")

    def _node(self, target: str) -> Node | None:
        if known := _PAGE_URL.match(target):
            return self.files.nodes.get(_dashed(known["id"]))
        return self.files.node_at(self._path(target))

    def _path(self, target: str) -> str:
        """The path in the export that a target means, whether it is escaped or not."""
        if "://" in target:
            return ""
        folder = posixpath.dirname(self.page.path)
        ways: tuple[Callable[[str], str], ...] = (unquote, str)
        for way in ways:
            path = posixpath.normpath(posixpath.join(folder, way(target.partition("#")[0])))
            if path in self.files.archives:
                return path
        return ""


_BRACKETS = str.maketrans({"[": "\\[", "]": "\\]"})


def _is_place(words: str, target: str) -> bool:
    """Whether the words of a link are no words, but where it leads."""
    return words in (target, unquote(target), posixpath.basename(unquote(target)))


def _dashed(identifier: str) -> str:
    i = identifier
    return f"{i[:8]}-{i[8:12]}-{i[12:16]}-{i[16:20]}-{i[20:]}"
