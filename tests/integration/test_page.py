"""The page in a real Chromium, against a real server; skipped where no Chromium is installed."""

from __future__ import annotations

import html
import json
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import uvicorn

from api.app import create_app
from api.settings import load_settings
from tests.integration.fakes import FakeServices, a_document, write_config
from tests.integration.test_investigate import POD

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
        port = self.socket.getsockname()[1]
        return dom_of(f"http://127.0.0.1:{port}/?q={quote(question)}", self.folder)


def dom_of(address: str, folder: Path) -> str:
    """What Chromium makes of an address."""
    assert CHROMIUM is not None
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
    ]
    command = [CHROMIUM, *flags, "--disable-sync", "--disable-component-update", "--virtual-time-budget=8000",
               f"--user-data-dir={folder / 'profile'}", "--dump-dom", address]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def staged(folder: Path, act: str, asked: str = "q=first") -> str:
    """The result on the page after `act`, a script that runs in it before its own, with `answer(text, more)`."""
    text = (Path(__file__).parents[2] / "api" / "page.html").read_text(encoding="utf-8")
    made = """
      const answer = (text, more) => ({ ok: true, status: 200, json: async () => ({ answer: text, abstained: false,
        related: [], followups: [], findings: [], script: null, confidence: 1, took_ms: 1,
        citations: [{ number: 1, title: "T", breadcrumbs: [] }], ...more }) });
    """
    file = folder / "staged.html"
    file.write_text(text.replace("<script>", f"<script>{made}{act}</script><script>", 1), encoding="utf-8")
    dom = dom_of(f"{file.as_uri()}?{asked}", folder)
    return dom[dom.index('<section id="result"') : dom.index("</section>")]


def body_of(folder: Path, markdown: str) -> str:
    """The HTML that the page makes of an answer's text."""
    section = staged(folder, f"window.fetch = async () => answer({json.dumps(markdown)});")
    return section[section.index("<div>") + 5 : section.index("</div><h3>Sources")]


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


CITE = '<button class="cite" type="button" title="T">[1]</button>'


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("__bold__, **bold `a*b`**, _leaning_ and snake_case_name [1]",
         "<p><strong>bold</strong>, <strong>bold <code>a*b</code></strong>, <em>leaning</em> and snake_case_name "
         f"{CITE}</p>"),
        (r"as in \[1\], [2] and \*no\* [1]", f"<p>as in [1], [2] and *no* {CITE}</p>"),
        ("[the **page**](https://a.example/x_(y)) [gone](/manual/x) [odd](javascript:alert(1))",
         '<p><a href="https://a.example/x_(y)" rel="noopener noreferrer" target="_blank">the <strong>page</strong></a>'
         " gone odd</p>"),
        ("2. Two.\n4. Four:\n   - a\n     - b\n   - c\n\n   ```sh\n   run\n     it\n   ```\n5. Five. [1]",
         '<ol><li value="2">Two.</li><li value="4">Four:<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>'
         f'<pre><code>run\n  it</code></pre></li><li value="5">Five. {CITE}</li></ol>'),
        ("1. a\n1. b\n\n- c\n", '<ol><li value="1">a</li><li value="2">b</li></ol><ul><li>c</li></ul>'),
        ("1. a\n   goes on\nlazily\n\nover",
         '<ol><li value="1">a\ngoes on\nlazily</li></ol><p>over</p>'),
        ("2. b\n\n… (step 3 left out)\n\n4. d", '<ol><li value="2">b</li></ol><p>… (step 3 left out)</p>'
         '<ol><li value="4">d</li></ol>'),
        ("| a | b |\n|---|---|\n| `x\\|y` | <b>2</b> |",
         "<table><tr><th>a</th><th>b</th></tr><tr><td><code>x|y</code></td><td>&lt;b&gt;2&lt;/b&gt;</td></tr></table>"),
        ("> [!NOTE]\n> Mind [1]", f"<blockquote><strong>Note</strong><div><p>Mind {CITE}</p></div></blockquote>"),
        ("-\n- \n1.\n**\n`\n[](\n>", None),
    ],
)  # fmt: skip
def test_markdown_is_shown_as_it_is_meant(tmp_path: Path, markdown: str, expected: str | None) -> None:
    body = body_of(tmp_path, markdown)
    assert expected is None or body == expected


def test_a_slower_earlier_answer_does_not_overwrite_a_later_one(tmp_path: Path) -> None:
    act = """
      let calls = 0;
      window.fetch = async () => {
        if (++calls === 1) { await new Promise((done) => setTimeout(done, 1500)); return answer("Slow."); }
        return answer("Quick.", { followups: ["And then?"] });
      };
      setTimeout(() => {
        document.getElementById("question").value = "second";
        document.getElementById("form").requestSubmit();
      }, 200);
    """
    section = staged(tmp_path, act)
    assert "Quick." in section
    assert "Slow." not in section
    assert '<button type="button">And then?</button>' in section


