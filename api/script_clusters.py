"""Which of several live clusters the script of a page is for: its steps name the context."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from api.settings import KubernetesSource
from cluster.findings.clusters import environment_of
from cluster.kubectl import context_of
from connectors.environments import canonical

if TYPE_CHECKING:
    from answers.model import Answer, Script

MOST = 3
"""Clusters that a script is repeated for; of more, the question has to name one."""


def placed(answer: Answer, sources: Sequence[KubernetesSource], environments: Set[str]) -> Answer:
    """The answer whose script of a page names the clusters that it is for, of those of `sources`.

    That is the one of the page's `environments`, else the one that the question names, else the only one that the
    answer tells of; else each of them, as the page says the same of all. The text stays the page's.
    """
    script = answer.script
    clusters = {one.cluster_name: one for one in sources}
    if script is None or not script.steps or len(clusters) < 2:
        return answer
    told_of = {one.source for one in answer.citations}
    found = (
        only([one for one in sources if _environment(one) in environments])
        or only(_named(answer.question, sources))
        or only([one for one in sources if one.name in told_of])
    )
    chosen = [found] if found else list(clusters.values())
    return replace(answer, script=_in_contexts(script, chosen)) if len(chosen) <= MOST else answer


def only(sources: Sequence[KubernetesSource]) -> KubernetesSource | None:
    """The source of the only cluster among these."""
    return sources[0] if len({one.cluster_name for one in sources}) == 1 else None


def _named(question: str, sources: Sequence[KubernetesSource]) -> list[KubernetesSource]:
    """The sources whose cluster the question names, else those of an environment that it names."""
    from index.query import environments_in

    words = set(re.findall(r"[\w.-]+", question.lower()))
    named = [one for one in sources if one.cluster_name.lower() in words]
    wanted = environments_in(question)
    return named or [one for one in sources if _environment(one) in wanted]


def _environment(source: KubernetesSource) -> str:
    """Which environment a cluster is, by its configuration or its name."""
    named = (source.environment or "").lower()
    return canonical(named) or named or environment_of(source.cluster_name)


def _in_contexts(script: Script, sources: Sequence[KubernetesSource]) -> Script:
    """The script with its steps once for each cluster; as it is where a step or a cluster leaves no choice."""
    steps = [step["argv"] for step in script.steps]
    contexts = [one.context for one in sources if one.context]
    if len(contexts) < len(sources) or any(context_of(argv) for argv in steps):
        return script
    named = tuple(
        {"argv": [argv[0], "--context", context, *argv[1:]]} for context in contexts for argv in steps
    )
    if len(sources) == 1:
        note = f"For cluster {sources[0].cluster_name}: `--context {contexts[0]}`."
    else:
        note = "For one cluster: " + ", ".join(f"`--context {context}`" for context in contexts[:-1])
        note += f" or `--context {contexts[-1]}`."
    return replace(script, steps=named, explanation=f"{script.explanation} {note}")
