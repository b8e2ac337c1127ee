"""Fetches the sdists of the projects from a package index, by name, version and sha256."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import urljoin

import httpx

from bench.adapt.projects import Project

PYPI = "https://pypi.org/simple"
_JSON = "application/vnd.pypi.simple.v1+json"
_SECONDS = 120


class CorpusError(Exception):
    """The corpus cannot be made; says why."""


def index_address() -> str:
    """The package index that pip is told to use, else PyPI."""
    return (os.environ.get("PIP_INDEX_URL") or PYPI).rstrip("/")


def fetched(project: Project, folder: Path, client: httpx.Client, index: str) -> Path:
    """The project's sdist in `folder`, fetched unless it is there.

    Raises `CorpusError` if the index has it not, or it is not the one that was pinned.
    """
    file = folder / project.filename
    if file.exists() and _digest(file.read_bytes()) == project.sha256:
        return file
    content = _got(client, _file_address(project, client, index)).content
    if (digest := _digest(content)) != project.sha256:
        raise CorpusError(f"{project.filename} has sha256 {digest}, not {project.sha256}")
    folder.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".tmp")
    partial.write_bytes(content)
    return partial.replace(file)


def new_client() -> httpx.Client:
    """A client for `fetched`."""
    return httpx.Client(timeout=_SECONDS, follow_redirects=True)


def _file_address(project: Project, client: httpx.Client, index: str) -> str:
    page = f"{index}/{project.name.replace('_', '-')}/"
    try:
        files = _got(client, page, {"Accept": _JSON}).json()["files"]
    except (ValueError, KeyError) as error:
        raise CorpusError(f"{_shown(page)} gave no list of files in JSON (PEP 691)") from error
    for file in files:
        if file["filename"] == project.filename:
            # An index that mirrors another may give addresses relative to its page.
            return urljoin(page, str(file["url"]))
    raise CorpusError(f"{_shown(page)} does not list {project.filename}")


def _got(client: httpx.Client, address: str, headers: dict[str, str] | None = None) -> httpx.Response:
    try:
        response = client.get(address, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CorpusError(f"{_shown(address)} cannot be fetched: {type(error).__name__}") from error
    if not response.is_success:
        raise CorpusError(f"{_shown(address)} cannot be fetched: HTTP {response.status_code}")
    return response


def _shown(address: str) -> str:
    """An address without the name and password that an index may ask for."""
    return re.sub(r"(?<=://)[^/@]*@", "", address)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
