"""Pages that are wrong about a value, and those that are right, unsure or about something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.findings import FindingType, Tier
from tests.unit.findings_world import (
    Team,
    a_shop,
    a_workload,
    an_autoscaler,
    an_object,
    as_yaml,
    manifests,
)


def a_full_shop() -> Team:
    redis = a_workload("redis", 3, "docker.io/library/redis:7.4.2", "StatefulSet", limits={"memory": "4Gi"})
    redis["spec"]["volumeClaimTemplates"] = [
        {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": "20Gi"}}}}
    ]
    checkout = a_workload("checkout", 7, limits={"memory": "1Gi", "cpu": "2"}, requests={"cpu": "500m"})
    job = {"spec": {"template": {"spec": {"containers": [{"name": "sync", "image": "acme/sync:1"}]}}}}
    sync = an_object("CronJob", "sync", spec={"schedule": "15 3 * * *", "jobTemplate": job})
    entry = an_object("Ingress", "entry", spec={"rules": [{"host": "shop.acme.example"}]})
    return Team({"prod": [*a_shop(), redis, checkout, sync, entry, an_autoscaler("checkout", 4, 16)]})


WRONG = [
    ("The deployment `cart` runs five replicas.", "Deployment shop/cart", "replicas"),
    ("`orders`: 3 pods", "Deployment shop/orders", "replicas"),
    ("Deployment `checkout` has 2 replicas.", "Deployment shop/checkout", "replicas"),
    ("`checkout` runs between 4 and 10 pods.", "Deployment shop/checkout", "replicas"),
    ("`checkout` has a memory limit of 768Mi.", "Deployment shop/checkout", "memory limit"),
    ("`checkout`'s CPU limit is 1.", "Deployment shop/checkout", "cpu limit"),
    ("`redis` is version 6.2.", "StatefulSet shop/redis", "version"),
    ("The `redis` image is `redis:7.2.5`.", "StatefulSet shop/redis", "image"),
    ("`redis` has a volume of 50Gi.", "StatefulSet shop/redis", "storage"),
    ("The cron job `sync` runs at `0 3 * * *`.", "CronJob shop/sync", "schedule"),
    ("The service `cart` listens on port 9000.", "Service shop/cart", "port"),
    ("The ingress `entry` serves `www.acme.example`.", "Ingress shop/entry", "host"),
]
RIGHT = [
    "The deployment `cart` runs three replicas.", "`checkout` has 9 replicas.", "`checkout` runs 4 to 16 pods.",
    "`checkout` runs up to 16 pods.", "`checkout` has a memory limit of 1024Mi.", "`redis` is version 7.4.",
    "The `redis` image is `mirror.acme.example/redis:7.4.2`.", "The cron job `sync` runs at `15 3 * * *`.",
    "The service `cart` listens on port 8081.", "The ingress `entry` serves `shop.acme.example`.",
    "`cart` had 5 replicas.", "`cart` will have 5 replicas.", "Scale `cart` to 5 replicas.",
    "If it is slow, `cart` needs 5 replicas.", "`cart` has about 5 replicas.", "`cart` should run 5 replicas.",
    "`cart` and `orders` have 5 replicas.", "`payroll` has 5 replicas.", "In staging `cart` has 5 replicas.",
    "`cart` has 5 replicas in production and 1 in staging.", "`cart` handles 5 requests per pod.",
    "`redis` has a memory limit of 4 GB.",
]  # fmt: skip


def _page(sentence: str) -> str:
    return f"# Sizes\n\n`kubectl -n shop get deploy/cart`\n\n{sentence}\n"


@pytest.mark.parametrize(("sentence", "subject", "value"), WRONG)
def test_a_sentence_with_another_value_contradicts(sentence: str, subject: str, value: str) -> None:
    assert a_full_shop().told(_page(sentence)) == [("contradiction", subject, value)]


@pytest.mark.parametrize("sentence", RIGHT)
def test_a_sentence_that_is_right_or_unsure_does_not(sentence: str) -> None:
    assert a_full_shop().told(_page(sentence)) == []


def test_a_row_of_a_table_is_held_against_the_object() -> None:
    rows = "| Service | Replicas | Memory limit | Image |\n|---|---|---|---|\n"
    team = a_full_shop()
    right = f"{rows}| checkout | 4–16 | 1Gi | `acme/checkout:v1.4.0` |\n| cart | 3 | – | |\n"
    assert team.told(_page(right)) == []
    found = team.findings(_page(f"{rows}| checkout | 2, fixed | 512Mi | `acme/checkout:v1.3.9` |\n"))
    assert sorted(one.value for one in found) == ["image", "memory limit", "replicas"]
    assert {one.said.quote for one in found} == {"| checkout | 2, fixed | 512Mi | `acme/checkout:v1.3.9` |"}
    assert {one.value: one.holds.quote for one in found} == {
        "image": "image: acme/checkout:v1.4.0", "memory limit": "memory: 1Gi", "replicas": "minReplicas: 4",
    }  # fmt: skip


def test_values_below_a_heading_that_is_the_object() -> None:
    text = "## Deployment cart\n\n- Replicas: 6\n- Port: 8080\n\n## Owners\n\n- Replicas: 9\n"
    assert a_full_shop().told(_page(text)) == [("contradiction", "Deployment shop/cart", "replicas")]


def test_a_manifest_on_a_page_is_held_against_the_object() -> None:
    block = f"```yaml\n{as_yaml(a_workload('cart', 5))}```\n"
    assert a_full_shop().told(_page(f"What runs:\n\n{block}")) == [
        ("contradiction", "Deployment shop/cart", "replicas")
    ]
    assert a_full_shop().told(_page(f"Change it to this:\n\n{block}")) == []
    assert a_full_shop().told(_page(f"{block}\n`kubectl apply -f cart.yaml`")) == []


def test_an_environments_value_is_held_against_its_cluster_only() -> None:
    team = Team({"prod": a_shop(), "staging": [*a_shop()[:2], a_workload("cart", 1)]})
    rows = "| Service | Environment | Replicas |\n|---|---|---|\n| cart | production | 3 |\n| cart | staging | 2 |\n"
    found = team.findings(_page(rows))
    assert [(one.cluster, one.said.quote) for one in found] == [("staging", "| cart | staging | 2 |")]


def test_of_several_clusters_that_may_be_meant_all_must_disagree() -> None:
    sentence = _page("`cart` has 3 replicas.")
    one, other = a_shop(), [*a_shop()[:2], a_workload("cart", 1)]
    assert Team({"prod-eu": one, "prod-us": other}).told(sentence) == []
    assert Team({"prod-eu": other, "prod-us": other}).told(sentence) == [
        ("contradiction", "Deployment shop/cart", "replicas")
    ]


def test_code_stands_where_nothing_runs(tmp_path: Path) -> None:
    code = manifests(tmp_path, {"production/cart.yaml": as_yaml(a_workload("cart", 3))})
    sentence = "# Sizes\n\n`cart` has 5 replicas in production.\n"
    found = Team({}, documents=code).findings(sentence)
    assert [(one.type, one.holds.tier) for one in found] == [(FindingType.CONTRADICTION, Tier.CODE)]
    assert "the manifest for production has 3" in found[0].text
    live = Team({"prod": [*a_shop()[:2], a_workload("cart", 5)]}, documents=code).findings(sentence)
    assert [one.type for one in live] == [
        FindingType.DRIFT
    ]  # what runs holds: the page is right, the code is not


def test_what_else_sets_a_value_is_respected() -> None:
    team = a_full_shop()
    team.clusters["prod"].append(
        an_object(
            "VerticalPodAutoscaler",
            "checkout",
            spec={"targetRef": {"kind": "Deployment", "name": "checkout"}},
        )
    )
    assert team.told(_page("`checkout` has a memory limit of 768Mi.")) == []
    asleep = a_workload("night", 0)
    asleep["metadata"]["annotations"] = {"downscaler/uptime": "Mon-Fri 07:00-19:00"}
    team.clusters["prod"].append(asleep)
    assert team.told(_page("`night` has 2 replicas.")) == []


def test_names_that_two_namespaces_have_are_left_alone() -> None:
    other = a_workload("cart", 9)
    other["metadata"]["namespace"] = "lab"
    team = Team({"prod": [*a_shop(), other]})
    assert team.told("# Sizes\n\n`cart` has 5 replicas.\n") == []
    assert team.told(_page("`cart` has 5 replicas.")) == [
        ("contradiction", "Deployment shop/cart", "replicas")
    ]
