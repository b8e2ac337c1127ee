"""Markdown becomes Confluence pages and Notion blocks without losing a word or a byte of code."""

from __future__ import annotations

import collections
import re
import tarfile
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from tests.servers.govuk import as_confluence, as_notion
from tests.servers.markdown import without_tags
from tests.unit.notion_blocks import Json

CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpora/govuk.tar.gz"
NAMES = 'xmlns:ac="urn:ac" xmlns:ri="urn:ri"'
CODE = "apiVersion: v1\n\n  kind: <Pod> & ]]> more\n\t# end  "
PAGE = f"""---
title: Restart & recover
owner: "#till"
layout: manual
---

# Restart

See [the other page](other.html#x), [a site](https://example.org/?a=1&b=2) and `kubectl get <name>`, **now**.

1. First

   ```yaml title
{chr(10).join("   " + line for line in CODE.splitlines())}
   ```

   - inner `code`
2. Second<br>line <placeholder>

| Env | Pods |
|-----|------|
| prod | **5** |

> A quote
> goes on.

![A picture](a.png)

<p class="x">Raw <b>words</b></p>
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/restart.html.md").write_text(PAGE)
    (tmp_path / "docs/other.md").write_text("# Other & more\n\nText.\n")
    (tmp_path / "top.md").write_text("# Other & more\n\nAgain.\n")
    return tmp_path


@pytest.fixture(scope="module")
def govuk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not CORPUS.exists():
        pytest.skip("the govuk documents are not here")
    where = tmp_path_factory.mktemp("govuk")
    with tarfile.open(CORPUS) as archive:
        archive.extractall(where, filter="data")
    return next(where.rglob("govuk-developer-docs"))


def parsed(body: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<page {NAMES}>{body}</page>")


def macros(body: str) -> list[str]:
    return [node.text or "" for node in parsed(body).iter("{urn:ac}plain-text-body")]


def plain(block: Json, key: str = "rich_text") -> str:
    return "".join(piece["plain_text"] for piece in block[block["type"]].get(key, ()))


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def rendered(source: str) -> tuple[str, list[str]]:
    """The letters and the code blocks of Markdown as a browser shows it."""
    html = (
        MarkdownIt("commonmark")
        .enable(["table", "strikethrough"])
        .render(re.sub(r"\A---\n.*?^---$", "", source, flags=re.DOTALL | re.MULTILINE))
    )
    code = re.findall(r"<pre><code[^>]*>(.*?)</code></pre>", html, re.DOTALL)
    return letters(without_tags(html)), [unescape(block).removesuffix("\n") for block in code]


def said(body: str) -> str:
    """The letters of a storage body, without the parameters of its macros."""
    tree = parsed(body)
    for node in tree.iter("{urn:ac}parameter"):
        node.text = ""
    for node in tree.iter("{urn:ac}plain-text-body"):
        node.text = re.sub("<br ?/?>", "", node.text or "")  # in diagrams
    return letters("".join(tree.itertext()))


def test_confluence_gets_storage_format(folder: Path) -> None:
    loaded = as_confluence(folder)
    pages = {path: loaded.site.contents[page] for page, path in loaded.paths.items()}
    assert sorted(pages) == ["docs/other.md", "docs/restart.html.md", "top.md"]
    page = pages["docs/restart.html.md"]
    assert page.title == "Restart & recover"
    assert [above.title for above in loaded.site.ancestors(page.id)] == ["Documentation Home", "docs"]
    assert macros(page.body) == [CODE]
    assert '<ri:page ri:content-title="Other &amp; more" />' in page.body
    assert '<a href="https://example.org/?a=1&amp;b=2">a site</a>' in page.body
    assert "<code>kubectl get &lt;name&gt;</code>" in page.body
    assert "<th>owner</th><td>#till</td>" in page.body
    assert "layout" not in page.body
    assert said(page.body).endswith(
        letters("Secondline placeholder Env Pods prod 5 A quote goes on Raw words")
    )
    assert len({content.title for content in loaded.site.contents.values()}) == len(loaded.site.contents)


def test_notion_gets_blocks(folder: Path) -> None:
    loaded = as_notion(folder)
    page = next(page for page, path in loaded.paths.items() if path.endswith("restart.html.md"))
    other = next(page for page, path in loaded.paths.items() if path == "docs/other.md")
    blocks = [b for b in loaded.site.blocks.values() if page in above(loaded.site.blocks, b)]
    assert [plain(b) for b in blocks if b["type"] == "code"] == [CODE]
    assert [b["code"]["language"] for b in blocks if b["type"] == "code"] == ["yaml"]
    links = [p["href"] for b in blocks for p in b[b["type"]].get("rich_text", ()) if p["href"]]
    assert links == [f"/{other.replace('-', '')}", "https://example.org/?a=1&b=2"]
    assert [plain(b) for b in blocks if b["type"] == "numbered_list_item"] == [
        "First",
        "Second\nline <placeholder>",
    ]
    rows = [b["table_row"]["cells"] for b in blocks if b["type"] == "table_row"]
    cells = [["".join(p["plain_text"] for p in cell) for cell in row] for row in rows]
    assert cells == [["owner", "#till"], ["Env", "Pods"], ["prod", "5"]]
    assert [plain(b, "caption") for b in blocks if b["type"] == "image"] == ["A picture"]
    assert [plain(b) for b in blocks if b["type"] == "quote"] == ["A quote goes on."]


def above(blocks: dict[str, Json], block: Json) -> list[str]:
    """The ids of what a block is in."""
    parent = block["parent"][block["parent"]["type"]]
    return [parent, *(above(blocks, blocks[parent]) if parent in blocks and parent != block["id"] else [])]


def test_every_govuk_page_keeps_its_words_and_its_code(govuk: Path) -> None:
    confluence, notion = as_confluence(govuk), as_notion(govuk)
    assert len(confluence.paths) == len(notion.paths) > 250
    assert sorted(confluence.paths.values()) == sorted(notion.paths.values())
    in_notion: dict[str, list[str]] = {}
    for block in notion.site.blocks.values():
        page = next(page for page in above(notion.site.blocks, block) if page in notion.site.pages)
        in_notion.setdefault(page, []).append(plain(block))
    blocks = {notion.paths[page]: texts for page, texts in in_notion.items() if page in notion.paths}
    for page, path in confluence.paths.items():
        expected, code = rendered((govuk / path).read_text("utf-8"))
        body = confluence.site.contents[page].body
        assert not collections.Counter(code) - collections.Counter(macros(body)), path
        assert not collections.Counter(code) - collections.Counter(blocks.get(path, [])), path
        assert said(body).endswith(expected), path
