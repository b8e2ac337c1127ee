"""The `kubernetes` source over a path: manifests, Helm charts and the YAML around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from connectors import environments
from connectors.documents import ANY, Document, Failure, ResourceRef, Section
from connectors.filetree.connector import TreeConnector
from connectors.filetree.walk import TextFile
from connectors.formats.documents import file_document
from connectors.kubernetes import helm
from connectors.kubernetes.charts import Chart, Charts, template_objects, values_file
from connectors.kubernetes.manifests import KubernetesObject, OtherDocument, read
from connectors.kubernetes.secrets import mask_text
from connectors.kubernetes.summary import summarise

_STRUCTURED = frozenset({".yaml", ".yml", ".json"})
_TEMPLATES = frozenset({".yaml", ".yml", ".json", ".tpl", ".txt"})
_TEMPLATE_LANGUAGE = "gotmpl"


class KubernetesManifestsConnector(TreeConnector):
    """Each object of each manifest is a document; Helm values, templates and other files are one each.

    `cluster` names the cluster that the manifests are for, `*` if it is not known.
    """

    type: ClassVar[str] = "kubernetes"
    whole_tree: ClassVar[bool] = True
    default_include: ClassVar[tuple[str, ...]] = (
        "**/*.yaml", "**/*.yml", "**/*.json", "**/*.tpl",
        "**/*.md", "**/*.md.erb", "**/README*", "**/NOTES.txt",
    )  # fmt: skip

    def __init__(self, name: str, root: Path, *, cluster: str = ANY, **options: Any) -> None:
        super().__init__(name, root, **options)
        self.cluster = cluster

    def mask(self, path: str, text: str) -> str:
        """`text` masked by its structure first, where it has one: that leaves it readable as YAML."""
        structured = PurePosixPath(path).suffix in _STRUCTURED
        return super().mask(path, mask_text(text) if structured else text)

    def documents(self, files: Iterable[TextFile]) -> Iterator[Document | Failure]:
        """The documents of the whole tree; see `TreeConnector.documents`."""
        every = list(files)
        charts = Charts(every)
        identities = _Identities()
        for file in every:
            chart = charts.of(file.path)
            if chart and chart.is_template(file.path) and PurePosixPath(file.path).suffix in _TEMPLATES:
                yield self._template(file, chart)
            elif PurePosixPath(file.path).suffix in _STRUCTURED:
                yield from self._structured(file, chart, identities)
            else:
                yield from self._whole_file(file)
        yield from self._rendered(charts, identities)

    def _fingerprint(self) -> str:
        return f"{super()._fingerprint()}:{self.cluster}:{helm.find() or ''}"

    def _whole_file(self, file: TextFile) -> Iterator[Document | Failure]:
        document, problems = file_document("kubernetes", self.name, file)
        yield document
        yield from problems

    def _structured(
        self, file: TextFile, chart: Chart | None, identities: _Identities
    ) -> Iterator[Document | Failure]:
        found = read(file.text)
        if not any(isinstance(part, KubernetesObject) for part in found):
            yield from self._values_or_config(file, chart)
            return
        for number, part in enumerate(found, start=1):
            if isinstance(part, KubernetesObject):
                yield self._object(part, file.path, identities)
                continue
            if part.text:
                yield self._other(part, file, number)
            if part.problem:
                yield Failure(file.path, part.problem)

    def _object(self, found: KubernetesObject, path: str, identities: _Identities) -> Document:
        labels = found.value["metadata"].get("labels")
        environment = environments.of_path(path)
        identity = f"kubernetes:{self.name}/{found.namespace or '_'}/{found.kind}/{found.name}"
        # By the object's own file alone: another environment that comes or goes must not rename it.
        if environment:
            identity = f"{identity}@{environment}"
        return Document(
            id=identities.unique(identity, path),
            title=found.title,
            text=found.text,
            sections=_with_summary(found),
            source=self.name,
            kind="manifest",
            path=path,
            breadcrumbs=PurePosixPath(path).parts[:-1],
            labels=_pairs(labels),
            environment=environment,
            namespace=found.namespace,
            resource=ResourceRef(found.kind, found.name, found.namespace or ANY, self.cluster),
        )

    def _other(self, found: OtherDocument, file: TextFile, number: int) -> Document:
        """A document that is no object in a file that also holds objects."""
        return Document(
            id=f"kubernetes:{self.name}/{file.path}#{number}",
            title=f"{PurePosixPath(file.path).name} (document {number})",
            text=found.text,
            sections=found.sections,
            source=self.name,
            kind="config",
            path=file.path,
            breadcrumbs=PurePosixPath(file.path).parts[:-1],
            environment=environments.of_path(file.path),
        )

    def _values_or_config(self, file: TextFile, chart: Chart | None) -> Iterator[Document | Failure]:
        document, problems = file_document("kubernetes", self.name, file)
        labels = (*document.labels, f"chart={chart.name}") if chart else document.labels
        values = values_file(file.path, chart)
        if values is not None:
            yield replace(
                document, kind="values", title=values.title, environment=values.environment, labels=labels
            )
        elif chart and PurePosixPath(file.path).name == "Chart.yaml":
            yield replace(document, title=f"chart {chart.name} {chart.version}".strip(), labels=labels)
        else:
            yield replace(document, title=_config_title(file.path, chart), labels=labels)
        yield from problems

    def _template(self, file: TextFile, chart: Chart) -> Document:
        document, _ = file_document(
            "kubernetes", self.name, file
        )  # templates are no YAML before they are rendered
        objects = template_objects(file.text)
        sections = (replace(section, language=_TEMPLATE_LANGUAGE) for section in document.sections)
        return replace(
            document,
            kind="template",
            title=objects.title(file.path, chart),
            sections=tuple(sections),
            labels=(*document.labels, f"chart={chart.name}"),
            creates=objects.creates(),
        )

    def _rendered(self, charts: Charts, identities: _Identities) -> Iterator[Document | Failure]:
        """What the charts' templates become with their default values; nothing without Helm."""
        command = helm.find()
        for chart in charts if command else ():
            path = f"{chart.folder}/Chart.yaml".lstrip("/")
            try:
                text = helm.render(str(command), self.root / chart.folder)
            except helm.HelmError as error:
                yield Failure(path, str(error))
                continue
            for found in read(self.mask(path, text)):
                if isinstance(found, KubernetesObject):
                    yield self._rendered_object(found, chart, path, identities)

    def _rendered_object(
        self, found: KubernetesObject, chart: Chart, path: str, identities: _Identities
    ) -> Document:
        document = self._object(found, path, _Identities())
        # The lines are those of Helm's output, which is no file: the field path is the place.
        sections = tuple(
            replace(section, anchor=".".join(section.heading_path[1:]) or "metadata")
            for section in document.sections
        )
        return replace(
            document,
            id=identities.unique(f"{document.id}@chart:{chart.folder or '.'}", path),
            sections=sections,
            labels=(*document.labels, f"chart={chart.name}", "rendered"),
        )


