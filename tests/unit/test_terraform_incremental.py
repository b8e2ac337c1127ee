"""A crawl after changes to a Terraform tree says what a crawl of everything says, and reads little for it."""

from __future__ import annotations

import json
import os
import random
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import TemporaryError
from connectors.filetree.walk import FileEntry, FileTree, TextFile
from connectors.terraform.connector import TerraformConnector
from tests.effort import cases
from tests.unit.tree_crawls import Crawls

_FOLDERS = ("", "apps/shop", "apps/cart", "modules/db", "modules/db/inner", "modules/net")
_NAMES = ("size", "zone", "password_hint", "token")
_VALUES = st.sampled_from(
    ['"small"', '"large"', '"Kq83xTz61mWv"', "3", "local.kept", "var.zone", '["a", "b"]']
)
_name = st.sampled_from(_NAMES)


def _relative(target: str, folder: str) -> str:
    path = os.path.relpath(target or ".", folder or ".")
    return path if path.startswith(".") else f"./{path}"


@st.composite
def _block(draw: st.DrawFn, folder: str) -> str:
    kind = draw(st.sampled_from(("variable", "locals", "module", "output", "resource", "comment", "setting")))
    name, value = draw(_name), draw(_VALUES)
    if kind == "variable":
        sensitive = draw(st.sampled_from(("", "  sensitive = true\n", "  sensitive = false\n")))
        said = draw(st.sampled_from(('"The size."', '"Another."', "local.kept")))
        default = draw(st.sampled_from(("", f"  default = {value}\n")))
        return f'variable "{name}" {{\n  description = {said}\n{default}{sensitive}}}\n'
    if kind == "locals":
        return f"locals {{\n  kept = {value}\n}}\n"
    if kind == "module":
        target = _relative(draw(st.sampled_from(_FOLDERS)), folder)
        return f'module "{name}" {{\n  source = "{target}"\n  {draw(_name)} = {value}\n}}\n'
    if kind == "output":
        return f'output "{name}" {{\n  value = var.{name}\n}}\n'
    if kind == "resource":
        return (
            f'resource "aws_thing" "{name}" {{\n  {draw(_name)} = "x-${{var.{name}}}"\n  y = local.kept\n}}\n'
        )
    return f"# {name}\n" if kind == "comment" else f"{name} = {value}\n"


@st.composite
def _file(draw: st.DrawFn) -> tuple[str, str]:
    folder = draw(st.sampled_from(_FOLDERS))
    name = draw(
        st.sampled_from(
            ("main.tf", "more.tf", "x.hcl", "shop.tfvars", "production.tfvars", "README.md", "j.tf.json")
        )
    )
    path = f"{folder}/{name}".lstrip("/")
    if name.endswith(".tfvars"):
        if draw(st.booleans()):
            path = f"variables/production/{name}"
        lines = draw(st.lists(st.tuples(_name, _VALUES), max_size=3, unique_by=lambda pair: pair[0]))
        return path, "".join(f"{key} = {value}\n" for key, value in lines) or "# none\n"
    if name == "README.md":
        return path, f"# Notes\n\nAbout {draw(_name)}.\n"
    if name == "j.tf.json":
        body = {"default": draw(_name), "sensitive": draw(st.booleans()), "description": draw(_name)}
        return path, json.dumps({"variable": {draw(_name): body}})
    return path, "\n".join(draw(st.lists(_block(folder), min_size=1, max_size=4)))


_edits = st.lists(
    st.one_of(
        _file(),  # written or replaced
        _file(),
        st.tuples(st.just("append"), st.integers(0, 99)),
        st.tuples(st.just("remove"), st.integers(0, 99)),
        st.tuples(st.just("move"), st.integers(0, 99)),
    ),
    min_size=1,
    max_size=3,
)


