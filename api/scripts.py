"""Runs the steps of a script against the live cluster of a source, for those who may read it."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import script_clusters
from api.errors import NotThereError, UnclearError
from api.settings import KubernetesSource, Settings
from cluster.kubectl import Impersonation, StepOutput, Target, check, context_of, preview, run
from cluster.scripts.changes import change_of
from connectors.documents import PUBLIC
from connectors.errors import ConfigurationError, KubeloreError, RefusedError, TemporaryError

if TYPE_CHECKING:
    from answers.model import Answer, Script

CALLER = "kubelore"
"""The user that callers act as; their principals are its groups."""

UNABLE = "commands cannot be run on that cluster at the moment; the log of Kubelore says why"
"""What callers are told where something is missing on this machine."""

NOT_RUN = 126
"""The exit code of a command that may not run, as a shell has it."""
_LONGEST_WORDS = 500
_AT_ONCE = 4
"""Scripts that run at the same time: each may take minutes of one of the server's threads."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ScriptOutput:
    """What the steps printed, and the cluster that they asked (of several, the names with commas between)."""

    cluster: str
    output: tuple[StepOutput, ...]


class StepRefusedError(RefusedError):
    """Steps that may not run: nothing was run. `reasons` has the number of each such step (from 0), and why."""

    def __init__(self, reasons: dict[int, str]) -> None:
        super().__init__("; ".join(reasons.values()))
        self.reasons = reasons


class ScriptRunner:
    """Runs what only reads, on clusters that the caller may read."""

    def __init__(self, settings: Settings) -> None:
        self._live = [source for source in settings.live_clusters if source.scripts.run]
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    def run(
        self, steps: Sequence[Sequence[str]], principals: frozenset[str], cluster: str = ""
    ) -> ScriptOutput:
        """What the steps print. Without `cluster`, each asks the cluster whose context it names.

        A step that names none asks the only one that the caller may read.
        Raises `NotThereError` and `UnclearError` about the cluster, `StepRefusedError` about steps, and
        `ConfigurationError` where there is no `kubectl` or no kubeconfig.
        """
        sources = [
            (None if cluster else self._of_step(argv, principals)) or self._named(principals, cluster)
            for argv in steps
        ]
        return self._run(sources, steps, principals)

    def with_output(self, answer: Answer, principals: frozenset[str]) -> Answer:
        """The answer with what its script prints; where that cannot be run, each step says why (exit code 126)."""
        script = answer.script
        if script is None:
            return answer
        steps = [step["argv"] for step in script.steps]
        try:
            sources = [
                self._of_step(argv, principals) or self._of_script(answer, script, principals)
                for argv in steps
            ]
            output = self._run(sources, steps, principals).output
        except StepRefusedError as error:
            output = tuple(_unrun(argv, error.reasons.get(i, str(error))) for i, argv in enumerate(steps))
        except (NotThereError, UnclearError) as error:
            output = tuple(_unrun(argv, str(error)) for argv in steps)
        except KubeloreError as error:
            # The message may name paths of this machine, and the answer may go to anybody.
            log.error("a script could not be run: %s", error)
            output = tuple(_unrun(argv, UNABLE) for argv in steps)
        return replace(answer, script=replace(script, output=tuple(map(output_json, output))))

    def placed(
        self, answer: Answer, principals: frozenset[str], environment_of: Callable[[list[str]], set[str]]
    ) -> Answer:
        """The answer whose script of a page names the clusters that it is for, where the caller may read several.

        Which one that is: `api.script_clusters.placed`; `environment_of` gives the environments of documents.
        """
        if answer.script is None:
            return answer
        cited = [one for one in answer.citations if one.number in answer.script.citations]
        if {one.name for one in self._live} & {one.source for one in cited}:
            return answer  # it knows its clusters
        environments = environment_of([one.document_id for one in cited])
        return script_clusters.placed(answer, self._readable(principals), environments)

    def _run(
        self,
        sources: Sequence[KubernetesSource],
        steps: Sequence[Sequence[str]],
        principals: frozenset[str],
    ) -> ScriptOutput:
        """Runs each step on the cluster of the source that stands at its place."""
        asked = list(zip(sources, steps, strict=True))
        reasons = {
            i: reason
            for i, (source, argv) in enumerate(asked)
            if (reason := refusal(argv, source.context)) is not None
        }
        if reasons:
            tried = {i: reason + self._tried(*asked[i], principals) for i, reason in reasons.items()}
            raise StepRefusedError(tried)
        output: list[StepOutput] = []
        with self._place():
            for _, neighbours in groupby(asked, key=lambda one: one[0].name):
                together = list(neighbours)
                output += run([argv for _, argv in together], target_of(together[0][0], principals))
        return ScriptOutput(", ".join(dict.fromkeys(one.cluster_name for one in sources)), tuple(output))

    def _tried(self, source: KubernetesSource, argv: Sequence[str], principals: frozenset[str]) -> str:
        """`; the server says: deployment.apps/cart scaled (server dry run)`, or '' where that is not asked for."""
        change = change_of(argv) if source.scripts.preview else None
        if change is None or not change.preview:
            return ""
        try:
            with self._place():
                tried = preview(change.preview, target_of(source, principals))
        except (RefusedError, TemporaryError):
            return ""
        said = " ".join((tried.stdout + tried.stderr).split())[:_LONGEST_WORDS]
        return f"; the server says: {said}"

    @contextmanager
    def _place(self) -> Iterator[None]:
        """One of the few places for scripts; raises `TemporaryError` where all are taken."""
        if not self._places.acquire(blocking=False):
            raise TemporaryError(f"{_AT_ONCE} scripts run already; try again in a moment")
        try:
            yield
        finally:
            self._places.release()

    def _of_step(self, argv: Sequence[str], principals: frozenset[str]) -> KubernetesSource | None:
        """The source whose context a step names, if the caller may read it."""
        named = context_of(argv)
        found = (one for one in self._readable(principals) if named and one.context == named)
        return next(found, None)

    def _readable(self, principals: frozenset[str]) -> list[KubernetesSource]:
        return [source for source in self._live if principals & set(source.access)]

    def _named(self, principals: frozenset[str], cluster: str) -> KubernetesSource:
        """The source of a cluster; several sources of one cluster are alike."""
        readable = self._readable(principals)
        names = sorted({source.cluster_name for source in readable})
        if not readable:
            raise NotThereError("there is no live cluster that you may run commands on")
        if cluster and cluster not in names:
            raise NotThereError(f"there is no live cluster `{cluster}`; use one of {', '.join(names)}")
        if not cluster and len(names) > 1:
            raise UnclearError(f"say which cluster it is for: {', '.join(names)}")
        return next(source for source in readable if source.cluster_name == (cluster or names[0]))

    def _of_script(self, answer: Answer, script: Script, principals: frozenset[str]) -> KubernetesSource:
        """The cluster whose objects the script cites; else the only one there is."""
        cited = {one.source for one in answer.citations if one.number in script.citations}
        found = [source for source in self._readable(principals) if source.name in cited]
        return script_clusters.only(found) or self._named(principals, "")