SCRIPT = {"text": "kubectl get pods -n shop", "explanation": "See it live (read-only)", "output": None,
          "steps": [{"argv": ["kubectl", "get", "pods", "-n", "shop"]}], "citations": [1]}  # fmt: skip


def test_a_script_runs_when_its_button_is_pressed(tmp_path: Path) -> None:
    act = f"""
      const sent = [];
      window.fetch = async (path, options) => {{
        sent.push([path, options.body]);
        if (path === "/v1/ask") return answer("Runs.", {{ script: {json.dumps(SCRIPT)} }});
        const step = {{ argv: ["kubectl", "get", "pods"], stdout: "cart-1 <b>Running</b>\\n", stderr: "late",
                        truncated: false, exit_code: 3 }};
        return {{ ok: true, status: 200, json: async () => ({{ output: [step] }}) }};
      }};
      const run = () => [...document.querySelectorAll("button")].find((one) => one.textContent === "Run it");
      setTimeout(() => run().click(), 500);
      setTimeout(() => document.querySelector("#result").append(JSON.stringify(sent[1])), 1500);
    """
    seen = shown(staged(tmp_path, act) + "</section>")
    assert "See it live (read-only)" in seen
    assert "$ kubectl get pods\ncart-1 <b>Running</b>\nlate\nexit code 3" in seen
    assert '"/v1/scripts/run"' in seen
    assert json.dumps(json.dumps({"steps": SCRIPT["steps"]}, separators=(",", ":"))) in seen


def test_a_script_is_explained_below_its_heading(tmp_path: Path) -> None:
    script = {**SCRIPT, "explanation": "For one cluster: `--context a`."}
    section = staged(
        tmp_path, f"window.fetch = async () => answer('Runs.', {{ script: {json.dumps(script)} }});"
    )
    assert '<h3>See it live</h3><p class="meta">For one cluster: <code>--context a</code>.</p>' in section


def test_a_source_is_named_once_and_without_the_anchor_of_a_wiki(tmp_path: Path) -> None:
    cited = [{"number": 1, "title": "Phone", "breadcrumbs": ["Book", "Book"], "source": "wiki", "path": None,
              "anchor": "title-text", "url": "https://wiki.example/1#title-text"},
             {"number": 2, "title": "cart", "breadcrumbs": [], "source": "prod", "path": None, "anchor": "spec",
              "url": ""}]  # fmt: skip
    section = staged(
        tmp_path, f"window.fetch = async () => answer('x [1]', {json.dumps({'citations': cited})});"
    )
    seen = " ".join(shown(section + "</section>").split())
    assert "Book › Phone wiki cart prod · spec" in seen


def test_an_investigation_may_name_one_of_several_clusters(tmp_path: Path) -> None:
    act = """
      const sent = [];
      window.fetch = async (path, options) => {
        if (options && options.body) sent.push(options.body);
        return { ok: true, status: 200, json: async () => ({ id: "1", investigations: [] }) };
      };
      setTimeout(() => {
        const [place, cluster] = document.querySelectorAll("#result input");
        place.value = "shop/cart";
        cluster.value = "staging";
        document.querySelector("#result form").requestSubmit();
      }, 500);
      setTimeout(() => document.querySelector("#result").append(sent.join()), 1500);
    """
    section = html.unescape(staged(tmp_path, act, "incidents"))
    assert '{"workload":"shop/cart","cluster":"staging"}' in section


def test_findings_cite_and_objects_can_be_drawn(tmp_path: Path) -> None:
    cited = [{"number": 1, "title": "T", "breadcrumbs": ["prod", "shop"], "kind": "object"},
             {"number": 2, "title": "Node n1", "breadcrumbs": ["prod"], "kind": "object"}]  # fmt: skip
    more = {
        "citations": cited,
        "findings": [{"type": "drift", "text": "`a` says 2, it is 3.", "citations": [1]}],
    }
    section = staged(tmp_path, f"window.fetch = async () => answer('x', {json.dumps(more)});")
    assert "<strong>drift</strong>" in section
    assert CITE in section
    assert re.findall(r"Draw [^<]*", section) == ["Draw shop of prod"]


def test_an_incident_is_shown_with_its_picture_and_listed(page: Page) -> None:
    pasted = {"text": POD}
    base = f"http://127.0.0.1:{page.socket.getsockname()[1]}"
    request = urllib.request.Request(
        f"{base}/v1/investigations", json.dumps(pasted).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        ident = json.load(answer)["id"]

    dom = dom_of(f"{base}/?incident={ident}", page.folder)
    listed = dom_of(f"{base}/?incidents", page.folder)

    assert "namespace shop" in shown(dom)
    assert "Root cause" in shown(dom)
    assert '<img src="blob:' in dom
    assert f"?incident={ident}" in listed
    assert "Pod/shop/cart-7d9-abcde: image_not_found" in shown(listed)
