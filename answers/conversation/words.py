"""The words by which a question shows that it goes on from the one before, English and Chinese."""

from __future__ import annotations

import re


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)


SOFT = re.compile(
    r"^(?:(?:ok(?:ay)?|so|and|but|then|also|hmm+|well|thanks|thank you|thx|great|cool|right|now)\b[\s,.!…-]*)+"
    r"|^(?:(?:好的?|谢谢|那么?|还有|另外|以及|而且)[，,。 ]*)+",
    re.IGNORECASE,
)
"""What may stand before any question."""
STRONG = re.compile(
    r"^(?:(?:and )?(?:what|how) about|same (?:question |thing )?(?:for|in|on|with|but)|(?:the )?same(?= in| on| for))\s+"
    r"|^(?:换成|如果是|至于|要是)\s*",
    re.IGNORECASE,
)
"""What only a question that goes on begins with."""
TAIL = re.compile(r"\s*(?:too|as well|then|instead|please|again)?\s*[?？!！.。…\s]*$", re.IGNORECASE)
TAIL_CHINESE = re.compile(r"(?:呢|又?怎么样|又?如何|的话|啊|吧)*[?？!！。\s]*$")
ENDS_ON = re.compile(r"呢[?？!！。\s]*$")

WHY = re.compile(
    r"^(?:but )?(?:why(?: (?:so(?: \w+)?|is (?:that|this|it)|not|though|exactly))?|how come|for what reason|what(?:'s| is) the reason)$"
    r"|^(?:这|那)?(?:是)?(?:为什么|为何|为啥|什么原因|原因|怎么回事)(?:这样|会这样)?$",
    re.IGNORECASE,
)
SHOW = re.compile(
    r"^(?:can (?:you|i) |could you |please |let me |now )?(?:show|give|print|see|display|get)(?: (?:me|us|it))?"
    r"(?: (?:as|in))? (?:the |its |their |a |an |full |whole |exact )*(?P<form>[\w -]+?)(?: (?:for|of) (?:it|that|this))?$"
    r"|^(?:请|可以|能)?(?:给我|帮我)?(?:看看?|看一?下|显示|展示|列出|贴)(?:一?下)?(?:它的|其)?\s*(?P<form_zh>\S.*)$",
    re.IGNORECASE,
)
ATTRIBUTE = (
    r"(?:(?:memory|cpu|resource|resources|current|maximum|minimum|max|min|container|docker|image|kubernetes|helm|"
    r"liveness|readiness|startup|environment|env|health|network|config|service|node|access|storage|replica|log|"
    r"restart|slack|git|source)[ -])*"
    r"(?:limits?|requests?|memory|cpu|resources?|replicas?|images?|tags?|versions?|ports?|hosts?|hostnames?|urls?|"
    r"domains?|ingress(?:es)?|owners?|teams?|channels?|contacts?|labels?|annotations?|env|variables?|settings?|config|"
    r"configmaps?|config maps?|configuration|secrets?|volumes?|mounts?|storage|pvcs?|hpas?|autoscal(?:er|ing)|scaling|"
    r"budgets?|pdbs?|probes?|events?|warnings?|logs?|metrics|dashboards?|alerts?|runbooks?|docs|documentation|page|pods?|"
    r"containers?|nodes?|namespaces?|clusters?|restarts?|restart count|status|health|age|services?|dependenc(?:y|ies)|callers?|"
    r"permissions?|rights|roles?|service ?accounts?|policy|policies|schedule|backups?|retention|database|repo|"
    r"repositor(?:y|ies)|source|code|command|commands|steps?|name|size|type|timeout|cost|rollback|deployments?|"
    r"yaml|manifests?|spec|definition|json|terraform|hcl|script|example)"
)
"""What is asked of something; a phrase of these words alone has no subject of its own."""
ATTRIBUTE_CHINESE = (
    r"(?:内存|CPU|cpu|资源|最大|最小|容器|镜像|环境|当前)?(?:限制|上限|请求|内存|副本数?|镜像|版本|端口|域名|日志|指标|监控|仪表盘|告警|"
    r"事件|警告|负责人|团队|频道|标签|变量|环境变量|配置|密钥|存储|卷|探针|状态|依赖|权限|角色|策略|备份|命令|步骤|清单|节点|重启次数|资源|数量|大小|"
    r"文档|手册|yaml|YAML)(?:数|版本|是多少|是什么|有哪些|在哪里?)?"
)
HAS_CHINESE = re.compile(rf"^有(?:没有)?{ATTRIBUTE_CHINESE}吗?$")
IS_ATTRIBUTE = re.compile(
    r"^(?:its|their) [\w -]{2,40}$|"
    rf"^(?:the |its |their |any |whose )?{ATTRIBUTE}(?: (?:and|or) (?:the |its )?{ATTRIBUTE})*$|^(?:它的|其)?{ATTRIBUTE_CHINESE}$",
    re.IGNORECASE,
)
ASKS_ATTRIBUTE = re.compile(
    rf"^(?:how (?:many|much)|which|what|whose) {ATTRIBUTE}$"
    rf"|^(?:where|what|who|which)(?:'s|'re| is| are)? (?:the|its|their) {ATTRIBUTE}$"
    r"|^(?:since when|how long|how often|which version|how many|how much|when|where|who)$",
    re.IGNORECASE,
)
"""A question of an attribute that does not say of what."""

