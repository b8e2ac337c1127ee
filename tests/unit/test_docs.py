"""The documentation says what is so: layers, links, commands, configuration, version."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.exceptions import TyperException

from api import settings
from api.cli import app
from connectors.confluence.hints import SCOPES
from tests.unit.markdown_docs import (
    PAGES,
    ROOT,
    anchors,
    commands,
    fences,
    links,
    make_targets,
    mentioned_commands,
)

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACT = next(c for c in PROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
LAYERS = [[name.strip() for name in layer.split("|")] for layer in CONTRACT["layers"]]
FOLDERS = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
ARCHITECTURE = ROOT / "docs" / "architecture.md"
INCOMPLETE = {"MissingParameter", "NoArgsIsHelpError"}
"""A command that the text only mentions may lack its question, its file or its subcommand."""
VARIABLE = re.compile(r"\$\{(\w+)")


def layers_on_the_page() -> list[list[str]]:
    text = next(f.text for f in fences(ARCHITECTURE) if f.language == "text")
    return [[name.strip() for name in line.split("|")] for line in text.splitlines()]


def test_the_layers_are_those_of_the_contract() -> None:
    launcher, *rest = layers_on_the_page()

    assert launcher == ["kubelore"]
    assert rest == LAYERS
    assert {name for layer in LAYERS for name in layer} == set(FOLDERS) - {"kubelore"}
    assert all((ROOT / name / "__init__.py").exists() for name in FOLDERS)


def test_the_diagram_has_the_same_folders_and_points_down() -> None:
    diagram = next(f.text for f in fences(ARCHITECTURE) if f.language == "mermaid")
    edges = re.findall(r"(\w+)(?:\[[^\]]*\])? --> (\w+)", diagram)
    height = {name: i for i, layer in enumerate(layers_on_the_page()) for name in layer}

    assert {name for edge in edges for name in edge} == set(FOLDERS)
    assert all(height[above] < height[below] for above, below in edges)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_relative_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_are_real(page: Path) -> None:
    if page.name == "commands.md":
        pytest.skip("generated from the parser")
    for arguments in commands(page):
        parse(arguments)
    for arguments in mentioned_commands(page):
        try:
            parse(arguments)
        except TyperException as error:
            assert type(error).__name__ in INCOMPLETE, arguments  # noqa: PT017


def parse(arguments: list[str]) -> None:
    """Raises what the command line would say of wrong usage; runs nothing."""
    command: Any = typer.main.get_command(app)
    context = command.make_context("kubelore", list(arguments))
    rest = [*getattr(context, "_protected_args", ()), *context.args]
    while hasattr(command, "resolve_command"):
        name, command, rest = command.resolve_command(context, rest)
        context = command.make_context(name, list(rest), parent=context)
        rest = [*getattr(context, "_protected_args", ()), *context.args]


def test_editors_are_told_commands_that_are_real() -> None:
    page = ROOT / "docs" / "how-to" / "use-in-an-editor.md"
    told = [json.loads(fence.text) for fence in fences(page) if fence.language == "json"]
    servers = [one["kubelore"] for settings_of in told for one in settings_of.values()]

    assert len(servers) == 2
    for server in servers:
        assert Path(server["command"]).name == "kubelore"
        parse(server["args"])


@pytest.mark.parametrize("arguments", [["nonsense"], ["ask", "a", "--wrong"], ["ask"], ["config", "chekc"]])
def test_the_check_of_commands_finds_mistakes(arguments: list[str]) -> None:
    with pytest.raises(TyperException):
        parse(arguments)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_make_targets_exist(page: Path) -> None:
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert make_targets(page) <= known


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_configuration_examples_are_valid(page: Path, tmp_path: Path) -> None:
    for fence in fences(page):
        if fence.language == "yaml" and is_configuration(fence.text):
            validate(fence.text, tmp_path)


def is_configuration(text: str) -> bool:
    # Variables may stand where YAML allows no braces.
    data = yaml.safe_load(VARIABLE.sub("X", text).replace("X}", "X"))
    return isinstance(data, dict) and bool(set(settings.Settings.model_fields) & set(data))


def validate(text: str, folder: Path) -> settings.Settings:
    """The settings of a configuration whose folders exist and whose variables are set."""
    home = folder / "team" / "kubelore"
    home.mkdir(parents=True, exist_ok=True)
    if "sources:" not in text:
        text += "\nsources: [{name: all, type: files, path: .}]\n"
    text = re.sub(r"path: /", f"path: {folder}/", text)
    for path in re.findall(r"\bpath: ([^\s,}]+)", text):
        (home / path).mkdir(parents=True, exist_ok=True)
    file = home / "config.yaml"
    file.write_text(text, encoding="utf-8")
    variables = {name: f"value-of-{name}" for name in VARIABLE.findall(text)}
    return settings.load_settings(file, variables)


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("0*.md")), ids=lambda p: p.stem)
def test_decisions_have_one_form_and_are_listed(page: Path) -> None:
    parts = re.findall(r"^## (\w+)", page.read_text(encoding="utf-8"), re.MULTILINE)

    assert parts == ["Context", "Decision", "Consequences", "Figures"]
    assert page.name in set(links(page.parent / "README.md"))


def test_the_readme_shows_a_whole_answer() -> None:
    # Its code blocks must not end the block that shows it.
    first = next(fences(ROOT / "README.md")).text
    assert first.startswith("$ kubelore ask ")
    assert re.search(r"^Confidence \d+% · \d+ ms$", first, re.MULTILINE)


def test_the_changelog_has_this_version() -> None:
    version = PROJECT["project"]["version"]
    assert re.search(rf"^## \[{re.escape(version)}\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_no_installed_distribution_owns_our_folder_names() -> None:
    owners = packages_distributions()
    strangers = {name: set(owners.get(name, ())) - {"kubelore"} for name in FOLDERS}

    assert strangers == {name: set() for name in FOLDERS}


def test_the_guide_to_oauth_names_every_scope_that_a_message_may_ask_for() -> None:
    guide = (ROOT / "docs" / "how-to" / "connect-confluence-with-oauth.md").read_text(encoding="utf-8")
    listed = next(fence for fence in guide.split("```") if fence.startswith("text\n")).split()[1:]

    for _, wanted in SCOPES:
        assert {word for word in wanted.split() if ":" in word} & set(listed), wanted
