"""`make leaks N=1000`: documents with planted credentials, ingested and looked for everywhere.

`python -m bench.leaks N [--seed S]` ends in a line `N tried, M wrong`; the exit code is 1 if any was wrong. Wrong
is a credential that can be found in the state folder, a log, a run's report or an answer, and a harmless value
that was masked.
"""

from __future__ import annotations

import argparse
import io
import logging
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.leak_cluster import cluster_of, live_objects
from bench.leak_manifests import chart, manifest
from bench.leak_pages import page
from bench.leak_search import Needles, everything_in, folder_bytes
from bench.leak_terraform import configuration
from bench.leak_values import Planter
from bench.local import HashedWiring, ingest, settings_of
from connectors.base import Connector
from connectors.documents import Document
from index.lexical import FIELDS
from index.search_types import Filters
from index.tokens import terms

BATCH = 100
_QUESTIONS = 12
_TYPES = ("files", "terraform", "kubernetes")
_LIVE = "live"
"""The source that reads a cluster; its samples are objects, each sample's in a namespace of its own."""


@dataclass(frozen=True)
class Sample:
    """A document (or a few files that belong together) with what was planted in it."""

    seed: int
    source: str
    files: Mapping[str, str]
    secrets: tuple[str, ...]
    plain: tuple[str, ...]

    @property
    def folder(self) -> str:
        """Where its files lie below the source's root."""
        return f"d{self.seed}"


def sample(seed: int) -> Sample:
    """The document of that seed."""
    chance = random.Random(seed)
    p = Planter(chance)
    source = chance.choice((*_TYPES, _LIVE))
    if source == "files":
        suffix = chance.choice((".md", ".md", ".adoc", ".rst", ".txt"))
        files = {f"page{suffix}": page(p, suffix)}
    elif source == "terraform":
        files = configuration(p)
    elif source == _LIVE:
        files = live_objects(p, f"d{seed}")
    else:
        files = chart(p) if chance.random() < 0.25 else manifest(p)
    text = "\n".join(files.values())
    # Some of what was made is not in the document after all.
    secrets = tuple(s for s in p.secrets if s in text)
    plain = tuple(v for v in sorted(set(p.plain)) if re.search(rf"(?<![\w.-]){re.escape(v)}(?![\w-])", text))
    return Sample(seed, source, files, secrets, plain)


def write(samples: Sequence[Sample], root: Path) -> dict[str, Path]:
    """Lay the files out below `root`; the folder of each source."""
    folders = {name: root / name for name in _TYPES}
    for folder in folders.values():
        folder.mkdir(parents=True)
    for one in samples:
        for path, text in one.files.items() if one.source in folders else ():
            target = folders[one.source] / one.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
    return folders


@dataclass(frozen=True)
class Wrong:
    """A credential that got through, or (`masked`) a harmless value that did not."""

    sample: Sample
    value: str
    place: str
    masked: bool = False


def try_batch(samples: Sequence[Sample], root: Path) -> list[Wrong]:
    """Ingest the documents as `kubelore ingest` does, and look for what was planted wherever it may have gone."""
    objects = [text for one in samples if one.source == _LIVE for text in one.files.values()]
    with cluster_of(objects, root) as live:
        return _tried(
            samples, root, HashedWiring(settings_of(write(samples, root), root / "state", more=[live]))
        )


def _tried(samples: Sequence[Sample], root: Path, wiring: HashedWiring) -> list[Wrong]:
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    before = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        report = ingest(wiring).model_dump_json()
        spoken = "\n".join(_answers(wiring, samples))
        places: dict[str, Iterable[str]] = {
            "run report": [report],
            "answers": [spoken],
            "log": [log.getvalue()],
        }
        places["state folder"] = everything_in(root / "state")
        needles = Needles((s, one.seed) for one in samples for s in one.secrets)
        by_seed = {one.seed: one for one in samples}
        wrong = [
            Wrong(by_seed[seed], value, place)
            for place, texts in places.items()
            for value, seed in needles.found_in(texts)
        ]
        wrong += _in_words(wiring, samples)
        wrong += _masked(samples, [d for batch in wiring.ledger.documents() for d in batch])
    finally:
        wiring.close()
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(before)
    # Closing may have moved what a write-ahead log held.
    closed = needles.found_in(folder_bytes(root / "state"))
    wrong += [Wrong(by_seed[seed], value, "state folder") for value, seed in closed]
    return list({(w.sample.seed, w.value): w for w in reversed(wrong)}.values())


def _answers(wiring: HashedWiring, samples: Sequence[Sample]) -> Iterator[str]:
    for one in samples[:_QUESTIONS]:
        question = f"what is the password or token of the {one.folder} service"
        yield str(wiring.answerer.ask(question, Filters()))
        yield str(wiring.searcher.search(f"password token key {one.folder}", 10, Filters()))


def _in_words(wiring: HashedWiring, samples: Sequence[Sample]) -> Iterator[Wrong]:
    """What the word index knows: its terms are no text that one could search for in its files."""
    halves = (wiring.index.words.written, wiring.index.words.observed)
    for one in samples:
        for value in one.secrets:
            whole = [term for term in terms(value) if len(term) >= 10]
            if any(half.document_frequency(t, field) for half in halves for t in whole for field in FIELDS):
                yield Wrong(one, value, "word index")


