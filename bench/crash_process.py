"""An ingest in a process of its own that can be killed at a chosen step.

The processes are forked from one that has imported everything and opened nothing, as importing takes seconds.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bench.crash_corpus import FOLDERS, Corpus
from bench.crash_state import Snapshot, examine
from bench.local import HashedWiring, Silent, ingest, settings_of
from connectors.filetree import connector as filetree
from index.chunk_store import ChunkStore
from index.index import Index
from index.ledger import Ledger
from index.lexical import LexicalIndex
from index.vectors import VectorStore
from ingest import writer
from ingest.runs import Runs

CRAWL, TIME = "crawl", "time"
STEPS: dict[str, tuple[tuple[type, str], ...]] = {
    CRAWL: (),
    TIME: (),
    "embedding": ((ChunkStore, "cache"),),
    "begin": ((Ledger, "begin"),),
    "chunk table": ((ChunkStore, "add"),),
    "vectors": ((VectorStore, "put"), (VectorStore, "remove")),
    "words": ((LexicalIndex, "add"), (LexicalIndex, "remove_documents")),
    "word commit": ((LexicalIndex, "commit"),),
    "outdated chunks": ((ChunkStore, "remove"), (ChunkStore, "set_setting")),
    "ledger": ((Ledger, "put"), (Ledger, "touch")),
    "deletions": ((Index, "remove"), (Ledger, "remove")),
    "checkpoint": ((Ledger, "save_checkpoint"),),
    "run history": ((Runs, "start"), (Runs, "update"), (Runs, "finish")),
}
"""The stages of a run, and the methods with which they begin; `crawl` goes by items, `time` by the clock."""

_CALL_CHANCE = 0.3
_LONGEST_RUN = 0.5
"""Seconds within which a kill by the clock happens."""
_GIVE_UP = 120


@dataclass(frozen=True)
class Death:
    """Where a run is to be killed: before a step, after it, or at a moment within it."""

    step: str
    when: str
    seed: int

    def __str__(self) -> str:
        return self.step if self.step == TIME else f"{self.when} {self.step}"


def a_death(chance: random.Random) -> Death:
    """Any step and moment, each as likely as another."""
    return Death(
        chance.choice(list(STEPS)), chance.choice(("before", "within", "after")), chance.getrandbits(32)
    )


@dataclass(frozen=True)
class Place:
    """Where one history of runs lives."""

    root: Path

    @property
    def corpus(self) -> Path:
        """The sources' folders."""
        return self.root / "corpus"

    @property
    def state(self) -> Path:
        """The state folder."""
        return self.root / "state"

    def wiring(self, corpus: Corpus) -> HashedWiring:
        """Kubelore over the sources as they are configured for `corpus`."""
        sources = {name: self.corpus / name for name in FOLDERS}
        return HashedWiring(settings_of(sources, self.state, corpus.access))


class Run:
    """One ingest in a process of its own, begun at once; with words that are `gone` it looks at what it left."""

    def __init__(
        self,
        place: Place,
        corpus: Corpus,
        batch: int,
        death: Death | None,
        gone: frozenset[str] | None = None,
    ) -> None:
        forked = multiprocessing.get_context("fork")
        self._death = death
        self._reader, sender = forked.Pipe(duplex=False)
        self._process = forked.Process(target=_work, args=(sender, place, corpus, batch, death, gone))
        self._process.start()
        sender.close()

    def end(self) -> Snapshot | str | None:
        """What an undisturbed run left behind, or the error that it ended with; None where it was not to look."""
        found: Snapshot | str | None
        try:
            found = self._reader.recv() if self._reader.poll(_GIVE_UP) else "it did not end"
        except EOFError:
            found = "it ended without a word"
        self._process.join(_GIVE_UP)
        if self._process.exitcode != 0:
            self._process.kill()
            found = found or f"exit code {self._process.exitcode}"
        return found

    def kill(self) -> bool:
        """Kill it with SIGKILL where it is to die; False if it had ended before."""
        chance = random.Random(self._death.seed if self._death else 0)
        if self._death and self._death.step == TIME:
            time.sleep(chance.uniform(0, _LONGEST_RUN))
        else:
            with contextlib.suppress(EOFError):
                self._reader.recv()
            if self._death and self._death.when == "within":
                time.sleep(chance.uniform(0, 0.004))
        self._process.kill()
        self._process.join()
        return self._process.exitcode == -signal.SIGKILL


def _work(
    sender: Connection,
    place: Place,
    corpus: Corpus,
    batch: int,
    death: Death | None,
    gone: frozenset[str] | None,
) -> None:
    # A file counts as settled after two seconds; nobody wants to wait for that in each of a thousand trials.
    filetree._SETTLED_NS = 0
    writer.BATCH_DOCUMENTS = batch
    try:
        tripwire = _Tripwire(sender, death) if death else None
        wiring = place.wiring(corpus)
        run = ingest(wiring, tripwire)
        problem = "" if run.status == "done" else f"the run ended {run.status}: {run.model_dump_json()}"
        wiring.close()
        if not death:
            sender.send(problem or (None if gone is None else examine(place.wiring(corpus), corpus, gone)))
    except Exception:  # noqa: BLE001 - the parent tells
        sender.send(traceback.format_exc())
    sender.close()
    os._exit(0)


class _Tripwire(Silent):
    """Progress, and a wrapper around the methods of a step, that stops at one of their calls to be killed."""

    def __init__(self, sender: Connection, death: Death) -> None:
        self._sender = sender
        self._death = death
        self._chance = random.Random(death.seed)
        for owner, name in STEPS[death.step]:
            setattr(owner, name, self._wrapped(getattr(owner, name)))

    def seen(self, source: str, count: int, total: int = 0) -> None:
        """A step of the crawl."""
        if self._death.step == CRAWL and self._chance.random() < _CALL_CHANCE / 3:
            self._ready()

    def _wrapped(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **keywords: Any) -> Any:
            mine = self._chance.random() < _CALL_CHANCE
            if mine and self._death.when != "after":
                self._ready()
            result = method(*args, **keywords)
            if mine and self._death.when == "after":
                self._ready()
            return result

        return call

    def _ready(self) -> None:
        """Tell the parent, and do not go on unless it is to strike at some moment within the step."""
        self._sender.send(None)
        while self._death.when != "within":
            time.sleep(60)
