"""The frame around the quotes of an answer: what is ours to say is said in Chinese, what is quoted stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from answers.chinese.names import environment, field
from answers.chinese.remarks import finding, remark
from answers.model import Answer, Finding
from answers.units import Unit
from connectors.documents import Document
from index.intent import Expect
from index.tokens import has_chinese, is_chinese

_RESOLVED = re.compile(r"`?(?:[\w-]+: )(?:[\w.\[\]\"-]+\.)?(\w+) = ")
"""A resolved setting of Terraform: `production: scaling_config.max_size = 9`."""
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_REMARK = re.compile(r"\*(?!\*)(?P<words>.*[^*\s])\*")
_HEADING = re.compile(r"(?P<title>\*\*.+\*\*) \((?P<environment>[a-z-]+)\)")
_LEFT_OUT = re.compile(r"… \(steps? (?P<steps>[\d–]+) left out\)")
_DECLINED = "I found no answer to this in the indexed documents."
_RELATED = "Possibly related:"
_SCRIPT = (
    (re.compile(r"Read-only; shows this live in clusters? (.+)\."), r"只读命令；可实时查看集群 \1 的状态。"),
    (re.compile(r"Commands of “(.+?)”; they only read\."), r"《\1》中的命令，只读。"),
)
_CHANGES = re.compile(r"Commands of “(?P<title>.+?)”; (?P<rest>.+)\.")
_PARTS = (
    (re.compile(r"line (\d+) changes the cluster(?:: .+)?"), r"第 \1 行会改变集群"),
    (re.compile(r"line (\d+) is not run: .+"), r"第 \1 行不会被执行（不在只读命令之列）"),
    (re.compile(r"fill in (.+)"), r"请先替换 \1"),
)


def introduction(
    unit: Unit, wanted: Sequence[Expect], key: str = "", above: Sequence[str] = (), text: str = ""
) -> str:
    """The line before the first quote: which value of what it is, or which page says it. Ends in `：`.

    Of a setting `key`, the keys `above` it and its `text` are given.
    """
    document = unit.document
    if key:
        resolved = _RESOLVED.match(text)
        name = field(resolved[1]) if resolved else field(key, above)
        return f"*{name or '答案'}（{_called(document)}）：*"
    if document.kind != "page":
        return f"*见 {_called(document)}（原文）：*"
    if Expect.REASON in wanted:
        return f"*《{document.title}》中的说明（原文）：*"
    if Expect.STEPS in wanted:
        return f"*请按《{document.title}》操作（原文）：*"
    return f"*《{document.title}》中写道（原文）：*"


def _called(document: Document) -> str:
    told = not document.environment or document.environment in document.title
    return document.title if told else f"{document.title}，{environment(document.environment)}"


def in_chinese(answer: Answer) -> Answer:
    """The answer with remarks, findings and explanations in Chinese, if its question is; else the answer itself."""
    if not is_chinese(answer.understood or answer.question):
        return answer
    script = answer.script
    return replace(
        answer,
        answer=_declined(answer.answer)
        if answer.abstained
        else "\n".join(map(_Lines().said, answer.answer.split("\n"))),
        findings=tuple(Finding(one.type, finding(one.text), one.citations) for one in answer.findings),
        script=replace(script, explanation=_explained(script.explanation)) if script else None,
    )


def _declined(text: str) -> str:
    first, blank, rest = text.partition("\n\n")
    said = (
        "已索引的文档中没有这个问题的答案。"
        if first == _DECLINED
        else _stopped(remark(first.rstrip(".")), first)
    )
    return said + blank + rest.replace(_RELATED, "可能相关：", 1)


def _stopped(said: str, before: str) -> str:
    return f"{said}。" if said != before.rstrip(".") else before


class Spoken:
    """Tells the parts of a growing answer in Chinese, line by line; `tell` is given what a line means when it ends."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._lines = _Lines()
        self._rest = ""

    def __call__(self, part: str) -> None:
        """Take the next part."""
        *whole, self._rest = (self._rest + part).split("\n")
        if whole:
            self._tell("".join(f"{self._lines.said(line)}\n" for line in whole))

    def end(self) -> None:
        """Tell the last line."""
        if self._rest:
            self._tell(self._lines.said(self._rest))
            self._rest = ""


class _Lines:
    """The lines of an answer one after the other; those inside of fences are quotes."""

    def __init__(self) -> None:
        self._fence = ""

    def said(self, line: str) -> str:
        mark = _FENCE.match(line)
        if self._fence:
            self._fence = "" if line.strip() == self._fence else self._fence
            return line
        if mark:
            self._fence = mark[1]
            return line
        return _line(line)


def _line(line: str) -> str:
    ours = _REMARK.fullmatch(line)
    if ours and not has_chinese(line):
        words = ours["words"].rstrip(".")
        said = remark(words)
        return line if said == words else f"*{said}。*"
    heading = _HEADING.fullmatch(line)
    if heading:
        return f"{heading['title']} ({environment(heading['environment'])})"
    left_out = _LEFT_OUT.fullmatch(line)
    return f"…（略去第 {left_out['steps']} 步）" if left_out else line


def _explained(words: str) -> str:
    for pattern, said in _SCRIPT:
        if pattern.fullmatch(words):
            return pattern.sub(said, words).replace(" and ", "、").replace(", ", "、")
    changing = _CHANGES.fullmatch(words)
    if changing is None:
        return words
    parts = [_part(part) for part in changing["rest"].split("; ")]
    return f"《{changing['title']}》中的命令；{'；'.join(parts)}。"


def _part(words: str) -> str:
    return next((p.sub(said, words) for p, said in _PARTS if p.fullmatch(words)), words)
