"""Other words for the same thing, as people who run Kubernetes use them.

Each line is a set of alternatives; a question that holds one is also searched for the others, at a lower
weight. Words are stemmed when read. Two words in one alternative must stand next to each other in the question.
The table states common usage and nothing of any team's own names.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from index.tokens import terms

_SETS = """
production | prod | prd | live
staging | stage | stg
development | dev
integration | int
environment | env
kubernetes | k8s | kube | cluster
namespace | ns
database | db | rds | postgres | postgresql | mysql | aurora
configuration | config | setting | settings
repository | repo
authentication | auth | login | sign in | sso
deploy | deployment | release | ship | rollout
roll back | rollback | revert | undo | previous version
replica | replicas | copies | how many pods | pod count | replicaCount | number of pods
instance type | ec2 type | machine type | instance_types | node type | vm size | instance size
instance class | instance_class | db size
range | cidr | ip range | subnet | network range | cidr block
disk | storage | volume | disk size | volume size | pvc
memory | ram | oom | oomkilled | out of memory
crash | crashing | crashloopbackoff | restart loop | keeps restarting | killed
keep | retention | retained | kept | how long | retain | expiry | expire | ttl
availability | sla | slo | uptime
log | logs | logging | kibana | cloudwatch
metric | metrics | prometheus | grafana
alert | alarm | paged | page | pager | alerting | firing
secret | secrets | credential | credentials | password | secretsmanager
token | api key | key
rotate | rotation | renew | replace
permission | permissions | role | access | rights | rbac | iam
autoscaler | autoscaling | hpa | scale | autoscale | scaling
node | nodes | worker | workers | node group
max | maximum | maxReplicas | max_size | upper
min | minimum | minReplicas | min_size | lower
version | release | tag | engine_version | pinned | chart version
upgrade | bump | update | increment
delete | remove | tear down | destroy | shutdown | clean up | drop
disable | turn off | switch off | offline | stop | take down
enable | turn on | switch on
restart | bounce | reload | kick
backup | backups | dump | dumps | snapshot | snapshots
restore | recover | recovery
schedule | cron | cronjob | nightly | weekly | timing
bucket | s3 | object storage
registry | ecr | docker registry | image registry | container registry
cdn | fastly | cloudfront | edge
cache | caching | cached | purge | redis
queue | backlog | sidekiq | celery | worker
dns | cname | domain | hostname
certificate | cert | tls | ssl
healthcheck | probe | health check | readiness | liveness | startup
new starter | onboarding | get started | first week | new joiner
on call | on-call | oncall | pagerduty | rota
escalate | contact | owner | team | who
shell | console | exec | terminal | ssh
port forward | port-forward | tunnel | relay
locally | laptop | local machine | own machine
slow | latency | delay | performance | response time
threshold | limit | window
error | errors | 5xx | failure | failing | failed
hang | hanging | stuck | stalled | pending
traffic | requests | load | req/s
stress test | load test | capacity | peak
reason | why | decision | rationale | because | chose
policy | policies | admission | constraint | gatekeeper | kyverno | opa
app | application | service
helm values | values | helmValues
chart | helm chart | helm
variable | var | tfvars | terraform variable
terraform | tf | iac
by hand | manually | manual
env var | environment variable
wipe | flush | clear
frequency | how often | interval | every
first | primary
docs | documentation | manual
"""


@lru_cache(maxsize=1)
def _table() -> Mapping[tuple[str, ...], frozenset[str]]:
    table: dict[tuple[str, ...], set[str]] = {}
    for line in _SETS.strip().splitlines():
        alternatives = [tuple(terms(part)) for part in line.split("|")]
        for alternative in alternatives:
            others = {term for other in alternatives if other != alternative for term in other}
            table.setdefault(alternative, set()).update(others - set(alternative))
    return {key: frozenset(value) for key, value in table.items()}


def expansions(question: str) -> dict[str, int]:
    """Terms that mean the same as something in `question`, with how many of its phrases point to each."""
    table = _table()
    sequence = terms(question)
    found: dict[str, int] = {}
    for length in (3, 2, 1):
        for i in range(len(sequence) - length + 1):
            for term in table.get(tuple(sequence[i : i + length]), ()):
                if term not in sequence:
                    found[term] = found.get(term, 0) + 1
    return found
