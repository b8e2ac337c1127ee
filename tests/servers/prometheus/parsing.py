"""PromQL into nested tuples; what is not understood is refused, as a real server refuses what is wrong."""

from __future__ import annotations

import re
from typing import Any

from tests.servers.prometheus.store import NAME, Matcher

Node = tuple[Any, ...]
AGGREGATIONS = frozenset({"sum", "avg", "max", "min", "count"})
FUNCTIONS = frozenset({"rate", "increase", "histogram_quantile", "time", "vector"})
_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![a-z\d]))|(?P<length>\d+(?:ms|[smhd]))"""
    r"""|(?P<word>[a-zA-Z_:][\w:]*)|(?P<sign>=~|!~|!=|==|>=|<=|[=<>+\-*/(){}\[\],]))""",
    re.VERBOSE,
)
_LEVELS = (("or",), ("==", "!=", ">", "<", ">=", "<="), ("+", "-"), ("*", "/"))
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class QueryError(Exception):
    """The query is wrong."""


def parse(text: str) -> Node:
    """The query as a tree."""
    parser = _Parser(_tokens(text))
    tree = parser.level(0)
    if parser.rest:
        raise QueryError(f'1:1: parse error: unexpected "{parser.rest[0][1]}"')
    return tree


def matchers_of(text: str) -> list[Matcher]:
    """The matchers of a selector such as `up{job="a"}`."""
    tree = parse(text)
    if tree[0] != "select":
        raise QueryError("1:1: parse error: a selector is wanted")
    return list(tree[1])


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            raise QueryError(f"1:{place + 1}: parse error: unexpected character: {text[place : place + 1]!r}")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        place = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.rest = tokens

    def level(self, number: int) -> Node:
        """A chain of the binary operators of one level of precedence."""
        if number == len(_LEVELS):
            return self._one()
        left = self.level(number + 1)
        while self.rest and self.rest[0][1] in _LEVELS[number]:
            sign = self._take()
            left = ("binary", sign, left, self.level(number + 1))
        return left

    def _one(self) -> Node:
        kind, said = self.rest[0] if self.rest else ("end", "end of input")
        if kind == "number":
            return ("number", float(self._take()))
        if said == "(":
            self._expect("(")
            inner = self.level(0)
            self._expect(")")
            return inner
        if said in AGGREGATIONS:
            return self._aggregation()
        if said in FUNCTIONS and len(self.rest) > 1 and self.rest[1][1] == "(":
            return ("call", self._take(), self._arguments())
        if kind == "word" or said == "{":
            return self._selector()
        raise QueryError(f"1:1: parse error: unexpected {said}")

    def _aggregation(self) -> Node:
        name, by = self._take(), []
        if self._is("by"):
            self._take()
            by = self._labels()
        inner = self._arguments()
        if self._is("by"):
            self._take()
            by = self._labels()
        return ("aggregate", name, tuple(by), inner[0])

    def _labels(self) -> list[str]:
        self._expect("(")
        found = []
        while not self._is(")"):
            found.append(self._take())
            if self._is(","):
                self._take()
        self._expect(")")
        return found

    def _arguments(self) -> list[Node]:
        self._expect("(")
        found = []
        while not self._is(")"):
            found.append(self.level(0))
            if self._is(","):
                self._take()
        self._expect(")")
        return found

    def _selector(self) -> Node:
        matchers = [] if self._is("{") else [Matcher(NAME, "=", self._take())]
        if self._is("{"):
            self._take()
            while not self._is("}"):
                label, sign, value = self._take(), self._take(), self._take()
                if sign not in ("=", "!=", "=~", "!~") or not value.startswith('"'):
                    raise QueryError(f"1:1: parse error: unexpected {value}")
                matchers.append(Matcher(label, sign, re.sub(r"\\(.)", r"\1", value[1:-1])))
                if self._is(","):
                    self._take()
            self._expect("}")
        if not any(not one.takes({}) for one in matchers):
            raise QueryError("1:1: parse error: vector selector must contain at least one non-empty matcher")
        if self._is("["):
            self._take()
            length = self._take()
            self._expect("]")
            unit = length.lstrip("0123456789")
            return ("range", tuple(matchers), float(length.removesuffix(unit)) * _UNITS[unit])
        return ("select", tuple(matchers))

    def _is(self, word: str) -> bool:
        return bool(self.rest) and self.rest[0][1] == word

    def _take(self) -> str:
        if not self.rest:
            raise QueryError("1:1: parse error: unexpected end of input")
        return self.rest.pop(0)[1]

    def _expect(self, word: str) -> None:
        if self._take() != word:
            raise QueryError(f'1:1: parse error: "{word}" is wanted')
