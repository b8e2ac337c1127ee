"""`/`: the page with the ask box, one static file."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

_FILE = Path(__file__).parent.parent / "page.html"


@router.head("/")
@router.get("/")
def page() -> HTMLResponse:
    """The page; its policy allows its own script and style, by their hashes, and nothing from elsewhere."""
    text, policy = _page()
    return HTMLResponse(text, headers={"Content-Security-Policy": policy})


@cache
def _page() -> tuple[str, str]:
    text = _FILE.read_text(encoding="utf-8")
    script, style = (_hash_of(tag, text) for tag in ("script", "style"))
    policy = (
        f"default-src 'none'; script-src '{script}'; style-src '{style}'; connect-src 'self'; img-src blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return text, policy


def _hash_of(tag: str, text: str) -> str:
    match = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    body = match.group(1) if match else ""
    return "sha256-" + base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
