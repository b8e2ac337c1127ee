"""A small corpus of three sources and what happens to it between two runs."""

from __future__ import annotations

import os
import random
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDERS = ("files", "terraform", "kubernetes")
"""One folder a source; each is called like the source's type."""

_WORD = re.compile(r"\bzq[a-z]{8}x\b")
_TEXTS = {
    "files": (
        (".md", "# Page {0}\n\nHow to handle {0}.\n\n## Then {1}\n\n- first {1}\n- second\n"),
        (".md", "# Runbook {0}\n\n```sh\nkubectl rollout undo deployment/{1}\n```\n\nIf {1} fails, see {0}.\n"),
        (".adoc", "= Page {0}\n\nAbout {0}.\n\n== More\n\n----\nhelm status {1}\n----\n"),
        (".rst", "Page {0}\n===============\n\nAbout {0}.\n\nMore\n----\n\nSomething of {1}.\n"),
        (".txt", "Notes on {0}.\n\nAnd on {1}.\n"),
    ),
    "terraform": (
        (".tf", 'variable "{0}" {{\n  description = "size of {1}"\n  default     = 3\n}}\n'),
        (".tf", 'resource "aws_sqs_queue" "{0}" {{\n  name = "jobs-{1}"\n}}\n\nlocals {{\n  of_{0} = "{1}"\n}}\n'),
    ),
    "kubernetes": (
        (".yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {0}\ndata:\n  mode: {1}\n"),
        (
            ".yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {0}\n  namespace: shop\nspec:\n  replicas: 2\n"
            "---\napiVersion: v1\nkind: Service\nmetadata:\n  name: {1}\n  namespace: shop\nspec:\n  type: ClusterIP\n",
        ),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Corpus:
    """The text of each file by its path, and the principal that may read each source."""

    files: Mapping[str, str]
    access: Mapping[str, str]

    @property
    def words(self) -> set[str]:
        """The words planted in it, which occur nowhere else."""
        return {word for text in self.files.values() for word in _WORD.findall(text)}


def history(chance: random.Random, length: int) -> list[Corpus]:
    """A corpus as it was and as it became; each differs from the one before in a few files."""
    first = Corpus(dict(_new(chance) for _ in range(chance.randint(8, 20))), dict.fromkeys(FOLDERS, "public"))
    made = [first]
    while len(made) < length:
        made.append(_changed(chance, made))
    return made


def _changed(chance: random.Random, before: list[Corpus]) -> Corpus:
    if len(before) > 1 and chance.random() < 0.2:
        return chance.choice(before[:-1])  # back to just what an earlier run has seen
    files, access = dict(before[-1].files), dict(before[-1].access)
    for path in chance.sample(sorted(files), min(len(files), chance.randint(1, 4))):
        files.pop(path)
    files.update(_new(chance) for _ in range(chance.randint(1, 4)))
    for path in chance.sample(sorted(files), min(len(files), chance.randint(1, 4))):
        text = files.pop(path)
        if chance.random() < 0.5:  # moved; else changed in its place
            path = path.replace(".", "-moved.", 1)
        elif chance.random() < 0.5:
            text += _comment(path, _word(chance))
        else:
            text = _text(chance, path)
        files[path] = text
    if chance.random() < 0.2:
        source = chance.choice(FOLDERS)
        access[source] = "ops" if access[source] == "public" else "public"
    return Corpus(files, access)


def _new(chance: random.Random) -> tuple[str, str]:
    source = chance.choice(FOLDERS)
    suffix, _ = chance.choice(_TEXTS[source])
    path = f"{source}/{chance.choice(('', 'a/', 'b/'))}{_word(chance)[2:7]}{suffix}"
    return path, _text(chance, path)


def _text(chance: random.Random, path: str) -> str:
    source, suffix = path.split("/")[0], Path(path).suffix
    text = chance.choice([text for end, text in _TEXTS[source] if end == suffix])
    return text.format(_word(chance), _word(chance))


def _comment(path: str, word: str) -> str:
    return f"# {word}\n" if path.endswith((".tf", ".yaml")) else f"\nAdded {word}.\n"


def _word(chance: random.Random) -> str:
    return f"zq{''.join(chance.choices(string.ascii_lowercase, k=8))}x"


def write(corpus: Corpus, root: Path) -> None:
    """Make the folders below `root` hold exactly the corpus; files that stay as they are keep their stamps."""
    present = set(_paths(root))
    for path in sorted(present - set(corpus.files)):
        (root / path).unlink()
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    for path, text in corpus.files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if path not in present or target.read_text() != text:
            target.write_text(text)


def _paths(root: Path) -> Iterator[str]:
    for folder, _, names in os.walk(root):
        yield from ((Path(folder) / name).relative_to(root).as_posix() for name in names)
