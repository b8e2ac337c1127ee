"""Prints the report of an investigation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from api.commands.console import clean, indented

if TYPE_CHECKING:
    from rich.console import Console

_EXCERPT = 300


def show(report: dict[str, Any], console: Console) -> None:
    """The summary, the timeline, similar incidents and the evidence of a report in the public contract's form."""
    from rich.markdown import Markdown

    if console.is_terminal:
        console.print(Markdown(clean(report["summary"])))
    else:
        console.print(clean(report["summary"]), markup=False)
    if report["timeline"]:
        console.print("\nTimeline", style="bold")
    for entry in report["timeline"]:
        said = " ".join(entry["text"].split())
        line = f"  {_second(entry['at'])} {entry['type']} {entry['object']}: {said[:_EXCERPT]}"
        console.print(clean(line), markup=False)
    if report["similar"]:
        console.print("\nSimilar incidents", style="bold")
    for one in report["similar"]:
        console.print(
            clean(f"  {_second(one['at'])} {one['object']}: {one['text'][:_EXCERPT]}"), markup=False
        )
    for piece in report["evidence"]:
        at = f" {_second(piece['at'])}" if piece["at"] else ""
        console.print(
            f"\n[{piece['number']}] {piece['type']} {clean(piece['object'])}{at}", markup=False, style="dim"
        )
        text = clean(piece["text"])
        console.print(indented(text[:_EXCERPT] + ("…" if len(text) > _EXCERPT else ""), 4), markup=False)


def _second(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M:%S}Z"
