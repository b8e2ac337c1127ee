"""Writes a Markdown tree in Confluence's storage format, as its own importer would."""

from __future__ import annotations

import re
from html import escape, unescape
from xml.etree import ElementTree

from markdown_it.tree import SyntaxTreeNode

from tests.servers.markdown import Find, MarkdownPage, without_tags

_WRAPPED = {"em": "em", "strong": "strong", "s": "s", "blockquote": "blockquote", "thead": "", "tbody": ""}
_HTML = frozenset(
    "p div span ul ol li h1 h2 h3 h4 h5 h6 table thead tbody tr th td b i strong em code br a dl dt dd".split()
)
"""What Confluence's storage format has in common with HTML."""
_PRE = re.compile(r"\s*<pre\b([^>]*)>(.*?)</pre>\s*", re.DOTALL | re.IGNORECASE)


def to_storage(page: MarkdownPage, find: Find) -> str:
    """The body of a page; `find` gives the title of the page that a link leads to."""
    facts = "".join(
        f"<tr><th>{escape(key)}</th><td>{escape(value)}</td></tr>" for key, value in page.facts.items()
    )
    head = f"<ac:rich-text-body><table><tbody>{facts}</tbody></table></ac:rich-text-body>" if facts else ""
    if head:
        head = f'<ac:structured-macro ac:name="details">{head}</ac:structured-macro>'
    return head + _all(page.tree, find)


def code_macro(text: str, language: str = "") -> str:
    """A code macro; `]]>` is cut in two, as Confluence does."""
    name = f'<ac:parameter ac:name="language">{escape(language)}</ac:parameter>' if language else ""
    body = text.replace("]]>", "]]]]><![CDATA[>")
    inner = f"{name}<ac:plain-text-body><![CDATA[{body}]]></ac:plain-text-body>"
    return f'<ac:structured-macro ac:name="code" ac:schema-version="1">{inner}</ac:structured-macro>'


def _all(node: SyntaxTreeNode, find: Find) -> str:
    return "".join(_one(child, find) for child in node.children)


def _one(node: SyntaxTreeNode, find: Find) -> str:
    kind = node.type
    if kind in ("fence", "code_block"):
        return code_macro(
            node.content.removesuffix("\n"), (node.info.split() or [""])[0] if kind == "fence" else ""
        )
    if kind in ("text", "code_inline"):
        text = escape(node.content, quote=False)
        return text if kind == "text" else f"<code>{text}</code>"
    if kind == "link":
        return _link(node, find)
    if kind == "image":
        source = f'<ri:url ri:value="{escape(_href(node, "src"))}" />'
        return f'<ac:image ac:alt="{escape(node.content)}">{source}</ac:image>'
    if kind == "hardbreak":
        return "<br />"
    if kind == "softbreak":
        return "\n"
    if kind == "hr":
        return "<hr />"
    if kind == "html_block":
        return _html(node.content)
    if kind == "html_inline":
        return escape(without_tags(node.content), quote=False)
    if kind == "paragraph" and node.hidden:
        return _all(node, find)
    name = _WRAPPED.get(kind, node.tag)
    inner = _all(node, find)
    return f"<{name}>{inner}</{name}>" if name else inner


def _html(content: str) -> str:
    """Raw HTML: as it stands if the storage format has it, preformatted text as code, else its words."""
    if pre := _PRE.fullmatch(content):
        language = re.search(r"""\blang=["']?(\w+)""", pre[1])
        text = re.sub(r"</?code\b[^>]*>", "", pre[2]).strip("\n")  # a diagram has `<br/>` in its own language
        return code_macro(unescape(text), language[1] if language else "")
    try:
        root = ElementTree.fromstring(f"<root>{content}</root>")
    except ElementTree.ParseError:
        root = None
    if root is not None and all(element.tag in _HTML for element in root.iter() if element is not root):
        return content
    return f"<p>{escape(without_tags(content).strip(), quote=False)}</p>"


def _link(node: SyntaxTreeNode, find: Find) -> str:
    href, inner = _href(node, "href"), _all(node, find)
    title = find(href)
    if not title:
        return f'<a href="{escape(href)}">{inner}</a>'
    page = f'<ri:page ri:content-title="{escape(title)}" />'
    return f"<ac:link>{page}<ac:link-body>{inner}</ac:link-body></ac:link>"


def _href(node: SyntaxTreeNode, name: str) -> str:
    return str(node.attrs.get(name, ""))