def _crawls(root: Path) -> Crawls:
    return Crawls(root, lambda root: TerraformConnector("infra", root), _FOLDERS)


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as settled at once: else every crawl would read again what the test has just written."""
    monkeypatch.setattr("connectors.filetree.connector._SETTLED_NS", -(10**18))


@settings(max_examples=cases(30), deadline=None)
@given(st.lists(_file(), min_size=2, max_size=9), st.lists(_edits, min_size=1, max_size=4))
def test_after_any_edits_a_crawl_says_what_a_full_crawl_says(
    files: list[tuple[str, str]], steps: list[list[tuple[str, Any]]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _crawls(Path(folder)).stays_right(files, steps)


class _Company:
    """Modules that call one another and share values; each edit changes one thing that one file says."""

    folders = ("apps/shop", "apps/cart", "apps/till", "modules/db", "modules/net")
    names = ("size", "zone", "label", "mode")

    def __init__(self, crawls: Crawls, seed: int) -> None:
        self._crawls = crawls
        self._random = random.Random(seed)
        self._modules: dict[str, dict[str, Any]] = {folder: self._module(folder) for folder in self.folders}
        names = ("production/shop", "staging/shop", "production/common", "staging/till", "production/other")
        self._values = {f"variables/{name}.tfvars": self._settings() for name in names}
        self._values["apps/cart/x.hcl"] = self._settings()
        self._write()

    def edit(self) -> None:
        """Changes one thing."""
        choose = self._random.choice
        module = self._modules[folder := choose(self.folders)]
        kind = choose(("variables", "kept", "calls", "used", "note", "values", "values", "module"))
        if kind == "values":
            values = self._values[choose(sorted(self._values))]
            values[choose(self.names)] = self._value()
            if self._random.random() < 0.3:
                values.pop(choose(self.names), None)
        elif kind == "module":
            self._modules[folder] = self._module(folder)
        elif kind == "variables":
            module[kind][choose(self.names)] = self._variable()
        elif kind == "calls":
            module[kind] = self._calls(folder)
        else:
            module[kind] = self._value()
        self._write()

    def _value(self) -> str:
        return self._random.choice(('"alpha"', '"bravo"', '"charlie"', '"delta-${var.zone}"'))

    def _variable(self) -> tuple[str, str, str]:
        chance = self._random.random
        said = self._random.choice(('"One."', '"Two."', "local.kept"))
        default = f"  default = {self._value()}\n" if chance() < 0.5 else ""
        return said, default, "  sensitive = true\n" if chance() < 0.2 else ""

    def _calls(self, folder: str) -> list[tuple[str, str, str]]:
        targets = [other for other in self.folders[3:] if other != folder]
        return [
            (
                _relative(target, folder),
                self._random.choice(self.names),
                self._random.choice(("var.size", self._value())),
            )
            for target in targets
            if self._random.random() < 0.6
        ]

    def _module(self, folder: str) -> dict[str, Any]:
        names = [name for name in self.names if self._random.random() < 0.6]
        variables = {name: self._variable() for name in names}
        return {
            "variables": variables,
            "kept": self._value(),
            "calls": self._calls(folder),
            "used": self._value(),
            "note": "",
        }

    def _settings(self) -> dict[str, str]:
        return {name: self._value() for name in self.names if self._random.random() < 0.5}

    def _write(self) -> None:
        texts = {
            path: "".join(f"{n} = {v}\n" for n, v in v.items()) or "# none\n"
            for path, v in self._values.items()
        }
        for folder, module in self._modules.items():
            texts[f"{folder}/vars.tf"] = f"# {folder}\n" + "".join(
                f'variable "{name}" {{\n  description = {said}\n{default}{sensitive}}}\n'
                for name, (said, default, sensitive) in module["variables"].items()
            )
            texts[f"{folder}/main.tf"] = (
                f"# {module['note']}\nlocals {{\n  kept = {module['kept']}\n}}\n"
                + "".join(
                    f'module "m{number}" {{\n  source = "{source}"\n  {name} = {value}\n}}\n'
                    for number, (source, name, value) in enumerate(module["calls"])
                )
            )
            uses = "".join(f"  {name} = var.{name}\n" for name in self.names)
            texts[f"{folder}/use.tf"] = (
                f'resource "thing" "x" {{\n{uses}  own = {module["used"]}\n  k = local.kept\n}}\n'
            )
        for path, text in texts.items():
            file = self._crawls.root / path
            if not file.exists() or file.read_text() != text:
                self._crawls.write(path, text)


@settings(max_examples=cases(15), deadline=None)
@given(st.integers(0, 2**32))
def test_after_each_edit_of_modules_that_share_values_a_crawl_says_what_a_full_crawl_says(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        crawls = _crawls(Path(folder))
        company = _Company(crawls, seed)
        crawls.crawl()
        for _ in range(8):
            company.edit()
            crawls.crawl()
            crawls.is_right()


@pytest.fixture
def shop(tmp_path: Path) -> Crawls:
    """Two root modules that share values; one calls a module with what it is given."""
    crawls = _crawls(tmp_path)
    variable = 'variable "size" {\n  description = "The size."\n}\n'
    crawls.write("apps/shop/vars.tf", variable)
    crawls.write(
        "apps/shop/main.tf",
        'module "db" {\n  source = "../../modules/db"\n  size = "prefix-${var.size}"\n}\n',
    )
    crawls.write("apps/cart/main.tf", f'{variable}resource "thing" "cart" {{\n  y = var.size\n}}\n')
    crawls.write("modules/db/main.tf", f'{variable}resource "thing" "db" {{\n  y = var.size\n}}\n')
    crawls.write("variables/production/common.tfvars", "size = 3\n")
    crawls.write("README.md", "# Notes\n\nSome.\n")
    crawls.crawl()
    return crawls


def _files(ids: list[str]) -> set[str]:
    return {id_.removeprefix("terraform:infra/").split("#")[0] for id_ in ids}


@pytest.mark.parametrize(
    ("path", "text", "made"),
    [
        ("README.md", "\nMore.\n", {"README.md"}),
        ("apps/cart/main.tf", "# more\n", {"apps/cart/main.tf"}),
        (
            "apps/shop/main.tf",
            "# more\n",
            {"apps/shop/main.tf", "apps/shop/vars.tf", "modules/db/main.tf"},
        ),
        ("modules/db/main.tf", "# more\n", {"modules/db/main.tf"}),
    ],
)
def test_a_change_makes_only_what_it_can_affect_anew(
    shop: Crawls, path: str, text: str, made: set[str]
) -> None:
    shop.write(path, (shop.root / path).read_text() + text)
    assert _files(shop.crawl()) == made
    shop.is_right()


def test_an_unchanged_tree_is_not_read(shop: Crawls, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(tree: FileTree, entry: FileEntry) -> TextFile:
        raise AssertionError(entry.path)

    monkeypatch.setattr(FileTree, "read", refuse)
    assert shop.crawl() == []


def test_a_value_reaches_the_modules_it_is_passed_to(shop: Crawls) -> None:
    shop.write("variables/production/common.tfvars", "size = 4\n")
    shop.crawl()
    assert "prefix-4" in shop.documents["terraform:infra/modules/db/main.tf#thing.db"].text
    shop.is_right()


def test_a_variable_that_becomes_sensitive_hides_what_callers_pass(shop: Crawls) -> None:
    shop.write("modules/db/main.tf", 'variable "size" {\n  sensitive = true\n}\n')
    shop.crawl()
    assert "prefix-" not in shop.documents["terraform:infra/apps/shop/main.tf#module.db"].text
    shop.is_right()


def test_what_was_made_while_a_caller_could_not_be_read_is_made_again(
    shop: Crawls, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = FileTree.read

    def locked(tree: FileTree, entry: FileEntry) -> TextFile:
        if entry.path == "apps/shop/main.tf":
            raise TemporaryError("locked")
        return read(tree, entry)

    shop.write("modules/db/main.tf", (shop.root / "modules/db/main.tf").read_text() + "# more\n")
    with monkeypatch.context() as patch:
        patch.setattr(FileTree, "read", locked)
        shop.crawl()
    shop.crawl()
    shop.is_right()


def test_values_go_on_to_the_nearest_module_though_that_is_not_read(tmp_path: Path) -> None:
    crawls = _crawls(tmp_path)
    variable, use = 'variable "size" {}\n', 'resource "thing" "x" {\n  y = var.size\n}\n'
    crawls.write("svc/main.tf", variable + use)
    crawls.write("svc/inner/main.tf", variable + use)
    crawls.write("svc/inner/env/production.tfvars", "size = 3\n")
    crawls.write("apps/b/main.tf", variable + 'module "svc" {\n  source = "../../svc"\n}\n')
    crawls.crawl()
    crawls.write("apps/b/main.tf", variable + 'module "svc" {\n  source = "../../svc"\n}\n# more\n')
    assert _files(crawls.crawl()) == {"apps/b/main.tf", "svc/main.tf"}
    crawls.is_right()


def test_a_called_module_is_no_root_though_its_caller_is_not_read(tmp_path: Path) -> None:
    crawls = _crawls(tmp_path)
    cart = 'variable "size" {}\nresource "thing" "x" {\n  y = var.size\n}\n'
    crawls.write("apps/cart/main.tf", cart)
    crawls.write("apps/x/main.tf", 'module "db" {\n  source = "../../modules/db"\n}\n')
    crawls.write("modules/db/main.tf", 'variable "size" {}\nvariable "zone" {}\n')
    crawls.write("variables/production/thing.tfvars", "size = 3\nzone = 4\n")
    crawls.crawl()
    crawls.write("apps/cart/main.tf", cart + "# more\n")
    assert _files(crawls.crawl()) == {"apps/cart/main.tf"}
    assert "production: y = 3" in crawls.documents["terraform:infra/apps/cart/main.tf#thing.x"].text
    crawls.is_right()
