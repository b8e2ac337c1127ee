"""Turns pydantic's errors into problems a person can act on."""

from __future__ import annotations

import types
from collections.abc import Iterable
from typing import Annotated, Any, Union, get_args, get_origin
from zoneinfo import available_timezones

from pydantic import BaseModel
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from api.settings.models import Settings
from api.settings.problems import Problem
from api.settings.yaml_file import UNSET, YamlFile

_CLOSE = 60
"""rapidfuzz ratio from which a key is taken for a misspelling of another."""

_EXPECTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "tuple_type": 'a list, such as ["a", "b"]',
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
    "path_type": "a path",
}
_REMEDIES = {
    "no_url": "write it with its scheme, such as https://example.org",
    "blank_secret": "set the environment variable that it comes from",
    "path_or_context": "`path` for manifests in a folder, `context` for a live cluster",
    "site_or_export": "`url` and `token` or `oauth` to read the site, `export` for a zip (then `url` is for links)",
    "token_or_oauth": "remove `token` and `email` to connect as an app, or `oauth` to connect with a token",
    "oauth_at_gateway": "write https://<site>.atlassian.net/wiki, and the id after /ex/confluence/ as `oauth.cloud_id`",
    "no_cloud_id": "copy it from https://<site>.atlassian.net/_edge/tenant_info, or remove it",
    "cloud_id_elsewhere": "remove `oauth.cloud_id`, or `cloud: false`",
    "no_redirect_uri": "set it to the redirect URL of the incoming link",
    "token_or_export": "`token` to read what is shared with the integration, `export` for a zip of Markdown & CSV",
    "bad_cron": 'write five fields, such as "0 2 * * *" for two o\'clock every night',
    "string_pattern_mismatch": "use letters, digits, `.`, `_` and `-`, beginning with a letter or digit",
}


def explain(error: ErrorDetails, file: YamlFile) -> Problem | None:
    """The problem behind one pydantic error; None if it only follows from a missing variable."""
    value = error["input"]
    if isinstance(value, str) and UNSET in value:
        return None
    location = error["loc"]
    text, remedy = _words(error, location)
    return Problem(file.line_of(location), place(location), text, remedy)


def place(location: Iterable[str | int]) -> str:
    """`sources[0].path` for `("sources", 0, "files", "path")`; tokens are not shown."""
    shown = ""
    model: Any = Settings
    for part in location:
        tagged = _member_of_union(model, part)
        if tagged is not None:
            model = tagged
        elif isinstance(part, int):
            shown, model = f"{shown}[{part}]", _item_of(model)
        else:
            hidden = shown.endswith("api.auth.tokens")
            shown = f"{shown}.{'…' if hidden else part}".lstrip(".")
            model = _field_of(model, part)
    return shown.removesuffix(".[key]")


def _words(error: ErrorDetails, location: tuple[str | int, ...]) -> tuple[str, str]:
    """What is wrong and what to do."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        known = keys_at(location[:-1])
        return "unknown key", _nearest(str(location[-1]), known)
    if kind == "missing":
        return "this key is missing", "add it"
    if kind == "union_tag_not_found":
        return "`type` is missing", f"add one of {_listed(source_types())}"
    if kind == "union_tag_invalid":
        return f"unknown source type {context['tag']!r}", _nearest(context["tag"], source_types())
    if kind == "literal_error":
        return f"{error['input']!r} is not possible here", f"write {context['expected']}"
    if kind == "bad_timezone":
        return error["msg"], _nearest(context["zone"], sorted(available_timezones()))
    if kind in {"too_short", "string_too_short"}:
        return "this is empty", "give at least one" if kind == "too_short" else "write something"
    if kind == "string_pattern_mismatch":
        return "these characters cannot be part of a document's id", _REMEDIES[kind]
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}, found {_kind_of(error['input'])}", "correct the value"
    return error["msg"], _REMEDIES.get(kind, "correct the value")


def source_types() -> list[str]:
    """The values that a source's `type` may have."""
    return sorted(_members(Settings.model_fields["sources"].annotation))


def keys_at(location: Iterable[str | int]) -> list[str]:
    """The keys that the model at `location` knows."""
    model: Any = Settings
    for part in location:
        tagged = _member_of_union(model, part)
        model = tagged or (_item_of(model) if isinstance(part, int) else _field_of(model, part))
    return list(model.model_fields) if _is_model(model) else []


def _nearest(word: str, known: list[str]) -> str:
    best = process.extractOne(word, known, scorer=fuzz.ratio, processor=str.lower, score_cutoff=_CLOSE)
    if best:
        return f"did you mean `{best[0]}`?"
    return f"use one of {_listed(known)}" if 0 < len(known) <= 15 else "correct it"


def _listed(words: list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _kind_of(value: object) -> str:
    if value is None:
        return "nothing"
    names = {dict: "keys with values", list: "a list", str: "text", bool: "true or false", int: "a number"}
    return names.get(type(value), f"a {type(value).__name__}")


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _parts(annotation: Any) -> list[Any]:
    """The alternatives of a union without None, `Annotated` taken off; else the annotation alone."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        return [part for a in get_args(annotation) if a is not type(None) for part in _parts(a)]
    return [annotation]


def _members(annotation: Any) -> dict[str, Any]:
    """Tag to model, where `annotation` is (a tuple of) a union told apart by `type`."""
    parts = _parts(annotation)
    if len(parts) == 1 and get_origin(parts[0]) is tuple:
        return _members(get_args(parts[0])[0])
    tagged = [part for part in parts if _is_model(part) and "type" in part.model_fields]
    return {get_args(part.model_fields["type"].annotation)[0]: part for part in tagged}


def _member_of_union(annotation: Any, part: str | int) -> Any:
    if _is_model(annotation) or isinstance(part, int) or get_origin(annotation) is tuple:
        return None
    return _members(annotation).get(part)


def _item_of(annotation: Any) -> Any:
    return next((get_args(p)[0] for p in _parts(annotation) if get_origin(p) is tuple), None)


def _field_of(model: Any, name: str) -> Any:
    if not _is_model(model) or name not in model.model_fields:
        return None
    found = _parts(model.model_fields[name].annotation)
    return found[0] if len(found) == 1 else model.model_fields[name].annotation
