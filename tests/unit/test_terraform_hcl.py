"""One Terraform file as documents: addresses, exact lines, cuts, comments, broken files."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.documents import Document, Failure, ResourceRef, TerraformRef
from connectors.filetree.walk import TextFile
from connectors.terraform.hcl import read
from connectors.terraform.tree import documents_of


def documents(text: str, path: str = "infra/main.tf") -> list[Document]:
    return [item for item in items(text, path) if isinstance(item, Document)]


def items(text: str, path: str = "infra/main.tf") -> list[Document | Failure]:
    return list(documents_of([TextFile(path, text, "utf-8", Path(path))], "infra"))


def anchors_are_exact(document: Document, text: str) -> None:
    lines = text.split("\n")
    for section in document.sections:
        assert document.text[section.start : section.end] == section.text
        if section.language == "hcl":
            first = int(section.anchor.split("-")[0].removeprefix("L"))
            assert lines[first - 1].rstrip("\r") == section.text.split("\n")[0].rstrip("\r")


ALL_KINDS = """\
# The cluster's network.
# Ask the platform team.
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16" # trailing
}

data "aws_ami" "x" {}
module "rds" { source = "../modules/rds" }
variable "name" {}
output "id" { value = 1 }
locals { a = 1 }
locals { b = 2 }
provider "aws" { region = "eu-west-1" }
terraform {
  required_version = ">= 1.5"
}
moved {
  from = a.b
  to   = a.c
}
check "health" {}
"""


def test_every_block_is_a_document_with_its_address():
    found = documents(ALL_KINDS)
    assert [d.id.removeprefix("terraform:infra/infra/main.tf#") for d in found] == [
        "aws_vpc.main", "data.aws_ami.x", "module.rds", "var.name", "output.id", "locals", "locals#2",
        "provider.aws", "terraform", "moved", "check.health",
    ]  # fmt: skip
    assert found[0].terraform == TerraformRef("aws_vpc.main")
    assert found[0].title == "resource aws_vpc.main"
    assert found[3].title == "variable name"
    assert found[0].breadcrumbs == ("infra",)


def test_a_block_is_its_exact_lines_with_the_comment_above():
    vpc = documents(ALL_KINDS)[0]
    assert vpc.text == "\n".join(ALL_KINDS.split("\n")[:5])
    assert vpc.sections[0].anchor == "L1-L5"
    assert vpc.sections[0].heading_path == ("aws_vpc.main",)


def test_a_comment_that_introduces_the_file_is_kept():
    text = '# external_secrets.tf manages the secrets provider of the cluster.\n\nvariable "a" {}\n'
    block, rest = documents(text)
    assert block.text == 'variable "a" {}'
    assert rest.id == "terraform:infra/infra/main.tf"
    assert rest.sections[0].anchor == "L1"
    assert "secrets provider" in rest.text


def test_block_comments_above_belong_to_the_block():
    text = '/* one\n   two */\n// three\nvariable "a" {}\n'
    assert documents(text)[0].text == text.rstrip("\n")


LARGE = (
    'resource "x" "y" {\n'
    + "".join(
        f'  # entry {n}\n  block "b{n}" {{\n    a = "{"v" * 100}"\n'
        f'    m = {{\n      k = "{"w" * 250}"\n    }}\n  }}\n\n'
        for n in range(6)
    )
    + "  small = 1\n  other = 2\n}\n"
)


def test_a_large_block_is_cut_at_its_nested_blocks():
    document = documents(LARGE)[0]
    assert [s.heading_path for s in document.sections] == [
        *(("x.y", f"block b{n}") for n in range(6)),
        ("x.y",),
    ]
    assert document.sections[1].text.startswith("  # entry 1\n")
    assert document.sections[-1].text == "  small = 1\n  other = 2\n}"
    anchors_are_exact(document, LARGE)


def test_a_map_of_maps_in_tfvars_is_cut_by_entry():
    entries = "".join(
        f'  db_{n} = {{\n    engine = "postgres"\n    note = "{"x" * 400}"\n  }}\n\n' for n in range(4)
    )
    text = f"# how long\nbackup_days = 7\n\ndatabases = {{\n{entries}}}\n"
    document = documents(text, "variables/production/rds.tfvars")[0]
    assert document.id == "terraform:infra/variables/production/rds.tfvars"
    assert (document.kind, document.title) == ("values", "rds.tfvars (production)")
    assert document.environment == "production"
    assert document.text == text
    assert [s.heading_path for s in document.sections] == [
        ("backup_days",),
        *(("databases", f"db_{n}") for n in range(4)),
    ]
    assert document.sections[0].text == "# how long\nbackup_days = 7"
    anchors_are_exact(document, text)


def test_a_heredoc_keeps_every_byte():
    body = "  \tline one\n\n    # no comment\n  ${x}  \n"
    text = f'resource "x" "y" {{\n  a = <<EOT\n{body}EOT\n}}\n'
    assert documents(text)[0].text == text.rstrip("\n")
    assert body in documents(text)[0].sections[0].text


def test_a_broken_block_is_reported_and_the_others_stay():
    text = (
        'variable "a" {\n  default = 1\n}\n\nresource "x" "y" {\n  a = {\n    b = 2\n}\n\n'
        'variable "b" {\n  default = 2\n}\nthis is no hcl\n\noutput "c" {\n  value = 3\n}\n'
    )
    found = items(text)
    failures = [item for item in found if isinstance(item, Failure)]
    by_address = {str(item.terraform): item for item in found if isinstance(item, Document)}
    assert {"var.a", "x.y", "var.b", "output.c"} <= set(by_address)
    assert "b = 2" in by_address["x.y"].text
    assert by_address["output.c"].text == 'output "c" {\n  value = 3\n}'
    assert [failure.item for failure in failures] == ["infra/main.tf"] * 2
    assert failures[1].reason.startswith("line 13: syntax error near `this is no hcl`")


def test_a_broken_values_file_keeps_its_text():
    text = "a = 1\nb = = 2\nc = 3\n"
    found = items(text, "x/prod.tfvars")
    document = next(item for item in found if isinstance(item, Document))
    assert document.text == text
    assert "b = = 2" in "\n".join(section.text for section in document.sections)
    assert any(isinstance(item, Failure) and item.reason.startswith("line ") for item in found)


def test_a_duplicate_gets_a_suffix_and_a_note():
    found = items('resource "a" "b" {}\nresource "a" "b" {}\n')
    assert [str(item.terraform) for item in found if isinstance(item, Document)] == ["a.b", "a.b#2"]
    assert [item.reason for item in found if isinstance(item, Failure)] == [
        "line 2: a.b is declared a second time"
    ]


def test_kubernetes_objects_that_are_created():
    text = """
