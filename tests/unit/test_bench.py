"""The pure parts of bench/, and one tiny comparison from end to end."""

from __future__ import annotations

import importlib.util
import json
import socket
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bench import demo, quickstart
from bench.corpus import file_to_change, readable_files, source_type, sources_of, titles
from bench.measure import disk_mb, median_of, percentile, recall, search_figures, text_figures
from bench.report import figures_table, ratios, targets, targets_table, with_rates
from bench.task import Query, Task, recall_figures
from connectors.errors import ConfigurationError, UnreachableError
from connectors.files.connector import FilesConnector

OURS: dict[str, Any] = {
    "files": 100, "documents": 300, "chunks": 500, "tokens_embedded": 60_000, "chunks_over_window": 0.0,
    "ingest_seconds": 10.0, "unchanged_seconds": 0.05, "change_seconds": 0.5,
    "search_p50_ms": 3.0, "search_p95_ms": 6.0, "peak_mb": 400.0, "disk_mb": 30.0,
    "recall@5": 0.8, "recall@10": 0.9,
}  # fmt: skip
THEIRS: dict[str, Any] = {
    **OURS, "documents": 100, "chunks": 110, "tokens_embedded": 20_000, "chunks_over_window": 0.7,
    "ingest_seconds": 20.0, "unchanged_seconds": 20.0, "change_seconds": 20.0,
    "search_p50_ms": 12.0, "peak_mb": 800.0, "disk_mb": 10.0, "recall@5": 0.6, "recall@10": 0.7,
}  # fmt: skip

needs_quick_start = pytest.mark.skipif(
    importlib.util.find_spec("llama_index.embeddings.huggingface") is None, reason="needs the extra `bench`"
)


