"""The pages that alerts name themselves: the `runbook_url` of their rules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from incidents.evidence import Alert
from incidents.report import Investigation

_WEB = re.compile(r"https?://[^\s<>\"'()\[\]]+")
_MOST = 5


def with_links(report: Investigation, alerts: Iterable[Alert]) -> Investigation:
    """The report with the addresses that its alerts name in the summary; those that stand there are not repeated."""
    named = {
        one.runbook: f"- {one.name}: <{one.runbook}>"
        for one in alerts
        if _WEB.fullmatch(one.runbook) and one.runbook not in report.summary
    }
    lines = list(named.values())[:_MOST]
    if not lines:
        return report
    return replace(report, summary="\n".join((report.summary, "", "**What the alert names:**", *lines)))
