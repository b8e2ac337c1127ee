"""The configuration file: what it accepts, and what each mistake is answered with."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import (
    FilesSource,
    NotionSource,
    Settings,
    SettingsError,
    folder_problems,
    load_settings,
)

SOURCE = "sources:\n  - {name: docs, type: files, path: .}\n"


def load(tmp_path: Path, text: str, **environment: str) -> Settings:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path, environment)


def problems(tmp_path: Path, text: str, **environment: str) -> list[tuple[int, str, str]]:
    """(line, place, message) of each problem."""
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, text, **environment)
    assert str(caught.value).count("\n") == len(caught.value.problems) - 1
    for problem in caught.value.problems:
        assert f"config.yaml:{problem.line}: " in str(caught.value)
        assert problem.remedy
    return [(p.line, p.place, f"{p.text}; {p.remedy}") for p in caught.value.problems]


def test_the_shortest_configuration_gets_the_documented_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path, SOURCE)
    assert settings.index.path == tmp_path / "data/state"
    assert settings.index.server is None
    assert (settings.index.embedding.model, settings.index.embedding.backend) == ("default", "onnx")
    assert settings.answers.llm is None
    assert (settings.schedule.cron, settings.schedule.timezone) == ("0 2 * * *", "UTC")
    assert (settings.api.host, settings.api.port, settings.api.auth) == ("127.0.0.1", 8080, None)
    assert settings.sources[0].access == ("public",)


def test_the_configuration_of_the_contract_is_valid(tmp_path: Path) -> None:
    for name in ("infra", "runbooks", "conf"):
        (tmp_path / name).mkdir()
    text = """\
