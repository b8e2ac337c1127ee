"""What only the structure of Terraform's files shows to be secret is masked, and nothing beside it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.documents import Document
from connectors.filetree.walk import TextFile
from connectors.redaction import MASK
from connectors.terraform.connector import TerraformConnector
from connectors.terraform.sensitive import mask_sensitive

WORD = "correcthorse"
DECLARED = 'variable "pepper" {\n  type      = any\n  sensitive = true\n}\n'


def masked(files: dict[str, str]) -> dict[str, str]:
    given_files = [TextFile(path, text, "utf-8", Path(path)) for path, text in files.items()]
    found = {file.path: file.text for file, _, _ in mask_sensitive(given_files)}
    assert {path: text.count("\n") for path, text in found.items()} == {
        p: t.count("\n") for p, t in files.items()
    }
    return found


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("kubernetes_secret", f'data = {{\n    any = "{WORD}"\n    "tls.crt" = "{WORD}"\n  }}'),
        ("kubernetes_secret_v1", f'data = {{ any = "{WORD}" }}'),
        ("kubernetes_secret", f'data {{\n    any = "{WORD}"\n  }}'),
        ("kubernetes_manifest", f'manifest = {{\n    kind = "Secret"\n    data = {{ a = "{WORD}" }}\n  }}'),
        ("kubernetes_manifest", f'manifest = {{ "kind" : "Secret", "stringData" : {{ a = ["{WORD}"] }} }}'),
        ("kubectl_manifest", f'yaml_body = yamlencode({{ kind = "Secret", data = {{ a = "{WORD}" }} }})'),
        ("aws_ssm_parameter", f'type = "SecureString"\n  value = "{WORD}"'),
        ("aws_ssm_parameter", f'type = var.type\n  value = "{WORD}"'),
        ("azurerm_key_vault_secret", f'value = "{WORD}"'),
        ("google_secret_manager_secret_version", f'secret_data = "{WORD}"'),
        ("github_actions_secret", f'plaintext_value = "{WORD}"'),
        ("vault_generic_secret", f'data_json = <<EOT\n{{ "foo": "{WORD}" }}\nEOT'),
        ("aws_secretsmanager_secret_version", f'secret_string = "{WORD}"'),
        ("aws_secretsmanager_secret_version", f'secret_string = jsonencode({{ user = "{WORD}", "x" = "{WORD}" }})'),
        ("aws_db_instance", f'password = coalesce(var.p, "{WORD}")'),
        ("aws_db_instance", f'password = var.x == "" ? "{WORD}" : var.x'),
        ("aws_db_instance", f'password = "${{"{WORD}"}}"'),
        ("aws_db_instance", f'password = lookup(var.passwords, "db", "{WORD}")'),
        ("aws_db_instance", f'password = <<-EOT\n    {WORD}\n  EOT'),
        ("aws_db_instance", f'any = join("-", [sensitive("{WORD}"), "x"])'),
    ],
)  # fmt: skip
def test_a_resource_that_is_a_secret_is_masked(type_, body):
    text = f'resource "{type_}" "a" {{\n  name = "cart"\n  {body}\n}}\n'
    found = masked({"main.tf": text})["main.tf"]
    assert WORD not in found
    assert MASK in found
    assert 'name = "cart"' in found
    assert masked({"main.tf": found})["main.tf"] == found


@pytest.mark.parametrize(
    "text",
    [
        'resource "aws_ssm_parameter" "a" {\n  type = "String"\n  value = "m6g.xlarge"\n}\n',
        'resource "kubernetes_config_map" "a" {\n  data = { mode = "fast" }\n}\n',
        'resource "kubernetes_manifest" "a" {\n  manifest = { kind = "ConfigMap", data = { mode = "fast" } }\n}\n',
        'resource "kubernetes_secret" "a" {\n  metadata { name = "cart" }\n  type = "Opaque"\n  data = {}\n}\n',
        'resource "kubernetes_secret" "a" {\n  data = { a = file("certs/tls.crt"), b = "${var.a}-${var.b}" }\n}\n',
        'resource "aws_db_instance" "a" {\n  password = local.passwords["main"]\n}\n',
        'resource "aws_db_instance" "a" {\n  password = var.env == "production" ? var.a : var.b\n}\n',
        'resource "aws_db_instance" "a" {\n  password = file("db/password1.txt")\n}\n',
        'variable "db_password" {\n  default = ""\n}\n',
        'variable "db_password" {\n  default = null\n}\n',
        'variable "tokens_ttl" {\n  default = "correcthorse"\n}\n',
        'output "a" {\n  value = "correcthorse"\n}\n',
        DECLARED.replace("true", "false") + 'output "b" {\n  value = var.pepper\n  sensitive = true\n}\n',
    ],
)
def test_what_is_no_secret_stays(text):
    assert masked({"main.tf": text})["main.tf"] == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("m/prod.tfvars", f'other = "fast"\npepper = "{WORD}"\n'),
        ("m/x.auto.tfvars", f'other = "fast"\npepper = {{\n  a = ["{WORD}"]\n}}\n'),
        ("m/env/prod.tfvars", f'other = "fast"\npepper = "{WORD}"\n'),
        ("vars/prod.tfvars", f'other = "fast"\npepper = "{WORD}"\n'),
        ("m/prod.tfvars.json", f'{{"other": "fast", "pepper": {{"a": "{WORD}"}}}}'),
        ("m/x.auto.tfvars.json", f'{{"other": "fast", "pepper": "{WORD}"}}'),
        ("m/m.tftest.hcl", f'variables {{\n  other = "fast"\n  pepper = "{WORD}"\n}}\n'),
        ("m/tests/m.tftest.hcl", f'run "a" {{\n  variables {{\n    other = "fast"\n    pepper = "{WORD}"\n  }}\n}}\n'),
        ("main.tf", f'module "m" {{\n  source = "./m"\n  other = "fast"\n  pepper = {{ a = "{WORD}" }}\n}}\n'),
        ("live/terragrunt.hcl", f'inputs = {{\n  other = "fast"\n  pepper = "{WORD}"\n}}\n'),
        ("m/outputs.tf", f'output "o" {{\n  description = "fast"\n  value = "{WORD}"\n  sensitive = true\n}}\n'),
        ("a.tf", f'variable "db_password" {{\n  description = "fast"\n  default = <<EOT\n{WORD}\nEOT\n}}\n'),
        ("a.tf", f'variable "api_tokens" {{\n  description = "fast"\n  default = ["{WORD}"]\n}}\n'),
        ("a.tf", f'variable "x" {{\n  description = "fast"\n  sensitive = true\n  default = {{ a = "{WORD}" }}\n}}\n'),
        ("a.tf.json", json.dumps({
            "variable": {"x": {"sensitive": True, "default": WORD, "description": "fast"}},
            "output": {"y": [{"sensitive": True, "value": WORD}]},
            "resource": {"kubernetes_secret": {"s": {"data": {"any": WORD}}},
                         "kubernetes_manifest": {"m": {"manifest": {"kind": "Secret", "data": {"a": WORD}}}}},
        })),
    ],
)  # fmt: skip
def test_the_value_of_something_sensitive_is_masked_wherever_it_is_given(path, text):
    found = masked({"m/variables.tf": DECLARED, path: text})[path]
    assert WORD not in found
    assert MASK in found
    assert "fast" in found


def test_a_variable_that_json_declares_sensitive_is_masked_in_values():
    declared = json.dumps({"variable": {"pepper": {"sensitive": True}, "other": {}}})
    found = masked({"m/v.tf.json": declared, "m/a.tfvars": f'other = "fast"\npepper = "{WORD}"\n'})
    assert found["m/a.tfvars"] == f'other = "fast"\npepper = "{MASK}"\n'


def test_a_sensitive_name_is_that_of_its_module_only():
    plain = {
        "b/variables.tf": 'variable "region" {\n  default = "eu-west-1"\n}\n',
        "b/prod.tfvars": 'region = "eu-west-2"\n',
        "b/prod.tfvars.json": '{"region": "eu-west-2"}',
        "main.tf": 'module "b" {\n  source = "./b"\n  region = "eu-west-3"\n}\n',
    }
    found = masked({"a/variables.tf": 'variable "region" {\n  sensitive = true\n}\n', **plain})
    assert {path: found[path] for path in plain} == plain


def test_values_in_json_reach_no_document(tmp_path: Path):
    (tmp_path / "v.tf").write_text(DECLARED)
    (tmp_path / "x.tfvars.json").write_text(json.dumps({"pepper": WORD}))
    documents = [item for item in TerraformConnector("t", tmp_path).crawl(None) if isinstance(item, Document)]
    assert {document.path for document in documents} == {"v.tf", "x.tfvars.json"}
    assert WORD not in json.dumps([document.to_json() for document in documents])


@given(
    st.text(alphabet='resouc "kbn_t{}=[]\n()$<E,:?a1é#', max_size=120),
    st.sampled_from(["a.tf", "a.tf.json", "a.hcl"]),
)
def test_any_text_keeps_its_lines(text, path):
    masked({path: 'resource "kubernetes_secret" "a" {\n  data = {' + text})
    masked({path: text})


@pytest.mark.parametrize(
    "piece",
    ["sensitive(", '{kind="Secret",data=', '{kind="Secret",data={a="b"},', '"a1b2c3", ', '"é", ', 'a = "b"\n    ',
     '"${', "<<EOT\n",
     'x.y["a"]', "c ? d : ", '"x${a}y', "[[["],
)  # fmt: skip
@pytest.mark.timeout(15)
def test_hostile_text_takes_linear_time(piece):
    text = 'resource "kubernetes_secret" "a" {\n  data = [' + piece * (60_000 // len(piece)) + "\n"
    for end in ("", "]\n}\n"):
        masked({"a.tf": text + end})


@pytest.mark.parametrize(
    "piece", ['{"kind": "Secret", "data": ', '{"kind": "Secret", "data": "a"},', '"a1b2c3",', "["]
)
@pytest.mark.timeout(60)
def test_hostile_json_takes_linear_time(piece):
    masked(
        {"a.tf.json": '{"resource": {"kubernetes_secret": {"a": {"data": [' + piece * (60_000 // len(piece))}
    )
