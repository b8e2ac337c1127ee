"""One Terraform file as documents, without the rest of its tree."""

from __future__ import annotations

from pathlib import Path

from connectors import environments
from connectors.documents import Document
from connectors.errors import UnreadableError
from connectors.filetree.decoding import decode
from connectors.filetree.walk import TextFile
from connectors.redaction import redact
from connectors.terraform.tree import documents_of


def read(path: str | Path) -> list[Document]:
    """A document for each block of the file at `path`, or one for a file of values; see `Document`.

    The documents' `path` is the file's name, their source the name of its folder, their environment that of
    the folders in `path` nearest to it. Content that is broken or no text never raises: what can be read is
    returned. A file that is not there raises `OSError`.
    """
    file = Path(path)
    try:
        text, encoding = decode(file.read_bytes())
    except UnreadableError:
        return []
    source = file.absolute().parent.name
    texts = [TextFile(file.name, redact(text)[0], encoding, file)]
    environment = environments.of_path("/".join(file.parts[-_PLACE:]))
    return [item for item in documents_of(texts, source, environment) if isinstance(item, Document)]


_PLACE = 4
"""The file and three folders: farther up, the path is that of a checkout or a person."""