def refusal(argv: Sequence[str], context: str | None) -> str | None:
    """Why a step may not run, with what it would change if it does; None if it may run."""
    verdict = check(list(argv), context=context)
    if verdict.allowed:
        return None
    shown = " ".join(map(str, argv))[:200]
    change = change_of(argv)
    if change is None:
        return f"`{shown}` is not run: {verdict.reason}"
    preview = f"; see it without changing anything: `{' '.join(change.preview)}`" if change.preview else ""
    return f"`{shown}` is not run, as it would change the cluster: it {change.text}{preview}"


def target_of(source: KubernetesSource, principals: frozenset[str]) -> Target:
    """How `kubectl` reaches the source's cluster, and as whom."""
    file = None if source.in_cluster else source.kubeconfig or _kubeconfig(source.context)
    return Target(kubeconfig=file, context=source.context, impersonate=_identity(source, principals))


def _identity(source: KubernetesSource, principals: frozenset[str]) -> Impersonation | None:
    """As whom the cluster is asked."""
    if source.scripts.identity == "caller":
        return Impersonation(CALLER, groups_of(principals))
    return Impersonation(source.impersonate) if source.impersonate else None


def groups_of(principals: frozenset[str]) -> tuple[str, ...]:
    """The groups of Kubernetes that a caller acts in; none of the cluster's own."""
    return tuple(sorted(one for one in principals - {PUBLIC} if not one.startswith("system:")))


def output_json(output: StepOutput) -> dict[str, Any]:
    """An entry of `script.output`."""
    return {**asdict(output), "argv": list(output.argv)}


def _unrun(argv: Iterable[str], reason: str) -> StepOutput:
    return StepOutput(tuple(argv), NOT_RUN, "", reason, False)


def _kubeconfig(context: str | None) -> Path:
    """The file that has the context, of those that `kubectl` would read."""
    import yaml

    named = [Path(part) for part in os.environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    files = [path for path in named or [Path.home() / ".kube" / "config"] if path.is_file()]
    for path in files:
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, yaml.YAMLError):
            continue
        entries = content.get("contexts") if isinstance(content, dict) else None
        if any(isinstance(one, dict) and one.get("name") == context for one in entries or ()):
            return path
    raise ConfigurationError(f"no kubeconfig has a context `{context}`; KUBECONFIG says where to look")
