"""Pronouns that stand for something their own sentence says: `which namespaces have no pods in them?`."""

from __future__ import annotations

import re

_ASKS = r"(?:which|what|how many|who|is|are|was|may|can|must|should|does|do|did|has|have|will|would)"
_IT = r"(?:it|its|they|them|their)"
_NOT_SAID = r"(?:(?:is|are|was|were|of|in|for|does|do|did|to|on|and)\b)"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # `which pods have their secret from …`, `one job restarts its pods`
        rf"^(?:only )?(?:which|what|one|each|every|any|some|"
        rf"no) (?!{_NOT_SAID})[\w'-]+ (?:[\w'-]+ )*?(?!{_NOT_SAID})[\w'-]+ (?:its|their)\b",
        # `which node has the most pods on it?`, `who has a variable in their environment?`
        rf"^(?:which|what|how many|who|list|show) .*?\b(?:has|have|had|with|without|runs?|mounts?|gets?|"
        rf"uses?) .+ (?:in|on|of|by|for|to|from|with|behind) {_IT}\b",
        r"^(?:list|show)(?: me)?(?: all)?(?: the)? [\w'-]+ (?:with|and|by|in) (?:its|their)\b",
        # `when does rabbitmq do its maintenance?`
        r"\b(?:does|do|did) (?!(?:it|its|they|them|their|i|we|you|this|that)\b)[\w-]+(?: [\w-]+)* (?:its|their)\b",
        # `by its labels, which app …?`
        rf"^(?:[\w'-]+ ){{1,3}}{_IT}\b[^,]*, {_ASKS}\b(?!.*\b(?:it|its)\b)",
        # `the deployment it should scale`
        r"\b(?:the|a|an) [\w-]+ (?:it|they) (?:should|can|may|must|is|are|was|has|have|had|\w+s)\b",
        r"\bby \w+ing (?:it|them)\b|\bof (?:its|their) own\b|\bof them all\b|\bin (?:it|them) at all\b",
        # `how many volumes exist and what is their size?`
        rf"^(?:which|what|how many|is|are|does|do) (?!(?:it|its|they|them|their|of|that|this|those|"
        rf"these)\b)[\w'-]+(?: (?!{_IT}\b)[\w'-]+)+,? and (?:{_ASKS}|how|when|where|why|by|for)\b.*\b{_IT}\b",
    )
)
_CLAUSE_CHINESE = re.compile(r"[^，,。]{4,}[，,。].*(?:它|其)")


def refers_within(rest: str) -> bool:
    """Whether a pronoun of `rest` stands for something that `rest` says itself."""
    return any(pattern.search(rest) for pattern in _PATTERNS) or _CLAUSE_CHINESE.match(rest) is not None
