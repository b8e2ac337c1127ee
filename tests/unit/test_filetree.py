"""The file tree finds and reads what it should, and counts the rest."""

from __future__ import annotations

import codecs
import os
import random
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.documents import Document, Failure
from connectors.errors import TemporaryError, UnreachableError, UnreadableError
from connectors.files.connector import FilesConnector
from connectors.filetree import git
from connectors.filetree.decoding import DAMAGED, decode
from connectors.filetree.git import Commit, GitHistory, head
from connectors.filetree.walk import FileEntry, FileTree, TextFile

CHINESE = (
    "# 部署手册\n\n在生产环境中重启服务之前,请先检查数据库的连接。\n"
    "使用 kubectl 查看状态,这是最重要的一步。\n"
)


def write(root: Path, *paths: str, text: str = "# Hello\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


def scanned(root: Path, *include: str, exclude: tuple[str, ...] = ()) -> tuple[list[str], dict[str, str]]:
    """Paths of the files found, and the reason of each failure by its item."""
    paths, failures = [], {}
    for found in FileTree(root, include or ("**/*.md",), exclude).scan():
        if isinstance(found, Failure):
            failures[found.item] = found.reason
        else:
            paths.append(found.path)
    return paths, failures


def test_files_are_found_by_glob_in_the_order_of_names(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "a/z.md", "a/b/c.md", "a/x.txt", ".git/x.md", "node_modules/p/y.md", "old/q.md")
    assert scanned(tmp_path, exclude=("old/",)) == (["a/b/c.md", "a/z.md", "b.md"], {})


def test_odd_names_are_names(tmp_path: Path) -> None:
    names = ["with space.md", "ümläut 文档.md", "line\nbreak.md", "#50%.md"]
    write(tmp_path, *names)
    assert scanned(tmp_path) == (sorted(names), {})


def test_a_name_that_is_no_utf_8_is_a_failure(tmp_path: Path) -> None:
    write(tmp_path, "good.md")
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("x")
    paths, failures = scanned(tmp_path)
    assert paths == ["good.md"]
    assert failures == {"caf\ufffd.md": "its name is not UTF-8; rename it"}


def test_links_that_lead_nowhere_out_or_back_are_failures(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root, "a/x.md")
    write(tmp_path, "secret/s.md")
    (root / "a/up").symlink_to(root)
    for name in ("self.md", "self.png"):
        (root / name).symlink_to(root / name)
    (root / "gone.md").symlink_to(root / "nothing.md")
    (root / "out.md").symlink_to(tmp_path / "secret/s.md")
    (root / "outside").symlink_to(tmp_path / "secret")
    (root / "out.png").symlink_to(tmp_path / "secret/s.md")
    paths, failures = scanned(root)
    assert paths == ["a/x.md"]
    assert set(failures) == {"a/up", "self.md", "gone.md", "out.md", "outside"}
    assert all(found.skipped for found in FileTree(root, ["**/*.md"]).scan() if isinstance(found, Failure))
    assert failures["self.md"] == "link that leads to itself"
    assert "out of" in failures["outside"]
    assert "above" in failures["a/up"]


def test_links_inside_are_followed_but_never_multiply(tmp_path: Path) -> None:
    for depth in range(20):
        write(tmp_path, f"d{depth:02}/x.md")
        for name in ("l", "m"):
            (tmp_path / f"d{depth:02}" / name).symlink_to(tmp_path / f"d{depth + 1:02}")
    write(tmp_path, "d20/x.md", "shared/s.md")
    (tmp_path / "d00/shared").symlink_to(tmp_path / "shared")
    paths, failures = scanned(tmp_path)
    assert "d00/shared/s.md" in paths
    assert "shared/s.md" in paths
    assert len(paths) <= 2 * 22
    assert len(failures) > 10


def test_a_very_deep_tree_is_cut_and_counted(tmp_path: Path) -> None:
    write(tmp_path, "/".join(["d"] * 120) + "/x.md")
    paths, failures = scanned(tmp_path)
    assert paths == []
    assert list(failures.values()) == ["more than 100 folders deep"]


def test_a_folder_that_cannot_be_listed_is_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a/x.md", "b/y.md")
    real = os.scandir

    def refuse(folder: Path) -> object:
        if Path(folder).name == "a":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    found = list(FileTree(tmp_path, ["*.md"]).scan())
    assert found[0] == Failure("a", "cannot be read: Permission denied", temporary=True)
    assert [entry.path for entry in found[1:] if isinstance(entry, FileEntry)] == ["b/y.md"]


def test_a_root_that_cannot_be_listed_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="cannot be listed"):
        list(FileTree(tmp_path / "gone", ["*.md"]).scan())


