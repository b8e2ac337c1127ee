"""Puts the Chinese words of a question about a cluster into English, so that one grammar reads both."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_GLOSS: dict[str, str] = {
    # Kinds.
    "命名空间": "namespace", "名称空间": "namespace", "名字空间": "namespace", "节点": "node", "容器组": "pod", "无状态服务": "deployment", "部署": "deployment",
    "有状态副本集": "statefulset", "守护进程集": "daemonset", "配置映射": "configmap", "配置字典": "configmap",
    "服务账号": "serviceaccount", "服务账户": "serviceaccount", "存储类": "storageclass", "持久卷声明": "pvc", "持久卷": "pv",
    "网络策略": "networkpolicy", "定时任务": "cronjob", "任务": "job", "工作负载": "workload", "应用": "workload",
    "密钥": "secret", "自定义资源": "crd", "自动扩缩": "hpa", "自动伸缩": "hpa", "集群": "cluster", "服务": "service",
    "角色绑定": "rolebinding", "角色": "role", "容器": "container", "事件": "event", "告警": "warning", "警告": "warning",
    # What is asked of them.
    "镜像版本": "image version", "镜像": "image", "版本": "version", "标签": "label", "副本数": "replicas", "副本": "replica",
    "内存": "memory", "限制": "limit", "请求": "request", "处理器": "cpu", "环境变量": "env", "端口": "port", "域名": "host",
    "状态": "status", "健康": "healthy", "正常": "healthy", "异常": "unhealthy", "故障": "broken", "失败": "failed", "崩溃": "crash",
    "重启": "restart", "挂起": "pending", "出问题": "broken", "问题": "problem", "就绪": "ready", "不可用": "not ready", "原因": "why",
    "暴露": "exposed", "对外": "exposed", "外部访问": "exposed", "外网": "outside", "权限": "permission", "依赖": "depends on",
    "调用": "calls", "挂载": "mounts", "引用": "uses", "使用": "uses", "负责": "owner", "团队": "team", "存储": "storage", "大小": "size",
    "概况": "overview", "概览": "overview", "描述": "describe", "介绍": "describe",
    # How it is asked.
    "为什么": "why", "为何": "why", "怎么回事": "why", "什么时候开始": "since when", "从什么时候": "since when",
    "多少个": "how many", "有多少": "how many", "多少": "how much", "几个": "how many", "数量": "number of", "总数": "number of",
    "一共": "total", "总共": "total", "哪个": "which", "哪些": "which", "哪一个": "which", "哪里": "where", "哪": "which",
    "什么": "what", "谁": "who", "最多": "most", "最少": "fewest", "最大": "largest", "最高": "highest", "最小": "smallest",
    "最低": "lowest", "多于": "more than", "大于": "more than", "超过": "more than", "少于": "less than", "小于": "less than",
    "至少": "at least", "设置": "set", "没有": "without", "列出": "list", "显示": "show", "查看": "show", "所有": "all", "运行": "run",
    "怎么": "how to", "如何": "how to", "怎样": "how to", "可以访问": "can access", "能读": "can read", "是否": "is", "有没有": "is there", "密码": "password", "口令": "password",
    "为啥": "why", "整个": "whole", "全部": "all", "任何": "any", "其他": "other", "存在": "exist", "分别": "each", "占用": "uses", "啥": "what", "挂了": "broken", "挂掉": "broken", "坏了": "broken", "起不来": "not starting", "没起来": "not starting",
    "怎么样": "status", "好不好": "healthy", "没": "not", "未": "not", "不": "not", "绑定": "bound", "无法调度": "unschedulable", "调度": "scheduled",
    "机器": "node", "多大": "how large", "上限": "limit", "最多能用": "limit", "健康检查": "probes", "存活探针": "liveness probe",
    "就绪探针": "readiness probe", "探针": "probes", "入口": "ingress", "网关": "gateway", "配置项": "configmap", "外部": "outside",
    "外面": "outside", "公网": "exposed outside", "更多": "more", "列一下": "list", "看一下": "show", "看看": "show", "日志": "logs", "连接": "calls",
    "在用": "uses", "谁用": "who uses", "归谁": "who owns", "属于谁": "who owns", "多久": "how long", "次数": "how many", "扩容": "autoscaling", "缩容": "autoscaling",
    "变量": "variable", "副本集": "replicaset", "卷": "volume", "价格": "price", "费用": "cost", "成本": "cost", "明天": "tomorrow", "下周": "next week", "昨天": "yesterday",
    "上周": "last week", "将会": "will", "预计": "forecast", "流量": "traffic", "延迟": "latency", "使用率": "usage", "用量": "usage",
}  # fmt: skip
_FILLERS = "的了吗呢啊在里中上下是有和与或把被给用到着过都还也就才这那其请我们你们它他会能要想个台些一处于跑着目前现在当前直一下属于叫做名为何时及并且各每"
_GLOSS |= {
    spelling: f"in {name}"
    for name, spellings in {
        "production": "生产环境 生产集群 线上环境 线上集群 正式环境 生产 线上",
        "staging": "预发布环境 预发环境 预发集群 预发布 预发",
        "test": "测试环境 测试集群",
        "development": "开发环境 开发集群",
    }.items()
    for spelling in spellings.split()
}
_HAN = re.compile(r"[\u3400-\u9fff]+")
_WITHIN = re.compile(
    r"在\s*([A-Za-z0-9][\w.-]*)\s*(?:里面|里|中|内|上)?|(?<![\w.-])([A-Za-z0-9][\w.-]*)\s*(?:里面|里|中|内)(?=有|的|$)"
)
_SIGNS = str.maketrans("，。？！：；（）、“”‘’", ",.?!:;(),\"\"''")


def translator(words: Mapping[str, str]) -> Callable[[str], str]:
    """What puts these words of a text into others, the longest first, each with room around it."""
    pattern = re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))
    return lambda text: pattern.sub(lambda match: f" {words[match[0]]} ", text)


_translated = translator(_GLOSS)


def gloss(question: str) -> str:
    """The question with the Chinese words that it may hold in English; unknown ones stay, apart from fillers."""
    if not _HAN.search(question):
        return question
    question = _WITHIN.sub(lambda match: f" in {match[1] or match[2]} ", question)
    text = _translated(question.translate(_SIGNS))
    text = _HAN.sub(lambda match: f" {''.join(c for c in match[0] if c not in _FILLERS)} ", text)
    return " ".join(text.split())
