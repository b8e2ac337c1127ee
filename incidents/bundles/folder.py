"""Reads a folder of files into evidence, each file by its form."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from incidents.bundles import commands, logs, outputs, pasted, tabular, values
from incidents.bundles.collector import Collector
from incidents.evidence import Evidence, Log, Unread

LARGEST = 200 * 1024 * 1024
"""Bytes of one file that are read, after it is unpacked."""
_TEXTS = frozenset({".txt", ".log", ".out", ".md", ""})


def read_text(text: str, namespace: str = "") -> Evidence:
    """The evidence in a pasted text."""
    found = Collector()
    if text.strip():
        pasted.read(text, found)
    return found.evidence(namespace)


def read_files(files: Mapping[str, str], namespace: str = "") -> Evidence:
    """The evidence in the texts of some files, by their names."""
    found = Collector()
    for name, text in sorted(files.items()):
        _try(name, partial(str, text), found)
    return found.evidence(namespace)


def read_folder(folder: Path, namespace: str = "", more: Iterable[Path] = ()) -> Evidence:
    """The evidence in a folder, subfolders included, and in more files. NotADirectoryError where it is no folder."""
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder")
    found = Collector()
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file() and not any(part.startswith(".") for part in Path(name).parts):
            _try(name, partial(_content, path), found)
    for path in more:
        _try(path.name, partial(_content, path), found)
    return found.evidence(namespace)


def _try(name: str, content: Callable[[], str], found: Collector) -> None:
    """Reads one file; what is wrong with it is noted."""
    try:
        _read_file(name, content(), found)
    except (OSError, ValueError, zlib.error, EOFError, RecursionError) as error:
        found.unread.append(Unread(name, str(error) or type(error).__name__, broken=True))


def _content(path: Path) -> str:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(f"larger than {LARGEST // 1024 // 1024} MB")
    if b"\0" in data[:4096]:
        raise ValueError("not a text file")
    return data.decode("utf-8", "replace")


def _read_file(name: str, text: str, to: Collector) -> None:
    if not text.strip():
        return
    path = Path(name.removesuffix(".gz"))
    suffix = path.suffix.lower()
    if suffix == ".csv" and tabular.is_metrics(text):
        to.series.extend(tabular.read(text))
    elif suffix == ".json":
        _read_json(name, text, to)
    elif suffix in (".yaml", ".yml"):
        if not sum(_add_yaml(value, path.name, to, text) for value in values.from_yaml(text)):
            raise ValueError("holds no Kubernetes object")
    elif suffix in _TEXTS:
        _read_plain(path, text, to)
    else:
        raise ValueError(f"files ending in {suffix} are not read")


def _add_yaml(value: Any, name: str, to: Collector, text: str) -> int:
    """Takes the objects of a YAML value, or the groups of rules of a rule file as the object that holds such."""
    if isinstance(value, dict) and "kind" not in value and isinstance(value.get("groups"), list):
        value = {
            "apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": {"name": name},
            "spec": {"groups": value["groups"]},
        }  # fmt: skip
    return outputs.add_values(value, to, text)


def _read_json(name: str, text: str, to: Collector) -> None:
    try:
        found = values.from_json(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not readable as JSON: {error}") from error
    for value in found:
        if value and not pasted.add_json(value, to, name):
            to.unread.append(Unread(name, "holds nothing that is known"))


def _read_plain(path: Path, text: str, to: Collector) -> None:
    """Logs in the folder of a pod (`cluster-info dump`), the output of the command that names the file, or text."""
    stem = path.name.removesuffix(path.suffix)
    if path.name == "logs.txt" and len(path.parts) >= 2:
        namespace = path.parts[-3] if len(path.parts) >= 3 else ""
        plain = text.partition(" ====")[2] if text.startswith("====") else text
        kept = logs.lines(plain)
        if kept:
            to.logs.append(Log(path.parts[-2], kept, namespace))
        return
    command = commands.parse(stem.replace("_", " ")) if stem.startswith("kubectl") else None
    if command is not None:
        outputs.read(command, text, to)
    elif path.suffix == ".log":
        parts = stem.split(".")
        previous = parts[-1] in ("previous", "prev")
        owner = ".".join(parts[:-1]) if previous else stem
        to.logs.append(Log(owner, logs.lines(text), previous=previous))
    else:
        pasted.read(text, to, str(path))
