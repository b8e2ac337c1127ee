"""`kubelore gaps`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.commands.ask import filters_of
from api.commands.console import clean, print_json
from api.commands.context import services_of


def command(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as one JSON document.")] = False,
    principal: Annotated[
        list[str] | None, typer.Option(help="Also look for near pages as this principal (repeatable).")
    ] = None,
) -> None:
    """Show which pages are missing (questions that were declined or not helped), of no use, or wrong."""
    from api.gap_report import gap_report

    with services_of(context) as services:
        report = gap_report(services, filters_of(None, None, principal))
    if as_json:
        print_json(report)
    else:
        _show(report)


def _show(report: dict[str, Any]) -> None:
    print(
        f"{_count(report['asked'], 'question')} asked, {report['declined']} declined,"
        f" {report['unhelpful']} not helped"
    )
    for gap in report["gaps"]:
        print(f"\n{gap['action']}: {clean(gap['title'])}  ({_count(gap['times'], 'time')})")
        for one in gap["questions"]:
            print(f"  · {clean(one['question'])}  ({one['outcome']})")
            for comment in one["comments"]:
                print(f"      “{clean(comment)}”")
        for page in gap["nearest"]:
            print(f"    near: {_named(page)}")
    rest = report["unreached"]
    print(f"\n{rest['count']} of {_count(rest['of'], 'page')} were cited in no answer")
    for page in rest["documents"]:
        print(f"  · {_named(page)}")
    if rest["count"] > len(rest["documents"]):
        print(f"  … and {rest['count'] - len(rest['documents'])} more")
    print(f"\n{_count(len(report['contradictions']), 'page')} that clusters or code do not bear out")
    for page in report["contradictions"]:
        print(f"  · {_named(page)}")
        for text in page["findings"]:
            print(f"      {clean(text)}")


def _named(page: dict[str, Any]) -> str:
    place = f"{page['source']}/{page['path']}" if page["path"] else page["url"] or page["document_id"]
    return clean(f"{page['title']}  {place}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