class _Identities:
    """Gives each document an id of its own: files of one environment may define the same object.

    Only then do ids depend on the order of the files: the first keeps the short one.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def unique(self, identity: str, path: str) -> str:
        """`identity` for the first that asks, then `identity@path`, then with a number."""
        wanted = identity
        number = 1
        while wanted in self._taken:
            wanted = f"{identity}@{path}" if number == 1 else f"{identity}@{path}#{number}"
            number += 1
        self._taken.add(wanted)
        return wanted


def _config_title(path: str, chart: Chart | None) -> str:
    """`rules/redis.yaml (chart monitoring-config)`, or the name with its folder where there is no chart."""
    if chart is None:
        return "/".join(PurePosixPath(path).parts[-2:])
    return f"{PurePosixPath(path).relative_to(chart.folder)} (chart {chart.name})"


def _with_summary(found: KubernetesObject) -> tuple[Section, ...]:
    summary = summarise(found.kind, found.title, found.value)
    if not summary or not found.sections:
        return found.sections
    first, *others = found.sections
    return (replace(first, context=" ".join(filter(None, (summary, first.context)))), *others)


def _pairs(labels: Any) -> tuple[str, ...]:
    if not isinstance(labels, Mapping):
        return ()
    return tuple(f"{key}={value}" for key, value in labels.items() if isinstance(value, str | int | float))
