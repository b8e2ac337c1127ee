"""The part of CQL that crawlers use: comparisons with `and`, `or`, `not`, parentheses and `order by`.

Times have minute granularity and are in the time zone of the account that asks; a local time that a change of
clocks skips is refused, as Confluence does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.servers.confluence.call import ApiError, Thing
from tests.servers.confluence.content import Comment, Content, User
from tests.servers.confluence.site import ConfluenceSite

Test = Callable[[Thing], bool]
_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|(>=|<=|!=|!~|[=<>~(),])|([^\s=<>!~(),"\']+))')
_UNITS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": 2_592_000, "y": 31_536_000}


@dataclass(frozen=True)
class Query:
    """A parsed query."""

    test: Test
    order: tuple[tuple[str, bool], ...]


def search(site: ConfluenceSite, cql: str, user: User | None) -> list[Thing]:
    """Everything current that a query finds, in its order, whoever may read it; raises `ApiError` 400."""
    query = _Parser(site, cql, user).parse()
    everything: Iterable[Thing] = (
        *site.contents.values(),
        *site.comments.values(),
        *site.attachments.values(),
    )
    found = [thing for thing in everything if _indexed(site, thing) and query.test(thing)]
    found.sort(key=lambda thing: int(re.sub(r"\D", "", thing.id)))
    for name, descending in reversed(query.order):
        found.sort(key=lambda thing: _sort_key(thing, name), reverse=descending)
    return found


def _indexed(site: ConfluenceSite, thing: Thing) -> bool:
    page = thing if isinstance(thing, Content) else site.contents[thing.page]
    return thing.status == "current" and page.status == "current" and thing.id not in site.unindexed


def _sort_key(thing: Thing, name: str) -> float | str:
    if name == "lastmodified":
        return thing.version.when
    if name == "created":
        return thing.created
    if name == "title":
        return getattr(thing, "title", "")
    if name == "id":
        return int(re.sub(r"\D", "", thing.id))
    raise ApiError(400, f"Could not parse cql : cannot order by {name}")


class _Parser:
    def __init__(self, site: ConfluenceSite, cql: str, user: User | None) -> None:
        self._site, self._cql, self._user = site, cql, user
        self._zone = ZoneInfo(user.time_zone if user else "UTC")
        self._tokens: list[tuple[str, bool]] = []
        position = 0
        while cql[position:].strip():
            match = _TOKEN.match(cql, position)
            if not match:
                raise self._error(f"at {cql[position : position + 10]!r}")
            quoted = match[1] is not None or match[2] is not None
            text = (
                re.sub(r"\\(.)", r"\1", match[1])
                if match[1] is not None
                else match[2] or match[3] or match[4]
            )
            self._tokens.append((text or "", quoted))
            position = match.end()

    def parse(self) -> Query:
        """The whole query."""
        test = self._either() if self._tokens and not self._word("order") else (lambda thing: True)
        order: list[tuple[str, bool]] = []
        if self._take_word("order"):
            self._expect("by")
            order.append(self._order())
            while self._take(","):
                order.append(self._order())
        if self._tokens:
            raise self._error(f"unexpected {self._tokens[0][0]!r}")
        return Query(test, tuple(order))

    def _order(self) -> tuple[str, bool]:
        name = self._next().lower()
        descending = self._take_word("desc")
        if not descending:
            self._take_word("asc")
        return name, descending

    def _either(self) -> Test:
        tests = [self._both()]
        while self._take_word("or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda thing: any(test(thing) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._take_word("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda thing: all(test(thing) for test in tests)

    def _one(self) -> Test:
        if self._take_word("not"):
            test = self._one()
            return lambda thing: not test(thing)
        if self._take("("):
            test = self._either()
            self._expect(")")
            return test
        return self._comparison()

    def _comparison(self) -> Test:
        name = self._next().lower()
        negated = self._take_word("not")
        if self._take_word("in"):
            values = self._values()
            held = self._field(name)
            return lambda thing: bool(held(thing) & values) != negated
        operator = self._next()
        if name in ("lastmodified", "created"):
            return self._time(name, operator)
        value = self._next().lower()
        held = self._field(name)
        if operator in ("~", "!~"):
            words = value.strip("*")
            return lambda thing: any(words in text for text in held(thing)) == (operator == "~")
        if operator not in ("=", "!="):
            raise self._error(f"{name} does not support {operator}")
        return lambda thing: (value in held(thing)) == (operator == "=")

    def _values(self) -> set[str]:
        self._expect("(")
        values = {self._next().lower()}
        while self._take(","):
            values.add(self._next().lower())
        self._expect(")")
        return values

    def _time(self, name: str, operator: str) -> Test:
        moment = self._moment(self._next()) // 60
        compare = {
            ">=": lambda minute: minute >= moment,
            ">": lambda minute: minute > moment,
            "<=": lambda minute: minute <= moment,
            "<": lambda minute: minute < moment,
            "=": lambda minute: minute == moment,
        }.get(operator)
        if compare is None:
            raise self._error(f"{name} does not support {operator}")
        of_creation = name == "created"
        return lambda thing: compare((thing.created if of_creation else thing.version.when) // 60)

    def _moment(self, value: str) -> float:
        if value == "now":
            return self._relative()
        match = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d{2}))?", value)
        if not match:
            raise self._error(f"unsupported date {value!r}; use yyyy-MM-dd HH:mm")
        try:
            wall = datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]
        except ValueError:
            raise self._error(f"no such date: {value!r}") from None
        local = wall.replace(tzinfo=self._zone)
        if local.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None) != wall:
            raise self._error(f"{value!r} does not exist in {self._zone.key}")
        return local.timestamp()

    def _relative(self) -> float:
        self._expect("(")
        shift = 0.0
        if not self._take(")"):
            match = re.fullmatch(r"([+-]?\d+)([mhdwMy])", self._next())
            if not match:
                raise self._error("now() takes a number and a unit")
            shift = int(match[1]) * _UNITS[match[2]]
            self._expect(")")
        return (datetime.fromtimestamp(self._site.time.at, UTC) + timedelta(seconds=shift)).timestamp()

    def _field(self, name: str) -> Callable[[Thing], set[str]]:
        site = self._site
        if name == "type":
            return lambda thing: {kind_of(thing)}
        if name in ("space", "space.key"):
            return lambda thing: {_page(site, thing).space.lower()}
        if name in ("id", "content"):
            return lambda thing: {thing.id.lower(), thing.id.removeprefix("att")}
        if name == "title":
            return lambda thing: {getattr(thing, "title", "").lower()}
        if name == "label":
            return lambda thing: {label.lower() for label in getattr(thing, "labels", ())}
        if name == "parent":
            return lambda thing: {thing.parent} if isinstance(thing, Content) else set()
        if name == "container":
            return lambda thing: set() if isinstance(thing, Content) else {thing.page}
        if name == "ancestor":
            return lambda thing: (
                {above.id for above in site.ancestors(thing.id)} if isinstance(thing, Content) else set()
            )
        if name in ("creator", "contributor"):
            return lambda thing: {thing.author.lower()}
        raise self._error(f"no such field: {name}")

    def _next(self) -> str:
        if not self._tokens:
            raise self._error("the query ends too soon")
        return self._tokens.pop(0)[0]

    def _word(self, word: str) -> bool:
        return bool(self._tokens) and not self._tokens[0][1] and self._tokens[0][0].lower() == word

    def _take_word(self, word: str) -> bool:
        if self._word(word):
            self._tokens.pop(0)
            return True
        return False

    _take = _take_word

    def _expect(self, word: str) -> None:
        if not self._take_word(word):
            raise self._error(f"expected {word!r}")

    def _error(self, what: str) -> ApiError:
        return ApiError(400, f"Could not parse cql : {self._cql} ({what})")


def kind_of(thing: Thing) -> str:
    """What CQL and version 1 call the type of something."""
    if isinstance(thing, Content):
        return thing.kind
    return "comment" if isinstance(thing, Comment) else "attachment"


def _page(site: ConfluenceSite, thing: Thing) -> Content:
    return thing if isinstance(thing, Content) else site.contents[thing.page]
