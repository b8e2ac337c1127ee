"""The words by which a question shows that it goes on from the one before, English and Chinese."""

from __future__ import annotations

import re


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)


SOFT = re.compile(
    r"^(?:(?:ok(?:ay)?|so|and|but|then|also|hm+|well|(?:thanks|thank you)(?: a lot| (?:so|very) much| again)?|thx|great|cool|right|now|sure|yes|yeah|yep|perfect|nice|ah|oh|alright|got it|i see|makes sense|understood|by the way|btw|"
    r"(?:one more|another|last) thing(?=[:,])|(?:one more|another) question(?=[:,])|next(?=[:,]))\b[\s,.!:…-]*)+"
    r"|^(?:(?:好的?|谢谢|那么?|还有|另外|以及|而且)[，,。 ]*)+",
    re.IGNORECASE,
)
"""What may stand before any question."""
JOINS = re.compile(r"(?:.*\W)?(?:and|but|or|also|then|so)\W|还有|另外|以及|而且|那|好", re.IGNORECASE)
"""Of what may stand before any question, what joins a few words to the question before; thanks do not."""
STRONG = re.compile(
    r"^(?:(?:and )?(?:what|how) about|same (?:question |thing )?(?:for|in|on|with|but)|(?:the )?same(?= in| on| for)|only|just|any(?: ones?)?(?= in )|(?:give|show|tell)(?: me)? (?:that|this|it|the same)(?: again| just| only)?(?= (?:for|in|of|on)\b)"
    r"|does the same (?:also )?(?:go|apply|hold)(?: too)? (?:for|to)|(?:is|are|does|do) (?:it|that|this|they) (?:also )?(?:(?:the )?same|true|apply|hold)(?: too)? (?:for|in|on|with|to))\s+"
    r"|^(?:换成|如果是|至于|要是)\s*",
    re.IGNORECASE,
)
"""What only a question that goes on begins with."""
ONLY = re.compile(r"^(?:and |ok,? )?(?:just|only)\b", re.IGNORECASE)
TAIL = re.compile(
    r"\s*(?:(?<![\w-])(?<!read )(?:too|as well|then|instead|please|again|only))?\s*[?？!！.。…\s]*$",
    re.IGNORECASE,
)
TAIL_CHINESE = re.compile(
    r"(?:也(?:是)?(?:一样|这样|适用)的?吗|呢|又?怎么样|又?如何|的话|啊|吧)*[?？!！。\s]*$"
)
ENDS_ON = re.compile(r"(?:呢|也(?:是)?(?:一样|这样|适用)的?吗)[?？!！。\s]*$")
TRAILS = re.compile(r"\b(?:too|as well|then|instead)\s*[?!.…\s]*$", re.IGNORECASE)
"""What stands behind a question that goes on."""

