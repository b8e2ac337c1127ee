"""Chinese terms of the trade and of everyday questions with their English, to find English documents.

The bundled embedding model reads no Chinese (facts.md), so a Chinese question is also searched as the string of
English words that its terms stand for, in their order. Latin words in it (names, commands) are kept.
"""

from __future__ import annotations

import re

_ENTRIES = """
集群 cluster|节点 node|计算节点 compute node|工作节点 worker node|容器 container|镜像 image|镜像仓库 container registry
命名空间 namespace|部署 deployment deploy|副本 replica|副本数 replicas|服务 service|入口 ingress|网关 gateway|配置 configuration config
配置项 setting|密钥 secret|凭据 credentials|凭证 credentials|密码 password|令牌 token|证书 certificate|权限 permission access|角色 role
账号 account|账户 account|只读 readonly|读写 read write|管理员 admin|登录 login|访问 access|认证 authentication|授权 authorization
数据库 database|缓存 cache|队列 queue|消息 message|存储 storage|存储桶 bucket|磁盘 disk|卷 volume|快照 snapshot|备份 backup|恢复 restore
保留 retention keep|过期 expire expiry|日志 logs logging|应用日志 application logs|采集 collect ship|监控 monitoring|指标 metrics|告警 alert|报警 alert
仪表盘 dashboard|链路 trace|追踪 tracing|事件 event|故障 incident failure|事故 incident|复盘 postmortem|排查 troubleshoot debug|错误 error|错误率 error rate
延迟 latency|超时 timeout|崩溃 crash|重启 restart|卡住 stuck|回滚 roll back rollback|升级 upgrade|发布 release deploy|上线 release deploy
版本 version|新版本 new release version|更新 update|扩容 scale up|缩容 scale down|伸缩 scaling autoscaling|自动伸缩 autoscaling|弹性 autoscaling|限制 limit
请求 request|内存 memory|处理器 cpu|阈值 threshold|最大 maximum max|最小 minimum min|上限 maximum limit|下限 minimum|数量 number count|大小 size
网络 network|网段 cidr range|子网 subnet|端口 port|域名 domain dns|负载均衡 load balancer|流量 traffic|防火墙 firewall|白名单 allowlist|安全 security
策略 policy|网络策略 network policy|环境 environment|生产环境 production|生产 production|线上 production|预发 staging|测试环境 test staging|开发环境 development|集成环境 integration
区域 region|可用区 availability zone|实例 instance|实例类型 instance type|机型 instance type|规格 instance class size|成本 cost|费用 cost|省 save saving|多少钱 how much cost
架构 architecture|决策 decision|为什么 why reason|原因 reason why|换成 switch change|改用 switch to use|选择 choose chose|迁移 migrate migration|替换 replace
怎么 how to|如何 how to|怎样 how to|哪里 where|哪个 which|哪些 which|什么 what|谁 who|多少 how many|多久 how long how often|多长时间 how long|几个 how many
什么时候 when|步骤 steps|命令 command|脚本 script|文档 documentation|手册 runbook manual|运行手册 runbook|流程 process|申请 request apply|开通 enable access
新人 new starter onboarding|入职 onboarding|新同事 new starter|值班 on-call|轮值 on-call rota|联系 contact|负责 owner responsible|团队 team|频道 channel|审批 approval
创建 create|新建 create new|删除 delete remove|修改 change edit|添加 add|登记 register add|注册 register|启用 enable|禁用 disable|停用 disable|停止 stop|暂停 pause
查看 view show|查询 query|检查 check|验证 verify|测试 test|清空 clear flush|清理 clean up|轮换 rotate|同步 sync|同步进 sync into|手动 manual|自动 automatic
定时 schedule cron|定时任务 cronjob scheduled job|任务 job|流水线 pipeline|仓库 repository|分支 branch|合并 merge|代码 code|变量 variable|环境变量 environment variable|参数 parameter
模块 module|模板 template|组件 component|插件 plugin|代理 proxy|探针 probe|健康检查 health check|就绪 readiness|存活 liveness|污点 taint|亲和性 affinity|调度 scheduling
支付 payment payments|订单 order orders|购物车 cart|结账 checkout|库存 inventory stock|搜索 search|推荐 recommendation|通知 notification|用户 user|客户 customer|商品 product catalog
前端 frontend|后端 backend|应用 application app|系统 system|平台 platform|工具 tool|页面 page|接口 api|连接 connect connection|中间 between|经过 through via
默认 default|当前 current|每天 daily every day|每周 weekly|每晚 nightly|小时 hours|分钟 minutes|天 days|周 week|月 month|百分比 percent|第一 first
问题 problem|慢 slow|满 full|失败 failed failure|不可用 unavailable|不能 cannot|无法 cannot|需要 need|必须 must|允许 allow|禁止 deny forbid|隔离 isolated isolation|共享 shared
"""


def _table() -> dict[str, str]:
    entries = (entry for line in _ENTRIES.strip().splitlines() for entry in line.split("|"))
    return {chinese: words for chinese, _, words in (entry.partition(" ") for entry in entries)}


GLOSSARY = _table()
_PARTS = re.compile(
    "|".join(sorted(map(re.escape, GLOSSARY), key=len, reverse=True)) + r"|[A-Za-z0-9][A-Za-z0-9_./:@%+-]*"
)


def english(question: str) -> str:
    """The English words that the known terms of a Chinese question stand for, in their order; '' if none."""
    return " ".join(GLOSSARY.get(part, part) for part in _PARTS.findall(question))
