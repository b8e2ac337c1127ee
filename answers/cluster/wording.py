"""The grammar's words: what is asked of objects, which of them are meant, and what no index can tell."""

from __future__ import annotations

import re
from enum import StrEnum

from answers.cluster.elsewhere import ACTED, USED


class Aspect(StrEnum):
    """What a question asks of an object."""

    IMAGE = "image"
    REPLICAS = "replicas"
    WHY = "why"
    HEALTH = "health"
    NODE = "node"
    PLACE = "place"
    HOLDS = "holds"
    PROBES = "probes"
    USERS = "users"
    CALLERS = "callers"
    CALLS = "calls"
    EXPOSED = "exposed"
    PORTS = "ports"
    RESOURCES = "resources"
    ENV = "env"
    SCALING = "scaling"
    BUDGET = "budget"
    LABELS = "labels"
    OWNER = "owner"
    ACCESS = "access"
    EVENTS = "events"
    ACCOUNT = "account"
    MOUNTS = "mounts"
    CONTAINERS = "containers"
    RESTARTS = "restarts"
    AGE = "age"
    POLICIES = "policies"
    SELECTED = "selected"
    ROUTE = "route"
    LOGS = "logs"
    DESCRIBE = "describe"


class Aggregate(StrEnum):
    """What is asked of several objects together."""

    COUNT = "count"
    MOST = "most"
    LEAST = "least"
    COMPARE = "compare"
    EXISTS = "exists"
    LIST = "list"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])")


