"""What each source says of a value: told where it is surely of the same object, contradicting only where findings say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.declared import declared
from cluster.findings import Scope, Tier
from cluster.findings.account import Account, Sources, Subject, Verdict
from cluster.findings.accounts import accounts_of
from cluster.findings.quotes import Quotes
from connectors.documents import Document
from connectors.kubernetes.observed import ObservedObject
from tests.unit.findings_world import (
    Team,
    a_page,
    a_shop,
    a_workload,
    an_autoscaler,
    an_object,
    as_yaml,
    manifests,
)

USUAL = frozenset({"", "production"})


def a_team() -> Team:
    """A cluster `prod` and a smaller one `staging`."""
    redis = a_workload("redis", 3, "docker.io/library/redis:7.4.2", "StatefulSet", limits={"memory": "4Gi"})
    checkout = a_workload("checkout", 7, limits={"memory": "1Gi", "cpu": "2"}, requests={"cpu": "500m"})
    job = {"spec": {"template": {"spec": {"containers": [{"name": "sync", "image": "acme/sync:1"}]}}}}
    sync = an_object("CronJob", "sync", spec={"schedule": "15 3 * * *", "jobTemplate": job})
    entry = an_object("Ingress", "entry", spec={"rules": [{"host": "shop.acme.example"}]})
    prod = [*a_shop(), redis, checkout, sync, entry, an_autoscaler("checkout", 4, 16)]
    small = [an_object("Namespace", "shop", ""), a_workload("cart", 1, "acme/cart:v1.5.0-rc1")]
    scopes = {"prod": Scope(environment="production"), "staging": Scope(environment="staging")}
    return Team({"prod": prod, "staging": small}, scopes=scopes)


def of_shop(text: str, path: str = "page.md") -> Document:
    """A page that surely speaks of the cluster."""
    return a_page(f"# Services\n\nAll of these run in namespace `shop`.\n\n{text}", path)


def accounts(
    team: Team, kind: str, name: str, what: str, *pages: Document, cluster: str = "prod", environment: str = "production"
) -> list[Account]:  # fmt: skip
    """What everything says of the value of an object in namespace `shop`."""

    def of(one: ObservedObject | None, wanted: str) -> bool:
        return one is not None and (one.kind, one.name, one.namespace) == (wanted, name, "shop")

    objects = [one for one in team.objects() if one.cluster == cluster]
    written = [d for d in team.documents if d.environment in ("", environment)]
    code = [one for one in map(declared, written) if one is not None]
    stored = {d.id: d for d in (*team.everything(), *pages)}
    subject = Subject(
        environment,
        live=next((one for one in objects if of(one, kind)), None),
        scaler=next((one for one in objects if of(one, "HorizontalPodAutoscaler")), None),
        declared=[one for one in code if of(one, kind)],
        scalers=[one for one in code if of(one, "HorizontalPodAutoscaler")],
        cluster=cluster,
    )
    sources = Sources(pages, team.findings(*pages), Quotes((), stored.get), USUAL)
    return accounts_of(subject, what, sources)


def deployed(folder: Path, *values: object, environment: str = "production") -> list[Document]:
    """Manifests of an environment."""
    text = "---\n".join(as_yaml(value) for value in values)  # type: ignore[arg-type]
    return manifests(folder, {f"{environment}/all.yaml": text}, f"deploy-{environment}")


WRONG = [
    ("The deployment `cart` runs five replicas.", "Deployment", "cart", "replicas", "five"),
    ("`checkout` runs between 4 and 10 pods.", "Deployment", "checkout", "replicas", ""),
    ("`checkout` has a memory limit of 768Mi.", "Deployment", "checkout", "memory limit", "768Mi"),
    ("`checkout`'s CPU limit is 1.", "Deployment", "checkout", "cpu limit", "1"),
    ("`redis` is version 6.2.", "StatefulSet", "redis", "image", "6.2"),
    ("The `redis` image is `redis:7.2.5`.", "StatefulSet", "redis", "image", "redis:7.2.5"),
    ("The cron job `sync` runs at `0 3 * * *`.", "CronJob", "sync", "schedule", "0 3 * * *"),
    ("The service `cart` listens on port 9000.", "Service", "cart", "port", "9000"),
    ("The ingress `entry` serves `www.acme.example`.", "Ingress", "entry", "host", "www.acme.example"),
    ("| Service | Pods |\n|---|---|\n| cart | 5 |\n", "Deployment", "cart", "replicas", "5"),
]
SAME = [
    ("The deployment `cart` runs three replicas.", "Deployment", "cart", "replicas"),
    ("`checkout` runs 4 to 16 pods.", "Deployment", "checkout", "replicas"),
    ("| Service | Pods |\n|---|---|\n| checkout | 4, up to 16 |\n", "Deployment", "checkout", "replicas"),
    ("`checkout` has a memory limit of 1024Mi.", "Deployment", "checkout", "memory limit"),
    ("`redis` is version 7.4.", "StatefulSet", "redis", "image"),
    ("The `redis` image is `mirror.acme.example/redis:7.4.2`.", "StatefulSet", "redis", "image"),
    ("The cron job `sync` runs at `15 3 * * *`.", "CronJob", "sync", "schedule"),
]
HARMLESS = [
    # Another environment.
    ("In staging `cart` has 5 replicas.", "replicas"),
    ("`cart` has 5 replicas in production and 1 in staging.", "replicas"),
    ("# Staging\n\n`cart` has 1 replica.", "replicas"),
    ("| Service | Environment | Pods |\n|---|---|---|\n| cart | staging | 1 |\n", "replicas"),
    ("On the dev cluster `cart` has a memory limit of 128Mi.", "memory limit"),
    ("`cart` runs `acme/cart:v1.5.0-rc1` in staging.", "image"),
    ("# Test environment\n\n| Service | Image |\n|---|---|\n| cart | acme/cart:v0.9.0 |\n", "image"),
    # Another object, or another kind of the name.
    ("`payroll` has 5 replicas.", "replicas"),
    ("`cart-worker` has 5 replicas.", "replicas"),
    ("The `cart` ConfigMap has 5 keys.", "replicas"),
    ("`cart` and `orders` have 5 replicas.", "replicas"),
    ("| Service | Namespace | Pods |\n|---|---|---|\n| cart | till | 9 |\n", "replicas"),
    ("The `cart` CronJob runs at `0 1 * * *`.", "replicas"),
    ("`cart` handles 5 requests per pod.", "replicas"),
    ("`cart` opens 5 connections for each of its replicas.", "replicas"),
    ("`cart` uses the image of the Spring guild, version 9.", "image"),
    ("The chart of `cart` is version 9.1.0.", "image"),
    # Ranges and what an autoscaler may do.
    ("`cart` runs 1 to 9 pods.", "replicas"),
    ("`cart` has about 5 replicas.", "replicas"),
    ("`cart` has at least 2 replicas.", "replicas"),
    ("`cart` needs up to 5 replicas at peak.", "replicas"),
    # Once, later, in some case.
    ("`cart` had 5 replicas.", "replicas"),
    ("Until March `cart` had a memory limit of 512Mi.", "memory limit"),
    ("`cart` will have 5 replicas.", "replicas"),
    ("`cart` was raised from 2 to 5 replicas.", "replicas"),
    ("Scale `cart` to 5 replicas.", "replicas"),
    ("If it is slow, `cart` needs 5 replicas.", "replicas"),
    ("`cart` should run 5 replicas.", "replicas"),
    ("During the sale `cart` runs 9 pods.", "replicas"),
    ("We plan `acme/cart:v2.0.0` for `cart`.", "image"),
    ("`cart` used to run `acme/cart:v1.2.0`.", "image"),
    # Examples and models.
    ("For example, `cart` has 5 replicas.", "replicas"),
    ("## Example\n\nThe deployment `cart` runs five replicas.", "replicas"),
    ("A manifest looks like this:\n\n```yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cart\n"
     "  namespace: shop\nspec:\n  replicas: 9\n```\n", "replicas"),
    ("By default `cart` has 5 replicas.", "replicas"),
    # Values that say nothing for sure.
    ("`cart` runs `acme/cart:latest`.", "image"),
    ("`cart` runs `acme/cart:$TAG`.", "image"),
    ("The `cart` image is `acme/cart`.", "image"),
    ("`cart` has enough replicas.", "replicas"),
    ("`cart` has a memory limit.", "memory limit"),
    ("`cart` has a memory limit of 4 GB or so.", "memory limit"),
]  # fmt: skip
RECORDS = [
    "postmortems/2026-03-01-cart.md",
    "decisions/0009-cart.md",
    "archive/cart.md",
    "weekly-2026-01-02.md",
]


@pytest.mark.parametrize(("text", "kind", "name", "what", "words"), WRONG)
def test_a_page_that_is_wrong_contradicts(text: str, kind: str, name: str, what: str, words: str) -> None:
    told = accounts(a_team(), kind, name, what, of_shop(text))
    assert [one.verdict for one in told] == [Verdict.HOLDS, Verdict.CONTRADICTS]
    assert words in told[1].words
    assert told[1].finding is not None


@pytest.mark.parametrize(("text", "kind", "name", "what"), SAME)
def test_a_page_that_is_right_agrees(text: str, kind: str, name: str, what: str) -> None:
    told = accounts(a_team(), kind, name, what, of_shop(text))
    assert [one.verdict for one in told] == [Verdict.HOLDS, Verdict.AGREES]


@pytest.mark.parametrize(("text", "what"), HARMLESS)
def test_what_is_not_surely_of_the_same_value_is_not_told(text: str, what: str) -> None:
    team = a_team()
    if what == "memory limit":
        team.clusters["prod"][2] = a_workload("cart", limits={"memory": "768Mi"})
    told = accounts(team, "Deployment", "cart", what, of_shop(text))
    assert [one.verdict for one in told] == [Verdict.HOLDS]


@pytest.mark.parametrize("path", RECORDS)
def test_a_record_of_once_is_not_told(path: str) -> None:
    page = of_shop("The deployment `cart` runs three replicas.", path)
    other = of_shop("The deployment `cart` runs five replicas.", path)
    for one in (page, other):
        assert len(accounts(a_team(), "Deployment", "cart", "replicas", one)) == 1


def test_what_runs_comes_before_code_and_code_before_pages(tmp_path: Path) -> None:
    team = a_team()
    team.documents = deployed(tmp_path, a_workload("cart", 4))
    told = accounts(
        team, "Deployment", "cart", "replicas", of_shop("The deployment `cart` runs five replicas.")
    )
    assert [(one.tier, one.words, one.verdict) for one in told] == [
        (Tier.LIVE, "3", Verdict.HOLDS),
        (Tier.CODE, "4", Verdict.CONTRADICTS),
        (Tier.PROSE, "five replicas", Verdict.CONTRADICTS),
    ]
    assert [side.quote for one in told for side in one.sides] == [
        "replicas: 3", "replicas: 4", "The deployment `cart` runs five replicas.",
    ]  # fmt: skip


def test_code_of_another_environment_is_not_of_the_object(tmp_path: Path) -> None:
    team = a_team()
    team.documents = deployed(tmp_path, a_workload("cart", 1), environment="staging")
    assert len(accounts(team, "Deployment", "cart", "replicas")) == 1
    told = accounts(team, "Deployment", "cart", "replicas", cluster="staging", environment="staging")
    assert [one.verdict for one in told] == [Verdict.HOLDS, Verdict.AGREES]


def test_a_number_that_an_autoscaler_may_change_is_no_contradiction(tmp_path: Path) -> None:
    team = a_team()
    team.documents = deployed(tmp_path, a_workload("checkout", 4), an_autoscaler("checkout", 4, 16))
    told = accounts(team, "Deployment", "checkout", "replicas")
    assert [(one.verdict, one.words) for one in told] == [
        (Verdict.HOLDS, "7, scaled between 4 and 16"),
        (Verdict.SCALED, "4, scaled between 4 and 16"),
    ]


def test_without_a_cluster_code_holds_and_pages_are_held_against_it(tmp_path: Path) -> None:
    team = Team({}, deployed(tmp_path, an_object("Namespace", "shop", ""), a_workload("cart", 4)))
    wrong = a_page("The deployment `cart` in namespace `shop` runs five replicas.")
    told = accounts(team, "Deployment", "cart", "replicas", wrong)
    assert (told[0].tier, told[0].verdict) == (Tier.CODE, Verdict.HOLDS)
    assert [one.verdict for one in told[1:]] == [Verdict.CONTRADICTS]


def test_outdated_pages_come_last_and_say_why() -> None:
    old = of_shop(
        "The ingress is of `networking.k8s.io/v1beta1`: kind Ingress.\n\n```yaml\napiVersion: networking.k8s.io/v1beta1\n"
        "kind: Ingress\nmetadata:\n  name: entry\n```\n\nThe deployment `cart` runs three replicas.", "aa.md"
    )  # fmt: skip
    new = of_shop("The deployment `cart` runs three replicas.", "zz-new.md")
    told = accounts(a_team(), "Deployment", "cart", "replicas", old, new)
    assert [one.sides[0].document_id for one in told[1:]] == [new.id, old.id]
    assert [bool(one.outdated) for one in told] == [False, False, True]
    assert "v1beta1" in told[2].outdated


def test_of_several_workloads_of_a_name_no_page_is_told() -> None:
    team = a_team()
    page = of_shop("The deployment `cart` runs three replicas.")
    objects = [one for one in team.objects() if one.cluster == "prod" and one.name == "cart"]
    live = next(one for one in objects if one.kind == "Deployment")
    stored = {d.id: d for d in (*team.everything(), page)}
    sources = Sources([page], team.findings(page), Quotes((), stored.get), USUAL)
    subject = Subject("production", live=live, cluster="prod", namesakes=2)
    assert len(accounts_of(subject, "replicas", sources)) == 1


def test_a_page_of_another_namespace_is_not_told() -> None:
    page = a_page("`kubectl -n till get deploy/cart`\n\nThe deployment `cart` runs three replicas.")
    assert len(accounts(a_team(), "Deployment", "cart", "replicas", page)) == 1
