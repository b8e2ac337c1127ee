"""What callers rely on in the ledger."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.documents import Document, ResourceRef, Section, SectionKind, TerraformRef, assemble
from connectors.errors import ConfigurationError, TemporaryError, UnreachableError
from index.ledger import Ledger

OPS, PUBLIC = frozenset({"ops"}), frozenset({"public"})
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def page(name: str, text: str = "text", source: str = "docs", **fields: object) -> Document:
    joined, sections = assemble([Section(SectionKind.HEADING, name), Section(SectionKind.PARAGRAPH, text)])
    values: dict[str, object] = {"kind": "page", "access": PUBLIC, **fields}
    return Document(f"files:{source}/{name}", name, joined, sections, source, **values)  # type: ignore[arg-type]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.at(tmp_path) as made:
        yield made


def test_a_document_comes_back_equal(ledger: Ledger) -> None:
    text, sections = assemble(
        [Section(SectionKind.CODE, "a:\n\t- é \ud800\0\r\n", "L1-L2", ("H", "h"), "yaml", "notes")]
    )
    whole = Document(
        id="kubernetes:prod/_/Deployment/ü", title="ü", text=text, sections=sections, source="prod",
        kind="manifest", path="a/b.yaml", url="https://x/y#L1", version="v1", author="Ann \udcff",
        updated_at=datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=8))),
        breadcrumbs=("a", "b"), labels=("l",), environment="production", namespace="shop",
        resource=ResourceRef("Deployment", "ü", "shop"), terraform=TerraformRef("aws_x.y"),
        creates=(ResourceRef("Service", "s"),), mentions=(ResourceRef("Pod", "p"),),
        access=frozenset({"a", "b"}),
    )  # fmt: skip
    ledger.put([whole], run_id=7)
    assert ledger.get(whole.id) == whole
    assert ledger.get("files:docs/none") is None


Principals = st.frozensets(st.text(min_size=1, max_size=5).filter(str.isprintable), max_size=3)


@settings(max_examples=30, deadline=None)
@given(text=st.text(st.characters()), author=st.text(st.characters()), access=Principals)
def test_any_text_comes_back_equal(text: str, author: str, access: frozenset[str]) -> None:
    with Ledger("sqlite://") as memory:
        stored = page("a", text, author=author, access=access)
        memory.put([stored])
        assert memory.get(stored.id) == stored


def test_put_replaces_and_remove_forgets(ledger: Ledger) -> None:
    ledger.put([page("a"), page("b")])
    ledger.put([page("a", "new", access=OPS)])
    assert ledger.get_many(["files:docs/a", "files:docs/b", "files:docs/c"]) == {
        "files:docs/a": page("a", "new", access=OPS),
        "files:docs/b": page("b"),
    }
    ledger.remove(["files:docs/a", "files:docs/none"])
    assert ledger.ids("docs") == {"files:docs/b"}
    assert ledger.readable(["files:docs/a"], OPS | PUBLIC) == set()


def test_of_equal_ids_in_one_put_the_last_counts(ledger: Ledger) -> None:
    ledger.put([page("a", "first"), page("a", "last")])
    assert ledger.get("files:docs/a") == page("a", "last")


def test_a_put_that_fails_changes_nothing(ledger: Ledger) -> None:
    ledger.put([page("a")])
    before = ledger.generation()
    with pytest.raises(UnicodeEncodeError):
        ledger.put([page("a", "new"), page("b\ud800")])
    assert ledger.get("files:docs/a") == page("a")
    assert ledger.generation() == before


def test_hashes_are_those_of_the_documents_of_one_source(ledger: Ledger) -> None:
    ledger.put([page("a"), page("b"), page("a", source="wiki")])
    assert ledger.hashes("docs") == {d.id: d.content_hash for d in (page("a"), page("b"))}
    assert ledger.hashes("none") == {}


def test_only_a_shared_principal_may_read(ledger: Ledger) -> None:
    ledger.put([page("public"), page("ops", access=OPS), page("nobody", access=frozenset()),
                page("both", access=OPS | PUBLIC)])  # fmt: skip
    ids = [f"files:docs/{n}" for n in ("public", "ops", "nobody", "both", "missing")]

    def readable(*principals: str) -> set[str]:
        return {i.removeprefix("files:docs/") for i in ledger.readable(ids, frozenset(principals))}

    assert readable() == set()
    assert readable("public") == {"public", "both"}
    assert readable("ops") == {"ops", "both"}
    assert readable("OPS") == readable("op") == readable("%") == set()
    assert readable("ops", "public", *map(str, range(2_000))) == {"public", "ops", "both"}


def test_access_checks_take_any_number_of_ids(ledger: Ledger) -> None:
    many = [page(f"{i}", access=OPS if i % 2 else PUBLIC) for i in range(1_200)]
    ledger.put(many)
    assert ledger.readable([d.id for d in many], OPS) == {d.id for d in many if d.access == OPS}
    assert len(ledger.get_many([d.id for d in many])) == 1_200
    assert len(ledger.states([d.id for d in many])) == 1_200


def test_access_and_details_change_without_the_content(ledger: Ledger) -> None:
    ledger.put([page("a")])
    before = ledger.states(["files:docs/a"])["files:docs/a"]
    ledger.set_access("files:docs/a", OPS)
    ledger.set_access("files:docs/none", OPS)
    assert ledger.readable(["files:docs/a", "files:docs/none"], OPS) == {"files:docs/a"}
    assert ledger.readable(["files:docs/a"], PUBLIC) == set()
    changed = ledger.states(["files:docs/a"])["files:docs/a"]
    assert changed.content_hash == before.content_hash
    assert changed.details_hash != before.details_hash
    touched = page("a", version="2", author="Ann", updated_at=NOON, access=OPS | PUBLIC)
    ledger.touch([touched, page("none")])
    assert ledger.get("files:docs/a") == touched
    assert ledger.get("files:docs/none") is None


def test_a_begun_change_narrows_access_and_is_known_until_it_ends(ledger: Ledger) -> None:
    ledger.put([page("a", access=OPS | PUBLIC)])
    new = page("a", "new", access=OPS | {"dev"})
    ledger.begin("docs", [new.id, "files:docs/new"], [new])
    assert ledger.begun("docs") == {new.id, "files:docs/new"}
    assert ledger.readable([new.id], PUBLIC) == ledger.readable([new.id], frozenset({"dev"})) == set()
    assert ledger.readable([new.id], OPS) == {new.id}
    ledger.put([new])
    ledger.remove(["files:docs/new"])
    assert ledger.begun("docs") == set()
    assert ledger.ahead("docs") == {new.id}
    ledger.put([page("b")])
    ledger.save_checkpoint("docs", {}, still_ahead={new.id})
    assert ledger.ahead("docs") == {new.id}
    ledger.save_checkpoint("docs", {})
    assert ledger.ahead("docs") == set()


def test_counts_by_source_and_for_a_reader(ledger: Ledger) -> None:
    later = NOON + timedelta(microseconds=5)
    ledger.put([page("a", updated_at=NOON), page("b", updated_at=later, access=OPS)])
    ledger.put([page("c", kind="config"), page("a", source="wiki", access=OPS)])
    counts = ledger.counts()
    assert counts["docs"].documents == 3
    assert counts["docs"].kinds == {"page": 2, "config": 1}
    assert counts["docs"].newest == later
    assert counts["wiki"].newest is None
    assert abs(datetime.now(UTC) - (counts["docs"].indexed_at or NOON)) < timedelta(minutes=1)
    assert ledger.counts(PUBLIC)["docs"].documents == 2
    assert "wiki" not in ledger.counts(PUBLIC)
    assert ledger.counts(frozenset()) == {}
    assert (ledger.count_all(), ledger.sources()) == (4, ["docs", "wiki"])


def test_documents_come_in_batches_while_others_are_removed(ledger: Ledger) -> None:
    ledger.put([page(f"{i:02}") for i in range(10)])
    ledger.put([page("x", source="wiki")])
    seen: list[str] = []
    for batch in ledger.documents("docs", size=4):
        seen += [d.title for d in batch]
        ledger.remove(["files:docs/05"])
    assert seen == [f"{i:02}" for i in range(10) if i != 5]
    assert sum(len(batch) for batch in ledger.documents()) == 10


def test_checkpoints_and_settings(ledger: Ledger) -> None:
    assert ledger.checkpoint("docs") is None
    ledger.save_checkpoint("docs", {"files": {"ä\udcff": [1, 2]}})
    assert ledger.checkpoint("docs") == {"files": {"ä\udcff": [1, 2]}}
    ledger.save_checkpoint("docs", None)
    assert ledger.checkpoint("docs") is None
    assert ledger.setting("x") == ""
    ledger.set_setting("x", "1")
    ledger.set_setting("x", "2")
    assert ledger.setting("x") == "2"


def test_a_removed_source_takes_its_state_along(ledger: Ledger) -> None:
    ledger.put([page("a"), page("a", source="wiki")])
    ledger.begin("docs", ["files:docs/new"])
    ledger.save_checkpoint("docs", {"x": 1})
    ledger.remove_source("docs")
    assert ledger.sources() == ["wiki"]
    assert (ledger.checkpoint("docs"), ledger.begun("docs")) == (None, set())


def test_every_change_raises_the_generation_and_no_reading_does(ledger: Ledger) -> None:
    stored = page("a")
    changes = [
        lambda: ledger.put([stored]),
        lambda: ledger.touch([stored]),
        lambda: ledger.set_access(stored.id, OPS),
        lambda: ledger.remove([stored.id]),
        lambda: ledger.remove_source("docs"),
    ]
    for change in changes:
        before = ledger.generation()
        change()
        assert ledger.generation() > before
    before = ledger.generation()
    ledger.get(stored.id), ledger.counts(), ledger.put([]), ledger.remove([]), ledger.touch([])
    ledger.save_checkpoint("docs", {})
    assert ledger.generation() == before


def test_a_second_ledger_on_the_file_sees_changes_whole(tmp_path: Path) -> None:
    """Whenever a reader looks, both documents are of the same version and the access fits it."""
    done = threading.Event()
    with Ledger.at(tmp_path) as writer, Ledger.at(tmp_path) as reader:
        writer.put([page("a", "0", access=frozenset({"0"})), page("b", "0")])

        def write() -> None:
            for i in range(1, 40):
                writer.put([page("a", f"{i}", access=frozenset({f"{i}"})), page("b", f"{i}")])
            done.set()

        with ThreadPoolExecutor(1) as pool:
            written = pool.submit(write)
            looks = 0
            while not done.is_set() or not looks:
                found = reader.get_many(["files:docs/a", "files:docs/b"])
                assert len({d.sections[1].text for d in found.values()}) == 1
                assert len(found) == 2
                assert found["files:docs/a"].access == {found["files:docs/a"].sections[1].text}
                looks += 1
            written.result()
        assert reader.generation() == writer.generation() == 40
        assert reader.get("files:docs/b") == page("b", "39")


def test_threads_of_two_ledgers_may_write_at_once(tmp_path: Path) -> None:
    with Ledger.at(tmp_path) as one, Ledger.at(tmp_path) as two, ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit((one, two)[i % 2].put, [page(f"{i}")]) for i in range(40)]
        for job in jobs:
            job.result()
        assert one.count_all() == two.generation() == 40


def test_two_ledgers_may_be_made_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        ledgers = list(pool.map(lambda _: Ledger.at(tmp_path), range(4)))
    assert {made.generation() for made in ledgers} == {0}
    for made in ledgers:
        made.close()


def test_what_was_stored_is_there_after_reopening(tmp_path: Path) -> None:
    folder = tmp_path / "a b%20ü?#"
    with Ledger.at(folder) as first:
        first.put([page("a")])
    with Ledger.at(folder) as second:
        assert second.get("files:docs/a") == page("a")
    assert (folder / "ledger.db").is_file()


@pytest.mark.parametrize(
    "url", ["nonsense s3cretpass", "nodb://u:s3cretpass@h/x", "sqlite+nodriver://s3cretpass@/x"]
)
def test_a_wrong_address_is_a_configuration_error_without_the_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Ledger(url)
    assert "s3cretpass" not in str(caught.value)


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(
        UnreachableError, match=r"ledger\.db.*move ledger\.db\* away and run `kubelore ingest`"
    ):
        Ledger.at(tmp_path)


def test_a_ledger_that_is_damaged_while_it_is_used_says_what_to_do(tmp_path: Path) -> None:
    with Ledger.at(tmp_path) as made:
        made.put([page(f"p{i}", random.Random(i).randbytes(2_000).hex()) for i in range(50)])
    file = tmp_path / "ledger.db"
    written = file.read_bytes()
    file.write_bytes(written[: len(written) // 2].ljust(len(written), b"\xff"))
    with Ledger.at(tmp_path) as broken, pytest.raises(UnreachableError, match=r"move ledger\.db\* away"):
        broken.get_many([f"files:docs/p{i}" for i in range(50)])


def test_a_ledger_of_another_version_is_refused(tmp_path: Path) -> None:
    with Ledger.at(tmp_path) as made:
        made.set_setting("schema", "999")
    with pytest.raises(ConfigurationError, match="another version"):
        Ledger.at(tmp_path)


def test_an_error_of_the_database_shows_no_document(tmp_path: Path) -> None:
    with Ledger.at(tmp_path) as made:
        with sqlite3.connect(tmp_path / "ledger.db") as raw:
            raw.execute("DROP TABLE bodies")
        with pytest.raises(TemporaryError) as caught:
            made.put([replace(page("a", "confidential text"), author="confidential author")])
    assert "confidential" not in str(caught.value)