def write(path: Path, text: str = "text\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write(tmp_path / "pages" / "deploy.md", "---\ntitle: Deploy it\n---\n# Deploy\n\nRun `make deploy`.\n")
    write(tmp_path / "pages" / "rollback.md", "# Roll back\n\nRun `argocd app rollback`.\n")
    write(tmp_path / "pages" / "empty.md", "")
    write(tmp_path / "infra" / "prod" / "main.tf", 'variable "size" {\n  default = "db.t4g.small"\n}\n')
    write(tmp_path / "charts" / "shop" / "Chart.yaml", "apiVersion: v2\nname: shop\n")
    write(tmp_path / "loose.md")
    return tmp_path


def test_each_sub_folder_is_a_source_of_the_type_that_its_files_show(corpus: Path) -> None:
    found = {source.name: source.type for source in sources_of(corpus)}

    assert found == {"charts": "kubernetes", "infra": "terraform", "pages": "files"}


def test_a_folder_of_mostly_yaml_is_manifests(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yml", "readme.md"):
        write(tmp_path / name)

    assert source_type(tmp_path) == "kubernetes"


def test_a_corpus_without_sources_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such folder"):
        sources_of(tmp_path / "missing")
    with pytest.raises(ConfigurationError, match="no sub-folder"):
        sources_of(tmp_path)


def test_both_sides_get_only_files_that_hold_text(corpus: Path) -> None:
    found = readable_files(FilesConnector("pages", corpus / "pages"))

    assert found == ["deploy.md", "rollback.md"]


def test_the_changed_file_is_a_page_of_middle_size(tmp_path: Path) -> None:
    for name, size in (("a.tf", 5), ("small.md", 1), ("middle.md", 10), ("large.md", 100)):
        write(tmp_path / name, "x" * size)

    assert file_to_change(tmp_path, ["a.tf", "large.md", "middle.md", "small.md"]) == "middle.md"
    assert file_to_change(tmp_path, ["a.tf"]) == "a.tf"


def test_titles_come_from_the_front_matter_the_heading_or_the_name(corpus: Path) -> None:
    paths = ["pages/deploy.md", "pages/rollback.md", "infra/prod/main.tf"]

    assert titles(corpus, paths, 10) == ["Deploy it", "Roll back", "prod main"]
    assert len(titles(corpus, paths, 2)) == 2


def test_text_over_the_window_counts_only_up_to_it() -> None:
    found = text_figures(["short", "very long"], [10, 300])

    assert found["tokens_in_chunks"] == 310
    assert found["tokens_inside_window"] == 266
    assert found["chunks_over_window"] == 0.5
    assert text_figures([], [])["chunks_over_window"] == 0.0


def test_recall_counts_distinct_files() -> None:
    found = ["a", "a", "b", "c"]

    assert recall(found, ["b"], depth=2, needs_all=False) == 1
    assert recall(found, ["c"], depth=2, needs_all=False) == 0
    assert recall(found, ["a", "x"], depth=5, needs_all=False) == 1
    assert recall(found, ["a", "x"], depth=5, needs_all=True) == 0.5


def test_recall_is_the_mean_over_queries_with_known_answers(tmp_path: Path) -> None:
    queries = (Query("one", ("a",)), Query("two", ("b",)), Query("unanswerable"))
    task = Task(tmp_path, tmp_path / "state", {}, (), {}, queries)

    assert recall_figures(task, lambda text: ["a"]) == {"recall@5": 0.5, "recall@10": 0.5}


def test_a_task_survives_the_way_to_the_other_process(tmp_path: Path) -> None:
    task = Task(
        tmp_path, tmp_path / "s", {"p": "files"}, ("p/a.md",), {"p": "a.md"}, (Query("q", ("p/a.md",)),)
    )

    task.write(tmp_path / "task.json")

    assert Task.read(tmp_path / "task.json") == task


def test_percentiles_are_values_that_occurred() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([1.0], 0.95) == 1.0


def test_the_first_pass_of_searches_is_not_measured() -> None:
    asked: list[str] = []

    found = search_figures(["a", "b"], asked.append, rounds=2)

    assert asked == ["a", "b"] * 3
    assert 0 <= found["search_p50_ms"] <= found["search_p95_ms"]


def test_disk_leaves_out_the_named_folder(tmp_path: Path) -> None:
    write(tmp_path / "a", "x" * 1000)
    write(tmp_path / "model" / "b", "x" * 5000)

    assert disk_mb(tmp_path) == pytest.approx(0.006)
    assert disk_mb(tmp_path, leave_out="model") == pytest.approx(0.001)


def test_medians_keep_the_shape() -> None:
    runs = [{"a": value, "in": {"b": 10 * value}, "name": "x"} for value in (3.0, 1.0, 2.0)]

    assert median_of(runs) == {"a": 2.0, "in": {"b": 20.0}, "name": "x"}


def test_ratios_compare_with_what_the_quick_start_does() -> None:
    found = ratios(with_rates(OURS), with_rates(THEIRS))

    assert found["embedded_tokens_per_second"] == 6.0
    assert found["files_per_second"] == 2.0
    assert found["unchanged_times_faster"] == 400.0
    assert found["unchanged_times_faster_than_own_rebuild"] == 200.0
    assert found["change_part_of_rebuild"] == 0.025
    assert found["search_p50"] == 0.25
    assert found["peak_memory"] == 0.5
    assert found["recall@5_gain"] == 0.2


def test_every_target_is_judged() -> None:
    good = targets(OURS, ratios(with_rates(OURS), with_rates(THEIRS)))
    bad = targets(THEIRS, ratios(with_rates(THEIRS), with_rates(OURS)))

    assert len(good) == 9
    assert all(row["met"] for row in good)
    assert not any(row["met"] for row in bad)


def test_without_questions_recall_is_neither_compared_nor_shown() -> None:
    ours, theirs = ({k: v for k, v in side.items() if "recall" not in k} for side in (OURS, THEIRS))

    rows = targets(ours, ratios(with_rates(ours), with_rates(theirs)))

    assert not any("recall" in row["target"] for row in rows)


def test_the_tables_show_figures_and_verdicts() -> None:
    ours, theirs = with_rates(OURS), with_rates(THEIRS)
    console = Console(file=StringIO(), width=120)

    console.print(figures_table(ours, theirs))
    console.print(targets_table(targets(ours, ratios(ours, theirs))))

    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "60,000" in shown
    assert "20,000" in shown
    assert "met" in shown
    assert "missed" not in shown


@needs_quick_start
def test_a_missing_corpus_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = quickstart.main(["--corpus", str(tmp_path / "missing"), "--json"])

    captured = capsys.readouterr()
    assert code == 2
    assert captured.out == ""
    assert "no such folder" in captured.err


def test_the_demo_takes_another_port_if_its_own_is_taken() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        assert demo.free_port("127.0.0.1", taken) not in (0, taken)


def test_the_demo_says_when_the_server_does_not_answer() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]

        with pytest.raises(UnreachableError, match="does not answer"):
            demo.ask(f"http://127.0.0.1:{port}", "anything")


@pytest.mark.slow
@needs_quick_start
def test_both_sides_are_measured_on_the_same_files(
    corpus: Path, model_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quickstart, "_build_model", lambda folder: folder.symlink_to(model_folder))
    questions = corpus / "questions.jsonl"
    gold = [{"path": "pages/rollback.md", "quote": ""}]
    questions.write_text(json.dumps({"id": "1", "question": "how do I roll back?", "gold": gold}) + "\n")

    code = quickstart.main(["--corpus", str(corpus), "--questions", str(questions), "--json"])

    result = json.loads(capsys.readouterr().out)
    ours, theirs = result["kubelore"], result["quickstart"]
    assert code == 0
    assert ours["files"] == theirs["files"] == 4
    assert ours["recall@5"] == theirs["recall@5"] == 1.0
    assert ours["chunks_over_window"] == 0.0
    assert set(ours["changes"]) == {"charts", "infra", "pages"}
    assert ours["changes"]["pages"]["documents_indexed"] == 1
    assert min(ours["peak_mb"], theirs["peak_mb"], ours["disk_mb"], theirs["disk_mb"]) > 0
    assert {row["target"] for row in result["targets"]} >= {"search p50: no slower", "recall@5: higher"}
    assert (corpus / "pages" / "rollback.md").read_text() == "# Roll back\n\nRun `argocd app rollback`.\n"
