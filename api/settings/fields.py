"""Field types that the configuration's models share."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationInfo
from pydantic_core import PydanticCustomError


class Strict(BaseModel):
    """A part of the configuration: unknown keys are refused, values do not change, secrets stay hidden."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _below_config(value: Path, info: ValidationInfo) -> Path:
    folder: Path = (info.context or {}).get("folder", Path.cwd())
    return (folder / value.expanduser()).resolve()


def _model(value: str, info: ValidationInfo) -> str:
    folder: Path = (info.context or {}).get("folder", Path.cwd())
    path = folder / Path(value).expanduser()
    # A hub's names have one slash at most.
    is_path = value.startswith((".", "/", "~")) or value.count("/") > 1 or path.is_dir()
    return str(path.resolve()) if is_path else value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise PydanticCustomError("no_url", "this is not a web address")
    return value.rstrip("/")


def _cloud_id(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+", value):
        raise PydanticCustomError("no_cloud_id", "this is no cloud id")
    return value


def _label_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
        raise PydanticCustomError("no_label", "this is no name of a label; it has letters, digits and `_`")
    return value


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


def _not_blank(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise PydanticCustomError("blank_secret", "this secret is empty")
    return value


def _not_empty(values: tuple[object, ...]) -> tuple[object, ...]:
    # `min_length` would count only the valid items, and report a list of one wrong item twice.
    if not values:
        raise PydanticCustomError("too_short", "this is empty")
    return values


NotEmpty = AfterValidator(_not_empty)
"""For a tuple that must hold something."""

AnyPath = Annotated[Path, AfterValidator(_below_config)]
"""A path, made absolute; a relative one is relative to the configuration file's folder."""

ModelName = Annotated[str, Field(min_length=1), AfterValidator(_model)]
"""A model's name on the hub, or its folder, made absolute; a relative one starts at the configuration file's folder."""

WebAddress = Annotated[str, AfterValidator(_web_address)]
"""An `http` or `https` address without the slash at its end."""

OptionalWebAddress = Annotated[WebAddress | None, BeforeValidator(_empty_is_none)]
"""The same; an empty string (an unset `${VAR:-}`) means none."""

CloudId = Annotated[str, AfterValidator(_cloud_id)]
"""How Atlassian names a site: it becomes a part of every address, so nothing else may stand there."""

LabelName = Annotated[str, AfterValidator(_label_name)]
"""The name of a label of a metric: it becomes a part of queries."""

Secret = Annotated[SecretStr, AfterValidator(_not_blank)]
"""A value that no message, log or `repr` shows."""
