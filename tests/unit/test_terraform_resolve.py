"""What references stand for, in which environment and from where."""

import time
from pathlib import Path

import pytest

from connectors.documents import Document
from connectors.filetree.walk import TextFile
from connectors.terraform.tree import documents_of


def tree(files: dict[str, str]) -> dict[str, Document]:
    texts = [TextFile(path, text, "utf-8", Path(path)) for path, text in files.items()]
    return {
        item.id.removeprefix("terraform:s/"): item
        for item in documents_of(texts, "s")
        if isinstance(item, Document)
    }


def resolved(document: Document) -> str:
    return "\n".join(section.text for section in document.sections if section.language == "resolved")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("var.n + 1", "4"),
        ('"app-${var.name}"', '"app-shop"'),
        ('"app-${var.name}-${each.key}"', '"app-shop-${each.key}"'),
        ("local.all", '["a", "b", "c"]'),
        ('merge(var.tags, { team = "x" })', '{env = "dev", team = "x"}'),
        ('lookup(var.tags, "env", "none")', '"dev"'),
        ('lookup(var.tags, "zone", "none")', '"none"'),
        ('format("%s-%d", var.name, var.n)', '"shop-3"'),
        ('var.n > 2 ? "large" : "small"', '"large"'),
        ("var.tags.env", '"dev"'),
        ('var.tags["env"]', '"dev"'),
        ("toset(local.all)", '["a", "b", "c"]'),
        ('join(",", local.all)', '"a,b,c"'),
    ],
)
def test_expressions_over_defaults_and_locals(expression, value):
    documents = tree({
        "m/variables.tf": 'variable "n" { default = 3 }\nvariable "name" { default = "shop" }\n'
        'variable "tags" { default = { env = "dev" } }\n',
        "m/main.tf": 'locals { all = concat(["a"], ["b", "c"]) }\n'
        f'resource "a" "b" {{\n  x = {expression}\n}}\n',
    })  # fmt: skip
    assert f"x = {value}  (" in resolved(documents["m/main.tf#a.b"])


SAMPLES = 'locals {\n  one = 1\n  t = true\n  s = "abc"\n  l = ["y", "x"]\n}\n'


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("local.one == true", "false"), ('local.one == "1"', "false"), ("local.one != null", "true"),
        ("contains([1], local.t)", "false"), ("-7 % 3 * local.one", "-1"), ("(1 + 2) * 3 * local.one", "9"),
        ("0.1 + 0.2 * local.one", "0.3"), ("6 / 2 * local.one", "3"), ("!(local.t && false)", "true"),
        ('"${local.l}"', '["y", "x"]'), ("toset(local.l)", '["x", "y"]'), ('title("aB ${local.s}")', '"AB Abc"'),
        ('"\\u00e9 ${local.s}"', '"\u00e9 abc"'), ('format("%s is %d%%", local.s, 5)', '"abc is 5%"'),
    ],
)  # fmt: skip
def test_values_are_those_of_terraform(expression, value):
    text = f'{SAMPLES}resource "a" "b" {{\n  x = {expression}\n}}\n'
    assert resolved(tree({"main.tf": text})["main.tf#a.b"]).startswith(f"x = {value}  (")


@pytest.mark.parametrize(
    "expression",
    [
        "local.l[-1]", "toset(local.l)[0]", "local.s[0]", "local.l[local.t]", "local.t && 1", "!local.one",
        "-local.t", "local.t + 1", 'local.s < "b"', 'max("a", local.s)', "distinct([1, local.t])",
        "local.l == []", 'format("%d", local.t)', 'format("%s", local.l)', "tolist(local.s)", "keys(local.l)",
        "join(local.s, [null])", "one(local.l)", "tonumber(local.t)", "element(local.l, -1)", "local.one / 0",
        'concat(local.l, "q")', "1e999999999 + local.one", '"a ${~ local.s ~} b"',
    ],
)  # fmt: skip
def test_what_terraform_refuses_or_converts_is_not_guessed(expression):
    text = f'{SAMPLES}resource "a" "b" {{\n  x = {expression}\n}}\n'
    assert resolved(tree({"main.tf": text})["main.tf#a.b"]) == ""


@pytest.mark.parametrize(
    "expression", ["var.unset", "data.x.y", "local.loop", "local.no", "unheard(var.n)", "var.n.x"]
)
def test_what_is_not_known_stays_as_written(expression):
    text = (
        'variable "n" { default = 3 }\nvariable "unset" {}\n'
        "locals {\n  loop = local.pool\n  pool = local.loop\n}\n"
        f'resource "a" "b" {{\n  x = {expression}\n}}\n'
    )
    assert resolved(tree({"main.tf": text})["main.tf#a.b"]) == ""


