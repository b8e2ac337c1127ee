"""Checks what `-o` and `--template` may hold: JSONPath, custom columns and Go templates that only pick and print."""

from __future__ import annotations

import re

from connectors.redaction import looks_secret_key

PLAIN = ("json", "yaml", "name", "wide")
JSONPATH = ("jsonpath", "jsonpath-as-json")
GO_TEMPLATE = ("go-template", "template")
COLUMNS = ("custom-columns",)
FROM_FILE = ("go-template-file", "templatefile", "jsonpath-file", "custom-columns-file")

_LONGEST = 2000
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_SUBSTITUTION = re.compile(r"`|\$\(|\$\{")
_SHELL = re.compile(r"[;&|]")
_REDIRECTION = re.compile(r"[<>]")
_INSIDE = re.compile(r"\{[^{}]*\}|\[\?\([^\[\]]*\)\]")
_PICKED_KEY = re.compile(
    r"\.(?:data|stringData|binaryData)\.([A-Za-z0-9_-]+)|==\s*[\"']([A-Za-z0-9_.-]+)[\"']"
)
_ACTION = re.compile(r"\{\{-?(.*?)-?\}\}")
_WORD = re.compile(r"(?<![.\w$])[A-Za-z_]\w*")
_WORDS_OF_TEMPLATES = frozenset(
    {"range", "end", "if", "else", "with", "and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "index", "len",
     "print", "println", "printf", "true", "false", "nil", "exists", "break", "continue"}
)  # fmt: skip
_VERBS_OF_PRINTF = re.compile(r"%(?:%|-?\d{0,3}[svdq])|\\.|[^%\\]")


def output_format(value: str) -> tuple[str, str]:
    """The name of the format in the value of `-o` and the expression behind its `=`."""
    form, _, expression = value.partition("=")
    return (form.lower() if form.lower() in ("json", "yaml") else form), expression


def selects(form: str) -> bool:
    """Whether the format prints values without the names that tell a credential."""
    return form in (*JSONPATH, *GO_TEMPLATE, *COLUMNS)


def problem_of_expression(form: str, expression: str) -> str:
    """'' if the expression of format `form` only picks fields and prints them, else what is wrong."""
    if len(expression) > _LONGEST:
        return f"is longer than {_LONGEST} characters"
    found = _go_template(expression) if form in GO_TEMPLATE else _json_path(expression)
    return found or _credential(expression)


def _json_path(expression: str) -> str:
    # A separator such as {"; "} is text to print; outside of braces the same would be a command line.
    bare = _INSIDE.sub(lambda inside: _STRING.sub('""', inside[0]), expression)
    if _SUBSTITUTION.search(expression) or _SHELL.search(bare):
        return "holds characters of a shell"
    if _REDIRECTION.search(_INSIDE.sub("", bare)):
        return "holds a redirection"
    if expression.count("{") != expression.count("}"):
        return "has unbalanced braces"
    return ""


def _go_template(template: str) -> str:
    text = _ACTION.sub("", template)
    if "{{" in text or "}}" in text:
        return "has unbalanced braces"
    if _SUBSTITUTION.search(template) or _SHELL.search(text) or _REDIRECTION.search(text):
        return "holds characters of a shell"
    for action in _ACTION.findall(template):
        bare = _STRING.sub("", action)
        unknown = sorted(set(_WORD.findall(bare)) - _WORDS_OF_TEMPLATES)
        if unknown:
            return f"uses `{unknown[0]}`, which is not on the list of template functions"
        if "printf" in bare and not all(_is_plain_format(found) for found in _STRING.findall(action)):
            return "formats with other verbs than %s, %v, %d and %q"
    return ""


def _is_plain_format(literal: str) -> bool:
    return _VERBS_OF_PRINTF.sub("", literal[1:-1]) == ""


def _credential(expression: str) -> str:
    for match in _PICKED_KEY.finditer(expression):
        key = match[1] or match[2]
        if looks_secret_key(key):
            return f"picks `{key}`, which looks like a credential"
    return ""
