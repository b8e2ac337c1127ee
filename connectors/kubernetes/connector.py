"""The `kubernetes` source over a path: manifests, Helm charts and the YAML around them."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, TypeGuard

from connectors import environments
from connectors.documents import ANY, Document, Failure, ResourceRef, Section
from connectors.filetree.connector import Reread, TreeConnector
from connectors.filetree.reading import Texts
from connectors.filetree.walk import TextFile
from connectors.formats.documents import file_document
from connectors.formats.parsed import ParsedText
from connectors.formats.yaml_tree import load, parsed_of
from connectors.kubernetes import helm
from connectors.kubernetes.charts import CHART, Chart, Charts, template_objects, values_file
from connectors.kubernetes.identities import with_own_ids
from connectors.kubernetes.manifests import KubernetesObject, OtherDocument, read
from connectors.kubernetes.memory import Memory
from connectors.kubernetes.secrets import mask_text
from connectors.kubernetes.summary import summarise

_STRUCTURED = frozenset({".yaml", ".yml", ".json"})
_TEMPLATES = frozenset({".yaml", ".yml", ".json", ".tpl", ".txt"})
_TEMPLATE_LANGUAGE = "gotmpl"
_OBJECT = "manifest"
"""The kind of document that an object is."""


class KubernetesManifestsConnector(TreeConnector):
    """Each object of each manifest is a document; Helm values, templates and other files are one each.

    `cluster` names the cluster that the manifests are for, `*` if it is not known.
    """

    type: ClassVar[str] = "kubernetes"
    default_include: ClassVar[tuple[str, ...]] = (
        "**/*.yaml", "**/*.yml", "**/*.json", "**/*.tpl",
        "**/*.md", "**/*.md.erb", "**/README*", "**/NOTES.txt",
    )  # fmt: skip

    def __init__(self, name: str, root: Path, *, cluster: str = ANY, **options: Any) -> None:
        super().__init__(name, root, **options)
        self.cluster = cluster

    def mask(self, path: str, text: str) -> str:
        """`text` masked by its structure first, where it has one: that leaves it readable as YAML."""
        structured = _suffix(path) in _STRUCTURED
        return super().mask(path, mask_text(text) if structured else text)

    def documents(self, files: Iterable[TextFile]) -> Iterator[Document | Failure]:
        """The documents of the whole tree; see `TreeConnector.documents`."""
        return self._of_tree(list(files), Memory())

    def reread(self, changed: Set[str], texts: Texts, remembered: Any) -> Reread:
        """The changed files and those whose objects they name anew, else all; see `TreeConnector.reread`."""
        memory = Memory.from_json(remembered)
        if memory and not changed and memory.objects.keys() == texts.paths:
            return Reread(frozenset(), iter(()), remembered)
        if memory is None or helm.find() or memory.may_concern_all(changed, texts.paths):
            return self._all(texts)
        return self._part(changed, texts, memory)

    def _all(self, texts: Texts) -> Reread:
        told: dict[str, Any] = {}

        def items() -> Iterator[Document | Failure]:
            memory = Memory({path: [] for path in texts.paths})
            yield from self._of_tree(list(texts.read(texts.paths)), memory)
            # A file that could not be read now must not be taken for one that says nothing.
            if not texts.has_failed:
                memory.write_to(told)

        return Reread(frozenset(texts.paths), items(), told)

    def _part(self, changed: Set[str], texts: Texts, before: Memory) -> Reread:
        charts = Charts(before.charts)
        items = list(self._of_files(texts.read(changed), charts))
        now: dict[str, list[str]] = {path: [] for path in changed}
        for document in filter(_is_object, items):
            now[document.path or ""].append(document.id)
        memory, shared = before.updated(now, texts.paths)
        items += self._of_files(texts.read(shared), charts)
        paths = frozenset(changed | shared)
        objects = with_own_ids([*filter(_is_object, items)], memory.identities(but=paths))
        told: dict[str, Any] = {}
        if not texts.has_failed:
            memory.write_to(told)
        return Reread(paths, chain((item for item in items if not _is_object(item)), objects), told)

    def _of_tree(self, files: Sequence[TextFile], memory: Memory) -> Iterator[Document | Failure]:
        """The documents of the whole tree; what the next crawl needs of it is put into `memory`."""
        charts = Charts.of_files(files)
        memory.charts = list(charts)
        objects: list[Document] = []
        for item in chain(self._of_files(files, charts), self._rendered(charts, files)):
            if _is_object(item):
                objects.append(item)
                memory.objects.setdefault(item.path or "", []).append(item.id)
            else:
                yield item
        yield from with_own_ids(objects)

    def _of_files(self, files: Iterable[TextFile], charts: Charts) -> Iterator[Document | Failure]:
        for file in files:
            chart = charts.of(file.path)
            if chart and chart.is_template(file.path) and _suffix(file.path) in _TEMPLATES:
                yield self._template(file, chart)
            elif _suffix(file.path) in _STRUCTURED:
                yield from self._structured(file, chart)
            else:
                yield from self._whole_file(file)

    def _fingerprint(self) -> str:
        return f"{super()._fingerprint()}:{self.cluster}:{helm.find() or ''}"

    def _whole_file(self, file: TextFile) -> Iterator[Document | Failure]:
        document, problems = file_document("kubernetes", self.name, file)
        yield document
        yield from problems

    def _structured(self, file: TextFile, chart: Chart | None) -> Iterator[Document | Failure]:
        loaded = load(file.text)
        found = read(loaded)
        if not any(isinstance(part, KubernetesObject) for part in found):
            yield from self._values_or_config(file, chart, parsed_of(loaded))
            return
        for number, part in enumerate(found, start=1):
            if isinstance(part, KubernetesObject):
                yield self._object(part, file.path, environments.of_path(file.path))
                continue
            if part.text:
                yield self._other(part, file, number)
            if part.problem:
                yield Failure(file.path, part.problem, warning=True)

    def _object(self, found: KubernetesObject, path: str, environment: str) -> Document:
        labels = found.value["metadata"].get("labels")
        return Document(
            id=f"kubernetes:{self.name}/{found.namespace or '_'}/{found.kind}/{found.name}",
            title=found.title,
            text=found.text,
            sections=_with_summary(found),
            source=self.name,
            kind=_OBJECT,
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

    def _values_or_config(
        self, file: TextFile, chart: Chart | None, parsed: ParsedText
    ) -> Iterator[Document | Failure]:
        document, problems = file_document("kubernetes", self.name, file, parsed)
        labels = (*document.labels, f"chart={chart.name}") if chart else document.labels
        values = values_file(file.path, chart)
        if values is not None:
            yield replace(
                document, kind="values", title=values.title, environment=values.environment, labels=labels
            )
        elif chart and PurePosixPath(file.path).name == CHART:
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

    def _rendered(self, charts: Charts, files: Sequence[TextFile]) -> Iterator[Document | Failure]:
        """What the charts' templates become, by default and with each file of values; nothing without Helm."""
        command = helm.find()
        for chart in charts.installable() if command else ():
            known = yield from self._release(str(command), chart, None, frozenset())
            for path in charts.values_of(chart, files):
                yield from self._release(str(command), chart, path, known)

    def _release(
        self, command: str, chart: Chart, values: str | None, known: Set[str]
    ) -> Generator[Document | Failure, None, frozenset[str]]:
        """The rendered objects but those whose text is `known`; returns all texts, or Helm's reason against them.

        A reason that is `known` is not told again: it is the chart's, not that of the values.
        """
        path = chart.path(CHART)
        try:
            text = helm.render(command, self.root / chart.folder, self.root / values if values else None)
        except helm.HelmError as error:
            if str(error) not in known:
                # Templates and values are documents all the same.
                yield Failure(values or path, str(error), warning=True)
            return frozenset({str(error)})
        found = [part for part in read(load(self.mask(path, text))) if isinstance(part, KubernetesObject)]
        for part in found:
            if part.text not in known:
                yield self._rendered_object(part, chart, path, values)
        return frozenset(part.text for part in found)

    def _rendered_object(
        self, found: KubernetesObject, chart: Chart, path: str, values: str | None
    ) -> Document:
        named = values_file(values, chart) if values else None
        document = self._object(found, path, named.environment if named else environments.of_path(path))
        # The lines are those of Helm's output, which is no file: the field path is the place.
        sections = tuple(
            replace(section, anchor=".".join(section.heading_path[1:]) or "metadata")
            for section in document.sections
        )
        labels = (*document.labels, f"chart={chart.name}", "rendered")
        return replace(
            document,
            id=f"{document.id}@chart:{values or chart.folder or '.'}",
            title=f"{document.title} ({named.variant})" if named and named.variant else document.title,
            sections=sections,
            labels=(*labels, f"values={values}") if values else labels,
            # The release's name is a stand-in: no object of that name exists.
            resource=None if helm.RELEASE in found.name + found.namespace else document.resource,
        )


def _is_object(item: Document | Failure) -> TypeGuard[Document]:
    return isinstance(item, Document) and item.kind == _OBJECT


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


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def _pairs(labels: Any) -> tuple[str, ...]:
    if not isinstance(labels, Mapping):
        return ()
    return tuple(f"{key}={value}" for key, value in labels.items() if isinstance(value, str | int | float))
