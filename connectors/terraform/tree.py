"""All files of a tree read together: names are resolved across them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from connectors.documents import Document, Failure
from connectors.filetree.walk import TextFile
from connectors.formats.documents import file_document
from connectors.terraform.documents import block_documents, values_document
from connectors.terraform.resolve import is_values, scopes_for_values, scopes_of
from connectors.terraform.scope import Scope
from connectors.terraform.sensitive import mask_sensitive
from connectors.terraform.syntax import HclFile, parse

_HCL_SUFFIXES = (".tf", ".tofu", ".tfvars", ".hcl", ".tf.json", ".tofu.json", ".tfvars.json")


def documents_of(
    files: Iterable[TextFile], source: str, environment: str = ""
) -> Iterator[Document | Failure]:
    """The documents of all `files`: Terraform's by block, others whole; what is broken is a failure.

    `environment` stands in where a file's path names none.
    """
    hcl: list[HclFile] = []
    for file, known in mask_sensitive(files):
        if file.path.endswith(_HCL_SUFFIXES):
            hcl.append(known or parse(file.path, file.text))
        else:
            document, failures = file_document("terraform", source, file)
            yield document
            yield from failures
    scopes = scopes_of(hcl)
    for parsed in hcl:
        yield from (Failure(parsed.path, problem, warning=True) for problem in parsed.problems)
        if not parsed.text.strip():
            continue
        if is_values(parsed.path) or not parsed.blocks or parsed.is_crowded:
            yield values_document(parsed, scopes_for_values(scopes, parsed), source, environment)
        else:
            folder = posixpath.dirname(parsed.path)
            yield from block_documents(parsed, scopes.get(folder) or Scope(folder), source, environment)
