"""Terraform with credentials in each construct that can hold one."""

from __future__ import annotations

import json
from collections.abc import Callable

from bench.leak_pages import as_yaml, settings
from bench.leak_values import Planter

_RESOURCES: tuple[tuple[str, str], ...] = (
    ("kubernetes_secret", 'data = {{\n    any       = "{0}"\n    "tls.key" = "{1}"\n  }}'),
    ("kubernetes_secret_v1", 'data = {{ any = "{0}", n = "{1}" }}'),
    ("kubernetes_manifest", 'manifest = {{\n    kind = "Secret"\n    stringData = {{ a = "{0}" }}\n  }}'),
    ("kubectl_manifest", 'yaml_body = yamlencode({{ kind = "Secret", data = {{ a = "{0}" }} }})'),
    ("kubectl_manifest", "yaml_body = <<-YAML\n    kind: Secret\n    stringData:\n      any: {0}\n  YAML"),
    ("aws_ssm_parameter", 'type  = "SecureString"\n  value = "{0}"'),
    ("azurerm_key_vault_secret", 'value = "{0}"'),
    ("google_secret_manager_secret_version", 'secret_data = "{0}"'),
    ("github_actions_secret", 'plaintext_value = "{0}"'),
    ("vault_generic_secret", 'data_json = <<EOT\n{{ "foo": "{0}" }}\nEOT'),
    ("aws_secretsmanager_secret_version", 'secret_string = jsonencode({{ user = "app", x = "{0}" }})'),
    ("aws_secretsmanager_secret_version", 'secret_string = "{0}"'),
    ("aws_db_instance", 'instance_class = "db.m6g.large"\n  password       = "{0}"'),
    ("aws_db_instance", 'password = coalesce(var.p, "{0}")'),
    ("aws_db_instance", 'password = var.x == "" ? "{0}" : var.x'),
    ("aws_rds_cluster", 'master_password = "{0}"\n  master_username = "app"'),
    ("aws_elasticache_replication_group", 'auth_token = "{0}"'),
    ("aws_instance", "user_data = <<-EOF\n    #!/bin/sh\n    export DB_PASSWORD={0}\n    curl -u admin:{1} https://x.example.com\n  EOF"),
    ("aws_lambda_function", 'environment {{\n    variables = {{\n      API_TOKEN = "{0}"\n      DB_URL = "postgres://app:{1}@db:5432/a"\n    }}\n  }}'),
    ("aws_ecs_task_definition", 'container_definitions = jsonencode([{{ name = "app", environment = [{{ name = "DB_PASSWORD", value = "{0}" }}] }}])'),
    ("helm_release", 'set_sensitive {{\n    name  = "auth.main"\n    value = "{0}"\n  }}'),
    ("helm_release", 'set = [\n    {{ name = "db.password", value = "{0}" }},\n  ]'),
    ("helm_release", "values = [<<-EOT\n    auth:\n      password: {0}\n      apiToken: \"{1}\"\n  EOT\n  ]"),
    ("helm_release", 'values = [yamlencode({{ auth = {{ adminPassword = "{0}" }} }})]'),
    ("null_resource", 'provisioner "remote-exec" {{\n    connection {{\n      password = "{0}"\n    }}\n    inline = ["mysql -u root -p{1} shop"]\n  }}'),
    ("aws_iam_access_key", 'any = join("-", [sensitive("{0}"), "x"])'),
)  # fmt: skip

