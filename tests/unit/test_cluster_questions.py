"""Questions about a live cluster: what is answered, with which script, and what is declined."""

from __future__ import annotations

import pytest

from tests.unit.cluster_questions import LiveCluster, a_container, a_deployment, shop

LIVE = LiveCluster()

ANSWERED = [
    ("which image does cart run?", ["registry.io/cart:v2.3"], "deployment cart -n shop"),
    ("what version of redis is running in shop", ["redis:7.2"], "-n shop"),
    ("how many replicas does redis have", ["3/3 ready"], "get deployment redis -n shop"),
    ("why is cart failing?", ["CrashLoopBackOff", "OOMKilled", "Back-off restarting"], "logs cart-5d-x7k2p -n shop -c server --previous"),
    ("is anything broken in shop?", ["1 of", "Deployment shop/cart"], "-n shop"),
    ("is redis ok", ["is healthy", "3/3 ready"], "redis"),
    ("are all nodes ready?", ["All 2 Nodes are healthy", "node-b"], "get node"),
    ("what runs in shop?", ["Deployment shop/cart", "Deployment shop/redis"], "-n shop"),
    ("how many deployments are in shop?", ["3 Deployments in shop", "Deployments: 3"], "get deployment -n shop"),
    ("which deployments are not ready", ["1 Deployment of 4", "Deployment shop/cart"], "get deployment -A"),
    ("which deployments have more than two replicas?", ["Deployment shop/redis", "Deployment blog/frontend"], "get deployment"),
    ("which deployments in shop have no memory limit", ["2 Deployments of 3", "shop/redis"], "-n shop"),
    ("which namespace has the most deployments", ["shop has the most: 3 Deployments"], "get deployment -A"),
    ("does shop have more deployments than blog?", ["shop has 3 Deployments, blog has 1 Deployment", "more in shop"], "-n blog"),
    ("who uses the configmap cart-config?", ["Deployment shop/cart", "name: cart-config"], "configmap cart-config"),
    ("which services does cart call", ["calls 1 Service", "redis:6379"], "cart"),
    ("who calls redis?", ["1 workload calls", "Deployment shop/cart"], "cart"),
    ("what is exposed to the outside in shop?", ["1 Service", "NodePort", "30080"], "-n shop"),
    ("memory limit of cart", ["128Mi"], "cart"),
    ("what is REDIS_ADDR set to in cart", ["redis:6379"], "cart"),
    ("on which node does cart run?", ["on node node-a"], "get pods -n shop"),
    ("where is redis", ["is in namespace shop of cluster prod", "node-b"], "-n shop"),
    ("does the frontend in shop autoscale, between which bounds?", ["2–6 replicas"], "hpa frontend -n shop"),
    ("is there a pdb for redis?", ["No disruption budget that was read selects Deployment shop/redis"], "get pdb -n shop"),
    ("which team owns cart?", ["team: checkout-crew"], "cart"),
    ("who can read secrets in shop?", ["ServiceAccount shop/cart", "secrets"], "rolebindings -n shop"),
    ("recent warnings in shop", ["BackOff"], "get events -n shop"),
    ("which zone is node-a in", ["zone: eu-1a"], "node-a"),
    ("kubernetes version of the cluster?", ["v1.31.2"], "kubectl version"),
    ("show logs of cart", ["CrashLoopBackOff"], "logs deployment/cart -n shop"),
    ("show me all cronjobs", ["No CronJob was read"], ""),
    ("cart 用的是哪个镜像?", ["registry.io/cart:v2.3"], "cart"),
    ("shop 里有多少个 deployment?", ["3 Deployments in shop"], "get deployment -n shop"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "said", "command"), ANSWERED, ids=[one[0] for one in ANSWERED])
def test_a_question_is_answered_with_its_script(question: str, said: list[str], command: str) -> None:
    answer = LIVE.told(question)
    assert [words for words in said if words not in answer.answer.replace("\\", "")] == []
    assert "In cluster prod, as of 2026-11-23 06:00 UTC" in answer.answer
    assert command in (answer.script.text if answer.script else "")


