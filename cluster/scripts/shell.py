"""Reads the small part of bash that runbooks use, so that each command in it can be judged; it runs nothing.

Whatever it does not know it names in `Simple.problem`, and such a command is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_OPERATOR = re.compile(r"&&|\|\||;;|\|&|&>>?|\d?>>|\d?>&\d?|\d?>\||\d?>|<<<|<<-?|<\(|>\(|<|[;|&()]")
_PLACEHOLDER = re.compile(r"<[A-Za-z](?:[A-Za-z0-9 _./-]{0,60}[A-Za-z0-9])?>|\{\{ *[A-Za-z_][\w-]* *\}\}")
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)([A-Za-z_]\w*)\1")
_TO_NOWHERE = re.compile(r"2?>/dev/null|2>&1|&>/dev/null")
_LONGEST_COMMAND = 40
_PROMPT = re.compile(r"^[ \t]*\$[ \t]+(?=\S)", re.M)


@dataclass(slots=True)
class Simple:
    """One command: its words without quotes, and why it cannot be judged ('' where it can)."""

    words: list[str] = field(default_factory=list)
    problem: str = ""


@dataclass(slots=True)
class Pipeline:
    """Commands joined by pipes, with the line they begin at and their text."""

    line: int
    text: str
    commands: list[Simple] = field(default_factory=list)


def pipelines(text: str) -> Iterator[Pipeline]:
    """The commands of a script in their order; `a && b` and `a; b` are two. Never raises."""
    lines = [line.rstrip("\r") for line in _PROMPT.sub("", text).split("\n")]
    endings = {line.strip() for line in lines}
    at = 0
    while at < len(lines):
        line, height = _logical_line(lines, at)
        yield from _Reader(line, at + 1).pipelines()
        at += height
        heredoc = _HEREDOC.search(line)
        if heredoc and heredoc[2] in endings and not line.lstrip().startswith("#"):
            at = next((end + 1 for end in range(at, len(lines)) if lines[end].strip() == heredoc[2]), at)


def _logical_line(lines: list[str], at: int) -> tuple[str, int]:
    """The line at `at` with those that `\\` or an open quote joins to it, and how many they are.

    A quote that is not closed soon is an apostrophe: it takes its own line only.
    """
    joined, single = "", ("", 1)
    for height, line in enumerate(lines[at : at + _LONGEST_COMMAND], start=1):
        joined += line
        if line.endswith("\\") and not line.endswith("\\\\") and not joined.lstrip().startswith("#"):
            joined = joined[:-1] + " "
            single = (joined, height)
        elif _open_quote(joined):
            single = single if single[0] else (joined, height)
            joined += "\n"
        else:
            return joined, height
    return single if single[0] else (joined, min(_LONGEST_COMMAND, len(lines) - at))


def _open_quote(line: str) -> bool:
    quote, escaped, before = "", False, " "
    for character in line:
        if escaped:
            escaped = False
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#" and before in " \t":
            return False
        before = character
    return bool(quote)


class _Reader:
    """Reads one logical line."""

    def __init__(self, line: str, number: int) -> None:
        self._line = line
        self._number = number
        self._at = 0
        self._found: list[Pipeline] = []
        self._simple = Simple()
        self._pipeline = Pipeline(number, "")
        self._word: str | None = None
        self._drops_word = False
        self._start = 0

    def pipelines(self) -> list[Pipeline]:
        """The pipelines of the line."""
        while self._at < len(self._line):
            self._step()
        self._end_pipeline(len(self._line))
        return self._found

    def _step(self) -> None:
        character = self._line[self._at]
        if character in " \t\n":
            self._end_word()
            self._at += 1
        elif character == "#" and self._word is None:
            end = self._line.find("\n", self._at)
            self._end_pipeline(self._at)
            self._at = self._start = len(self._line) if end < 0 else end
        elif match := _PLACEHOLDER.match(self._line, self._at):
            self._add(match[0], len(match[0]))
        elif match := _TO_NOWHERE.match(self._line, self._at):
            self._end_word()
            self._at = match.end()
        elif (match := _OPERATOR.match(self._line, self._at)) and self._begins_operator(match[0]):
            self._end_word()
            self._operator(match[0])
        elif character == "'":
            self._single_quoted()
        elif character == '"':
            self._double_quoted()
        elif character == "\\":
            self._add(self._line[self._at + 1 : self._at + 2], 2)
        else:
            self._add(character, 1)
            self._look_for_substitution(character)

    def _begins_operator(self, operator: str) -> bool:
        """A digit belongs to a redirection only where it begins a word (`2>x`, not `v2>x`)."""
        return not operator[0].isdigit() or self._word is None

    def _operator(self, operator: str) -> None:
        self._at += len(operator)
        if operator in (";", "&&", "||"):
            self._end_pipeline(self._at - len(operator))
            self._start = self._at
        elif operator == "|":
            self._end_simple()
        elif operator == "&":
            self._problem("starts a command in the background")
            self._end_pipeline(self._at)
            self._start = self._at
        elif operator in ("<", "<<<", "<<", "<<-"):
            self._problem("reads a file or text of the script")
            self._drops_word = True
        elif ">" in operator and "(" not in operator:
            self._problem("writes its output to a file")
            self._drops_word = "&" not in operator[1:]
        else:
            self._problem(f"holds `{operator}`, which is not read here")

    def _single_quoted(self) -> None:
        end = self._line.find("'", self._at + 1)
        if end < 0:
            self._problem("holds a quote that is not closed")
            end = len(self._line)
        if self._word and self._word.endswith("$"):
            self._problem("holds a quoted text with escapes ($'...')")
        # A literal `$` is no variable: it is marked, so that nothing is put in its place.
        self._add(self._line[self._at + 1 : end].replace("$", LITERAL_DOLLAR), end + 1 - self._at)

    def _double_quoted(self) -> None:
        self._add("", 1)
        while self._at < len(self._line) and self._line[self._at] != '"':
            character = self._line[self._at]
            following = self._line[self._at + 1 : self._at + 2]
            if character == "\\" and following and following in '"\\$`\n':
                self._add(following.replace("$", LITERAL_DOLLAR), 2)
                continue
            self._add(character, 1)
            self._look_for_substitution(character)
        if self._at >= len(self._line):
            self._problem("holds a quote that is not closed")
        self._at += 1

    def _look_for_substitution(self, character: str) -> None:
        if character == "`" or (character == "$" and self._line[self._at : self._at + 1] == "("):
            self._problem("runs a command to make an argument")
        elif character == "$" and re.match(r"[0-9@*?!#$-]|\{(?![A-Za-z_]\w*\})", self._line[self._at :]):
            self._problem("holds a variable that is not read here")

    def _problem(self, problem: str) -> None:
        self._simple.problem = self._simple.problem or problem

    def _add(self, text: str, length: int) -> None:
        self._word = (self._word or "") + text
        self._at += length

    def _end_word(self) -> None:
        if self._word is not None:
            if not self._drops_word:
                self._simple.words.append(self._word)
            self._drops_word = False
        self._word = None

    def _end_simple(self) -> None:
        self._end_word()
        self._pipeline.commands.append(self._simple)
        self._simple = Simple()

    def _end_pipeline(self, end: int) -> None:
        self._end_word()
        if self._simple.words or self._simple.problem or self._pipeline.commands:
            self._end_simple()
            self._pipeline.text = self._line[self._start : end].strip()
            self._found.append(self._pipeline)
        self._simple = Simple()
        self._pipeline = Pipeline(self._number, "")


LITERAL_DOLLAR = "\ue000"
"""Stands for a quoted `$` until variables are filled in; no script holds this character of the private area."""


def fill(word: str, known: Mapping[str, str]) -> str:
    """The word with its known variables filled in; unknown ones stay, as `$NAME`."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        return known.get(name, f"${name}")

    return _VARIABLE.sub(value, word) if "$" in word else word


def plain(word: str) -> str:
    """The word as a program gets it."""
    return word.replace(LITERAL_DOLLAR, "$")


def placeholders(word: str) -> list[str]:
    """What in a word, before it is `plain`, waits for a value: `<pod>`, `$NAME`, `{{ name }}`."""
    found = [match[0] for match in _VARIABLE.finditer(word)]
    template_words = ("{{end}}", "{{else}}")
    return found + [m[0] for m in _PLACEHOLDER.finditer(word) if m[0].replace(" ", "") not in template_words]
