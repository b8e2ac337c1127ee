"""Finds out what there is: everything with its permissions, or only what came, went and changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from connectors.confluence import cql
from connectors.confluence.client import ConfluenceApi
from connectors.confluence.lookups import Lookups, Space
from connectors.confluence.node import ATTACHMENT, DOCUMENTS, PAGES, TITLES, Node, parents_of, parse
from connectors.confluence.permissions import NOBODY
from connectors.confluence.recent import Recent
from connectors.confluence.site import Site
from connectors.confluence.state import Memory
from connectors.confluence.values import JsonObject, as_list, as_text, at
from connectors.errors import KubeloreError, TemporaryError, UnreachableError, UnreadableError
from connectors.http.errors import RejectedError

PAGE_DETAILS = (
    "version", "space", "ancestors", "metadata.labels",
    "restrictions.read.restrictions.user", "restrictions.read.restrictions.group",
)  # fmt: skip
FILE_DETAILS = ("version", "space", "container")
EXPANDED, BARE = 200, 1_000
"""Results of one request, with and without `expand`: the server cuts more."""
BATCH = 100
"""Ids in one query."""
_SPACES = 40
_SAMPLE = 100
"""So many that the search does not name any more are asked for; if all of them are gone, so are the others."""
_UNKNOWN = "?"
"""The parent of a page when nobody knows what is above it: there is no such node, so that nobody may read it."""


class Survey:
    """Fills a `Site`. `complete` is false if parts could not be listed, `settled` if a look-up failed for now.

    `problems` are (item, reason, temporary) to be told; `item` '' is the whole source, else a node's id.
    """

    def __init__(self, api: ConfluenceApi, lookups: Lookups, site: Site, keys: Sequence[str]) -> None:
        self.complete = True
        self.settled = True
        self.problems: list[tuple[str, str, bool]] = []
        self.touched: set[str] = set()
        self._api = api
        self._lookups = lookups
        self._site = site
        self._keys = tuple(keys)
        self._kinds = sorted(PAGES | TITLES if api.cloud else PAGES)
        self._spaces: list[Space] = []
        self._above: dict[str, Node] = {}

    def listed(self) -> list[Node]:
        """Everything of the source's spaces that is a document."""
        return [node for node in self._site.nodes.values() if self._is_listed(node)]

    # ---- everything ----------------------------------------------------------------------------------

    def sweep(self, memory: Memory) -> None:
        """List everything with its permissions, versions and places."""
        self._find_spaces({})
        for space in self._spaces:
            self._judge(space)
        self._list_all()
        self._complete_nodes()
        self._confirm(memory.nodes.values())
        if memory.records:
            comments = set(self._ids(["comment"]))
            self._compare_comments(memory, comments)
            self._note_recent(memory, ["comment"])

    def _list_all(self) -> None:
        try:
            self._list(self._kinds, PAGE_DETAILS)
        except RejectedError as error:
            if not self._api.cloud or not error.said:
                raise
            self._problem("", f"folders and whiteboards cannot be listed: {error}", temporary=False)
            self._kinds = sorted(PAGES)
            self._list(self._kinds, PAGE_DETAILS)
        self._list([ATTACHMENT], FILE_DETAILS)

    def _list(self, kinds: Sequence[str], details: Sequence[str]) -> None:
        for where in self._scopes(kinds):
            try:
                for content in self._api.search(f"{where} order by created", details, size=EXPANDED):
                    self._take(content)
            except (UnreachableError, RejectedError):
                raise
            except (TemporaryError, UnreadableError) as error:
                self._incomplete(error)

    # ---- only what is new ----------------------------------------------------------------------------

    def refresh(self, memory: Memory) -> None:
        """Bring what the last crawl knew up to date: what came, went or got another version."""
        for node in memory.nodes.values():
            self._site.put(node)
        self._find_spaces(memory.spaces)
        for space in self._spaces:
            if space.key not in memory.spaces:
                self._judge(space)
        known = [node for node in memory.nodes.values() if self._is_listed(node)]
        ids = set(self._ids([*self._kinds, ATTACHMENT]))
        if self.complete:
            gone = [node for node in known if node.id not in ids]
            for node in gone:
                self._site.drop(node.id)
            self._confirm(gone)
        changed = self._note_recent(memory, [*self._kinds, ATTACHMENT, "comment"])
        new = ids - set(memory.nodes)
        self._fetch(sorted(changed | new))
        self._complete_nodes()
        for name in changed:
            self._check_news(name, memory)

    def _check_news(self, name: str, memory: Memory) -> None:
        """See to it that a change which could not be read now is not forgotten."""
        before, now = memory.nodes.get(name), self._site.nodes.get(name)
        if before and now and before.version == now.version and before.space == now.space:
            self.settled = False

    def _ids(self, kinds: Sequence[str]) -> Iterator[str]:
        for where in self._scopes(kinds):
            try:
                for content in self._api.search(f"{where} order by created", size=BARE):
                    yield as_text(content.get("id"))
            except UnreachableError:
                raise
            except (TemporaryError, UnreadableError) as error:
                self._incomplete(error)

    def _fetch(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), BATCH):
            part = ids[start : start + BATCH]
            files = [name for name in part if name.startswith("att")]
            others = [name for name in part if not name.startswith("att")]
            try:
                for some, details in ((others, (*PAGE_DETAILS, "container")), (files, FILE_DETAILS)):
                    if some:
                        for content in self._api.search(cql.one_of("id", some), details, size=EXPANDED):
                            self._take(content)
            except UnreachableError:
                raise
            except (TemporaryError, UnreadableError) as error:
                self._incomplete(error)

    def _note_recent(self, memory: Memory, kinds: Sequence[str]) -> set[str]:
        """The ids of documents that changed since the last crawl; pages with changed comments are touched."""
        changed: set[str] = set()
        recent = Recent(self._api, memory)
        for where in self._scopes(kinds):
            try:
                for content in recent.changes(where):
                    if content.get("type") == "comment":
                        self.touched.add(as_text(at(content, "container", "id")))
                    else:
                        changed.add(as_text(content.get("id")))
            except UnreachableError:
                raise
            except (TemporaryError, UnreadableError) as error:
                self._incomplete(error)
        return changed

    def _compare_comments(self, memory: Memory, existing: set[str]) -> None:
        """Touch the pages whose comments came or went since they were read."""
        if not self.complete:
            return
        page_of = {name: page for page, record in memory.records.items() for name in record.comment_ids}
        self.touched.update(page for name, page in page_of.items() if name not in existing)
        new = sorted(existing - set(page_of))
        for start in range(0, len(new), BATCH):
            part = cql.one_of("id", new[start : start + BATCH])
            for content in self._api.search(part, ("container",), size=EXPANDED):
                self.touched.add(as_text(at(content, "container", "id")))

    # ---- single things -------------------------------------------------------------------------------

    def adopt(self, content: JsonObject) -> Node | None:
        """The node of an answer, with what is above it, as far as that was not known; None for drafts and the like."""
        before = self._site.nodes.get(as_text(content.get("id")))
        node = self._take(content)
        if node is None:
            return None
        if before and before.knows_parent and not node.knows_parent:
            node = node.below(before.parent)
        if before and before.knows_readers and not node.knows_readers:
            node = node.read_by(before.readers)
        self._site.put(node)
        if node.space not in self._site.spaces:
            for space in self._lookups.spaces([node.space]):
                self._judge(space)
        self._complete_nodes()
        return self._site.nodes[node.id]

    def _take(self, content: JsonObject) -> Node | None:
        node = parse(content)
        if node is None or node.kind not in DOCUMENTS:
            return None
        if node.kind == ATTACHMENT and not node.knows_parent:
            return None
        self._site.put(node)
        for above in parents_of(as_list(content.get("ancestors"))):
            self._above[above.id] = above
        return node

    def _complete_nodes(self) -> None:
        """Look up what the lists left out: what is above, and restrictions."""
        for node in [node for node in self._site.nodes.values() if not node.knows_parent]:
            self._find_parents(node)
        for name, above in self._above.items():
            if name not in self._site.nodes:
                self._site.put(
                    Node(name, above.kind, above.title, "", parent=above.parent, knows_readers=False)
                )
        self._above.clear()
        for node in [node for node in self._site.nodes.values() if not node.knows_readers]:
            self._find_restriction(node)

    def _find_parents(self, node: Node) -> None:
        try:
            above = self._lookups.parents(node)
        except UnreachableError:
            raise
        except KubeloreError as error:
            self._unknown(node, f"what is above it is not known, so that nobody may read it: {error}", error)
            self._site.put(node.below(_UNKNOWN))
            return
        for parent in above:
            self._above.setdefault(parent.id, parent)
        self._site.put(node.below(above[-1].id if above else ""))

    def _find_restriction(self, node: Node) -> None:
        try:
            self._site.put(node.read_by(self._lookups.restriction(node.id)))
        except UnreachableError:
            raise
        except KubeloreError as error:
            self._unknown(node, f"who may read it is not known, so that nobody may: {error}", error)
            self._site.put(node.read_by(NOBODY))

    def _judge(self, space: Space) -> None:
        """Find out who may view a space."""
        try:
            readers = self._lookups.space_readers(space)
        except UnreachableError:
            raise
        except KubeloreError as error:
            readers = NOBODY
            reason = f"space {space.key}: its permissions are not known, so that nobody may read it: {error}"
            self._problem("", reason, temporary=False)
            self.settled = False
        self._site.spaces[space.key] = Space(space.key, space.name, space.id, readers)

    def _find_spaces(self, known: dict[str, Space]) -> None:
        self._site.spaces.update(known)
        self._spaces = list(self._lookups.spaces(self._keys))
        for space in self._spaces:
            before = known.get(space.key)
            self._site.spaces[space.key] = Space(
                space.key, space.name, space.id, before.readers if before else NOBODY
            )
        for key in self._keys:
            if key not in {space.key for space in self._spaces}:
                reason = f"space {key} does not exist, is archived, or the account may not view it"
                self._problem("", reason, temporary=False)

    # ---- what the search does not name any more -------------------------------------------------------

    def _confirm(self, before: Iterable[Node]) -> None:
        """Keep what is still there: a search lags behind, and its pages shift while they are read."""
        missing = [node for node in before if node.id not in self._site.nodes and self._is_listed(node)]
        if not self.complete:
            for node in missing:
                self._site.put(node)
            return
        step = max(1, len(missing) // _SAMPLE)
        sample = missing[::step]
        found = [node for node in sample if self.is_there(node)]
        for node in found:
            self._site.put(node)
        if found and step > 1:
            rest = [node for node in missing if node not in sample]
            for node in rest:
                self._site.put(node)
            self._problem(
                "", f"the search no longer names {len(missing)} pages, some of which exist", temporary=True
            )

    def is_there(self, node: Node) -> bool:
        """Whether a document still exists in the source's spaces; true, and told, where that cannot be said."""
        try:
            answer = self._lookups.whereabouts(node)
        except UnreachableError:
            raise
        except (TemporaryError, UnreadableError) as error:
            self._unknown(node, str(error), error)
            return True
        if answer is None:
            return False
        if node.kind == ATTACHMENT and node.parent not in self._site.nodes:
            return False
        key, number = as_text(at(answer, "space", "key")), as_text(answer.get("spaceId"))
        listed = self._spaces
        return not (key or number) or any(key == space.key or number == space.id for space in listed)

    # ---- small things ---------------------------------------------------------------------------------

    def _is_listed(self, node: Node) -> bool:
        """Whether the lists of this crawl would name a node."""
        kinds = (*self._kinds, ATTACHMENT)
        return node.kind in kinds and any(node.space == space.key for space in self._spaces)

    def _scopes(self, kinds: Sequence[str]) -> Iterator[str]:
        """Conditions that together hold for all content of these kinds in the spaces of the source."""
        keys = [space.key for space in self._spaces]
        for start in range(0, len(keys), _SPACES):
            part = keys[start : start + _SPACES]
            yield cql.both(cql.one_of("type", kinds), cql.one_of("space", part, quote=True))

    def _incomplete(self, error: KubeloreError) -> None:
        self.complete = False
        self._problem("", f"the list of all pages is not complete: {error}", temporary=True)

    def _unknown(self, node: Node, reason: str, error: KubeloreError) -> None:
        self.settled = False
        self._problem(node.id, reason, temporary=isinstance(error, TemporaryError))

    def _problem(self, item: str, reason: str, *, temporary: bool) -> None:
        self.problems.append((item, reason, temporary))


def is_due(memory: Memory, now: datetime, every: timedelta, at_most: int) -> bool:
    """Whether everything has to be listed with its permissions: if it was not for long, or takes few requests."""
    if memory.swept is None or memory.seen is None or now - memory.swept >= every:
        return True
    comments = sum(len(record.comments) for record in memory.records.values())
    cost = len(memory.nodes) // EXPANDED + comments // BARE + 2 * len(memory.spaces) + 4
    return cost <= at_most
