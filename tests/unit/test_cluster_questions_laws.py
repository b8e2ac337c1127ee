"""What holds for any question to a live cluster."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from answers.faithfulness import unfaithful
from answers.verify import verified
from tests.unit.cluster_questions import LiveCluster

LIVE = LiveCluster()
WORDS = (
    "which what who how many is are does why where cart redis frontend shop blog node-a deployment deployments pods service "
    "services image replicas version memory limit limits ready not broken failing most fewest more than two in on of the "
    "configmap cart-config uses calls exposed port env REDIS_ADDR secrets read hpa pdb labels events namespace namespaces "
    "nodes status describe list count team owner without no latest tag pending running restarts logs selector zone / = ' ` § "
    "多少 镜像 为什么 节点 命名空间 frontnd shop/cart deploy/cart kube-system"
).split()


@given(st.text(max_size=120))
@settings(max_examples=150, deadline=None)
def test_any_text_gets_an_answer_or_none(text: str) -> None:
    LIVE.ask(text)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join))
@settings(max_examples=400, deadline=None)
def test_whatever_is_claimed_stands_in_the_documents(question: str) -> None:
    answer = LIVE.ask(question)
    if answer is None or answer.abstained:
        assert answer is None or not answer.claims
        return
    claims, citations = verified(answer.claims, answer.citations, LIVE.documents)
    assert (len(claims), len(citations)) == (len(answer.claims), len(answer.citations))
    assert unfaithful(answer, LIVE.documents.get)[1] == []
