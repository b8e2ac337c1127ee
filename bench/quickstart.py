"""`python -m bench.quickstart`: Kubelore beside the LlamaIndex + Chroma quick start; see bench/README.md."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from api.commands.console import err, print_error
from bench.corpus import copy_files, file_to_change, readable_files, sources_of, titles
from bench.measure import median_of, timed
from bench.report import figures_table, ratios, targets, targets_table, with_rates
from bench.task import Query, Task
from connectors.errors import KubeloreError

_HOME = Path(__file__).resolve().parent.parent
_QUERIES = 50
_SETTLE_SECONDS = 2.2
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "TOKENIZERS_PARALLELISM": "true",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when measured (whether targets are met is in the result), 2 for wrong usage."""
    options = _parser().parse_args(arguments)
    console = err()
    if importlib.util.find_spec("llama_index.embeddings.huggingface") is None:
        print_error("the quick start needs more packages: pip install -e '.[bench]'")
        return 2
    try:
        with tempfile.TemporaryDirectory(prefix="kubelore-bench-") as folder:
            result = compare(options.corpus, options.questions, options.runs, Path(folder), console)
    except KubeloreError as error:
        print_error(str(error))
        return 2
    console.print(figures_table(result["kubelore"], result["quickstart"]))
    console.print()
    console.print(targets_table(result["targets"]))
    if options.json:
        json.dump(result, sys.stdout, indent=2)
        sys.stdout.write("\n")
    return 0


def compare(corpus: Path, questions: Path | None, runs: int, work: Path, console: Console) -> dict[str, Any]:
    """Medians of both sides over `runs`, their ratios and the targets; `work` is an empty folder.

    Raises `KubeloreError` for a corpus or question file that cannot be used.
    """
    task = _prepare(corpus, questions, work)
    console.print(f"{len(task.files)} files, {len(task.queries)} queries, sources: {task.types}")
    with timed() as build:
        _build_model(work / "model")
    console.print(f"the bundled model was built in {build.seconds:.1f} s (part of the installation)")
    time.sleep(_SETTLE_SECONDS)
    sides: dict[str, list[dict[str, Any]]] = {"kubelore": [], "quickstart": []}
    for number in range(1, runs + 1):
        for name, found in sides.items():
            with timed() as watch:
                found.append(_run(name, task, work))
            console.print(f"run {number} of {runs}: {name} measured in {watch.seconds:.0f} s")
    ours, theirs = (with_rates(median_of(found)) for found in sides.values())
    compared = ratios(ours, theirs)
    return {
        "corpus": str(corpus),
        "runs": runs,
        "machine": {"processors": os.cpu_count(), "python": platform.python_version()},
        "model_build_seconds": build.seconds,
        "kubelore": ours,
        "quickstart": theirs,
        "ratios": compared,
        "targets": targets(ours, compared),
        "each_run": sides if runs > 1 else {},
    }


def _prepare(corpus: Path, questions: Path | None, work: Path) -> Task:
    """Copies the files that Kubelore takes in, so that both sides have the same and nobody's are changed."""
    from api.connectors import build_connector
    from api.settings import load_settings

    sources = sources_of(corpus.resolve())
    config = work / "corpus.yaml"
    listed = [{"name": s.name, "type": s.type, "path": str(s.root)} for s in sources]
    config.write_text(json.dumps({"sources": listed}))
    files: list[str] = []
    changes: dict[str, str] = {}
    for source, setting in zip(sources, load_settings(config).sources, strict=True):
        connector: Any = build_connector(setting, work / "state")
        paths = readable_files(connector)
        copy_files(source.root, paths, work / "corpus" / source.name)
        files += [f"{source.name}/{path}" for path in paths]
        if paths:
            changes[source.name] = file_to_change(source.root, paths)
    return Task(
        corpus=work / "corpus",
        state=work / "state",
        types={s.name: s.type for s in sources if s.name in changes},
        files=tuple(files),
        changes=changes,
        queries=_queries(questions, work / "corpus", files),
    )


def _queries(questions: Path | None, corpus: Path, files: list[str]) -> tuple[Query, ...]:
    if questions is None:
        return tuple(map(Query, titles(corpus, files, _QUERIES)))
    from answers.questions import load_questions

    return tuple(
        Query(q.question, tuple(dict.fromkeys(g.path for g in q.gold)), q.needs_all)
        for q in load_questions(questions)
    )


def _build_model(folder: Path) -> None:
    from index.embedding.models import ensure_built

    ensure_built(folder)


def _run(name: str, task: Task, work: Path) -> dict[str, Any]:
    """One side in a process of its own, so that its peak of memory is its own."""
    shutil.rmtree(task.state, ignore_errors=True)
    task.state.mkdir()
    if name == "kubelore":
        shutil.copytree(work / "model", task.state / "model")
    told, answered = work / "task.json", work / "result.json"
    task.write(told)
    command = [sys.executable, "-W", "ignore", "-m", f"bench.side_{name}", str(told), str(answered)]
    done = subprocess.run(
        command, cwd=_HOME, env={**os.environ, **_OFFLINE}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise KubeloreError(f"{name} failed:\n{done.stderr.strip()}")
    result: dict[str, Any] = json.loads(answered.read_text())
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.quickstart", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="a folder; each sub-folder is a source")
    parser.add_argument("--questions", type=Path, help="question file; gives searches and gold files")
    parser.add_argument("--runs", type=_positive, default=1, help="runs of each side; medians are reported")
    parser.add_argument("--json", action="store_true", help="print one JSON document on standard output")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
