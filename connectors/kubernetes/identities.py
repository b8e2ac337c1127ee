"""Gives objects that files define more than once ids of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from connectors.documents import Document

Identity = tuple[str, str, str | None]
"""Of an object before it has an id of its own: the id that its name gives, its environment and its file's path."""


def with_own_ids(documents: Sequence[Document], others: Iterable[Identity] = ()) -> Iterator[Document]:
    """The documents, those that share an id each with `@<environment>`, or `@<path>` where that is not enough.

    `others` are the objects of files that are not read now.

    All of them, not all but the first: a file that comes or goes never hands one's id to another.
    """
    every = [*((d.id, d.environment, d.path) for d in documents), *others]
    sharing = Counter(name for name, _, _ in every)
    in_environment = Counter((name, environment) for name, environment, _ in every)
    in_file = Counter((name, path) for name, _, path in every)
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