HOW_TO = re.compile(r"^(?:how (?:do|can|should|would|to)|如何|怎么|怎样)", re.IGNORECASE)
ACTIONS = re.compile(r"^(?:commands?|steps?|script|example|命令|步骤|脚本)$", re.IGNORECASE)
"""What is shown of doing something, not of a thing."""
ITS = _whole(r"its|their")
IT = _whole(
    r"it|they|them|this one|that one|(?:this|that|the same) (?:service|app|application|deployment|workload|component)"
)
THAT = re.compile(r"(?<![\w-])(?:this|that|these|those|the same)(?=\s*[?.!,]*$)", re.IGNORECASE)
THERE = _whole(
    r"(?:in |on )?(?<!is )(?<!are )(?<!was )(?<!were )there(?! (?:is|are|was|were))|(?:in|on) (?:this|that|the same) (?:namespace|cluster|environment|env)"
)
IT_CHINESE = re.compile(r"它们?|该服务|这个服务|那个服务")
THERE_CHINESE = re.compile(r"(?:在)?(?:那里|那边|那儿|这个集群|该集群|该环境|这个环境)")
EXPLETIVE = re.compile(
    r"\b(?:is|was|would) it (?:possible|safe|ok|okay|fine|allowed|true|normal|better|worth|necessary)\b|\bit(?:'s| is) (?:possible|safe)\b"
    r"|\bdoes it (?:take|matter)\b|\bmake it\b",
    re.IGNORECASE,
)
TAKES = re.compile(r"^(?:and )?how (?:long|much(?: time)?) does (?:it|that|this) take$", re.IGNORECASE)

PREPOSITION = r"(?:in|on|for|at|within|inside|from|of|into|to|with)"
PLACE_NOUN = r"(?:env|environments?|clusters?|namespaces?|ns|accounts?|regions?)"
EVERYDAY = frozenset({"test", "testing", "live", "stage", "demo", "canary", "sandbox"})
"""Names of environments that are also everyday words."""
CHINESE_PLACES = re.compile(r"(?:生产|预发布?|线上|测试|开发|集成)(?:环境|集群)?")
ASKING = re.compile(
    r"^(?:please |can you |could you )?(?:(?:tell|show) me )?(?:how (?:do|can|should|would|to|does|did)|what(?:'s| is| are| does| do)?|where(?:'s| is| are)?|"
    r"who(?:'s| is)?|which|when|is|are|does|do|can|should|why(?: do| does| is| are| did)?)\s+(?:(?:i|we|you|one)\b)?\s*",
    re.IGNORECASE,
)
"""The words before what a question is about."""
