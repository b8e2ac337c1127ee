"""`python -m bench.adapt corpus|mine|train|compress DIR`: adapts the bundled embedding model, step by step."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from api.wiring import Wiring
from bench.adapt.corpus import write_corpus
from bench.adapt.examples import examples
from bench.adapt.index import ingest, settings_of
from bench.adapt.mining import mine, read_mined
from bench.adapt.projects import projects
from bench.adapt.questions import QUESTIONS, Asked, read_questions
from bench.adapt.recipe import Recipe
from bench.adapt.sdists import CorpusError
from index.embedding.weights import ADAPTATION

_OPTIONS = {"epochs": int, "rate": float, "frozen": int, "seed": int, "steps": int}
_COMPRESSED = {"rank": int, "keep": float}


def main(arguments: Sequence[str] | None = None) -> int:
    """Does one step; the exit code is 1 if it cannot be done."""
    options = _parser().parse_args(arguments)
    try:
        options.step(options)
    except CorpusError as error:
        print(f"adapt: {error}", file=sys.stderr)
        return 1
    return 0


def _corpus(options: argparse.Namespace) -> None:
    count = write_corpus(options.folder, projects(), lambda line: print(line, flush=True))
    print(f"{count} files in {options.folder / 'corpus'}")


def _mine(options: argparse.Namespace) -> None:
    wiring = Wiring(settings_of(options.folder))
    try:
        ingest(wiring)
        mine(wiring, _some(options), _mined(options.folder))
    finally:
        wiring.close()


def _train(options: argparse.Namespace) -> None:
    if not _mined(options.folder).exists():
        raise CorpusError(
            f"{_mined(options.folder)} is not there: run `python -m bench.adapt mine {options.folder}`"
        )
    # torch takes seconds to load, which the other steps do not pay.
    from safetensors.numpy import save_file

    from bench.adapt.model import Model
    from bench.adapt.training import train

    wiring = Wiring(settings_of(options.folder))
    try:
        chunks = {chunk.id: chunk for chunk in wiring.index.chunks.all()}
    finally:
        wiring.close()
    given = examples(_some(options), read_mined(_mined(options.folder)), chunks)
    model = Model()
    train(model, given, _recipe(options))
    save_file(model.weights(), _trained(options.folder))
    _compress(options)


def _compress(options: argparse.Namespace) -> None:
    if not _trained(options.folder).exists():
        raise CorpusError(
            f"{_trained(options.folder)} is not there: run `python -m bench.adapt train {options.folder}`"
        )
    from safetensors.numpy import load_file

    from bench.adapt.change import write_change

    write_change(load_file(_trained(options.folder)), options.out, _recipe(options))
    print(
        f"{options.out}: {options.out.stat().st_size:,} bytes; now: raise RECIPE in index/embedding/models.py, then"
    )
    print("python -m bench.ranges > index/embedding/ranges.json")


def _some(options: argparse.Namespace) -> list[Asked]:
    """The questions about the first passages, as many as are wanted."""
    asked = read_questions(QUESTIONS)
    wanted = set(list(dict.fromkeys(one.passage for one in asked))[: options.passages])
    return [one for one in asked if one.passage in wanted]


def _mined(folder: Path) -> Path:
    return folder / "mined.jsonl"


def _trained(folder: Path) -> Path:
    return folder / "trained.safetensors"


def _recipe(options: argparse.Namespace) -> Recipe:
    names = {field.name for field in fields(Recipe)}
    return Recipe(**{name: value for name, value in vars(options).items() if name in names})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.adapt", description=__doc__)
    steps = parser.add_subparsers(required=True)
    for name, step, about in (
        ("corpus", _corpus, "fetch the sdists and write DIR/corpus"),
        ("mine", _mine, "ingest into DIR/state and find hard negatives"),
        ("train", _train, "train, then compress"),
        ("compress", _compress, "write again what was trained last, of another rank or share"),
    ):
        one = steps.add_parser(name, help=about)
        one.set_defaults(step=step)
        one.add_argument("folder", type=Path, metavar="DIR")
        if name in ("mine", "train"):
            one.add_argument("--passages", type=int, help="only the first so many, to see that all works")
        if name in ("train", "compress"):
            one.add_argument("--out", type=Path, default=ADAPTATION)
            chosen = _COMPRESSED if name == "compress" else _OPTIONS | _COMPRESSED
            for option, type_ in chosen.items():
                one.add_argument(f"--{option}", type=type_, default=getattr(Recipe(), option))
    return parser


if __name__ == "__main__":
    sys.exit(main())
