"""Certificates that are no longer valid, or that nobody has issued."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import entries, moment, text
from incidents.checks.base import described, finding
from incidents.checks.log_lines import search
from incidents.finding import Finding
from incidents.situation import Situation, is_ready, shown

_EXPIRED = re.compile(
    r"(?i)certificate has expired|certificate is expired|CERT_HAS_EXPIRED|certificate expired|NotAfter: .* expired|"
    r"CertificateExpiredException"
)
_WORDS = ("certificate", "Certificate", "CERT_HAS_EXPIRED", "CertificateExpiredException")


def check(s: Situation) -> Iterator[Finding]:
    """Certificates of cert-manager, then workloads whose logs tell of one that has expired."""
    for certificate in s.items("Certificate"):
        yield from _issued(s, certificate)
    for workload in s.workloads:
        marks = list(search(s.logs(workload), _EXPIRED, 2, naming=_WORDS))
        if marks:
            well = bool(s.pods_of(workload)) and all(map(is_ready, s.pods_of(workload)))
            yield finding(
                "certificate_expired", workload,
                f"{shown(workload)} meets a certificate that has expired: {marks[0].line.strip()[-200:]}",
                0.65 if well else 0.85, "Renew the certificate, and see why it was not renewed in time.",
                [mark.piece() for mark in marks], s.pods_of(workload),
                ("kubectl", "get", "secrets", "-n", workload.namespace, "--field-selector", "type=kubernetes.io/tls"),
            )  # fmt: skip


def _issued(s: Situation, certificate: Item) -> Iterator[Finding]:
    ends, now = moment(certificate.value, "status.notAfter"), s.evidence.taken_at
    if ends is not None and now is not None and ends < now:
        yield finding(
            "certificate_expired", certificate, f"{shown(certificate)} has expired at {ends:%Y-%m-%d %H:%M}Z.", 0.9,
            "Renew it, and see what its issuer says.", [s.quote(certificate, "notAfter", field="status.notAfter")],
            command=described(certificate),
        )  # fmt: skip
        return
    for _, condition in entries(certificate.value, "status.conditions"):
        if condition.get("type") == "Ready" and condition.get("status") == "False":
            yield finding(
                "certificate_not_issued", certificate,
                f"{shown(certificate)} is not issued: {text(condition, 'message')}", 0.75,
                "See what its issuer says.", [s.quote(certificate, text(condition, "reason"))],
                command=described(certificate),
            )  # fmt: skip