locals { ns = "shop" }
resource "kubernetes_deployment_v1" "cart" {
  metadata {
    name      = "cart"
    namespace = local.ns
  }
}
resource "helm_release" "eso" {
  name      = "external-secrets"
  namespace = "security"
}
resource "kubernetes_manifest" "m" {
  manifest = { kind = "Gateway", metadata = { name = "public", namespace = "edge" } }
}
resource "kubectl_manifest" "k" {
  yaml_body = <<-YAML
    kind: ConfigMap
    metadata:
      name: settings
  YAML
}
"""
    created = [reference for document in documents(text) for reference in document.creates]
    assert created == [
        ResourceRef("Deployment", "cart", "shop"),
        ResourceRef("HelmRelease", "external-secrets", "security"),
        ResourceRef("Gateway", "public", "edge"),
        ResourceRef("ConfigMap", "settings"),
    ]


def test_read_gives_the_documents_of_one_file(tmp_path):
    path = tmp_path / "shop" / "main.tf"
    path.parent.mkdir()
    path.write_text('variable "size" { default = 3 }\nresource "a" "b" {\n  size = var.size\n}\n')
    for argument in (path, str(path)):
        found = read(argument)
        assert [d.id for d in found] == ["terraform:shop/main.tf#var.size", "terraform:shop/main.tf#a.b"]
        assert "size = 3  (default of var.size, main.tf:1)" in found[1].text


def test_read_masks_credentials_and_survives_binaries(tmp_path):
    path = tmp_path / "main.tf"
    path.write_text('resource "a" "b" {\n  password = "hunter2-Xy9"\n}\n')
    assert "hunter2" not in str(read(path))
    path.write_bytes(b"\0\1\2\xff")
    assert read(path) == []


@pytest.mark.parametrize("text", ["", "\n\n", "{", "}", "a", '"', "<<EOT", "a = <<EOT\nx", "[" * 5000,
     "a = " + "[" * 3000,
                                  "a = " + "!" * 3000 + "true",
     "/*", "é = 1", "a {} b {}\nc = 1 d = 2", "a {\n" * 500, "a = ${", "\ufeffa = 1"])  # fmt: skip
@pytest.mark.parametrize("path", ["main.tf", "prod.tfvars", "terragrunt.hcl"])
def test_strange_texts_never_raise(text, path):
    for item in items(text, path):
        assert isinstance(item, (Document, Failure))


PIECES = st.sampled_from(
    ['resource "a" "b" {\n', "}\n", "x = 1\n", "  y = { a = 1\n", "# note\n", "/* c */\n",
     "locals {\n", "z = <<EOT\n",
     "EOT\n", 'v = "${var.x}é"\n', "\n", 'variable "x" {\n', "default = [1, 2]\n",
     "\r\n", "nested {\n", "$", "w = 'q'\n"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=8), max_size=25), st.sampled_from(["m/main.tf", "m/prod.tfvars"]))
def test_any_text_is_read_with_exact_spans_and_anchors(pieces, path):
    text = "".join(pieces)
    for item in items(text, path):
        if isinstance(item, Document):
            anchors_are_exact(item, text)


def test_ids_differ_whatever_the_names():
    text = 'x "a" {}\n' * 2 + 'x "a-2" {}\nx "a#2" {}\n' + 'x "a" {}\n'
    found = [d.id.partition("#")[2] for d in documents(text)]
    assert found == ["x.a", "x.a#2", "x.a-2", "x.a#2#2", "x.a#3"]


def test_a_short_note_outside_blocks_is_kept():
    assert documents('# Owner: data team, #db-oncall\n\nvariable "a" {}\n')[1].text == (
        "# Owner: data team, #db-oncall"
    )


def lines_covered(found: list[Document]) -> set[int]:
    """The lines of the file that the anchors of the sections name, counted from 1."""
    covered: set[int] = set()
    for section in (section for document in found for section in document.sections):
        if section.language == "resolved":
            continue
        first, _, last = section.anchor.replace("L", "").partition("-")
        covered.update(range(int(first), int(last or first) + 1))
    return covered


@given(st.lists(PIECES | st.text(max_size=8), max_size=25))
def test_every_line_of_a_file_is_in_some_document(pieces):
    text = "".join(pieces)
    covered = lines_covered(documents(text))
    lines = enumerate(text.split("\n"), start=1)
    assert [line for number, line in lines if line.strip() and number not in covered] == []


ERROR = "  bad = = 1\n"


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("locals {\n  a = <<EOT\nresource \"in\" \"heredoc\" {\n}\nEOT\n}\nresource \"x\" \"y\" {\n" + ERROR + "}\n",
         ["locals", "x.y"]),
        ("/*\nresource \"in\" \"comment\" {\n}\n*/\nresource \"x\" \"y\" {\n" + ERROR + "}\n", ["x.y"]),
        ("locals {\n  a = <<EOT\nresource \"x\" \"y\" {\n}\n", ["locals", "x.y"]),
        ("resource a b {\n" + ERROR + "}\nresource c d {\n  e = 1\n}\n", ["a.b", "c.d"]),
        ("source \"amazon-ebs\" \"x\" {\n" + ERROR + "}\n\nbuild {\n  sources = []\n}\n",
         ["source.amazon-ebs.x", "build"]),
        ("include \"root\" {\n  path = 1\n\ndependency \"vpc\" {\n  path = 2\n}\n", ["include.root", "dependency.vpc"]),
        ("resource \"x\" \"y\" {\nmetadata {\nname = 1\n}\n" + ERROR + "}\noutput \"o\" {\n}\n", ["x.y", "output.o"]),
    ],
)  # fmt: skip
def test_a_broken_text_is_cut_where_its_blocks_begin(text, addresses):
    found = documents(text)
    assert [str(d.terraform) for d in found if d.terraform] == addresses
    assert lines_covered(found) >= {n for n, line in enumerate(text.split("\n"), 1) if line.strip()}


@pytest.mark.timeout(60)
def test_heredocs_without_an_end_take_no_time():
    text = "".join(f"a{n} = <<E{n}\n" for n in range(20_000)) + "x {\n"
    documents(text)


JSON = """\
{
  "//": "made by hand",
  "variable": {
    "size": {
      "type": "string",
      "default": "small"
    },
    "phrase": {"sensitive": true, "default": "horse \\u00fc battery"}
  },
  "resource": {
    "aws_db_instance": {
      "main": {
        "instance_class": "db-${var.size}",
        "tags": {
          "size": "${var.size}"
        }
      }
    },
    "kubernetes_config_map_v1": {
      "cart": {"metadata": [{"name": "cart", "namespace": "shop"}]}
    }
  },
  "provider": {
    "aws": [
      {"region": "eu-west-1"},
      {"region": "eu-west-2", "alias": "two"}
    ]
  },
  "module": {"rds": {"source": "../rds", "size": 3}},
  "locals": [{"a": 1}]
}
"""


def test_json_is_read_as_the_same_blocks():
    found = {d.id.partition("#")[2]: d for d in documents(JSON, "m/main.tf.json")}
    assert list(found) == [
        "var.size", "var.phrase", "aws_db_instance.main", "kubernetes_config_map_v1.cart", "provider.aws",
        "provider.aws#2", "module.rds", "locals", "",
    ]  # fmt: skip
    assert found["var.size"].sections[0].anchor == "L3-L7"
    main = found["aws_db_instance.main"]
    assert [section.anchor for section in main.sections] == ["L10-L17", "L10-L17"]
    assert main.sections[0].text.startswith('  "resource": {\n    "aws_db_instance": {\n      "main": {\n')
    assert main.sections[0].language == "json"
    assert main.sections[1].text.split("\n") == [
        'instance_class = "db-small"  (default of var.size, main.tf.json:4)',
        'tags.size = "small"  (default of var.size, main.tf.json:4)',
    ]
    assert found["kubernetes_config_map_v1.cart"].creates == (ResourceRef("ConfigMap", "cart", "shop"),)
    assert found["provider.aws#2"].text.strip() == '{"region": "eu-west-2", "alias": "two"}'
    assert "source = rds  (folder of the module)" in found["module.rds"].text
    assert found[""].text == '{\n  "//": "made by hand",'
    assert "horse" not in str(found)


def test_values_in_json_are_values_of_their_module():
    texts = {
        "m/main.tf": 'variable "sizes" {}\nvariable "phrase" { sensitive = true }\n'
        'resource "r" "r" {\n  a = var.sizes\n}\n',
        "m/prod.tfvars.json": '{\n  "sizes": [\n    "a",\n    "${b}"\n  ],\n  "phrase": "horse battery"\n}\n',
    }
    files = [TextFile(path, text, "utf-8", Path(path)) for path, text in texts.items()]
    found = [item for item in documents_of(files, "s") if isinstance(item, Document)]
    assert 'production: a = ["a", "${b}"]  (m/prod.tfvars.json:2)' in found[2].text
    assert (found[3].kind, found[3].title, found[3].environment) == (
        "values", "prod.tfvars.json (production)", "production",
    )  # fmt: skip
    assert [(s.heading_path, s.anchor) for s in found[3].sections] == [
        (("sizes",), "L1-L5"), (("phrase",), "L6"),
    ]  # fmt: skip
    assert "horse" not in str(found)


@pytest.mark.parametrize(
    "text", ["[]", "3", '{"a": ', "{,}", '{"a": "${"}', '{"resource": 1}', "[" * 9000, ""]
)
@pytest.mark.parametrize("path", ["main.tf.json", "prod.tfvars.json"])
def test_json_that_is_no_terraform_keeps_its_text(text, path):
    assert [document.text for document in documents(text, path)] == ([text] if text else [])


def test_json_on_one_long_line_is_one_document():
    names = ", ".join(f'"v{n}": {{"default": {n}}}' for n in range(500))
    (document,) = documents(f'{{"variable": {{{names}}}}}', "m/main.tf.json")
    assert '"v499"' in document.sections[0].text


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)
JSON_FILES = st.dictionaries(
    st.sampled_from(["resource", "variable", "locals", "provider", "output", "//"]), JSON_VALUES
)


@given(JSON_FILES, st.sampled_from([None, 2]), st.sampled_from(["m/a.tf.json", "m/prod.tfvars.json"]))
def test_any_json_keeps_every_line_that_says_something(content, indent, path):
    text = json.dumps(content, indent=indent, ensure_ascii=False)
    covered = lines_covered(documents(text, path))
    lines = enumerate(text.split("\n"), start=1)
    assert [line for n, line in lines if line.strip(" {}[],") and n not in covered] == []


@pytest.mark.parametrize(
    ("path", "environment"),
    [("variables/production/rds.tfvars", "production"), ("live/prod-eu/app/main.tf", "production"),
     ("staging/a/b/c/main.tf", ""), ("staging/prod.tfvars", "production")],
)  # fmt: skip
def test_read_takes_the_environment_from_the_folders(tmp_path, path, environment):
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text("a = 1\n")
    (document,) = read(file)
    assert (document.path, document.environment) == (file.name, environment)
    assert document.labels == ((f"workspace:{environment}",) if environment else ())
