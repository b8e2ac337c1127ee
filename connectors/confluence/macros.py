"""Reads macros: what each shows of its own, and which of its parts are text of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from connectors.confluence import resources, wiki_markup
from connectors.confluence.markdown_body import MarkdownBodies
from connectors.confluence.notes import Notes
from connectors.confluence.tree import CONFIGURATION, Element, plain_text
from connectors.confluence.writer import Writer
from connectors.documents import SectionKind

Child = Element | str | Callable[[], None]
Visit = tuple[Iterable[Child], Callable[[], None]] | None
"""What to read inside an element, and what to do at its end; None if there is nothing more."""

_CODE = frozenset({"code", "noformat", "codeblock", "code-block", "preformatted"})
_LANGUAGES = frozenset(
    "plantuml mermaid mermaid-macro graphviz html xml css style javascript sql latex mathblock-macro".split()
)
"""Macros whose body is text in the language that their name says."""
_MARKDOWN = frozenset({"markdown", "markdown-macro"})
_PROSE = _MARKDOWN | {"unmigrated-wiki-markup", "unmigrated-inline-wiki-markup", "wiki-markup"}
"""Macros whose body people read, in another markup."""
_ADMONITIONS = frozenset({"info", "note", "warning", "tip", "panel"})
_FRAMES = frozenset("expand section column details toc-zone div excerpt span".split())
"""Macros that only frame what is in them."""
_TABS = frozenset("tabs-group tab-pane ui-tabs ui-tab ui-expand auitabs auitabspage deck card".split())
"""Apps' macros that put parts of a page behind tabs."""
_FRAME_TITLES = ("title", "buttonLabel")
_TAB_TITLES = ("title", "name", "label")
_INLINE_FRAMES = frozenset({"excerpt", "span"})
_DYNAMIC = frozenset(
    """toc children pagetree pagetreesearch recently-updated recently-updated-dashboard recently-used-labels
    contentbylabel content-by-label content-by-user content-report-table contentbyuser blog-posts livesearch search
    attachments gallery listlabels labels-list popular-labels related-labels space-attachments spaces spaces-list
    space-details tasks-report-macro task-report create-from-template create-page create-space-button
    change-history contributors contributors-summary detailssummary decisionreport favpages global-reports
    index navmap network userlister roadmap calendar rss junitreport cheese loremipsum
    viewtracker pageindex page-properties-report""".split()
)
"""Macros that list what is elsewhere: they have no text of their own."""
_DIAGRAMS = frozenset(
    """drawio drawio-sketch inc-drawio gliffy mermaid-cloud plantumlcloud lucidchart balsamiq-mockup
    bpmn-modeler draw-io excalidraw""".split()
)
_DIAGRAM_NAMES = ("diagramDisplayName", "displayName", "diagramName", "name", "filename", "title")
_FILES = frozenset("view-file viewfile viewpdf viewdoc viewxls viewppt multimedia".split())
_FRAMED_PAGES = frozenset({"widget", "iframe", "html-include"})
_JIRA = frozenset({"jira", "jiraissues", "jirachart"})
_JIRA_QUERIES = ("jqlQuery", "jql", "url", "")
_SHOWN_PARAMETERS = (
    "title", "subtitle", "heading", "body", "text", "content", "description", "message", "summary", "caption", "label",
    "buttonLabel",
)  # fmt: skip
"""Parameters that a reader of the page sees."""


