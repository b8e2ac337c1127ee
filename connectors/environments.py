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


_UNMISTAKABLE = frozenset({"production", "prod", "prd", "staging", "stg", "preproduction", "preprod"})
"""Spellings that name an environment as a part of a folder's name, such as `prod-eu-1` or `eks-production`."""
_BEFORE_PRODUCTION = re.compile(r"(?<![a-z0-9])(pre|non|not)[-_](?=prod)")
_NO_PLACE = frozenset(
    {
        "access", "and", "checklist", "checklists", "doc", "docs", "for", "from", "grade", "guide", "guides",
        "incident", "incidents", "like", "note", "notes", "or", "plan", "process", "readiness",
        "ready", "review", "reviews", "support", "to", "tool", "tools", "vs", "without",
    }
)  # fmt: skip
"""Words beside an environment's name that make the folder one about something else."""


def canonical(word: str) -> str:
    """The canonical environment that `word` names, or ''."""
    return _OF_SPELLING.get(word.lower(), "")


def without(environment: str, name: str) -> str:
    """`name` with a `*` where it names the canonical `environment`: equal for files that differ only by theirs."""
    spellings = sorted(CANONICAL.get(environment, (environment,)), key=len, reverse=True)
    named = rf"(?<![A-Za-z])(?:{'|'.join(map(re.escape, spellings))})(?![A-Za-z])"
    return re.sub(named, "*", name, flags=re.IGNORECASE)


def of_path(path: str) -> str:
    """The environment that a file's path speaks of, or ''.

    `variables/production/rds.tfvars`, `values-staging.yaml`, `envs/test/main.tf` and `prod.tfvars` do;
    `clusters/prod-eu-1/app.yaml` does too. `modules/gatekeeper/test/suite.yaml` and
    `docs/production-readiness/list.md` do not. The match nearest to the end wins.
    """
    *folders, name = _BEFORE_PRODUCTION.sub(r"\1", path.lower()).split("/")
    found = ""
    for parent, folder in zip(["", *folders], folders, strict=False):
        found = _of_folder(folder, parent in _LISTS) or found
    parts = re.split(r"[-_.]", name)
    if parts[0] in _OF_SPELLING and (parts[0] not in _EVERYDAY or name.endswith(("tfvars", "tfvars.json"))):
        return canonical(parts[0])
    settings_file = parts[0] in {"values", "kustomization", "config", "terraform"} or name.endswith(
        ("tfvars", "tfvars.json")
    )
    for part in reversed(parts[1:]):
        if part in _OF_SPELLING and (settings_file or part not in _EVERYDAY):
            return canonical(part)
    return found


def _of_folder(folder: str, listed: bool) -> str:
    """The environment that a folder's name is or holds; below a list of environments any spelling counts."""
    if folder in _OF_SPELLING:
        return canonical(folder) if listed or folder not in _EVERYDAY else ""
    words = [word.rstrip("0123456789") for word in re.split(r"[-_.]", folder)]
    if not _NO_PLACE.isdisjoint(words):
        return ""
    names = {canonical(word) for word in words if listed or word in _UNMISTAKABLE} - {""}
    return names.pop() if len(names) == 1 else ""
