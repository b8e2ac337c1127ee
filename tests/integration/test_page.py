"""The page in a real Chromium, against a real server; skipped where no Chromium is installed."""

from __future__ import annotations

import html
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import uvicorn

from api.app import create_app
from api.settings import load_settings
from tests.integration.fakes import FakeServices, a_document, write_config

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


class Page:
    """A served application, and what Chromium makes of its page."""

    def __init__(self, folder: Path) -> None:
        settings = load_settings(write_config(folder), {})
        self.services = FakeServices(settings, [a_document("files:docs/guides/checkout.md")])
        self.folder = folder
        self.socket = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(create_app(settings, self.services), log_level="error")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=([self.socket],), daemon=True)

    def __enter__(self) -> Page:
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)

    def dom(self, question: str) -> str:
        """The document after the page has asked `question` and shown what came back."""
        assert CHROMIUM is not None
        port = self.socket.getsockname()[1]
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-first-run",
        ]
        command = [CHROMIUM, *flags, "--disable-sync", "--disable-component-update", "--virtual-time-budget=8000",
                   f"--user-data-dir={self.folder / 'profile'}", "--dump-dom",
                   f"http://127.0.0.1:{port}/?q={quote(question)}"]  # fmt: skip
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with Page(tmp_path) as served:
        yield served


def shown(dom: str) -> str:
    """The text that a reader sees in the result."""
    section = dom[dom.index('<section id="result"') : dom.index("</section>")]
    return html.unescape(re.sub(r"<[^>]+>", " ", section))


def test_an_answer_is_shown_with_its_sources(page: Page) -> None:
    dom = page.dom("how do I roll back checkout?")
    assert 'class="cite"' in dom
    assert "Sources" in shown(dom)
    assert "confidence" in shown(dom)


def test_markup_in_documents_stays_text(page: Page) -> None:
    hostile = '<img src=x onerror="document.title=1"> **bold** *leaning* [x](javascript:alert(1))'
    page.services.answer_text = hostile
    dom = page.dom("anything")
    result = dom[dom.index('<section id="result"') : dom.index("</section>")]
    assert "<img" not in result
    assert "&lt;img" in result
    assert "<strong>bold</strong>" in result
    assert "<em>leaning</em>" in result
    assert "javascript:" not in re.findall(r'href="([^"]*)"', result)
    assert "<title>Kubelore</title>" in dom
