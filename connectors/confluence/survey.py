"""Finds out what there is: everything with its permissions, or only what came, went and changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from connectors.confluence import cql
from connectors.confluence.client import ConfluenceApi
from connectors.confluence.findings import Findings
from connectors.confluence.heavy import FILE_DETAILS, PAGE_DETAILS, Heavy
from connectors.confluence.lookups import Lookups, Space
from connectors.confluence.node import ATTACHMENT, PAGES, TITLES, Node
from connectors.confluence.pace import Pace
from connectors.confluence.permissions import NOBODY
from connectors.confluence.placing import Placing, name_of
from connectors.confluence.presence import Presence
from connectors.confluence.recent import Recent
from connectors.confluence.site import Site
from connectors.confluence.state import Memory
from connectors.confluence.values import JsonObject, as_text, at
from connectors.errors import TemporaryError, UnreachableError, UnreadableError
from connectors.http.errors import RejectedError

EXPANDED, BARE = 200, 1_000
"""Results of one request, with and without `expand`: the server cuts more."""
_BATCH = 100
"""Ids in one query."""
_SPACES = 40
COMMENTS, CHANGES, SINGLE = "comments", "what changed", "single pages and files"
"""Lists whose failing keeps nothing that is gone."""
_ORDER = "order by created"


class Survey:
    """Fills a `Site`; `touched` are the pages whose comments have changed."""

    def __init__(
        self,
        api: ConfluenceApi,
        lookups: Lookups,
        site: Site,
        keys: Sequence[str],
        heavy: Heavy,
        *,
        closed: bool,
    ) -> None:
        self.findings = Findings()
        self.placing = Placing(site, lookups, self.findings, cloud=api.cloud, closed=closed)
        self.presence = Presence(site, lookups, self.findings)
        self.touched: set[str] = set()
        self.kinds = tuple(sorted(PAGES | TITLES if api.cloud else PAGES))
        self._api = api
        self._lookups = lookups
        self._site = site
        self._keys = tuple(keys)
        self._heavy = heavy
        self._spaces: list[Space] = []
        self._fresh: set[str] = set()
        self._judged: set[str] = set()
        self._partial: set[str] = set()

    @property
    def missed_changes(self) -> bool:
        """Whether the next crawl must ask again for what changed since the last one."""
        return CHANGES in self._partial

    def listed(self) -> list[Node]:
        """Everything of the source's spaces that is a document."""
        return [node for node in self._site.nodes.values() if self._is_listed(node)]

    def sweep(self, memory: Memory) -> None:
        """List everything with its permissions, versions and places."""
        self._find_spaces({})
        for space in self._spaces:
            self.placing.judge(space)
        self._list_all(memory)
        self.placing.place_spaces(self._spaces)
        self.presence.confirm([node for node in self._known(memory) if node.id not in self._site.nodes])
        self.placing.place_some()
        if memory.records:
            comments = set(self._ids(["comment"], of=COMMENTS))
            if COMMENTS not in self._partial:
                self._compare_comments(memory, comments)
            self._note_recent(memory, ["comment"])

    def refresh(self, memory: Memory) -> None:
        """Bring what the last crawl knew up to date: what came, went or got another version."""
        self.kinds = memory.kinds or self.kinds
        repeated = set(self.findings.again(memory.unknown))
        for node in memory.nodes.values():
            self._site.put(node.unchecked() if node.id in repeated else node)
        self._find_spaces(memory.spaces)
        for space in self._spaces:
            if space.key not in memory.spaces or name_of(space.key) in repeated:
                self.placing.judge(space)
        ids = set(self._ids([*self.kinds, ATTACHMENT]))
        if self.findings.complete:
            gone = [node for node in self._known(memory) if node.id not in ids]
            for node in gone:
                self._site.drop(node.id)
            self.presence.confirm(gone)
        changed = self._note_recent(memory, [*self.kinds, ATTACHMENT, "comment"])
        known = {node.id for node in self._known(memory)}
        self._fetch(sorted(changed | (ids - known) | ids.intersection(self._heavy.unread)))
        self._fetch_shown(memory)
        self.placing.place_some()
        if SINGLE in self._partial:  # a run that died may have stored them
            for name in sorted(ids - known - set(self._site.nodes)):
                self.findings.tell(name, "it is new, and could not be asked for", temporary=True)
        for name in changed:
            self._check_news(name, memory)

    def confirm_readers(self, nodes: Iterable[Node]) -> None:
        """Ask again who may read these nodes and what stands above them, and may view their spaces.

        Between two sweeps all that is known from the last one, and nothing new may come out under old rights.
        """
        names = {node.id for node in nodes if node.id in self._site.nodes}
        keys = {self._site.nodes[name].space for name in names}
        for key in sorted((keys & self._site.spaces.keys()) - self._judged):
            self.placing.judge(self._site.spaces[key])
        self._judged |= keys
        while limits := self._limits(names) - self._fresh:
            self._fetch(sorted(limits))
            for name in (
                limits - self._fresh
            ):  # the search does not name drafts and the like: one by one, then
                self._site.put(self._site.nodes[name].unchecked())
            self._fresh |= limits
            self.placing.place_some()

    def _limits(self, names: Iterable[str]) -> set[str]:
        """Pages among these and all above them: where readers are limited."""
        nodes = [self._site.nodes[name] for name in names if name in self._site.nodes]
        limits = [*nodes, *(above for node in nodes for above in self._site.above(node))]
        return {node.id for node in limits if node.kind != ATTACHMENT}

    # ---- lists ---------------------------------------------------------------------------------------

    def _list_all(self, memory: Memory) -> None:
        try:
            self._list(self.kinds, PAGE_DETAILS, memory)
        except RejectedError as error:
            if not self._api.cloud:
                raise
            self.findings.tell("", f"folders and whiteboards cannot be listed: {error}", temporary=False)
            self.kinds = tuple(sorted(PAGES))
            self._list(self.kinds, PAGE_DETAILS, memory)
        self._list([ATTACHMENT], FILE_DETAILS, memory)
        self._fetch(self._heavy.names, memory.nodes)

    def _take(self, content: JsonObject, known: Mapping[str, Node]) -> Node | None:
        """Add what an answer describes; where it tells no more than that it is there, as it was known before."""
        if "version" in content:
            return self.placing.take(content)
        name = as_text(content.get("id"))
        if name in known:
            self._site.put(known[name].unchecked())
        self._heavy.nameless.add(name)
        reason = "the server fails to list it with its version and readers, so that it was not read"
        self.findings.tell(name, reason, temporary=True)
        return None

    def _list(self, kinds: Sequence[str], details: Sequence[str], memory: Memory) -> None:
        for where in self._scopes(kinds):
            try:
                where = self._heavy.but(where, self._heavy.names)
                found = self._api.search(f"{where} {_ORDER}", details, size=EXPANDED, may_be_bare=True)
                for content in found:
                    self._take(content, memory.nodes)
            except (UnreachableError, RejectedError):
                raise
            except (TemporaryError, UnreadableError) as error:
                self.findings.incomplete(error)

    def _ids(self, kinds: Sequence[str], *, of: str = "") -> Iterator[str]:
        for where in self._scopes(kinds):
            for content in self._guarded(self._api.search(f"{where} {_ORDER}", size=BARE), of):
                if as_text(content.get("status")) in ("current", ""):
                    yield as_text(content.get("id"))

    def _fetch(self, ids: Sequence[str], known: Mapping[str, Node] | None = None) -> None:
        """Add single documents with all details."""
        for found in self._asked_for(ids):
            for content in self._guarded(found, SINGLE):
                if node := self._take(content, self._site.nodes if known is None else known):
                    self._fresh.add(node.id)

    def _asked_for(self, ids: Sequence[str]) -> Iterator[Iterator[JsonObject]]:
        yield from (self._heavy.alone(name) for name in ids if name in self._heavy)
        light = [name for name in ids if name not in self._heavy]
        for start in range(0, len(light), _BATCH):
            part = light[start : start + _BATCH]
            files = [name for name in part if name.startswith(ATTACHMENT[:3])]
            others = [name for name in part if name not in files]
            for some, details in ((others, (*PAGE_DETAILS, "container")), (files, FILE_DETAILS)):
                if some:
                    condition = cql.one_of("id", some)
                    yield self._api.search(condition, details, size=EXPANDED, may_be_bare=True)

    def _fetch_shown(self, memory: Memory) -> None:
        """Ask again for the pages of other spaces that are shown inside pages of the source's: no list names them."""
        keys = {key for record in memory.records.values() for key in record.includes}
        shown = {node.id for key in keys if (node := self._site.titled(*key)) and not self._is_listed(node)}
        self._fetch(sorted(shown))
        if SINGLE not in self._partial:
            for name in shown - self._fresh:  # one with this title is looked for where it is needed
                self._site.drop(name)

    def _note_recent(self, memory: Memory, kinds: Sequence[str]) -> set[str]:
        """The ids of documents that changed since the last crawl; pages with changed comments are touched."""
        changed: set[str] = set()
        recent = Recent(self._api, memory)
        for where in self._scopes(kinds):
            where = self._heavy.but(where, self._heavy.unread)
            for content in self._guarded(recent.changes(where), CHANGES):
                if content.get("type") == "comment":
                    self.touched.add(as_text(at(content, "container", "id")))
                else:
                    changed.add(as_text(content.get("id")))
        return changed

    def _compare_comments(self, memory: Memory, existing: set[str]) -> None:
        """Touch the pages whose comments came or went since they were read."""
        page_of = {name: page for page, record in memory.records.items() for name in record.comment_ids}
        self.touched.update(page for name, page in page_of.items() if name not in existing)
        new = sorted(existing - set(page_of))
        for start in range(0, len(new), _BATCH):
            part = cql.one_of("id", new[start : start + _BATCH])
            found = self._api.search(part, ("container",), size=EXPANDED)
            for content in self._guarded(found, COMMENTS):
                self.touched.add(as_text(at(content, "container", "id")))

    def _guarded(self, found: Iterable[JsonObject], of: str = "") -> Iterator[JsonObject]:
        """The items of the list `of` something, or of all pages and files; if it is cut, that is noted."""
        try:
            yield from found
        except UnreachableError:
            raise
        except (TemporaryError, UnreadableError) as error:
            if of:
                self._partial.add(of)
                self.findings.partial(of, error)
            else:
                self.findings.incomplete(error)

    def _check_news(self, name: str, memory: Memory) -> None:
        """See to it that a change which could not be read now is not forgotten."""
        before, now = memory.nodes.get(name), self._site.nodes.get(name)
        if before and now and before.version == now.version:
            self.findings.cut = True

    # ---- spaces --------------------------------------------------------------------------------------

    def _find_spaces(self, known: dict[str, Space]) -> None:
        self._site.spaces.update(known)
        self._spaces = list(self._lookups.spaces(self._keys))
        self.presence.spaces = self._spaces
        for space in self._spaces:
            readers = known[space.key].readers if space.key in known else NOBODY
            self._site.spaces[space.key] = Space(space.key, space.name, space.id, readers)
        for key in sorted(set(self._keys) - {space.key for space in self._spaces}):
            reason = (
                f"space {key} does not exist, is archived, or the account may not view it;"
                " correct the source's `spaces` or give the account the right to view it"
            )
            self.findings.tell("", reason, temporary=False)

    def _scopes(self, kinds: Sequence[str]) -> Iterator[str]:
        """Conditions that together hold for all content of these kinds in the spaces of the source."""
        keys = [space.key for space in self._spaces]
        for start in range(0, len(keys), _SPACES):
            part = keys[start : start + _SPACES]
            yield cql.both(cql.one_of("type", kinds), cql.one_of("space", part, quote=True))

    def _known(self, memory: Memory) -> list[Node]:
        return [node for node in memory.nodes.values() if self._is_listed(node)]

    def _is_listed(self, node: Node) -> bool:
        """Whether the lists of this crawl would name a node."""
        kinds = (*self.kinds, ATTACHMENT)
        return node.kind in kinds and any(node.space == space.key for space in self._spaces)


def is_due(memory: Memory, now: datetime, pace: Pace) -> bool:
    """Whether everything has to be listed with its permissions: if it was not for long, or takes few requests."""
    if memory.swept is None or memory.seen is None or now - memory.swept >= pace.sweep_every:
        return True
    comments = sum(len(record.comments) for record in memory.records.values())
    cost = 2 * len(memory.nodes) // EXPANDED + comments // BARE + 2 * len(memory.spaces) + 4
    return cost <= pace.sweep_requests
