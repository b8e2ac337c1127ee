"""Questions that a reader may ask next about the objects of an answer: only those that the objects answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.cluster.catalog import pod_path
from answers.cluster.plan import plan
from answers.cluster.reading import Reader
from answers.cluster.said import Draft
from answers.cluster.troubles import unwell
from cluster.graph import Node

MOST = 3
_HAN = re.compile(r"[\u3400-\u9fff]")


def next_questions(question: str, draft: Draft, reader: Reader) -> tuple[str, ...]:
    """Up to three questions, most pressing first; each was read and has an answer."""
    forms = _CHINESE if _HAN.search(question) else _ENGLISH
    found: list[str] = []
    for key, place in _topics(draft):
        asked = forms[key].format(place)
        same = re.sub(r"\W", "", asked.lower()) == re.sub(r"\W", "", question.lower())
        if not same and asked not in found and isinstance(plan(asked, reader), Draft):
            found.append(asked)
        if len(found) == MOST:
            break
    return tuple(found)


def _topics(draft: Draft) -> Iterator[tuple[str, str]]:
    """What may be asked, and of what."""
    asked = draft.aspect.value if draft.aspect else ""
    sick = unwell(draft.objects)
    for node in sick[:1]:
        if asked not in ("why", "health") or len(draft.objects) > 1:
            yield "why", _named(node)
        yield "events", _named(node)
    names = {(node.kind, node.namespace, node.name) for node in draft.objects}
    if len(names) == 1:
        node = draft.objects[0]
        topics = ("health", "replicas", "image", "calls", "events") if pod_path(node) else ("users", "events")
        yield from ((topic, _named(node)) for topic in topics if topic != asked)
    places = {node.namespace for node in draft.objects if node.namespace}
    if len(places) == 1 and len(names) > 1:
        yield from ((topic, next(iter(places))) for topic in ("broken", "exposed", "warnings"))


def _named(node: Node) -> str:
    where = f" in {node.namespace}" if node.namespace else ""
    return f"{node.kind.lower()} {node.name}{where}"


_ENGLISH = {
    "why": "why is {} failing?",
    "events": "show the events of {}",
    "health": "is {} healthy?",
    "replicas": "how many replicas has {}?",
    "image": "which image does {} run?",
    "calls": "who calls {}?",
    "users": "who uses {}?",
    "broken": "is anything broken in {}?",
    "exposed": "what is exposed in {}?",
    "warnings": "recent warnings in {}",
}
_CHINESE = {
    "why": "为什么 {} 异常?",
    "events": "显示 {} 的事件",
    "health": "{} 健康吗?",
    "replicas": "{} 有多少副本?",
    "image": "{} 使用什么镜像?",
    "calls": "谁调用 {}?",
    "users": "谁使用 {}?",
    "broken": "namespace {} 有没有异常?",
    "exposed": "namespace {} 暴露了什么?",
    "warnings": "namespace {} 的警告",
}
