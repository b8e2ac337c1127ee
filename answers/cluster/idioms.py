"""Puts what colleagues say by the way (`cart keeps dying`, `nobody gave it a probe`) into the grammar's own words."""

from __future__ import annotations

import re
from collections.abc import Callable

_IDIOMS: tuple[tuple[str, str], ...] = (
    # Who asks, and for whom.
    (r"(?:my|a|an|our|the|some) (?:\w+ )?(?:colleagues?|boss|manager|customers?|pm|teammates?|team ?lead|lead|intern|developers?|devs?|ops) (?:says?|said|claims?|thinks?|believes?|told (?:me|us)|asks?|asked|reports?|reported|wants? to know|needs? to know|complains?)(?: me| us)?(?: that| if| whether|,)?", ""),
    (r"(argo(?: ?cd)?|helm|operator)[- ]managed (copy|flavou?r|edition|version|variant|install\w*)(?= of)", r"\1 \2"),
    (r"(?:do|does|can|could|will|would|may|must|should) (?:our |the |my )?(?:customers?|visitors?|shoppers?|end ?users|clients) (?:use|type|enter|visit|take)(?: in)? (?:to|for) (?:reach|get to|open|access|visit|see)\w*", "is used to reach"),
    (r"(every|each|all|any|which|what) controllers?(?= \(| that| which| with| run)", r"\1 workloads"),
    (r",? (?:and )?(?:(?:count(?:ing|ed)?|includ(?:e|ing)|incl\.?) (?:the )?init[- ]?containers?(?: too| as well)?|init[- ]?containers? (?:included|counted|too|as well))", ""),
    (r"(?:would |can |could |will |may )?(?:tolerates?|survives?|accepts?|puts? up with|withstands?) (?:(?:just |really )?(?:every|all|any|each)(?: (?:possible|single|kind of|sort of|conceivable))? taints?(?: whatsoever)?|whatever taints?(?: there (?:is|are))?)", "tolerates all taints"),
    (r"(?:(?:service ?account|sa|api) )?tokens? auto-?mount(?:ing|s|ed)?", "automountServiceAccountToken"),
    (r"kick(?:s|ed|ing)? off", "triggered"), (r"(which|what) (?:single|sole|lone) (pod|replica|instance)", r"\1 \2"),
    (r"(?:is|are) (?:that|this|it|they|those) (?:true|right|correct|so|the case)", ""), (r"what all", "what"),
    (r"(?:i|we) (?:would like|want|need|have|am trying|are trying) to (?:know|find out|see|check|understand)(?: if| whether| which| what)?", "tell"),
    (r"(?:reason|cause|code|message)s? (?:of|for|behind|at|with|from) (?:the |its |their )?(?:last |previous |latest |most recent )?(?:termination|exit|crash|death|kill)", "why broken"),
    (r"(?:last |previous )?(?:termination|exit) (?:reason|code|cause|message)s?(?: (?:of|for|at|from|in) (?:the |its )?(?:last |previous |latest |most recent )(?:termination|exit|crash|death|time|run)(?! of))?", "why broken"),
    (r"(pods?|containers?|workloads?|deployments?|statefulsets?|daemonsets?) (?:that |which )?(?:with|have|has|having|show|shows|showing)(?: had)?(?: any| some)? restarts(?! *(?:[<>=]|over|above|more|greater|counts?|polic|at least|of|in the))(?:,? (?:and |which ones? and )?how (?:often|many(?: times)?))?", r"\1 with more than zero restarts"),
    (r"(?:go|goes|went|gone|come|came) through(?: (?:ok|okay|fine|well|cleanly|successfully))?(?= *(?:[?.!,;]|$| and\b))", "complete"),
    (r"what (?:does|do|will|would) (?:the |its |their )?(liveness|readiness|startup) (?:probe|check)s? (?:actually |really )?(?:call|hit|check|query|request|ask|test|look at|poll|ping|run|execute|do)s?", r"what is the path of the \1 probe"),
    (r"\(?(?:instead of|rather than|as opposed to|in place of|in contrast to) [^?.,;:()]*\)?", ""),
    (r"(?:can be |may be |are |is |that are )?(?:writ(?:ten|able|eable)|mounted|mountable|shared|shareable|used|usable) (?:by|on|from|for|between|across) (?:many|several|multiple|more than one|different) (?:nodes|machines|hosts)", "with ReadWriteMany"),
    (r"sticky sessions?|session stickiness|sticky", "session affinity"),
    (r"(?:up )?to (?:how many|what number of) (?:replicas|pods|instances|copies) (?:may|can|could|does|do|is|are|might)", "max replicas of"),
    (r"how (?:far|high) (?:may|can|could|does|do)(?! (?:i|we|you)\b)", "max replicas of"),
    (r"outranks?|(?:has|have) precedence|goes first|wins?(?: over)?", "has the highest priority"),
    (r"auto(?:matic(?:ally)?)?[ -]?mount(?:ing|s|ed)?(?: of)?(?: the| their| its| a)?(?: service ?accounts?| sa)?(?: api)? tokens?", "automountServiceAccountToken"),
    (r"(?:kinds?|types?|sorts?) of custom resources?|custom (?:resource )?(?:kinds|types)", "crds"),
    (r"(namespaces?) (?:that |which )?(?:(?:is|are) )?(?:completely |totally |entirely |still |really )?(?:empty|devoid|bare)(?: of)?(?! workload)(?: (?:any )?(workloads|pods|services|deployments))?", r"\1 without workloads \2"),
    (r"hows|how's", "how is"), (r"wich|whcih|whch|wihch|whitch", "which"), (r"wat|wut|waht", "what"), (r"hav|hve|haev", "have"), (r"ther|thier", "there"),
    (r"(?:switch|turn)(?:es|s|ing)? off", "disable"),
    (r"(which|what|all|any|the|list|show|how many|no|other) polic(y|ies)(?! (?:of|for) (?:the )?(?:volume|image|restart))", r"\1 network polic\2"),
    (r"(?:cluster[- ]?(?:scoped|wide)|namespaced?(?:[- ]scoped)?) or (?:cluster[- ]?(?:scoped|wide)|namespaced?(?:[- ]scoped)?|not)", "scope"),
    # Negations, in one form.
    (r"can(?:'t| ?not)", "can not"), (r"won't", "does not"), (r"(\w+)n't", r"\1 not"), (r"dont|doesnt", "does not"),
    (r"isnt|arent", "is not"), (r"cant", "can not"), (r"havent|hasnt", "has not"), (r"didnt|wont", "does not"),
    (r"never(?: (?:ever|got|been|gets?|really))*", "not"), (r"not (?:really|quite|yet|fully|entirely|properly|even|all|get|got|been)", "not"),
    # How something is.
    (r"(?:keeps?|kept|is|are|been|always|constantly) (?:on )?(?:dying|restarting|crashing|rebooting|crash ?looping)(?: all the time| again and again| over and over)?", "is crashing"),
    (r"crash[ -]?loop(?:s|ing|ed)?(?: ?back ?off)?", "crashloopbackoff"),
    (r"dying|dies|died|dead|falling over|fell over|falls over|flapping|flaky|on fire|red|busted|borked|hosed|kaputt?|toast|misbehaving|acting up|in bad shape|screwed up|going wrong|went wrong|gone wrong|messed up|unhappy|(?<!switch )(?<!switches )(?<!switched )(?<!turn )(?<!turns )(?<!turned )(?<!opt )(?<!opts )(?<!opted )off|blowing up|gone bad|complaining|struggling|suffering|having (?:trouble|problems|issues)", "broken"),
    (r"hangs?|hanging|hung|stalled|stalling", "stuck"),
    (r"green|happy|alright|all right|all good|all well|in good shape|in order|as expected|operational|sane|safe and sound", "healthy"),
    (r"(?:not|un)able to (?:be )?schedul\w+|can not (?:be )?schedul\w+|not (?:be )?schedul(?:ed|able)|waiting (?:for|to be) (?:a node|schedul\w+)|(?:without|with no|has no|have no) node(?!s? ?-?(?:ports?|selectors?|affinit))s?|not (?:placed|assigned)(?: (?:to|on) (?:a|any) nodes?)?", "unschedulable"),
    (r"not (?:come|coming|get|getting) (?:up|ready|going|online)|not (?:start|boot)(?:ing|ed|s)?(?: up)?|fail(?:s|ed|ing)? to (?:start|come up|boot)", "not starting"),
    (r"can not (?:pull|fetch|download)(?: \w+)? images?|image pull (?:error|failure|problem)s?|fail\w* to pull(?: \w+)? images?", "imagepullbackoff"),
    (r"ran out of memory|running out of memory|out of memory|killed for memory|oom[- ]?kill(?:s|ed)?", "oomkilled"),
    (r"short of ready|below (?:the )?(?:desired|wanted)(?: \w+)?|(?:fewer|less|not (?:as many|enough|all)) (?:of (?:its|their) )?(?:ready |available |running |healthy )*(?:replicas?|pods?|instances?|copies)? ?(?:that are )?(?:ready |available |running |up )*(?:than|as) (?:are |is |it |they |its |their )*(?:desired|wants?|wanted|asked for|requested|expected|specified|configured|should|supposed)(?: to (?:have|be|run))?(?: (?:number|count))?|missing replicas|replicas? missing|under-?replicated|not at full strength|incomplete", "not ready"),
    (r"scaled (?:down )?to (?:zero|0|nothing)|switched off|turned off|parked", "with exactly zero replicas"),
    (r"(?:without|with no|not) (?:a single|any|one|even one) (?!more|of)(\w+)", r"without \1"),
    (r"(?<!than )(?<!above )(?<!over )(?<!below )(?<!under )(?<!least )(?<!most )(?<!exactly )(?:single|sole|lone|one)[ -](replicas?|instances?|pods?|copy|copies)|single points? of failure|spofs?", "exactly one replicas"),
    (r"(?:how often|how many times) (?:(?:did|has|have|does|was|is|were) )?(?:\w+ ){0,3}?(?:restart\w*|crash\w*|die[ds]?|dying|bounced?)", "how many restarts"),
    (r"(?:with|have|has|having) (zero|0|one|two|three|four|five|\d+) (ready |available |running )?(replicas?|pods?|instances?|copies|containers?|restarts?|ports?|keys?)(?! or (?:more|fewer|less)| at (?:least|most))", r"with exactly \1 \2\3"),
    (r"(?:with )?(\d+|two|three|four|five) (replicas?|pods?|instances?|copies|containers?|restarts?) or more", r"with at least \1 \2"),
    (r"out[ -]of[ -]sync|not in sync|unsynced", "outofsync"),
    (r"(?:(?:evenly |equally |well )?(?:spread|distributed|balanced|divided|scattered|split up) (?:out )?(?:over|across|between|among|on)|grouped by|split by|broken down by|sorted by|for each|on each|in each) (?:the |our |all )?(?:\w+ )?(node|namespace)s?", r"per \1"),
    (r"notready", "not ready"),
    (r"(?:run|runs|running|get|gets|getting|is|are|be) (?:short|low) (?:of|on) (?:memory|disk|pids?|process(?:es)?|space|resources)(?: space| ids)?(?:(?:, | or | and |, or )+(?:memory|disk|pids?|process(?:es)?|space)(?: space| ids)?)*", "under pressure"),
    # Comparisons, in one form.
    (r"(?:is |of |are |set to |at )?(\d[\w.]*|one|two|three|four|five|six|ten) or (?:more|higher|above|greater|bigger|larger|up)", r"at least \1"),
    (r"(?:is |of |are |set to |at )?(\d[\w.]*|one|two|three|four|five|six|ten) or (?:less|fewer|lower|below|smaller)", r"at most \1"),
    (r"(?:smaller|lower|littler|tinier) than (\d[\w.]*|one|two|three|four|five|ten)", r"less than \1"),
    (r"(?:bigger|larger|higher) than (\d[\w.]*|one|two|three|four|five|ten)", r"more than \1"),
    (r"(?:up to|no more than|not more than) (\d[\w.]*)", r"at most \1"), (r"(?:no less than|no fewer than|not less than) (\d[\w.]*)", r"at least \1"),
    # What something has or lacks.
    (r"unclaimed|(?:nobody|no one|nothing) (?:has |have |ever )*(?:claims?|claimed)|not (?:been )?claimed(?! by)", "without claims"),
    (r"(pvs?|persistent volumes?|volumes?|pvcs?|claims?) (?:(?:that |which )?(?:backs?|is backing|stands? behind|is behind)|is (?:the )?one behind)", r"\1 is bound to"),
    (r"(?:nobody|no one|noone|we (?:did not|never)|someone forgot to|(?:they|we) forgot to|forgot to|forgets? to) (?:ever )?(?:gave|give|set|sets|defined?|configured?|added?|put)(?: up| on)?", "without"),
    (r"(?:that |which |who )?(?:has|have|having) not (?:got )?|(?:does|do|did) not (?:have|set|define|specify|declare|come with|use)|not (?:having|setting|defining|set up with|equipped with)|free of|devoid of", "without"),
    (r"without (bound|ready|running|scheduled|available|healthy|started|starting|up|synced)", r"not \1"),
    (r"on (v?\d+\.\d[\w.-]*)", r"version \1"), (r"replicated", "replicas"),
    (r"health[ -]?checks?", "probes"), (r"liveliness", "liveness"), (r"(?:being )?capped|bounded|restricted", "limited"),
    (r"(?:where |whose |that have |with )?(?:the )?(limits?|requests?|(?:liveness |readiness |startup )?probes?) (?:is|are|were|was) (?:not (?:set|defined|configured|there|specified|given)|missing|absent|unset)", r"without \1"),
    (r"(?:with|having|has|have) (?:a |an )?(memory|cpu) (limit|request)s? (?:of|at|set to|=|equal to|exactly) (\d[\w.]*)", r"with exactly \3 \1 \2"),
    (r"(?:what|which \w+) (?:has )?(?:created|made|spawned|controls?|manages?|managed) (?:the )?(pod|po|replica ?set|rs)", r"describe the \1"),
    (r"how many (pods|replicas) (?:does|do|has|have) (?:each|every|all|all the) (deployment|statefulset|daemonset|workload)s?", r"list replicas of \2s"),
    (r"(?:all )?(?:public |external |outside )?entry ?-?points?", "what is exposed outside the cluster"),
    (r"((?:allow|permit|let|grant)\w*|may|rights? (?:to|for)) (?:the )?(read|list|watch|patch|edit)ing", r"can \2"),
    (r"((?:allow|permit|let|grant)\w*|may|rights? (?:to|for)) (?:the )?(creat|delet|updat|writ)ing", r"can \2e"),
    (r"unlimited|unbounded|uncapped", "without limits"), (r"ha|highly available|redundant", "with more than one replicas"),
    (r"(image|version|memory|cpu|storage|replica|network)[- ]?wise", r"\1"), (r"multi-?containers?", "with more than one containers"),
    (r"(?:that )?(?:allow(?:s|ing)?|with|have|has|having) (?:zero|0|no) (?:allowed )?disruptions?(?: allowed)?", "without disruptions"),
    (r"(?:was |were |got )?(?:added|created|started|made|set up|installed) (?:the )?(?:first|earliest)", "is the oldest by age"),
    (r"(?:was |were |got )?(?:added|created|started|made|set up|installed) (?:the )?(?:last|latest|most recently)", "is the newest by age"),
    (r"(?:that |which )?(request|limit)(?:s|ing|ed)?(?: to)? (\d[\w.]*)(?: of)? (cpu|memory)", r"with exactly \2 \3 \1"),
    (r"(?<!exactly )(?<!than )(?<!least )(?<!most )(?<!above )(?<!over )(?<!below )(?<!under )(?:with )?(?:a |an )?(\d+(?:\.\d+)?(?:m|[kmg]i?b?)?) (cpu|memory) (request|limit)s?", r"with exactly \1 \2 \3"),
    (r"(?:from|of|in|to) (?:the )?(?:api )?groups? ([a-z0-9-]+\.[a-z0-9.-]+)", r"of \1"),
    (r"(?:with|have|has|having) (?:a )?replicas?(?: of| =|:|=)? ?(\d+)", r"with exactly \1 replicas"),
    (r"(?:cpu |memory |pod )?(?:capacity|size) (?:of|in|for) (?:the |this |our )?(?:whole |entire )?cluster", "total cpu and memory capacity of the nodes"),
    (r"(?:kindly |please )?revert(?:ing)? (?:back )?(?:to (?:me|us) )?with", "give"),
    (r"imgs?", "image"), (r"reqs?", "requests"), (r"lims?", "limits"), (r"vers?", "version"), (r"depls?", "deployments"),
    (r"(?:custom )?resource (?:called|named)|custom resources?(?! (?:definition|type))", "object"),
    (r"(?:the )?(?:max(?:imum)?|most|highest)(?: number of| amount of)? pods (?:per|for each|on (?:a|one|each|every)|a) (?:worker )?node(?: can \w+| allowed)?", "capacity of the nodes"),
    (r"how many pods (?:can|could|may|fit on|does) (?:a|one|each|every|any) (?:single )?(?:worker )?node (?:hold|take|run|host|carry|have|fit)", "capacity of the nodes"),
    (r"how many pods (?:can|could|may)(?: \w+){0,2} (?:on|onto|in) (?:a|one|each|every|any)(?: single)? (?:worker )?node(?: at (?:most|max\w*)| max\w*)?|how many pods (?:fit|go)(?: \w+)? (?:on|onto|in) (?:a|one|each|every|any)(?: single)? (?:worker )?node|max(?:imum)? (?:number of )?pods (?:on|for) (?:a|one|each|any) (?:worker )?node", "capacity of the nodes"),
    (r"(?:bare|stand-?alone|naked|unmanaged) (pods?)", r"\1 without controller"),
    (r"(pods?) (?:that |which )?(?:(?:run|runs|running|are|is|exist|live) )?(?:on their own|by themselves|(?:not |un)managed(?: by (?:any|a) controller)?|(?:without|with no|have no|has no)(?: any| an?)? (?:owners?|controllers?)|(?:that )?(?:no|not any) (?:controller|owner|workload) (?:manages?|owns?|controls?|made|created))(?:,? without any controller)?(?:,? (?:that|which) would (?:recreate|restart|replace) (?:them|it))?", r"\1 without controller"),
    (r"(?:that |which )?(?:nobody|no one|noone) (?:has |have )?(?:ever )?(?:created|made|defined)", "that does not exist"),
    (r"(?:operator|helm|argo(?: ?cd)?)[- ]managed|managed by (?:the|an) operator", ""),
    (r"(?:that )?(?:have |has |were |was )?(?:been )?(?:rolled out|redeployed|re-deployed) (?:more than once|several times|repeatedly)|(?:are |is )?(?:beyond|past) (?:their|its|the) first revision", "with more than 1 revisions"),
    (r"(?:default[- ])?deny(?:[- ]all)? (?:network )?polic(?:y|ies)|default[- ]den(?:y|ies)(?: rules?)?", "networkpolicy that denies everything"),
    (r"mem|ram", "memory"), (r"cores?|vcpus?|processors?", "cpu"),
    (r"how (?:much|many) (memory|cpu|gpus?)\b(?! limit| request)", r"how large \1"),
    (r"(memory|cpu|limits?|requests?)\s*[/&+]\s*(memory|cpu|mem|limits?|requests?)", r"\1 and \2"),
    (r"headroom|ceiling|upper bound|cap", "limit"), (r"reserv(?:es?|ed|ation|ations)|guaranteed(?= (?:\w+ ){0,2}(?:cpu|memory|mem|ram|cores?))|(?<=memory is )guaranteed|(?<=much is )guaranteed", "request"),
    (r"(?:graphics?|video) (?:cards?|processors?)|graphics processing units?", "gpu"),
    (r"(how many|how much|how large) (.{2,60}?) (?:ask|asks|asking|asked) for", r"\1 \2 request"),
    (r"(?:requests?|requesting|uses?|using|needs?|wants?|demands?|claims?|asks? for|asking for) (?:a |an |any |some )?(gpu|ephemeral[- ]storage|huge ?pages)s?", r"with \1"),
    # Where something is, and with whom it speaks.
    (r"(?:az|avail(?:ability|\.)? zone|failure zone|failure domain)(s?)", r"zone\1"),
    (r"(?:cpu|processor|chip|hardware)[- ]?(?:arch|architecture)|instruction set|processor (?:type|family)|cpu (?:type|family)|amd64 or arm(?:64)?|arm(?:64)? or (?:amd64|x86)", "architecture"),
    (r"(?:machine|vm|ec2|server|hardware) (?:type|size|class|flavou?r)|instance (?:size|class|flavou?r)", "instance type"),
    (r"(versions?|images?|tags?|releases?) (?:that |which )?(?:is |are )?(?:(?:backs?|backing|powers?|powering|drives?|driving|underl(?:ies|ying)|underpins?|underpinning|supports?|supporting)(?: up)?|(?:runs? |sits? |stands? |is |are )?(?:behind|under|underneath))", r"\1 of"),
    (r"(?:which|what) (?:worker )?(?:nodes?|box(?:es)?|machines?|servers?|vms?|hosts?) (?:hosts?|houses?|holds?|carr(?:y|ies)|is hosting|are hosting|has got)", "on which node is"),
    (r"(?:scheduled|hosted|placed|located|deployed|put) (?:on|to|onto) (?:what|which) (node|machine|host|box|server)s?", "on which node"),
    (r"(?:host(?:ed|ing)|located)(?! (?:name|alias|port|network|path|ipc|pid))", "scheduled"),
    (r"(?:the )?(?:boxes|machines|vms|worker nodes)(?= (?:is|are|do|does|have|in|of|run|we)\b)", "nodes"),
    (r"(?:most loaded|most busy|busiest|fullest|most crowded|most packed|most used) (node|namespace)s?", r"\1 with the most pods"),
    (r"(?:least loaded|least busy|emptiest|least crowded|quietest|least used) (node|namespace)s?", r"\1 with the fewest pods"),
    (r"node[ -]?ports(?! (?:of|for|does|do|has))", "services of type nodeport"),
    (r"(?:only |just )?(?:reachable|accessible|available|visible|exposed) (?:only )?(?:from )?(?:inside|within|in) (?:the |of the )?cluster(?: only)?|cluster[- ]internal|internal[- ]only|not exposed(?: outside)?", "of type clusterip"),
    (r"node[ -]ports?", "nodeport"), (r"not (?:covered|guarded|protected|checked|backed|scaled|watched|monitored|managed|selected) by(?: an?)?", "without"),
    (r"top (memory|cpu) (?:consumers?|users?|eaters?|hogs?)(?: by (?:limits?|requests?))?", r"workload with the largest \1 limit"),
    (r"incl(?:uding|\.)?", "with"), (r"w/o", "without"),
    (r"empty (namespaces?)", r"\1 without workloads"), (r"(namespaces?) (?:is|are) empty", r"\1 without workloads"),
    (r"(?:has|have|having|with|got|run|runs|running)(?: a| any)? sidecars?", "with more than one containers"),
    (r"(pods?|containers?|workloads?|deployments?) (?:that |which |who )?(?:have |has |were |was |got )?(?:been |already |ever |recently )*restarted(?! (?:most|more|the most|how))", r"\1 with more than zero restarts"),
    (r"(?:(?:is|are) )?(?:still |currently |actually |already |even )*(?:mounting|consuming|referencing)(?= (?:it|that|this|them|those|the|our|from|an?|any)\b)", "uses"),
    (r"(any(?:one|body|thing)|some(?:one|body|thing)|who(?:ever)?|what|(?:which|any) \w+) (?:is |are |else is )?(?:still |currently |actually )*(?:mounting|consuming|referencing)", r"\1 uses"),
    (r"unused|orphan(?:ed|s)?|(?:used|mounted|referenced|needed) by (?:nobody|no one|nothing)|(?:nobody|no one|nothing) (?:uses|mounts|references|needs)|not (?:in use|mounted|referenced|needed)(?: by (?:anything|anyone|anybody))?|not used(?: by (?:anything|anyone|anybody))?", "not used"),
    (r"(?:sits?|sitting)(?! (?:in front|behind))|landed|lands?|placed|ended up|housed|residing|resides?", "runs"),
    (r"speaks? (?:to|with)|speaking (?:to|with)|talking (?:to|with)|talks? with|invokes?|invoking|(?:is |are )?calling|hitting|(?:is |are )?connecting to|relies on|rely on|relying on|depending on|(?:is |are )?dependent on|sends? (?:\w+ )?(?:requests|traffic) to", "calls"),
    (r"(?:what|who|which \w+) (?:else )?(?:(?:would|will|might|could) )?(?:breaks?|notices?|feels? (?:it|that)|hurts?|misses? it|(?:is|be) (?:hit|hurt|hit hard)|stops?(?: working)?|is affected|are affected|will break|would break|goes down|goes wrong|suffers?|dies|broken) (?:if|when|once|without|should)(?: (?:i|we|you|somebody|someone))?(?: (?:delete|remove|drop|kill|stop|lose|take down))?", "who uses"),
    (r"(?:internet[ -]facing|facing the internet|(?:open|visible|available|accessible|exposed) to (?:the )?(?:world|public|internet|outside(?: world)?)|world[ -]?(?:readable|reachable|facing)|from (?:the )?(?:internet|public|outside(?: world)?|outside (?:of )?the cluster)|(?:the )?outside world|(?:publicly|externally) (?:reachable|accessible|available|exposed|visible))", "exposed outside"),
    (r"(?:look(?:s|ing)? after|tak(?:es?|ing) care of|in charge of|accountable for|to (?:ask|contact|ping|call) about)", "owns"),
    (r"pulls?(?! ?-?(?:polic|secret))|pulling|pulled", "uses image"), (r"(?:still |currently )?(?:on|at) (?:image|version|tag|release)", "uses image"),
    (r"scal(?:es?|ing|ed) (?:up|out|down|in|automatically|by itself)", "autoscaling"),
    (r"(?:are |is )?(?:covered|guarded|secured|shielded|protected|fenced(?: off)?|isolated|governed|locked(?: down)?) (?:by|with) (?:a |an |any |some |at least one )?(network[ -]?polic(?:y|ies)|netpols?|pdbs?|pod ?disruption ?budgets?)", r"have \1"), (r"(?:,? (?:with|plus|including)|, and) the (?:count|number)s? (?:for|of|per|in) each(?: one| of them)?", " and how many each"),
    (r"(they|nodes) (?:all )?(?:offer|provide|contribute|supply|bring)(?! to)", r"\1 have"),
    (r"biggest|heaviest|fattest|hungriest|greediest", "largest"),
    (r"(?:start|launch|creat|boot|bring)(?:s|es|e)? (?:up )?(?:all )?(?:of )?(?:its|their|the) (?:pods|replicas|members|instances) (?:all )?(?:at once|together|in parallel|simultaneously|at the same time|concurrently)", "with podManagementPolicy parallel"),
    )  # fmt: skip
