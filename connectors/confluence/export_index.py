"""What an export's `entities.xml` says, by ids: all but the bodies in memory, the bodies in a file beside it."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from connectors.confluence.export_entities import Entity, storage_body

PAGES = frozenset({"Page", "BlogPost"})
TITLES = frozenset({"Folder", "Whiteboard"})
"""What is read for its title only."""
_WIKI_MARKUP = "0"
_INLINE = frozenset(
    {"inline-comment", "inline-marker-ref", "inline-original-selection", "status", "resolved"}
)
_SHARED_LABELS = frozenset({"", "global", "team"})


@dataclass(slots=True)
class Content:
    """A page, blog post, folder, comment or attachment; `container` is what it belongs to."""

    kind: str
    id: str
    title: str
    space: str
    parent: str
    container: str
    current: bool
    version: str
    edited: str
    created: str
    author: str
    file_version: int
    bodies: list[str]
    properties: list[str]
    labels: list[str]
    permission_sets: list[str]


@dataclass(frozen=True, slots=True)
class Space:
    """A space by its key and name."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of a permission: what it lets do, and whom; `strange` if it names somebody in an unknown way."""

    type: str
    groups: tuple[str, ...]
    users: tuple[str, ...]
    everybody: str
    strange: bool


@dataclass(frozen=True, slots=True)
class User:
    """An account: its name, which is what people log in with or an id, and its id at Atlassian."""

    name: str
    account_id: str


@dataclass(frozen=True, slots=True)
class PermissionSet:
    """Whom one restriction of a page names: the ids of its lines."""

    type: str
    lines: tuple[str, ...]


class Bodies:
    """The bodies of all content, kept in a file that has no name."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 closed by `close`
        self._places: dict[str, tuple[int, int, bool]] = {}

    def add(self, identifier: str, text: str, wiki_markup: bool) -> None:
        """Keep a body."""
        data = text.encode("utf-8", "surrogatepass")
        self._places[identifier] = (self._file.seek(0, 2), len(data), wiki_markup)
        self._file.write(data)

    def get(self, identifiers: Iterable[str]) -> tuple[str, bool]:
        """The first of these bodies that exists, and whether it is the wiki markup of old versions."""
        for identifier in identifiers:
            if identifier in self._places:
                start, length, wiki_markup = self._places[identifier]
                self._file.seek(start)
                return self._file.read(length).decode("utf-8", "surrogatepass"), wiki_markup
        return "", False

    def close(self) -> None:
        """Free the file."""
        self._file.close()


@dataclass
class Index:
    """All objects that documents are made of."""

    bodies: Bodies
    contents: dict[str, Content] = field(default_factory=dict)
    spaces: dict[str, Space] = field(default_factory=dict)
    comments: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    attachments: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    space_grants: dict[str, list[Grant]] = field(default_factory=lambda: defaultdict(list))
    grants: dict[str, Grant] = field(default_factory=dict)
    grants_of_set: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    sets: dict[str, PermissionSet] = field(default_factory=dict)
    sets_of_content: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    users: dict[str, User] = field(default_factory=dict)
    full_names: dict[str, str] = field(default_factory=dict)
    label_names: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    labels_of_content: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    properties: dict[str, tuple[str, str]] = field(default_factory=dict)
    properties_of_content: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    bodies_of_content: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def body_of(self, content: Content) -> tuple[str, bool]:
        """The body of a page or comment, and whether it is wiki markup."""
        return self.bodies.get([*self.bodies_of_content.get(content.id, ()), *content.bodies])

    def labels_on(self, content: Content) -> tuple[str, ...]:
        """The labels that everybody sees, in the order of names."""
        labellings = [*self.labels_of_content.get(content.id, ()), *content.labels]
        names = {self.label_names.get(self.labels.get(labelling, ""), "") for labelling in labellings}
        return tuple(sorted(names - {""}))

    def inline_properties(self, content: Content) -> dict[str, str]:
        """What is known of an inline comment's place."""
        found = [*self.properties_of_content.get(content.id, ()), *content.properties]
        return dict(self.properties[identifier] for identifier in found if identifier in self.properties)

    def person(self, user: str) -> str:
        """The name of the user with this key or name, as people know it, or ''."""
        account = self.users.get(user)
        name = account.name if account else user
        return self.full_names.get(name) or self.full_names.get(user) or (account.name if account else "")


def build(entities: Iterable[Entity], bodies: Bodies) -> Index:
    """The index of these objects."""
    index = Index(bodies)
    for entity in entities:
        if add := _READERS.get(entity.kind):
            add(index, entity)
        elif entity.id not in index.contents and entity.value("title") and "parent" in entity.references:
            _add_content(index, entity)  # whatever else pages may lie in
    return index


