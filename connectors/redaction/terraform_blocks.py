"""Credentials that a block of Terraform gives away: by its label, its type or the function around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.redaction.masking import Span
from connectors.redaction.names import Suspicion, suspicion
from connectors.redaction.values import is_credential, is_stand_in, points_elsewhere

SECRET_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "aws_secretsmanager_secret_version": ("secret_string", "secret_binary", "secret_string_wo"),
    "aws_ssm_parameter": ("value", "value_wo"),
    "azurerm_key_vault_secret": ("value",),
    "doppler_secret": ("value",),
    "github_actions_secret": ("plaintext_value", "encrypted_value"),
    "github_actions_organization_secret": ("plaintext_value", "encrypted_value"),
    "github_actions_environment_secret": ("plaintext_value", "encrypted_value"),
    "github_dependabot_secret": ("plaintext_value", "encrypted_value"),
    "github_codespaces_secret": ("plaintext_value", "encrypted_value"),
    "google_secret_manager_secret_version": ("secret_data", "secret_data_wo"),
    "google_secret_manager_regional_secret_version": ("secret_data",),
    "hcp_vault_secrets_secret": ("secret_value",),
    "heroku_config": ("sensitive_vars",),
    "kubernetes_secret": ("data", "binary_data", "data_wo", "binary_data_wo"),
    "kubernetes_secret_v1": ("data", "binary_data", "data_wo", "binary_data_wo"),
    "kubernetes_secret_v1_data": ("data",),
    "onepassword_item": ("password", "note_value"),
    "vault_generic_secret": ("data_json",),
    "vault_generic_endpoint": ("data_json",),
    "vault_kv_secret": ("data_json",),
    "vault_kv_secret_v2": ("data_json",),
}
"""The attributes of each type of resource that hold a credential, whatever it looks like."""
NOT_SECURE = frozenset({"String", "StringList"})
"""Values of `type` with which an `aws_ssm_parameter` is no credential."""

_OPENER = re.compile(
    r"(?<![\w.-])(?:(?:variable|output)[ \t]{1,9}\"(?P<key>[\w.-]{1,80})\"[ \t]{0,9}\{"
    r"|(?P<set>set_sensitive)[ \t]{0,9}(?:=[ \t]{0,9}\[|\{)"
    r"|resource[ \t]{1,9}\"(?P<type>\w{1,80})\"[ \t]{1,9}\"[\w.-]{1,80}\"[ \t]{0,9}\{"
    r"|(?:resource|data|module|provider)[ \t]{1,9}\"|locals[ \t]{1,9}\{)"
)
_SET = re.compile(r"(?<![\w.-])(?:default|value)[ \t]{0,40}=[ \t]{0,40}\"(?P<value>(?:[^\"\\\n]|\\[^\n])*)\"")
_SSM_TYPE = re.compile(r"(?<![\w.-])type[ \t]{0,40}=[ \t]{0,40}\"(\w+)\"")
_ATTRIBUTE = re.compile(r"\n(?P<in>[ \t]{0,80})(?P<name>\w{1,80})[ \t]{0,40}=[ \t]{0,40}(?P<rest>[^\n]*)")
_LITERAL = re.compile(
    r"(?P<index>[\w\]]\[)?\"(?P<value>(?:[^\"\\\n]|\\[^\n])*)\"(?P<key>[ \t]{0,40}(?::|=(?!=)))?"
)
_CLOSER = re.compile(r"\n[ \t]{0,80}[}\]]")
_TOP_CLOSER = re.compile(r"\n\}")
_LIST_CLOSER = re.compile(r"\n[ \t]{0,80}\]")
_MAX_BLOCK = 4_000


def terraform_values(text: str) -> Iterator[Span]:
    """Spans of `default` and `value` in blocks whose label names a credential, and in `set_sensitive`;
    of the literals in resources that are secrets."""
    openers = list(_OPENER.finditer(text))
    for number, opener in enumerate(openers):
        level = Suspicion.STRONG if opener["set"] else suspicion(opener["key"] or "")
        attributes = SECRET_ATTRIBUTES.get(opener["type"] or "", ())
        if level is not Suspicion.STRONG and not attributes:
            continue
        following = openers[number + 1].start() if number + 1 < len(openers) else len(text)
        end = _block_end(text, opener, min(following, opener.end() + _MAX_BLOCK))
        if attributes:
            yield from _resource_values(text, opener, end, attributes)
            continue
        for match in _SET.finditer(text, opener.end(), end):
            value = match["value"]
            if is_credential(f'"{value}"', level) or (opener["set"] and not points_elsewhere(value)):
                yield match.span("value")


def _resource_values(
    text: str, opener: re.Match[str], end: int, attributes: tuple[str, ...]
) -> Iterator[Span]:
    """Spans of the quoted literals of `attributes`, also on the lines deeper than each."""
    kind = _SSM_TYPE.search(text, opener.end(), end)
    if kind and kind[1] in NOT_SECURE:
        return
    depth = -1
    for match in _ATTRIBUTE.finditer(text, opener.end(), end):
        indent = len(match["in"])
        if depth < 0 or indent <= depth:
            depth = indent if match["name"] in attributes else -1
        if depth >= 0:
            yield from _literals(text, *match.span("rest"))


def _literals(text: str, start: int, end: int) -> Iterator[Span]:
    """Spans of the quoted texts of a line that are values, not keys."""
    for literal in _LITERAL.finditer(text, start, end):
        value = literal["value"]
        if value.count("${") > value.count("}"):
            return  # Quotes within an interpolation: the syntax tree tells which belong together.
        if literal["key"] is None and literal["index"] is None and not is_stand_in(value):
            yield literal.span("value")


def _block_end(text: str, opener: re.Match[str], limit: int) -> int:
    line_end = text.find("\n", opener.end(), limit)
    first = text[opener.end() : line_end if line_end >= 0 else limit].rstrip()
    if first.endswith(("}", "]")) or line_end < 0:
        return opener.end() + len(first)
    pattern = _LIST_CLOSER if opener[0].endswith("[") else _CLOSER if opener["set"] else _TOP_CLOSER
    closer = pattern.search(text, opener.end(), limit)
    return closer.start() if closer else limit
