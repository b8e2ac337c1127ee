"""What kind of answer a question expects, told from its wording."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Expect(StrEnum):
    """The shape of what would answer the question."""

    STEPS = "steps"
    DURATION = "duration"
    NUMBER = "number"
    SIZE = "size"
    MONEY = "money"
    VERSION = "version"
    INSTANCE_TYPE = "instance_type"
    NETWORK = "network"
    CHANNEL = "channel"
    EMAIL = "email"
    VARIABLE = "variable"
    PLACE = "place"
    REASON = "reason"
    TIME = "time"
    YES_NO = "yes_no"
    ANYTHING = "anything"


_UNITS = r"(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?|months?|years?|working days?)"
_MONTH = r"(?-i:Jan(?:uary)?|Feb(?:ruary)?|March|April|May|June|July|Aug(?:ust)?|Sept(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
_NUMBER_WORD = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|half an?|an?)"

VALUES: dict[Expect, re.Pattern[str]] = {
    Expect.DURATION: re.compile(
        rf"\b\d+(?:\.\d+)?\s?{_UNITS}\b|\b{_NUMBER_WORD} (?:(?:working|business|calendar) )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b"
        r"|\b(?:every|each) (?:night|day|week|month|hour|minute|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
        r"|\b(?:nightly|daily|hourly|weekly|fortnightly|monthly|quarterly|yearly|annually)\b"
        r"|(?:days|seconds|minutes|hours|secs|retention|timeout|ttl|interval)\w*\"?\s*[:=]\s*\"?\d+"
        r"|[\d两半]+\s?(?:个)?(?:毫秒|秒|分钟|小时|天|周|星期|月|年|工作日)|每(?:天|日|周|月|年|晚|小时|分钟)",
        re.IGNORECASE,
    ),
    Expect.NUMBER: re.compile(r"(?<![\w.:/-])\d{1,9}(?:[.,]\d+)?%?(?![\w.:]*\w)|(?<![A-Za-z0-9.:/-])\d{1,9}(?:[.,]\d+)?\s?[%个台条行份次件核人倍]|(?<![\w-])(?:two|three|four|five|six|seven|eight|nine|ten)(?![\w-])", re.IGNORECASE),
    Expect.SIZE: re.compile(r"\b\d+(?:\.\d+)?\s?(?:[KMGTP]i?B?|[kmgt]b|bytes)\b|(?:size|storage)\w*\"?\s*[:=]\s*\"?\d+"),
    Expect.MONEY: re.compile(r"[£$€]\s?\d[\d,.]*|\b\d[\d,.]*\s?(?:euros?|pounds?|dollars?|EUR|GBP|USD)\b|[¥￥]\s?\d[\d,.]*|\d[\d,.]*\s?(?:元|欧元|美元|英镑)", re.IGNORECASE),
    Expect.VERSION: re.compile(r"\bv?\d+\.\d+(?:\.\d+)?[\w.+-]*|version\w*\"?\s*[:=]\s*\"?\d+|\b[Vv]ersion \d+"),
    Expect.INSTANCE_TYPE: re.compile(r"\b(?:(?:db|cache|search)\.)?[a-z]{1,3}\d{1,2}[a-z]{0,3}\.(?:\d*x?large|medium|small|micro|nano|metal)\b"),
    Expect.NETWORK: re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?\b"),
    Expect.CHANNEL: re.compile(r"#[a-z][a-z0-9_-]{2,}"),
    Expect.EMAIL: re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    Expect.VARIABLE: re.compile(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b"),
    Expect.PLACE: re.compile(r"`[^`\n]+`|[\w.-]+/[\w./-]+|\b[\w-]+\.(?:ya?ml|tf|tfvars|md|json)\b"),
    Expect.REASON: re.compile(
        r"\b(?:because|since|so that|due to|as it|in order to|reason|therefore|means that|allows?|cannot|can't|"
        r"avoid|chosen?|decided|benefit|instead of|advantage|drawback|cost|enables?|prevents?)\b|因为|由于|原因|所以|因此|为了|以便|避免|否则",
        re.IGNORECASE),
    Expect.TIME: re.compile(
        r"\b\d{1,2}(?::\d\d)?\s?(?:am|pm|utc|gmt|bst)\b|\b\d{1,2}:\d\d\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
        r"|(?:[\d*,/-]+ ){4}[\d*,/-]+|\b(?:nightly|daily|overnight)\b|(?<!\d)\d{1,2}:\d\d(?!\d)|\d{1,2}\s?点|(?:周|星期)[一二三四五六日天]"
        r"|\d{1,2}\s?月\s?\d{1,2}\s?[日号]|每(?:天|日|周|月|年|晚)"
        rf"|\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}\b|\b{_MONTH} \d{{1,4}}\b", re.IGNORECASE),
}  # fmt: skip
"""What a value of each shape looks like in prose and in settings."""

_RULES: tuple[tuple[Expect, str], ...] = (
    (Expect.REASON, r"\bwhy\b|\breasons?\b|\brationale\b|为什么|为何|为啥|原因|理由|怎么回事"),
    (Expect.INSTANCE_TYPE, r"\b(?:instance|ec2|machine|vm|node) (?:type|class|size)|\binstance class\b|\bnode type\b|实例(?:类型|规格)|机型|机器类型|节点类型|规格"),
    (Expect.NETWORK, r"\bcidr\b|\b(?:ip|vpc|subnet|network|address) (?:range|block)|\bvpc range\b|网段|地址段|\bip 地址"),
    (Expect.CHANNEL, r"\b(?:which|what) (?:slack )?channel\b|\bslack channel\b|频道|哪个群"),
    (Expect.EMAIL, r"\be-?mail address\b|\bwho (?:do|should|can) (?:i|we) (?:e-?mail|write to)\b|邮箱|邮件地址"),
    (Expect.VARIABLE, r"\benv(?:ironment)?[- ]?var(?:iable)?s?\b|环境变量"),
    (Expect.VERSION, r"\bversions?\b|\b(?:which|what) (?:\w+ )?(?:release|build|image|tag)\b|\bpinned\b|(?:哪个|什么|哪一?种|多少)[^，。,?？]{0,8}(?:版本|镜像|tag)|版本号|版本[是为]?(?:多少|什么|哪|几|\s*[?？]|$)"),
    (Expect.DURATION, r"\bhow (?:long|often|far back|soon|quickly|fast|early)\b|\bhow many (?:seconds|minutes|hours|days|weeks|months|years)\b|\bretention\b|\btimeout\b|\bexpir\w+|\bttl\b|\bwindow\b|多久|多长时间|多长|(?:几|多少)个?(?:天|小时|分钟|秒|毫秒|周|月|年|工作日)|保留期|超时|过期|有效期"),
    (Expect.TIME, r"^when\b|\bwhen (?:does|do|is|are|will)\b|\bwhat time\b|\bby when\b|\b(?:what|which) (?:days?|dates?|months?)\b|\bschedule\b|\b(?:the|how) (?:latest|late|earliest) (?:i|we|you|can)\b|\b(?:until|till) when\b|什么时候|何时|几点|哪(?:一)?天|几号|什么时间"),
    (Expect.MONEY, r"\bhow much money\b|\bcosts?\b|\bprices?\b|\bfees?\b|\bbudget\b|\bspend(?:ing)?\b|多少钱|费用|成本|预算|价格|花费|面额|多少(?:欧元|元)"),
    (Expect.SIZE, r"\bhow (?:big|large)\b|\bsize of\b|\bhow much (?:memory|disk|storage|ram|space)\b|\b(?:mem|memory|ram|disk|storage|volume)\b.{0,24}\b(?:limit|request|size)s?\b|\bin (?:[kmgt]i?b|bytes)\b|\b(?:biggest|largest) (?:file|upload|attachment|image)s?\b|多大|大小|容量|(?:内存|磁盘|存储)[^，。？?]{0,8}(?:多少|几)"),
    (Expect.NUMBER, r"\bhow (?:many|much)\b|\bnumber of\b|\bmax\b|\bmin\b|\bmaximum\b|\bminimum\b|\bthreshold\b|"
                    r"\bat least\b|\bcount\b|\b(?:below|above|over|under|at) (?:what|which)\b|\bhow (?:full|busy|high|low)\b|"
                    r"\b(?:what|which) (?:share|percentage|percent|fraction|proportion|rate|ratio|limit|port|number)\b|\bper (?:second|minute|hour)\b|"
                    r"\b(?:biggest|largest|smallest|highest|lowest)\b|多少|几[个台次条行份件核人]|几[?？]?$|数量|个数|总数|上限|下限|最[大小多少高低]|阈值|百分之"),
    (Expect.STEPS, r"\bhow (?:do|can|would|should|to|did)\b|\bhow'd\b|\bwhat (?:do|should) (?:i|we) (?:run|do)\b|\bsteps\b|\bcommand\b|"
                   r"\bcan (?:i|we)\b|\bneed to\b|\bhelp\b|怎么(?!回事|样)|如何|怎样|步骤|命令|咋|怎么办"),
    (Expect.PLACE, r"\bwhere\b|\bwhich (?:file|files|variable|key|bucket|repo|settings?)\b|\bwhat (?:do i|setting)\b|哪里|哪儿|在哪|哪个(?:文件|目录|仓库|桶|配置|变量|页面)|地址"),
    (Expect.YES_NO, r"^(?:is|are|do|does|did|can|could|should|has|have|was)\b|吗\s*[?？]?$|能不能|可不可以|是否|是不是|有没有"),
)  # fmt: skip
_COMPILED = tuple((expect, re.compile(pattern, re.IGNORECASE)) for expect, pattern in _RULES)

_LIVE = re.compile(
    r"\b(?:right now|at the moment|currently running|today|tonight|yesterday|this (?:week|weekend|month|morning|quarter)|"
    r"last (?:week|weekend|month|quarter|year)|next (?:week|weekend|month))\b|此刻|当下|今天|昨天|明天|上(?:个月|周|季度)|下(?:个月|周|季度)|本(?:周|月|季度)|这(?:个月|周)",
    re.IGNORECASE,
)
_WHO_ALONE = re.compile(
    r"^(?:so |and )?(?:who|whose|by whom)\b(?!.*\b(?:how|what|which|when|where)\b)|^[^，,]*(?:是谁|谁)(?!.*(?:多少|多久|几|什么|哪))",
    re.IGNORECASE,
)
_AMOUNTS = frozenset(
    {Expect.DURATION, Expect.NUMBER, Expect.SIZE, Expect.VERSION, Expect.INSTANCE_TYPE, Expect.NETWORK}
)
_CONFIGURED = re.compile(r"\b(?:set|configured|pinned|declared)\b", re.IGNORECASE)
"""What is set now, files tell at any moment."""
_ASKS_VALUE = re.compile(
    r"\b(?:who|which|what|how (?:much|many|long|often))\b|谁|哪(?!里|儿)|什么|多少|几", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Intent:
    """What a question expects; `wanted` best first. `live` asks for a value that only holds at some moment."""

    wanted: tuple[Expect, ...]
    live: bool

    @property
    def wants_value(self) -> bool:
        """Whether a short value (a number, a version, a name) is asked for."""
        return any(e in VALUES and e not in (Expect.REASON, Expect.PLACE) for e in self.wanted)


def asks_person(question: str) -> bool:
    """Whether a question asks for nothing but who."""
    return _WHO_ALONE.search(question) is not None


def intent_of(question: str) -> Intent:
    """The expected shapes of the answer, `ANYTHING` if the wording does not tell."""
    wanted = tuple(expect for expect, pattern in _COMPILED if pattern.search(question))
    if Expect.REASON in wanted:  # "why can we …" asks for no steps
        wanted = tuple(expect for expect in wanted if expect is not Expect.STEPS)
    if asks_person(question):  # "who raised the memory limit?" asks for no size
        wanted = tuple(expect for expect in wanted if expect not in _AMOUNTS)
    live = bool(_LIVE.search(question) and _ASKS_VALUE.search(question) and Expect.STEPS not in wanted)
    live = live and not _CONFIGURED.search(question)
    return Intent(wanted or (Expect.ANYTHING,), live)
