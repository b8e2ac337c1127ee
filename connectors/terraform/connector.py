"""The `terraform` source: a folder with Terraform, its values per environment and its notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from itertools import chain
from typing import Any, ClassVar

from connectors.documents import Document, Failure
from connectors.filetree.connector import Reread, TreeConnector
from connectors.filetree.reading import Texts
from connectors.filetree.walk import TextFile
from connectors.terraform.memory import Memory
from connectors.terraform.tree import Tree, documents_of, is_hcl, other_documents

LOCK_FILE = ".terraform.lock.hcl"
"""Hashes of providers that `terraform init` writes."""


class TerraformConnector(TreeConnector):
    """Each block is a document with what its references stand for; a file of values is one document."""

    type: ClassVar[str] = "terraform"
    default_include: ClassVar[tuple[str, ...]] = (
        "**/*.tf", "**/*.tfvars", "**/*.tf.json", "**/*.tofu", "**/*.tfvars.json", "**/*.hcl", "**/*.md",
        "**/*.md.erb", "**/*.yaml", "**/*.yml", "**/*.tftpl", "**/*.sh", "**/*.rego", "**/README*",
    )  # fmt: skip

    def documents(self, files: Iterable[TextFile]) -> Iterator[Document | Failure]:
        """The documents of the whole tree; see `TreeConnector.documents`."""
        wanted = (file for file in files if not file.path.endswith(LOCK_FILE))
        yield from documents_of(wanted, self.name)

    def reread(self, changed: Set[str], texts: Texts, remembered: Any) -> Reread:
        """The changed files and those that Terraform's references join to them; see `TreeConnector.reread`."""
        terraform = {path for path in texts.paths if is_hcl(path) and not path.endswith(LOCK_FILE)}
        memory = Memory.from_json(remembered)
        others = changed - terraform
        part = self._part(changed & terraform, terraform, texts, memory)
        if part is None:
            tree = Tree(texts.read(terraform))
            affected, memory = terraform, tree.memory()
        else:
            tree, affected = part
        items = chain(
            tree.documents(self.name, only=affected),
            chain.from_iterable(self._other(file) for file in texts.read(others)),
        )
        # A file that could not be read now must not be taken for one that says nothing.
        known = None if memory is None or texts.has_failed else memory.to_json()
        return Reread(frozenset(others | affected), items, known)

    def _part(
        self, changed: Set[str], every: Set[str], texts: Texts, memory: Memory | None
    ) -> tuple[Tree, set[str]] | None:
        """The tree as far as the change concerns it, and the files affected; None if it may concern all."""
        if memory is None or not memory.files.keys() <= every or not changed <= memory.files.keys():
            return None
        affected = memory.affected(changed)
        tree = Tree(texts.read(memory.needed(affected)), memory)
        return (tree, affected) if tree.says_the_same(changed, memory) else None

    def _other(self, file: TextFile) -> Iterator[Document | Failure]:
        return iter(()) if file.path.endswith(LOCK_FILE) else other_documents(file, self.name)
