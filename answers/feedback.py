"""What people said of answers, as a question file that `kubelore eval` reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from answers.history import Asked
from connectors.documents import Document
from index.tokens import is_chinese

Documents = Callable[[list[str]], Mapping[str, Document]]


def question_lines(asked: Iterable[Asked], documents: Documents, *, everything: bool = False) -> list[str]:
    """One JSON line for each question that was judged, with the newest verdict where it was asked again.

    A helpful answer makes its documents the gold, a helpful abstention makes the question unanswerable. Of an
    unhelpful answer nobody knows the right one: it is left out, or with `everything` there to be completed by hand.
    """
    newest = {" ".join(one.understood.split()).lower(): one for one in asked if one.helpful is not None}
    judged = [one for one in newest.values() if one.helpful or everything]
    stored = documents(list(dict.fromkeys(ident for one in judged for ident in one.cited)))
    lines = (_line(one, stored) for one in judged)
    return [json.dumps(line, ensure_ascii=False) for line in lines if line is not None]


def _line(one: Asked, stored: Mapping[str, Document]) -> dict[str, Any] | None:
    gold = [{"path": _path(stored[i]), "quote": ""} for i in one.cited if i in stored] if one.helpful else []
    if one.helpful and not one.abstained and not gold:
        return None  # what answered is gone since: without gold, to abstain would count as right
    kind = ("unanswerable" if one.abstained else "helpful") if one.helpful else "unhelpful"
    line: dict[str, Any] = {
        "id": one.id,
        "question": one.understood,
        "lang": "zh" if is_chinese(one.understood) else "en",
        "kind": kind,
        "gold": gold,
        "must_include": [],
    }
    return {**line, "comment": one.comment} if one.comment else line


def _path(document: Document) -> str:
    """What a question file calls the document: its file below the source's name, or its id."""
    return f"{document.source}/{document.path}" if document.path else document.id
