"""Runs the steps of a script against the live cluster of a source, for those who may read it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.errors import NotThereError, UnclearError
from api.settings import KubernetesSource, Settings
from cluster.kubectl import Impersonation, StepOutput, Target, check, run
from cluster.scripts.changes import change_of
from connectors.documents import PUBLIC
from connectors.errors import ConfigurationError, KubeloreError, RefusedError

if TYPE_CHECKING:
    from answers.model import Answer, Script

CALLER = "kubelore"
"""The user that callers act as; their principals are its groups."""

NOT_RUN = 126
"""The exit code of a command that may not run, as a shell has it."""


@dataclass(frozen=True, slots=True)
class ScriptOutput:
    """What the steps printed, and the cluster that they asked."""

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

    def run(
        self, steps: Sequence[Sequence[str]], principals: frozenset[str], cluster: str = ""
    ) -> ScriptOutput:
        """What the steps print; without `cluster`, the caller must be able to read just one.

        Raises `NotThereError` and `UnclearError` about the cluster, `StepRefusedError` about steps, and
        `ConfigurationError` where there is no `kubectl` or no kubeconfig.
        """
        return self._run(self._named(principals, cluster), steps, principals)

    def with_output(self, answer: Answer, principals: frozenset[str]) -> Answer:
        """The answer with what its script prints; where that cannot be run, each step says why (exit code 126)."""
        script = answer.script
        if script is None:
            return answer
        steps = [step["argv"] for step in script.steps]
        try:
            source = self._of_script(answer, script, principals)
            output = self._run(source, steps, principals).output
        except StepRefusedError as error:
            output = tuple(_unrun(argv, error.reasons.get(i, str(error))) for i, argv in enumerate(steps))
        except KubeloreError as error:
            output = tuple(_unrun(argv, str(error)) for argv in steps)
        return replace(answer, script=replace(script, output=tuple(map(output_json, output))))

    def _run(
        self, source: KubernetesSource, steps: Sequence[Sequence[str]], principals: frozenset[str]
    ) -> ScriptOutput:
        reasons = {
            i: reason for i, argv in enumerate(steps) if (reason := refusal(argv, source.context)) is not None
        }
        if reasons:
            raise StepRefusedError(reasons)
        return ScriptOutput(source.cluster_name, tuple(run(steps, target_of(source, principals))))

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
            raise UnclearError(f"say which cluster: {', '.join(names)}")
        return next(source for source in readable if source.cluster_name == (cluster or names[0]))

    def _of_script(self, answer: Answer, script: Script, principals: frozenset[str]) -> KubernetesSource:
        """The cluster whose objects the script cites; else the only one there is."""
        cited = {one.source for one in answer.citations if one.number in script.citations}
        found = [source for source in self._readable(principals) if source.name in cited]
        if len({source.cluster_name for source in found}) == 1:
            return found[0]
        return self._named(principals, "")


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
    """As whom the cluster is asked; a principal never stands for a group of Kubernetes' own."""
    if source.scripts.identity == "caller":
        named = sorted(one for one in principals - {PUBLIC} if not one.startswith("system:"))
        return Impersonation(CALLER, tuple(named))
    return Impersonation(source.impersonate) if source.impersonate else None


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
