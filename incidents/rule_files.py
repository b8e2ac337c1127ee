"""The rules of alerts in rule files of Prometheus (`groups:` of `rules:`), found among what repositories hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import yaml

from incidents.alert_rules import AlertRule, rule_of
from incidents.evidence import Piece, PieceType
from incidents.report import Investigation
from incidents.runbooks import Passage, Search

_MOST = 5
_LONGEST = 1_500


def with_rule_files(report: Investigation, search: Search, alerts: Iterable[str]) -> Investigation:
    """The report with the rule of each alert that no object has told, as evidence and in the summary."""
    told = {
        line for piece in report.evidence for line in piece.text.splitlines() if line.startswith("alert: ")
    }
    names = [name for name in dict.fromkeys(alerts) if name and f"alert: {name}" not in told][:_MOST]
    rules = [rule for name in names if (rule := _found(name, search(name))) is not None]
    if not rules:
        return report
    first = len(report.evidence) + 1
    lines = [f"- {rule.sentence} [{number}]" for number, rule in enumerate(rules, first)]
    return replace(
        report, evidence=(*report.evidence, *(rule.piece for rule in rules)),
        summary="\n".join((report.summary, "", "**The rules of its alerts:**", *lines)),
    )  # fmt: skip


def _found(name: str, passages: Iterable[Passage]) -> AlertRule | None:
    for passage in passages:
        text = written(name, passage.text)
        if text:
            piece = Piece(
                PieceType.DOCUMENT, text[:_LONGEST], passage.title, url=passage.url or passage.document_id,
                document_id=passage.document_id,
            )  # fmt: skip
            rule = _read(text)
            return rule_of(rule, piece) if rule else None
    return None


def written(name: str, text: str) -> str:
    """The lines of an alert's rule in a text of YAML, as they stand; '' where it is not there."""
    lines = text.splitlines()
    for place, line in enumerate(lines):
        match = re.match(rf"(\s*)- alert:\s*[\"']?{re.escape(name)}[\"']?\s*$", line)
        if match:
            end = place + 1
            while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > len(match[1])):
                end += 1
            return "\n".join(lines[place:end]).rstrip()
    return ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _read(text: str) -> dict[str, object]:
    """The rule that some lines hold; {} where they were cut so that they are no YAML any more."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, dict) else {}