ROLLED_OUT = (
    r"when (?:was|were|did|has|is) .{1,80}? (?:deployed|deploy|rolled out|released|shipped)"
    r"|(?:last|latest|most recent) (?:deploy|rollout|roll-out|release)|last (?:deployed|rolled out|released|shipped)"
)
"""Asks when what runs now was rolled out."""
_ASPECTS: tuple[tuple[Aspect, str], ...] = (
    (Aspect.AGE, ROLLED_OUT),
    (Aspect.AGE, r"since when (?:does|do|has|have) .{0,60}?exist\w*|how long (?:has|have|does|do) .{0,60}?(?:exist\w*|been around|been there)|when (?:did|was|were|has|have) .{0,60}?(?:join(?:ed)?|created|made|added|set up|born|installed|provisioned|brought up|spun up|come into being|appear)|(?:creation|joining) (?:time|date|timestamp)s?|(?:time|date|timestamp)s? (?:at which|when|of creation|of birth)"),
    (Aspect.POLICIES, r"(?:ingress|egress) (?:ports?|rules?|traffic) .{0,30}?(?:allowed|permitted|blocked|denied)|egress|(?:accept|allow|admit|permit)s? (?:any |incoming )?(?:traffic|connections?|requests?|calls?)(?: from)?|(?:may|can|could) (?:reach|contact|hit)(?! .{0,60}(?:outside|internet|extern))|(?:allowed|permitted|able) to (?:talk|connect|reach|speak)(?: to)?|(?:may|can) (?:talk|connect|speak) (?:to|with)"),
    (Aspect.PROBES, r"(?:liveness|readiness|startup)(?: probes?| checks?)?\W.{0,40}?(?:paths?|urls?|ports?|endpoints?|delays?|timeouts?|thresholds?)|(?:paths?|urls?|ports?|endpoints?|delays?|timeouts?) .{0,30}?(?:liveness|readiness|startup)"),
    (Aspect.ACCESS, r"what (?:may|can|could) .{0,60}? do|who (?:can|may|is allowed to|has access to)|(?:can|may|could) .{0,60}? (?:read|get|list|watch|create|delete|update|patch|write|access|see|edit|modify|view)|permissions?|rights|allowed to|has access to|have access to|subjects?|(?:which|what) (?:cluster ?)?roles? (?:does|do|has|have|is|are)|roles? of|cluster-admin|rbac|privileges"),
    (Aspect.RESOURCES, r"how large (?:memory|cpu)(?: \w+){0,2}? (?:can|may|is|could|does|do|will)|(?:memory|cpu) .{0,50}?(?:use at most|at most|at max|use max\w*|allowed to use)|at (?:most|max)\w* .{0,20}?(?:memory|cpu)"),
    (Aspect.WHY, r"why|reason|cause|caused|causes|what(?: is|'s|s)? (?:wrong|up|broken|the (?:matter|problem|issue))|what happened|root cause|since when|how long|when did"),
    (Aspect.SCALING, r"(?:what|who|which \w+) (?:auto)?scales|scaled by|(?:at (?:what|which) (?:\w+ ){1,3}|when ).{0,40}autoscal\w*|autoscal\w* .{0,30}(?:at|when|threshold|target)"),
    (Aspect.RESTARTS, r"how often .{0,40}?restart\w*|how many (?:times|restarts)|restart count|number of restarts|restarts"),
    (Aspect.CALLERS, r"called by|calls by|who calls|what calls|which .{0,40}?(?:calls?|depends? on|talks? to|connects? to|call)|who (?:depends on|talks to|connects to|consumes)|what (?:depends on|talks to|connects to)|callers?|consumers?|clients? of|upstreams?|dependents"),
    (Aspect.CALLS, r"(?:which|what) (?:other )?services (?:does|do) .{1,60}? (?:need|require|want|rely|lean|consume)|calls?|depends? on|depend|dependenc(?:y|ies)|talks? to|connects? to|downstreams?|backends? of"),
    (Aspect.USERS, r"who (?:uses|mounts|references|needs|is using|runs as|runs with)|used (?:by|for|in|where)|(?:is|are) .{0,60}? used|where (?:is|are) .{0,60}?(?:used|mounted|referenced)|uses?|using|mounted (?:by|in)|mounts?|referenced? (?:by)?|references|consumes|runs? as|run as|run with|needs|bound to|claimed by|attached to"),
    (Aspect.NODE, r"(?:which|what) (?:worker )?(?:nodes?|machines?)|on (?:which|what) (?:worker )?(?:nodes?|machines?|hosts?|servers?|box(?:es)?|vms?)|scheduled(?: on)?|(?:on|over|across|share|shares|sharing) (?:the )?(?:same|different|separate|distinct|various|several|multiple|one|a single|two|three) (?:worker )?(?:nodes?|machines?)"),
    (Aspect.EXPOSED, r"exposed?|exposes|outside|external(?:ly)?|public(?:ly)?|reach(?:able|ed)?|from the internet|internet|ingress host|which (?:host|hosts|hostname|domain|url)|hosts?|hostnames?|domains?|urls?|load ?balanced"),
    (Aspect.ROUTE, r"routes?(?: to)?|paths?|serves?|routed|routing|destinations?|deploys? to|forwards? to"),
    (Aspect.SELECTED, r"selects?|selectors?|selected|points? to|targets?|behind|in front of|matches"),
    (Aspect.PORTS, r"ports?|node ?ports?|listens?|listening"),
    (Aspect.SCALING, r"auto-?scal\w*|hpas?|autoscalers?|min(?:imum)? (?:and max(?:imum)? )?replicas|max(?:imum)? replicas|scaling (?:bounds|limits)|bounds"),
    (Aspect.BUDGET, r"pdbs?|(?:pod )?disruption budgets?|disruptions?"),
    (Aspect.RESOURCES, r"resources?|how (?:big|large)|size|capacity|(?:memory|cpu|resource)? ?(?:limits?|requests?)|memory|cpus?|ram|gpus?|tpus?|accelerators?|huge ?pages?|ephemeral[- ]storage|limited|requested|may .{0,30}? use"),
    (Aspect.ENV, r"env(?:ironment)? ?(?:var(?:iable)?s?|values?|settings?)?|envs?|variables?|env vars?|set to|value of"),
    (Aspect.ACCOUNT, r"service ?accounts?|(?:which|what) identity"),
    (Aspect.MOUNTS, r"(?:which|what) (?:config ?maps?|secrets?|volumes?|pvcs?|claims?) (?:does|do|are|is)|configured by|volumes? of"),
    (Aspect.OWNER, r"teams?|owners?|owned by|owns?|responsible|maintain(?:s|er|ed)|squad|contact"),
    (Aspect.LABELS, r"labels?|labell?ed|annotations?|part[- ]of|tagged"),
    (Aspect.POLICIES, r"network ?polic(?:y|ies)|netpols?"),
    (Aspect.LOGS, r"logs?|log lines?|log output"),
    (Aspect.EVENTS, r"events?|warnings?"),
    (Aspect.IMAGE, r"images?|container images?|versions?|tags?|build|release|docker image"),
    (Aspect.REPLICAS, r"replicas?|replica counts?|instances?|copies|scaled?|ready (?:vs|versus|of|and) wanted|wanted"),
    (Aspect.PLACE, r"where(?: is| are| does| do|'s|s)?|(?:which|what) (?:namespaces?|clusters?)|in (?:which|what) (?:namespaces?|clusters?)|location"),
    (Aspect.AGE, r"how old|age|created|oldest|newest|youngest|creation"),
    (Aspect.PROBES, r"(?:liveness|readiness|startup)(?: probes?)?|probes?|probed"),
    (Aspect.HEALTH, r"health\w*|doing|ok(?:ay)?|fine|broken|fail(?:s|ing|ed|ure|ures)?|down|crash\w*|wrong|status|state|ready|unready|stuck|problems?|issues?|unhealthy|up|working|works?|available|unavailable|degraded|pending|running|running well|alive|oom\w*|fully|synced|in sync|complete[ds]?|finish(?:ed)?|succeed(?:ed)?|trouble|errors?|restart\w*|not starting|starting|coming up|evicted|bound|lost"),
    (Aspect.CONTAINERS, r"containers?|sidecars?|init containers?"),
    (Aspect.HOLDS, r"what(?: is|'s|s| are)? (?:running |deployed |installed |there |inside )?in|what (?:runs?|lives?|exists|sits|do we have|do we run) (?:in|inside|on)|overview|contents?|contains?|holds?|keys?|inventory|everything (?:in|on)|inside|what is there|deployed in|lives in|runs? in"),
    (Aspect.DESCRIBE, r"describe|details?|show(?: me)?|tell me|about|explain|info(?:rmation)?|look like|summary|summari[sz]e|give me|what is|what are|what does|yaml|json|spec"),
)  # fmt: skip
ASPECTS = tuple((aspect, _compiled(pattern)) for aspect, pattern in _ASPECTS)
"""Best first: the first that a question names is what it asks, the others only explain words."""

