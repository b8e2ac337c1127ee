"""What an answer says around its quotes is Chinese for who asks in Chinese, and the quotes stay."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.chinese.frame import Spoken, in_chinese
from answers.chinese.names import field, value
from answers.chinese.remarks import finding, remark
from answers.model import Answer, Finding, Script

ANSWER = Answer(id="1", question="cart 有几个副本？", answer="", abstained=False, confidence=0.9)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("In cluster prod, as of 2026-11-29 19:43 UTC", "集群 prod（截至 2026-11-29 19:43 UTC）"),
        ("In clusters prod and qa: cart is in both", "集群 prod、qa：cart 在两个集群中都有"),
        (
            "Cluster prod: Deployment shop/cart is healthy (5 of 5 ready). cart is in 3 clusters",
            "集群 prod：Deployment shop/cart 状态正常（5 个中 5 个就绪）；cart 在 3 个集群中都有",
        ),
        (
            "Deployment shop/cart is degraded (1 of 3 ready) since 2026-11-29 08:00 UTC",
            "Deployment shop/cart 部分异常（3 个中 1 个就绪），自 2026-11-29 08:00 UTC 起",
        ),
        ("14 Deployments in shop", "14 个 Deployment（shop）"),
        ("All 12 workloads in shop are as they should be", "12 个工作负载全部正常（shop）"),
        ("2 workloads call Service shop/cart by its settings: a, b", "按配置，2 个工作负载调用 Service shop/cart：a、b"),
        ("All 44 Pods are as they should be", "44 个 Pod 全部正常"),
        ("2 of 9 Pods in shop are not as they should be: Pod shop/a and Pod shop/b",
         "9 个 Pod 中有 2 个不正常（shop）：Pod shop/a、Pod shop/b"),
        ("No warning in shop is kept", "没有保存任何警告（shop）"),
        ("3 NetworkPolicies belong to Deployment shop/cart", "Deployment shop/cart 有 3 个 NetworkPolicy"),
        ("kubelore graph --namespace shop draws this", "kubelore graph --namespace shop 可以画出这些"),
        ("Now in cluster prod", "集群 prod 的当前状态"),
        (
            "Replicas of Deployment shop/cart: cluster prod has 5, scaled between 5 and 15 (as of 2026-11-29 19:43 UTC); "
            "manifest production/cart.yaml sets the same; page “Costs” says 3 replicas, which contradicts it",
            "Deployment shop/cart 的副本数：集群 prod 中是 5，在 5 到 15 之间自动伸缩（截至 2026-11-29 19:43 UTC）；"
            "代码 production/cart.yaml 与之一致；页面《Costs》写的是 3 replicas，与之矛盾",
        ),
        (
            "Memory limit of Deployment shop/cart: manifest a.yaml sets 1Gi; page “Old” says the same (the page is outdated)",
            "Deployment shop/cart 的内存上限：代码 a.yaml 设为 1Gi；页面《Old》（该页面已过时）说法一致",
        ),
        (
            "Instance type of node group a-arm: cluster prod has m7g.large (4 nodes); Terraform aws_eks_node_group.arm sets m7g.large, m7g.xlarge",
            "节点组 a-arm 的实例类型：集群 prod 中是 m7g.large (4 nodes)；代码 aws_eks_node_group.arm 设为 m7g.large, m7g.xlarge",
        ),
        (
            "Outdated: `Old` names Deployment a, which cluster prod does not have",
            "注意，页面已过时：《Old》提到 Deployment a，而集群 prod 里没有",
        ),
        ("a sentence that no pattern knows", "a sentence that no pattern knows"),
    ],
)  # fmt: skip
def test_remarks(said: str, expected: str) -> None:
    assert remark(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "`Costs` gives Deployment shop/cart memory limit 512Mi, but in cluster prod it is 768Mi (as of 2026-11-29 19:43 UTC).",
            "《Costs》说 Deployment shop/cart 的内存上限是 512Mi，但集群 prod 中是 768Mi（截至 2026-11-29 19:43 UTC）。",
        ),
        (
            "`Costs` gives Deployment shop/cart 3 replicas, no autoscaling, but in cluster prod it is scaled between 5 and 15.",
            "《Costs》说 Deployment shop/cart 的副本数是 3 replicas, no autoscaling，但集群 prod 中在 5 到 15 之间自动伸缩。",
        ),
        (
            "`Costs` gives Deployment shop/cart image cart:1, but the manifest for production has cart:2.",
            "《Costs》说 Deployment shop/cart 的镜像是 cart:1，但生产环境的清单中是 cart:2。",
        ),
        (
            "`production/mail.yaml` sets replicas of Deployment shop/mail to 2, and in cluster prod it is 3.",
            "production/mail.yaml 把 Deployment shop/mail 的副本数设为 2，而集群 prod 中是 3。",
        ),
        (
            "`Old` names namespace web with Deployment a and Ingress b, and cluster prod has no such namespace.",
            "《Old》提到命名空间 web（其中有 Deployment a、Ingress b），而集群 prod 里没有这个命名空间。",
        ),
        (
            "`Old` uses autoscaling/v2beta2, which cluster prod does not serve: it was removed in Kubernetes 1.26, and this is 1.34.",
            "《Old》使用 autoscaling/v2beta2，集群 prod 已不再提供：它在 Kubernetes 1.26 中被移除，而集群是 1.34。",
        ),
        ("Something new.", "Something new."),
    ],
)  # fmt: skip
def test_findings(said: str, expected: str) -> None:
    assert finding(said) == expected


def test_fields_are_named_with_what_they_stand_under() -> None:
    assert field("minReplicas") == "最小副本数"
    assert field("memory", ("spec", "resources", "limits")) == "内存上限"
    assert field("memory", ("spec", "resources", "requests")) == "内存请求"
    assert field("prometheus_retention") == "保留时间"
    assert field("SOME_KEY") == ""
    assert value("memory limit of container cart") == "容器 cart 的内存上限"


def test_quotes_stay_and_what_is_ours_is_said_in_chinese() -> None:
    text = "\n".join(
        [
            "*In cluster prod.*", "", "- In cluster prod. [1]", "", "**Title** (production)", "",
            "```text", "*In cluster prod.*", "… (steps 2–3 left out)", "```", "[1]", "", "… (steps 2–3 left out)",
        ]
    )  # fmt: skip
    told = in_chinese(replace(ANSWER, answer=text)).answer.split("\n")
    assert told[0] == "*集群 prod。*"
    assert told[2] == "- In cluster prod. [1]"
    assert told[4] == "**Title** (生产环境)"
    assert told[6:10] == ["```text", "*In cluster prod.*", "… (steps 2–3 left out)", "```"]
    assert told[12] == "…（略去第 2–3 步）"


def test_an_abstention_is_in_chinese() -> None:
    text = "I found no answer to this in the indexed documents.\n\nPossibly related:\n\n- Page (a.md)"
    told = in_chinese(replace(ANSWER, answer=text, abstained=True)).answer
    assert told == "已索引的文档中没有这个问题的答案。\n\n可能相关：\n\n- Page (a.md)"
    missing = "In cluster prod, no object that you may read is named `loyalty`."
    told = in_chinese(replace(ANSWER, answer=missing, abstained=True)).answer
    assert told == "集群 prod 中，您能读到的对象里没有叫 `loyalty` 的。"


def test_findings_and_explanations_of_an_answer() -> None:
    found = Finding("stale", "`Old` names Deployment a, which cluster prod does not have.", (1,))
    script = Script("kubectl get pods", "Read-only; shows this live in clusters prod and qa.", (), (1,))
    told = in_chinese(replace(ANSWER, findings=(found,), script=script))
    assert told.findings == (Finding("stale", "《Old》提到 Deployment a，而集群 prod 里没有。", (1,)),)
    assert told.script is not None
    assert told.script.explanation == "只读命令；可实时查看集群 prod、qa 的状态。"


def test_an_english_question_is_left_alone() -> None:
    answer = replace(ANSWER, question="how many replicas has cart", answer="*In cluster prod.*")
    assert in_chinese(answer) is answer


@given(st.text("*集In cluster prod.`~\n[]1（）", max_size=120))
def test_any_text_keeps_its_lines(text: str) -> None:
    assert len(in_chinese(replace(ANSWER, answer=text)).answer.split("\n")) == len(text.split("\n"))


@given(st.lists(st.integers(1, 40), max_size=12))
def test_what_is_told_in_parts_is_the_same(lengths: list[int]) -> None:
    text = (
        "**Page** (staging)\n\n```yaml\n**Page** (staging)\n```\n[1]\n\n**Other** (production)\n\nWords. [2]"
    )
    parts: list[str] = []
    spoken = Spoken(parts.append)
    start = 0
    for length in lengths:
        spoken(text[start : start + length])
        start += length
    spoken(text[start:])
    spoken.end()
    assert "".join(parts) == in_chinese(replace(ANSWER, answer=text)).answer
    assert "(预发环境)\n\n```yaml\n**Page** (staging)\n```" in "".join(parts)
