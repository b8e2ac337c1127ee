"""What references stand for, in which environment and from where."""

from pathlib import Path

import pytest

from connectors.documents import Document, ResourceRef
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
@pytest.mark.timeout(60)
def test_locals_that_double_each_other_take_no_time(zero, step):
    chain = "".join(f"  l{n} = {step.format(n - 1)}\n" for n in range(1, 40))
    text = f'locals {{\n  l0 = {zero}\n{chain}}}\nresource "r" "r" {{\n  a = local.l2\n  b = local.l39\n}}\n'
    found = tree({"main.tf": text})["main.tf#r.r"]
    assert "a = " in resolved(found)
    assert len(found.text) < 5_000


CALLED = {
    "main.tf": 'variable "size" { default = "db.root" }\n'
    'module "m" {\n  source = "./m"\n  size = var.size\n  parts = { a = 1, b = data.x.y }\n}\n',
    "prod.tfvars": 'size = "db.prod"\n',
    "m/main.tf": 'variable "size" { default = "db.default" }\nvariable "parts" {}\n'
    'variable "kept" { default = 7 }\n'
    'resource "db" "x" {\n  class = var.size\n  kept = var.kept\n  part = var.parts\n}\n'
    'module "n" {\n  source = "../n"\n  size = "${var.size}-n"\n}\n',
    "n/main.tf": 'variable "size" {}\nresource "y" "x" {\n  cls = var.size\n}\n',
}


def test_arguments_of_a_local_call_reach_the_module():
    documents = tree(CALLED)
    assert resolved(documents["m/main.tf#db.x"]).split("\n") == [
        'class = "db.root"  (module.m, main.tf:4; default of var.size, main.tf:1)',
        'production: class = "db.prod"  (module.m, main.tf:4; prod.tfvars:1)',
        "kept = 7  (default of var.kept, main.tf:3)",
        "part = {a = 1, b = \u2026}  (module.m, main.tf:5)",
    ]
    assert resolved(documents["m/main.tf#var.size"]).split("\n")[1] == (
        'production: size = "db.prod"  (module.m, main.tf:4; prod.tfvars:1)'
    )


def test_arguments_go_on_through_modules_that_call_others():
    assert resolved(tree(CALLED)["n/main.tf#y.x"]).split("\n") == [
        'cls = "db.root-n"  (module.n, m/main.tf:11; module.m, main.tf:4; default of var.size, main.tf:1)',
        'production: cls = "db.prod-n"  (module.n, m/main.tf:11; module.m, main.tf:4; prod.tfvars:1)',
    ]


def test_values_that_callers_do_not_agree_on_say_whose_they_are():
    def call(name: str, size: str) -> str:
        return f'module "{name}" {{\n  source = "../../m"\n  size = {size}\n  same = 1\n}}\n'

    documents = tree({
        "envs/prod/main.tf": call("a", '"large"') + call("b", '"small"') + call("c", "data.x.y"),
        "envs/dev/main.tf": call("a", '"small"'),
        "m/main.tf": 'variable "size" { default = "none" }\nvariable "same" {}\n'
        'resource "db" "x" {\n  class = var.size\n  same = var.same\n}\n',
    })  # fmt: skip
    assert resolved(documents["m/main.tf#db.x"]).split("\n") == [
        'development, module.a in envs/dev: class = "small"  (module.a, envs/dev/main.tf:3)',
        'production, module.a in envs/prod: class = "large"  (module.a, envs/prod/main.tf:3)',
        'production, module.b: class = "small"  (module.b, envs/prod/main.tf:8)',
        "development, module.a in envs/dev: same = 1  (module.a, envs/dev/main.tf:4)",
        "production, module.a in envs/prod, module.b, module.c: same = 1  (module.a, envs/prod/main.tf:4; "
        "module.b, envs/prod/main.tf:9; module.c, envs/prod/main.tf:14)",
    ]


def test_a_sensitive_variable_of_a_module_hides_what_callers_pass():
    documents = tree({
        "main.tf": 'locals {\n  text = "horse battery"\n}\n'
        'module "m" {\n  source = "./m"\n  phrase = local.text\n}\n',
        "m/main.tf": 'variable "phrase" { sensitive = true }\nresource "r" "r" {\n  a = var.phrase\n}\n',
    })  # fmt: skip
    assert "horse" not in str(documents["m/main.tf#r.r"]) + str(documents["m/main.tf#var.phrase"])


