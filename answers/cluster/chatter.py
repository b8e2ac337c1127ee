"""Leaves away what people say around a question: greetings, whom they ask, thanks, and that they mean now."""

from __future__ import annotations

import re

_ASKED = r"(?:you|u|y'all|one|some(?:one|body|\s?1)|any(?:one|body)|(?:one|any) of you)(?: (?:guys|folks|all|here|please|kindly|perhaps|maybe|possibly|quickly))*"
_TELL = r"(?:tell|remind|inform|enlighten|clue|fill|let)(?: (?:me|us))?(?: (?:know|in|again|quickly|real quick|please))*"
_QUESTION = r"(?=(?:on |in |at |to |from |with |by |for |of )?(?:wh\w+|how)\b)"
_OCCASION = (
    r"(?:review|audit|checks?|question|hardening|clean-?up|report|planning|inventory|compliance|migration|upgrade|handover"
    r"|triage|debugging|hygiene|survey|drill|onboarding|rotation|post-?mortem|ticket|task)"
)
"""What a question is asked for: `Security audit: which pods run as root?`."""
_BEGINNING = re.compile(
    r"\s*(?:"
    r"(?:hi|hey|hello|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening)|morning|evening)(?: (?:there|all|everyone|everybody|team|folks|guys|y'all|again|friends?|people))*\s*(?:[,!.:;…–—-]+|(?=\b(?:could|can|would|does|do|quick|sorry|i|just|please|pls|what|which|who|where|how|is|are)\b))"
    r"|(?:sorry|apologies|excuse me|pardon)(?: (?:to (?:bother|bug|disturb)(?: (?:you|everyone|all))*(?: again)?|for (?:the )?[\w ]{3,25}?|all|folks))?\s*[,!.:;–—-]+"
    r"|(?:just )?(?:a )?(?:quick|short|small|tiny|stupid|silly|dumb|noob|random|newbie) (?:question|q|one|ask|thing)s?(?: (?:for you|here|please|on the side))?\s*(?:[,!.:;–—-]+|" + _QUESTION + r")"
    r"|(?:so|ok|okay|well|right|um+|uh+|hm+|alright|also|and|please|pls|btw|fyi|erm?)\s*[,!.:;–—-]+"
    rf"|(?:please |pls |just )*(?:could|can|would|will) {_ASKED} {_TELL}(?: (?:if|whether))?\s*[,:]?\s*{_QUESTION}"
    rf"|(?:please |pls |just )*{_TELL}\s*[,:]?\s*{_QUESTION}"
    rf"|(?:do|does|would) {_ASKED}(?: (?:happen to|maybe|by (?:any )?chance|perhaps))* (?:know|remember|recall)(?: (?:off ?hand|by heart|by chance))?\s*[,:]?\s*{_QUESTION}"
    rf"|{_ASKED} (?:know|knows|remember|remembers)\s*[,:]?\s*{_QUESTION}"
    rf"|(?:i'?m|i am|i was|we were|we are|we're|was) (?:just |only )?(?:wondering|curious|asking(?: myself)?|trying to (?:find out|figure out|work out|understand|remember))(?: about)?\s*[,:]?\s*{_QUESTION}"
    rf"|(?:i|we) (?:forgot|forget|can'?t remember|cannot remember|don'?t (?:know|remember)|have no idea|need to know|wonder|want to know|would like to know|'?d like to know)\s*[,:]?\s*{_QUESTION}"
    rf"|(?:any idea|no idea|no clue|any clue)\s*[,:]?\s*{_QUESTION}"
    rf"|(?:[\w'-]+ ){{0,4}}{_OCCASION}\s*(?::|\s[–—-])\s+(?=\w)"
    r")\s*",
    re.IGNORECASE,
)  # fmt: skip
_END = re.compile(
    r"[\s,;.!?(–—-]+(?:(?:many )?(?:thanks|thx|ty|tia|cheers|please|pls|plz|merci)(?: (?:in advance|a lot|so much|all|folks|guys))?"
    r"|thank (?:you|u)|any ideas?|anyone|anybody|someone|somebody|asking for a friend|does (?:anyone|anybody|someone) know)[\s).!?]*$",
    re.IGNORECASE,
)
_NOW = re.compile(
    r",?\s+(?:this (?:morning|afternoon|evening)|today|tonight|as of now|as we speak|at this (?:moment|point)|at present)(?=\s*[?!.]*$)",
    re.IGNORECASE,
)
_IS_NOW = re.compile(
    r"(?:is|are|how(?:'s| is| are)|every\w+|any\w+|all) (?!.*\b(?:was|were|did|had|since|changed|happened|\w+ed|restarts?)\b)",
    re.IGNORECASE,
)
_MOST = 6


def asked(question: str) -> str:
    """The question itself; the text as it is where nothing would be left of it."""
    text = question.replace("’", "'")
    for _ in range(_MOST):
        match = _BEGINNING.match(text)
        if not match or not match[0].strip() or not text[match.end() :].strip():
            break
        text = text[match.end() :]
    if (end := _END.search(text)) and end.start() > 0:
        text = text[: end.start()] + "?"
    if _IS_NOW.match(text):
        text = _NOW.sub("", text)
    return text if re.search(r"\w", text) else question
