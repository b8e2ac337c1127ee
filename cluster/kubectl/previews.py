"""Decides which commands that change something may be tried with `--dry-run=server`: few, and nothing but that."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cluster.kubectl import values
from cluster.kubectl.checking import check_context, check_resources
from cluster.kubectl.parsing import Command, NotAllowedError, parse
from cluster.kubectl.verbs import Flag, Verb

DRY_RUN = "--dry-run=server"

_DRY_RUN = Flag("dry-run", value=values.one_of("server"))
_AMOUNTS = values.matching(
    r"(?:cpu|memory|ephemeral-storage)=[0-9.]{1,12}[A-Za-z]{0,2}(?:,(?:cpu|memory|ephemeral-storage)=[0-9.]{1,12}[A-Za-z]{0,2}){0,2}",
    "amounts such as cpu=500m,memory=1Gi",
)
PREVIEWS: dict[tuple[str, ...], Verb] = {
    ("scale",): Verb(
        (_DRY_RUN, Flag("replicas", value=values.count), Flag("current-replicas", value=values.count))
    ),
    ("set", "image"): Verb((_DRY_RUN,)),
    ("set", "resources"): Verb(
        (
            _DRY_RUN,
            Flag("limits", value=_AMOUNTS),
            Flag("requests", value=_AMOUNTS),
            Flag("containers", "c", values.name),
        )
    ),
    ("label",): Verb((_DRY_RUN, Flag("overwrite"))),
    ("annotate",): Verb((_DRY_RUN, Flag("overwrite"))),
    ("rollout", "undo"): Verb((_DRY_RUN, Flag("to-revision", value=values.count))),
    ("cordon",): Verb((_DRY_RUN,)),
    ("uncordon",): Verb((_DRY_RUN,)),
    ("delete",): Verb((_DRY_RUN,)),
}
_IMAGE = re.compile(r"(?:\*|[a-z0-9][a-z0-9-]{0,62})=[A-Za-z0-9][A-Za-z0-9._/:@-]{0,400}")
_NOTE = re.compile(r"(?:[a-z0-9][a-z0-9.-]{0,252}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,62}(?:=[ -~]{0,400}|-)")
_CHANGES = {("set", "image"): _IMAGE, ("label",): _NOTE, ("annotate",): _NOTE}
_OF_NODES = (("cordon",), ("uncordon",))


def understood_preview(argv: Sequence[str], *, context: str | None = None) -> Command:
    """The parts of a command that only tries a change; raises `NotAllowedError` with the reason for any other.

    It names its objects one by one, and holds `--dry-run=server` once, in this spelling.
    """
    command = parse(argv, verbs=PREVIEWS)
    if list(argv).count(DRY_RUN) != 1 or command.values("dry-run") != ["server"]:
        raise NotAllowedError(f"a change is tried with `{DRY_RUN}` alone")
    check_context(command, context)
    changes = _CHANGES.get(command.verb)
    # No object's name holds `=` or ends with `-`.
    objects = tuple(word for word in command.arguments if "=" not in word and not word.endswith("-"))
    told = command.arguments[len(objects) :]
    if command.arguments[: len(objects)] != objects or bool(told) != bool(changes):
        raise NotAllowedError("it is not said which objects change, and then how")
    if changes and not all(changes.fullmatch(word) for word in told):
        raise NotAllowedError("a change is not of the form that is known")
    if command.verb in _OF_NODES:
        objects = ("node", *objects)
    _check_named(objects)
    check_resources(Command(command.verb, command.flags, objects))
    return command


def _check_named(objects: tuple[str, ...]) -> None:
    kinds = {kind for word in objects for kind in word.partition("/")[0].lower().split(",")}
    if not objects or "all" in kinds or ("/" not in objects[0] and len(objects) < 2):
        raise NotAllowedError("no object is named")
