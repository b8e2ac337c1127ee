"""The bodies of pages as the API gives them."""

from __future__ import annotations

import html
import json
import re

from tests.servers.confluence.call import ApiError
from tests.servers.confluence.site import ConfluenceSite

_CODE = re.compile(
    r'<ac:structured-macro[^>]*ac:name="code".*?<!\[CDATA\[(.*?)\]\]></ac:plain-text-body></ac:structured-macro>',
    re.S,
)


def show_body(site: ConfluenceSite, identifier: str, body: str, form: str) -> str:
    """A body in the form asked for; 500 for the storage form of one that is `heavy`."""
    if form == "storage":
        if identifier in site.heavy:
            raise ApiError(500, "java.lang.StackOverflowError", "INTERNAL_SERVER_ERROR")
        return body
    if form == "atlas_doc_format":
        text = re.sub(r"<[^>]+>", " ", body)
        paragraph = {"type": "paragraph", "content": [{"type": "text", "text": html.unescape(text) or " "}]}
        return json.dumps({"version": 1, "type": "doc", "content": [paragraph]})
    code = _CODE.sub(lambda match: f'<pre class="syntaxhighlighter-pre">{html.escape(match[1])}</pre>', body)
    return re.sub(r"</?(?:ac|ri):[^>]*>", "", code)
