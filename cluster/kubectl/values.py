"""What the values of `kubectl` flags may look like: each check gives '' for a good value, else what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable

ValueCheck = Callable[[str], str]

_LABEL_KEY = r"(?:[a-z0-9][a-z0-9.-]{0,252}/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62})"
_LABEL_VALUE = r"[A-Za-z0-9._-]{0,63}"
_LABEL_TERM = re.compile(
    rf" *(?:!? *{_LABEL_KEY}"
    rf"|{_LABEL_KEY} *(?:=|==|!=|<|>) *{_LABEL_VALUE}"
    rf"|{_LABEL_KEY} +(?:in|notin) *\( *{_LABEL_VALUE}(?: *, *{_LABEL_VALUE})* *\)) *"
)
_TERM_BORDER = re.compile(r",(?![^(]*\))")


def matching(pattern: str, what: str) -> ValueCheck:
    """A check that the whole value matches `pattern`; `what` names a good value."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        return "" if compiled.fullmatch(value) else f"is not {what}"

    return check


def one_of(*allowed: str) -> ValueCheck:
    """A check that the value is one of the words."""

    def check(value: str) -> str:
        return "" if value in allowed else f"may only be {', '.join(allowed)}"

    return check


def label_selector(value: str) -> str:
    """`app=cart,tier!=x`, `env in (a,b)`, `!canary`."""
    terms = _TERM_BORDER.split(value[:1000])
    good = len(value) <= 1000 and all(_LABEL_TERM.fullmatch(term) for term in terms)
    return "" if good else "is not a label selector"


def level(value: str) -> str:
    """A verbosity that shows no headers and bodies."""
    return "" if re.fullmatch(r"[0-6]", value) else "may be 0 to 6 (7 and more print headers and bodies)"


namespace = matching(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", "the name of a namespace")
name = matching(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?", "a name")
duration = matching(
    r"0|(?:[0-9]{1,9}(?:\.[0-9]{1,3})?(?:ms|s|m|h)){1,4}|[0-9]{1,9}", "a duration such as 30s or 2h"
)
count = matching(r"[0-9]{1,9}", "a whole number")
lines = matching(r"-1|\+?[0-9]{1,9}", "a number of lines")
time = matching(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))",
    "a time such as 2026-01-31T10:00:00Z",
)
field_selector = matching(
    r"[A-Za-z][A-Za-z0-9_.]{0,200}(?:==|!=|=)[A-Za-z0-9_.:/ -]{0,253}"
    r"(?:,[A-Za-z][A-Za-z0-9_.]{0,200}(?:==|!=|=)[A-Za-z0-9_.:/ -]{0,253}){0,20}",
    "a field selector such as status.phase!=Running",
)
label_names = matching(rf"{_LABEL_KEY}(?:,{_LABEL_KEY}){{0,50}}", "a list of labels")
words = matching(r"[A-Za-z][A-Za-z0-9-]{0,62}(?:,[A-Za-z][A-Za-z0-9-]{0,62}){0,50}", "a list of words")
api_group = matching(r"[a-z0-9][a-z0-9.-]{0,252}|", "an API group")
api_version = matching(
    r"(?:[a-z0-9][a-z0-9.-]{0,252}/)?v[0-9][a-z0-9]{0,20}", "an API version such as apps/v1"
)
condition = matching(
    r"delete|create|condition=[A-Za-z][A-Za-z0-9./_-]{0,200}(?:==?[A-Za-z0-9_-]{1,60})?"
    r"|jsonpath=\{?\.?[A-Za-z0-9_.\[\]*?@()=\"'/-]{1,300}\}?(?:==?[A-Za-z0-9_.:/-]{1,200})?",
    "a condition such as condition=Ready, delete or jsonpath={.status.phase}=Running",
)
resource_word = matching(
    r"[A-Za-z][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){0,12}\.?", "a kind of objects such as pods or deploy"
)
object_name = matching(
    r"[A-Za-z0-9](?:[A-Za-z0-9._:-]{0,251}[A-Za-z0-9])?", "a name (letters, digits, '-', '.', ':')"
)
# What reads state and changes nothing. Objects go through `get`, where Secrets are refused.
raw_path = matching(
    r"/(?:version|healthz|livez|readyz)/?"
    r"|/(?:healthz|livez|readyz)(?:/[a-z][a-z0-9.-]{0,80}){0,4}(?:\?verbose(?:=(?:true|1))?)?"
    r"|/metrics|/openapi/v[23]|/api/?|/apis/?|/api/v1/?|/apis/[a-z0-9][a-z0-9.-]{0,252}(?:/v[0-9][a-z0-9]{0,20})?/?"
    r"|/apis/metrics\.k8s\.io/v1(?:beta1)?/(?:nodes|pods)"
    r"|/apis/metrics\.k8s\.io/v1(?:beta1)?/nodes/[a-z0-9][a-z0-9.-]{0,252}"
    r"|/apis/metrics\.k8s\.io/v1(?:beta1)?/namespaces/[a-z0-9-]{1,63}/pods(?:/[a-z0-9][a-z0-9.-]{0,252})?",
    "one of /version, /healthz, /livez, /readyz, /metrics, the lists of APIs and the metrics of nodes and pods",
)
