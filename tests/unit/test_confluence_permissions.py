"""Restrictions accumulate: the principals of a document stand for exactly those who may read the page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.confluence.permissions import NOBODY, Principals, group, readers, user

PEOPLE = [user(name) for name in ("ada", "ben", "eve", "zoe")]
GROUPS = [group(name) for name in ("money", "ops", "staff")]

_people = st.frozensets(st.sampled_from(PEOPLE))
_levels = st.lists(st.none() | st.frozensets(st.sampled_from(PEOPLE + GROUPS), max_size=4), max_size=4)
_groups = st.fixed_dictionaries(dict.fromkeys(GROUPS, _people))


def holds(person: str, level: Principals | None, members: dict[str, Principals]) -> bool:
    """Whether Confluence lets a person through one level."""
    if level is None:
        return True
    return person in level or any(person in members[name] for name in level if name in members)


@given(_levels, _groups)
def test_exactly_those_who_satisfy_every_level_hold_a_principal(
    levels: list[Principals | None], members: dict[str, Principals]
) -> None:
    found = readers(levels, members.get)
    for person in PEOPLE:
        expected = all(holds(person, level, members) for level in levels)
        assert holds(person, found, members) == expected


@given(_levels, _groups, st.frozensets(st.sampled_from(GROUPS)))
def test_a_group_whose_members_are_not_known_lets_nobody_in_who_may_not_read(
    levels: list[Principals | None], members: dict[str, Principals], unknown: frozenset[str]
) -> None:
    found = readers(levels, lambda name: None if name in unknown else members[name])
    for person in PEOPLE:
        if holds(person, found, members):
            assert all(holds(person, level, members) for level in levels)


@given(_levels, _groups)
def test_neither_the_order_of_levels_nor_a_level_that_comes_twice_matters(
    levels: list[Principals | None], members: dict[str, Principals]
) -> None:
    found = readers(levels, members.get)
    assert readers(levels[::-1], members.get) == found
    assert readers([*levels, *levels], members.get) == found


@given(_levels, _groups)
def test_one_more_level_never_lets_in_anybody(
    levels: list[Principals | None], members: dict[str, Principals]
) -> None:
    if not levels:
        return
    wide, narrow = readers(levels[:-1], members.get), readers(levels, members.get)
    for person in PEOPLE:
        assert holds(person, wide, members) or not holds(person, narrow, members)


def nothing_known(name: str) -> Principals | None:
    return None


def test_no_level_is_everybody_and_an_empty_one_is_nobody() -> None:
    assert readers([], nothing_known) is None
    assert readers([None, None], nothing_known) is None
    assert readers([None, NOBODY, frozenset({group("ops")})], nothing_known) == NOBODY


def test_members_are_asked_only_for_groups_that_decide() -> None:
    asked: list[str] = []

    def members(name: str) -> Principals | None:
        asked.append(name)
        return frozenset({user("ada")})

    ops, more = frozenset({group("ops")}), frozenset({group("ops"), group("staff")})
    assert readers([ops], members) == ops
    assert readers([ops, more], members) == ops
    assert asked == []
    people = frozenset({user("ada"), user("ben")})
    assert readers([people, ops], members) == frozenset({user("ada")})
    assert asked == [group("ops")]
