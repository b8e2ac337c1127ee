"""Environments are recognised in paths as teams name them, and not where the word means something else."""

from __future__ import annotations

import pytest

from connectors.environments import CANONICAL, canonical, of_path


@pytest.mark.parametrize(
    ("path", "environment"),
    [
        ("variables/production/rds.tfvars", "production"), ("prod.tfvars", "production"),
        ("envs/prd/main.tf", "production"), ("values-staging.yaml", "staging"),
        ("values.stg.yaml", "staging"),
        ("envs/test/main.tf", "test"), ("environments/integration/values.yaml", "integration"),
        ("overlays/dev/kustomization.yaml", "development"),
        ("charts/app/values-Production.yaml", "production"),
        ("test.tfvars", "test"), ("staging/production.tfvars", "production"),
        ("clusters/pre-prod/app.yaml", "preproduction"),
        ("modules/gatekeeper/test/suite.yaml", ""), ("tests/unit/test_x.py", ""), ("docs/demo.md", ""),
        ("docs/integration-guide.md", ""), ("README.md", ""), ("production-ready.md", "production"),
        ("clusters/prod-eu-1/app.yaml", "production"), ("prod-eu/main.tf", "production"),
        ("live/prod01/main.tf", "production"), ("eks-production/main.tf", "production"),
        ("terraform/aws_stg_2/main.tf", "staging"), ("clusters/dev-eu/app.yaml", "development"),
        ("clusters/integration.eu/app.yaml", "integration"), ("pre-prod-eu/main.tf", "preproduction"),
        ("aws_pre_prod/main.tf", "preproduction"), ("values-pre-prod.yaml", "preproduction"),
        ("rds-non-prod.tfvars", ""), ("clusters/non-prod/app.yaml", ""), ("non_production/main.tf", ""),
        ("docs/production-readiness/list.md", ""), ("prod-to-staging/copy.sh", ""), ("tests-dev/x.py", ""),
        ("dev-tools/main.tf", ""), ("modules/integration-tests/main.tf", ""), ("modules/product-a/x.tf", ""),
        ("docs/software-development/page.md", ""), ("live-reload/main.tf", ""), ("", ""),
    ],
)  # fmt: skip
def test_environment_of_a_path(path: str, environment: str) -> None:
    assert of_path(path) == environment


@pytest.mark.parametrize("name", CANONICAL)
def test_every_spelling_means_its_environment_in_any_case(name: str) -> None:
    for spelling in CANONICAL[name]:
        assert canonical(spelling) == canonical(spelling.upper()) == name


def test_other_words_mean_none() -> None:
    assert canonical("shop") == ""
