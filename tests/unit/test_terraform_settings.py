"""The values that Terraform documents tell: written ones, and those that references stand for."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.documents import Document
from connectors.terraform.settings import settings_of
from tests.unit.findings_world import terraform


def _told(document: Document) -> dict[tuple[str, str], object]:
    return {(one.path, one.environment): one.value for one in settings_of(document)}


def test_values_written_and_resolved(tmp_path: Path) -> None:
    block = (
        'variable "size" {}\n# ä comment\nresource "x_y" "z" {\n  name = "a"\n'
        "  count = 3\n  on = true\n"
        '  list = ["a", "b"]\n  made = "${var.size}-x"\n  inner {\n    deep = { key = 1.30 }\n  }\n'
        "  size = var.size\n}\n"
    )
    values = {"vars/prod.tfvars": "size = 5\n", "vars/staging.tfvars": "size = 1\n"}
    documents = terraform(tmp_path, {"main.tf": block, **values})
    document = next(one for one in documents if one.terraform and one.terraform.address == "x_y.z")
    told = _told(document)
    assert told["name", ""] == "a"
    assert told["count", ""] == "3"
    assert told["on", ""] == "true"
    assert told["list", ""] == ("a", "b")
    assert told["inner.deep.key", ""] == "1.30"
    assert (told["size", "production"], told["size", "staging"]) == ("5", "1")
    assert ("made", "") not in told
    quotes = {
        one.path: document.text[one.start : one.end] for one in settings_of(document) if not one.environment
    }
    assert quotes["name"] == 'name = "a"'
    assert quotes["inner.deep.key"] == "deep = { key = 1.30"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_without_raising(text: str) -> None:
    document = Document("terraform:x/y", "y", text, (), "x", "terraform")
    for one in settings_of(document):
        assert 0 <= one.start <= one.end <= len(text)
