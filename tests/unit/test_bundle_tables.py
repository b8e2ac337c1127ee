"""Tables, descriptions and command lines of kubectl, read from their text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from incidents.bundles import commands, describe, tables
from incidents.bundles.units import port, repeated, seconds

WORD = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,11}", fullmatch=True)
CELL = st.one_of(WORD, st.just(""), st.tuples(WORD, WORD).map(" ".join))


def printed(headings: list[str], cells: list[list[str]]) -> str:
    """A table as kubectl prints it: columns as wide as their widest cell and three spaces."""
    grid = [headings, *cells]
    widths = [max(len(row[place]) for row in grid) + 3 for place in range(len(headings))]
    return "\n".join(
        "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in grid
    )


@given(st.lists(st.tuples(WORD, CELL, CELL), max_size=6))
def test_a_printed_table_is_read_back(cells: list[tuple[str, str, str]]) -> None:
    headings = ["NAME", "LAST SEEN", "MESSAGE"]

    found = tables.rows(printed(headings, [list(row) for row in cells]).splitlines())

    assert [tuple(row.values()) for row in found] == cells


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    tables.rows(text.splitlines())
    describe.parse(text)
    commands.parse(text)
    seconds(text)


def test_empty_cells_stay_in_their_columns() -> None:
    text = """\
NAME             STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   AGE
redis-cart-pvc   Pending                                      fast-ssd       40s
"""

    (row,) = tables.rows(text.splitlines())

    assert (row["VOLUME"], row["STORAGECLASS"], row["AGE"]) == ("", "fast-ssd", "40s")


def test_a_line_that_leaves_its_columns_is_cut_at_the_gaps() -> None:
    text = "NAME   READY   STATUS\na-very-long-name-indeed   1/1   Running\n"

    (row,) = tables.rows(text.splitlines())

    assert row == {"NAME": "a-very-long-name-indeed", "READY": "1/1", "STATUS": "Running"}


@given(st.lists(st.tuples(WORD, WORD, WORD, CELL.filter(bool)), max_size=6))
def test_a_table_whose_blanks_were_collapsed_is_read_too(cells: list[tuple[str, str, str, str]]) -> None:
    headings = ["LAST SEEN", "TYPE", "REASON", "MESSAGE"]
    text = "\n".join(" ".join(row) for row in [headings, *cells])

    found = tables.rows(text.splitlines())

    assert [tuple(row.values()) for row in found] == cells
    assert tables.is_heading(" ".join(headings))


def test_restarts_and_their_age_stay_one_cell_without_columns() -> None:
    lines = [
        "NAME READY STATUS RESTARTS AGE",
        "cart-1 0/1 CrashLoopBackOff 12 (3m ago) 1h",
        "web-1 1/1 Running",
    ]

    first, second = tables.rows(lines)

    assert first == {
        "NAME": "cart-1",
        "READY": "0/1",
        "STATUS": "CrashLoopBackOff",
        "RESTARTS": "12 (3m ago)",
        "AGE": "1h",
    }
    assert (second["STATUS"], second["AGE"]) == ("Running", "")
    assert tables.is_heading("NAME CPU(cores) MEMORY(bytes)")
    assert not tables.is_heading("ERROR FAILED TO CONNECT")


def test_none_is_nothing() -> None:
    (row,) = tables.rows(["NAME   ENDPOINTS   AGE", "cart   <none>      5m"])

    assert row["ENDPOINTS"] == ""


def test_a_description_is_a_tree_by_its_indent() -> None:
    text = """\
Name:             cart-1
Labels:           app=cart
                  tier=back
Containers:
  server:
    Image:  cart:1
    Limits:
      cpu:     1
Events:
  Type     Reason   Age   From     Message
  ----     ------   ----  ----     -------
  Warning  BackOff  3s    kubelet  Back-off restarting
"""

    root = describe.parse(text)

    assert root.text("Name") == "cart-1"
    assert root.pairs("Labels") == {"app": "cart", "tier": "back"}
    assert root.text("Containers", "server", "Limits", "cpu") == "1"
    assert root.table("Events")[0]["MESSAGE"] == "Back-off restarting"


def test_a_command_line_says_what_its_output_is_about() -> None:
    command = commands.parse("$ kubectl get pods web-1 -n shop -o wide --sort-by='.x' | tail -n 20")

    assert command is not None
    assert (command.verb, command.resource, command.name) == ("get", "pods", "web-1")
    assert (command.namespace, command.output) == ("shop", "wide")


def test_what_writes_or_is_no_kubectl_is_no_command() -> None:
    assert commands.parse("kubectl delete pod x") is None
    assert commands.parse("helm list") is None


def test_logs_of_the_container_before() -> None:
    command = commands.parse("kubectl logs -p deploy/cart -c server --namespace=shop")

    assert command is not None
    assert (command.previous, command.container, command.namespace) == (True, "server", "shop")


def test_ages_and_ports() -> None:
    assert seconds("5m29s") == 329
    assert seconds("2d") == 172_800
    assert seconds("soon") is None
    assert repeated("13s (x4 over 116s)") == (13, 4)
    assert port("9555/TCP") == (9555, "TCP")
    assert port("http/UDP") == ("http", "UDP")
