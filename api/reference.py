"""Makes the reference of commands and configuration from the code: `python -m api.reference`."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import getdoc
from pathlib import Path
from typing import Any, get_args

import typer
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from api import settings
from api.cli import app

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"

_MADE = "<!-- Made by `python -m api.reference` (`make docs`); do not edit. -->\n"
_EXIT_CODES = """\
Exit codes: 0 done; 1 done with failures, which are listed; 2 wrong usage or configuration; 3 a source or a
server is unreachable; 130 interrupted. With `--json`, standard output holds one JSON document and nothing
else (an error is `{"error": {"type", "message"}, "exit_code"}`); progress and messages go to standard error.
"""
_CONFIGURATION = """\
Kubelore reads `config.yaml` in the working directory, or the file that `--config` or the variable
`KUBELORE_CONFIG` names. `${NAME}` is replaced by an environment variable, `${NAME:-default}` by the default
where it is unset or empty, `$$` by one dollar sign. Relative paths start at the file's folder. Unknown keys
are refused. `kubelore config check` prints every problem with its line and remedy. A source's
folder that is missing is such a problem, but stops no other command: `kubelore ingest` fails this source alone.
"""
_SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("index", settings.IndexSettings),
    ("index.embedding", settings.EmbeddingSettings),
    ("index.reranker", settings.RerankerSettings),
    ("answers", settings.AnswerSettings),
    ("answers.llm", settings.LlmSettings),
    ("answers.llm.nli", settings.NliSettings),
    ("answers.history", settings.HistorySettings),
    ("schedule", settings.ScheduleSettings),
    ("api", settings.ApiSettings),
    ("api.auth", settings.AuthSettings),
)
_SOURCES: tuple[type[BaseModel], ...] = (
    settings.FilesSource,
    settings.TerraformSource,
    settings.KubernetesSource,
    settings.ConfluenceSource,
    settings.NotionSource,
    settings.PrometheusSource,
)


def pages() -> dict[Path, str]:
    """The text of each generated file."""
    return {FOLDER / "commands.md": commands(), FOLDER / "configuration.md": configuration()}


def commands() -> str:
    """The reference of the command line, as Markdown."""
    root: Any = typer.main.get_command(app)
    parts = [_MADE, "# Commands\n", f"{root.help}\n", _EXIT_CODES]
    parts += _command("kubelore", root)
    for name, command in root.commands.items():
        parts += _command(f"kubelore {name}", command)
        for inner, nested in getattr(command, "commands", {}).items():
            parts += _command(f"kubelore {name} {inner}", nested)
    return "\n".join(parts)


def configuration() -> str:
    """The reference of `config.yaml`, as Markdown."""
    parts = [
        _MADE,
        "# Configuration\n",
        _CONFIGURATION,
        "## `sources`\n",
        "A list with one entry a source. `type` decides which other keys it takes.\n",
    ]
    for model in _SOURCES:
        kind = model.model_json_schema()["properties"]["type"]["const"]
        parts += [f"### `type: {kind}`\n", f"{getdoc(model)}\n", *_table(model)]
        for name, nested in _nested(model):
            parts += [f"#### `{name}`\n", f"{getdoc(nested)}\n", *_table(nested)]
    for name, model in _SECTIONS:
        parts += [f"## `{name}`\n", f"{getdoc(model)}\n", *_table(model)]
    return "\n".join(parts)


def main() -> None:
    """Write the files."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _command(name: str, command: Any) -> Iterator[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    usage = [name, *(["[OPTIONS]"] if options else []), *(_usage(a) for a in arguments)]
    if getattr(command, "commands", None):
        usage.append("COMMAND")
    yield f"## `{name}`\n"
    if name != "kubelore":
        yield f"{command.help}\n"
    yield f"```\n{' '.join(usage)}\n```\n"
    if arguments or options:
        yield "| | |\n|---|---|"
    for parameter in arguments:
        yield f"| `{parameter.metavar or parameter.name.upper()}` | {parameter.help or ''} |"
    for parameter in options:
        names = ", ".join(f"`{name}`" for name in parameter.opts)
        yield f"| {names} | {_cell(parameter.help or '')}{_default(parameter)} |"
    if arguments or options:
        yield ""


def _usage(argument: Any) -> str:
    word = argument.metavar or argument.name.upper()
    if argument.nargs == -1:
        return f"[{word}…]"
    return word if argument.required else f"[{word}]"


def _default(option: Any) -> str:
    if option.is_flag or option.default in (None, [], ()):
        return ""
    return f" Default: `{option.default}`."


def _nested(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """The keys of a model whose values have keys of their own."""
    for name, field in model.model_fields.items():
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield name, part


def _table(model: type[BaseModel]) -> Iterator[str]:
    yield "| key | value | default | |\n|---|---|---|---|"
    properties = model.model_json_schema()["properties"]
    for name, field in model.model_fields.items():
        if name == "type":
            continue
        default = "required" if field.is_required() else _value(field.get_default(call_default_factory=True))
        yield f"| `{name}` | {_type(properties[name])} | {default} | {_cell(field.description or '')} |"
    yield ""


def _type(schema: dict[str, Any]) -> str:
    """A JSON schema's type in words."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(part) for part in schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("format") == "path":
        return "path"
    if schema.get("type") == "array":
        return "list of text"
    if "$ref" in schema or schema.get("type") == "object":
        return "keys"
    return {
        "string": "text",
        "integer": "number",
        "number": "number",
        "boolean": "true or false",
        "null": "null",
    }[schema["type"]]


def _value(default: Any) -> str:
    if default is None:
        return "`null`"
    if isinstance(default, BaseModel) or default is PydanticUndefined:
        return "see below"
    if isinstance(default, tuple):
        return f"`[{', '.join(default)}]`"
    return f"`{default}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main()
