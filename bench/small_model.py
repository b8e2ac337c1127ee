"""`make small-model`: questions answered with a small real model, beside the same without it.

`python -m bench.small_model [--config FILE] [--questions FILE] [--number N] [--address URL] [--json]`
asks N questions, evenly chosen, of what is indexed. The exit code is 1 if fewer are answered rightly with the model
than without, or fewer claims are cited rightly than without and than .92. Where the model cannot be had, it says so
and ends with 0.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.table import Table

from answers.evaluate import Report, evaluate
from answers.model import Answer
from answers.questions import Question, load_questions
from api.commands.console import err, out, print_json
from api.settings import LlmSettings, Settings, load_settings
from api.wiring import Wiring
from bench.small_model_server import MODEL, UnavailableError, serving
from index.search_types import Filters

PRECISION = 0.92
_ROOT = Path(__file__).resolve().parents[1]
_ROWS = (
    "answer_accuracy", "accuracy_first_800", "citation_precision", "citation_precision_by_answer", "faithfulness",
    "quote_exactness", "abstention_recall", "wrongly_declined", "claims",
    "answers_with_model", "kept", "repaired", "removed", "first_seconds_p50", "seconds_p50", "seconds_max",
)  # fmt: skip


@dataclass
class Side:
    """Asks questions, and counts what the model did and how long it took."""

    wiring: Wiring
    modes: Counter[str] = field(default_factory=Counter)
    first: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def ask(self, question: str, filters: Filters) -> Answer:
        """One answer."""
        started = time.perf_counter()
        told: list[float] = []
        answer = self.wiring.answerer.ask(question, filters, lambda _: told.append(time.perf_counter()))
        took = time.perf_counter() - started
        self.modes["abstained" if answer.abstained else answer.mode] += 1
        print(f"{took:6.1f} s  {answer.mode:10} {question}", file=sys.stderr)
        if not answer.abstained:
            self.first.append(told[0] - started if told else took)
            self.seconds.append(took)
        return answer


class Fates(logging.Handler):
    """Adds up what became of the pieces of replies, as the writer logs it."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Count one reply, or print why there was none."""
        if isinstance(record.args, dict):
            self.counts.update({str(name): int(count) for name, count in record.args.items()})
        elif record.levelno >= logging.WARNING:
            print(record.getMessage(), file=sys.stderr)


def evenly(questions: Sequence[Question], number: int) -> list[Question]:
    """`number` of the questions, at even distances."""
    number = min(number, len(questions))
    return [questions[i * len(questions) // number] for i in range(number)]


def measure(settings: Settings, questions: Sequence[Question]) -> tuple[dict[str, Any], Report]:
    """The figures of some questions, and all outcomes."""
    fates = Fates()
    log = logging.getLogger("answers.generation.writer")
    log.addHandler(fates)
    log.setLevel(logging.INFO)
    wiring = Wiring(settings)
    side = Side(wiring)
    roots = {s.name: str(path) for s in settings.sources if (path := getattr(s, "path", None))}
    try:
        report = evaluate(questions, wiring.searcher, side, lambda i: wiring.document(i, None), roots)
    finally:
        wiring.close()
        log.removeHandler(fates)
    return {
        **report.to_json()["overall"],
        "claims": sum(o.claims for o in report.outcomes),
        "answers_with_model": side.modes["llm"],
        **{fate: fates.counts[fate] for fate in ("kept", "repaired", "removed")},
        "first_seconds_p50": round(statistics.median(side.first or [0.0]), 2),
        "seconds_p50": round(statistics.median(side.seconds or [0.0]), 2),
        "seconds_max": round(max(side.seconds, default=0.0), 2),
    }, report


def compared(config: Path, questions: Sequence[Question], llm: LlmSettings) -> dict[str, dict[str, Any]]:
    """The figures without the model and with it."""
    settings = load_settings(config)
    without = settings.model_copy(update={"answers": settings.answers.model_copy(update={"llm": None})})
    model = settings.model_copy(update={"answers": settings.answers.model_copy(update={"llm": llm})})
    return {"without": measure(without, questions)[0], "with": measure(model, questions)[0]}


def verdict(without: dict[str, Any], model: dict[str, Any]) -> int:
    """1 if the model makes answers worse than it may."""
    accuracy = (model["answer_accuracy"] or 0.0) >= (without["answer_accuracy"] or 0.0)
    precision = (model["citation_precision"] or 0.0) >= min(PRECISION, without["citation_precision"] or 0.0)
    return int(not (accuracy and precision))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs both sides, prints the table, and gives the exit code."""
    options = _parser().parse_args(arguments)
    questions = evenly(load_questions(options.questions), options.number)
    more = {"model": MODEL, "timeout": options.timeout, "context_tokens": options.context}
    try:
        if options.address:
            found = compared(options.config, questions, _llm(options.address, more))
        else:
            with serving(options.folder, options.threads) as address:
                found = compared(options.config, questions, _llm(address, more))
    except UnavailableError as error:
        print(f"small-model: skipped: {error}")
        return 0
    if options.as_json:
        print_json(found)
    else:
        _show(found)
    return verdict(found["without"], found["with"])


def _llm(address: str, more: dict[str, Any]) -> LlmSettings:
    return LlmSettings.model_validate({"base_url": address, **more})


def _show(found: dict[str, dict[str, Any]]) -> None:
    table = Table(
        box=None, pad_edge=False, title=f"{found['with']['n']} questions, {MODEL}", title_justify="left"
    )
    table.add_column("measure", no_wrap=True)
    for name in found:
        table.add_column(f"{name} model", justify="right", no_wrap=True)
    for row in _ROWS:
        table.add_row(row, *(json.dumps(figures[row]) for figures in found.values()))
    out().print(table)
    err().print("Seconds are of this machine, whatever else it did meanwhile.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.small_model", description=__doc__)
    parser.add_argument("--config", type=Path, default=_ROOT / "data/demo/config.yaml")
    parser.add_argument("--questions", type=Path, default=_ROOT / "data/questions/demo.jsonl")
    parser.add_argument("--number", type=int, default=20)
    parser.add_argument("--folder", type=Path, default=_ROOT / "data/state/small-model")
    parser.add_argument("--address", help="of a server that runs already, up to its /v1")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 2, help="of the model's server")
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds for one answer")
    parser.add_argument("--context", type=int, default=700, help="tokens of the lines that are sent")
    parser.add_argument("--json", action="store_true", dest="as_json")
    return parser


if __name__ == "__main__":
    sys.exit(main())
