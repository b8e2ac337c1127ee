"""Chinese names of environments, of the fields that answers lead with, and of what findings compare."""

from __future__ import annotations

from collections.abc import Sequence

ENVIRONMENTS = {
    "production": "生产环境", "staging": "预发环境", "preproduction": "预生产环境", "test": "测试环境",
    "development": "开发环境", "integration": "集成环境", "sandbox": "沙箱环境",
}  # fmt: skip

FIELDS = {
    "replicas": "副本数", "replicaCount": "副本数", "minReplicas": "最小副本数", "maxReplicas": "最大副本数",
    "min_replicas": "最小副本数", "max_replicas": "最大副本数", "image": "镜像", "tag": "镜像标签",
    "schedule": "执行计划", "timeZone": "时区", "suspend": "是否暂停", "concurrencyPolicy": "并发策略",
    "activeDeadlineSeconds": "最长运行时间（秒）", "backoffLimit": "重试次数上限",
    "revisionHistoryLimit": "保留的历史版本数", "terminationGracePeriodSeconds": "终止宽限期（秒）",
    "storage": "存储容量", "storageClassName": "存储类", "port": "端口", "containerPort": "容器端口",
    "targetPort": "目标端口", "host": "域名", "minAvailable": "最少可用数", "maxUnavailable": "最多不可用数",
    "averageUtilization": "目标平均利用率（%）", "periodSeconds": "探测间隔（秒）", "timeoutSeconds": "超时（秒）",
    "failureThreshold": "失败阈值", "initialDelaySeconds": "首次探测延迟（秒）", "refreshInterval": "刷新间隔",
    "expireAfter": "过期时间", "kubernetes_version": "Kubernetes 版本", "cluster_version": "集群版本",
    "engine": "数据库引擎", "engine_version": "引擎版本", "version": "版本", "instance_class": "实例规格",
    "instance_type": "实例类型", "instance_types": "实例类型", "node_type": "节点类型",
    "allocated_storage": "存储容量（GB）", "multi_az": "是否多可用区", "backup_retention_days": "备份保留天数",
    "backup_retention_period": "备份保留天数", "retention": "保留时间", "retention_in_days": "保留天数",
    "log_retention_days": "日志保留天数", "cidr": "网段", "cidr_block": "网段", "vpc_cidr": "VPC 网段",
    "min_size": "最小数量", "max_size": "最大数量", "desired_size": "期望数量", "region": "区域",
    "maintenance_window": "维护窗口", "deletion_protection": "删除保护",
}  # fmt: skip
"""Fields of Kubernetes, of Helm values and of Terraform's AWS resources, by the key as it is written."""

_AMOUNTS = {
    ("memory", "limits"): "内存上限", ("memory", "requests"): "内存请求",
    ("cpu", "limits"): "CPU 上限", ("cpu", "requests"): "CPU 请求",
}  # fmt: skip

VALUES = {
    "replicas": "副本数", "minReplicas": "最小副本数", "maxReplicas": "最大副本数", "image": "镜像",
    "version": "版本", "memory limit": "内存上限", "memory request": "内存请求", "cpu limit": "CPU 上限",
    "cpu request": "CPU 请求", "port": "端口", "schedule": "执行计划", "host": "域名", "storage": "存储容量",
    "instance type": "实例类型",
}  # fmt: skip
"""What findings call the values that they compare."""


def environment(name: str) -> str:
    """`production` as 生产环境; a name of the team's own stays."""
    return ENVIRONMENTS.get(name, name)


def field(key: str, above: Sequence[str] = ()) -> str:
    """What a key is called, by the keys above it or by how it ends (`prometheus_retention`); '' if no table says it."""
    amount = next((_AMOUNTS[key, one] for one in reversed(above) if (key, one) in _AMOUNTS), "")
    words = key.split("_")
    ends = ("_".join(words[first:]) for first in range(len(words)))
    return amount or next((FIELDS[end] for end in ends if end in FIELDS), "")


def value(name: str) -> str:
    """What a compared value is called: `memory limit of container cart` as 容器 cart 的内存上限."""
    what, _, whose = name.partition(" of ")
    said = VALUES.get(what, what)
    return f"{whose.replace('container ', '容器 ').replace('volume ', '卷 ')} 的{said}" if whose else said