def read(root: Path, path: str, max_bytes: int = 1_000) -> TextFile:
    tree = FileTree(root, ["*"], max_bytes=max_bytes)
    (entry,) = [e for e in tree.scan() if isinstance(e, FileEntry) and e.path == path]
    return tree.read(entry)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x" * 1_001, "over"),
        (b"PNG\0\1", "binary"),
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\xff\xfe", "empty"),
    ],
)
def test_what_is_no_text_is_unreadable(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "f").write_bytes(data)
    with pytest.raises(UnreadableError, match=reason):
        read(tmp_path, "f")


@pytest.mark.parametrize(("data", "text"), [(b"# A\r\rb\r", "# A\n\nb\n"), (b"a\rb\nc\r\n", "a\rb\nc\r\n")])
def test_a_file_of_carriage_returns_alone_has_lines(tmp_path: Path, data: bytes, text: str) -> None:
    (tmp_path / "f").write_bytes(data)
    assert read(tmp_path, "f").text == text


def test_a_file_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x" * 1_000)
    assert len(read(tmp_path, "f").text) == 1_000


def test_a_file_deleted_or_grown_since_the_scan(tmp_path: Path) -> None:
    write(tmp_path, "gone", "grown")
    tree = FileTree(tmp_path, ["*"], max_bytes=100)
    gone, grown = tree.scan()
    assert isinstance(gone, FileEntry)
    assert isinstance(grown, FileEntry)
    (tmp_path / "gone").unlink()
    (tmp_path / "grown").write_text("x" * 101)
    with pytest.raises(TemporaryError, match="deleted"):
        tree.read(gone)
    with pytest.raises(UnreadableError, match="101 bytes"):
        tree.read(grown)


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        ("a\r\nb é".encode(), "a\r\nb é", "utf-8"),
        (codecs.BOM_UTF8 + b"# x", "# x", "utf-8-sig"),
        (CHINESE.encode("utf-16"), CHINESE, "utf-16"),
        (codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), CHINESE, "utf-16"),
        (CHINESE.encode("utf-32"), CHINESE, "utf-32"),
        (CHINESE.encode("gb18030"), CHINESE, "gb18030"),
        ("Größe: 3 Äpfel".encode("latin-1"), "Größe: 3 Äpfel", "cp1252"),
        ("Größe über älter ".encode() + b"\xff", "Größe über älter \ufffd", DAMAGED),
    ],
)
def test_encodings(data: bytes, text: str, encoding: str) -> None:
    assert decode(data) == (text, encoding)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=300))
