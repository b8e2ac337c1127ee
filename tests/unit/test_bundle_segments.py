"""Outputs that stand one below the other without the commands that printed them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from incidents.bundles import read_text
from incidents.bundles.segments import cut

ROWS = """\
NAME                    READY   STATUS    RESTARTS   AGE
web-7d9f8b6c5d-vhgs2    1/1     Running   0          9d"""
SERVICES = """\
NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
web    ClusterIP   10.9.0.1     <none>        80/TCP    9d"""
DESCRIBED = """\
Name:           cart-7d9f8b6c5d-vhgs2
Namespace:      shop
Containers:
  app:
    Image:  cart:1"""
MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: shop"
CONFIG = """\
Name:         settings
Namespace:    shop
Data
====
file:
----
Name:   x
Other:  y
NAME   READY
apiVersion: v1"""


def test_each_output_is_read_for_itself() -> None:
    found = read_text("\n".join((ROWS, DESCRIBED, SERVICES, MANIFEST)))

    assert {(one.kind, one.name) for one in found.objects} == {
        ("Pod", "web-7d9f8b6c5d-vhgs2"), ("Deployment", "web"), ("Pod", "cart-7d9f8b6c5d-vhgs2"),
        ("Deployment", "cart"), ("Service", "web"), ("ConfigMap", "settings"),
    }  # fmt: skip
    assert not found.logs


def test_words_below_a_table_are_no_rows() -> None:
    found = read_text(f"{ROWS}\nConditions:   see   below\nIt_is   0/1   Pending   0   9d\n")

    assert {(one.kind, one.name) for one in found.objects} == {
        ("Pod", "web-7d9f8b6c5d-vhgs2"),
        ("Deployment", "web"),
    }


def test_the_outputs_are_cut_at_their_beginnings() -> None:
    parts = [ROWS, DESCRIBED, DESCRIBED, SERVICES, MANIFEST]

    assert cut("\n".join(parts)) == parts


def test_tables_and_documents_below_each_other_stay_together() -> None:
    for text in (f"{ROWS}\n\n{SERVICES}", f"{MANIFEST}\n---\n{MANIFEST}"):
        assert cut(text) == [text]


def test_nothing_begins_in_the_data_of_a_description() -> None:
    assert cut(CONFIG) == [CONFIG]
    assert cut(f"{ROWS}\n{CONFIG}") == [ROWS, CONFIG]


@given(
    st.lists(
        st.sampled_from([*ROWS.splitlines(), *CONFIG.splitlines(), *MANIFEST.splitlines(), "====", "text"])
    )
)
def test_no_line_is_lost(lines: list[str]) -> None:
    assert [line for part in cut("\n".join(lines)) for line in part.splitlines()] == lines
