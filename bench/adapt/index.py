"""Kubelore's own index of the corpus, in DIR/state."""

from __future__ import annotations

import threading
from pathlib import Path

from api.services import IngestOptions
from api.settings import Settings
from api.wiring import Wiring
from bench.adapt.corpus import SOURCES
from bench.adapt.passages import Passage, Span, found_again, most_of
from bench.adapt.sdists import CorpusError
from index.chunks import Chunk
from index.embedding.weights import package_folder


def settings_of(folder: Path) -> Settings:
    """A configuration of the corpus in `folder/corpus`: a source each of its folders.

    The model is the one of the package, so that what is found does not hang on an adaptation that was made before.
    """
    corpus = folder / "corpus"
    if missing := [name for name in SOURCES if not (corpus / name).is_dir()]:
        raise CorpusError(
            f"{corpus} has no {', '.join(missing)}: run `python -m bench.adapt corpus {folder}`"
        )
    sources = [{"name": name, "type": type_, "path": str(corpus / name)} for name, type_ in SOURCES.items()]
    model = {"model": str(package_folder()), "backend": "torch"}
    index = {"path": str(folder / "state"), "embedding": model}
    return Settings.model_validate({"sources": sources, "index": index})


class Progress:
    """Tells how far an ingest is, on the console."""

    def __init__(self) -> None:
        self._told = 0

    def started(self, run_id: str) -> None:
        """Nothing: there is one run only."""

    def seen(self, source: str, count: int, total: int = 0) -> None:
        """A line every 200 items."""
        if count // 200 != self._told:
            self._told = count // 200
            print(f"{source}: {count} of {total or '?'}", flush=True)


def ingest(wiring: Wiring) -> None:
    """Bring the index up to date with the corpus. Raises `CorpusError` if a source could not be read."""
    run = wiring.ingest(IngestOptions(confirm_deletions=True), Progress(), threading.Event())
    for row in run.sources:
        print(f"{row.source}: {row.seen} seen, {row.indexed} indexed, {row.failed} failed", flush=True)
    if problems := [f"{row.source}: {row.error}" for row in run.sources if row.error]:
        raise CorpusError("; ".join(problems))


def chunk_of(wiring: Wiring, passage: Passage) -> Chunk | None:
    """The chunk that holds most of a passage; None if the corpus is not the one that it was taken from."""
    document = wiring.document(passage.document_id, None)
    span = found_again(passage, document.text) if document else None
    if span is None:
        return None
    chunks = wiring.index.chunks.of_documents([passage.document_id])
    at = most_of(span, [Span(chunk.start, chunk.end) for chunk in chunks])
    return chunks[at] if at is not None else None