@pytest.mark.parametrize("question", [
    "how many replicas does the inventory-service deployment have?",
    "is the namespace payments healthy?",
    "what is the password of redis",
    "how much does the cluster cost per month?",
    "when will cart run out of memory?",
    "who deployed cart last week?",
    "how many requests per second does frontend get",
    "which team owns redis?",
    "what was the cpu usage of cart yesterday",
    "which deployments are haunted by ghosts",
])  # fmt: skip
def test_what_the_objects_do_not_say_is_declined(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or (answer.abstained and not answer.claims)


@pytest.mark.parametrize("question", [
    "how do I roll back cart?", "restart cart in shop", "scale redis to 5", "what is the meaning of life",
    "how to debug a crashing pod", "",
])  # fmt: skip
def test_what_is_not_about_objects_is_left_to_the_documents(question: str) -> None:
    assert LIVE.ask(question) is None


def test_a_name_in_two_namespaces_is_told_of_both_with_what_was_assumed() -> None:
    answer = LIVE.told("which image does frontend run?")
    assert "frontend is in 2 places; assumed blog, also in shop" in answer.answer
    assert "registry.io/blog-frontend:v9" in answer.answer
    assert "Deployment shop/frontend" in answer.answer
    assert answer.confidence < LIVE.told("which image does frontend in shop run?").confidence


def test_the_namespace_that_the_caller_looks_at_decides() -> None:
    answer = LIVE.told("which image does frontend run?", namespaces=("shop",))
    assert "registry.io/frontend:v1" in answer.answer
    assert "blog" not in answer.answer


def test_a_misspelled_name_is_read_and_said() -> None:
    answer = LIVE.told("how many replicas has frontnd in shop")
    assert "Read frontnd as frontend" in answer.answer.replace("\\", "").replace("`", "")
    assert answer.confidence < 0.9


def test_what_the_team_wrote_comes_before_what_runs() -> None:
    answer = LIVE.told("describe cart")
    written, runs = answer.answer.index("keeps baskets in redis"), answer.answer.index("0/1 ready")
    assert written < runs
    assert "kubelore graph --namespace shop --focus Deployment/cart" in answer.answer
    assert {one.document_id for one in answer.citations} >= {"files:docs/cart.md"}


def test_nothing_is_told_of_what_the_caller_may_not_read() -> None:
    live = LiveCluster(hidden=lambda ident: "/blog/" in ident or ident.endswith("/blog"))
    answer = live.told("which image does frontend run?")
    assert "registry.io/frontend:v1" in answer.answer
    assert "blog" not in answer.answer
    counted = live.told("how many deployments are there?")
    assert "3 Deployments" in counted.answer
    assert "Deployments: 4" not in counted.answer
    gone = live.ask("is the namespace blog healthy?")
    assert gone is None or gone.abstained


def test_only_the_sources_that_are_asked_for_take_part() -> None:
    asked = LIVE.ask("which image does cart run?", sources=("docs",))
    assert asked is None or asked.abstained
    assert LIVE.ask("which image does cart run?", kinds=("page",)) is None
    assert LIVE.told("which image does cart run?", sources=("live-prod",))


def test_a_long_list_says_how_many_are_left_out() -> None:
    many = [a_deployment(f"app-{i}", "shop", 1, a_container("main", f"app:{i}")) for i in range(60)]
    answer = LiveCluster([*shop(), *many]).told("list all deployments in shop")
    assert "63 Deployments in shop" in answer.answer
    assert "23 more are left out here" in answer.answer


def test_every_command_of_a_script_reads_only_and_names_what_is_there() -> None:
    from cluster.kubectl import check

    for question, _, _ in ANSWERED:
        script = LIVE.told(question).script
        for step in script.steps if script else ():
            assert check(step["argv"]).allowed, step


def _two_clusters() -> LiveCluster:
    staging = [a_deployment("cart", "shop", 1, a_container("server", "registry.io/cart:v3-rc1"))]
    return LiveCluster(cluster="production", also={"staging": staging})


def test_a_name_in_two_clusters_says_which_was_assumed() -> None:
    answer = _two_clusters().told("which image does cart run?")
    assert "assumed shop of cluster production, also in shop of cluster staging" in answer.answer


def test_a_cluster_is_named_by_its_environment_too() -> None:
    answer = _two_clusters().told("which image does cart run in stg?")
    assert "In cluster staging" in answer.answer
    assert "v3-rc1" in answer.answer
    assert "v2.3" not in answer.answer


def test_what_stands_in_two_clusters_is_told_by_cluster() -> None:
    answer = _two_clusters().told("how many deployments are in shop?")
    assert "By cluster: production 3 and staging 1" in answer.answer
    first, second = answer.answer.index("*Cluster production.*"), answer.answer.index("*Cluster staging.*")
    assert first < answer.answer.index("3/3 ready") < second < answer.answer.rindex("Deployment shop/cart")


@pytest.mark.parametrize(
    "question", ["why does cart have a node of its own?", "why do we run redis in shop?"]
)
def test_reasons_for_decisions_are_left_to_the_documents(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or answer.abstained
