"""The `terraform` source: a folder with Terraform, its values per environment and its notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from connectors.documents import Document, Failure
from connectors.filetree.connector import TreeConnector
from connectors.filetree.walk import TextFile
from connectors.terraform.tree import documents_of

LOCK_FILE = ".terraform.lock.hcl"
"""Hashes of providers that `terraform init` writes."""


class TerraformConnector(TreeConnector):
    """Each block is a document with what its references stand for; a file of values is one document."""

    type: ClassVar[str] = "terraform"
    whole_tree: ClassVar[bool] = True
    default_include: ClassVar[tuple[str, ...]] = (
        "**/*.tf", "**/*.tfvars", "**/*.tf.json", "**/*.tofu", "**/*.tfvars.json", "**/*.hcl", "**/*.md",
        "**/*.md.erb", "**/*.yaml", "**/*.yml", "**/*.tftpl", "**/*.sh", "**/*.rego", "**/README*",
    )  # fmt: skip

    def documents(self, files: Iterable[TextFile]) -> Iterator[Document | Failure]:
        """The documents of the whole tree; see `TreeConnector.documents`."""
        wanted = (file for file in files if not file.path.endswith(LOCK_FILE))
        yield from documents_of(wanted, self.name)
