"""What a file is to a Helm chart: its description, values for an environment, a template, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from connectors import environments
from connectors.documents import ResourceRef
from connectors.filetree.walk import TextFile
from connectors.formats.yaml_tree import YamlDocument, load

_VALUES = re.compile(r"(?:(?P<of>.+)[-_.])?values(?:[-_.](?P<variant>.+))?\.(?:ya?ml|json)", re.IGNORECASE)
_KIND_LINE = re.compile(r"^kind:[ \t]*([A-Za-z]\w*)", re.MULTILINE)
_NAME_LINE = re.compile(
    r"^metadata:.*\n(?:[ \t].*\n|\r?\n)*?[ \t]+name:[ \t]*(\S.*?)[ \t]*\r?$", re.MULTILINE
)
_TITLES = 3

CHART = "Chart.yaml"
"""The file that makes its folder a chart."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A Helm chart: the folder of its `Chart.yaml` ('' for the root), its name and its version.

    A `library` only serves other charts.
    """

    folder: str
    name: str
    version: str = ""
    library: bool = False

    def path(self, name: str) -> str:
        """The path of a file of the chart."""
        return f"{self.folder}/{name}" if self.folder else name

    def is_template(self, path: str) -> bool:
        """Whether the file at `path` is one that Helm renders."""
        return path.startswith(self.path("templates/"))


class Charts:
    """The charts of a tree, told by their folders."""

    def __init__(self, charts: Iterable[Chart]) -> None:
        self._charts = {chart.folder: chart for chart in charts}

    @classmethod
    def of_files(cls, files: Iterable[TextFile]) -> Charts:
        """The charts that these files describe."""
        return cls(_chart(file) for file in files if PurePosixPath(file.path).name == CHART)

    def __iter__(self) -> Iterator[Chart]:
        return iter(self._charts.values())

    def of(self, path: str) -> Chart | None:
        """The innermost chart that holds the file at `path`, or None."""
        for folder in PurePosixPath(path).parents:
            name = "" if str(folder) == "." else str(folder)
            if name in self._charts:
                return self._charts[name]
        return None

    def installable(self) -> Iterator[Chart]:
        """The charts that are installed for themselves: no libraries, and none in `charts/` of another."""
        inside = tuple(chart.path("charts/") for chart in self)
        return (chart for chart in self if not chart.library and not chart.folder.startswith(inside))

    def values_of(self, chart: Chart, files: Iterable[TextFile]) -> list[str]:
        """The files of values for the whole chart, besides its defaults in `values.yaml`."""
        named = ((file.path, values_file(file.path, chart)) for file in files if self.of(file.path) == chart)
        default = chart.path("values.yaml")
        return [path for path, values in named if values and values.owner == chart.name and path != default]


@dataclass(frozen=True, slots=True)
class ValuesFile:
    """What the name of a values file says: whose values and for which environment or variant."""

    owner: str
    environment: str
    variant: str

    @property
    def title(self) -> str:
        """`app-config values (production)`."""
        return f"{self.owner} values ({self.variant})" if self.variant else f"{self.owner} values"


def values_file(path: str, chart: Chart | None) -> ValuesFile | None:
    """What `path` says if it names Helm values: `values-production.yaml`, `tempo-values.yaml`."""
    match = _VALUES.fullmatch(PurePosixPath(path).name)
    if match is None or match["variant"] == "schema":
        return None
    folder = PurePosixPath(path).parent.name
    owner = match["of"] or (chart.name if chart else folder) or "Helm"
    words = re.split(r"[-_.]", match["variant"] or "")
    named = next(filter(None, (environments.canonical(word) for word in reversed(words))), "")
    environment = named or environments.of_path(path)
    variant = named if named and len(words) == 1 else (match["variant"] or environment)
    return ValuesFile(owner, environment, variant)


@dataclass(frozen=True, slots=True)
class TemplateObjects:
    """The objects that a template describes, in the order of the file; names may hold `{{ … }}`."""

    objects: tuple[tuple[str, str], ...]

    def title(self, path: str, chart: Chart) -> str:
        """`template Deployment {{ .Release.Name }} (chart generic-govuk-app)`."""
        words = [" ".join(filter(None, pair)) for pair in dict.fromkeys(self.objects)]
        more = "" if len(words) <= _TITLES else f" and {len(words) - _TITLES} more"
        named = ", ".join(words[:_TITLES]) + more
        return f"template {named or PurePosixPath(path).name} (chart {chart.name})"

    def creates(self) -> tuple[ResourceRef, ...]:
        """The objects whose name does not depend on values."""
        fixed = {ResourceRef(kind, name) for kind, name in self.objects if name and "{{" not in name + kind}
        return tuple(sorted(fixed))


def template_objects(text: str) -> TemplateObjects:
    """Kind and name of each object of a chart's template, read without rendering it. Never raises."""
    found: list[tuple[str, str]] = []
    for document in load(text):
        if document.root is not None:
            found.extend(_of_tree(document))
        elif kind := _KIND_LINE.search(text, document.start, document.end):
            name = _NAME_LINE.search(text, document.start, document.end)
            found.append((kind[1], name[1].strip("\"'") if name else ""))
    return TemplateObjects(tuple(found))


def _of_tree(document: YamlDocument) -> Iterable[tuple[str, str]]:
    kind, name = (_words(document, *path) for path in (("kind",), ("metadata", "name")))
    if kind and document.node_at(("apiVersion",)) is not None:
        yield kind, name


def _words(document: YamlDocument, *path: str) -> str:
    node = document.node_at(path)
    return " ".join((document.scalar(node) or "").split()) if node else ""


def _chart(file: TextFile) -> Chart:
    parent = str(PurePosixPath(file.path).parent)
    folder = "" if parent == "." else parent
    documents = load(file.text)
    value: Any = documents[0].value if documents else None
    facts = value if isinstance(value, dict) else {}
    name = facts.get("name") or PurePosixPath(folder).name or "chart"
    return Chart(folder, str(name), str(facts.get("version") or ""), facts.get("type") == "library")
