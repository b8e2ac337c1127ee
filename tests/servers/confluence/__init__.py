"""A fake Confluence over real HTTP: Cloud (REST versions 1 and 2, OAuth gateway) or Data Center.

Start and program it:

    site = ConfluenceSite()                                    # its clock is site.time.at; only tests move it
    ben = site.add_user("ben", groups=("money",), time_zone="Europe/Dublin")
    site.add_space("OPS", "Operations", groups=("staff", "money"))
    page = site.add_page("Restart", "<p>How</p>", space="OPS", parent=site.spaces["OPS"].homepage)
    site.restrict(page.id, users=(ben,), groups=("money",))    # who may read it and all below it
    site.comment(page.id, "<p>Still true?</p>", marker="m-1", selection="How")     # inline; else footer
    site.attach(page.id, "plan.pdf", data, media_type="application/pdf")
    with serving(site) as server:                              # or serving(site, cloud=False, context="/confluence")
        server.base                                            # http://127.0.0.1:PORT/wiki: what a person configures
        site.service.email, site.service.token                 # basic credentials (Cloud) that see everything
        site.service.username, site.service.token              # Data Center: basic, or the token as a bearer token
        server.requests, server.asked("GET .*/pages")          # what was served, with status and user
        server.faults = [too_many(seconds=90), Fault("/content/search.*expand=.*ancestors", status=500, after=2)]

Who asks matters: each user's e-mail address (Cloud) or username (Data Center) and token are credentials, and see
what that user may read; `sees_all` makes an administrator; no credentials at all is anonymous. `site.may_read`,
`site.rules` and `site.truth(user)` say what a connector must find.

Between requests: `Fault(where, "action", after=n, action=lambda: site.move(...))`; `where` is a pattern of
`METHOD /path?query` (decoded). All kinds of faults: `tests.servers.faults`; `schedule(seed, ...)` makes random ones.
Of the site: `site.burdens[id] = "version"` (500 where that is expanded), `site.heavy.add(id)` (its storage body
answers 500, its view works), `site.unindexed.add(id)` (searches do not find it yet), a draft or trashed ancestor
(`add_page(status="draft")`, `trash(below="stays")`: lists that expand `ancestors` or `restrictions` answer 404),
`site.old_data_center = True` (no REST for space permissions).
Of the server: `deprecated_v1 = False` (Cloud answers 410 where its documents name no endpoint), `latency` (seconds
before each answer), `limit.per_second` (429 beyond it, by the real clock), `oauth.scopes` (what the OAuth token may;
one less answers 401 "scope does not match"), `oauth.token_seconds`.

OAuth: POST `server.token_url` with CLIENT_ID, CLIENT_SECRET and `server.oauth.refresh_token` (for one use; on Data
Center with REDIRECT_URI), or with the client credentials alone if `oauth.acts_for_itself`; tokens hold on Cloud at
`server.gateway` (then `/wiki/...`), on Data Center at the site, expire by the site's clock, and act as the service
account. `/_edge/tenant_info` tells the cloud id unless `oauth.tells_cloud_id` is off. `login_page` is all that is
answered when it is set.

Faithful traps: `_links.next` of version 2 is below the host, that of version 1 below `_links.base`; version 2 lists
archived pages unless asked for `status=current`; Data Center filters after it has cut a page (short pages), cuts
limits silently (50 with a body, 200 with other expansions) and writes times in its own zone; searches go by minutes
in the account's zone, position cursors shift when something changes; a move, a restriction, a label, the trash and
a restore change neither version nor date; Cloud's downloads lead to another host that refuses credentials.
"""

from tests.servers.confluence.content import Attachment, Comment, Content, Group, Restriction, Space, User
from tests.servers.confluence.oauth import CLIENT_ID, CLIENT_SECRET, CLOUD_ID, REDIRECT_URI, SCOPES
from tests.servers.confluence.server import ConfluenceServer, Request, serving
from tests.servers.confluence.site import ConfluenceSite
from tests.servers.faults import Fault, schedule, too_many

__all__ = [
    "CLIENT_ID", "CLIENT_SECRET", "CLOUD_ID", "REDIRECT_URI", "SCOPES", "Attachment", "Comment", "ConfluenceServer",
    "ConfluenceSite", "Content", "Fault", "Group", "Request", "Restriction", "Space", "User", "schedule", "serving",
    "too_many",
]  # fmt: skip
