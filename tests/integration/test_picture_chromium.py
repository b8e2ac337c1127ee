"""The picture in a real Chromium: text stays in its box whatever the font, and Graphviz takes the DOT."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from bench.graph import read
from cluster.graph import ResourceGraph, build
from cluster.picture import draw
from tests.integration.test_page import CHROMIUM, dom_of
from tests.servers.kube.loading import SNAPSHOT
from tests.unit.picture_graphs import boutique, deployment, graph_of

GRAPHVIZ = shutil.which("dot")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
MEASURE = """
const wrong = [];
for (const box of document.querySelectorAll('.kubelore .box')) {
  const frame = box.querySelector('.outline').getBoundingClientRect();
  for (const text of box.querySelectorAll('text')) {
    const at = text.getBoundingClientRect();
    if (at.left < frame.left || at.right > frame.right || at.top < frame.top || at.bottom > frame.bottom + 1)
      wrong.push(text.textContent);
  }
}
const picture = document.querySelector('svg').getBoundingClientRect();
for (const text of document.querySelectorAll('.kubelore text')) {
  const at = text.getBoundingClientRect();
  if (at.right > picture.right || at.bottom > picture.bottom) wrong.push(text.textContent);
}
const small = (text) => parseFloat(getComputedStyle(text).fontSize) < 11;
const out = document.createElement('pre');
out.id = 'out';
out.textContent = JSON.stringify({
  wrong, texts: document.querySelectorAll('.kubelore text').length,
  small: [...document.querySelectorAll('.kubelore text')].filter(small).length,
});
document.body.append(out);
"""


def measured(svg: str, folder: Path, font: str = "") -> dict[str, Any]:
    """What Chromium says of the picture's text, with its fonts or with one of ours."""
    chosen = re.sub(r"font-family:[^;}]+", f"font-family:{font}", svg) if font else svg
    file = folder / "picture.html"
    file.write_text(f"<!doctype html><meta charset=utf-8>{chosen}<script>{MEASURE}</script>", "utf-8")
    found = re.search(r'<pre id="out">(.*?)</pre>', dom_of(file.as_uri(), folder), re.DOTALL)
    assert found is not None
    return dict(json.loads(unescape(found[1])))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> ResourceGraph:
    if not SNAPSHOT.exists():
        pytest.skip("no snapshot on this machine")
    folder = tmp_path_factory.mktemp("snapshot")
    shutil.unpack_archive(SNAPSHOT, folder)
    return build(read(next(folder.rglob("pods.json")).parent, "prod"))


@needs_chromium
@pytest.mark.parametrize("font", ["", "'DejaVu Sans'", "'Liberation Sans'"])
def test_text_stays_in_its_box_with_any_usual_font(font: str, tmp_path: Path) -> None:
    names = ["a" * 60, "recommendation-service-with-a-rather-long-name-of-its-own", "W" * 40, "名前" * 20]
    graph = graph_of(*boutique(), *(deployment(name, ready=0) for name in names))

    found = measured(draw(graph, namespace="shop"), tmp_path, font)
    assert found["texts"] > 30
    assert found["wrong"] == []
    assert found["small"] == 0


@needs_chromium
@pytest.mark.parametrize(
    "asked",
    [{}, {"namespace": "online-boutique"}, {"namespace": "monitoring"}, {"namespace": "k8s-examples"},
     {"focus": "online-boutique/deploy/cartservice"}, {"focus": "monitoring/deploy/grafana"}],
    ids=str,
)  # fmt: skip
def test_the_snapshots_pictures_fit(snapshot: ResourceGraph, asked: dict[str, str], tmp_path: Path) -> None:
    found = measured(draw(snapshot, **asked), tmp_path)

    assert found["wrong"] == []


@needs_chromium
def test_a_picture_runs_and_loads_nothing(tmp_path: Path) -> None:
    svg = draw(graph_of(*boutique()), namespace="shop")

    assert not re.search(r"<script|<foreignObject|\son\w+=|href=|url\(|@import", svg)
    (tmp_path / "picture.svg").write_text(svg, "utf-8")
    assert "<svg" in dom_of((tmp_path / "picture.svg").as_uri(), tmp_path)


@pytest.mark.skipif(GRAPHVIZ is None, reason="no Graphviz on this machine")
def test_graphviz_reads_the_dot() -> None:
    text = draw(graph_of(*boutique(), deployment('"}\\')), "dot", namespace="shop")
    done = subprocess.run([str(GRAPHVIZ), "-Tsvg"], input=text, capture_output=True, text=True, check=True)

    assert done.stdout.count('class="node"') == 6
    assert done.stdout.count('class="cluster"') == 1
