"""Runs checked `kubectl` commands: no shell, a bare environment, bounded in time and output, output masked."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cluster.kubectl.checking import understood
from cluster.kubectl.masking import Budget, TooLongError, credentials_of, masked, twin
from cluster.kubectl.output import BoundedReader
from cluster.kubectl.parsing import Command, NotAllowedError
from cluster.kubectl.previews import understood_preview
from connectors.errors import ConfigurationError, RefusedError

TIMED_OUT = 124
"""The exit code of a command that was stopped at its time limit, as of the `timeout` command."""

_GRACE = 2.0
_TWIN_BYTES = 10_000_000
_PREVIEW_BYTES = 10_000
_MASKING_SECONDS = 20.0
_WITHHELD = "The output is withheld: the objects are too many, or too slow, to be checked for credentials.\n"
_FIXED = frozenset(
    {"KUBECONFIG", "KUBERC", "KUBECTL_KUBERC", "KUBECTL_EXTERNAL_DIFF", "KUBECTL_ENABLE_CMD_SHADOW"}
)
_IN_CLUSTER = ("KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT")


@dataclass(frozen=True, slots=True)
class Impersonation:
    """As whom the cluster is asked; from the operator's configuration, never from a request."""

    user: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """Which cluster is asked and how, as the operator configured it.

    Without `kubeconfig` it is the cluster that this process runs in. `environment` is for what a kubeconfig's
    own credential command needs (`AWS_PROFILE`, `HTTPS_PROXY`); nothing else of this process is passed on
    but the PATH.
    """

    kubeconfig: Path | None = None
    context: str | None = None
    namespace: str | None = None
    impersonate: Impersonation | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepOutput:
    """What a command printed, masked; `exit_code` is its own, or 124 where it was stopped."""

    argv: tuple[str, ...]
    exit_code: int
    stdout: str
    stderr: str
    truncated: bool


@dataclass(frozen=True, slots=True)
class _Raw:
    exit_code: int
    stdout: str
    stderr: str
    truncated: bool


class _UncheckedError(Exception):
    """What a command prints cannot be checked for credentials; `raw` is what was to be looked at for that."""

    def __init__(self, raw: _Raw) -> None:
        super().__init__()
        self.raw = raw


def find() -> str:
    """The absolute path of `kubectl`; raises `ConfigurationError` where there is none."""
    found = shutil.which("kubectl")
    if found is None:
        raise ConfigurationError("kubectl is not installed, or not on the PATH: install it to run commands")
    return os.path.abspath(found)


def run(
    commands: Iterable[Sequence[str]],
    target: Target,
    *,
    timeout: float = 20.0,
    max_bytes: int = 200_000,
    max_steps: int = 10,
) -> list[StepOutput]:
    """What the commands print, in their order; each may take `timeout` seconds and print `max_bytes`.

    All are checked before the first one starts. Raises `RefusedError` if one may not run, and
    `ConfigurationError` if there is no `kubectl` or no cluster to ask.
    """
    steps = [list(argv) for argv in commands]
    if len(steps) > max_steps:
        raise RefusedError(f"{len(steps)} commands at once are too many: at most {max_steps} run")
    understood_steps = [_allowed(argv, target) for argv in steps]
    if not steps:
        return []
    program = find()
    with tempfile.TemporaryDirectory(prefix="kubelore-kubectl-", ignore_cleanup_errors=True) as home:
        runner = _Runner(program, target, _environment(target, home), home, timeout)
        return [
            runner.step(argv, command, max_bytes)
            for argv, command in zip(steps, understood_steps, strict=True)
        ]


def preview(argv: Sequence[str], target: Target, *, timeout: float = 20.0) -> StepOutput:
    """What the server says of a change that `argv` only tries (`--dry-run=server`); see `previews`.

    Raises `RefusedError` for any other command, and `ConfigurationError` as `run` does.
    """
    step = list(argv)
    try:
        understood_preview(step, context=target.context)
    except NotAllowedError as error:
        raise RefusedError(f"`{' '.join(map(str, step))[:200]}` is not tried: {error}") from None
    with tempfile.TemporaryDirectory(prefix="kubelore-kubectl-", ignore_cleanup_errors=True) as home:
        runner = _Runner(find(), target, _environment(target, home), home, timeout)
        return runner.plain(step, _PREVIEW_BYTES)


def _allowed(argv: list[str], target: Target) -> Command:
    try:
        return understood(argv, context=target.context)
    except NotAllowedError as error:
        raise RefusedError(f"`{' '.join(map(str, argv))[:200]}` is not run: {error}") from None


