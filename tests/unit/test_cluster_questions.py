"""Questions about a live cluster: what is answered, with which script, and what is declined."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answers.model import Answer
from connectors.documents import PUBLIC, Document, Section, SectionKind, assemble
from index.search_types import Filters
from tests.unit.cluster_questions import LiveCluster, a_container, a_deployment, an_object, shop

LIVE = LiveCluster()
DECLINED = Answer("", "", "", abstained=True, confidence=0.0)

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
    "how do I roll back cart?", "how can I restart redis", "what is the meaning of life",
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


def test_an_object_in_two_clusters_is_told_in_the_same_form_for_each() -> None:
    answer = _two_clusters().told("which image does cart run?")
    assert "cart is in both" in answer.answer
    first, second = answer.answer.split("*Cluster staging.*")
    assert "Container server: image registry.io/cart:v2.3" in first
    assert "Container server: image registry.io/cart:v3-rc1" in second


def test_a_script_names_each_cluster_where_there_are_several() -> None:
    script = _two_clusters().told("which image does cart run?").script
    assert script is not None
    assert [step["argv"][1:3] for step in script.steps] == [
        ["--context", "production-admin"],
        ["--context", "staging-admin"],
    ]
    one = _two_clusters().told("which image does cart run in staging?").script
    assert one is not None
    assert [step["argv"][2] for step in one.steps] == ["staging-admin"]


def test_a_script_names_no_cluster_where_there_is_one() -> None:
    script = LIVE.told("which image does cart run?").script
    assert script is not None
    assert "--context" not in script.text


def test_what_is_counted_of_one_cluster_of_several_stands_with_it() -> None:
    answer = _two_clusters().told("is cart healthy?").answer
    assert "*Cluster production: Deployment shop/cart is failed" in answer
    assert "*Cluster staging: Deployment shop/cart is healthy" in answer


def _described(*lines: tuple[SectionKind, str]) -> LiveCluster:
    text, sections = assemble(Section(kind, line, "") for kind, line in lines)
    page = Document(
        "files:docs/a.md", "A page", text, sections, "docs", "page", path="a.md", access=frozenset({PUBLIC})
    )
    return LiveCluster(pages=[page])


def test_the_table_that_lists_most_of_several_objects_describes_them() -> None:
    table = "| Name | Team |\n| --- | --- |\n| cart | money |\n| redis | platform |\n| frontend | web |"
    asked = _described((SectionKind.TABLE, table)).told("describe the deployments in shop")
    assert "| redis | platform |" in asked.answer


def test_commands_describe_nothing() -> None:
    step = "1. Stop what writes: `kubectl -n shop scale deployment/cart deployment/redis --replicas=0`"
    live = _described(
        (SectionKind.LIST, step),
        (SectionKind.PARAGRAPH, "Run kubectl rollout restart deployment/redis first."),
    )
    assert "scale" not in live.told("describe the deployments in shop").answer
    assert "restart" not in live.told("describe redis").answer


def test_the_row_of_a_table_about_an_object_has_its_head_above() -> None:
    table = "| Name | Team |\n| --- | --- |\n| cart | money |\n| redis | platform |"
    answer = _described((SectionKind.TABLE, table)).told("describe redis").answer
    assert "| Name | Team |\n| --- | --- |\n| redis | platform |" in answer


def test_questions_to_ask_next_are_those_that_have_an_answer() -> None:
    answer = LIVE.told("which image does cart run?")
    assert answer.followups[0] == "why is deployment cart in shop failing?"
    for question in answer.followups:
        LIVE.told(question)


@pytest.mark.parametrize(
    "question",
    ["how do I roll back cart?", "cart keeps crashing, what should I do", "why is cart not ready?"],
)
def test_an_answer_from_pages_gains_a_line_on_how_the_object_is_now(question: str) -> None:
    from_page = replace(DECLINED, question=question, answer="Like this.", abstained=False)
    answer = LIVE.responder.now(from_page, Filters())
    assert answer.answer.startswith("Like this.\n\n*Now in cluster prod.*")
    line, revision = answer.citations[-2:]
    assert line.quote == "Deployment shop/cart: 0/1 ready, image registry.io/cart:v2.3"
    assert revision.quote == "deployment.kubernetes.io/revision: '4'"


@pytest.mark.parametrize(
    "question",
    [
        "how do I roll back frontend?",
        "how do I roll back cart and redis?",
        "what is cart",
        "why does cart have nodes of its own?",
    ],
)
def test_no_line_is_added_unless_one_object_is_meant(question: str) -> None:
    from_page = replace(DECLINED, question=question, answer="Like this.", abstained=False)
    assert LIVE.responder.now(from_page, Filters()) == from_page


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("cart keeps dying, how often did it restart already", "7 restarts"),
        ("anything red in shop?", "cart"),
        ("deployments in shop that nobody gave a readiness probe", "redis"),
        ("does redis have a health check", "has no probes"),
        ("who is still on redis:7.2", "redis:7.2"),
        ("what is exposed to the internet", "30080"),
        ("whats the biggest mem limit in shop, which deployment", "128Mi"),
        ("least loaded node by number of pods", "node-b has the fewest"),
        ("哪些 deployment 在 shop 里", "3 Deployments in shop"),
    ],
)
def test_what_colleagues_say_by_the_way_is_understood(question: str, told: str) -> None:
    assert told in LIVE.told(question).answer


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


def test_a_route_of_the_mesh_alone_is_no_way_in_from_outside() -> None:
    hosts = {"hosts": ["redis"], "http": [{"route": [{"destination": {"host": "redis"}}]}]}
    api = "networking.istio.io/v1"
    inside = an_object(api, "VirtualService", "redis-split", "shop", spec=hosts)
    outside = an_object(
        api, "VirtualService", "way-in", "shop", spec={**hosts, "gateways": ["public", "mesh"]}
    )
    answer = LiveCluster([*shop(), inside, outside]).ask("what is exposed to the internet in shop?")
    assert "1 route" in answer.answer
    assert "way-in" in answer.answer
    assert "redis-split" not in answer.answer
