"""What every command starts from: the global options, the settings and the services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from api.services import Services
    from api.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """The options that stand before the command."""

    config: Path
    debug: bool


def settings_of(context: typer.Context) -> Settings:
    """The checked configuration; raises `SettingsError`."""
    from api.settings import load_settings

    options: GlobalOptions = context.find_root().obj
    return load_settings(options.config)


def folder_problems_of(context: typer.Context, settings: Settings) -> SettingsError | None:
    """What is wrong with the folders that the configuration names, each with its line; None if nothing is."""
    from api.settings import SettingsError, folder_problems

    options: GlobalOptions = context.find_root().obj
    problems = folder_problems(options.config, settings)
    return SettingsError(options.config, problems) if problems else None


@contextmanager
def services_of(context: typer.Context) -> Iterator[Services]:
    """The services of the configuration, closed at the end."""
    from api import services

    opened = services.open_services(settings_of(context))
    try:
        yield opened
    finally:
        opened.close()