def _environment(target: Target, home: str) -> dict[str, str]:
    if target.kubeconfig is None and _IN_CLUSTER[0] not in os.environ:
        raise ConfigurationError("no cluster to ask: name a kubeconfig, or run inside the cluster")
    if target.kubeconfig is not None and not target.kubeconfig.is_file():
        raise ConfigurationError(f"the kubeconfig {target.kubeconfig} is no file")
    inside = {name: os.environ[name] for name in _IN_CLUSTER if name in os.environ}
    allowed = {name: value for name, value in target.environment.items() if name not in _FIXED}
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": home,
        "LANG": "C.UTF-8",
        **(inside if target.kubeconfig is None else {}),
        **allowed,
        "KUBECONFIG": str(target.kubeconfig.resolve()) if target.kubeconfig else os.path.join(home, "none"),
        # Aliases and defaults of a person's own kubectl would change what a checked command means.
        "KUBERC": "off",
        "KUBECTL_KUBERC": "false",
    }


class _Runner:
    """Runs the commands of one call, one after the other."""

    def __init__(
        self, program: str, target: Target, environment: dict[str, str], home: str, timeout: float
    ) -> None:
        self._program = program
        self._options = _options(target)
        self._environment = environment
        self._home = home
        self._timeout = timeout

    def step(self, argv: list[str], command: Command, max_bytes: int) -> StepOutput:
        """The masked output of one command."""
        try:
            credentials = self._credentials(twin(command))
            done = self._start([*argv, *self._bound(command)], max_bytes)
            budget = Budget(_MASKING_SECONDS)
            structured = bool(command.values("output"))
            stdout = masked(done.stdout, credentials, structured=structured, budget=budget)
            stderr = masked(done.stderr, credentials, budget=budget)
        except _UncheckedError as error:
            stderr = _WITHHELD + masked(error.raw.stderr)
            return StepOutput(tuple(argv), error.raw.exit_code or 1, "", stderr, True)
        except TooLongError:
            return StepOutput(tuple(argv), 1, "", _WITHHELD, True)
        return StepOutput(tuple(argv), done.exit_code, stdout, stderr, done.truncated)

    def _credentials(self, other: list[str] | None) -> frozenset[str]:
        """The credentials in what another command gives as JSON; raises `_UncheckedError` where that cannot be told."""
        if other is None:
            return frozenset()
        objects = self._start(other, _TWIN_BYTES)
        if objects.exit_code == TIMED_OUT or objects.truncated:
            raise _UncheckedError(objects)
        if not objects.stdout.strip():
            return frozenset()
        known = credentials_of(objects.stdout, Budget(_MASKING_SECONDS))
        if known is None:
            raise _UncheckedError(objects)
        return known

    def plain(self, argv: list[str], max_bytes: int) -> StepOutput:
        """The masked output of a command that prints words."""
        done = self._start(argv, max_bytes)
        return StepOutput(
            tuple(argv), done.exit_code, masked(done.stdout), masked(done.stderr), done.truncated
        )

    def _bound(self, command: Command) -> list[str]:
        """`rollout status` waits for ever unless it is told not to."""
        unbounded = command.verb == ("rollout", "status") and not command.values("timeout")
        return [f"--timeout={max(1, int(self._timeout) - 1)}s"] if unbounded else []

    def _start(self, argv: Sequence[str], max_bytes: int) -> _Raw:
        try:
            process = subprocess.Popen(
                [self._program, *self._options, *argv[1:]],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environment,
                cwd=self._home,
                start_new_session=True,
            )
        except OSError as error:
            raise ConfigurationError(f"kubectl could not be started: {error.strerror}") from None
        return _collect(process, self._timeout, max_bytes)


def _options(target: Target) -> list[str]:
    """What the operator set, before the verb: `--namespace` of the command itself comes later and wins."""
    options = [f"--context={target.context}"] if target.context else []
    if target.namespace:
        options.append(f"--namespace={target.namespace}")
    if target.impersonate:
        options.append(f"--as={target.impersonate.user}")
        options += [f"--as-group={group}" for group in target.impersonate.groups]
    return options


def _collect(process: subprocess.Popen[bytes], timeout: float, max_bytes: int) -> _Raw:
    """What the process prints until it ends or its time is over; the whole group of processes ends with it."""
    readers = [
        BoundedReader(stream, max_bytes) for stream in (process.stdout, process.stderr) if stream is not None
    ]
    deadline = time.monotonic() + timeout
    for reader in readers:
        reader.start()
    timed_out = False
    try:
        process.wait(timeout)
        for reader in readers:
            reader.join(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        timed_out = True
    finally:
        # Only while something of the group lives: after that its number may be somebody else's.
        if process.poll() is None or any(reader.is_alive() for reader in readers):
            _end(process)
        for reader in readers:
            reader.join(_GRACE)
    stdout, stderr = (reader.text() for reader in readers)
    truncated = any(reader.cut for reader in readers)
    if timed_out:
        return _Raw(TIMED_OUT, stdout, f"{stderr}\nStopped after {timeout:g} seconds.\n".lstrip(), True)
    return _Raw(process.returncode, stdout, stderr, truncated)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and what it started; a credential command of a kubeconfig may outlive kubectl."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
