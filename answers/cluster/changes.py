"""Requests to change something: Kubelore changes nothing, and says which command would, and what that would do."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from answers.cluster.amounts import amount
from answers.cluster.catalog import Catalog, containers
from answers.cluster.choice import choose
from answers.cluster.kinds import KindWords
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft
from answers.model import Script
from cluster.graph import Node
from cluster.scripts import Inventory, Label, parse, validate
from cluster.values import text

NOTHING = "Kubelore only reads and changes nothing. The command below would: a person has to run it"

_POLITE = r"(?:(?:hey|hi|hello|ok|okay|now|so|please|pls|kindly|just|can|could|would|will|you|we)[, ]+)*"
_VERBS: tuple[tuple[str, str], ...] = (
    ("delete", r"delete|remove|kill|destroy|drop|terminate|evict|get rid of"),
    ("undo", r"roll ?back|undo|revert"),
    ("restart", r"restart|bounce|reboot|recycle|redeploy"),
    ("image", r"(?:set|change|update|switch) the (?:image|version|tag) of|upgrade|downgrade|bump"),
    ("scale", r"scale(?: (?:up|down|out|in))?|resize|"
              r"(?:increase|decrease|raise|reduce|set|change) (?:the )?(?:number of )?replicas (?:of|for|on)"),
    ("pause", r"pause"), ("resume", r"resume|unpause"),
    ("cordon", r"cordon"), ("uncordon", r"uncordon"), ("drain", r"drain|empty"),
    ("edit", r"edit|patch|change|modify|update|fix"),
)  # fmt: skip
_NOT_ASKED = r"(?!of\b|count|policy|policies|history|status|strategy|rights?|permissions?|events?)"
_REQUEST = tuple(
    (name, re.compile(rf"{_POLITE}(?:{words})\s+{_NOT_ASKED}", re.IGNORECASE)) for name, words in _VERBS
)
_REPLICAS = re.compile(
    r"\b(?:to|=|with|at) ?(\d{1,4}|zero|one|two|three|four|five|six|seven|eight|nine|ten)\b", re.I
)
_IMAGE = re.compile(r"\bto (?:version |tag |image )?([\w./-]*\w(?::[\w.-]+)?)\s*[.!?]?$", re.I)
_ROLLED = ("Deployment", "StatefulSet", "DaemonSet")
_SCALED = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be changed: the answer in the making, and the commands that would do it."""

    draft: Draft
    commands: tuple[tuple[str, ...], ...]


def requested(question: str, reader: Reader) -> Request | None:
    """The change of a named object that a question demands (`scale cart to 5`); None where it demands none."""
    verb = next((name for name, pattern in _REQUEST if pattern.match(question.strip())), "")
    if not verb:
        return None
    reading = reader.read(question)
    if len(reading.mentions) != 1 or reading.mentions[0].guessed:
        return None
    draft = Draft(lead=[NOTHING])
    nodes = [n for n in choose(reading.mentions[0], reading, draft, reader.catalog) if n.present]
    commands = [
        c for n in _same(nodes) if (c := _command(verb, n, question, reading, reader.kinds, reader.catalog))
    ]
    if not commands:
        return None
    draft.objects = _same(nodes)
    for node in draft.objects:
        draft.say(node)
    draft.commands = [["kubectl", "get", *_typed(nodes[0], reader.kinds), *_place(nodes[0]), "-o", "wide"]]
    return Request(draft, tuple(dict.fromkeys(map(tuple, commands))))


def script(request: Request, reads: Script | None, inventories: Mapping[str, Inventory]) -> Script | None:
    """The commands, labelled, with what they would change and how to try them; only those that read are steps."""
    lines: list[str] = []
    told: list[str] = []
    for context, inventory in inventories.items():
        for command in request.commands:
            argv = [command[0], *(["--context", context] if context else []), *command[1:]]
            steps = parse(shlex.join(argv))
            if validate(steps, inventory, namespace=min(inventory.namespaces(), default="default")):
                continue
            step = steps[0]
            if step.label is not Label.MUTATING:
                continue
            told.append(step.change)
            lines += [f"# changes the cluster, never run by Kubelore: {step.change}", step.text]
            if step.preview:
                lines += ["# shows what it would change, and changes nothing", shlex.join(step.preview)]
    if not lines:
        return None
    explanation = f"Mutating: it {'; it '.join(dict.fromkeys(told))}. Kubelore never runs it."
    if reads is not None:
        lines += ["# shows it as it is", reads.text]
    made = reads or Script("", "", (), ())
    return replace(made, text="\n".join(lines), explanation=explanation)


def _same(nodes: Sequence[Node]) -> list[Node]:
    """The first object, and the same one in other clusters."""
    return [
        n
        for n in nodes
        if (n.kind, n.namespace, n.name) == (nodes[0].kind, nodes[0].namespace, nodes[0].name)
    ]


def _command(
    verb: str, node: Node, question: str, reading: Reading, kinds: KindWords, catalog: Catalog
) -> list[str] | None:
    typed, place = _typed(node, kinds), _place(node)
    whole = "/".join(typed)
    if verb in ("cordon", "uncordon", "drain"):
        more = ["--ignore-daemonsets"] if verb == "drain" else []
        return ["kubectl", verb, node.name, *more] if node.kind == "Node" else None
    if verb == "delete" or (verb == "restart" and node.kind == "Pod"):
        return ["kubectl", "delete", *typed, *place]
    if verb in ("restart", "undo", "pause", "resume"):
        return ["kubectl", "rollout", verb, whole, *place] if node.kind in _ROLLED else None
    if verb == "scale" and node.kind in _SCALED:
        wanted = _REPLICAS.search(question)
        number = str(int(amount(wanted[1].lower()))) if wanted else "REPLICAS"
        return ["kubectl", "scale", whole, f"--replicas={number}", *place]
    if verb == "image" and (image := _image(node, question)):
        return ["kubectl", "set", "image", whole, image, *place]
    return ["kubectl", "edit", *typed, *place] if verb in ("edit", "image") else None


def _image(node: Node, question: str) -> str:
    """`container=image` for the first container, with the tag or the image that the question names."""
    main = next((c for group, _, c in containers(node) if group.endswith(".containers")), None)
    wanted = _IMAGE.search(question)
    if main is None or wanted is None:
        return ""
    name = wanted[1]
    if ":" not in name and "/" not in name:
        now = text(main, "image")
        name = f"{now.rpartition(':')[0] if ':' in now.rpartition('/')[2] else now}:{name}"
    return f"{text(main, 'name')}={name}"


def _typed(node: Node, kinds: KindWords) -> list[str]:
    return [kinds.resource(node.kind, node.group), node.name]


def _place(node: Node) -> list[str]:
    return ["-n", node.namespace] if node.namespace else []
