"""Which file names are code, and in which language."""

from __future__ import annotations

from pathlib import PurePosixPath

_SUFFIXES = {
    "bash": ".sh .bash .zsh .env", "python": ".py", "ruby": ".rb", "go": ".go", "javascript": ".js .mjs .jsx",
    "typescript": ".ts .tsx", "java": ".java", "kotlin": ".kt .kts", "rust": ".rs", "php": ".php",
    "sql": ".sql", "toml": ".toml", "ini": ".ini .cfg", "conf": ".conf", "properties": ".properties",
    "xml": ".xml", "html": ".html .htm", "css": ".css .scss", "hcl": ".tf .tfvars .hcl",
    "rego": ".rego",
    "powershell": ".ps1", "batch": ".bat .cmd", "lua": ".lua", "vcl": ".vcl", "groovy": ".groovy",
    "jsonnet": ".jsonnet .libsonnet", "makefile": ".mk", "c": ".c .h", "cpp": ".cpp .hpp", "csharp": ".cs",
    "gotemplate": ".tpl", "proto": ".proto", "graphql": ".graphql", "promql": ".promql",
}  # fmt: skip
_NAMES = {"makefile": "makefile", "dockerfile": "dockerfile", "jenkinsfile": "groovy", "gemfile": "ruby"}
_LANGUAGE_OF_SUFFIX = {suffix: language for language, all_ in _SUFFIXES.items() for suffix in all_.split()}


def language_of(path: str) -> str:
    """The language of a code file by its name, '' for what is not known to be code."""
    name = PurePosixPath(path)
    return _NAMES.get(name.name.lower()) or _LANGUAGE_OF_SUFFIX.get(name.suffix.lower(), "")
