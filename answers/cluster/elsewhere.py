"""Says what would tell what no object of a cluster says: the metrics API, audit logs."""

from __future__ import annotations

import re

_AMOUNT = r"(?:cpus?|cores?|memory|mem|ram|gpus?)(?! (?:resource )?(?:limit|request|quota|bound|cap))"
_CONSUMES = r"(?:burn|chew|eat|hog|us|consum|draw|tak|gobbl|utili[sz]|guzzl|occupy|load)ing"
USED = (
    rf"{_AMOUNT} .{{0,80}}?(?:is|are) .{{0,80}}?{_CONSUMES}(?! (?:by|as) default)|(?:is|are) .{{0,80}}?{_CONSUMES} .{{0,40}}?{_AMOUNT}"
    rf"|(?:current|actual|live|real)(?:ly)? (?:used? )?{_AMOUNT} (?:usage|use|load|consumption)"
)
"""Asks how much something takes now, which is measured and no field of an object."""
ACTED = (
    r"who (?:may|can|could|should|must|has to|needs to|is allowed to) (?:deploy|release|ship|promote|merge|approve|sign off|review)(?![\w-])|"
    r"(?:who|which (?:person|human|user|engineer|developer|admin|operator|colleague|of (?:us|you))|whose (?:\w+ )?) (?:last |just |recently |manually |actually )?(?:ran|triggered|initiated|launched|kicked off|started|pushed|shipped|rolled(?: \w+)?|performed|released|executed|"
    r"applied|paused|resumed|bumped|raised|lowered|increased|decreased|reduced|decided|modified|patched|cordoned|drained|evicted|removed|added|configured|disabled|enabled|rotated|renamed)"
)
"""Asks which person did something."""
_MEASURED = re.compile(
    rf"\b(?:{USED}|usage|utili[sz]\w+|consum\w+|how (?:busy|loaded|hot) (?:is|are))\b", re.IGNORECASE
)
_DONE_BY = re.compile(
    rf"\b(?:{ACTED}|who (?:deployed|approved|created|changed|wrote|edited|deleted|scaled|did|made|broke|introduced|merged|updated|upgraded|installed|restarted|killed|stopped|touched|set))\b",
    re.IGNORECASE,
)


def hint(question: str) -> str:
    """What would tell it, in a sentence; '' where that is not known."""
    if _DONE_BY.search(question):
        return (
            "Who did something stands in the API server's audit log; `--show-managed-fields` shows which tool last "
            "set a field, `kubectl rollout history` which revisions there were."
        )
    if _MEASURED.search(question):
        return "Current usage is measured and not stored in objects: `kubectl top` shows it where the metrics API is served."
    return ""
