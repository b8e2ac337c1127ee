"""What is taken from Confluence's answers: identity, place, restrictions; what is missing is not taken for nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.confluence.node import Node, parents_of, parse, restriction

NOTHING = {"results": [], "start": 0, "limit": 200, "size": 0}


def read(
    users: list[dict[str, Any]] | None = None, groups: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    lists = {"user": {**NOTHING, "results": users or []}, "group": {**NOTHING, "results": groups or []}}
    return {"operation": "read", "restrictions": lists}


def page(**more: Any) -> dict[str, Any]:
    return {
        "id": "7",
        "type": "page",
        "status": "current",
        "title": "A  title",
        "space": {"key": "OPS"},
        "version": {"number": 3},
        "ancestors": [{"id": "1", "type": "page", "title": "Top"}, {"id": 2, "type": "folder", "title": "F"}],
        "restrictions": {"read": read()},
        "metadata": {"labels": {"results": [{"name": "b"}, {"name": "a"}, {"name": "b"}]}},
        "_links": {"webui": "/x/7"},
        **more,
    }


def test_a_page_is_read_whole() -> None:
    node = parse(page())
    assert node == Node("7", "page", "A title", "OPS", 3, "2", None, ("a", "b"), "/x/7")
    assert Node.from_json(node.to_json()) == node


@pytest.mark.parametrize("status", ["draft", "archived", "trashed", "historical"])
def test_what_is_not_current_is_no_content(status: str) -> None:
    assert parse(page(status=status)) is None


def test_cloud_names_accounts_and_data_center_names_users() -> None:
    cloud = read([{"accountId": "5b1", "displayName": "Ada"}], [{"name": "ops", "id": "g1"}])
    assert restriction(cloud) == (frozenset({"user:5b1", "group:ops"}), True)
    data_center = read([{"username": "ada", "userKey": "ff80"}])
    assert restriction(data_center) == (frozenset({"user:ada"}), True)


def test_no_restriction_is_everybody_and_one_that_nobody_can_be_told_of_is_nobody() -> None:
    assert restriction(read()) == (None, True)
    assert restriction(read([{"displayName": "gone"}])) == (frozenset(), True)


@pytest.mark.parametrize("given", [None, {}, {"restrictions": {}}, {"restrictions": {"user": NOTHING}}, "x"])
def test_restrictions_that_are_not_told_are_unknown(given: object) -> None:
    assert restriction(given)[1] is False


def test_a_list_of_people_that_is_cut_is_not_the_whole() -> None:
    many = [{"accountId": str(number)} for number in range(200)]
    assert restriction(read(many))[1] is False
    assert restriction(read(many[:199]))[1] is True


def test_missing_ancestors_are_unknown_except_where_there_are_none() -> None:
    without = page()
    del without["ancestors"]
    node = parse(without)
    assert node is not None
    assert not node.knows_parent
    blog = parse({**without, "type": "blogpost"})
    assert blog is not None
    assert blog.knows_parent


def test_drafts_above_a_page_are_not_named() -> None:
    found = parents_of([{"id": "1", "title": "Top"}, {"id": "2", "title": "Secret plan", "status": "draft"}])
    assert [(node.id, node.title, node.parent) for node in found] == [("1", "Top", ""), ("2", "", "1")]


def test_titles_and_labels_hold_no_credentials() -> None:
    node = parse(page(title="token: ghp_16C7e42F292c6912E7710c838347Ae178B4a"))
    assert node is not None
    assert "16C7e42F" not in node.title


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_keys = ["id", "type", "status", "title", "space", "version", "ancestors", "restrictions", "metadata", "_links",
         "extensions", "container"]  # fmt: skip


@given(st.dictionaries(st.sampled_from(_keys), _json))
def test_no_answer_breaks_it(answer: dict[str, Any]) -> None:
    node = parse({**page(), **answer})
    if node is not None:
        assert Node.from_json(node.to_json()).id == node.id
