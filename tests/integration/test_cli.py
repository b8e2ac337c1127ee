"""The command line over services with made-up contents: output, streams and exit codes."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api import reference, services
from api.cli import main
from api.commands.console import clean
from api.commands.show_answer import place_of, where
from api.settings import load_settings
from connectors.errors import RefusedError, UnreachableError
from tests.integration.fakes import FakeServices, a_document, a_row, write_config

ROOT = Path(__file__).parents[2]
DOC = a_document("files:docs/guides/checkout.md")
HIDDEN = a_document("files:infra/plan.md", frozenset({"ops"}))


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Cli:
    run: Callable[..., Result]
    services: FakeServices
    config: Path


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    config = write_config(tmp_path)
    fake = FakeServices(load_settings(config, {}), [DOC, HIDDEN])
    monkeypatch.setattr(services, "opener", lambda settings: fake)

    def run(*arguments: str) -> Result:
        code = main(["--config", str(config), *arguments])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return Cli(run, fake, config)


# ask and search


def test_an_answer_in_a_pipe_is_plain_text_with_numbered_sources(cli: Cli) -> None:
    result = cli.run("ask", "how do I roll back checkout?")
    assert result.code == 0
    assert result.err == ""
    assert "Use `kubectl rollout undo`. [1]" in result.out
    assert "[1] Runbooks › Checkout  docs/guides/checkout.md:1-2" in result.out
    assert "Ask next\n · How do I verify it?\n" in result.out
    assert "Confidence 87%" in result.out
    assert "\x1b" not in result.out
    assert cli.services.closed


def test_an_answer_as_json_is_the_contracts_object_alone(cli: Cli) -> None:
    result = cli.run("ask", "q", "--json")
    assert result.code == 0
    assert result.json["citations"][0]["quote"] in DOC.text
    assert result.err == ""


def test_an_abstention_names_the_related_pages_once(cli: Cli) -> None:
    result = cli.run("ask", "what is the weather?")
    assert result.code == 0
    assert "Possibly related" in result.out
    assert result.out.count("Checkout") == 1
    assert "Confidence" not in result.out


def test_filters_and_principals(cli: Cli) -> None:
    cli.run("ask", "q", "--source", "docs", "--source", "infra", "--namespace", "shop", "--principal", "ops")
    _, filters = cli.services.asked[-1]
    assert filters.sources == ("docs", "infra")
    assert filters.namespaces == ("shop",)
    assert filters.principals == {"public", "ops"}
    cli.run("search", "q", "--json")
    assert cli.services.asked[-1][1].principals == {"public"}


def test_an_unknown_source_is_a_usage_error_that_lists_the_known(cli: Cli) -> None:
    for command in (
        ["ask", "q", "--source", "dcos"],
        ["search", "q", "--source", "dcos"],
        ["ingest", "dcos"],
    ):
        result = cli.run(*command)
        assert result.code == 2
        assert "use one of docs, infra" in result.err
        assert result.out == ""


def test_the_question_may_come_from_standard_input(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("how do I\nroll back?\n"))
    assert cli.run("ask", "-").code == 0
    assert cli.services.asked[-1][0] == "how do I\nroll back?"


@pytest.mark.parametrize("question", ["", "  ", "x" * 2001])
def test_a_question_of_no_use_is_a_usage_error(cli: Cli, question: str) -> None:
    assert cli.run("ask", question).code == 2
    assert cli.services.asked == []


def test_run_says_that_there_is_no_script(cli: Cli) -> None:
    result = cli.run("ask", "q", "--run", "--json")
    assert "no script" in result.err
    assert result.json["script"] is None


def test_an_empty_index_says_what_to_run(cli: Cli) -> None:
    cli.services.documents.clear()
    result = cli.run("ask", "q")
    assert result.code == 1
    assert "run `kubelore ingest` first" in result.err
    assert "Traceback" not in result.err


def test_search_lists_passages_and_k_is_bounded(cli: Cli) -> None:
    result = cli.run("search", "roll back", "-k", "1")
    assert re.search(r"^ 1\. Checkout  docs/guides/checkout\.md:1  0\.912$", result.out, re.M)
    assert cli.run("search", "x", "-k", "1", "--json").json["results"][0]["document_id"] == DOC.id
    assert cli.run("search", "x", "-k", "0").code == 2
    assert cli.run("search", "x", "-k", "101").code == 2


def test_text_cannot_command_the_terminal() -> None:
    assert clean("a\x1b[2Jb\x9bc\u202ed\r\ne\tf") == "a\ufffd[2Jb\ufffdc\ufffdd\ne\tf"


@pytest.mark.parametrize(
    ("path", "anchor", "expected"),
    [
        ("a.md", "L3-L9", "a.md:3-9"),
        ("a.md", "L3", "a.md:3"),
        ("a.md", "x", "a.md#x"),
        (None, "b1", "b1"),
        ("a", "", "a"),
    ],
)
def test_places_are_written_for_editors(path: str | None, anchor: str, expected: str) -> None:
    assert where(path, anchor) == expected


def test_a_place_in_a_wiki_is_its_source_and_link() -> None:
    assert place_of("wiki", None, "title-text", "https://wiki.example/1#title-text") == "wiki"
    assert place_of("prod", None, "spec", "") == "prod/spec"
    assert place_of("docs", "a.md", "L3", "https://git.example/a.md#L3") == "docs/a.md:3"


def test_on_a_terminal_sources_are_links_and_no_color_is_honoured(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.console import Console

    from api.commands.show_answer import show_answer

    answer = cli.services.ask("q", services_filters())
    shown = io.StringIO()
    show_answer(answer, cli.services.settings, Console(file=shown, force_terminal=True, width=100))
    file = (cli.config.parent / "guides/checkout.md").as_uri()
    assert re.search(rf"\x1b\]8;[^;]*;{re.escape(file)}\x1b\\", shown.getvalue())
    assert "\x1b[36" in shown.getvalue() or ";36m" in shown.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    plain = io.StringIO()
    show_answer(answer, cli.services.settings, Console(file=plain, force_terminal=True, width=100))
    assert not re.search(r"\x1b\[(?:\d+;)*3\dm", plain.getvalue())


def services_filters() -> Any:
    from index.search_types import Filters

    return Filters()


# ingest


def test_ingest_prints_a_row_a_source_and_what_was_left_out(cli: Cli) -> None:
    result = cli.run("ingest")
    assert result.code == 0
    header, docs, infra = (line.split() for line in result.out.splitlines())
    assert header[:3] == ["source", "seen", "indexed"]
    assert docs[:3] == ["docs", "3", "2"]
    assert infra[0] == "infra"
    assert "reading docs" in result.err
    assert "docs: 1 left out by rule" in result.err


def test_ingest_passes_its_options_on(cli: Cli) -> None:
    cli.run("ingest", "docs", "--full", "--dry-run", "--confirm-deletions")
    options = cli.services.options[0]
    assert options.sources == ("docs",)
    assert (options.full, options.dry_run, options.confirm_deletions) == (True, True, True)


def test_ingest_json_is_the_run_with_every_item(cli: Cli) -> None:
    run = cli.run("ingest", "--json").json
    assert run["sources"][0]["items"][0]["reason"] == "binary file"
    assert run["seen"] == run["indexed"] + run["unchanged"] + run["skipped"] + run["failed"]


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        (a_row("docs", failed=1, status="done_with_failures"), 1, ""),
        (a_row("docs", error="the brake", status="refused"), 1, "docs: the brake"),
        (a_row("docs", error="away", unreachable=True, status="failed"), 3, "docs: away"),
    ],
)
def test_exit_codes_of_ingest(cli: Cli, row: Any, code: int, words: str) -> None:
    cli.services.rows = [row, a_row("infra")]
    result = cli.run("ingest")
    assert result.code == code
    assert words in result.err


# errors


@pytest.mark.parametrize(
    ("error", "code"),
    [(UnreachableError("chroma is away"), 3), (RefusedError("brake"), 1), (KeyboardInterrupt(), 130)],
)
def test_errors_of_our_tree_are_one_message(cli: Cli, error: Any, code: int) -> None:
    cli.services.error = error
    result = cli.run("ask", "q")
    assert result.code == code
    assert result.out == ""
    assert result.err.startswith("error: ")
    assert len(result.err.splitlines()) == 1


def test_an_error_with_json_is_still_one_document(cli: Cli) -> None:
    cli.services.error = UnreachableError("chroma is away")
    result = cli.run("ask", "q", "--json")
    assert result.json == {"error": {"type": "UnreachableError", "message": "chroma is away"}, "exit_code": 3}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", "x", "-k", "0"], "greater than or equal to 1"),
        (["ask"], "Missing argument"),
        (["nonsense"], "No such command"),
        (["ask", "q", "--nope"], "No such option"),
    ],
)
def test_wrong_usage_with_json_is_one_document_too(cli: Cli, arguments: list[str], message: str) -> None:
    result = cli.run(*arguments, "--json")
    assert (result.code, result.json["exit_code"]) == (2, 2)
    assert message in result.json["error"]["message"]
    assert message in result.err


def test_an_error_of_the_operating_system_is_one_message(cli: Cli) -> None:
    cli.services.error = PermissionError(13, "Permission denied", "/srv/state")
    result = cli.run("ask", "q", "--json")
    assert result.json == {
        "error": {"type": "PermissionError", "message": "/srv/state: Permission denied"},
        "exit_code": 1,
    }
    assert (result.code, result.err) == (1, "error: /srv/state: Permission denied\n")


def test_a_defect_shows_its_traceback_and_still_one_document(cli: Cli) -> None:
    cli.services.error = RuntimeError("lost")
    result = cli.run("ask", "q", "--json")
    assert (result.code, result.json["error"]["type"]) == (1, "RuntimeError")
    assert "Traceback" in result.err
    assert "lost" not in result.out


def test_a_state_folder_that_is_a_file_is_a_problem_with_its_line(cli: Cli) -> None:
    (cli.config.parent / "state").write_text("")
    result = cli.run("config", "check")
    assert result.code == 2
    assert f"{cli.config}:4: index.path: {cli.config.parent / 'state'} is a file" in result.err


def test_debug_shows_the_traceback(cli: Cli) -> None:
    cli.services.error = UnreachableError("away")
    assert "Traceback" in cli.run("--debug", "ask", "q").err


def test_a_wrong_configuration_is_exit_code_2_with_every_problem(cli: Cli) -> None:
    cli.config.write_text("sources:\n  - {name: a, type: fils}\nindx: {}\n")
    for command in (["config", "check"], ["ask", "q"], ["ingest"], ["status"], ["doctor"], ["serve"]):
        result = cli.run(*command)
        assert result.code == 2
        assert f"{cli.config}:2: sources[0]: unknown source type 'fils'; did you mean `files`?" in result.err
        assert f"{cli.config}:3: indx: unknown key; did you mean `index`?" in result.err


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["ask"], ["ask", "q", "--nope"], ["search", "q", "-k", "many"]]
)
def test_wrong_usage_is_exit_code_2_without_a_traceback(cli: Cli, arguments: list[str]) -> None:
    result = cli.run(*arguments)
    assert result.code == 2
    assert result.out == ""
    assert "error: " in result.err
    assert "Traceback" not in result.err


# the rest


def test_config_check_counts_the_sources(cli: Cli) -> None:
    assert cli.run("config", "check").out.startswith("ok: 2 sources")


def test_a_missing_folder_is_named_with_its_line_and_stops_no_other_command(cli: Cli) -> None:
    cli.config.write_text(cli.config.read_text().replace("terraform, path: .", "terraform, path: gone"))
    cli.services.settings = load_settings(cli.config, {})
    expected = (
        f"{cli.config}:3: sources[1].path: {cli.config.parent / 'gone'} does not exist; correct the path"
    )
    checked = cli.run("config", "check")
    assert (checked.code, checked.out) == (2, "")
    assert expected in checked.err
    doctor = cli.run("doctor")
    assert doctor.code == 1
    assert f"FAIL configuration: {expected}" in doctor.out
    for command in (["ask", "q"], ["search", "q"], ["status"]):
        assert cli.run(*command).code == 0


def test_status_shows_sources_and_problems(cli: Cli) -> None:
    result = cli.run("status")
    assert result.code == 0
    assert re.search(r"^docs +files +1 +never +never", result.out, re.M)
    assert "problem: infra: it was never read" in result.err
    body = cli.run("status", "--json").json
    assert [source["documents"] for source in body["sources"]] == [1, 1]
    assert body["problems"] == ["infra: it was never read"]
    assert body["runs"] == []


def test_doctor_fails_if_a_check_does(cli: Cli) -> None:
    assert cli.run("doctor").code == 0
    cli.services.documents.clear()
    result = cli.run("doctor")
    assert result.code == 1
    assert "FAIL index: empty" in result.out


def test_eval_scores_a_question_file(cli: Cli, tmp_path: Path) -> None:
    questions = tmp_path / "q.jsonl"
    rows = [
        {"id": "1", "question": "roll back?", "kind": "how", "must_include": ["rollout undo"],
         "gold": [{"path": "guides/checkout.md", "quote": "Roll back"}]},
        {"id": "2", "question": "the weather?", "kind": "none", "gold": [], "must_include": []},
    ]  # fmt: skip
    questions.write_text("\n".join(map(json.dumps, rows)))
    overall = cli.run("eval", str(questions), "--json").json["overall"]
    assert (overall["n"], overall["recall@5"], overall["answer_accuracy"]) == (2, 1.0, 1.0)
    assert overall["abstention_recall"] == 1.0
    cli.run("eval", str(questions), "--json", "--principal", "ops")
    assert cli.services.asked[-1][1].principals == {"ops", "public"}
    assert re.search(r"^recall@5 +1 +1", cli.run("eval", str(questions)).out, re.M)
    assert cli.run("eval", str(tmp_path / "none.jsonl")).code == 2


def test_version(cli: Cli) -> None:
    assert re.fullmatch(r"kubelore \S+\n", cli.run("version").out)


# The process


def kubelore(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kubelore", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False, **options
    )


@pytest.mark.parametrize("arguments", [["--help"], ["version"], ["ask", "--help"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys, api.cli; code = api.cli.main(sys.argv[1:]);"
        "print(*sorted({name.split('.')[0] for name in sys.modules})); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    heavy = {"torch", "chromadb", "llama_index", "sentence_transformers", "onnxruntime", "numpy", "fastapi",
             "sqlalchemy", "tantivy", "apscheduler", "mcp", "mcp_types"}  # fmt: skip
    assert loaded & heavy == set()
    assert "typer" in loaded


def test_a_closed_pipe_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "kubelore", "--help"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_serve_answers_and_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    port = free_port()
    config = write_config(tmp_path, f"api: {{port: {port}}}\n")
    command = [sys.executable, "-m", "kubelore", "--config", str(config), "serve"]
    server = subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"}
    )
    try:
        assert wait_for(f"http://127.0.0.1:{port}/healthz") == {"status": "ok"}
        second = kubelore("--config", str(config), "serve")
        assert second.returncode == 1
        assert "choose another `api.port`" in second.stderr
        assert "serving" not in second.stderr
    finally:
        server.send_signal(signal.SIGTERM)
        _, err = server.communicate(timeout=60)
    assert server.returncode == 0
    assert "Traceback" not in err
    assert f"serving http://127.0.0.1:{port}" in err


def free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(url: str) -> Any:
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return json.load(response)
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


def test_the_generated_reference_is_current() -> None:
    for path, text in reference.pages().items():
        assert path.read_text(encoding="utf-8") == text, "run `make docs`"
