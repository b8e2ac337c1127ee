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
    PLACE = "place"
    REASON = "reason"
    TIME = "time"
    YES_NO = "yes_no"
    ANYTHING = "anything"


_UNITS = r"(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?|months?|years?|working days?)"
_NUMBER_WORD = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|half an?|an?)"

VALUES: dict[Expect, re.Pattern[str]] = {
    Expect.DURATION: re.compile(
        rf"\b\d+(?:\.\d+)?\s?{_UNITS}\b|\b{_NUMBER_WORD} (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b"
        r"|\b(?:every|each) (?:night|day|week|month|hour|minute|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
        r"|\b(?:nightly|daily|hourly|weekly|monthly)\b"
        r"|(?:days|seconds|minutes|hours|secs|retention|timeout|ttl|interval)\w*\"?\s*[:=]\s*\"?\d+",
        re.IGNORECASE,
    ),
    Expect.NUMBER: re.compile(r"(?<![\w.:/-])\d{1,9}(?:[.,]\d+)?%?(?![\w.:]*\w)|(?<![\w-])(?:two|three|four|five|six|seven|eight|nine|ten)(?![\w-])", re.IGNORECASE),
    Expect.SIZE: re.compile(r"\b\d+(?:\.\d+)?\s?(?:[KMGTP]i?B?|bytes)\b|(?:size|storage)\w*\"?\s*[:=]\s*\"?\d+"),
    Expect.MONEY: re.compile(r"[£$€]\s?\d[\d,.]*|\b\d[\d,.]*\s?(?:euros?|pounds?|dollars?|EUR|GBP|USD)\b", re.IGNORECASE),
    Expect.VERSION: re.compile(r"\bv?\d+\.\d+(?:\.\d+)?[\w.+-]*|version\w*\"?\s*[:=]\s*\"?\d+|\b[Vv]ersion \d+"),
    Expect.INSTANCE_TYPE: re.compile(r"\b(?:(?:db|cache|search)\.)?[a-z]{1,3}\d{1,2}[a-z]{0,3}\.(?:\d*x?large|medium|small|micro|nano|metal)\b"),
    Expect.NETWORK: re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?\b"),
    Expect.CHANNEL: re.compile(r"#[a-z][a-z0-9_-]{2,}"),
    Expect.PLACE: re.compile(r"`[^`\n]+`|[\w.-]+/[\w./-]+|\b[\w-]+\.(?:ya?ml|tf|tfvars|md|json)\b"),
    Expect.REASON: re.compile(
        r"\b(?:because|since|so that|due to|as it|in order to|reason|therefore|means that|allows?|cannot|can't|"
        r"avoid|chosen?|decided|benefit|instead of|advantage|drawback|cost|enables?|prevents?)\b", re.IGNORECASE),
    Expect.TIME: re.compile(
        r"\b\d{1,2}(?::\d\d)?\s?(?:am|pm|utc|gmt|bst)\b|\b\d{1,2}:\d\d\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
        r"|(?:[\d*,/-]+ ){4}[\d*,/-]+|\b(?:nightly|daily|overnight)\b", re.IGNORECASE),
}  # fmt: skip
"""What a value of each shape looks like in prose and in settings."""

_RULES: tuple[tuple[Expect, str], ...] = (
    (Expect.REASON, r"\bwhy\b|\breasons?\b|\brationale\b|为什么|原因"),
    (Expect.INSTANCE_TYPE, r"\b(?:instance|ec2|machine|vm|node) (?:type|class|size)|\binstance class\b|\bnode type\b|实例类型"),
    (Expect.NETWORK, r"\bcidr\b|\b(?:ip|vpc|subnet|network|address) (?:range|block)|\bvpc range\b|网段"),
    (Expect.CHANNEL, r"\b(?:which|what) (?:slack )?channel\b|\bslack channel\b|频道"),
    (Expect.VERSION, r"\bversions?\b|\b(?:which|what) (?:\w+ )?(?:release|build|image|tag)\b|\bpinned\b|版本"),
    (Expect.DURATION, r"\bhow (?:long|often|far back|soon|quickly)\b|\bhow many (?:seconds|minutes|hours|days|weeks|months|years)\b|\bretention\b|\btimeout\b|\bexpir\w+|\bttl\b|\bwindow\b|多久|多长时间"),
    (Expect.TIME, r"^when\b|\bwhen (?:does|do|is|are|will)\b|\bwhat time\b|\bschedule\b|什么时候|几点"),
    (Expect.MONEY, r"\bhow much money\b|\bcosts?\b|\bprices?\b|\bfees?\b|\bbudget\b|\bspend(?:ing)?\b|多少钱|费用|成本"),
    (Expect.SIZE, r"\bhow (?:big|large)\b|\bsize of\b|\bhow much (?:memory|disk|storage|ram|space)\b"),
    (Expect.NUMBER, r"\bhow (?:many|much)\b|\bnumber of\b|\bmax\b|\bmin\b|\bmaximum\b|\bminimum\b|\bthreshold\b|"
                    r"\bat least\b|\bcount\b|多少|几个"),
    (Expect.STEPS, r"\bhow (?:do|can|would|should|to|did)\b|\bhow'd\b|\bwhat (?:do|should) (?:i|we) (?:run|do)\b|\bsteps\b|\bcommand\b|"
                   r"\bcan (?:i|we)\b|\bneed to\b|\bhelp\b|怎么|如何"),
    (Expect.PLACE, r"\bwhere\b|\bwhich (?:file|files|variable|key|bucket|repo|settings?)\b|\bwhat (?:do i|setting)\b|哪里|哪个"),
    (Expect.YES_NO, r"^(?:is|are|do|does|did|can|could|should|has|have|was)\b"),
)  # fmt: skip
_COMPILED = tuple((expect, re.compile(pattern, re.IGNORECASE)) for expect, pattern in _RULES)

_LIVE = re.compile(
    r"\b(?:right now|at the moment|currently running|today|tonight|yesterday|this (?:week|weekend|month|morning|quarter)|"
    r"last (?:week|weekend|month|quarter|year)|next (?:week|weekend|month))\b|现在|上个月|本周",
    re.IGNORECASE,
)
_ASKS_VALUE = re.compile(r"\b(?:who|which|what|how (?:much|many|long|often))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Intent:
    """What a question expects; `wanted` best first. `live` asks for a value that only holds at some moment."""

    wanted: tuple[Expect, ...]
    live: bool

    @property
    def wants_value(self) -> bool:
        """Whether a short value (a number, a version, a name) is asked for."""
        return any(e in VALUES and e not in (Expect.REASON, Expect.PLACE) for e in self.wanted)


def intent_of(question: str) -> Intent:
    """The expected shapes of the answer, `ANYTHING` if the wording does not tell."""
    wanted = tuple(expect for expect, pattern in _COMPILED if pattern.search(question))
    if Expect.REASON in wanted:  # "why can we …" asks for no steps
        wanted = tuple(expect for expect in wanted if expect is not Expect.STEPS)
    live = bool(_LIVE.search(question) and _ASKS_VALUE.search(question) and Expect.STEPS not in wanted)
    return Intent(wanted or (Expect.ANYTHING,), live)
