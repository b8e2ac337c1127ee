"""Pages and manifests that name what is gone, and those that only seem to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cluster.findings import Scope
from cluster.findings.api_versions import removed_in
from tests.unit.findings_world import Team, a_node, a_page, a_shop, a_workload, an_object, as_yaml, manifests

_GONE = ("stale", "Deployment shop/ledger", "")


def command(rest: str, before: str = "") -> str:
    return f"# Help\n\n{before}\n\n```bash\nkubectl {rest}\n```\n"


@pytest.mark.parametrize(
    "page",
    [
        command("-n shop rollout restart deployment/ledger"),
        command("logs -n shop deploy/ledger --tail 20"),
        "# Ledger\n\n| Kind | Name | Namespace |\n|---|---|---|\n| Deployment | ledger | shop |\n",
        f"# Ledger\n\nRuns as:\n\n```yaml\n{as_yaml(a_workload('ledger'))}```\n",
    ],
)
def test_an_object_that_is_gone_makes_a_page_stale(page: str) -> None:
    assert Team().told(page) == [_GONE]


@pytest.mark.parametrize(
    "page",
    [
        command("-n shop rollout restart deployment/cart"),
        command("-n shop rollout restart deployment/<name>"),
        command("-n shop rollout restart deployment/my-app"),
        command("-n shop rollout restart deployment/example-ledger"),
        command("-n shop delete deployment ledger"),
        command("-n shop create deployment ledger --image=x\nkubectl -n shop get deployment ledger"),
        command("-n shop get pod ledger-0"),
        command("-n shop get job ledger-20261101"),
        command("--context corp -n shop get deploy/ledger"),
        command("-n shop get deploy/ledger", "Until 2024 we used to run:"),
        command("-n shop get deploy/ledger", "For example:"),
        command("-n shop get rollout ledger"),
        "# Ledger\n\nThe deployment `ledger` in `shop` was removed.\n",
        "# Ledger\n\nThe deployment `ledger` will run in `shop`.\n",
        "# Post-mortem: ledger\n\n`kubectl -n shop get deploy/ledger`\n",
        "---\nstatus: superseded\n---\n\n# Ledger\n\n`kubectl -n shop get deploy/ledger`\n",
        "# Cart\n\nThe `cart` statefulset in namespace `shop` keeps it.\n",
        f"# Ledger\n\nSave this:\n\n```yaml\n{as_yaml(a_workload('ledger'))}```\n\n`kubectl apply -f ledger.yaml`\n",
        f"# Ledger\n\nFor example:\n\n```yaml\n{as_yaml(a_workload('ledger'))}```\n",
    ],
)
def test_what_is_there_made_past_planned_or_a_placeholder_is_not_stale(page: str) -> None:
    assert Team().told(page) == []


def test_a_page_of_another_cluster_says_nothing_of_this_one() -> None:
    page = command("-n crm get deploy/contacts\nkubectl -n crm get deploy/leads")
    assert Team().told(page) == []
    assert Team(clusters={}).told(page) == []


def test_a_namespace_that_many_clusters_have_does_not_make_a_page_one_of_this() -> None:
    values = [*a_shop(), an_object("Namespace", "monitoring", "")]
    assert Team({"prod": values}).told(command("-n monitoring get deploy/grafana")) == []


def test_a_namespace_that_is_gone_is_told_once_with_what_was_in_it() -> None:
    page = command("-n till get deploy/basket\nkubectl -n till logs deploy/basket")
    found = Team().findings(command("-n shop get deploy/cart\nkubectl -n shop get svc/cart"), page)
    assert [(one.subject, one.said.quote) for one in found] == [
        ("Namespace till", "kubectl -n till get deploy/basket")
    ]
    assert "with Deployment basket" in found[0].text


def test_what_a_crawl_leaves_out_is_not_gone() -> None:
    page = command("-n shop get deploy/ledger\nkubectl -n till get deploy/basket")
    assert Team(scopes={"prod": Scope(include=("web-*",))}).told(page) == []
    assert Team(scopes={"prod": Scope(exclude=("shop", "till"))}).told(page) == []
    assert Team(scopes={"prod": Scope(kinds=frozenset({"Service"}))}).told(page) == []
    assert _GONE in Team(scopes={"prod": Scope(include=("shop",))}).told(page)


def test_linked_sources_alone_speak_of_a_cluster() -> None:
    page = command("-n shop get deploy/ledger")
    assert Team(scopes={"prod": Scope(sources=frozenset({"wiki"}))}).told(page) == []
    assert Team(scopes={"prod": Scope(sources=frozenset({"runbooks"}))}).told(page) == [_GONE]


def test_a_page_means_production_unless_it_says_otherwise() -> None:
    team = Team({"prod": a_shop(), "staging": [*a_shop(), a_workload("ledger")]})
    assert team.told(command("-n shop get deploy/ledger")) == [_GONE]
    assert team.told(command("--context staging -n shop get deploy/ledger")) == []
    assert team.told(command("-n shop get deploy/ledger", "In staging:").replace("# Help", "# Staging")) == []


def test_what_code_has_only_for_another_environment_may_be_meant(tmp_path: Path) -> None:
    code = manifests(tmp_path, {"staging/ledger.yaml": as_yaml(a_workload("ledger"))})
    team = Team(documents=code)
    assert team.told(command("-n shop get deploy/ledger")) == []
    assert team.told(command("-n shop get deploy/ledger").replace("# Help", "# Production")) == [_GONE]


@pytest.mark.parametrize(
    ("api_version", "kind", "minor"),
    [("extensions/v1beta1", "Ingress", 22), ("extensions/v1beta1", "Deployment", 16), ("autoscaling/v2beta2", "", 26),
     ("networking.k8s.io/v1beta1", "", 0), ("networking.k8s.io/v1beta1", "IPAddress", 0), ("apps/v1", "Deployment", 0),
     ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", 32)],
)  # fmt: skip
def test_when_api_versions_were_removed(api_version: str, kind: str, minor: int) -> None:
    assert removed_in(api_version, kind) == minor


def _ingress(api_version: str) -> str:
    value = {**an_object("Ingress", "cart"), "apiVersion": api_version}
    return f"# Entry\n\nIn namespace `shop`:\n\n```yaml\n{as_yaml(value)}```\n\n`kubectl -n shop get deploy/cart`\n"


def test_an_api_version_is_held_against_the_clusters_version() -> None:
    clusters = {"prod": [*a_shop(), an_object("Ingress", "cart")]}
    page = _ingress("networking.k8s.io/v1beta1")
    found = Team(clusters).findings(page)
    assert [(one.subject, one.holds.quote) for one in found] == [
        ("networking.k8s.io/v1beta1 Ingress", "kubeletVersion: v1.34.1")
    ]
    overview = replace(
        a_page("Cluster prod: Kubernetes v1.36.3, 6 objects\n"), id="kubernetes:prod/_/Overview/prod"
    )
    newer = Team(clusters, documents=[overview], scopes={"prod": Scope(version="v1.36.3")})
    (newest,) = newer.findings(page)
    assert "this is 1.36" in newest.text
    assert newest.holds.quote == "Cluster prod: Kubernetes v1.36.3, 6 objects"
    old = {"prod": [*a_shop()[:-1], an_object("Ingress", "cart"), a_node(version="v1.21.9")]}
    assert Team(old).told(page) == []
    assert Team(clusters).told(_ingress("networking.k8s.io/v1")) == []


def test_an_api_version_of_a_custom_resource_is_held_against_its_definition() -> None:
    names = {"kind": "Certificate", "plural": "certificates"}
    versions = [{"name": "v1", "served": True}, {"name": "v1alpha2", "served": False}]
    definition = an_object("CustomResourceDefinition", "certificates.cert-manager.io", "",
                           {"group": "cert-manager.io", "names": names, "versions": versions})  # fmt: skip
    team = Team({"prod": [*a_shop(), definition]})
    manifest = "apiVersion: cert-manager.io/%s\nkind: Certificate\nmetadata:\n  name: shop-tls\n"
    page = f"# TLS\n\n`kubectl -n shop get deploy/cart`\n\n```yaml\n{manifest}```\n"
    subjects = [subject for _, subject, value in team.told(page % "v1alpha2") if value]
    assert subjects == ["cert-manager.io/v1alpha2 Certificate"]
    assert [one for one in team.told(page % "v1") if one[2]] == []


def test_a_manifest_in_git_that_can_no_longer_be_applied_is_stale(tmp_path: Path) -> None:
    budget = {**an_object("PodDisruptionBudget", "cart"), "apiVersion": "policy/v1beta1"}
    team = Team(documents=manifests(tmp_path, {"prod/pdb.yaml": as_yaml(budget)}))
    assert team.told() == [("stale", "policy/v1beta1 PodDisruptionBudget", "apiVersion")]


def test_who_stands_for_absence() -> None:
    found = Team().findings(command("-n shop get deploy/ledger"))[0]
    assert found.holds.document_id == "kubernetes:prod/_/Namespace/shop"
    assert found.holds.quote == ""
    assert found.as_of.endswith("(as of 2026-11-20 08:00 UTC).")
    assert a_page("x").id == "files:runbooks/page.md"