_COMPILED = tuple(
    (re.compile(rf"(?<![\w./:=-])(?:{said})(?![\w/:=-])", re.IGNORECASE), meant) for said, meant in _IDIOMS
)
_TAKEN = r"(?:drain|cordon|reboot|restart|remov|los|tak|shut|patch|upgrad|replac|terminat|decommission|evict|empt)(?:e|y|ing|s|es|ting|ning)?(?: down| out| off| offline)?(?: the)?(?: node)? ([a-z]\w*[-.\d][\w.-]*)"
_MOVED = r"(?:(?:has|have|had|must|will|would|need|needs|is|are|going|gonna|do|i|we)(?: to)? )*(?:be |get )?(?:mov|evict|kick|displac|reschedul|affect|disrupt|los|go|die|restart|hit|impact|interrupt|relocat|touch|suffer|vanish)(?:e|ed|ing|es|s|t|y)?(?: out| off| away| down| elsewhere)?"
_DRAINED = (
    (
        re.compile(rf"(?:(?:if|when|once|before|after|by|while) )?(?:(?:i|we|you|they|someone) )?(?:(?:have|need|want|plan|am going|are going|has|wants) to )?{_TAKEN}(?:[^?.!,]{{0,30}}[.!,;:])?,? (which|what) (.{{2,40}}?) {_MOVED}", re.IGNORECASE),
        r"\2 \3 run on \1",
    ),
    (
        re.compile(rf"(which|what|how many) (.{{2,40}}?) {_MOVED} (?:if|when|once|by|while|in case) (?:(?:i|we|you|they|someone) )?{_TAKEN}", re.IGNORECASE),
        r"\1 \2 run on \3",
    ),
)  # fmt: skip
"""`if I drain node-3, which shop pods have to move`: what runs there."""
_TURNED = (
    (
        re.compile(r"how many (replicas|pods|instances|copies) (?:should|shall|must|is|are) ([\w -]{2,50}?) (?:supposed to |meant to |expected to )?(?:have|run|be running|keep)(?=,? (?:and|but|vs|versus)\b.*\b(?:ready|running|up|available|alive|there)\b)", re.IGNORECASE),
        r"how many \1 does \2 want",
    ),
    (
        re.compile(r"(?:is|are) (?:the |our )?([\w-]+)(?: service| pods?| container| deployment)?( in [\w-]+)? (?:health-?)?(?:checked|probed|polled|pinged)(?: for \w+)? (?:over|via|by|with|through|using) (?:https?|tcp|grpc|exec|an? \w+)\b[\w ,]*", re.IGNORECASE),
        r"which probes does \1 have\2",
    ),
    (
        re.compile(r"(?:nearly|almost|virtually) (?:all|every)(?: of)?(?: the| our)? ([\w -]{3,40}?) (?:are|is|lives?|runs?|sits?) in (?:the )?([\w-]+)(?: namespace)?[.,;: ]+(?:which|what)(?: ones?)? (?:isn't|aren't|doesn't|don't|(?:is|are|does|do) not)\b.*", re.IGNORECASE),
        r"which \1 are outside of \2",
    ),
)  # fmt: skip
"""Questions whose sense stands the other way round, whatever they name."""
_EVERYDAY = frozenset({"default"})
"""Names that every cluster has, and that are words."""
_QUOTES = str.maketrans("’‘`´", "''''")


def turned(question: str) -> str:
    """The question the right way round, where it says it the other way: `nearly all are in shop; which is not`."""
    for pattern, meant in _TURNED:
        question = pattern.sub(meant, question)
    return question


def plain(question: str, is_name: Callable[[str], bool]) -> str:
    """The question in the grammar's words; phrases of which a word is the name of an object stay as they are."""
    text = question.translate(_QUOTES) if not question.isascii() else question

    def put(match: re.Match[str], meant: str) -> str:
        words = match[0].split()
        named = any(is_name(word) and word.lower() not in _EVERYDAY for word in words)
        return match[0] if named else match.expand(meant)

    for pattern, meant in _DRAINED:
        text = pattern.sub(meant, text)
    for pattern, meant in _COMPILED:
        text = pattern.sub(lambda match, meant=meant: put(match, meant), text)  # type: ignore[misc]
    return text