FLEET = {
    "deployments/rds/variables.tf": 'variable "size" {\n  description = "Size of databases."\n'
    '  default = "small"\n}\n',
    "deployments/rds/main.tf": 'resource "db" "x" {\n  class = var.size\n  name = "db-${var.env}"\n}\n'
    'variable "env" {}\n',
    "deployments/web/main.tf": 'variable "size" {}\nvariable "env" {}\n'
    'resource "w" "w" {\n  size = var.size\n}\n',
    "variables/production/rds.tfvars": '# big\nsize = "large"\n',
    "variables/staging/rds.tfvars": 'size = "small"\n',
    "variables/production/common.tfvars": 'env = "production"\n',
    "variables/production/nobody.tfvars": 'zone = "z"\nfar = 1\nsize = 2\n',
}


def test_values_per_environment_name_their_file_and_line():
    documents = tree(FLEET)
    lines = resolved(documents["deployments/rds/main.tf#db.x"]).split("\n")
    assert lines == [
        'class = "small"  (default of var.size, variables.tf:1)',
        'production: class = "large"  (variables/production/rds.tfvars:2)',
        'production: name = "db-production"  (variables/production/common.tfvars:1)',
    ]
    assert resolved(documents["deployments/rds/variables.tf#var.size"]).split("\n") == [
        'production: size = "large"  (variables/production/rds.tfvars:2)',
        'staging: size = "small"  (variables/staging/rds.tfvars:1)',
    ]


def test_values_go_to_the_module_of_the_same_name_only():
    documents = tree(FLEET)
    assert resolved(documents["deployments/web/main.tf#w.w"]) == ""
    assert "production" in resolved(documents["deployments/web/main.tf#var.env"])


def test_a_values_section_says_what_its_variable_is_for():
    section = tree(FLEET)["variables/production/rds.tfvars"].sections[0]
    assert section.context == 'Size of databases. (default "small")'
    assert section.text == '# big\nsize = "large"'


def test_values_beside_the_module_and_auto_files_win():
    documents = tree({
        "m/main.tf": 'variable "a" { default = 1 }\nresource "r" "r" {\n  a = var.a\n}\n',
        "m/terraform.tfvars": "a = 2\n",
        "m/z.auto.tfvars": "a = 3\n",
    })  # fmt: skip
    assert resolved(documents["m/main.tf#r.r"]) == "a = 3  (m/z.auto.tfvars:1)"


def test_entries_of_maps_over_lines_are_resolved_one_by_one():
    text = (
        'variable "types" { default = ["m8g.large"] }\n'
        "locals {\n  group = {\n    arm = merge(local.base, {\n"
        "      types = var.types\n      size = 2\n    })\n  }\n}\n"
    )
    assert resolved(tree({"main.tf": text})["main.tf#locals"]) == (
        'group.arm.types = ["m8g.large"]  (default of var.types, main.tf:1)'
    )


def test_a_local_module_source_becomes_its_folder():
    documents = tree({
        "a/main.tf": 'module "m" {\n  source = "../shared/m"\n}\n'
        'module "r" {\n  source = "terraform-aws-modules/x"\n}\n',
        "shared/m/main.tf": 'variable "x" {}\n',
    })  # fmt: skip
    assert resolved(documents["a/main.tf#module.m"]) == "source = shared/m  (folder of the module)"
    assert resolved(documents["a/main.tf#module.r"]) == ""
    assert documents["a/main.tf#module.m"].sections[0].context == "module m"


def test_sensitive_values_are_masked_everywhere():
    secret = "correct horse battery"
    documents = tree({
        "m/main.tf": f'variable "phrase" {{\n  sensitive = true\n  default = "{secret}"\n}}\n'
        'resource "r" "r" {\n  a = var.phrase\n  b = "x-${var.phrase}"\n}\n',
        "m/prod.tfvars": f'phrase = "{secret}"\nother = 1\n',
        "n/prod.tfvars": f'x = "ü"\nphrase = {{\n  a = "{secret}"\n}}\nother = 1\n',
    })  # fmt: skip
    assert all(secret not in str(document) for document in documents.values())
    assert documents["n/prod.tfvars"].sections[-1].anchor == "L5"


def test_a_resolved_credential_is_masked():
    documents = tree({
        "m/main.tf": 'variable "db" { default = "hunter2Xy" }\nresource "r" "r" {\n  password = var.db\n}\n'
    })  # fmt: skip
    assert 'password = "[redacted]"' in resolved(documents["m/main.tf#r.r"])


@pytest.mark.parametrize(
    ("zero", "step"), [("1", "[local.l{0}, local.l{0}]"), ('"x"', '"${{local.l{0}}}${{local.l{0}}}"')]
)
def test_locals_that_double_each_other_take_no_time(zero, step):
    chain = "".join(f"  l{n} = {step.format(n - 1)}\n" for n in range(1, 40))
    text = f'locals {{\n  l0 = {zero}\n{chain}}}\nresource "r" "r" {{\n  a = local.l2\n  b = local.l39\n}}\n'
    started = time.perf_counter()
    found = tree({"main.tf": text})["main.tf#r.r"]
    assert time.perf_counter() - started < 5
    assert "a = " in resolved(found)
    assert len(found.text) < 5_000
