"""What pods are set up with, what people call it, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from answers.cluster.traits import held
from answers.cluster.traits.held import Find
from cluster.graph import Node

_FS = r"(?:root ?-?)?(?:file ?-?systems?|fs|disk)"
_WRITING = r"(?:read[- ]?only|ro|immutable)"


@dataclass(frozen=True, slots=True)
class Trait:
    """Something that a pod is set up with: the words for it, how we call it, and where objects set it.

    `values`: its values may be asked for, and stand for it where they are distinct (`IPC_LOCK`). `listed`: objects
    are found by it, while a named one tells it in a way of its own. `lacks` are words that say that it is not so.
    `empty`: it is set without saying more. `default`: what says nothing has it. `holds` decides of an object as a whole, which is told
    as `spoken`: where it is so, where it is not.
    """

    words: str
    said: str
    find: Find
    values: bool = False
    distinct: str = ""
    listed: bool = False
    lacks: str = ""
    empty: bool = False
    spoken: tuple[str, str] = ("", "")
    number: bool = False
    default: bool = False
    of_pods: bool = False
    kinds: tuple[str, ...] = ()
    holds: Callable[[Node], bool] | None = None


_CAPABILITIES = (
    "audit_control|audit_read|audit_write|block_suspend|bpf|checkpoint_restore|chown|dac_override|dac_read_search|"
    "fowner|fsetid|ipc_lock|ipc_owner|kill|lease|linux_immutable|mac_admin|mac_override|mknod|net_admin|"
    "net_bind_service|net_broadcast|net_raw|perfmon|setfcap|setgid|setpcap|setuid|sys_admin|sys_boot|sys_chroot|"
    "sys_module|sys_nice|sys_pacct|sys_ptrace|sys_rawio|sys_resource|sys_time|sys_tty_config|syslog|wake_alarm"
)
_DISTINCT_CAPABILITIES = "|".join(
    f"(?:cap_)?{one}" for one in _CAPABILITIES.split("|") if "_" in one or one.startswith("set")
) + "|chown|fowner|mknod"  # fmt: skip

TRAITS: tuple[Trait, ...] = (
    # The host.
    Trait(r"hosts?'?s? {0,2}-?network(?:ing|s)?(?: namespace| stack)?|network(?: namespace| stack)? of (?:the|its|their) (?:host|node)|hostnetwork", "hostNetwork", held.of_pod("hostNetwork")),
    Trait(r"hosts?'?s? {0,2}-?(?:pid|process(?:es)?)(?: ?namespace)?|hostpid|(?:pid|process) namespace", "hostPID", held.of_pod("hostPID")),
    Trait(r"hosts?'?s? {0,2}-?ipc(?: ?namespace)?|hostipc|ipc namespace", "hostIPC", held.of_pod("hostIPC")),
    Trait(r"hosts?'?s? {1,2}namespaces?|namespaces? of (?:the|its|their) (?:host|node)s?", "namespaces of the host", held.of_pod("hostNetwork", "hostPID", "hostIPC")),
    Trait(r"host ?-?ports?", "a hostPort", held.kinds_in("ports", "hostPort"), values=True),
    Trait(r"host ?-?paths?(?: volumes?| mounts?)?|(?:paths?|director(?:y|ies)|folders?|files?|file ?systems?|disks?) (?:of|from|on) (?:the|its|their) (?:hosts?|nodes?)|hosts?'?s? {1,2}(?:file ?systems?|director(?:y|ies)|folders?|files)", "a hostPath volume", held.volumes("hostPath"), empty=True),
    # Rights.
    Trait(r"(?:in )?(?:un-?)?privileged(?: mode| containers?)?", "privileged", held.of_containers("securityContext.privileged"), lacks=r"un-?privileged"),
    Trait(r"privilege[- ]?escalation|escalat\w+ (?:(?:its|their|of) )?privileges?|allowprivilegeescalation|(?:gain|get|obtain)\w* (?:more|new|additional|extra|higher) privileges?", "allowPrivilegeEscalation", held.of_containers("securityContext.allowPrivilegeEscalation"), default=True),
    Trait(rf"{_WRITING} (?:on (?:its|their) )?{_FS}|{_FS}(?: +(?:is|are|be|set|mounted|to|as|of|§+))* +{_WRITING}|readonlyrootfilesystem|{_WRITING} root|writ(?:e?able|es? to (?:its|their|the)) {_FS}|{_FS} writ(?:e?able|es?)", "readOnlyRootFilesystem", held.of_containers("securityContext.readOnlyRootFilesystem"), lacks=r"writ\w+"),
    Trait(r"(?:as|with|under|is|are|be) (?:the )?(?:(?:uid|user) (?:0|zero)|(?:super ?user|root)(?: user)?)(?! ?-?(?:file|fs|dis|cause))|root(?:less| user| containers?| pods?)|(?:as )?(?:an? )?non-?root(?: user)?|runasnonroot|not root", "what rules out root", held.root, holds=held.rules_root_out, spoken=("kept from root by runAsNonRoot or another user", "that may run as root: neither runAsNonRoot nor another user is set"), lacks=r"(?:as|with|under|is|are|be) (?:the )?(?:(?:uid|user) (?:0|zero)|(?:super ?user|root))|^root (?:user|containers?|pods?)"),
    Trait(r"(?:which|what) (?:unix |linux |numeric )?(?:user|uid)(?: ids?)?(?=.{0,80}\brun)|user ?ids?|uids?|runasuser|run(?:s|ning)? (?:as|under) user", "runAsUser", held.of_containers("securityContext.runAsUser"), values=True, number=True),
    Trait(r"fs ?-?group", "fsGroup", held.of_pod("securityContext.fsGroup"), values=True, number=True),
    Trait(r"run ?-?as ?-?group|group ?ids?|gids?", "runAsGroup", held.of_containers("securityContext.runAsGroup"), values=True, number=True),
    Trait(rf"(?:linux )?capabilit(?:y|ies)|\bcaps\b|{_DISTINCT_CAPABILITIES}", "added capabilities", held.of_containers("securityContext.capabilities.add"), values=True, distinct=_DISTINCT_CAPABILITIES),
    Trait(r"seccomp(?: profiles?)?", "a seccomp profile", held.of_containers("securityContext.seccompProfile.type"), values=True),
    Trait(r"security ?contexts?", "a security context", lambda node: [one for find in (held.of_pod("securityContext"), held.of_containers("securityContext")) for one in find(node) if held.is_set(one)]),
    Trait(r"auto-?mount\w*(?: of)?(?: (?:the|a|an|its|their))?(?: service ?account)?(?: (?:api )?(?:tokens?|credentials))?|service ?account tokens?|(?:api|sa) tokens?|automountserviceaccounttoken", "automountServiceAccountToken", held.of_pod("automountServiceAccountToken"), default=True),
    # Where they may run.
    Trait(r"tolerations?|tolerat\w+(?: (?:all|any|every|the|no)*(?: ?taints?)?)?", "tolerations", held.items_of("tolerations", "key", "effect", "value"), values=True),
    Trait(r"node ?-?selectors?|select\w* (?:their |its |the )?nodes? (?:by|with|via|on)|pin\w* (?:(?:themselves|itself|it|them) )?to (?:(?:certain|specific|particular|some|a|the) )?(?:kinds? of )?(?:nodes?|labels?)", "a node selector", held.mapped("nodeSelector"), values=True),
    Trait(r"(?:pod ?-?)?anti ?-?affinit(?:y|ies)", "pod anti-affinity", held.of_pod("affinity.podAntiAffinity")),
    Trait(r"node ?-?affinit(?:y|ies)", "node affinity", held.of_pod("affinity.nodeAffinity")),
    Trait(r"pod ?-?affinit(?:y|ies)", "pod affinity", held.of_pod("affinity.podAffinity")),
    Trait(r"(?<!anti-)(?<!anti )(?<!node )(?<!pod )(?<!session )affinit(?:y|ies)", "affinity", held.of_pod("affinity")),
    Trait(r"(?:topology |zone )?spread constraints?|topology ?spread\w*", "topology spread constraints", held.items_of("topologySpreadConstraints", "topologyKey")),
    Trait(r"scheduler names?|(?:which|what|own|custom|other|another) schedulers?", "schedulerName", held.of_pod("schedulerName"), values=True),
    Trait(r"runtime ?class(?:es)?", "a runtime class", held.of_pod("runtimeClassName"), values=True),
    # How they live.
    Trait(r"(?:termination |shut ?down )?grace ?-?periods?|terminationgraceperiod\w*|(?:how long|(?:how many )?seconds|time) .{0,40}?(?:shut ?down|terminat(?:e|ion))", "terminationGracePeriodSeconds", held.of_pod("terminationGracePeriodSeconds"), values=True, number=True),
    Trait(r"restart ?polic(?:y|ies)", "restartPolicy", held.of_pod("restartPolicy"), values=True),
    Trait(r"dns ?polic(?:y|ies)", "dnsPolicy", held.of_pod("dnsPolicy"), values=True),
    Trait(r"(?:image ?)?pull ?-?polic(?:y|ies)|imagepullpolicy|ifnotpresent", "imagePullPolicy", held.of_containers("imagePullPolicy"), values=True, distinct="ifnotpresent"),
    Trait(r"(?:image ?)?pull ?-?secrets?|imagepullsecrets", "imagePullSecrets", held.items_of("imagePullSecrets", "name"), values=True),
    Trait(r"pre-?stop(?: hooks?)?", "a preStop hook", held.of_containers("lifecycle.preStop")),
    Trait(r"post-?start(?: hooks?)?", "a postStart hook", held.of_containers("lifecycle.postStart")),
    Trait(r"(?:lifecycle )hooks?", "lifecycle hooks", held.of_containers("lifecycle")),
    Trait(r"host ?-?alias(?:es)?", "hostAliases", held.items_of("hostAliases", "ip")),
    Trait(r"qos(?: class(?:es)?)?|quality[- ]of[- ]service(?: class(?:es)?)?|best[- ]?effort|burstable|guaranteed(?: class)?", "qosClass", held.of_status("qosClass"), values=True, distinct=r"best[- ]?effort|burstable|guaranteed", of_pods=True),
    # What they are made of.
    Trait(r"init ?-?containers?|initialisation containers?", "init containers", lambda node: [one for one in held.of_containers("name")(node) if "initContainers" in one.path], values=True),
    Trait(r"(?:command[- ]?line )?(?:args?|arguments?|parameters|flags)|command ?lines?|commands?|start(?:s|ed)? with", "args and command", held.of_containers("command", "args")),
    Trait(r"working ?-?dir(?:ector(?:y|ies))?", "workingDir", held.of_containers("workingDir"), values=True),
    Trait(r"empty ?-?dirs?(?: volumes?)?|scratch (?:volumes?|space)", "an emptyDir volume", held.volumes("emptyDir"), empty=True),
    Trait(r"projected volumes?", "a projected volume", held.volumes("projected"), empty=True),
    Trait(r"startup(?: ?-?(?:probes?|checks?))?", "a startup probe", held.of_containers("startupProbe"), listed=True),
    Trait(r"liveness(?: ?-?(?:probes?|checks?))?", "a liveness probe", held.of_containers("livenessProbe"), listed=True),
    Trait(r"readiness(?: ?-?(?:probes?|checks?))?", "a readiness probe", held.of_containers("readinessProbe"), listed=True),
    Trait(r"prob\w+ (?:by|with|via|through|using) (?:running |executing )?(?:an? )?(?:command|script|exec)s?|(?:exec|command)(?:[- ](?:based|style|type))? (?:liveness |readiness |startup |health )?(?:probes?|checks?)", "an exec probe", held.of_containers("livenessProbe.exec", "readinessProbe.exec", "startupProbe.exec"), listed=True),
    Trait(r"tcp(?:[- ]?socket)?(?:[- ](?:based|style|type))? (?:liveness |readiness |startup |health )?(?:probes?|checks?)", "a TCP probe", held.of_containers("livenessProbe.tcpSocket", "readinessProbe.tcpSocket", "startupProbe.tcpSocket"), listed=True),
    Trait(r"grpc(?:[- ](?:based|style|type))? (?:liveness |readiness |startup |health )?(?:probes?|checks?)", "a gRPC probe", held.of_containers("livenessProbe.grpc", "readinessProbe.grpc", "startupProbe.grpc"), listed=True),
    Trait(r"http(?:[- ]?get)?(?:[- ](?:based|style|type))? (?:liveness |readiness |startup |health )?(?:probes?|checks?)", "an HTTP probe", held.of_containers("livenessProbe.httpGet", "readinessProbe.httpGet", "startupProbe.httpGet"), listed=True),
    # What objects say of themselves.
    Trait(r"paused", "paused", held.own("spec.paused"), kinds=("Deployment",)),
    Trait(r"suspended", "suspend", held.own("spec.suspend"), kinds=("CronJob", "Job")),
    Trait(r"(?:un)?schedulable|cordoned", "unschedulable", held.own("spec.unschedulable"), kinds=("Node",)),
    Trait(r"taints?|tainted", "taints", held.listed("spec.taints", "key", "effect"), kinds=("Node",)),
)  # fmt: skip
"""`kinds` of one: it is told of objects of these that are named. Of two that stand in the same words the longer match counts."""
