"""Wishes for another form or reach of the last answer: `as a table`, `shorter`, `and everywhere else?`."""

from __future__ import annotations

import re

from answers.conversation import words

_WISH = (
    r"(?:(?:can|could|may) (?:you|i|we) (?:please )?(?:have|get|see|show|give|put|write|make|do)(?: (?:me|"
    r"us))?(?: (?:it|that|this|them|those))? )?"
)
_AGAIN = (
    r"(?:(?:please )?(?:show|give|put|write|make|do|say|repeat|format|print|list)(?: (?:me|us))?(?: (?:it|that|"
    r"this|them|those))? )?"
)
_AS = re.compile(
    rf"^{_WISH}{_AGAIN}(?:as|in|into) (?:a |an |the |one |two |a few )?(?:(?:short|bulleted|numbered|single|simple|"
    rf"markdown|plain|more|shell|bash) )*"
    r"(?P<form>tables?|lists?|bullets?(?: points?)?|sentences?|lines?|csv|markdown|summary|text|words|english|"
    r"chinese|brief|short|detail|full|"
    r"checklist|script|commands?|one-liner|steps|yaml|json|manifest|hcl|terraform)(?: form(?:at)?)?$",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    rf"^{_WISH}{_AGAIN}(?:(?:a (?:bit|little) |much )?(?:shorter|briefer|longer|simpler)(?: version| answer)?|"
    rf"(?:more|less|fewer) (?:details?|detailed|words|text)|tl;?dr|in short|"
    r"summar(?:y|i[sz]e)(?: (?:it|that|this))?|(?:please )?(?:repeat|rephrase)(?: (?:it|that|this))?|(?:just |"
    r"only )?(?:the )?names(?: only)?|"
    r"(?:the )?(?:first|last|top) (?:few|two|three|four|five|ten|\d+)|explain(?: (?:it|that|this))?|(?:are you |"
    r"you )?sure|really)$"
    r"|^(?:短一?点|简短(?:一?点|些)?|简单(?:一?点|些)|详细(?:一?点|些)|用?表格(?:形式)?|列成?表格?|总结一下|再说一遍)$",
    re.IGNORECASE,
)
_ACTION = re.compile(r"script|commands?|one-liner|steps", re.IGNORECASE)
_THING = re.compile(r"yaml|json|manifest|hcl|terraform", re.IGNORECASE)
_ONLY_ACTION = re.compile(
    r"^(?:and |just |only )*(?:the )?(?P<form>commands?|script|steps)(?: only)?$", re.IGNORECASE
)
_CHECKS = re.compile(
    r"^how (?:do|can|would) (?:i|we) (?:check|see|verify|find out|look up|query|tell) (?:that|this|it)(?: myself|"
    r" ourselves)?$"
    r"|^(?:what|which) (?:is the )?command(?: (?:did you use|is that|was that|shows? (?:that|this|it)|do i (?:use|"
    r"run)(?: for (?:that|this|it))?))?$"
    r"|^how (?:do|did) you know(?: (?:that|this))?$",
    re.IGNORECASE,
)
_WIDER = re.compile(
    r"^(?:and )?(?:(?:in|on|across|for) )?(?:everywhere(?: else)?|overall|altogether|elsewhere|anywhere else|"
    r"(?:all|any|every|the) (?:the )?(?:other )?(?:namespaces?|clusters?|environments?|envs?|places?|teams?)|"
    r"other (?:namespaces?|clusters?|environments?|envs?|places?)|"
    r"(?:the )?(?:whole|entire|full) (?:cluster|environment|fleet|thing|company))$"
    r"|^(?:其他|所有|全部|别的)(?:的)?(?:地方|命名空间|集群|环境)(?:里)?$",
    re.IGNORECASE,
)


def is_other_form(rest: str) -> bool:
    """Whether `rest` wishes the last answer once more in a form that changes nothing of what was asked."""
    shaped = _AS.match(rest)
    if shaped:
        return not (_ACTION.fullmatch(shaped["form"]) or _THING.fullmatch(shaped["form"]))
    return _LENGTH.match(rest) is not None


def shown_as(rest: str) -> str:
    """`show me the script` for `as a script`, `just the command` and `how do I check that?`; else `rest`."""
    if _CHECKS.match(rest):
        return "show me the command"
    if is_other_form(rest) or not (shaped := _AS.match(rest) or _ONLY_ACTION.match(rest)):
        return rest
    return f"show me the {shaped['form'].lower()}"


def is_wider(rest: str) -> bool:
    """Whether `rest` asks the last question of every place: `and everywhere else?`."""
    return _WIDER.match(words.TAIL.sub("", rest)) is not None
