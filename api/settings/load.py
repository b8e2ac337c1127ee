"""Reads, fills in and checks the configuration file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from api.settings.explain import explain
from api.settings.models import Settings
from api.settings.problems import Problem, SettingsError
from api.settings.yaml_file import UNSET, YamlFile, read_yaml

_NO_FILE = (
    "correct the path (a relative one starts at the configuration file's folder) or put the export there"
)
_NO_MODEL = (
    "correct the path (a relative one starts at the configuration file's folder) or put the model there"
)
_NO_FOLDER = "correct the path (a relative one starts at the configuration file's folder) or make the folder"


def load_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The checked configuration; `environment` (default: the process's) fills its `${VARIABLES}`.

    Relative paths are relative to the file's folder. Raises `SettingsError` with every problem found.
    """
    file = read_yaml(_text(path), os.environ if environment is None else environment)
    problems = list(file.problems)
    settings: Settings | None = None
    if file.root is None and not problems:
        problems.append(
            Problem(1, "", "the file is empty", "start from the config.yaml that Kubelore brings")
        )
    elif file.data is not None and not isinstance(file.data, dict):
        problems.append(Problem(1, "", "the file holds no keys", "it must begin with `sources:`"))
    elif file.data is not None:
        problems += _repeated_names(file)
        try:
            settings = Settings.model_validate(
                {"index": {}, **file.data}, context={"folder": path.resolve().parent}
            )
        except ValidationError as error:
            found = (explain(e, file) for e in error.errors(include_url=False))
            problems += [problem for problem in found if problem]
    if problems or settings is None:
        raise SettingsError(path, problems)
    return settings


def folder_problems(path: Path, settings: Settings) -> list[Problem]:
    """What is wrong now with the folders and exports that `settings`, read from `path`, name.

    A source's folder that is missing is no error of the configuration: a volume may not be mounted yet, and the
    index answers without it.
    """
    file = read_yaml(_text(path), {})
    problems = _model_problems(file, settings)
    if unusable := unusable_state(settings.index.path):
        problems.append(Problem(file.line_of(("index", "path")), "index.path", *unusable))
    for number, source in enumerate(settings.sources):
        folder: Path | None = getattr(source, "path", None)
        if folder is not None and not folder.is_dir():
            kind = "is a file, not a folder" if folder.exists() else "does not exist"
            line = file.line_of(("sources", number, "path"))
            problems.append(Problem(line, f"sources[{number}].path", f"{folder} {kind}", _NO_FOLDER))
        export: Path | None = getattr(source, "export", None)
        if export is not None and not export.is_file():
            line = file.line_of(("sources", number, "export"))
            problems.append(Problem(line, f"sources[{number}].export", f"{export} is no file", _NO_FILE))
    return problems


def _model_problems(file: YamlFile, settings: Settings) -> list[Problem]:
    """The folders of models that hold none; whether the hub knows a name is told by `kubelore doctor`."""
    nli = settings.answers.llm and settings.answers.llm.nli
    named = ((("index", "reranker"), settings.index.reranker), (("answers", "llm", "nli"), nli))
    problems = []
    for place, model in named:
        folder = Path(model.model) if model else None
        if folder and folder.is_absolute() and not (folder / "config.json").is_file():
            text = f"{folder} " + ("holds no config.json" if folder.is_dir() else "does not exist")
            line = file.line_of((*place, "model"))
            problems.append(Problem(line, ".".join((*place, "model")), text, _NO_MODEL))
    return problems


def unusable_state(folder: Path) -> tuple[str, str] | None:
    """Why nothing can be kept in the state folder, and the remedy; None where it can."""
    if folder.exists() and not folder.is_dir():
        return f"{folder} is a file, not a folder", "name another folder"
    above = next(parent for parent in (folder, *folder.parents) if parent.exists())
    for path in (above, *(folder.glob("*.db") if folder.exists() else ())):
        if not os.access(path, os.W_OK):
            return f"{path} is not writable", "change its rights, run as its owner, or name another folder"
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        text, remedy = "no such file", "name yours with --config, or run where config.yaml is"
    except UnicodeDecodeError:
        text, remedy = "the file is not UTF-8 text", "save it as UTF-8"
    except OSError as error:
        text, remedy = f"cannot be read ({error.strerror})", "make it readable"
    raise SettingsError(path, [Problem(1, "", text, remedy)])


def _repeated_names(file: YamlFile) -> list[Problem]:
    """Two sources of one name: looked for here, as a model's own check waits for all else to be right."""
    listed: Any = file.data.get("sources")
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for number, source in enumerate(listed if isinstance(listed, list) else []):
        name = source.get("name") if isinstance(source, dict) else None
        if not isinstance(name, str) or UNSET in name:
            continue
        line = file.line_of(("sources", number, "name"))
        if name in first:
            text = f"another source is called {name!r} (line {first[name]})"
            problems.append(Problem(line, f"sources[{number}].name", text, "give each source its own name"))
        first.setdefault(name, line)
    return problems
