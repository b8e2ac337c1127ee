"""The report in words, as Markdown for a ticket."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.redaction import redact
from incidents.causes import Ranked
from incidents.finding import Finding
from incidents.report import ReportedCause
from incidents.travel import Travel, name_of

_MOST_STEPS = 6
_MOST_DOUBTS = 3


def doubted(doubts: Sequence[Finding]) -> str:
    """That all is well, and what is not sure enough to say otherwise."""
    well = "Nothing is wrong as far as the evidence shows."
    lines = [
        f"- {redact(' '.join(one.text.split())[:600])[0]} ({one.shown}, {one.confidence:.2f})"
        for one in doubts
    ]
    return (
        "\n".join(
            (
                well,
                "",
                "**Worth a look, though nothing suffers of it as far as is known:**",
                *lines[:_MOST_DOUBTS],
            )
        )
        if lines
        else well
    )


def summary_of(
    causes: Sequence[ReportedCause],
    ranked: Sequence[Ranked],
    travel: Travel,
    lack: str = "",
) -> str:
    """The cause with its evidence, what it explains, the fix, and what else may be the cause.

    `lack` says why nothing can be told where nothing was found; '' where there was evidence to judge.
    """
    if not causes:
        return lack or "Something may be wrong, and no cause is known."
    first, best = causes[0], ranked[0]
    parts = [f"**Root cause:** {_marked(first)}", f"`{first.object}`: {first.cause} ({first.category}), "
             f"confidence {first.confidence:.2f}; {first.why}."]  # fmt: skip
    spread = [f"- {found.shown}: {found.cause.title}" for found in best.explains[:_MOST_STEPS]]
    if spread:
        more = len(best.explains) - len(spread)
        parts.append("**It explains:**\n" + "\n".join(spread) + (f"\n- and {more} more" if more > 0 else ""))
    ways = _ways(best, travel)
    if ways:
        parts.append("**How it spread:**\n" + "\n".join(f"- {way}" for way in ways))
    parts.append(f"**Fix:** {first.fix}")
    if first.script:
        parts.append(f"**Look next:** `{first.script['text']}`")
    others = [
        f"{cause.rank}. {_marked(cause)} (`{cause.object}`, {cause.confidence:.2f})" for cause in causes[1:]
    ]
    if others:
        parts.append("**Otherwise, by likelihood:**\n" + "\n".join(others))
    return "\n\n".join(parts)


def _ways(best: Ranked, travel: Travel) -> list[str]:
    """From the cause to each other object that it explains: `Deployment cart → Service cart → Deployment web`."""
    ways = []
    for ident in dict.fromkeys(found.object for found in best.explains):
        steps = travel.path(best.finding.object, ident)
        if steps:
            ways.append(
                " → ".join(name_of(one) for one in (steps[0].source, *(step.target for step in steps)))
            )
    return ways[:_MOST_STEPS]


def _marked(cause: ReportedCause) -> str:
    """The sentence with the numbers of its evidence."""
    marks = "".join(f"[{number}]" for number in cause.evidence)
    text = " ".join(cause.text.split())
    return f"{text[:600]} {marks}".strip()