sources:
  - {name: handbook, type: confluence, url: https://acme.atlassian.net/wiki, spaces: [OPS],
     email: ${CONFLUENCE_EMAIL}, token: ${CONFLUENCE_TOKEN}}
  - {name: wiki,     type: notion, token: ${NOTION_TOKEN}, roots: []}
  - {name: infra,    type: terraform, path: ../infra, url: https://github.com/acme/infra/blob/main}
  - {name: prod,     type: kubernetes, context: prod}
  - {name: runbooks, type: files, path: ../runbooks, include: ["**/*.md"], url: https://github.com/acme/runbooks/blob/main}
  - {name: metrics,  type: prometheus, url: http://prometheus:9090}
index:   {path: data/state, server: null, embedding: {model: default, backend: onnx}}
answers: {llm: {base_url: "http://localhost:11434/v1", model: "qwen2.5:7b", api_key: ${LLM_KEY}}}
schedule: {cron: "0 2 * * *", timezone: UTC}
api:     {host: 127.0.0.1, port: 8080, auth: null}
"""
    settings = load(
        tmp_path / "conf",
        text,
        CONFLUENCE_EMAIL="a@b",
        CONFLUENCE_TOKEN="s3cret",
        NOTION_TOKEN="n0tion",
        LLM_KEY="k3y",
    )
    assert [source.type for source in settings.sources] == [
        "confluence", "notion", "terraform", "kubernetes", "files", "prometheus",
    ]  # fmt: skip
    files = settings.sources[4]
    assert isinstance(files, FilesSource)
    assert files.path == tmp_path / "runbooks"
    notion = settings.sources[1]
    assert isinstance(notion, NotionSource)
    assert notion.token is not None
    assert notion.token.get_secret_value() == "n0tion"
    for secret in ("s3cret", "n0tion", "k3y"):
        assert secret not in repr(settings)
        assert secret not in settings.model_dump_json()


def test_the_configuration_that_the_project_brings_is_valid() -> None:
    settings = load_settings(Path(__file__).parents[2] / "config.yaml", {})
    assert [source.name for source in settings.sources] == ["runbooks", "infra", "shop"]


@pytest.mark.parametrize(
    ("login", "remedy"),
    [
        ("user: a", "give `user` and `password`, or neither"),
        ("user: a, password: b, token: c", "give either `token`, or `user` and `password`"),
        ("labels: {a-b: c}", "this is no name of a label"),
    ],
)
def test_a_login_of_prometheus_is_one_of_its_kinds(tmp_path: Path, login: str, remedy: str) -> None:
    text = f"sources:\n  - {{name: m, type: prometheus, url: http://x, {login}}}\n"

    assert any(remedy in " ".join(map(str, one)) for one in problems(tmp_path, text))


@pytest.mark.parametrize(
    ("written", "environment", "expected"),
    [
        ("${A}", {"A": "one"}, "one"),
        ("x-${A}-${B:-two}", {"A": "one"}, "x-one-two"),
        ("${A:-default}", {"A": ""}, "default"),
        ("'${A:-a, b: c}'", {}, "a, b: c"),
        ("a$$b", {}, "a$b"),
        ("'$${A}'", {}, "${A}"),
        ("cost$5", {}, "cost$5"),
        ('"${A}"', {"A": 'quote " and \\ and # and ${B}'}, 'quote " and \\ and # and ${B}'),
    ],
)
def test_variables(tmp_path: Path, written: str, environment: dict[str, str], expected: str) -> None:
    settings = load(tmp_path, f"{SOURCE}index: {{embedding: {{model: {written}}}}}\n", **environment)
    assert settings.index.embedding.model == expected


def test_variables_in_comments_are_not_asked_for(tmp_path: Path) -> None:
    assert load(tmp_path, SOURCE + "# token: ${NOT_SET}\n").sources[0].name == "docs"


def test_a_number_may_come_from_a_variable(tmp_path: Path) -> None:
    assert load(tmp_path, SOURCE + "api: {port: ${PORT}}\n", PORT="9000").api.port == 9000


def test_tokens_come_from_the_environment_and_are_hidden(tmp_path: Path) -> None:
    settings = load(tmp_path, SOURCE + "api:\n  auth:\n    tokens:\n      ${T}: [ops]\n", T="hunter22")
    assert settings.api.auth is not None
    ((token, principals),) = settings.api.auth.tokens.items()
    assert (token.get_secret_value(), principals) == ("hunter22", ("ops",))
    assert "hunter22" not in repr(settings)


def test_anchors_and_merge_keys_work(tmp_path: Path) -> None:
    text = "sources:\n  - &a {name: a, type: files, path: ., exclude: [x]}\n  - {<<: *a, name: b}\n"
    second = load(tmp_path, text).sources[1]
    assert isinstance(second, FilesSource)
    assert (second.name, second.exclude) == ("b", ("x",))


MISTAKES = [
    ("unknown key", SOURCE + "shedule: {}\n", 3, "shedule", "did you mean `schedule`?"),
    (
        "nested unknown key",
        SOURCE + "index:\n  embedding:\n    modell: x\n",
        5,
        "index.embedding.modell",
        "`model`",
    ),
    (
        "unknown key of a source",
        SOURCE.replace("}", ",\n     inclde: []}"),
        3,
        "sources[0].inclde",
        "`include`",
    ),
    (
        "unlike any key",
        SOURCE + "api: {zzzzzz: 1}\n",
        3,
        "api.zzzzzz",
        "use one of `host`, `port`, `hosts`, `auth`",
    ),
    (
        "unknown type",
        "sources:\n  - {name: a, type: fils, path: .}\n",
        2,
        "sources[0]",
        "did you mean `files`?",
    ),
    ("no type", "sources:\n  - {name: a, path: .}\n", 2, "sources[0]", "`type` is missing; add one of"),
    ("no name", "sources:\n  - {type: files, path: .}\n", 2, "sources[0].name", "missing"),
    (
        "bad name",
        "sources:\n  - {name: a/b, type: files, path: .}\n",
        2,
        "sources[0].name",
        "letters, digits",
    ),
    (
        "both",
        SOURCE + "  - {name: k, type: kubernetes, path: ., context: c}\n",
        3,
        "sources[1]",
        "either `path`",
    ),
    ("neither", SOURCE + "  - {name: k, type: kubernetes}\n", 3, "sources[1]", "either `path` or `context`"),
    (
        "two clusters",
        SOURCE + "  - {name: k, type: kubernetes, context: c, in_cluster: true}\n",
        3,
        "sources[1]",
        "either `path` or `context`",
    ),
    (
        "kinds of files",
        SOURCE + "  - {name: k, type: kubernetes, path: ., kinds: {include: [Pod]}}\n",
        3,
        "sources[1]",
        "`kinds` is of a live cluster",
    ),
    ("same name", SOURCE + "  - {name: docs, type: files, path: .}\n", 3, "sources[1].name", "(line 2)"),
    ("wrong type", SOURCE + "api:\n  port: many\n", 4, "api.port", "expected a whole number, found text"),
    ("out of range", SOURCE + "api: {port: 70000}\n", 3, "api.port", "65535"),
    ("list wanted", SOURCE.replace("}", ", access: public}"), 2, "sources[0].access", "expected a list"),
    ("nobody", SOURCE.replace("}", ", access: []}"), 2, "sources[0].access", "at least one"),
    ("mapping wanted", SOURCE + "index: here\n", 3, "index", "expected keys with values, found text"),
    ("cron", SOURCE + "schedule: {cron: '0 2 * *'}\n", 3, "schedule.cron", "five fields"),
    ("cron value", SOURCE + "schedule: {cron: '0 25 * * *'}\n", 3, "schedule.cron", "five fields"),
    ("cron day", SOURCE + "schedule: {cron: '0 2 * * 8'}\n", 3, "schedule.cron", "five fields"),
    ("zone", SOURCE + "schedule: {timezone: Europe/Belrin}\n", 3, "schedule.timezone", "`Europe/Berlin`"),
    (
        "choice",
        SOURCE + "index: {embedding: {backend: gpu}}\n",
        3,
        "index.embedding.backend",
        "'onnx' or 'torch'",
    ),
    ("address", SOURCE.replace("}", ", url: github.com/a}"), 2, "sources[0].url", "https://"),
    (
        "variable",
        SOURCE + "answers:\n  llm:\n    base_url: ${NO}\n    model: m\n",
        5,
        "",
        "NO is not set; export NO=…",
    ),
    ("reference", SOURCE + "index: {embedding: {model: '${A-b}'}}\n", 3, "", "no variable reference"),
    ("unclosed", SOURCE + "index:\n  path: 'x${A'\n", 4, "", "no variable reference"),
    (
        "twice",
        SOURCE + "api: {}\nindex: {}\napi: {}\n",
        5,
        "",
        "the key `api` is given twice (first in line 3)",
    ),
    ("syntax", SOURCE + "api: {port: [}\n", 3, "", "no valid YAML"),
    ("tab", "sources:\n\t- x\n", 2, "", "no valid YAML"),
    ("empty", "# nothing\n", 1, "", "empty"),
    ("a list", "- a\n", 1, "", "must begin with `sources:`"),
    ("no sources", "api: {}\n", 1, "sources", "missing"),
    ("zero sources", "sources: []\n", 1, "sources", "at least one"),
    (
        "blank secret",
        "sources:\n  - {name: n, type: notion, token: ''}\n",
        2,
        "sources[0].token",
        "secret is empty",
    ),
    *(
        (
            f"{kind} with {keys or 'neither'}",
            f"sources:\n  - name: n\n    type: {kind}\n{keys}",
            2,
            "sources[0]",
            "give either",
        )
        for kind, keys in [
            ("confluence", ""),
            ("confluence", "    url: https://x.test\n"),
            ("confluence", "    token: t\n"),
            ("confluence", "    url: https://x.test\n    token: t\n    export: x.zip\n"),
            ("confluence", "    email: a@b\n    export: x.zip\n"),
            ("confluence", "    oauth: {client_id: a, client_secret: b}\n"),
            ("confluence", "    oauth: {client_id: a, client_secret: b}\n    export: x.zip\n"),
            ("notion", ""),
            ("notion", "    token: t\n    export: x.zip\n"),
            ("notion", "    roots: [a]\n    export: x.zip\n"),
        ]
    ),
]


APP = "client_id: a, client_secret: b"
OAUTH_MISTAKES = [
    (
        f"    token: t\n    oauth: {{{APP}}}\n",
        "sources[0]",
        "either `token` (with `email`), or `oauth`; remove",
    ),
    (
        f"    email: a@b\n    oauth: {{{APP}}}\n",
        "sources[0]",
        "remove `token` and `email` to connect as an app",
    ),
    ("    oauth: {client_id: a}\n", "sources[0].oauth.client_secret", "missing"),
    ("    oauth: {client_id: '', client_secret: b}\n", "sources[0].oauth.client_id", "empty"),
    ("    oauth: {client_id: a, client_secret: ''}\n", "sources[0].oauth.client_secret", "secret is empty"),
    (f"    oauth: {{{APP}, refresh: r}}\n", "sources[0].oauth.refresh", "did you mean `refresh_token`?"),
    (f"    oauth: {{{APP}, cloud_id: https://x}}\n", "sources[0].oauth.cloud_id", "/_edge/tenant_info"),
    (f"    cloud: false\n    oauth: {{{APP}, cloud_id: x}}\n", "sources[0]", "remove `oauth.cloud_id`, or"),
    (f"    cloud: false\n    oauth: {{{APP}, refresh_token: r}}\n", "sources[0]", "`oauth.redirect_uri`"),
]


@pytest.mark.parametrize(("keys", "place", "words"), OAUTH_MISTAKES)
def test_each_mistake_about_oauth_is_one_message_with_its_remedy(
    tmp_path: Path, keys: str, place: str, words: str
) -> None:
    text = f"sources:\n  - name: n\n    type: confluence\n    url: https://x.test/wiki\n{keys}"
    ((_, found_place, message),) = problems(tmp_path, text)
    assert found_place == place
    assert words in message


def test_an_app_is_configured_with_the_address_of_the_site(tmp_path: Path) -> None:
    text = (
        "sources:\n  - name: n\n    type: confluence\n    url: https://api.atlassian.com/ex/confluence/1-2/wiki\n"
        f"    oauth: {{{APP}}}\n"
    )
    ((_, place, message),) = problems(tmp_path, text)
    assert place == "sources[0]"
    assert (
        "write https://<site>.atlassian.net/wiki, and the id after /ex/confluence/ as `oauth.cloud_id`"
        in message
    )


@pytest.mark.parametrize(
    ("text", "line", "place", "words"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_each_mistake_is_one_message_with_its_line(
    tmp_path: Path, text: str, line: int, place: str, words: str
) -> None:
    ((found_line, found_place, message),) = problems(tmp_path, text)
    assert (found_line, found_place) == (line, place)
    assert words in message


def test_a_missing_folder_is_told_but_does_not_stop_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("x")
    text = SOURCE + (
        "  - name: a\n    type: terraform\n    path: gone\n"
        "  - {name: b, type: kubernetes, path: page.md}\n  - {name: c, type: kubernetes, context: c}\n"
    )
    settings = load(tmp_path, text, UNUSED="")
    first, second = folder_problems(tmp_path / "config.yaml", settings)
    assert (first.line, first.place) == (5, "sources[1].path")
    assert first.text == f"{tmp_path / 'gone'} does not exist"
    assert "correct the path" in first.remedy
    assert (second.line, second.place) == (6, "sources[2].path")
    assert "is a file, not a folder" in second.text


def test_the_folder_of_a_model_must_hold_one_and_a_name_of_the_hub_need_not_be_known(tmp_path: Path) -> None:
    (tmp_path / "models" / "nli").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "config.json").write_text("{}")
    text = (
        SOURCE + "index:\n  reranker:\n    model: ./gone\nanswers:\n  llm:\n    base_url: http://x.test/v1\n"
        "    model: m\n    nli: {model: models/nli}\n"
    )
    settings = load(tmp_path, text)
    assert settings.index.reranker is not None
    assert (settings.index.reranker.candidates, settings.index.reranker.weight) == (10, 0.5)
    gone, empty = folder_problems(tmp_path / "config.yaml", settings)
    assert (gone.line, gone.place, gone.text) == (
        5,
        "index.reranker.model",
        f"{tmp_path}/gone does not exist",
    )
    assert (empty.line, empty.place) == (10, "answers.llm.nli.model")
    assert empty.text == f"{tmp_path}/models/nli holds no config.json"
    for name in ("here", "acme/ranker", "~/none/../.."):
        settings = load(tmp_path, SOURCE + f"index: {{reranker: {{model: {name}}}}}\n")
        told = folder_problems(tmp_path / "config.yaml", settings)
        assert bool(told) is name.startswith("~")


def test_an_export_is_a_file_below_the_configuration(tmp_path: Path) -> None:
    text = (
        "sources:\n  - {name: a, type: confluence, export: a.zip, url: https://x.test/wiki, spaces: [OPS]}\n"
        "  - {name: b, type: notion, export: gone.zip}\n"
    )
    (tmp_path / "a.zip").write_bytes(b"")
    settings = load(tmp_path, text)
    assert isinstance(settings.sources[1], NotionSource)
    assert settings.sources[1].export == tmp_path / "gone.zip"
    [missing] = folder_problems(tmp_path / "config.yaml", settings)
    assert (missing.line, missing.place) == (3, "sources[1].export")
    assert missing.text == f"{tmp_path / 'gone.zip'} is no file"


def test_all_mistakes_are_reported_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = """\
sources:
  - {name: a, type: notion, token: "${MISSING}"}
  - {name: a, type: terraform, path: nowhere}
answer: {}
schedule: {timezone: Mars/Olympus}
api: {port: x, hots: y}
"""
    found = problems(tmp_path, text)
    assert [(line, place) for line, place, _ in found] == [
        (2, ""), (3, "sources[1].name"), (4, "answer"),
        (5, "schedule.timezone"), (6, "api.hots"), (6, "api.port"),
    ]  # fmt: skip


def test_no_message_shows_a_token(tmp_path: Path) -> None:
    text = SOURCE + "api: {auth: {tokens: {hunter22-long: x, hunter22-long: []}}}\n"
    found = problems(tmp_path, text)
    assert len(found) >= 2
    assert "hunter22" not in str(found)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00x", b"sources: [\x00]"])
def test_a_file_that_is_no_text_is_one_problem(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(data)
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    assert len(caught.value.problems) == 1


def test_a_missing_file_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file; name yours with --config"):
        load_settings(tmp_path / "none.yaml")
