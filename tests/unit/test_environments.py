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
        ("", ""),
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
