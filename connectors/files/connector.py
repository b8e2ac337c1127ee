"""The source of type `files`: pages and other texts in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connectors.documents import Document, Failure
from connectors.filetree.connector import TreeConnector
from connectors.filetree.walk import TextFile
from connectors.formats.documents import file_document


class FilesConnector(TreeConnector):
    """Each text file below a folder is one document with the id `files:<source>/<path>`."""

    type = "files"
    default_include = (
        "**/*.md", "**/*.md.erb", "**/*.markdown", "**/*.rst", "**/*.adoc", "**/*.asciidoc", "**/*.txt",
        "**/README*",
    )  # fmt: skip

    def documents(self, files: Iterable[TextFile]) -> Iterator[Document | Failure]:
        """Pages of prose, `config` documents of YAML, JSON and code, and what was wrong with the texts."""
        for file in files:
            document, failures = file_document(self.type, self.name, file)
            yield document
            yield from failures