_AGGREGATES: tuple[tuple[Aggregate, str], ...] = (
    (Aggregate.MOST, r"most|highest|largest|biggest|greatest|maximum|maximal|max|top|heaviest|oldest|longest"),
    (Aggregate.LEAST, r"fewest|least|lowest|smallest|minimum|minimal|newest|youngest"),
    (Aggregate.COUNT, r"how many|number of|count(?: of| the)?|amount of|total(?: number)?(?: of)?|how much"),
    (Aggregate.EXISTS, r"(?:is|are) there(?: an?y?)?|do we have|have we got|any|does .{1,60}? have|do .{1,60}? have|exists?|has|have"),
    (Aggregate.LIST, r"which|what|list|show|all|name the|give me|every|each|whose|who"),
)  # fmt: skip
AGGREGATES = tuple((aggregate, _compiled(pattern)) for aggregate, pattern in _AGGREGATES)

AS_TEXT = r"yaml|json|raw (?:object|definition)|(?:whole|full|complete|raw) spec"
"""Asks for the object as it is declared."""

HOW_TO = _compiled(
    r"how (?:do|can|would|should|to|did|could)(?: i| we| you| one)?|how'd|how (?:i|we|one) \w+|what (?:should|can|must) (?:i|we) (?:do|run|set|use|check|change|add|put)|what do (?:i|we) (?:do|need|have to)|what do (?:i|we) run(?! (?:in|on|inside)\b)|steps?|"
    r"(?<!which )(?:should|must) (?:i|we) \w+|^(?:can|could|may) (?:i|we) (?!reach|access|see|visit|open)\w+|do (?:i|we) (?:have to|need to) \w+|where (?:can|could|do|would|should) (?:i|we|one) (?:read|learn|look|find (?:out|docs|documentation|information|more))|help me|procedure|runbook|guide|best practice|recommended|need to|want to|"
    r"^(?:please )?(?:restart|scale|delete|remove|roll ?back|undo|deploy|apply|create|drain|cordon|evict|patch|edit|set|update|upgrade|kill|stop|start|add|change|fix|increase|decrease|rotate) (?!of\b|count|policy|history|status|strategy)"
)
"""Asks for a procedure, which the documents describe."""