class Macros:
    """Writes the words of macros and says what else to read in them."""

    def __init__(self, writer: Writer, notes: Notes, user_names: Mapping[str, str]) -> None:
        self._writer = writer
        self._notes = notes
        self._names = user_names
        self._markdown = MarkdownBodies(writer)

    def visit(self, macro: Element) -> Visit:
        """Read a macro that begins here."""
        name = macro.attributes.get("name", "").strip()
        kind = name.lower()
        options = resources.parameters(macro)
        if kind in _ADMONITIONS:
            return self.admonition(kind, resources.words_of(options.get("title")), _content(macro))
        if kind in _CODE or kind in _LANGUAGES or kind in _PROSE:
            return self._verbatim(macro, kind, options)
        if kind in _FRAMES or kind in _TABS or kind in _DYNAMIC:
            return self._framed(macro, kind, options)
        if kind in _DIAGRAMS:
            self._diagram(options)
        elif kind in ("include", "excerpt-include"):
            self._include(macro, kind, options)
        elif kind in _FILES:
            self._file(options)
        elif not self._small(kind, options):
            return self._unknown(macro, name, options)
        return self._rest(macro)

    def admonition(self, kind: str, title: str, content: Iterable[Child]) -> Visit:
        """Read a box whose paragraphs belong together."""
        self._writer.open_admonition("" if kind == "panel" else kind)
        self._title(title)
        return content, self._writer.close_admonition

    def verbatim(self, text: str, language: str | None = None, title: str = "") -> None:
        """Write code."""
        self._writer.section(SectionKind.CODE, text, language, title)

    def mention(self, user: str) -> None:
        """Write the name of a user."""
        if user:
            self._notes.users[user] = None
            self._writer.atom(resources.mention(user, self._names))

    def unknown(self, name: str) -> None:
        """Count a macro that nothing is known of, and write its name: its words come from something else."""
        self._notes.unknown_macros[name] += 1
        if name:
            self._writer.atom(f"[{name}]")
            self._writer.text(" ")

    def _verbatim(self, macro: Element, kind: str, options: Mapping[str, Element]) -> Visit:
        title = resources.words_of(options.get("title"))
        self._title(title)
        language = resources.words_of(options.get("language") or options.get("")).lower()
        if kind in _LANGUAGES:
            language = kind.removesuffix("-macro")
        add: Callable[[str], None] = partial(
            self.verbatim, language=resources.known_language(language), title=title
        )
        if kind in _PROSE:
            add = self._markdown.write if kind in _MARKDOWN else self._wiki
        return _content(macro, add), self._writer.end_paragraph

    def _wiki(self, text: str) -> None:
        for piece in wiki_markup.pieces(text):
            if piece.is_code:
                self._title(piece.title)
                self.verbatim(piece.text, resources.known_language(piece.language), piece.title)
            elif piece.text.strip():
                self._writer.section(SectionKind.PARAGRAPH, piece.text.strip("\r\n"))

    def _framed(self, macro: Element, kind: str, options: Mapping[str, Element]) -> Visit:
        if kind in _INLINE_FRAMES:
            return self._rest(macro)
        self._writer.end_paragraph()
        for name in _TAB_TITLES if kind in _TABS else _FRAME_TITLES:
            self._title(resources.words_of(options.get(name)))
        if kind == "details":
            self._writer.open_properties()
            return _content(macro), self._writer.close_properties
        return _content(macro), self._writer.end_paragraph

    def _diagram(self, options: Mapping[str, Element]) -> None:
        names = (resources.words_of(options.get(name)) for name in _DIAGRAM_NAMES)
        if name := next(filter(None, names), ""):
            self._notes.diagrams[name] = None
            self._title(name)

    def _include(self, macro: Element, kind: str, options: Mapping[str, Element]) -> None:
        if page := resources.included_page(macro):
            excerpt = resources.words_of(options.get("name")) if kind == "excerpt-include" else None
            key = f"include {len(self._notes.includes)}"
            self._notes.includes.append((page, excerpt, key))
            if excerpt is None:
                self._writer.end_paragraph()
            self._writer.atom(page.title)
            self._writer.place(key)
            if excerpt is None:
                self._writer.end_paragraph()

    def _file(self, options: Mapping[str, Element]) -> None:
        option = options.get("name") or options.get("")
        attachment = resources.attachment_of(resources.find(option, "ri:attachment"))
        if attachment:
            self._notes.attachments[attachment] = None
        self._writer.atom(attachment.filename if attachment else resources.words_of(option))

    def _small(self, kind: str, options: Mapping[str, Element]) -> bool:
        """Write a macro that stands inside a line; false if it is not such a one."""
        if kind == "status":
            words = resources.words_of(options.get("title")) or resources.words_of(options.get("colour"))
            self._writer.atom(f"[{words}]" if words else "")
        elif kind in _JIRA:
            self._jira(options)
        elif kind in _FRAMED_PAGES:
            option = options.get("url") or options.get("src")
            resource = resources.find(option, "ri:url")
            url = resource.attributes.get("value", "") if resource else resources.words_of(option)
            if url:
                self._notes.urls[url] = None
            self._writer.atom(url)
        elif kind in ("profile", "profile-picture"):
            option = options.get("user") or options.get("User")
            self.mention(resources.user_of(resources.find(option, "ri:user")))
        else:
            return kind == "anchor"
        return True

    def _jira(self, options: Mapping[str, Element]) -> None:
        """Write an issue's key, or for a table of issues what it lists: the query and the columns."""
        query = next(filter(None, (resources.words_of(options.get(name)) for name in _JIRA_QUERIES)), "")
        names = resources.words_of(options.get("columns")).replace(";", ",").split(",")
        columns = ", ".join(name.strip() for name in names if name.strip())
        shown = f"{query} ({columns})" if query and columns else query
        self._writer.atom(resources.words_of(options.get("key")) or shown)

    def _unknown(self, macro: Element, name: str, options: Mapping[str, Element]) -> Visit:
        self.unknown(name)
        for option in _SHOWN_PARAMETERS:
            self._writer.atom(resources.words_of(options.get(option)))
        return self._rest(macro)

    def _rest(self, macro: Element) -> Visit:
        self._writer.gap()
        return _content(macro), self._writer.gap

    def _title(self, words: str) -> None:
        if words:
            self._writer.end_paragraph()
            self._writer.text(words)
            self._writer.end_paragraph()


def _content(macro: Element, add_plain: Callable[[str], None] | None = None) -> list[Child]:
    """What is in a macro besides its configuration; `add_plain` takes the text of a plain-text body."""
    content: list[Child] = []
    for child in macro.children:
        if isinstance(child, str) or child.tag not in CONFIGURATION:
            if add_plain and isinstance(child, Element) and child.tag == "ac:plain-text-body":
                content.append(partial(add_plain, plain_text(child)))
            else:
                content.append(child)
    return content
