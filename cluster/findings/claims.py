"""What pages say of objects in tables, lists of values and plain sentences: `cart | 3 replicas | 512Mi`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cluster.findings import wording
from cluster.findings.sentences import in_sentence, sentences
from cluster.findings.written import Said, read_value
from connectors.documents import Document, Section, SectionKind
from connectors.kinds import kind_of
from connectors.mentions import is_name

_SUBJECTS = frozenset(
    {"service", "services", "deployment", "workload", "component", "app", "application", "name", "cron job",
     "cronjob", "job", "statefulset", "ingress", "object", "microservice", "pod", "container", "server",
     "daemonset", "pvc", "volume"}
)  # fmt: skip
_COLUMNS = {
    "replicas": "replicas", "pods": "replicas", "replica count": "replicas", "number of replicas": "replicas",
    "number of pods": "replicas", "instances": "replicas", "min": "minReplicas", "min replicas": "minReplicas",
    "minimum replicas": "minReplicas", "min pods": "minReplicas", "max": "maxReplicas",
    "max replicas": "maxReplicas", "maximum replicas": "maxReplicas", "max pods": "maxReplicas",
    "image": "image", "container image": "image", "docker image": "image", "tag": "version", "image tag": "version",
    "version": "version", "image version": "version", "port": "port", "service port": "port",
    "memory limit": "memory limit", "mem limit": "memory limit", "limit memory": "memory limit",
    "memory limits": "memory limit", "cpu limit": "cpu limit", "limit cpu": "cpu limit", "cpu limits": "cpu limit",
    "memory request": "memory request", "memory requests": "memory request", "cpu request": "cpu request",
    "cpu requests": "cpu request", "storage": "storage", "volume": "storage", "volume size": "storage",
    "disk": "storage", "disk size": "storage", "storage size": "storage", "pvc size": "storage",
    "schedule": "schedule", "cron": "schedule", "cron schedule": "schedule", "host": "host", "hostname": "host",
    "host name": "host", "domain": "host",
}  # fmt: skip
"""What a column or a label says, in lower case, and the value it is of."""
_PLACES = frozenset({"environment", "env", "cluster", "stage"})
_ROW = re.compile(r"^.*\|.*$", re.MULTILINE)
_RULE = re.compile(r"[\s|:+=-]+")
_LABELLED = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+)?(?:\*\*|`)?(?P<label>[A-Za-z][A-Za-z ]{2,24}?)(?:\*\*|`)?[ \t]*:(?:\*\*)?"
    r"[ \t]+(?P<value>\S.*)$",
    re.MULTILINE,
)
_SUFFIX = re.compile(
    r"^(?:the )?(.*?)(?: \(?(?:service|deployment|statefulset|cron ?job|daemonset|workload|app|ingress)\)?)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a page says of the object called `name` (of `kind` and in `namespace`, '' for unsaid) at `start:end`."""

    name: str
    kind: str
    namespace: str
    said: Said
    section: Section
    start: int
    end: int
    words: str


def claims_of(document: Document) -> Iterator[Claim]:
    """Everything that a page says for sure of an object's values, in the order of its text."""
    for section in document.sections:
        if section.kind in (SectionKind.HEADING, SectionKind.CODE) or not wording.states_value(
            " ".join(section.heading_path[1:])
        ):
            continue
        if section.kind is SectionKind.TABLE:
            yield from _in_table(section)
            yield from _in_pairs(document, section)
            continue
        yield from _labelled(document, section)
        if section.kind is not SectionKind.KEY_VALUE:
            yield from _in_sentences(section)


def _in_sentences(section: Section) -> Iterator[Claim]:
    for start, end in sentences(section.text):
        sentence = section.text[start:end]
        if not wording.states_value(sentence):
            continue
        for name, kind, said in in_sentence(sentence):
            yield Claim(name, kind, "", said, section, section.start + start, section.start + end, sentence)