UNKNOWABLE = _compiled(
    r"passwords?|passwd|credentials?|api[ -]?keys?|private keys?|access keys?|tokens?|secret (?:value|key|content)s?|"
    r"costs?|prices?|expensive|licen[cs]es?|bills?|billing|invoices?|euros?|dollars?|money|spend(?:ing)?|"
    r"what (?:happens|will happen|would happen) (?:if|when|once)|will|tomorrow|next (?:week|month|release|year|time|day|sprint|quarter)|going to|predict\w*|forecast\w*|future|until|eta|would .{0,30} if|next|"
    r"yesterday|ago|last (?:week|month|night|year|quarter|sprint|monday|tuesday|wednesday|thursday|friday)|this (?:week|month|morning)|history|previously|used to be|before|"
    r"who (?:deployed|approved|created|changed|wrote|edited|deleted|scaled|did|made|broke|introduced|merged|updated|upgraded|installed|restarted|killed|stopped|touched|set|is on call|is on-call)|on[ -]call|colleagues?|"
    r"(?:error|downtime) budgets?|sl[aio]s?|how (?:many|much) (?:[gmkt]b|\w+bytes|bytes|lines) of|"
    r"(?:certificates?|certs?) .{0,60}?expir\w*|expir\w* .{0,60}?cert\w*|when .{0,80}? expires?|"
    r"latency|throughput|packets?|per (?:minute|hour|day)|how often .{1,60} calls?|how full|free space|space left|how long (?:do|does|did|would) .{2,80}? (?:take|last)|traffic|per second|rps|qps|(?:error|request|hit)s? rates?|rate of|response times?|slow(?:er|est|ly)|usage|utili[sz]ation|consum(?:es|ing|ption)|logged in|users?|customers?|orders today|"
    r"cpu[- ]?(?:seconds|hours|minutes|time)|burn(?:s|ed|t)?|how (?:busy|loaded|hot|full|idle|stressed)|how long (?:do|does) .{0,60}?takes?|(?:requests?|calls?|quer(?:y|ies)|responses?) (?:to|of|from|against) .{0,60}?(?:takes?|lasts?)|"
    rf"{ACTED}|{USED}|"
    r"recommend\w*|should|better|best|difference between|default (?:value|limit)|max(?:imum)? allowed|supported|supports?"
)
"""What the objects of a cluster do not say: secrets, money, the future, the past, people, measurements, advice."""

NEVER_TOLD = _compiled(
    r"last (?:used|read|accessed|called|hit|touched|rotated|logged in)|used last|sensibl[ey]|reasonabl[ey]"
    r"|appropriate(?:ly)?|too (?:permissive|loose|strict|open)|makes? sense"
    r"|how far behind|consumer (?:lags?|offsets?)|lag(?:s|ging)?(?: behind)?|(?:queue|topic) (?:depth|length|backlog)"
)
"""Asks for the past use of something, or for an opinion on it, whatever else the question is like."""