def test_modules_that_call_each_other_come_to_an_end():
    call = 'module "other" {\n  source = "../%s"\n  x = var.x\n}\nvariable "x" {}\n'
    assert len(tree({"a/main.tf": call % "b", "b/main.tf": call % "a", "c/main.tf": call % "c"})) == 6


@pytest.mark.timeout(60)
def test_many_ways_to_one_module_take_no_time():
    files = {
        f"m{n}/main.tf": 'variable "x" {}\n'
        + "".join(
            f'module "c{k}" {{\n  source = "../m{n + 1}"\n  x = "${{var.x}}{k}"\n}}\n' for k in range(3)
        )
        + 'resource "r" "r" {\n  a = var.x\n}\n'
        for n in range(12)
    }
    tree(files)


def test_for_each_gives_a_line_for_each_instance():
    documents = tree({
        "main.tf": 'variable "zones" { default = ["b", "a"] }\n'
        'locals {\n  apps = { web = { port = 80 }, api = { port = 81 } }\n}\n'
        'resource "x" "lit" {\n  for_each = { a = "one" }\n  name = "app-${each.key}"\n  val = each.value\n}\n'
        'resource "x" "loc" {\n  for_each = local.apps\n  port = each.value.port\n}\n'
        'resource "x" "set" {\n  for_each = toset(var.zones)\n  zone = each.key\n}\n'
        'resource "x" "data" {\n  for_each = data.y.z\n  zone = each.key\n}\n'
        'resource "kubernetes_namespace" "ns" {\n  for_each = toset(["shop", "till"])\n'
        '  metadata {\n    name = each.key\n  }\n}\n',
        "prod.tfvars": 'zones = ["c"]\n',
    })  # fmt: skip
    assert resolved(documents["main.tf#x.lit"]).split("\n") == [
        '["a"]: name = "app-a"  (for_each, main.tf:6)',
        '["a"]: val = "one"  (for_each, main.tf:6)',
    ]
    assert resolved(documents["main.tf#x.loc"]).split("\n")[1:] == [
        '["web"]: port = 80  (for_each, main.tf:11; local.apps, main.tf:3)',
        '["api"]: port = 81  (for_each, main.tf:11; local.apps, main.tf:3)',
    ]
    assert [line.partition("  (")[0] for line in resolved(documents["main.tf#x.set"]).split("\n")] == [
        'for_each = ["a", "b"]', 'production: for_each = ["c"]',
        '["a"]: zone = "a"', '["b"]: zone = "b"', 'production, ["c"]: zone = "c"',
    ]  # fmt: skip
    assert resolved(documents["main.tf#x.data"]) == ""
    assert documents["main.tf#kubernetes_namespace.ns"].creates == (
        ResourceRef("Namespace", "shop"),
        ResourceRef("Namespace", "till"),
    )


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [("number", '"3"', "3"), ("string", "3", '"3"'), ("bool", '"true"', "true"),
     ("list(string)", "[1, 2]", '["1", "2"]'), ("map(number)", '{ a = "1" }', "{a = 1}"),
     ("number", '"many"', '"many"'), ("any", "3", "3")],
)  # fmt: skip
def test_values_have_the_type_of_their_variable(kind, given, value):
    text = f'variable "v" {{\n  type = {kind}\n}}\nresource "r" "r" {{\n  a = var.v\n}}\n'
    documents = tree({"main.tf": text, "terraform.tfvars": f"v = {given}\n"})
    assert resolved(documents["main.tf#r.r"]) == f"a = {value}  (terraform.tfvars:1)"


def test_values_beyond_the_limit_are_counted():
    names = ", ".join(f'"app-{n}"' for n in range(50))
    text = (
        f'resource "x" "y" {{\n  for_each = toset([{names}])\n  a = each.key\n  b = each.key\n'
        f'  c = "{"z" * 150}${{each.key}}"\n}}\n'
    )
    lines = resolved(tree({"main.tf": text})["main.tf#x.y"]).split("\n")
    assert lines[-1] == f"… and {150 - len(lines) + 1} more values"
