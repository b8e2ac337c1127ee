"""Which programs behind a pipe only pick and count lines. They are shown with a command and never run."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PLAIN = frozenset("grep egrep fgrep head tail wc cut tr column jq cat nl less more rev".split())
_WRITING_AWK = re.compile(r"system|getline|print[^\n]*>|\||@load|@include")
_PICKING_SED = re.compile(r"\d+(?:,\d+|,\$)?[pdq]|s([/|#,])[^\n]*\1[^\n]*\1[gI]*")


def problem_of_filter(words: Sequence[str]) -> str:
    """'' for a filter that only picks, sorts or counts what it is given, else what is wrong."""
    if not words:
        return "a pipe leads nowhere"
    program, *arguments = words
    plain = [word for word in arguments if not word.startswith("-")]
    if program in _PLAIN:
        return ""
    if program == "sort" and not plain and not any(re.match(r"-\w*o|--o|--c", word) for word in arguments):
        return ""
    if program == "uniq" and not plain:
        return ""
    if program in ("awk", "gawk") and not _WRITING_AWK.search(" ".join(arguments)) and "-f" not in arguments:
        return ""
    if (
        program == "sed"
        and len(plain) == 1
        and _PICKING_SED.fullmatch(plain[0])
        and set(arguments) <= {"-n", "-E", "-r", *plain}
    ):
        return ""
    return f"`{program[:40]}` behind a pipe may do more than pick lines"