def _add_content(index: Index, entity: Entity) -> None:
    history = entity.reference("originalVersion") or entity.value("originalVersionId")
    container = entity.reference("containerContent", "content", "owner", "page")
    number = entity.value("attachmentVersion", "version")
    content = Content(
        kind=entity.kind,
        id=entity.id,
        title=" ".join(entity.value("title", "fileName").split()),
        space=entity.reference("space"),
        parent=entity.reference("parent"),
        container=container,
        current=not history and entity.value("contentStatus").lower() in ("", "current"),
        version=entity.value("version"),
        edited=entity.value("lastModificationDate", "creationDate"),
        created=entity.value("creationDate"),
        author=entity.reference("lastModifier", "creator") or entity.value("lastModifierName", "creatorName"),
        file_version=int(number) if number.isascii() and number.isdigit() else 1,
        bodies=entity.collections.get("bodyContents", []),
        properties=entity.collections.get("contentProperties", []),
        labels=entity.collections.get("labellings", []),
        permission_sets=entity.collections.get("contentPermissionSets", []),
    )
    index.contents[entity.id] = content
    if content.current and entity.kind == "Comment":
        index.comments[container].append(entity.id)
    if content.current and entity.kind == "Attachment":
        index.attachments[container].append(entity.id)


def _add_body(index: Index, entity: Entity) -> None:
    wiki_markup = entity.value("bodyType") == _WIKI_MARKUP
    body = entity.values.get("body", "")
    index.bodies.add(entity.id, body if wiki_markup else storage_body(body), wiki_markup)
    if owner := entity.reference("content"):
        index.bodies_of_content[owner].append(entity.id)


def _add_space(index: Index, entity: Entity) -> None:
    key = entity.value("key")
    index.spaces[entity.id] = Space(key, " ".join(entity.value("name").split()) or key)


def _add_space_permission(index: Index, entity: Entity) -> None:
    index.space_grants[entity.reference("space")].append(_grant(entity))


def _add_permission(index: Index, entity: Entity) -> None:
    index.grants[entity.id] = _grant(entity)
    if owner := entity.reference("owningSet"):
        index.grants_of_set[owner].append(entity.id)


def _add_permission_set(index: Index, entity: Entity) -> None:
    lines = tuple(entity.collections.get("contentPermissions", ()))
    index.sets[entity.id] = PermissionSet(entity.value("type"), lines)
    if owner := entity.reference("owningContent", "content"):
        index.sets_of_content[owner].append(entity.id)


_SUBJECTS = frozenset({"group", "groupName", "userName", "userSubject", "allUsersSubject"})
_NO_SUBJECTS = frozenset(
    """type space owningSet creator creatorName creationDate lastModifier lastModifierName lastModificationDate
    hibernateVersion""".split()
)


def _grant(entity: Entity) -> Grant:
    said = {name for name in entity.values if entity.value(name)} | set(entity.references)
    everybody = entity.value("allUsersSubject")
    groups = filter(None, (entity.value("group"), entity.value("groupName")))
    users = filter(None, (entity.reference("userSubject"), entity.value("userName", "userSubject")))
    if not said & _SUBJECTS and entity.kind == "SpacePermission":
        everybody = "anonymous-users"  # a permission of a space that names nobody is everybody's
    strange = bool(said - _SUBJECTS - _NO_SUBJECTS)
    return Grant(entity.value("type").upper(), tuple(groups), tuple(users), everybody, strange)


def _add_user(index: Index, entity: Entity) -> None:
    index.users[entity.id] = User(entity.value("name", "username"), entity.value("atlassianAccountId"))
    if name := entity.value("displayName", "fullName"):
        index.full_names[entity.id] = name


def _add_directory_user(index: Index, entity: Entity) -> None:
    name, full_name = entity.value("name", "lowerName"), entity.value("displayName", "fullName")
    if name and full_name:
        index.full_names[name] = full_name


def _add_label(index: Index, entity: Entity) -> None:
    if entity.value("namespace").lower() in _SHARED_LABELS:
        index.label_names[entity.id] = entity.value("name")


def _add_labelling(index: Index, entity: Entity) -> None:
    index.labels[entity.id] = entity.reference("label")
    if owner := entity.reference("content", "labelableContent"):
        index.labels_of_content[owner].append(entity.id)


def _add_property(index: Index, entity: Entity) -> None:
    name = entity.value("name")
    if name not in _INLINE:
        return
    index.properties[entity.id] = (name, entity.value("stringValue"))
    if owner := entity.reference("content"):
        index.properties_of_content[owner].append(entity.id)


_READERS: dict[str, Callable[[Index, Entity], None]] = {
    "Attachment": _add_content,
    "BlogPost": _add_content,
    "BodyContent": _add_body,
    "Comment": _add_content,
    "ConfluenceUserImpl": _add_user,
    "ContentPermission": _add_permission,
    "ContentPermissionSet": _add_permission_set,
    "ContentProperty": _add_property,
    "Folder": _add_content,
    "InternalUser": _add_directory_user,
    "Label": _add_label,
    "Labelling": _add_labelling,
    "Page": _add_content,
    "Space": _add_space,
    "SpacePermission": _add_space_permission,
    "User": _add_directory_user,
    "Whiteboard": _add_content,
}
