"""Masks what a wiki's reader found: texts and whole sections."""

from __future__ import annotations

from dataclasses import replace

from connectors.documents import Section
from connectors.redaction import redact


def masked(text: str) -> str:
    """`text` with its credentials masked."""
    return redact(text)[0] if text else text


def masked_section(section: Section) -> Section:
    """`section` with the credentials in its text, context and headings masked."""
    return replace(
        section,
        text=masked(section.text),
        context=masked(section.context),
        heading_path=tuple(map(masked, section.heading_path)),
    )
