"""Names of environments as teams write them, brought to one canonical name each."""

from __future__ import annotations

import re

CANONICAL: dict[str, tuple[str, ...]] = {
    "production": ("production", "prod", "prd", "live"),
    "staging": ("staging", "stage", "stg"),
    "preproduction": ("preproduction", "preprod", "pre-prod", "pre-production"),
    "integration": ("integration",),
    "development": ("development", "dev"),
    "test": ("test", "testing"),
    "qa": ("qa",),
    "uat": ("uat",),
    "sandbox": ("sandbox",),
    "ephemeral": ("ephemeral",),
    "canary": ("canary",),
    "demo": ("demo",),
}
"""Canonical name to the spellings that mean it, longest first where one contains another."""

_OF_SPELLING = {spelling: name for name, spellings in CANONICAL.items() for spelling in spellings}
_EVERYDAY = frozenset({"test", "testing", "demo", "live", "canary", "integration", "stage", "sandbox"})
"""Spellings that also mean other things: they count only right below a folder that lists environments."""
_LISTS = frozenset(
    {
        "variables",
        "vars",
        "tfvars",
        "env",
        "envs",
        "environment",
        "environments",
        "overlays",
        "clusters",
        "values",
        "workspaces",
        "accounts",
        "stages",
        "live",
        "inventories",
    }
)


def canonical(word: str) -> str:
    """The canonical environment that `word` names, or ''."""
    return _OF_SPELLING.get(word.lower(), "")


def of_path(path: str) -> str:
    """The environment that a file's path speaks of, or ''.

    `variables/production/rds.tfvars`, `values-staging.yaml`, `envs/test/main.tf` and `prod.tfvars` do;
    `modules/gatekeeper/test/suite.yaml` does not. The match nearest to the end wins.
    """
    *folders, name = path.lower().split("/")
    found = ""
    for parent, folder in zip(["", *folders], folders, strict=False):
        if folder not in _EVERYDAY or parent in _LISTS:
            found = canonical(folder) or found
    parts = re.split(r"[-_.]", name)
    if parts[0] in _OF_SPELLING and (parts[0] not in _EVERYDAY or name.endswith("tfvars")):
        return canonical(parts[0])
    settings_file = parts[0] in {"values", "kustomization", "config", "terraform"} or name.endswith("tfvars")
    for part in reversed(parts[1:]):
        if part in _OF_SPELLING and (settings_file or part not in _EVERYDAY):
            return canonical(part)
    return found
