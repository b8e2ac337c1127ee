"""Masks what the structure of Terraform's files says is secret: sensitive values, resources that are Secrets."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from connectors.filetree.walk import TextFile
from connectors.redaction import looks_secret_key
from connectors.redaction.names import is_plural
from connectors.redaction.terraform_blocks import NOT_SECURE, SECRET_ATTRIBUTES
from connectors.terraform.expressions import Edits, calls_of, objects_in
from connectors.terraform.resolve import module_folder
from connectors.terraform.sensitive_json import SUFFIXES, declared_in, masked_json
from connectors.terraform.syntax import Attribute, Block, HclFile, parse, source_of

_HCL = (".tf", ".tofu", ".tfvars", ".hcl")
_SECRET_DATA = frozenset({"data", "stringData", "binaryData"})
_MAX_DEPTH = 40


class Sensitive:
    """The variables of a tree, by the folder of the module that declares them, and which of them are secret."""

    def __init__(self) -> None:
        self._declared: dict[str, set[str]] = {}
        self._sensitive: dict[str, set[str]] = {}
        self._every: set[str] = set()

    def declare(self, folder: str, variables: Mapping[str, bool]) -> None:
        """Notes variables of the module in `folder`, and of each whether it is sensitive."""
        names = {name for name, sensitive in variables.items() if sensitive}
        self._declared.setdefault(folder, set()).update(variables)
        self._sensitive.setdefault(folder, set()).update(names)
        self._every.update(names)

    def set_in(self, folder: str, names: set[str]) -> set[str]:
        """Those of `names`, given values by a file in `folder`, that are secret.

        The nearest module above that declares any of them says so; where none does, any of the tree's may be
        meant.
        """
        while True:
            declared = self._declared.get(folder, set())
            if declared & names:
                return names & (self._sensitive[folder] | (self._every - declared))
            if not folder:
                return names & self._every
            folder = posixpath.dirname(folder)

    def of_module(self, folder: str | None) -> set[str]:
        """The sensitive variables of the module in `folder`."""
        return self._sensitive.get(folder, set()) if folder is not None else set()


class Masked(NamedTuple):
    """A masked file, its structure where that was read and still holds, and the variables it declares.

    Of each variable it says whether it is sensitive, as the text before masking has it.
    """

    file: TextFile
    structure: HclFile | None
    declared: Mapping[str, bool]


def mask_sensitive(
    files: Iterable[TextFile], elsewhere: Iterable[tuple[str, Mapping[str, bool]]] = ()
) -> list[Masked]:
    """The files, with the credentials masked that only the tree's declarations show; lines stay as they are.

    `elsewhere` are the folders of files of the tree that are not among these, with the variables that they
    declare.
    """
    listed = list(files)
    parsed = {file.path: parse(file.path, file.text) for file in listed if file.path.endswith(_HCL)}
    declared: dict[str, Mapping[str, bool]] = {}
    sensitive = Sensitive()
    for folder, variables in elsewhere:
        sensitive.declare(folder, variables)
    for file in listed:
        if file.path in parsed:
            declared[file.path] = dict(_declared(parsed[file.path]))
        elif file.path.endswith(".tf.json"):
            declared[file.path] = declared_in(file.text)
        sensitive.declare(posixpath.dirname(file.path), declared.setdefault(file.path, {}))
    masked: list[Masked] = []
    for file in listed:
        if file.path in parsed:
            text = _masked(parsed[file.path], sensitive)
        elif file.path.endswith(SUFFIXES):
            set_in = partial(sensitive.set_in, posixpath.dirname(file.path))
            text = masked_json(file.path, file.text, set_in)
        else:
            text = file.text
        if text == file.text:
            masked.append(Masked(file, parsed.get(file.path), declared[file.path]))
        else:
            masked.append(Masked(replace(file, text=text), None, declared[file.path]))
    return masked


def _declared(file: HclFile) -> Iterator[tuple[str, bool]]:
    for block in file.blocks:
        if block.type == "variable" and block.labels:
            yield block.labels[0], _is_true(block, "sensitive")


def _is_true(block: Block, name: str) -> bool:
    flag = block.attribute(name)
    return flag is not None and source_of(flag.value) == "true"


def _masked(file: HclFile, sensitive: Sensitive) -> str:
    edits = Edits(file)
    folder = posixpath.dirname(file.path)
    if not file.path.endswith((".tf", ".tofu")):
        _mask_values(edits, file, partial(sensitive.set_in, folder))
    for block in file.blocks:
        if block.node is None:
            continue
        if block.type == "variable":
            _mask_variable(edits, block, sensitive.of_module(folder))
        elif block.type == "output" and _is_true(block, "sensitive"):
            _mask_attributes(edits, block, {"value"})
        elif block.type == "module":
            source = block.attribute("source")
            target = module_folder(file.path, source_of(source.value).strip('"')) if source else None
            _mask_attributes(edits, block, sensitive.of_module(target))
        elif block.type == "resource" and block.labels:
            _mask_resource(edits, block)
        _mask_expressions(edits, block, 0)
    return edits.text()


def _mask_values(edits: Edits, file: HclFile, secret: Callable[[set[str]], set[str]]) -> None:
    """The values of variables in `.tfvars`, in a test's `variables` and in Terragrunt's `inputs`."""
    names = secret({attribute.name for attribute in file.attributes})
    for attribute in file.attributes:
        if attribute.name in names:
            edits.mask_all(attribute)
        elif attribute.name == "inputs":
            entries = next(objects_in(attribute.value), [])
            inputs = secret({key for key, _ in entries})
            for value in (value for key, value in entries if key in inputs):
                edits.mask_all(attribute, value)
    todo = list(file.blocks)
    while todo:
        block = todo.pop()
        if block.type == "variables":
            _mask_attributes(edits, block, secret({attribute.name for attribute in block.attributes()}))
        elif block.type == "run":
            todo += block.blocks()


def _mask_variable(edits: Edits, block: Block, names: set[str]) -> None:
    label = block.labels[0] if block.labels else ""
    default = block.attribute("default")
    if default is None:
        return
    if label in names or _is_true(block, "sensitive"):
        edits.mask_all(default)
    elif looks_secret_key(label) or is_plural(label):
        edits.mask_credentials(default)


def _mask_attributes(edits: Edits, block: Block, names: Iterable[str]) -> None:
    for attribute in block.attributes():
        if attribute.name in names:
            edits.mask_all(attribute)


def _mask_resource(edits: Edits, block: Block) -> None:
    attributes = SECRET_ATTRIBUTES.get(block.labels[0], ())
    kind = block.attribute("type") if block.labels[0] == "aws_ssm_parameter" else None
    if kind is not None and source_of(kind.value).strip('"') in NOT_SECURE:
        return
    _mask_attributes(edits, block, attributes)
    for nested in block.blocks():
        # `data` may be written as a block, too.
        if nested.type in attributes:
            _mask_attributes(edits, nested, {attribute.name for attribute in nested.attributes()})


def _mask_expressions(edits: Edits, block: Block, depth: int) -> None:
    """What an attribute's name, `sensitive(…)` or `kind = "Secret"` says of the literals in an expression."""
    for item in block.items():
        if isinstance(item, Block):
            if depth < _MAX_DEPTH:
                _mask_expressions(edits, item, depth + 1)
            continue
        if looks_secret_key(item.name):
            edits.mask_credentials(item)
        _mask_secret_objects(edits, item)
        if b"sensitive(" in (item.value.text or b""):
            for call in calls_of(item.value, "sensitive"):
                edits.mask_all(item, call)


def _mask_secret_objects(edits: Edits, attribute: Attribute) -> None:
    """The data of objects that are Kubernetes Secrets, as in `kubernetes_manifest`."""
    if b"Secret" not in (attribute.value.text or b""):
        return
    for entries in objects_in(attribute.value):
        if any(key == "kind" and source_of(value).strip('"') == "Secret" for key, value in entries):
            for key, value in entries:
                if key in _SECRET_DATA:
                    edits.mask_all(attribute, value)
