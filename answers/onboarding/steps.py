"""What a newcomer needs to know, as questions that any team can be asked; nothing here knows a corpus."""

from __future__ import annotations

import re
from dataclasses import dataclass

PAGES = ("page",)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its title, the ways to ask for it, and what a page that answers it is called.

    `questions` are asked of everything, `about` of one service, team or namespace, which
    stands for `{who}`; `{x}` is a service of it. `search`
    finds pages that are the answer themselves by their title, as many as `pages`. `kinds` are the documents that may
    answer; none means all, live objects too.
    """

    title: str
    topic: re.Pattern[str]
    questions: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    search: str = ""
    pages: int = 1
    kinds: tuple[str, ...] = PAGES


def _topic(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{pattern})", re.IGNORECASE)


STEPS: tuple[Step, ...] = (
    Step(
        "What we run",
        _topic(r"overview|architecture|services|how .* works|what (?:is|are|we)|introduction|platform|catalog"),
        ("which services do we run?", "what is our architecture?"),
        ("what is {x}?", "what does {x} do?", "describe {x}"),
        "architecture overview of our services and platform",
        kinds=(),
    ),
    Step(
        "Your first days",
        _topic(r"first (?:days?|week|month)|new (?:starter|joiner|developer|hire)|onboarding|get(?:ting)? started|start here|welcome|set ?up"),
        ("what do new starters do in their first week?", "how do I get started?", "how do I set up my laptop?"),
        ("how do I run {x} locally?", "how do I get started with {x}?"),
        "first week new starter onboarding getting started set up your machine",
    ),
    Step(
        "Access",
        _topic(r"access|log ?in|sign in|permissions?|credentials|accounts?|sso"),
        ("how do I get access to the cluster?", "how do I get access?", "how do I log in?"),
        ("how do I get access to {x}?",),
        "get access to clusters and tools",
    ),
    Step(
        "Environments",
        _topic(r"environments?\b|staging and|regions\b"),
        ("which environments do we have?", "what are our environments and clusters?"),
        ("which environments does {x} run in?",),
        "environments production staging overview",
        kinds=(),
    ),
    Step(
        "How we deploy",
        _topic(r"deploy|releas|ship|rollout|roll out|promot"),
        ("how do I deploy a service?", "how do I deploy my app?", "how do I release a new version of an application?"),
        ("how do I deploy {x}?", "how is {x} deployed?", "how do I release {x}?"),
        "deploy a service release process",
    ),
    Step(
        "How to roll back",
        _topic(r"roll(?:ing)?[ -]?back|rollback|revert|undo"),
        ("how do I roll back a release?", "how do I roll back my app?", "how do I revert a deployment?"),
        ("how do I roll back {x}?",),
        "roll back a release",
    ),
    Step(
        "Where the logs are",
        _topic(r"logs?\b|logging|logit|kibana|loki|observ|troubleshoot|debug|information about"),
        ("where are the logs?", "how do I see the logs of an application?", "how do I view app logs?"),
        ("where are the logs of {x}?", "how do I see the logs of {x}?"),
        "view application logs",
    ),
    Step(
        "Dashboards and alerts",
        _topic(r"dashboards?|metrics|monitor|grafana|observ"),
        ("where are the dashboards?", "how do we monitor our services?", "where can I see metrics?"),
        ("where are the dashboards of {x}?", "which alerts are there for {x}?", "how do we monitor {x}?"),
        "monitoring dashboards metrics alerts",
    ),
    Step(
        "On-call and incidents",
        _topic(r"on[ -]?call|incidents?\b|escalat|rota\b|outage"),
        ("who is on call?", "how does on-call work?", "what do I do when there is an incident?"),
        ("who is on call for {who}?", "what do I do when {x} is down?"),
        "on-call rota incident process",
    ),
    Step(
        "Whom to ask",
        _topic(r"contact|ask|help|support|team|owner|who\b|channel"),
        ("where do I ask for help?", "who do I contact when something is broken?", "which slack channel do I ask in?"),
        ("who owns {who}?", "which team is responsible for {who}?", "who do I ask about {who}?"),
        "contact the team support channel ask for help",
        kinds=(),
    ),
    Step(
        "Incidents to read",
        _topic(r"post[ -]?mortem|incident (?:report|review)|retrospective|lessons learn|outage|root cause|复盘"),
        search="post-mortem incident review what went wrong",
        pages=3,
    ),
    Step(
        "Glossary",
        _topic(r"glossary|terminology|vocabulary|terms\b|acronyms?|abbreviations?|jargon|术语|词汇"),
        search="glossary of terms and abbreviations",
    ),
)  # fmt: skip
"""In the order in which they are read; at most twelve."""