FILLERS = frozenset(
    "a an the of in on at to for from by with and or is are was be been it its it's this that these those there here we our us i me my you your "
    "do does did has have had can could please pls plz hey hi hello thanks right now currently today at the moment just actually exactly really "
    "so far which what who whom whose where when how many much any all each every some one ones only also still yet more less than as "
    "get gets got give list show see tell find name named called their they them he she if not no yes too very been being "
    "cannot can't t traffic cluster-wide clusterwide run runs running ran use uses used set up cluster clusters k8s kubernetes kube object objects resource resources instance live "
    "environment whole entire across overall total altogether system systems thing things stuff kind kinds type types "
    "lack lacks lacking gone offline include includes contain contains backed fronted attached pointing current exist exists existing define defines defined configured deployed installed live lives got have having need needs wants want wanted "
    "between versus vs compared compare same different both either or out into onto over under within without per me "
    "mean means say says look looks like whats what's where's who's is there any, number count amount pick choose "
    "deployment's pod's node's service's namespace's first second other others another own does doesnt don't doesn't isn't aren't isnt arent "
    "inside outside around about one two three four five six seven eight nine ten anything everything something nothing recent recently "
    "newest latest last allow allows answer answers carry carries big large install installs made make makes ran go going see seen "
    "belong belongs ask asks asked doing done serve serves served hold held contain take takes taken give gives goes come comes keep keeps kept put puts found looking work works start starts started happen happens happened let lets try tries data stack through via managed assigned given "
    "version's full fully completely properly correctly well "
    # What people say by the way.
    "rn atm asap btw tbh lol fyi imo afaik pls thx thanks cheers folks guys mate dude hmm uh um ah oh quick question wondering wonder curious "
    "already lately nowadays anyway again somehow whatsoever maybe perhaps probably apparently basically simply always often ever once yet "
    "although though because since then than else even such quite rather pretty almost nearly mostly mainly roughly approximately "
    "across among amongst beside besides except against during beneath near along until while during per via onto off away back "
    "these those ours their theirs his her him she he them us let's lets shall might must may would could did done doing having being "
    "someone somebody anybody everyone everybody nobody noone each none several few lot lots bunch whole entire complete "
    "nodes' pods' who'd that's i'm we're you're they're there's here's i've we've id kindly remind tell told know knows known check checks checking checked "
    "seem seems appear appears end ends point points part parts place places way ways case cases kind sort sorts bit little "
    "reminder actually today's short long term sure fine hello morning afternoon ok okay so well now just only also too please "
    "needful intimate provide share headless distributed spread situation picture terms applies apply applied applying difference differences differ differs y paged pinged standup stand-up briefly acc according accordingly respectively vs per each total sum overall combined sorted order ordered ranking ranked alphabetical desired expected "
    "class classes report reports reported reporting enforce enforces enforced enforcing poll polls polled timestamp timestamps anyone anybody anything consist consists consisting composed comprise comprises plus minus around minimum maximum least most new old different various certain particular specific real true false correct right wrong "
    "concerning regarding belonging related relating involved including included listed called so-called bring brought turn turned "
    "sets sitting reside holding carrying owning stay stays staying remain remains mention mentions mentioned containing featured provides enumerate "
    "identify determine calculate compute summed tally stated presently assign assigns placing ascending descending alphabetically individually exact "
    "approximate effective effectively nominal explicit explicitly implicit specified granted associated corresponding respective underlying additional "
    "extra further remaining anymore partly entirely totally wholly merely solely purely fairly somewhat slightly kinda sorta literally honestly frankly "
    "quickly shortly soon whenever wherever whatever however whether couple pair dozen former latter equal identical unique individual special common usual "
    "regular strange weird odd unusual unexpected suspicious proper great nice cool perfect fact facts figures numbers amounts totals titles identifier "
    "piece portion began begin existed appeared came together altogether wide operate operates operated concern concerns wish desire expect expects hope verify verified confirm confirmed validate inspect examine detect "
    "discover reveal clarify elaborate meant imply suggest indicate refer cite remark interested concerned worried afraid aware knew think "
    "thought believe guess assume suppose remember recall learn understand realize recognize "
    "rough ballpark roundabout yo yep yeah nah nope team's cluster's ones' eat eats eating hog hogs goes went somewhere elsewhere anywhere everywhere built based derived whichever whoever idea ideas were aren isn doesn didn won couldn wouldn shouldn hasn haven wasn weren don re ve ll".split()
)
"""Words that carry nothing that would have to be understood."""

