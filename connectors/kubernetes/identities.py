"""Gives objects that files define more than once ids of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from connectors.documents import Document


def with_own_ids(documents: Sequence[Document]) -> Iterator[Document]:
    """The documents, those that share an id each with `@<environment>`, or `@<path>` where that is not enough.

    All of them, not all but the first: a file that comes or goes never hands one's id to another.
    """
    sharing = Counter(document.id for document in documents)
    in_environment = Counter((document.id, document.environment) for document in documents)
    in_file = Counter((document.id, document.path) for document in documents)
    met: Counter[tuple[str, str | None]] = Counter()
    for document in documents:
        if sharing[document.id] == 1:
            yield document
            continue
        place = (document.id, document.path)
        met[place] += 1
        if document.environment and in_environment[document.id, document.environment] == 1:
            qualifier = document.environment
        else:
            qualifier = f"{document.path}#{met[place]}" if in_file[place] > 1 else str(document.path)
        yield replace(document, id=f"{document.id}@{qualifier}")
