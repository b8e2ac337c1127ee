"""When and by whom each file was last changed, where the folder is a git checkout."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO

from connectors.dates import to_date

_TIMEOUT_SECONDS = 30.0
"""Commits come newest first: what a long history has told until then is right, the rest stays empty."""

COMMIT = "\x1e"
"""What begins a commit in the formats that are asked of `git log`."""
_FORMAT = f"--format={COMMIT}%H\x1f%cI\x1f%an"
# Whatever a user or the checkout has configured, nothing is run, signed, paged or renamed for us.
_NEUTRAL = ("core.fsmonitor=false", "core.hooksPath=/dev/null", "log.showSignature=false", "diff.external=")
_PLAIN = ("-z", "--name-only", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv")
LOG = ("log", *_PLAIN, "--no-color", "--no-notes")
"""`git log` as bare as it can be: a commit, then the paths that it touched, NULs between."""
_KEPT_VARIABLES = ("GIT_CONFIG", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
"""Others, which a git hook that runs us sets, name another repository than the folder's."""


@dataclass(frozen=True, slots=True)
class Commit:
    """The last commit that touched a file; empty where there is none."""

    id: str = ""
    date: datetime | None = None
    author: str = ""


def head(root: Path) -> str:
    """The id of the commit that is checked out around `root`; '' outside a checkout and without a commit."""
    folder = os.path.realpath(root)
    while not os.path.exists(os.path.join(folder, ".git")):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return ""
    return "".join(Git(root).ask("rev-parse", "--verify", "--quiet", "HEAD")).strip()


class Git:
    """Runs git's reading commands in a folder; nothing that a user or the checkout has configured is run."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.timed_out = False
        """Whether git was stopped: another time it may tell more."""

    def ask(self, *arguments: str) -> Iterator[str]:
        """The tokens between the NULs of git's answer as they come; none if git fails."""
        settings = [word for setting in _NEUTRAL for word in ("-c", setting)]
        command = ["git", "-C", str(self._root), "--no-pager", *settings, *arguments]
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GIT_") or name.startswith(_KEPT_VARIABLES)
        }
        environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}
        try:
            process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            return
        timer = threading.Timer(_TIMEOUT_SECONDS, self._stop, [process])
        timer.start()
        try:
            if process.stdout is not None:
                yield from _tokens(process.stdout)
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()

    def shallow_boundaries(self) -> frozenset[str]:
        """The oldest commits of a shallow clone, which seem to have touched everything."""
        for path in self.ask("rev-parse", "--git-path", "shallow"):
            try:
                return frozenset((self._root / path.strip()).read_text("ascii").split())
            except (OSError, UnicodeDecodeError):
                return frozenset()
        return frozenset()

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        self.timed_out = True
        process.kill()


class GitHistory:
    """The last commit of each of `paths` below `root`; git is first run when one is asked for.

    Empty for files that are untracked or changed since, for the oldest commit of a shallow clone (which seems
    to have touched everything), outside a checkout, without git, and for what git has not told in 30 seconds.
    """

    def __init__(self, root: Path, paths: Sequence[str]) -> None:
        self._root = root
        self._paths = frozenset(paths)
        self._git = Git(root)

    @property
    def timed_out(self) -> bool:
        """Whether git was stopped: another time it may tell of more files."""
        return self._git.timed_out

    def of(self, path: str) -> Commit:
        """The commit that last touched `path`."""
        return self._commits.get(path, Commit())

    @cached_property
    def _commits(self) -> dict[str, Commit]:
        if not self._paths:
            return {}
        tracked = self._paths.intersection(self._git.ask("ls-files", "-z"))
        if not tracked:
            return {}
        open_paths = set(tracked.difference(self._git.ask("diff", *_PLAIN, "HEAD", "--", ".")))
        boundaries = self._git.shallow_boundaries()
        commits: dict[str, Commit] = {}
        commit = Commit()
        for token in self._git.ask(*LOG, _FORMAT, "--", "."):
            if token.startswith(COMMIT):
                number, date, author = token[1:].split("\x1f", 2)
                commit = Commit() if number in boundaries else Commit(number, to_date(date), author)
            # Git ends the line of a commit before its first file.
            elif (path := token.removeprefix("\n")) in open_paths:
                commits[path] = commit
                open_paths.remove(path)
                if not open_paths:
                    break
        return commits


def _tokens(stream: IO[bytes]) -> Iterator[str]:
    rest = b""
    while block := stream.read(65_536):
        *whole, rest = (rest + block).split(b"\0")
        yield from (os.fsdecode(token) for token in whole)
    if rest:
        yield os.fsdecode(rest)