WHY = re.compile(
    r"^(?:but )?(?:why(?: (?:(?:is|are|do|does|did|was|were|has|have|can)(?:n't| not) (?:it|they|that|this|those)|(?:so|that|this)(?: \w+)?|is (?:that|this|it)|not|though|exactly|(?:only |just )?(?:\d[\w.%]*|one|two|three|four|five)))?|how come|for what reason|what(?:'s| is) the reason)$"
    r"|^(?:这|那)?(?:是)?(?:为什么|为何|为啥|什么原因|原因|怎么回事)(?:这样|会这样)?$",
    re.IGNORECASE,
)
WHY_FIRST = re.compile(r"^(?:why\? |为什么？)")
"""What is put before a question whose answer somebody asks the reason of."""
SHOW = re.compile(
    r"^(?:can (?:you|i) |could you |please |let me |now )?(?:show|give|print|see|display|get)(?: (?:me|us|it))?"
    r"(?: (?:as|in))? (?:the |its |their |a |an |full |whole |exact )*(?P<form>[\w -]+?)(?: (?:for|of) (?:it|that|this))?$"
    r"|^(?:请|可以|能)?(?:给我|帮我)?(?:看看?|看一?下|显示|展示|列出|贴)(?:一?下)?(?:它的|其)?\s*(?P<form_zh>\S.*)$",
    re.IGNORECASE,
)
ATTRIBUTE = (
    r"(?:(?:memory|cpu|resource|resources|current|maximum|minimum|max|min|container|docker|image|helm|"
    r"liveness|readiness|startup|environment|env|health|network|config|service|node|access|storage|replica|log|"
    r"restart|slack|git|source)[ -])*"
    r"(?:limits?|requests?|memory|cpu|resources?|replicas?|images?|tags?|versions?|ports?|hosts?|hostnames?|urls?|"
    r"domains?|ingress(?:es)?|owners?|teams?|channels?|contacts?|labels?|annotations?|env|variables?|settings?|config|"
    r"configmaps?|config maps?|configuration|secrets?|volumes?|mounts?|storage|pvcs?|hpas?|autoscal(?:er|ing)|scaling|"
    r"budgets?|pdbs?|probes?|events?|warnings?|logs?|metrics|dashboards?|alerts?|runbooks?|docs|documentation|page|pods?|"
    r"containers?|nodes?|namespaces?|clusters?|restarts?|restart count|exit codes?|taints?|selectors?|status|health|age|services?|dependenc(?:y|ies)|callers?|"
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

HOW_MUCH = re.compile(rf"^(?P<how>how (?:many|much)|which|what) (?P<what>{ATTRIBUTE})$", re.IGNORECASE)
HOW_MUCH_OF = re.compile(
    rf"^(?P<how>how (?:many|much)|which|what) {ATTRIBUTE}(?= (?:does|do|did|may|can|must|should|has|have|is|are)\b)",
    re.IGNORECASE,
)
"""`how much memory may cart use?`: an attribute in whose place another one is asked."""

HOW_TO = re.compile(r"^(?:how (?:do|can|should|would|to)\b)|如何|怎么(?!样)|怎样", re.IGNORECASE)
ACTIONS = re.compile(r"^(?:commands?|steps?|script|example|命令|步骤|脚本)$", re.IGNORECASE)
"""What is shown of doing something, not of a thing."""
ITS = _whole(r"its|their")
IT = _whole(
    r"it|they|them|this one|that one|(?:this|that|the same) (?:service|app|application|deployment|workload|component)"
)
THAT = re.compile(r"(?<![\w-])(?:this|that|these|those|the same)(?=\s*[?.!,]*$)", re.IGNORECASE)
THERE = _whole(
    r"(?:in |on )?(?<!is )(?<!are )(?<!was )(?<!were )(?<!n't )(?<!not )there(?! (?:is|are|was|were))|(?:in|on) (?:this|that|the same) (?:namespace|cluster|environment|env)"
)
WHO = re.compile(r"^who(?:'s|se)?\b", re.IGNORECASE)
PERSON = _whole(r"they|them|their|he|him|his|she|her")
"""Whoever the last question asked for."""
DEMONSTRATIVE = re.compile(
    r"\b(?:is|are|was|were|does|do|did|will|would|can|could|should|has|have) (?:that|this|those|these)"
    r" (?:cost|take|mean|work|happen|affect|need|require|break|apply|last|help|change|cause|include|depend|come|go|look|run|have|stay|hold|expire|"
    r"matter|allowed|safe|ok|okay|true|normal|possible|enough|correct|right|current|still|also|always|only|automatic\w*|"
    r"in|on|for|by|from|a|an|the|\w[^e\W]+ed(?! [\w-]+s\b)|set|done|written|kept|known)\b"
    r"|\b(?:do|did|done) (?:that|this) (?:in|on|for|by|from|without|with|as|via|at)\b",
    re.IGNORECASE,
)
"""`does that cost`: a word that stands for what was asked; `does that node` has a noun behind it."""
OF_DOING = re.compile(
    rf"\b(?:healthy|unhealthy|running|ready|up|down|own|owns|owned|calls?|talks?|uses?|depends?|deployed|{ATTRIBUTE})\b",
    re.IGNORECASE,
)
"""Words that are asked of a thing, not of doing something."""
OF_VALUE = re.compile(
    r"\b(?:raised?|lowered|increased?|decreased?|reduced?|changed?|bumped|set|configured|defined|specified|enough|different|(?:short|long|high|low|small|bigg?|larg)e?er|too (?:low|high|small|big|large|"
    r"little|much)|so (?:low|high|small|big|large|little|much)|that (?:low|high|small|big|large|little|much))\b",
    re.IGNORECASE,
)
"""Words that are asked of a value, not of what has it."""
TIMES_OF = (
    r"(?:to|tonight|morning|evening|night|today|tomorrow|yesterday|weeks?|weekend|months?|years?|days?|hours?|minutes?|seconds?|moment|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|time|times|moment|now|nights|holidays?)"
)
TIMES = re.compile(TIMES_OF, re.IGNORECASE)
MOMENT = re.compile(
    rf"\s+(?:right now|now|currently|at the moment|today|tonight|yesterday|tomorrow|(?:(?:in|over|during|within|for|since) )?(?:the )?(?:this|next|last|past) (?:\w+ )??{TIMES_OF})$",
    re.IGNORECASE,
)
"""A moment at the end of a question: what is asked of its topic next is not of that moment."""
"""Words of time: no question is about them alone."""
CONDITION = re.compile(
    r"^(?:what )?(?P<c>(?:if|when|while|unless|without|during|before|after)\b(?! (?:is|are|do|does|did|was|were|will|would|can|could|should|"
    r"has|have|must)\b)(?!.*(?:,|\b(?:how|what|which|who|whose|where|why|do i|do we|can i|can we|should i|should we)\b))(?: \S+){1,8}"
    rf"|(?:at|on|in|during|over|after|before) (?:the )?{TIMES_OF})$",
    re.IGNORECASE,
)
"""`and when argo is down?`: a condition on what was asked."""
INTERROGATIVE = re.compile(
    r"^(?:how often|how long|how much|how many times|when was the last time|when last|how many|how|when|where|since when|until when|who|by whom?|which one|which ones|which)(?: (?:in|for|at|on|with|during|from) (?:the )?[\w.-]+(?: [\w.-]+)?)?$",
    re.IGNORECASE,
)
ADVERBIAL = re.compile(r"^(?:how often|how long|when|where|since when|until when)$", re.IGNORECASE)
INVERTED = re.compile(
    r"^(?:how|where|when|why|what)(?: (?:often|long))?(?= (?:is|are|was|were|do|does|did|can|should|will|has|have|must)\b)",
    re.IGNORECASE,
)
"""The word that asks, where a verb stands behind it: another may take its place."""
LED_BY_PREPOSITION = re.compile(
    r"^(?:to|from|by|until|for|in|on|at|with|since|under|through) (?:which|what|whom|when|where)\b"
    r"(?!.*\b(?:is|are|was|were|do|does|did|can|will|should|must)\b)",
    re.IGNORECASE,
)
DOES_IT = re.compile(
    r"^(?:who|what|when|where|how|why) (?:did|does|do|has done|would do) (?:it|that|this)$", re.IGNORECASE
)
THE_ONE = re.compile(r"^(?:who|what|where)(?:'s| is| are) the [a-z][\w-]*$", re.IGNORECASE)
"""`who is the deputy?`: one of something that was named before."""
DIFFERENT = re.compile(
    r"^(?:is|are) (?!it\b|that\b|this\b|they\b)(?P<x>[\w-]+) (?:any )?(?:different|the same|alike)\s*[?.!]*$",
    re.IGNORECASE,
)
ENDS_OPEN = re.compile(r"\s+(?:is|are|was|were|do|does|did)$", re.IGNORECASE)
THANKS = re.compile(
    r"^(?:that|this|it)(?:'s| is| was)? (?:(?:really |very )?(?:helped|worked|works|helpful|great|good|fine|clear|all|enough|perfect|wrong|it))(?: now| again| well)?$"
    r"|^(?:it|that|this|they) (?:(?:is|are|was|were|do|does|did|has|have|can|could|will|would) not|can't|\w+n't|makes? no|makes? sense)\b"
    r"|^for (?:the|your|all the) (?:\w+ )?(?:help|answers?|info\w*|support|time|explanations?|tips?|links?)$"
    r"|^i(?:'ll| will| am going to) (?:try|do|check|look|ask|test|see)\b",
    re.IGNORECASE,
)
"""Told about an answer, not asked: thanks, and that it did not help."""
NOT = re.compile(r"(?:no|not|never)\b", re.IGNORECASE)
"""Begins what is told, not asked: `not now`."""
SEES = re.compile(
    rf"^how (?:do|can|could|would) (?:i|we) (?:see|get|find|view|read|check|watch|open|list) (?:the |its |their )?{ATTRIBUTE}$",
    re.IGNORECASE,
)
CHANGED = re.compile(
    r"^(?:what(?:'s| has| is)?|has anything|did anything) (?P<x>changed?|happen(?:ed|ing)?|broken?|failed|wrong|went wrong|go wrong|different|new)$",
    re.IGNORECASE,
)
GENERIC = frozenset(
    "anything everything nothing else first next last after before happen happens happened check watch avoid must try never always "
    "careful know consider call ask contact tell far back go wrong work works recommended alternative alternatives exception "
    "exceptions make effect effects side consequences prerequisites requirements other option options affected paged notified cause caused impact learn learned lessons timeline noticed detected resolved anyone somebody step "
    "drawback drawbacks downsides pros cons help involved responsible example examples risk risks danger dangerous downside catch difference reason reasons workaround possible allowed instead mean means"
    .split()
)  # fmt: skip
"""Words that can be asked of anything: a question of these alone has no subject."""
IS_THERE = re.compile(
    rf"^(?:(?:is|are) there (?:(?:a|an|any|some) )?|any )(?:{ATTRIBUTE}|playbooks?|guides?|how-tos?|alternatives?|exceptions?|workarounds?|"
    r"risks?|catch|drawbacks?|downsides?|examples?)$",
    re.IGNORECASE,
)
BARE_CHINESE = re.compile(
    r"^(?:那样?|这样?|会|需要|要|得|能|可以|可|应该|由|是|有|没有|不|谁|多久|多长时间|多少钱?|多大|什么时候|何时|几点|哪里|在哪里?|哪儿|怎么|如何|怎样|"
    r"负责|批准|审批|同意|联系|找|问|安全|危险|停机|中断|影响|风险|撤销|撤回|取消|恢复|回退|还原|查看|看到?|知道|做|办|执行|操作|完成|开始|结束|过期|"
    r"失效|生效|有效期?|重启|申请|写|读|删除?|改|测试|发布|重试|等|通知|告诉|付费|收费|登录|备份|监控|值班|记录|自动|手动|吗|了|的|来|去|到|才|就|还|都|也|最|其他|别的|人|时间|注意|什么|哪些|花)+$"
)
"""A Chinese question without any subject: its subject was named before."""
IT_CHINESE = re.compile(r"它们?|该服务|这个服务|那个服务")
THERE_CHINESE = re.compile(r"(?:在)?(?:那里|那边|那儿|这个集群|该集群|该环境|这个环境)")
EXPLETIVE = re.compile(
    r"\b(?:is|was|would) it (?:possible|safe|ok|okay|fine|allowed|true|normal|better|worth|necessary) \w|\bit(?:'s| is) (?:possible|safe) \w"
    r"|\bdoes it (?:take|matter) \w|\bmake it\b",
    re.IGNORECASE,
)
TAKES = re.compile(
    r"^(?:and )?how (?:long|much(?: time)?) (?:does|do|did|will|would|might) (?:it|that|this) take$",
    re.IGNORECASE,
)
NEEDS = re.compile(
    r"^(?:do|will|would|must|should|can) (?:i|we) (?:need|have to|require|get|lose) (?:an? |any |the )?(?:approvals?|permissions?|rights|access|sudo|root|admin(?: rights)?|downtime|reviews?|tickets?|pull requests?|restart|sign-?off|backups?|data|maintenance window)(?: for (?:it|that|this))?$"
    r"|^(?:what|which) [\w-]+(?: [\w-]+)? do (?:i|we) (?:need|use|pick|take|choose|run|set) for (?:it|that|this)$",
    re.IGNORECASE,
)
"""`do I need approval?`: asked of doing something."""
COMES_FIRST = re.compile(
    r"^(?:which|what|who) (?:[\w-]+ )?(?:goes|comes|is|was|runs|happens|starts) (?:first|next|last|then)$",
    re.IGNORECASE,
)
"""`which environment goes first?`: of an order that the last question was about."""
NUMBERED = re.compile(
    r"^what(?:'s| is| was| does) (?:the )?(?:step|point|item|option) ?(?:number )?\d+(?: \w+)?$",
    re.IGNORECASE,
)
NO_THING = re.compile(
    r"(?:at )?(?:least|most|once|all|present)|next|last|first|new|old|current|(?:last|next|past|this) \w+|\w{3,}[^e\W]ed",
    re.IGNORECASE,
)
TAKES_TO = re.compile(r"^how long (?:does|do|did|will|would) (?:it|that|this) take to\b", re.IGNORECASE)
PRONOUN = re.compile(r"^(?:it|that|this|they|them|these|those|one|there|here|he|she)$", re.IGNORECASE)
REST = re.compile(r"^(?:and )?(?:the )?(?:rest|others?|remaining|other \w+)(?: in [\w-]+)?$", re.IGNORECASE)
"""What an answer did not tell of: no question says what that is."""
MEANS = re.compile(r"^what (?:does|do|did) (?P<x>.+) mean$", re.IGNORECASE)
AFTER_THAT = re.compile(r"\b(?:after|before|without|for|with|during|about) (?:that|this)$", re.IGNORECASE)
MANY = _whole("they|them|their|these|those")
PARTICIPLE = r"(?:\w+ed|kept|set|made|held|sent|built|written|done|run|stored|taken|given|lost|put)"

PREPOSITION = r"(?:in|on|for|at|within|inside|from|of|into|to|with)"
PLACE_NOUN = r"(?:env|environments?|clusters?|namespaces?|ns|accounts?|regions?)"
EVERYDAY = frozenset({"test", "testing", "live", "stage", "demo", "canary", "sandbox"})
"""Names of environments that are also everyday words."""
CHINESE_PLACES = re.compile(r"(?:生产|预发布?|线上|测试|开发|集成)(?:环境|集群)?")
ASKING = re.compile(
    r"^(?:please |can you |could you )?(?:(?:tell|show) me )?"
    r"(?:how (?:long|much time) (?:does|did|will|would) (?:it|that|this) take to|(?:since when|how often|how long|how much|how many|how|what|where|who|when|why)(?:'s| (?:to|do|does|did|is|are|was|were|can|should|"
    r"would|will|has|have|must))?|which|is|are|does|do|can|should)\s+(?:(?:i|we|you|one)\b)?\s*"
    r"|^(?:请问)?(?:我们?|你们?)?(?:怎么样?|如何|怎样|为什么|为何)\s*",
    re.IGNORECASE,
)
"""The words before what a question is about."""
DO_CHINESE = re.compile(r"(?:该|应该)?(?:怎么|如何|怎样)(?:办|做|处理|解决)?[?？!！。\s]*$|[?？]\s*$")
