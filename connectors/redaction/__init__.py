"""Masks what looks like a credential before anything is stored, indexed, logged or shown."""

from __future__ import annotations

from connectors.redaction.commands import command_arguments
from connectors.redaction.kubernetes_objects import json_secrets, named_values, yaml_secrets
from connectors.redaction.layouts import flag_values, values_below
from connectors.redaction.masking import MASK, mask_spans
from connectors.redaction.names import Suspicion, suspicion
from connectors.redaction.pairs import values_of_keys
from connectors.redaction.prose import sentences
from connectors.redaction.tables import table_cells
from connectors.redaction.terraform_blocks import terraform_values
from connectors.redaction.tokens import private_keys, shaped_tokens
from connectors.redaction.urls import urls_and_headers
from connectors.redaction.values import points_elsewhere

__all__ = ["MASK", "looks_secret_key", "mask_value", "redact"]


def redact(text: str) -> tuple[str, int]:
    """`text` with secret-looking values masked, and how many were; the number of lines never changes.

    Works on any raw text (YAML, HCL, .env, shell, JSON, Markdown, logs) in linear time. References,
    placeholders and names of Secrets stay. Masking twice changes nothing.
    """
    masked = 0
    for find in _FINDERS:
        text, count = mask_spans(text, find(text))
        masked += count
    return text, masked


def looks_secret_key(name: str) -> bool:
    """Whether a field called `name` usually holds a credential itself (not a reference to one)."""
    return suspicion(name) is Suspicion.STRONG


def mask_value(value: str) -> str:
    """The mask for a credential's value, as many lines as `value` has; references and '' stay as they are."""
    if points_elsewhere(value):
        return value
    return "\n".join([MASK] * (value.count("\n") + 1))


_FINDERS = (
    private_keys,
    shaped_tokens,
    urls_and_headers,
    command_arguments,
    sentences,
    json_secrets,
    yaml_secrets,
    named_values,
    flag_values,
    values_below,
    terraform_values,
    table_cells,
    values_of_keys,
)
