"""Chinese is put into the English words that engineers use, in questions and in texts alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.glossary import GLOSSARY, bilingual_terms, english, gloss, in_english, read
from index.tokens import has_chinese, terms

TEXTS = st.one_of(st.text(max_size=80), st.text("回滚部署生产环境的副本数库存年会aZ9./- 。", max_size=40))


def test_entries_are_chinese_terms_with_english_words() -> None:
    assert len(GLOSSARY) > 800
    for chinese, words in GLOSSARY.items():
        assert has_chinese(chinese), chinese
        assert words, chinese
        assert all(word.strip() == word and word and not has_chinese(word) for word in words), chinese


@pytest.mark.parametrize(
    ("chinese", "expected"),
    [
        ("命名空间", "namespace"), ("有状态副本集", "statefulset"), ("守护进程集", "daemonset"),
        ("持久卷声明", "persistent volume claim"), ("污点", "taint"), ("容忍度", "toleration"), ("驱逐", "evict"),
        ("就绪探针", "readiness probe"), ("存活探针", "liveness probe"), ("水平自动扩缩", "horizontal pod autoscaler"),
        ("节点亲和性", "node affinity"), ("拓扑分布约束", "topology spread constraints"), ("资源配额", "resource quota"),
        ("网络策略", "network policy"), ("角色绑定", "role binding"), ("服务账号", "service account"),
        ("镜像仓库", "image registry"), ("滚动更新", "rolling update"), ("干扰预算", "disruption budget"),
        ("初始化容器", "init container"), ("控制平面", "control plane"), ("入口控制器", "ingress controller"),
        ("自定义资源", "custom resource"), ("定时任务", "cronjob"), ("配置字典", "configmap"),
        ("优先级", "priority"), ("宽限期", "grace period"), ("排空节点", "drain node"),
    ],
)  # fmt: skip
def test_terms_of_kubernetes_are_those_of_its_documentation(chinese: str, expected: str) -> None:
    assert english(chinese) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("订单库在生产环境用的什么实例规格？", "order database production what instance class"),
        ("库存库的备份保留多少天", "inventory database backup retention how many days"),
        ("怎么让集群马上同步密钥", "how to cluster at once sync secret"),
        ("仓库的分支", "repository branch"),
        ("kube-system里的coredns", "kube-system coredns"),
        ("把cart从3个副本扩到8个", "cart 3 replica scale up to 8"),
    ],
)
def test_a_question_is_cut_into_words_not_into_characters(question: str, expected: str) -> None:
    assert english(question) == expected


def test_what_no_entry_knows_is_kept_apart() -> None:
    reading = read("上海办公室的混沌工程演练怎么申请")
    assert reading.unknown == ("混沌", "工程", "演练")
    assert set(reading.known) == {"上海", "办公室", "怎么", "申请"}


def test_words_that_say_nothing_are_not_unknown() -> None:
    assert read("请问我们公司应该怎么办呢，谢谢大家").unknown == ()


def test_a_text_of_one_language_is_left_alone() -> None:
    text = "replicas: 3  # two spaces\n\tstay"
    assert in_english(text) == text
    assert gloss(text) == ""
    assert bilingual_terms(text) == terms(text)


def test_a_chinese_text_is_found_by_both_languages() -> None:
    found = set(bilingual_terms("原始文件保留 60 天"))
    assert {"origin", "file", "retent", "keep", "60", "保留"} <= found
    assert in_english("原始文件保留 60 天").split() == ["original", "files", "retention", "60"]


@given(TEXTS)
def test_any_text_can_be_read(text: str) -> None:
    reading = read(text)
    assert not has_chinese(reading.english)
    assert all(word in text for word in (*reading.known, *reading.unknown))
    assert not has_chinese(in_english(text))
    assert set(terms(text)) <= set(bilingual_terms(text))
