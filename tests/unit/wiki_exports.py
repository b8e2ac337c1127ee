"""Builds small exports as Confluence and Notion write them."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LONG_AGO = 1_600_000_000
"""The time of the files in seconds: a crawl does not trust files that were touched just now."""

_PACKAGES = {
    "Page": "com.atlassian.confluence.pages",
    "BlogPost": "com.atlassian.confluence.pages",
    "Comment": "com.atlassian.confluence.pages",
    "Attachment": "com.atlassian.confluence.pages",
    "Space": "com.atlassian.confluence.spaces",
    "BodyContent": "com.atlassian.confluence.core",
    "ConfluenceUserImpl": "com.atlassian.confluence.user",
    "ContentPermissionSet": "com.atlassian.confluence.security",
    "ContentPermission": "com.atlassian.confluence.security",
    "SpacePermission": "com.atlassian.confluence.security",
    "Label": "com.atlassian.confluence.labels",
    "Labelling": "com.atlassian.confluence.labels",
    "ContentProperty": "com.atlassian.confluence.content",
}


def write_zip(path: Path, files: Mapping[str, str | bytes], at: int = LONG_AGO) -> Path:
    """A zip of `files`, touched at `at`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    os.utime(path, (at, at))
    return path


class Ref(str):
    """The id of another object, with its class: `Ref.to("Page", 1)`."""

    kind: str

    @classmethod
    def to(cls, kind: str, identifier: object) -> Ref:
        """A reference to the object of class `kind`."""
        reference = cls(identifier)
        reference.kind = kind
        return reference


Value = str | int | Ref | list[Ref] | None


