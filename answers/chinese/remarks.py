"""Our own remarks and findings, which are made in English, said in Chinese.

A remark that no pattern knows stays English. Names, numbers and quotes are taken over as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from answers.chinese.names import environment, value

_READY = re.compile(r"(\d+) of (\d+) ready")
_KIND = re.compile(r"(\d+) ([A-Za-z][A-Za-z]*)")
_NO_BLANK = re.compile(r"个 (?=[\u4e00-\u9fff])")
_WORDS = {
    "object": "对象", "workload": "工作负载", "container": "容器", "route": "路由", "warning": "警告", "replica": "副本",
}  # fmt: skip
_STATES = {
    "healthy": "状态正常", "progressing": "正在变更", "degraded": "部分异常", "failed": "异常",
}  # fmt: skip


def _one(noun: str) -> str:
    """`NetworkPolicies` as NetworkPolicy, `objects` as 对象."""
    single = noun
    if noun.endswith("ies"):
        single = f"{noun[:-3]}y"
    elif noun.endswith(("sses", "xes")):
        single = noun[:-2]
    elif noun.endswith("s") and not noun.endswith(("ss", "Endpoints")):
        single = noun[:-1]
    return _WORDS.get(single.lower(), single)


def _counted(words: str) -> str:
    said = _KIND.sub(lambda m: f"{m[1]} 个 {_one(m[2])}", words)
    return _NO_BLANK.sub("个", said)


def _then(said: str, words: str) -> str:
    """Chinese words behind a Latin one stand after a blank."""
    return f"{said} {words}" if said[-1:].isascii() else f"{said}{words}"


def _list(words: str) -> str:
    words = re.sub(r" and (\d+) more$", r" 等，另有 \1 个", words)
    return words.replace(", ", "、").replace(" and ", "、")


def _where(words: str | None) -> str:
    return f"（{_list(words)}）" if words else ""


def _ready(words: str) -> str:
    return _READY.sub(r"\2 个中 \1 个就绪", words)


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def _rules(*rules: tuple[str, Callable[[re.Match[str]], str]]) -> tuple[_Rule, ...]:
    return tuple((re.compile(pattern), made) for pattern, made in rules)


_REMARKS = _rules(
    (r"(.+) is in both", lambda m: f"{m[1]} 在两个集群中都有"),
    (r"(.+) is in (\d+) clusters", lambda m: f"{m[1]} 在 {m[2]} 个集群中都有"),
    (r"(.+) is in (\d+) places; assumed (.+), also in (.+)",
     lambda m: f"{m[1]} 有 {m[2]} 处，这里按 {m[3]} 回答，另见 {_list(m[4])}"),
    (r"(.+) is in (?:namespace (\S+) of )?cluster (\S+)",
     lambda m: f"{m[1]} 在集群 {m[3]}" + (f" 的命名空间 {m[2]}" if m[2] else "")),
    (r"Read \\?`(.+?)\\?` as (.+)", lambda m: f"把“{m[1]}”理解为 {m[2]}"),
    (r"(.+) has no state of its own", lambda m: f"{m[1]} 本身没有状态"),
    (r"(\w+ \S+) is (" + "|".join(_STATES) + r")(?: \((.+)\))?(?: since (.+ UTC))?",
     lambda m: f"{m[1]} {_STATES[m[2]]}" + (f"（{_ready(m[3])}）" if m[3] else "") + (f"，自 {m[4]} 起" if m[4] else "")),
    (r"All (\d+ \w+)(?: in (.+))? are (?:healthy|as they should be)",
     lambda m: _then(_counted(m[1]), f"全部正常{_where(m[2])}")),
    (r"(\d+) of (\d+ \w+)(?: in (.+?))? are not as they should be: (.+)",
     lambda m: _then(_counted(m[2]), f"中有 {m[1]} 个不正常{_where(m[3])}：{_list(m[4])}")),
    (r"(\d+ \w+) (?:belong to|run on) (.+)", lambda m: f"{m[2]} 有 {_counted(m[1])}"),
    (r"(.+) has (\d+ containers?)", lambda m: f"{m[1]} 有 {_counted(m[2])}"),
    (r"No object that was read uses (.+)", lambda m: f"读到的对象都没有用到 {m[1]}"),
    (r"(\d+ objects?) uses? (.+)", lambda m: f"{_counted(m[1])}用到 {m[2]}"),
    (r"(.+) calls (\d+ \w+) by its settings(?:: (.+))?",
     lambda m: f"按配置，{m[1]} 调用 {_counted(m[2])}" + (f"：{_list(m[3])}" if m[3] else "")),
    (r"(\d+ workloads?) calls? (.+) by its settings(?:: (.+))?",
     lambda m: f"按配置，{_counted(m[1])}调用 {m[2]}" + (f"：{_list(m[3])}" if m[3] else "")),
    (r"Reachable from outside through (.+)", lambda m: f"可从集群外经由 {_list(m[1])} 访问"),
    (r"Nothing that was read exposes (.+) outside the cluster", lambda m: f"读到的对象都没有把 {m[1]} 暴露到集群外"),
    (r"Exposed outside the cluster(?: in (.+?))?: nothing that was read", lambda m: f"没有读到对集群外暴露的对象{_where(m[1])}"),
    (r"Exposed outside the cluster(?: in (.+?))?: (.+)", lambda m: f"对集群外暴露{_where(m[1])}：{_list(_counted(m[2]))}"),
    (r"(.+) is scaled by (.+)", lambda m: f"{m[1]} 由 {_list(m[2])} 自动伸缩"),
    (r"No autoscaler that was read scales (.+)", lambda m: f"没有读到伸缩 {m[1]} 的自动伸缩器"),
    (r"(.+) uses none of these", lambda m: f"{m[1]} 没有用到这些"),
    (r"(\w+ \S+) uses (.+)", lambda m: f"{m[1]} 用到 {_list(m[2])}"),
    (r"(\d+) warnings(?: (?:in|about) (.+))? are kept", lambda m: f"保存有 {m[1]} 条警告{_where(m[2])}"),
    (r"No warning(?: (?:in|about) (.+))? is kept", lambda m: f"没有保存任何警告{_where(m[1])}"),
    (r"No (\w+)(?: in (.+))? was read", lambda m: f"没有读到 {_one(m[1])}{_where(m[2])}"),
    (r"Namespace (\S+)(?: in cluster (\S+))?: (.+)", lambda m: f"命名空间 {m[1]}" + (f"（集群 {m[2]}）" if m[2] else "") + f"：{_list(_counted(m[3]))}"),
    (r"By cluster: (.+)", lambda m: f"按集群：{_list(m[1])}"),
    (r"Then (.+)", lambda m: f"其次是 {_list(m[1])}"),
    (r"(\d+) more are left out here", lambda m: f"另有 {m[1]} 条没有列出"),
    (r"kubelore graph(.*) draws this", lambda m: f"kubelore graph{m[1]} 可以画出这些"),
    (r"Now in cluster (.+)", lambda m: f"集群 {m[1]} 的当前状态"),
    (r"(\d+ [A-Z]\w+)(?: of (\d+))?(?: in ([\w., -]+))?",
     lambda m: f"{_counted(m[1])}" + (f"（共 {m[2]} 个）" if m[2] else "") + _where(m[3])),
)  # fmt: skip

_OF_PAGES = _rules(
    (r"`(.+)` names namespace (\S+)(?: with (.+))?, and cluster (.+) has no such namespace",
     lambda m: f"《{m[1]}》提到命名空间 {m[2]}" + (f"（其中有 {_list(m[3])}）" if m[3] else "") + f"，而集群 {m[4]} 里没有这个命名空间"),
    (r"`(.+)` names (.+), which cluster (.+) does not have; one of this name is in namespace (.+)",
     lambda m: f"《{m[1]}》提到 {m[2]}，而集群 {m[3]} 里没有；命名空间 {m[4]} 里有一个同名的"),
    (r"`(.+)` names (.+), which cluster (.+) does not have; (.+) is there",
     lambda m: f"《{m[1]}》提到 {m[2]}，而集群 {m[3]} 里没有；那里有 {m[4]}"),
    (r"`(.+)` names (.+), which cluster (.+) does not have", lambda m: f"《{m[1]}》提到 {m[2]}，而集群 {m[3]} 里没有"),
    (r"`(.+)` uses (.+), which cluster (.+) does not serve: it was removed in Kubernetes (\S+), and this is (\S+)",
     lambda m: f"《{m[1]}》使用 {m[2]}，集群 {m[3]} 已不再提供：它在 Kubernetes {m[4]} 中被移除，而集群是 {m[5]}"),
    (r"`(.+)` uses (.+), which cluster (.+) does not serve: (.+)", lambda m: f"《{m[1]}》使用 {m[2]}，集群 {m[3]} 并不提供：{m[4]}"),
    (r"`(.+)` gives (\w+ \S+) (.+), but in cluster (.+?) it is (.+)",
     lambda m: f"《{m[1]}》说 {m[2]} 的{_told(m[3])}，但集群 {m[4]} 中{_known(m[5])}"),
    (r"`(.+)` gives (\w+ \S+) (.+), but the manifest(?: for (\S+))? has (.+)",
     lambda m: f"《{m[1]}》说 {m[2]} 的{_told(m[3])}，但" + (f"{environment(m[4])}的" if m[4] else "") + f"清单中{_known(m[5])}"),
    (r"`(.+)` sets (.+) of (\w+ \S+) to (.+), and in cluster (.+?) it is (.+)",
     lambda m: f"{m[1]} 把 {m[3]} 的{value(m[2])}设为 {m[4]}，而集群 {m[5]} 中{_known(m[6])}"),
)  # fmt: skip

_OLD = {True: "（该页面已过时）", False: ""}
_SIDES = _rules(
    (r"cluster (.+?) has (.+?)(?: \(as of (.+ UTC)\))?",
     lambda m: f"集群 {m[1]} 中是 {_scaled(m[2])}" + (f"（截至 {m[3]}）" if m[3] else "")),
    (r"(?:manifest|Terraform) (\S+) sets the same", lambda m: f"代码 {m[1]} 与之一致"),
    (r"(?:manifest|Terraform) (\S+) sets (.+), which the autoscaler may change", lambda m: f"代码 {m[1]} 设为 {_scaled(m[2])}（自动伸缩器可以改动）"),
    (r"(?:manifest|Terraform) (\S+) sets (.+), which contradicts it", lambda m: f"代码 {m[1]} 设为 {_scaled(m[2])}，与之矛盾"),
    (r"(?:manifest|Terraform) (\S+) sets (.+)", lambda m: f"代码 {m[1]} 设为 {_scaled(m[2])}"),
    (r"page “(.+)” says the same( \(the page is outdated\))?", lambda m: f"页面《{m[1]}》{_OLD[bool(m[2])]}说法一致"),
    (r"page “(.+)” says (.+), which contradicts it( \(the page is outdated\))?",
     lambda m: f"页面《{m[1]}》{_OLD[bool(m[3])]}写的是 {m[2]}，与之矛盾"),
)  # fmt: skip
_VALUE = re.compile(r"(?P<what>\w[\w ]*?) of (?P<called>(?:node group|\w+) \S+): (?P<parts>.+)")
_OUTDATED = "Outdated: "


def _scaled(words: str) -> str:
    return re.sub(r", scaled between (\d+) and (\d+)", r"，在 \1 到 \2 之间自动伸缩", words)


_AS_OF = re.compile(r"(?P<text>.*?)(?: \(as of (?P<at>[\d-]+ [\d:]+ UTC)\))?\.?", re.DOTALL)
_PLACE = re.compile(
    r"In clusters? (?P<names>.+?)(?:, as of (?P<at>[\d-]+ [\d:]+ UTC))?(?P<rest>: .+|, no object .+)?\.?",
    re.DOTALL,
)
_MISSING = re.compile(r", no object that you may read is named (.+)")
_CLUSTER = re.compile(r"Cluster (\S+?)(?:: (.+))?")


def _told(words: str) -> str:
    """`memory limit 512Mi` as 内存上限是 512Mi; a number of replicas comes without its name."""
    for name in ("memory limit", "memory request", "cpu limit", "cpu request", "image", "version", "port", "schedule",
                 "host", "storage", "replicas", "minReplicas", "maxReplicas"):  # fmt: skip
        if words.startswith(f"{name} "):
            return f"{value(name)}是 {words.removeprefix(f'{name} ')}"
    return f"副本数是 {words}"


def _known(words: str) -> str:
    scaled = re.fullmatch(r"scaled between (\d+) and (\d+)", words)
    return f"在 {scaled[1]} 到 {scaled[2]} 之间自动伸缩" if scaled else f"是 {words}"


def remark(words: str) -> str:
    """A remark, without the italics around it and the stop at its end; the same where no pattern knows it."""
    place = _PLACE.fullmatch(words)
    if place:
        when = f"（截至 {place['at']}）" if place["at"] else ""
        rest = place["rest"] or ""
        missing = _MISSING.fullmatch(rest.rstrip("."))
        if missing:
            return (
                f"集群 {_list(place['names'])}{when or ' '}中，您能读到的对象里没有叫 {_list(missing[1])} 的"
            )
        said = f"：{remark(rest.removeprefix(': ').rstrip('.'))}" if rest else ""
        return f"集群 {_list(place['names'])}{when}{said}"
    if elsewhere := re.fullmatch(
        r"The source “(.+)” has no answer to this; elsewhere stands what follows", words
    ):
        return f"来源“{elsewhere[1]}”中没有答案；以下来自其他来源"
    if read := re.fullmatch(r"Read as (\\?`.+`)", words):
        return f"理解为 {read[1]}"
    if words == "the objects do not tell this":
        return "从这些对象里看不出答案"
    if words.startswith(_OUTDATED):
        return f"注意，页面已过时：{finding(words.removeprefix(_OUTDATED)).rstrip('。')}"
    compared = _VALUE.fullmatch(words)
    told = [_said(part, _SIDES) for part in compared["parts"].split("; ")] if compared else []
    if compared and all(told):
        what = compared["what"][0].lower() + compared["what"][1:]
        called = compared["called"].replace("node group ", "节点组 ")
        return f"{called} 的{value(what)}：{'；'.join(told)}"
    cluster = _CLUSTER.fullmatch(words)
    if cluster:
        notes = "；".join(remark(note) for note in (cluster[2] or "").split(". ") if note)
        return f"集群 {cluster[1]}" + (f"：{notes}" if notes else "")
    return _said(words, _REMARKS) or words


def finding(words: str) -> str:
    """The sentence of a finding; the same where no pattern knows it."""
    match = _AS_OF.fullmatch(words)
    said = _said(match["text"], _OF_PAGES) if match else ""
    if not match or not said:
        return words
    return said + (f"（截至 {match['at']}）" if match["at"] else "") + "。"


def _said(words: str, rules: tuple[_Rule, ...]) -> str:
    for pattern, made in rules:
        match = pattern.fullmatch(words)
        if match:
            return made(match)
    return ""