def test_utf_8_is_never_mistaken(text: str) -> None:
    assert decode(text.encode("utf-8"))[0] == text.removeprefix("\ufeff")


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_unreadable(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except UnreadableError:
        return
    text.encode("utf-8")


def test_random_bytes_are_binary() -> None:
    noise = random.Random(1).randbytes(5_000).replace(b"\0", b"\1")
    with pytest.raises(UnreadableError):
        decode(noise)


def run_git(root: Path, *arguments: str, date: str = "2024-01-01T00:00:00Z", author: str = "Ann") -> None:
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(root), "GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date,
        "GIT_AUTHOR_NAME": author, "GIT_COMMITTER_NAME": author, "GIT_AUTHOR_EMAIL": "x@example.org",
        "GIT_COMMITTER_EMAIL": "x@example.org",
    }  # fmt: skip
    subprocess.run(["git", "-C", str(root), *arguments], env=environment, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    write(root, "docs/old.md", "docs/both ümläut.md", "docs/touched.md", "other.md")
    run_git(root, "init", "-q")
    run_git(root, "add", ".")
    run_git(root, "commit", "-qm", "one")
    write(root, "docs/both ümläut.md", text="# New\n")
    run_git(root, "commit", "-qam", "two", date="2024-02-02T02:00:00+02:00", author="Bo")
    write(root, "docs/touched.md", text="# Local\n")
    write(root, "docs/untracked.md")
    return root


def test_git_tells_the_last_commit_of_each_file(checkout: Path) -> None:
    paths = ["docs/old.md", "docs/both ümläut.md", "docs/touched.md", "docs/untracked.md", "docs/none.md"]
    history = GitHistory(checkout, paths)
    assert (history.of(paths[0]).author, history.of(paths[0]).date) == (
        "Ann",
        datetime(2024, 1, 1, tzinfo=UTC),
    )
    assert (history.of(paths[1]).author, history.of(paths[1]).date) == (
        "Bo",
        datetime(2024, 2, 2, tzinfo=UTC),
    )
    assert len(history.of(paths[1]).id) == 40
    assert [history.of(path) for path in paths[2:]] == [Commit()] * 3


def test_git_paths_are_relative_to_a_folder_inside_the_checkout(checkout: Path) -> None:
    assert GitHistory(checkout / "docs", ["old.md"]).of("old.md").author == "Ann"


def test_a_shallow_clone_does_not_date_everything_by_its_oldest_commit(
    checkout: Path, tmp_path: Path
) -> None:
    run_git(tmp_path, "clone", "-q", "--depth=1", f"file://{checkout}", "shallow")
    assert GitHistory(tmp_path / "shallow", ["docs/old.md"]).of("docs/old.md") == Commit()


def test_outside_a_checkout_and_without_git_nothing_is_known(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "plain/a.md")
    monkeypatch.setenv("GIT_DIR", str(checkout / ".git"))
    assert GitHistory(tmp_path / "plain", ["a.md"]).of("a.md") == Commit()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert GitHistory(checkout, ["docs/old.md"]).of("docs/old.md") == Commit()


def test_git_runs_only_when_asked(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git.subprocess, "Popen", lambda *a, **k: pytest.fail("git was run"))
    GitHistory(checkout, ["docs/old.md"])
    assert GitHistory(checkout, []).of("docs/old.md") == Commit()


def crawl(root: Path, checkpoint: Mapping[str, Any] | None = None) -> tuple[dict[str, str], dict[str, Any]]:
    """The author of each document that was read, by its path, and the checkpoint."""
    authors: dict[str, str] = {}
    crawling = FilesConnector("docs", root).crawl(checkpoint)
    while True:
        try:
            item = next(crawling)
        except StopIteration as end:
            return authors, end.value
        if isinstance(item, Document):
            authors[item.path or ""] = item.author


def test_the_later_of_gits_date_and_the_pages_own_counts(tmp_path: Path) -> None:
    pages = {
        "published.md": "date: 2015-01-01",
        "reviewed.md": "date: 2015-01-01\nlast_reviewed_on: 2024-06-06",
        "reviewed-long-ago.md": "last_reviewed_on: 2020-01-01\nlast_updated: 2019-01-01",
    }
    for name, matter in pages.items():
        write(tmp_path, name, text=f"---\n{matter}\n---\nText.\n")

    def years() -> dict[str | None, int]:
        found = [item for item in FilesConnector("docs", tmp_path).crawl() if isinstance(item, Document)]
        return {page.path: page.updated_at.year for page in found if page.updated_at}

    assert years() == {"published.md": 2015, "reviewed.md": 2024, "reviewed-long-ago.md": 2020}
    run_git(tmp_path, "init", "-q")
    run_git(tmp_path, "add", ".")
    run_git(tmp_path, "commit", "-qm", "one", date="2023-03-03T00:00:00Z")
    assert years() == {"published.md": 2023, "reviewed.md": 2024, "reviewed-long-ago.md": 2023}


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust files that were touched just now."""
    monkeypatch.setattr("connectors.filetree.connector._SETTLED_NS", -(10**12))


@pytest.mark.usefixtures("settled")
def test_a_commit_without_a_change_of_content_brings_its_author(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authors, checkpoint = crawl(checkout / "docs")
    assert authors == {"both ümläut.md": "Bo", "old.md": "Ann", "touched.md": "", "untracked.md": ""}
    with monkeypatch.context() as patch:
        patch.setattr(GitHistory, "of", lambda *a: pytest.fail("the history was read"))
        assert crawl(checkout / "docs", checkpoint) == ({}, checkpoint)
    run_git(checkout, "add", "docs/untracked.md")
    run_git(checkout, "commit", "-qm", "three", author="Cy")
    authors, checkpoint = crawl(checkout / "docs", checkpoint)
    assert authors == {"touched.md": "", "untracked.md": "Cy"}
    assert crawl(checkout / "docs", checkpoint) == ({}, checkpoint)


@pytest.mark.usefixtures("settled")
def test_what_git_did_not_tell_in_time_is_asked_again(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "bin/git"
    write(
        tmp_path, "bin/git", text='#!/bin/sh\ncase "$*" in *" log "*) exec sleep 9;; esac\nexec real "$@"\n'
    )
    slow.write_text(slow.read_text().replace("real", str(shutil.which("git"))))
    slow.chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
        patch.setattr(git, "_TIMEOUT_SECONDS", 0.5)
        authors, checkpoint = crawl(checkout)
        assert set(authors.values()) == {""}
    authors, checkpoint = crawl(checkout, checkpoint)
    assert (authors["docs/old.md"], authors["docs/both ümläut.md"]) == ("Ann", "Bo")
    assert crawl(checkout, checkpoint)[0] == {}


def test_the_head_is_that_of_the_checkout_around_a_folder(checkout: Path, tmp_path: Path) -> None:
    assert (
        head(checkout / "docs") == GitHistory(checkout, ["docs/both ümläut.md"]).of("docs/both ümläut.md").id
    )
    write(tmp_path, "plain/a.md", "new/a.md")
    run_git(tmp_path / "new", "init", "-q")
    assert (head(tmp_path / "plain"), head(tmp_path / "new")) == ("", "")
