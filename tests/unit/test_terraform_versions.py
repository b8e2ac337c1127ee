"""The values of one version of a Terraform file, for comparing it with another."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.filetree.walk import TextFile
from connectors.terraform.versions import declared_in, values_of


def test_blocks_nested_blocks_and_objects_are_fields() -> None:
    text = """
resource "helm_release" "cart" {
  name = "cart"
  set {
    name  = "replicas"
    value = 3
  }
  set {
    name  = "image"
    value = var.image
  }
  timeouts = { create = "5m" }
}
"""

    assert values_of("main.tf", text, []) == {
        "helm_release.cart": {
            "name": "cart", "timeouts.create": "5m", "set.name": "replicas", "set.value": "3",
            "set[1].name": "image", "set[1].value": "var.image",
        }
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("env/prod.tfvars", 'workers = { arm = { max = 6 } }\nsizes = ["a", "b"]\n'),
        ("env/prod.tfvars.json", '{"workers": {"arm": {"max": 6}}, "sizes": ["a", "b"]}'),
    ],
)
def test_a_file_of_values_is_named_by_its_path(path: str, text: str) -> None:
    found = values_of(path, text, [])[path]

    assert found["workers.arm.max"] == "6"
    assert found["sizes"] == '["a", "b"]'


def test_sensitive_variables_and_credentials_are_masked() -> None:
    declaring = TextFile("main.tf", 'variable "pin" {\n  sensitive = true\n}\n', "utf-8", Path("main.tf"))

    found = values_of(
        "prod.tfvars", 'pin = "0000"\ndb_password = "hunter2hunter2"\n', declared_in([declaring])
    )

    assert "0000" not in str(found)
    assert "hunter2" not in str(found)


@settings(deadline=None, max_examples=100)
@given(
    st.text(alphabet='abc ={}[]"\n$<-#/1', max_size=120), st.sampled_from(["a.tf", "a.tfvars", "a.tf.json"])
)
def test_any_text_is_read(text: str, path: str) -> None:
    for fields in values_of(path, text, []).values():
        assert all(isinstance(value, str) for value in fields.values())