def _masked(samples: Sequence[Sample], documents: Sequence[Document]) -> Iterator[Wrong]:
    texts: dict[str, list[str]] = {}
    for document in documents:
        texts.setdefault((document.path or document.namespace).split("/")[0], []).append(document.text)
    for one in samples:
        text = "\n".join(texts.get(one.folder, ()))
        yield from (Wrong(one, value, "documents", masked=True) for value in one.plain if value not in text)


# ---- the smallest text that shows it -----------------------------------------------------------------


def smallest(wrong: Wrong) -> str:
    """The fewest lines of the document with which its connector still gets it wrong.

    Of a leak the lines stay that say what the value is: those around it, and those that hold it.
    """
    files = dict(wrong.sample.files)
    if wrong.sample.source == _LIVE:
        return _shown(files)
    if not _shows(wrong, files):
        return f"(only in the {wrong.place})\n" + _shown(files)
    for path in sorted(files):
        others = {name: text for name, text in files.items() if name != path}
        if _shows(wrong, others):
            files = others
    for path in files:
        files[path] = _reduced(wrong, files, path)
    return _shown(files)


def _reduced(wrong: Wrong, files: Mapping[str, str], path: str) -> str:
    lines = files[path].split("\n")
    kept = set() if wrong.masked else _telling(lines, wrong.value)
    left = list(range(len(lines)))
    size = max(1, len(lines) // 2)
    while True:
        start = 0
        while start < len(left):
            fewer = left[:start] + [n for n in left[start : start + size] if n in kept] + left[start + size :]
            if len(fewer) < len(left) and _shows(wrong, {**files, path: "\n".join(lines[n] for n in fewer)}):
                left = fewer
            else:
                start += size
        if size == 1:
            return "\n".join(lines[n] for n in left)
        size //= 2


def _telling(lines: Sequence[str], value: str) -> set[int]:
    """The lines that hold the value, their neighbours, the lines that they are indented under, and heads."""
    found: set[int] = set()
    for n in (n for n, line in enumerate(lines) if value in line):
        found |= {n - 1, n, n + 1}
        depth = _depth(lines[n])
        for above in range(n - 1, -1, -1):
            if lines[above].strip() and _depth(lines[above]) < depth:
                depth = _depth(lines[above])
                found.add(above)
    heads = (
        "kind",
        "===",
        "---",
        "+--",
        "list-table",
        "* -",
        "| User",
        "User ",
        "```",
        "sensitive",
        "variable",
    )
    return found | {n for n, line in enumerate(lines) if any(head in line for head in heads)}


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _shows(wrong: Wrong, files: Mapping[str, str]) -> bool:
    if not any(wrong.value in text for text in files.values()):
        return False
    one = Sample(wrong.sample.seed, wrong.sample.source, files, (), ())
    with tempfile.TemporaryDirectory() as folder:
        roots = write([one], Path(folder))
        (connector,) = [c for c in _connectors(roots) if c.name == one.source]
        items = list(connector.crawl(None))
    if wrong.masked:
        return not any(isinstance(item, Document) and wrong.value in item.text for item in items)
    return bool(Needles([(wrong.value, 0)]).found_in(repr(item) for item in items))


def _connectors(roots: Mapping[str, Path]) -> list[Connector]:
    return HashedWiring(settings_of(roots, Path("unused"))).connectors()


def _shown(files: Mapping[str, str]) -> str:
    return "\n".join(f"--- {path}\n{text}" for path, text in files.items() if text.strip())


# ---- the command -------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 if a document was wrong."""
    options = _parser().parse_args(arguments)
    began = time.monotonic()
    wrong: set[int] = set()
    values = plain = 0
    for first in range(options.seed, options.seed + options.n, BATCH):
        samples = [sample(seed) for seed in range(first, min(first + BATCH, options.seed + options.n))]
        values += sum(len(one.secrets) for one in samples)
        plain += sum(len(one.plain) for one in samples)
        with tempfile.TemporaryDirectory() as folder:
            found = try_batch(samples, Path(folder))
        for one in sorted(found, key=lambda w: w.sample.seed):
            wrong.add(one.sample.seed)
            _tell(one)
        print(
            f"{samples[-1].seed + 1 - options.seed} of {options.n}, {time.monotonic() - began:.0f} s",
            file=sys.stderr,
        )
    print(f"{values} credentials and {plain} harmless values planted")
    print(f"{options.n} tried, {len(wrong)} wrong")
    return int(bool(wrong))


def _tell(wrong: Wrong) -> None:
    what = "masked though harmless" if wrong.masked else f"leaked into the {wrong.place}"
    print(f"\nseed {wrong.sample.seed}, {wrong.sample.source}: {wrong.value!r} {what}; the smallest text:")
    print(smallest(wrong), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.leaks", description=__doc__)
    parser.add_argument("n", type=int, help="how many documents")
    parser.add_argument(
        "--seed", type=int, default=0, help="of the first document; each next one has the next"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
