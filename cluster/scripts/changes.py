"""What a mutating `kubectl` command would change, and how to see that without changing anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.kubectl_lines import read_command, words_of


@dataclass(frozen=True, slots=True)
class Change:
    """What the command would do in words, and the command that only shows it (empty where there is none)."""

    text: str
    preview: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Verb:
    phrase: str
    dry_run: bool = True


_VERBS: dict[tuple[str, ...], _Verb] = {
    ("apply",): _Verb("creates or updates", dry_run=False),
    ("create",): _Verb("creates"),
    ("replace",): _Verb("replaces"),
    ("delete",): _Verb("deletes"),
    ("edit",): _Verb("edits", dry_run=False),
    ("patch",): _Verb("changes fields of"),
    ("scale",): _Verb("changes the number of replicas of"),
    ("autoscale",): _Verb("creates an autoscaler for"),
    ("expose",): _Verb("creates a Service for"),
    ("run",): _Verb("starts a new Pod"),
    ("label",): _Verb("changes labels of"),
    ("annotate",): _Verb("changes annotations of"),
    ("taint",): _Verb("changes taints of"),
    ("cordon",): _Verb("keeps new pods away from"),
    ("uncordon",): _Verb("lets new pods onto"),
    ("drain",): _Verb("evicts all pods from"),
    ("set", "image"): _Verb("changes images of"),
    ("set", "env"): _Verb("changes environment variables of"),
    ("set", "resources"): _Verb("changes requests and limits of"),
    ("set", "selector"): _Verb("changes the selector of"),
    ("set", "serviceaccount"): _Verb("changes the service account of"),
    ("set", "subject"): _Verb("changes the subjects of"),
    ("rollout", "restart"): _Verb("starts all pods anew of", dry_run=False),
    ("rollout", "undo"): _Verb("goes back to an earlier revision of"),
    ("rollout", "pause"): _Verb("stops the rollout of", dry_run=False),
    ("rollout", "resume"): _Verb("goes on with the rollout of", dry_run=False),
    ("certificate", "approve"): _Verb("approves a signing request", dry_run=False),
    ("certificate", "deny"): _Verb("denies a signing request", dry_run=False),
    ("auth", "reconcile"): _Verb("changes roles and bindings"),
}
_FILES = ("-f", "--filename", "-k", "--kustomize")
_SHOWN = (
    "--replicas",
    "--image",
    "--to-revision",
    "--min",
    "--max",
    "--cpu-percent",
    "--limits",
    "--requests",
    "--port",
)


def change_of(argv: Sequence[str]) -> Change | None:
    """What `argv` would change, or None if it is no `kubectl` command that is known to change anything."""
    verb = tuple(words_of(argv[1:])[:2])
    known = _VERBS.get(verb[:1]) or _VERBS.get(verb[:2])
    if argv[:1] not in (["kubectl"], ("kubectl",)) or known is None or verb[:2] == ("create", "token"):
        return None
    text = f"{known.phrase} {_objects(argv)}{_details(argv)}"
    if any(word.startswith("--dry-run") and word not in ("--dry-run=none",) for word in argv):
        return Change(f"tries only, and changes nothing: {text}")
    return Change(text, _preview(argv, verb, known))


def _objects(argv: Sequence[str]) -> str:
    files = _values(argv, _FILES)
    named = list(read_command(" ".join(argv[1:])))
    if named:
        shown = [
            f"{kind} {name}" + (f" in {namespace}" if namespace else "") for kind, name, namespace in named
        ]
        return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")
    if files:
        return f"the objects in {', '.join(files)}"
    return "what the command names"


def _details(argv: Sequence[str]) -> str:
    shown = [f"{flag.lstrip('-')} {value}" for flag in _SHOWN for value in _values(argv, (flag,))]
    shown += [word for word in argv[2:] if not word.startswith("-") and ("=" in word or word.endswith("-"))]
    return f" ({', '.join(shown[:5])})" if shown else ""


def _values(argv: Sequence[str], flags: Sequence[str]) -> list[str]:
    found = []
    for index, word in enumerate(argv):
        flag, equals, value = word.partition("=")
        if flag in flags:
            found.append(value if equals else "".join(argv[index + 1 : index + 2]))
    return found


def _preview(argv: Sequence[str], verb: tuple[str, ...], known: _Verb) -> tuple[str, ...]:
    if verb[:1] == ("apply",):
        if "-" in _values(argv, _FILES):
            return ()
        return tuple("diff" if word == "apply" else word for word in argv if not word.startswith("--dry-run"))
    if not known.dry_run:
        return ()
    end = list(argv).index("--") if "--" in argv else len(argv)
    kept = [word for word in argv if not word.startswith("--dry-run")]
    return (*kept[:end], "--dry-run=server", *kept[end:])
