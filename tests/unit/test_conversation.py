"""A follow-up becomes a question that stands by itself; what stands by itself stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.conversation import Names, understand

NAMES = Names(
    objects=frozenset("cart checkout payments orders redis-cart".split()),
    namespaces=frozenset({"shop", "monitoring"}),
    clusters=frozenset({"production", "staging"}),
)
REPLICAS = "how many replicas does cart have in production?"
ROLLBACK = "how do I roll back whitehall?"
ACCESS, GETTING = "how do I get read access to the database?", "get read access to the database"
LIMIT = "what is the memory limit of cart in production?"
CHINESE = "生产环境 cart 有几个副本？"


def after(turn: str, question: str) -> str:
    return understand(question, [turn], NAMES).text


@pytest.mark.parametrize(
    ("turn", "question", "meant"),
    [
        # Another place
        (REPLICAS, "and in staging?", "how many replicas does cart have in staging?"),
        (REPLICAS, "on staging", "how many replicas does cart have in staging?"),
        (REPLICAS, "what about the staging cluster?", "how many replicas does cart have in staging?"),
        (REPLICAS, "same for staging", "how many replicas does cart have in staging?"),
        (REPLICAS, "那 staging 呢？", "how many replicas does cart have in staging?"),
        ("is cart healthy?", "in namespace monitoring?", "is cart healthy in namespace monitoring?"),
        ("what runs in namespace shop?", "and monitoring?", "what runs in namespace monitoring?"),
        (ROLLBACK, "and in integration?", "how do I roll back whitehall in integration?"),
        (ROLLBACK, "and in eu-west-1?", "how do I roll back whitehall in eu-west-1?"),
        (
            "compare the limits of cart in production and staging",
            "in production?",
            "compare the limits of cart in production",
        ),
        (REPLICAS, "and the one in staging?", "how many replicas does cart have in staging?"),
        # Another subject
        ("how do I rotate the password?", "and for redis?", "how do I rotate the password for redis?"),
        ("what is the retention of logs?", "and of metrics?", "what is the retention of metrics?"),
        (REPLICAS, "what about checkout?", "how many replicas does checkout have in production?"),
        (REPLICAS, "and the checkout service?", "how many replicas does checkout have in production?"),
        (REPLICAS, "payments 呢？", "how many replicas does payments have in production?"),
        (REPLICAS, "what about payments in staging?", "how many replicas does payments have in staging?"),
        (ROLLBACK, "what about publisher?", "how do I roll back publisher?"),
        ("how long are logs kept?", "and metrics?", "how long are metrics kept?"),
        ("how do I get access to grafana?", "what about argo cd?", "how do I get access to argo cd?"),
        (
            "which class does the payments database use?",
            "and the orders database?",
            "which class does the orders database use?",
        ),
        # Something else of it
        (REPLICAS, "and the limits?", "what are the limits of cart in production?"),
        (REPLICAS, "its image?", "what is the image of cart in production?"),
        (REPLICAS, "which version?", "which version of cart in production?"),
        (REPLICAS, "where are the logs?", "where are the logs of cart in production?"),
        (REPLICAS, "the limits of payments in staging?", "what are the limits of payments in staging?"),
        (REPLICAS, "and its backup retention?", "what is the backup retention of cart in production?"),
        (REPLICAS, "它的内存限制呢？", "production cart 的内存限制是什么？"),
        # Its text
        (REPLICAS, "show me the yaml", "show me the yaml of cart in production"),
        (REPLICAS, "show me the logs in staging", "show me the logs of cart in staging"),
        (ROLLBACK, "show me the command", "show me the command: how to roll back whitehall"),
        # Why
        ("is checkout healthy?", "why?", "why is checkout healthy?"),
        ("is checkout healthy?", "but why not?", "why is checkout healthy?"),
        (REPLICAS, "why?", f"why? {REPLICAS}"),
        (REPLICAS, "为什么？", f"why? {REPLICAS}"),
        ("cart 健康吗？", "为什么？", "为什么cart 健康？"),
        (CHINESE, "有告警吗？", "生产环境 cart 有告警吗？"),
        # Words that stand for it
        (REPLICAS, "who owns it?", "who owns cart in production?"),
        (REPLICAS, "are there any warnings about it?", "are there any warnings about cart in production?"),
        (REPLICAS, "what runs there?", "what runs in production?"),
        (ROLLBACK, "how long does it take?", "how long does it take to roll back whitehall?"),
        (ROLLBACK, "who can approve that?", "who can approve: roll back whitehall?"),
        # It stands for the doing, for a value, for a person
        (ACCESS, "how long does it last?", f"how long does it last: {GETTING}?"),
        (ACCESS, "is it logged?", f"is it logged: {GETTING}?"),
        (ACCESS, "how do I write there?", f"how do I write: {GETTING}?"),
        (ACCESS, "can I do that without vpn?", f"can I do that without vpn: {GETTING}?"),
        (ACCESS, "is it safe?", f"is it safe: {GETTING}?"),
        (f"is it logged: {GETTING}?", "who can give me that?", f"who can give me: {GETTING}?"),
        (ACCESS, "how long will that take?", f"how long does it take to {GETTING}?"),
        ("how do I roll back checkout?", "is it healthy?", "is checkout healthy?"),
        (LIMIT, "why was it raised?", "why was the memory limit of cart raised in production?"),
        (LIMIT, "who owns it?", "who owns cart in production?"),
        ("who is on call this week?", "how do I reach them?", "how do I reach them: on call?"),
        ("怎么回滚 checkout？", "看一下命令", "看一下命令：回滚 checkout"),
        ("回滚 checkout 需要多久？", "看一下命令", "看一下命令：回滚 checkout"),
        (
            "who is on call this week?",
            "and what is their phone number?",
            "what is their phone number: on call?",
        ),
        ("why does payments run apart?", "what does that cost?", "what does that cost: payments run apart?"),
        (
            "which instance types do the base workers use?",
            "in terraform, where is that set?",
            "in terraform, where is that set: instance types do the base workers use?",
        ),
        ("what does RedisMemory mean?", "how do I fix it?", "how do I fix RedisMemory?"),
        (
            "since when is the retention of loki in production?",
            "who set it?",
            "who set the retention of loki in production?",
        ),
        (
            "why? which pods restarted in production?",
            "show me their logs",
            "show me the logs of pods restarted in production",
        ),
        (
            f"can I do that without vpn: {GETTING}?",
            "what about the cache?",
            "can I do that without vpn: get read access to the cache?",
        ),
        ("is cart healthy?", "does it call payments?", "does cart call payments?"),
        (ROLLBACK, "who approves it for payments?", "who approves it for payments: roll back whitehall?"),
        ("cart is broken", "it says RedisTimeoutException", "cart says RedisTimeoutException?"),
        ("is the terraform state locked?", "how do I unlock it?", "how do I unlock terraform state?"),
        ("has carts been tested?", "what about fixtures?", "has fixtures been tested?"),
        ("who owns cart?", "who is the deputy?", "who is the deputy of cart?"),
        (LIMIT, "is staging different?", "what is the memory limit of cart in staging?"),
        (LIMIT, "is it the same image?", "is cart the same image in production?"),
        (ROLLBACK, "who should I tell?", "who should I tell: roll back whitehall?"),
        ("staging 的数据库怎么连？", "要申请吗？", "staging 的数据库怎么连 要申请吗？"),
        # A question without a subject
        ("how are secrets rotated?", "how often?", "how often are secrets rotated?"),
        ("how are secrets rotated?", "by whom?", "by whom: secrets rotated?"),
        ("how often are secrets rotated?", "what about the smtp one?", "how often are smtp secrets rotated?"),
        ("who decided: payments run apart?", "when?", "when decided: payments run apart?"),
        (ROLLBACK, "what must I not do?", "what must I not do: roll back whitehall?"),
        (ROLLBACK, "who do I call then?", "who do I call: roll back whitehall?"),
        (ROLLBACK, "any drawbacks?", "any drawbacks: roll back whitehall?"),
        ("what is karpenter?", "is there an alternative?", "is there an alternative for karpenter?"),
        (REPLICAS, "how do I see the events?", "how do I see the events of cart in production?"),
        (REPLICAS, "what changed?", "what changed in cart in production?"),
        (REPLICAS, "why only five?", f"why? {REPLICAS}"),
        # A condition
        (ROLLBACK, "and when argo is down?", "how do I roll back whitehall when argo is down?"),
        (ROLLBACK, "what if that doesn't help?", "how do I roll back whitehall if that doesn't help?"),
        ("how fast do they answer?", "at night?", "how fast do they answer at night?"),
        # The subject is a noun, not a verb or a time
        ("which istio version do we run?", "and linkerd?", "which linkerd version do we run?"),
        ("where can I see logs in staging?", "and metrics?", "where can I see metrics in staging?"),
        (
            "what is the vpc range in staging?",
            "where is it defined?",
            "where is vpc range defined in staging?",
        ),
        ("what is karpenter?", "why do we use it?", "why do we use karpenter?"),
        ("can I deploy on friday?", "what about a hotfix?", "can I deploy on friday? (hotfix)"),
        ("who is the deputy for cart?", "and their repository?", "what is the repository of cart?"),
        ("show me the services in shop", "only the unhealthy ones", "show me the unhealthy services in shop"),
        ("is checkout healthy?", "does that also apply to cart?", "is cart healthy?"),
        # Chinese without a subject
        ("怎么回滚 checkout？", "需要多久？", "回滚 checkout 需要多久？"),
        ("who has to approve: roll back checkout?", "需要多久？", "roll back checkout 需要多久？"),
        ("回滚 checkout 需要多久？", "谁批准？", "回滚 checkout 谁批准？"),
        ("怎么回滚 checkout？", "cart 也一样吗？", "怎么回滚 cart？"),
        ("redis 内存快满了怎么办？", "安全吗？", "redis 内存快满了 安全吗？"),
        (CHINESE, "谁负责？", "生产环境 cart 谁负责？"),
        (CHINESE, "谁在调用它？", "生产环境 谁在调用cart？"),
        # Chinese
        (CHINESE, "预发呢？", "预发 cart 有几个副本？"),
        (CHINESE, "那 checkout 呢？", "生产环境 checkout 有几个副本？"),
        (CHINESE, "内存限制呢？", "生产环境 cart 的内存限制是什么？"),
        (CHINESE, "看下 yaml", "生产环境 显示 cart 的 yaml"),
        (CHINESE, "为什么？", "为什么？生产环境 cart 有几个副本？"),
    ],
)
def test_what_is_left_out_is_carried_over(turn: str, question: str, meant: str) -> None:
    understood = understand(question, [turn], NAMES)
    assert (understood.text, understood.carried) == (meant, True)


PENDING = "which pods in shop are pending?"
BROKE = "what happened to checkout last night?"


@pytest.mark.parametrize(
    ("turn", "question", "meant"),
    [
        # The things that were asked for
        (
            "which deployments run in shop?",
            "which of them have no limits?",
            "which deployments in shop have no limits?",
        ),
        (
            "list the statefulsets in shop",
            "which of these are not ready?",
            "which statefulsets in shop are not ready?",
        ),
        (PENDING, "which of them want a GPU?", "which pods in shop are pending and want a GPU?"),
        (PENDING, "which of those pods are bound?", "which pods in shop are bound?"),
        (PENDING, "which one restarted most?", "which of the pending pods in shop restarted most?"),
        (PENDING, "which one has been so longest?", "which of the pending pods in shop has been so longest?"),
        (PENDING, "and those in monitoring?", "which pods in monitoring are pending?"),
        (PENDING, "how many of those are there?", "how many pods in shop are pending?"),
        (PENDING, "how many are in monitoring?", "how many pods in monitoring are pending?"),
        (PENDING, "are any of them evicted?", "which pods in shop are evicted?"),
        (PENDING, "which ones are not?", "which pods in shop are not pending?"),
        ("which pods have a volume?", "and which don't have one?", "which pods have no volume?"),
        (PENDING, "only those with limits", "which pods in shop are pending and have limits?"),
        (PENDING, "who owns those?", "who owns the pending pods in shop?"),
        (PENDING, "why are they pending?", "why are pods pending in namespace shop?"),
        (
            "which secrets does payments use?",
            "how are they rotated?",
            "how are secrets that payments use rotated?",
        ),
        (ROLLBACK, "which of those steps can I skip?", "which steps can I skip: roll back whitehall?"),
        # What happened
        (BROKE, "how long did it last?", f"how long did it last: {BROKE}"),
        (BROKE, "who fixed it?", f"who fixed it: {BROKE}"),
        (BROKE, "what was the cause?", "what was the cause: happened to checkout?"),
        ("is cart broken?", "when did that happen?", "when did that happen: is cart broken?"),
        # Not that
        (REPLICAS, "no, I meant staging", "how many replicas does cart have in staging?"),
        (REPLICAS, "sorry, the one in staging", "how many replicas does cart have in staging?"),
        (REPLICAS, "I meant checkout, not cart", "how many replicas does checkout have in production?"),
        (REPLICAS, "not cart, checkout", "how many replicas does checkout have in production?"),
        (REPLICAS, "that's wrong, I asked about orders", "how many replicas does orders have in production?"),
        # Another degree, another span, one of them
        ("max replicas of cart?", "and the minimum?", "minimum replicas of cart?"),
        ("how do I see logs of cart?", "of the last hour", "how do I see logs of cart of the last hour?"),
        ("can developers delete secrets?", "only secrets", "can developers delete secrets?"),
        (
            "how do I connect to the databases?",
            "the one for orders",
            "how do I connect to the databases for orders?",
        ),
        # Fewer, more, another form
        (REPLICAS, "another question: who owns it?", "who owns cart in production?"),
        (REPLICAS, "and everywhere else?", "how many replicas does cart have?"),
        (REPLICAS, "in all environments?", "how many replicas does cart have?"),
        (REPLICAS, "as a table", REPLICAS),
        (REPLICAS, "shorter please", REPLICAS),
        (REPLICAS, "how do I check that myself?", "show me the command of cart in production"),
        (ROLLBACK, "as a script", "show me the script: how to roll back whitehall"),
        (ROLLBACK, "just the steps", "show me the steps: how to roll back whitehall"),
        ("which pods run in shop?", "sort them by restarts", "which pods run in shop by restarts?"),
        ("what changed in shop?", "only deployments", "what changed in shop (deployments)?"),
        (
            "what changed in shop in the last hour?",
            "in the last day?",
            "what changed in shop in the last day?",
        ),
        # Something like it
        ("who can delete pods in shop?", "and secrets?", "who can delete secrets in shop?"),
        ("list all ingresses", "where does the one in shop lead?", "where does the ingress in shop lead?"),
        ("who is told about a SEV1?", "and a SEV2?", "who is told about a SEV2?"),
        ("which node has the most pods?", "and the least?", "which node has the least pods?"),
        ("how much memory may cart use?", "and how much cpu?", "how much cpu may cart use?"),
        (
            "how do I connect to rabbitmq?",
            "what is the password?",
            "what is the password: connect to rabbitmq?",
        ),
        (
            "what is the user: connect to rabbitmq?",
            "and the password?",
            "what is the password: connect to rabbitmq?",
        ),
        (
            "how do I set a variable of my app?",
            "and a secret one?",
            "how do I set a secret variable of my app?",
        ),
        ("how do I upgrade the nodes?", "which goes first?", "which goes first: upgrade the nodes?"),
        ("how long does access to the wiki last?", "how do I get it?", "how do I get access to the wiki?"),
        (ROLLBACK, "for one pod only?", "how do I roll back whitehall for one pod?"),
        (ROLLBACK, "do I need approval?", "do I need approval: roll back whitehall?"),
        ("is cart up in shop?", "what user does it run as?", "what user does cart run as in namespace shop?"),
    ],
)
def test_what_was_asked_for_corrected_or_widened_is_carried_over(
    turn: str, question: str, meant: str
) -> None:
    understood = understand(
        question, [turn], Names(NAMES.objects | {"user"}, NAMES.namespaces, NAMES.clusters)
    )
    assert (understood.text, understood.carried) == (meant, True)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("back to cart: which image?", "which image of cart in production?"),
        ("back to cart", REPLICAS),
        ("going back to the secrets, how often?", "how often are secrets rotated?"),
        ("as for payments: who owns it?", "who owns payments?"),
        ("back to my first question", REPLICAS),
    ],
)
def test_a_conversation_goes_back_to_an_earlier_turn(question: str, meant: str) -> None:
    assert (
        understand(question, [REPLICAS, "how are secrets rotated?", "is redis-cart up?"], NAMES).text == meant
    )


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("unrelated: how do I rotate the password?", "how do I rotate the password?"),
        ("no, I meant how many nodes there are", "how many nodes there are"),
        ("sorry, I meant how do I reach the database?", "how do I reach the database?"),
        ("sorry, where is the rota?", "where is the rota?"),
        ("on another note: who is on call?", "who is on call?"),
        ("Different question, which version?", "which version?"),
        ("ok forget that. who is on call?", "who is on call?"),
        ("换个问题：谁值班？", "谁值班？"),
    ],
)
def test_a_new_topic_takes_nothing_from_the_last_one(question: str, meant: str) -> None:
    understood = understand(question, [REPLICAS], NAMES)
    assert (understood.text, understood.carried) == (meant, False)


def test_a_long_question_stands_by_itself() -> None:
    question = f"and in staging? {'x ' * 300}"
    assert understand(question, [REPLICAS], NAMES).text == question


def test_a_namespace_is_left_behind_where_the_new_object_is_not_in_it() -> None:
    names = Names(
        frozenset({"cart", "grafana"}),
        NAMES.namespaces,
        homes={"cart": frozenset({"shop"}), "grafana": frozenset({"monitoring"})},
    )
    limits = ["what limits has cart in shop?"]
    assert understand("no, grafana", limits, names).text == "what limits has grafana?"
    assert understand("and payments?", limits, names).text == "what limits has payments in shop?"


def test_thanks_are_no_topic() -> None:
    assert understand("and in staging?", [REPLICAS, "thanks, that helped"], NAMES).text.endswith(
        "in staging?"
    )


def test_it_may_be_the_object_that_the_last_answer_told_of() -> None:
    cited = [("kubernetes:rig/shop/Pod/cart-5d-x7k2p", "kubernetes:rig/shop/Pod/web-0")]
    turns = ["which pod restarted most?"]
    assert understand("who owns it?", turns, NAMES, cited).text == "who owns cart-5d-x7k2p?"
    assert understand("what else runs there?", turns, NAMES, cited).text == "what else runs in shop?"
    assert understand("why did it?", turns, NAMES, cited).text == "why did it: cart-5d-x7k2p restarted?"
    assert understand("which image is that?", turns, NAMES, cited).text == "which image is cart-5d-x7k2p?"
    assert (
        understand("who owns it?", ["which pods restarted?"], NAMES, cited).text != "who owns cart-5d-x7k2p?"
    )


@pytest.mark.parametrize(
    "question",
    [
        "payments does not start",
        "cart is not ready",
        "pods are not starting",
        "redis is not responding",
        "terraform plan not working",
        "ingress instead of gateway",
        "not payments but checkout",
        "that did not work",
        "it is not documented",
        "which is our biggest cost?",
        "which are the freeze dates?",
        "which was the last incident?",
        "which is the oldest team?",
        "which one is the office printer?",
        "how many are on call?",
        "how many in the team?",
        "where can I get one?",
        "do I need a visa?",
        "which istio version do we run",
        "which terraform version do we use?",
        "what vpn do I need?",
        "hm, the build is red",
        "actually the weather is nice",
        "oops, wrong window",
        "just kidding",
        "we mean business",
        "thanks, good work",
        "great, that solved my problem",
        "ok, lunch time",
        "the pods of payments restart every hour",
        "about the new office: where is it?",
        "what are those red dots in grafana?",
        "not now",
        "that is wrong",
        "actually in the dashboard it looks fine",
        "thank you so much for the help",
        "perfect, I will try it",
        "back to the maximum: in production?",
    ],
)
def test_a_problem_or_a_new_topic_is_not_captured(question: str) -> None:
    for turn in (REPLICAS, PENDING, ROLLBACK, "where are logs kept?", "which services use redis?"):
        understood = understand(question, [turn], NAMES)
        assert (understood.text, understood.carried) == (question, False)


def test_who_fixed_another_thing_is_not_asked_of_what_happened() -> None:
    assert not understand("who fixed that bug in search?", [BROKE], NAMES).carried


@pytest.mark.parametrize("turn", ["which pods in shop have \\9 limits?", "what does `\\g<x>` cost?"])
@pytest.mark.parametrize("question", ["who owns it?", "what are its flags?", "who runs that?"])
def test_the_text_of_a_turn_is_no_pattern(turn: str, question: str) -> None:
    assert "\\" in understand(question, [turn], NAMES).text


def test_an_object_of_a_namespace_that_nobody_knows_is_not_told() -> None:
    cited = [("kubernetes:rig/hidden/Pod/merger-1",)]
    assert "merger" not in understand("who owns it?", ["which pod restarted most?"], NAMES, cited).text


@pytest.mark.parametrize(
    "question",
    [
        "how many volumes exist and what is their total size?",
        "which namespaces have no pods in them at all?",
        "which node has the most pods on it right now?",
        "summed over its pods, which namespace has the highest limit?",
        "which autoscaler lost the deployment it should scale?",
        "which autoscalers can't read their metrics?",
        "who has a proxy in their environment?",
        "network policies of shop",
        "memory limit of payments",
        "how many deployments in shop",
        "how many requests per second does checkout get?",
        "which is older, cart or payments?",
        "what about the rest?",
        "regarding RBAC: which roles exist?",
        "队列 worker 卡死了，怎么安全地重启它？",
        "how do I get access to grafana?",
        "what is the vpc range in staging?",
        "which tool do we use for secrets?",
        "if a pod crashes, how do I restart it?",
        "is it possible to deploy on fridays?",
        "is checkout healthy?",
        "如何申请 grafana 权限？",
        "and how do I deploy checkout to staging?",
        "what time is the hand-over?",
        "until when is the freeze?",
        "ok, and which kubernetes version?",
        "when will they put me on the pager rota? I am new",
        "how long are the files of suppliers kept before they are deleted?",
        "if somebody deleted the ConfigMap prometheus-rules, whose pods would fail to mount it?",
        "by its labels, which app is blackbox-exporter part of?",
        "what Jobs exist, and did they all finish?",
        "which workloads get their redis password from the secret argocd-redis?",
        "我们怎么轮换密码？",
        "thanks, that helped",
        "thanks",
        "?",
        "",
    ],
)
def test_what_stands_by_itself_is_left_alone(question: str) -> None:
    for turn in (REPLICAS, PENDING):
        understood = understand(question, [turn], NAMES)
        assert (understood.text, understood.carried) == (question, False)


def test_the_first_question_is_taken_as_it_is() -> None:
    assert understand("and in staging?", [], NAMES).carried is False


def test_a_subject_is_looked_for_in_earlier_turns_too() -> None:
    turns = ["is checkout healthy in staging?", "which nodes are there?"]
    assert understand("and the limits?", turns, NAMES).text == "what are the limits of checkout?"


def test_nobody_asks_why_something_was_shown() -> None:
    turns = ["is checkout healthy?", "show me the yaml of checkout"]
    assert understand("why?", turns, NAMES).text == "why is checkout healthy?"


def test_a_conversation_goes_on_over_many_turns() -> None:
    turns = [REPLICAS]
    for question in ("and in staging?", "what about checkout?", "and the limits?", "and in production?"):
        turns.append(understand(question, turns, NAMES).text)
    assert turns[-1] == "what are the limits of checkout in production?"


PARTS = st.sampled_from(
    (
        "and in staging cart the limits why ? it its there what about show me yaml 呢 为什么 它 那 payments ` / how "
        "which of them those how many no, I meant not back to : unrelated as a table only "
        r"\9 \g<x> \d"
    ).split()
)


@given(st.lists(st.one_of(PARTS, st.text(max_size=8)), max_size=8).map(" ".join), st.text(max_size=60))
def test_any_text_is_understood_somehow(question: str, turn: str) -> None:
    for before in (turn, REPLICAS, CHINESE):
        understood = understand(question, [before], NAMES)
        # What only opens a question (`unrelated:`, `sorry,`) may be left out.
        left = " ".join(question.split()).endswith(understood.text)
        assert understood.carried or understood.text == question or left
        assert len(understood.text) <= 2_000
