"""Command lines that may run and that may not, from `tests/data/kubectl`, and more of them by combination."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from cluster.kubectl.verbs import FORBIDDEN

DATA = Path(__file__).resolve().parents[1] / "data" / "kubectl"
READS = (
    ["kubectl", "get", "pods"],
    ["kubectl", "describe", "deploy", "cart"],
    ["kubectl", "logs", "deploy/cart", "-c", "app"],
    ["kubectl", "top", "pods"],
    ["kubectl", "rollout", "status", "deploy/cart"],
    ["kubectl", "auth", "can-i", "list", "pods"],
    ["kubectl", "api-resources", "-o", "name"],
)


def lines(name: str) -> list[str]:
    """The lines of a list without comments."""
    text = (DATA / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


HARMLESS = [shlex.split(line) for line in lines("harmless")]
HOSTILE = [shlex.split(line) for line in lines("hostile")]


def smuggled_flags() -> Iterator[list[str]]:
    """Every forbidden flag, in every spelling, before and behind every verb."""
    for name in FORBIDDEN:
        for spelling in (
            [f"--{name}=x"],
            [f"--{name}", "x"],
            [f"--{name}"],
            [f"--{name}=true"],
            [f"--{name}="],
        ):
            for read in READS:
                yield [*read, *spelling]
                yield [read[0], *spelling, *read[1:]]


def secret_spellings() -> Iterator[list[str]]:
    """Secrets under every name that the API server resolves, alone and among others, in every format."""
    words = (
        "secret",
        "secrets",
        "Secret",
        "SECRETS",
        "secrets.v1.",
        "secret.v1.",
        "secrets.v1",
        "Secrets.",
        "sEcrets.V1.",
    )
    around = ("{}", "pods,{}", "{},pods", "all,{},cm", "{}/db", "pods,{}/db")
    outputs = (
        [],
        ["-o", "yaml"],
        ["-ojson"],
        ["-o=jsonpath={.data}"],
        ["--template={{.data}}"],
        ["-o", "name"],
        ["-A"],
    )
    for word in words:
        for place in around:
            for output in outputs:
                yield ["kubectl", "get", place.format(word), *output]
                yield ["kubectl", "get", *output, place.format(word)]
        yield ["kubectl", "get", "pod/a", f"{word}/db", "-o", "yaml"]
        yield ["kubectl", "describe", word]
        yield ["kubectl", "describe", f"{word}/db"]


UNSEEN = {
    "NUL": "\0", "newline": "\n", "return": "\r", "tab": "\t", "escape": "\x1b", "backspace": "\b", "delete": "\x7f",
    "right-to-left override": "\u202e", "right-to-left mark": "\u200f", "zero width space": "\u200b",
    "zero width joiner": "\u200d", "word joiner": "\u2060", "byte order mark": "\ufeff", "soft hyphen": "\xad",
    "no-break space": "\xa0", "line separator": "\u2028", "combining": "\u0301", "surrogate": "\ud800",
    "variation selector": "\ufe0f", "tag": "\U000e0067", "ideographic space": "\u3000",
}  # fmt: skip
LOOK_ALIKES = (
    "\u2013A", "\u2014all-namespaces", "\u2212o", "\uff0do", "\ufe63w", "\u2010n", "\u2011n", "-\u2010kubeconfig=x",
    "\u2012\u2012watch", "--w\u0430tch", "--\u212aubeconfig=x", "\uff04(id)", "\uff1bid", "\uff5cid", "\u037eid",
    "\uff40id\uff40", "\u2024\u2024/x", "\u2044x",
)  # fmt: skip


def disguised() -> Iterator[list[str]]:
    """Invisible characters and look-alikes in every place of a command, and verbs written with them."""
    for character in UNSEEN.values():
        for read in READS:
            for index, word in enumerate(read):
                for changed in (character + word, word + character, word[:1] + character + word[1:]):
                    yield [*read[:index], changed, *read[index + 1 :]]
            yield [*read, character]
    for word in LOOK_ALIKES:
        for read in READS:
            yield [*read, word]
    for verb in (
        "g\u0435t",
        "ge\uff54",
        "\u0261et",
        "get\u200b",
        "\u1d4d\u1d49\u1d57",
        "d\u0435lete",
        "g\u00e9t",
    ):
        yield ["kubectl", verb, "pods"]
    for program in ("\u043aubectl", "\u212aubectl", "kubect\u04cf", "ku\u00adbectl", "\uff4bubectl"):
        yield [program, "get", "pods"]
    for kind in ("\u017fecrets", "s\u0435crets", "secret\u0455", "\uff53ecrets", "sec\u200brets"):
        yield ["kubectl", "get", kind]
