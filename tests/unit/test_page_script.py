"""The commands of a cited page: word for word, with what each would do."""

from __future__ import annotations

from answers.model import Citation
from answers.page_script import page_script
from connectors.documents import Document
from tests.unit.answer_fakes import a_page

PAGE = a_page(
    "# Roll back\n\nLook first, then go back:\n\n```bash\nkubectl -n shop rollout history deployment/cart\n"
    "kubectl -n shop rollout undo deployment/cart --to-revision=<n>\n```\n\n```python\nprint('no command')\n```\n"
)


def cite(document: Document, start: int = 0, end: int | None = None) -> Citation:
    end = len(document.text) if end is None else end
    return Citation(1, document.id, "Roll back", "", "docs", "page", (), document.path, "", document.text[start:end],
                    None, 1.0, start, end)  # fmt: skip


def test_the_text_is_the_page_s_and_only_reading_steps_may_run() -> None:
    script = page_script([cite(PAGE)], {PAGE.id: PAGE})
    assert script is not None
    assert script.text in PAGE.text
    assert [step["argv"] for step in script.steps] == [
        ["kubectl", "-n", "shop", "rollout", "history", "deployment/cart"]
    ]
    assert "line 2 changes the cluster" in script.explanation
    assert "fill in <n>" in script.explanation
    assert script.citations == (1,)


def test_a_block_that_is_not_quoted_gives_no_script() -> None:
    assert page_script([cite(PAGE, 0, PAGE.text.index("```bash"))], {PAGE.id: PAGE}) is None
    assert page_script([cite(PAGE)], {}) is None


def test_a_page_without_kubectl_gives_no_script() -> None:
    page = a_page("# Build\n\n```bash\nmake build\n```\n", "build.md")
    assert page_script([cite(page)], {page.id: page}) is None
