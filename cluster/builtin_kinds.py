"""The kinds of an API server without custom resources (1.36), as `kubectl api-resources` lists them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KindNames:
    """A kind and the words that name it; `group` is '' for the core API."""

    kind: str
    plural: str
    group: str
    namespaced: bool
    short: tuple[str, ...] = ()


# API group (- for the core), kind, plural, scope (ns or -), short names.
_TABLE = """
- ComponentStatus componentstatuses - cs
- ConfigMap configmaps ns cm
- Endpoints endpoints ns ep
- Event events ns ev
- LimitRange limitranges ns limits
- Namespace namespaces - ns
- Node nodes - no
- PersistentVolumeClaim persistentvolumeclaims ns pvc
- PersistentVolume persistentvolumes - pv
- Pod pods ns po
- PodTemplate podtemplates ns
- ReplicationController replicationcontrollers ns rc
- ResourceQuota resourcequotas ns quota
- Secret secrets ns
- ServiceAccount serviceaccounts ns sa
- Service services ns svc
admissionregistration.k8s.io MutatingAdmissionPolicy mutatingadmissionpolicies -
admissionregistration.k8s.io MutatingAdmissionPolicyBinding mutatingadmissionpolicybindings -
admissionregistration.k8s.io MutatingWebhookConfiguration mutatingwebhookconfigurations -
admissionregistration.k8s.io ValidatingAdmissionPolicy validatingadmissionpolicies -
admissionregistration.k8s.io ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings -
admissionregistration.k8s.io ValidatingWebhookConfiguration validatingwebhookconfigurations -
apiextensions.k8s.io CustomResourceDefinition customresourcedefinitions - crd crds
apiregistration.k8s.io APIService apiservices -
apps ControllerRevision controllerrevisions ns
apps DaemonSet daemonsets ns ds
apps Deployment deployments ns deploy
apps ReplicaSet replicasets ns rs
apps StatefulSet statefulsets ns sts
autoscaling HorizontalPodAutoscaler horizontalpodautoscalers ns hpa
batch CronJob cronjobs ns cj
batch Job jobs ns
certificates.k8s.io CertificateSigningRequest certificatesigningrequests - csr
coordination.k8s.io Lease leases ns
discovery.k8s.io EndpointSlice endpointslices ns
events.k8s.io Event events ns ev
flowcontrol.apiserver.k8s.io FlowSchema flowschemas -
flowcontrol.apiserver.k8s.io PriorityLevelConfiguration prioritylevelconfigurations -
networking.k8s.io IngressClass ingressclasses -
networking.k8s.io Ingress ingresses ns ing
networking.k8s.io IPAddress ipaddresses - ip
networking.k8s.io NetworkPolicy networkpolicies ns netpol
networking.k8s.io ServiceCIDR servicecidrs -
node.k8s.io RuntimeClass runtimeclasses -
policy PodDisruptionBudget poddisruptionbudgets ns pdb
rbac.authorization.k8s.io ClusterRoleBinding clusterrolebindings -
rbac.authorization.k8s.io ClusterRole clusterroles -
rbac.authorization.k8s.io RoleBinding rolebindings ns
rbac.authorization.k8s.io Role roles ns
resource.k8s.io DeviceClass deviceclasses -
resource.k8s.io ResourceClaim resourceclaims ns
resource.k8s.io ResourceClaimTemplate resourceclaimtemplates ns
resource.k8s.io ResourceSlice resourceslices -
scheduling.k8s.io PriorityClass priorityclasses - pc
storage.k8s.io CSIDriver csidrivers -
storage.k8s.io CSINode csinodes -
storage.k8s.io CSIStorageCapacity csistoragecapacities ns
storage.k8s.io StorageClass storageclasses - sc
storage.k8s.io VolumeAttachment volumeattachments -
storage.k8s.io VolumeAttributesClass volumeattributesclasses - vac
"""


def _kinds() -> tuple[KindNames, ...]:
    rows = (line.split() for line in _TABLE.strip().splitlines())
    return tuple(
        KindNames(kind, plural, "" if group == "-" else group, scope == "ns", tuple(short))
        for group, kind, plural, scope, *short in rows
    )


BUILTIN = _kinds()
"""All of them."""