class Export:
    """A Confluence export in the making; objects are written in the order in which they are added."""

    def __init__(self, source: str = "server", **descriptor: str) -> None:
        self.objects: list[str] = []
        self.files: dict[str, bytes] = {}
        self.descriptor = {"exportType": "space", "source": source, "timezoneId": "UTC", **descriptor}
        self._next = 900_000

    def add(self, kind: str, identifier: object = None, id_name: str = "id", **properties: Any) -> Ref:
        """An object as Hibernate writes it: text in CDATA, numbers and dates bare, references with their id."""
        if identifier is None:
            self._next += 1
            identifier = self._next
        package = _PACKAGES.get(kind, "com.atlassian.confluence.core")
        lines = [f'<object class="{kind}" package="{package}">', _id(id_name, identifier)]
        lines += [_property(name, value) for name, value in properties.items()]
        self.objects.append("\n".join([*lines, "</object>"]))
        return Ref.to(kind, identifier)

    def space(self, key: str, name: str, identifier: int, *readers: str) -> Ref:
        """A space that these groups may read; `anonymous` is everybody."""
        space = self.add(
            "Space", identifier, name=name, key=key, lowerKey=key.lower(), spaceStatus="CURRENT\n  "
        )
        for reader in readers:
            group = None if reader == "anonymous" else reader
            self.add("SpacePermission", space=space, type="VIEWSPACE", group=group, allUsersSubject=None)
            self.add("SpacePermission", space=space, type="EDITSPACE", group="writers")
        return space

    def page(
        self, identifier: int, title: str, body: str, space: Ref, kind: str = "Page", **properties: Value
    ) -> Ref:
        """A page with its body, whose nested CDATA ends are written as Confluence writes them."""
        page = Ref.to(kind, identifier)
        self.body(page, body)
        defaults: dict[str, Any] = {
            "hibernateVersion": 7,
            "title": title,
            "version": 3,
            "creationDate": "2024-01-02 10:00:00.000",
            "lastModificationDate": "2024-02-03 11:30:00.000",
            "originalVersionId": None,
            "contentStatus": "current",
            "space": space,
        }
        return self.add(kind, identifier, **{**defaults, **properties})

    def body(self, owner: Ref, text: str, body_type: int = 2) -> None:
        """The body of a page or comment."""
        self.add("BodyContent", body=text.replace("]]>", "]] >"), content=owner, bodyType=body_type)

    def comment(self, page: Ref, body: str, **properties: Any) -> Ref:
        """A comment on a page."""
        self._next += 1
        comment = Ref.to("Comment", self._next)
        created = f"2024-03-01 10:00:{self._next % 60:02}.000"
        defaults: dict[str, Any] = {"creationDate": created, "contentStatus": "current"}
        self.add("Comment", comment, containerContent=page, **{**defaults, **properties})
        self.body(comment, body)
        return comment

    def property_of(self, content: Ref, name: str, value: str) -> None:
        """A property, as inline comments have them."""
        self.add("ContentProperty", name=name, stringValue=value, longValue=None, content=content)

    def restrict(
        self, page: Ref, kind: str = "View", groups: tuple[str, ...] = (), users: tuple[Ref, ...] = ()
    ) -> None:
        """A restriction of a page."""
        self._next += 1
        owner = Ref.to("ContentPermissionSet", self._next)
        lines = [self.add("ContentPermission", type=kind, groupName=name, owningSet=owner) for name in groups]
        lines += [
            self.add("ContentPermission", type=kind, userSubject=name, groupName=None, owningSet=owner)
            for name in users
        ]
        self.add("ContentPermissionSet", owner, type=kind, contentPermissions=lines, owningContent=page)

    def user(self, key: str, name: str, **properties: Any) -> Ref:
        """An account."""
        self.add("ConfluenceUserImpl", key, "key", name=name, lowerName=name.lower(), **properties)
        return Ref.to("ConfluenceUserImpl", key)

    def label(self, page: Ref, name: str, namespace: str = "global") -> None:
        """A label on a page."""
        label = self.add("Label", name=name, namespace=namespace)
        self.add("Labelling", label=label, content=page)

    def attach(self, page: Ref, name: str, data: bytes, version: int = 1, **properties: Any) -> Ref:
        """A file on a page, with its bytes in the archive."""
        file = self.add(
            "Attachment",
            title=name,
            version=version,
            contentStatus="current",
            containerContent=page,
            **properties,
        )
        self.files[f"attachments/{page}/{file}/{version}"] = data
        return file

    def xml(self) -> str:
        """The text of entities.xml."""
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<hibernate-generic datetime="2024-05-01 10:00:00">',
        ]
        return "\n".join([*lines, *self.objects, "</hibernate-generic>\n"])

    def write(self, path: Path, prefix: str = "", at: int = LONG_AGO) -> Path:
        """The zip."""
        lines = [
            "#Wed May 01 10:00:00 UTC 2024",
            *(f"{key}={value}" for key, value in self.descriptor.items()),
        ]
        files: dict[str, str | bytes] = {
            f"{prefix}entities.xml": self.xml(),
            f"{prefix}exportDescriptor.properties": "\n".join(lines),
        }
        files.update({prefix + name: data for name, data in self.files.items()})
        return write_zip(path, files, at)


def _id(name: str, value: object) -> str:
    text = str(value)
    return f'<id name="{name}">{text if text.isdigit() else _cdata(text)}</id>'


def _cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>"


def _property(name: str, value: Value) -> str:
    if value is None:
        return f'<property name="{name}"/>'
    if isinstance(value, list):
        inner = "\n".join(
            f'<element class="{item.kind}" package="p">{_reference(item)}\n</element>' for item in value
        )
        return f'<collection name="{name}" class="java.util.Collection">{inner}</collection>'
    if isinstance(value, Ref):
        return f'<property name="{name}" class="{value.kind}" package="p">{_reference(value)}\n</property>'
    bare = isinstance(value, int) or name.endswith("Date")
    return f'<property name="{name}">{value if bare else _cdata(str(value))}</property>'


def _reference(value: Ref) -> str:
    return _id("key" if value.kind == "ConfluenceUserImpl" else "id", value)


def code(text: str, language: str = "bash") -> str:
    """A code macro that shows `text`, as Confluence's editor writes it."""
    body = text.replace("]]>", "]]]]><![CDATA[>")
    return (
        f'<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">{language}</ac:parameter>'
        f"<ac:plain-text-body><![CDATA[{body}]]></ac:plain-text-body></ac:structured-macro>"
    )