_BLOCKS: tuple[Callable[[Planter], str], ...] = (
    lambda p: f'provider "datadog" {{\n  api_key = "{p.hexadecimal()}"\n  app_key = "{p.hexadecimal()}"\n}}\n',
    lambda p: f'provider "aws" {{\n  access_key = "AKIA{_kept(p, p.upper(16))}"\n  secret_key = "{p.random_looking()}"\n}}\n',
    lambda p: f'variable "{p.name()}_db_password" {{\n  type    = string\n  default = "{p.secret()}"\n}}\n',
    lambda p: f'variable "api_tokens" {{\n  default = ["{p.random_looking()}", "{p.random_looking()}"]\n}}\n',
    lambda p: f'output "admin_password" {{\n  value = "{p.random_looking()}"\n}}\n',
    lambda p: f'output "o" {{\n  value     = "{p.letters()}"\n  sensitive = true\n}}\n',
    lambda p: f'locals {{\n  db_password = "{p.letters()}"\n  url         = "postgres://app:{p.in_url()}@db:5432/app"\n}}\n',
    lambda p: f'locals {{\n  settings = {{\n    {p.key().replace("-", "_")} = "{p.random_looking()}"\n  }}\n}}\n',
    lambda p: f'module "db" {{\n  source      = "terraform-aws-modules/rds/aws"\n  version     = "6.1.0"\n  db_password = "{p.secret()}"\n}}\n',
    lambda p: f'data "http" "x" {{\n  url = "https://api.example.com"\n  request_headers = {{\n    Authorization = "Bearer {p.random_looking()}"\n  }}\n}}\n',
    lambda p: f"# the old password was: {p.random_looking()}\n",
)  # fmt: skip


def _kept(p: Planter, value: str) -> str:
    p.secrets.append(value)
    return value


def _resource(p: Planter) -> str:
    type_, body = p.chance.choice(_RESOURCES)
    return f'resource "{type_}" "r{p.hex(4)}" {{\n  {body.format(p.in_url(), p.in_url())}\n}}\n'


def _harmless(p: Planter) -> str:
    lines = {}
    for key, value in (p.harmless() for _ in range(3)):
        lines[key] = f'  {key} = "{value}"\n'
    return f'resource "acme_service" "s{p.hex(4)}" {{\n{"".join(lines.values())}}}\n'


def configuration(p: Planter) -> dict[str, str]:
    """A folder with a file of blocks, and perhaps the values of a sensitive variable."""
    blocks = [
        p.chance.choice((_resource, _resource, p.chance.choice(_BLOCKS)))(p)
        for _ in range(p.chance.randint(2, 4))
    ]
    broken = 'resource "aws_x" "y" {\n  a = = [\n' if p.chance.random() < 0.1 else ""
    files = {"main.tf": "\n".join([*blocks, _harmless(p), broken])}
    if p.chance.random() < 0.4:
        files["variables.tf"] = (
            'variable "pepper" {\n  type      = any\n  sensitive = true\n}\n\nvariable "plain" {}\n'
        )
        plain = p.harmless()[1]
        if p.chance.random() < 0.5:
            files["prod.tfvars"] = (
                f'plain  = "{plain}"\npepper = {{\n  a = ["{p.letters()}"]\n}}\ndb_password = "{p.secret()}"\n'
            )
        else:
            files["prod.tfvars.json"] = json.dumps(
                {"plain": plain, "pepper": p.letters(), "apiToken": p.secret()}, indent=2
            )
    if p.chance.random() < 0.15:
        files["more.tf.json"] = _as_json(p)
    if p.chance.random() < 0.2:
        files["values.yaml"] = "app:\n" + as_yaml(p, settings(p), "  ")
    if p.chance.random() < 0.2:
        files["init.sh"] = (
            f"#!/bin/sh\nexport {p.key().upper().replace('-', '_')}={p.random_looking()}\nredis-cli -a {p.random_looking()} ping\n"
        )
    return files


def _as_json(p: Planter) -> str:
    tree = {
        "variable": {"salt": {"sensitive": True, "default": p.letters()}},
        "output": {"y": [{"sensitive": True, "value": p.letters()}]},
        "resource": {
            "kubernetes_secret": {"s": {"data": {"any": p.letters()}}},
            "aws_db_instance": {"d": {"password": p.letters(), "instance_class": "db.t4g.small"}},
            "kubernetes_manifest": {"m": {"manifest": {"kind": "Secret", "data": {"a": p.encoded()}}}},
        },
        "provider": {"datadog": {"api_key": p.hexadecimal()}},
    }
    return json.dumps(tree, indent=p.chance.choice((None, 2))) + "\n"
