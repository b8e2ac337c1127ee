"""Small trees of files, one for each connector that reads folders; one entry in `SOURCES` adds one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.base import Connector
from connectors.files.connector import FilesConnector
from connectors.kubernetes.connector import KubernetesManifestsConnector
from connectors.terraform.connector import TerraformConnector

LONG_AGO = 1_600_000_000
"""Times of the files in seconds: a crawl does not trust files that were touched just now."""


@dataclass(frozen=True)
class Source:
    """A connector and a small tree it can read: `changed` is new content for the file `victim`."""

    connector: Callable[..., Connector]
    tree: Mapping[str, str | bytes]
    victim: str
    changed: str
    broken: str
    """The path of a binary file with a name that the connector wants."""


SOURCES = {
    "files": Source(
        connector=FilesConnector,
        tree={
            "README.md": "---\ntitle: Shop\nowner: team-shop\n---\n\nThe shop.\n\n```sh\nmake run\n```\n",
            "docs/a guide.md": "# Guide\r\n\r\n1. One\r\n\r\n   ```yaml\r\n   a: 1\r\n   ```\r\n",
            "docs/old.rst": "Old\n===\n\ntext::\n\n   code\n",
            "docs/new.adoc": "= New\n\nNOTE: text\n",
            "notes.txt": "one\n\ntwo\n",
        },
        victim="docs/old.rst",
        changed="New\n===\n\nother\n",
        broken="bad.md",
    ),
    "kubernetes": Source(
        connector=KubernetesManifestsConnector,
        tree={
            "README.md": "# Manifests\n\nRun `kubectl -n shop get deploy/cart`.\n",
            "base/cart.yaml": (
                "# The cart.\napiVersion: apps/v1\nkind: Deployment\n"
                "metadata: {name: cart, namespace: shop}\n---\r\n"
                "apiVersion: v1\r\nkind: Service\r\nmetadata:\r\n  name: cart\r\n"
            ),
            "overlays/prod/cart.yaml": (
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart, namespace: shop}\n"
            ),
            "overlays/prod/redis.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: redis}\n",
            "overlays/prod/kustomization.yaml": "resources:\n  - cart.yaml\n",
            "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
            "chart/values-prod.yaml": "replicas: 3\n",
            "chart/templates/cm.yaml": "{{- if .Values.on }}\napiVersion: v1\nkind: ConfigMap\n{{- end }}\n",
            "list.json": '{"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": {"name": "p"}}]}',
        },
        victim="overlays/prod/redis.yaml",
        changed="apiVersion: v1\nkind: Pod\nmetadata: {name: other}\n",
        broken="base/bad.yaml",
    ),
    "terraform": Source(
        connector=TerraformConnector,
        tree={
            "README.md": "# Infra\n\nRun `terraform apply`.\n",
            "modules/db/main.tf": 'variable "size" {\n  default = "small"\n}\n',
            "deploy/main.tf": (
                "# The network.\r\nlocals {\r\n  cidr = var.cidr\r\n}\r\n\r\n"
                'variable "cidr" {\r\n  description = "Range of the network."\r\n}\r\n'
            ),
            "deploy/outputs.tf": 'output "cidr" {\n  value = local.cidr\n}\n',
            "variables/prod/deploy.tfvars": 'cidr = "10.0.0.0/16"\n',
            "deploy/user data.sh.tftpl": "#!/bin/sh\necho ${name}\n",
        },
        victim="deploy/outputs.tf",
        changed='output "range" {\n  value = "${local.cidr}"\n}\n',
        broken="deploy/bad.tf",
    ),
}