VOCABULARY = frozenset(
    word
    for patterns in (_ASPECTS, _AGGREGATES)
    for _, pattern in patterns
    for word in re.findall(r"[a-z]{2,}", re.sub(r"\\w", "", pattern))
) - set("account accounts talk talks root matter admin docker worker network identity".split())
"""The words of the grammar itself, without those that say something in a phrase only."""

_NUMBER = (
    r"(?:\d+(?:\.\d+)?(?:[kmgtp]i?)?b?|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
COMPARED = re.compile(
    rf"(more than|greater than|over|above|less than|fewer than|under|below|at least|at most|exactly|only|a single|just|>=?|<=?)\s*({_NUMBER})?\s*(?:of )?((?:[a-z]+ ){{0,2}}[a-z]+)?"
)
"""A comparison with a number, and the words behind it."""

UNWELL = r"not (?:ready|healthy|ok|okay|fine|running|up|available|working|well|fully \w+|all \w+|coming up|starting|in sync|scheduled)|unready|unhealthy|broken|fail\w*|down|in trouble|troubled?|problems?|wrong|stuck|issues?|degraded|unavailable|errors?|sick|bad|isn t \w+|aren t \w+"
"""Asks for what is not as it should be."""

LACKS = r"(?:with no|without(?: any)?|(?:has|have|had|set|sets|define|defines) no(?:t any)?|lack(?:s|ing)?(?: any)?|missing|do(?:es)? ?n[o']?t (?:have|set|define)(?: any)?|no)"
"""Asks for what is without something."""

RUNS_IMAGE = re.compile(
    r"(?:are|do|does|is) (?:we|anybody|anyone|anything|somebody) (?:still )?(?:running|using|runs?|uses?|have) (?:the |any )?(?:§+|[\w.:/-]+)(?: images?)? (?:anywhere|at all|somewhere)|(?:who|what|which(?: \w+){0,3}|any \w+|anybody|anyone|any\w* (?:\w+ ){0,5}?|\w+ that) (?:is |are )?(?:\w+ )?(?:runs?|running|uses?|using|with|on|based on|built (?:on|from|with)|(?:made|derived) (?:of|from)|from) (?:the |an? )?(?:images? )?(§+|[\w.:/-]+)(?: images?)?"
)
"""Asks which workloads run an image."""

IMAGES_OF = re.compile(
    r"(?:which|what|list|show|all|any) (?:of the )?§+ (?:images|versions)|(?:versions?|images?|tags?) of (?:the |our )?§+(?: images?)? .{0,40}?(?:where|around|used|anywhere|all over)"
)
"""Asks which images of some software run: `which redis images are around`."""

ACTS = re.compile(
    r"(?:does|do|is|are|did) (?:the |a )?§+(?: \w+){0,2} (?:depend|call|talk|connect|use|mount|need|reference|consume|have)"
)
"""The named object is the one that acts: `which services does cart depend on`."""

PASSIVE = r"(?:called|used|mounted|referenced|consumed|needed|claimed|bound|calls) (?:by|in|for|to)|who|callers?|consumers?|clients?|dependents?|users?"
"""Others act on the named object: `what is cart used by`."""

OWNER_KEYS = frozenset(
    {"team", "owner", "squad", "owned-by", "owner-team", "team-name", "maintainer", "contact"}
)
"""The last parts of the labels and annotations that say who an object belongs to."""
TROUBLE = (
    r"not|isn t|doesn t|won t|can t|cannot|refus\w*|wrong|since when|how long|happened|matter|up|restart\w*"
    r"|unschedulable|broken|stuck|crash\w*"
)
"""Words for trouble; `why does cart have nodes of its own` asks for a decision, which pages tell."""
