"""The same documents as files, as a Confluence space and as a Notion workspace: do their answers differ?

`python -m bench.wiki_eval --corpus DIR --docs FOLDER --questions FILE.jsonl [--wikis notion] [--json]`. `DIR` holds a
folder a source, as for `bench.quickstart`; the Markdown of its folder `FOLDER` is also served by the fakes of both
wikis. Prints the scores of `kubelore eval` for each, and what is further than `WITHIN` from the files' own.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from answers.evaluate import evaluate
from answers.questions import load_questions
from api.cli import main as kubelore
from api.settings import load_settings
from api.wiring import Wiring
from bench.corpus import sources_of
from tests.servers import confluence, notion
from tests.servers.govuk import as_confluence, as_notion

MEASURES = (
    "recall@5", "recall@10", "mrr", "answer_accuracy", "citation_precision", "quote_exactness",
    "abstention_recall", "wrongly_declined",
)  # fmt: skip
WITHIN = 0.02
WIKIS = ("confluence", "notion")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 if a measure of a wiki is further than `WITHIN` from the files'."""
    parser = argparse.ArgumentParser(prog="python -m bench.wiki_eval", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--docs", required=True, help="the folder of Markdown below the corpus")
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument(
        "--wikis", nargs="+", choices=WIKIS, default=WIKIS, help="which to compare with the files"
    )
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    scores: dict[str, Mapping[str, Any]] = {}
    for name in ("files", *given.wikis):
        with tempfile.TemporaryDirectory() as folder:
            scores[name] = _scores(name, given.corpus, given.docs, given.questions, Path(folder))
    far = {
        f"{name} {measure}": round(scores[name][measure] - scores["files"][measure], 3)
        for name in given.wikis
        for measure in MEASURES
        if abs(scores[name][measure] - scores["files"][measure]) > WITHIN
    }
    if given.json:
        print(json.dumps({"scores": scores, "further_than": WITHIN, "far": far}, indent=1))
    else:
        for measure in MEASURES:
            print(f"{measure:20}" + "".join(f"{scores[name][measure]:>12}" for name in scores))
        print("  ".join(f"{name}: {by:+}" for name, by in far.items()) or f"all within {WITHIN}")
    return 1 if far else 0


def _scores(name: str, corpus: Path, docs: str, questions: Path, folder: Path) -> Mapping[str, Any]:
    with _source(name, corpus / docs) as (source, ids):
        others = [
            {"name": other.name, "type": other.type, "path": str(corpus / other.name)}
            for other in sources_of(corpus)
            if other.name != docs
        ]
        config = folder / "config.yaml"
        config.write_text(
            yaml.safe_dump({"sources": [source, *others], "index": {"path": str(folder / "state")}})
        )
        asked = folder / "questions.jsonl"
        asked.write_text("".join(_renamed(line, docs, ids) for line in questions.read_text().splitlines()))
        with contextlib.redirect_stdout(sys.stderr):
            kubelore(["--config", str(config), "ingest"])
    wiring = Wiring(load_settings(config))
    try:
        roots = {s.name: str(getattr(s, "path", None) or s.name) for s in wiring.settings.sources}
        report = evaluate(load_questions(asked), wiring.searcher, wiring.answerer, wiring.ledger.get, roots)
    finally:
        wiring.close()
    found: Mapping[str, Any] = report.to_json()["overall"]
    return found


@contextlib.contextmanager
def _source(name: str, folder: Path) -> Iterator[tuple[dict[str, Any], Mapping[str, str]]]:
    """The configuration of the documents in one of their forms, and the id of the document of each file."""
    if name == "files":
        yield {"name": "docs", "type": "files", "path": str(folder)}, {}
    elif name == "confluence":
        space = as_confluence(folder)
        with confluence.serving(space.site) as server:
            account = space.site.service
            source = {"url": server.base, "email": account.email, "token": account.token}
            yield {"name": "docs", "type": "confluence", **source}, _ids("confluence:docs/", space.paths)
    else:
        workspace = as_notion(folder)
        with notion.serving(workspace.site) as server:
            source = {"url": server.url, "token": notion.TOKEN}
            yield {"name": "docs", "type": "notion", **source}, _ids("notion:docs/", workspace.paths)


def _ids(prefix: str, paths: Mapping[str, str]) -> dict[str, str]:
    return {path: f"{prefix}{page}" for page, path in paths.items()}


def _renamed(line: str, docs: str, ids: Mapping[str, str]) -> str:
    """A question whose gold files are named by the documents that stand for them."""
    question = json.loads(line)
    for gold in question["gold"]:
        gold["path"] = ids.get(gold["path"].removeprefix(f"{docs}/"), gold["path"])
    return json.dumps(question, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
