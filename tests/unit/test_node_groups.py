"""Groups of nodes are held against Terraform by their name, and only by it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cluster.findings import Scope, Tier
from cluster.findings.account import Account, Verdict
from cluster.findings.node_groups import accounts_of_group, node_groups
from cluster.findings.quotes import Quotes
from tests.unit.findings_world import Team, a_node, a_shop, terraform

BLOCK = """
variable "environment" {{
  type = string
}}

variable "types" {{
  type = list(string)
}}

resource "aws_eks_node_group" "arm" {{
  node_group_name = {name}
  instance_types  = var.types
}}
"""
FILES = {
    "main.tf": BLOCK.format(name='"acme-${var.environment}-arm"'),
    "production.tfvars": 'environment = "production"\ntypes = ["m7g.large", "m7g.xlarge"]\n',
    "staging.tfvars": 'environment = "staging"\ntypes = ["t4g.large"]\n',
}


def a_team(folder: Path, *kinds: str, group: str = "acme-production-arm") -> Team:
    labels = {"eks.amazonaws.com/nodegroup": group}
    nodes = [a_node(f"node-{n}") for n in range(len(kinds))]
    for node, kind in zip(nodes, kinds, strict=True):
        node["metadata"]["labels"] = {**labels, "node.kubernetes.io/instance-type": kind}
    shop = [one for one in a_shop() if one["kind"] != "Node"]
    return Team(
        {"prod": [*shop, *nodes]}, terraform(folder, FILES), {"prod": Scope(environment="production")}
    )


def accounts(team: Team, environment: str = "production") -> list[Account]:
    block = next(one for one in team.documents if one.terraform and "node_group" in one.terraform.address)
    groups = [one for one in node_groups(block) if one.environment == environment]
    stored = {one.id: one for one in team.everything()}
    nodes = [one for one in team.objects() if one.kind == "Node"]
    return [
        account
        for group in groups
        for account in accounts_of_group(group, nodes, "prod", team.findings(), Quotes((), stored.get))
    ]


def test_a_group_is_told_for_each_environment(tmp_path: Path) -> None:
    block = next(d for d in a_team(tmp_path).documents if d.terraform and "node_group" in d.terraform.address)
    assert [(one.environment, one.name, one.types.value) for one in node_groups(block)] == [
        ("production", "acme-production-arm", ("m7g.large", "m7g.xlarge")),
        ("staging", "acme-staging-arm", ("t4g.large",)),
    ]
    assert list(node_groups(replace(block, terraform=None))) == []


def test_what_runs_comes_first_and_code_that_allows_it_agrees(tmp_path: Path) -> None:
    told = accounts(a_team(tmp_path, "m7g.large", "m7g.large"))
    assert [(one.tier, one.verdict) for one in told] == [
        (Tier.LIVE, Verdict.HOLDS),
        (Tier.CODE, Verdict.ALLOWS),
    ]
    assert told[0].words == "m7g.large (2 nodes)"
    assert told[0].sides[0].quote == "node.kubernetes.io/instance-type: m7g.large"
    assert told[1].words == "m7g.large, m7g.xlarge"


def test_another_type_contradicts_only_where_a_finding_says_so(tmp_path: Path) -> None:
    told = accounts(a_team(tmp_path, "c7g.large"))
    assert [one.verdict for one in told] == [Verdict.HOLDS, Verdict.CONTRADICTS]
    assert told[1].finding is not None


@pytest.mark.parametrize("group", ["acme-staging-arm", "acme-production-arm-spot", "arm", ""])
def test_nodes_of_another_group_are_not_told(tmp_path: Path, group: str) -> None:
    assert accounts(a_team(tmp_path, "c7g.large", group=group)) == []