def _in_table(section: Section) -> Iterator[Claim]:
    """Rows of a table with a column of names and at least one column of values."""
    rows = [(m.start(), m[0]) for m in _ROW.finditer(section.text) if not _RULE.fullmatch(m[0])]
    if len(rows) < 2:
        return
    header = [_plain(cell).lower() for cell in _cells(rows[0][1])]
    subjects = [index for index, cell in enumerate(header) if cell in _SUBJECTS]
    if not subjects:
        return
    namespaces = [index for index, cell in enumerate(header) if cell == "namespace"]
    places = [index for index, cell in enumerate(header) if cell in _PLACES]
    hint = kind_of(header[subjects[0]].replace(" ", ""))
    for at, line in rows[1:]:
        cells = [_plain(cell) for cell in _cells(line)]
        if len(cells) != len(header):
            continue
        name, kind = _subject(cells[subjects[0]])
        namespace = cells[namespaces[0]] if namespaces else ""
        place = " ".join(cells[index] for index in places)
        if not name:
            continue
        for index, title in enumerate(header):
            what, words = _column(title)
            for said in read_value(what, cells[index]) if what else ():
                start = section.start + at
                yield Claim(
                    name,
                    kind or hint,
                    namespace,
                    said,
                    section,
                    start,
                    start + len(line),
                    f"{words} {place} {line}",
                )


def _column(title: str) -> tuple[str, str]:
    """What a column holds, and the words of its title that say of which environment."""
    words = re.sub(r"\s*\((.*?)\)\s*|[`*]", " ", title).strip()
    remarks = " ".join(re.findall(r"\((.*?)\)", title))
    return _COLUMNS.get(words, "") if wording.states_value(remarks) else "", title


def _in_pairs(document: Document, section: Section) -> Iterator[Claim]:
    """A table of two columns, label and value, below a heading that is an object's name."""
    name, kind = _of_heading(document, section)
    if not name:
        return
    for match in _ROW.finditer(section.text):
        cells = [_plain(cell) for cell in _cells(match[0])]
        if len(cells) == 2:
            for said in read_value(_COLUMNS.get(cells[0].lower(), ""), cells[1]):
                start = section.start + match.start()
                yield Claim(name, kind, "", said, section, start, section.start + match.end(), match[0])


def _labelled(document: Document, section: Section) -> Iterator[Claim]:
    """Lines such as `Replicas: 3` below a heading that is an object's name."""
    name, kind = _of_heading(document, section)
    if not name:
        return
    for match in _LABELLED.finditer(section.text):
        for said in read_value(_COLUMNS.get(match["label"].lower(), ""), _plain(match["value"])):
            start = section.start + match.start()
            yield Claim(name, kind, "", said, section, start, section.start + match.end(), match[0])


def _of_heading(document: Document, section: Section) -> tuple[str, str]:
    heading = section.heading_path[-1] if section.heading_path else document.title
    return _subject(_plain(heading))


def _subject(words: str) -> tuple[str, str]:
    """Name and kind of `cart`, `Deployment cart`, `deploy/cart`, `cart (Deployment)`; '' where it is something else."""
    first, slash, rest = words.partition("/")
    if slash and kind_of(first) and is_name(rest):
        return rest, kind_of(first)
    parts = words.split()
    if len(parts) == 2:
        kinds = [kind_of(part.strip("():")) for part in parts]
        if kinds[0] and not kinds[1] and is_name(parts[1]):
            return parts[1], kinds[0]
        if kinds[1] and not kinds[0] and is_name(parts[0].lower()):
            return parts[0].lower(), kinds[1]
    match = _SUFFIX.match(words)
    name = match[1].lower() if match else ""
    return (name, "") if is_name(name) and not kind_of(name) else ("", "")


def _plain(cell: str) -> str:
    """A cell without marks: `**cart**`, `[cart](…)`, a code span."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", cell).strip()
    if text.startswith("`") and text.endswith("`"):
        return text.strip("`").strip()  # a star in code is a star
    return text.strip("*_").strip("`").strip()


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
