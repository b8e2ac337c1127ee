"""Attached files: which are read, and their text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from connectors import attachments
from connectors.confluence.client import ConfluenceApi, escaped
from connectors.confluence.node import Node
from connectors.confluence.page_document import document_id, file_name, file_sections
from connectors.confluence.values import JsonObject, as_text, at
from connectors.documents import Failure, Section
from connectors.http.errors import CutError

_WITHOUT_TEXT = ("image/", "video/", "audio/")


class Files:
    """Reads attachments; pictures, films and sounds are left out and counted by their kind."""

    def __init__(self, api: ConfluenceApi, source: str, max_bytes: int) -> None:
        self._api = api
        self._source = source
        self._max_bytes = max_bytes
        self._pictures: Counter[str] = Counter()

    def is_picture(self, node: Node) -> bool:
        """Whether a file is left out without a word of its own; it is then counted."""
        name = file_name(node)
        if attachments.is_supported(name) or not node.media.startswith(_WITHOUT_TEXT):
            return False
        self._pictures[PurePosixPath(name.lower()).suffix or node.media] += 1
        return True

    def refusal(self, node: Node) -> Failure | None:
        """Why a file is not read at all."""
        reason = ""
        if not attachments.is_supported(file_name(node)):
            reason = f"the file {node.title}: files of this type are not read"
        elif node.size > self._max_bytes:
            reason = f"the file {node.title} is larger than {self._max_bytes} bytes"
        return Failure(document_id(self._source, node.id), reason, skipped=True) if reason else None

    def sections(self, node: Node, content: JsonObject) -> tuple[list[Section], str]:
        """The text of a file, and why that is not all ('' if it is); raises what the download says."""
        path = as_text(at(content, "_links", "download"))
        if self._api.cloud or not path:
            # The other link is for browsers: it does not hold behind Cloud's gateway for OAuth.
            path = f"rest/api/content/{escaped(node.parent)}/child/attachment/{escaped(node.id)}/download"
        name, data = file_name(node), self._api.download(path)
        if node.size and len(data) != node.size:
            raise CutError(f"{len(data)} of the {node.size} bytes of the file {node.title} came")
        read = attachments.text_of(name, data, self._max_bytes)
        problem = f"the file {node.title}: {read.problem}" if read.problem else ""
        return list(file_sections(name, read.text)) if read.text.strip() else [], problem

    def left_out(self) -> Iterator[Failure]:
        """How many pictures and the like were left out."""
        for kind, count in sorted(self._pictures.items()):
            reason = f"{count} file{'s' if count > 1 else ''} of type {kind} hold no text"
            yield Failure(f"confluence:{self._source}#{kind.lstrip('.')}", reason, skipped=True)
