"""`make crashes N=200`: ingests killed with SIGKILL anywhere, and what the next ingest makes of them.

`python -m bench.crashes N [--seed S]` ends in a line `N tried, M wrong`; the exit code is 1 if any was wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.crash_corpus import Corpus, history, write
from bench.crash_process import Death, Place, Run, a_death
from bench.crash_state import RUNS, differences, is_locked, runs_under_way

_BATCHES = (2, 3, 5, 64)
_SHOWN = 20
_NEEDED = (
    "chromadb", "llama_index.vector_stores.chroma", "answers.engine", "index.retriever", "api.connectors",
    "api.run", "connectors.files.connector", "connectors.terraform.connector", "connectors.kubernetes.connector",
)  # fmt: skip
"""What a run imports when it needs it: done once here, before the processes are forked."""


@dataclass
class Trial:
    """One history of runs that were killed, and what was wrong with where it ended."""

    seed: int
    deaths: list[Death] = field(default_factory=list)
    killed: list[Death] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def run_trial(seed: int, folder: Path) -> Trial:
    """Kill one to three ingests of a corpus that changes in between; the next ingest must make it good.

    Good is what one ingest of the last corpus makes of an empty state folder.
    """
    chance = random.Random(seed)
    trial = Trial(seed)
    trial.deaths = [a_death(chance) for _ in range(chance.choice((1, 1, 2, 2, 3)))]
    corpora = history(chance, len(trial.deaths) + 2)
    batch = chance.choice(_BATCHES)
    gone = frozenset(set().union(*(corpus.words for corpus in corpora)) - corpora[-1].words)
    fresh, place = Place(folder / "fresh"), Place(folder / "killed")
    write(corpora[-1], fresh.corpus)
    # Meanwhile, on another core.
    reference = Run(fresh, corpora[-1], batch, None, gone)
    try:
        _live(trial, chance, place, corpora, batch)
        write(corpora[-1], place.corpus)
        under_way = runs_under_way(place.state)
        found = Run(place, corpora[-1], batch, None, gone).end()
    finally:
        wanted = reference.end()
    if isinstance(found, str | None) or isinstance(wanted, str | None):
        trial.wrong += [f"the last ingest: {found}"] if isinstance(found, str | None) else []
        trial.wrong += [f"the fresh ingest: {wanted}"] if isinstance(wanted, str | None) else []
        return trial
    trial.wrong += differences(found, wanted)
    trial.wrong += [
        f"run {i} is {found[RUNS].get(i)}" for i in under_way if found[RUNS].get(i) != "interrupted"
    ]
    trial.wrong += ["the lock is held after the last ingest"] if is_locked(place.state) else []
    return trial


def _live(trial: Trial, chance: random.Random, place: Place, corpora: Sequence[Corpus], batch: int) -> None:
    """All of the history but its last run."""
    if chance.random() < 0.75:  # else the very first run is killed
        write(corpora[0], place.corpus)
        if problem := Run(place, corpora[0], batch, None).end():
            trial.wrong.append(f"the first ingest: {problem}")
    for number, death in enumerate(trial.deaths, 1):
        if chance.random() < 0.8:  # else the same corpus again
            write(corpora[number], place.corpus)
        elif not place.corpus.exists():
            write(corpora[0], place.corpus)
        if Run(place, corpora[number], batch, death).kill():
            trial.killed.append(death)
        if place.state.exists() and is_locked(place.state):
            trial.wrong.append(f"the lock is held after {death}")
        time.sleep(0.01)  # a change within one tick of the file system's clock would be nobody's fault


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 if a trial was wrong."""
    options = _parser().parse_args(arguments)
    for name in _NEEDED:
        importlib.import_module(name)
    began = time.monotonic()
    tried = wrong = 0
    killed: Counter[str] = Counter()
    for seed in range(options.seed, options.seed + options.n):
        with _scratch() as folder:
            trial = run_trial(seed, folder)
        tried += 1
        wrong += bool(trial.wrong)
        killed.update(death.step for death in trial.killed)
        if trial.wrong:
            _tell(trial)
        if tried % 50 == 0:
            print(f"{tried} of {options.n}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print("killed in " + ", ".join(f"{step}: {count}" for step, count in killed.most_common()))
    print(f"{tried} tried, {wrong} wrong")
    return int(wrong > 0)


def _tell(trial: Trial) -> None:
    print(f"seed {trial.seed}: killed {'; '.join(map(str, trial.killed)) or 'nowhere'}", flush=True)
    for line in trial.wrong[:_SHOWN]:
        print(f"  {line}")
    if len(trial.wrong) > _SHOWN:
        print(f"  and {len(trial.wrong) - _SHOWN} more")
    print(f"  again: python -m bench.crashes 1 --seed {trial.seed}", flush=True)


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    """A folder in memory where there is one: a process that is killed loses nothing that it gave to the system."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="kubelore-", dir=memory if memory.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.crashes", description=__doc__)
    parser.add_argument("n", type=int, help="how many trials")
    parser.add_argument("--seed", type=int, default=0, help="of the first trial; each next one has the next")
    return parser


if __name__ == "__main__":
    sys.exit(main())
