"""Findings: what documents say of a cluster that is gone, wrong or otherwise by now."""

from cluster.findings.clusters import Scope
from cluster.findings.find import find
from cluster.findings.model import Finding, FindingType, Side, Tier, touching

__all__ = ["Finding", "FindingType", "Scope", "Side", "Tier", "find", "touching"]
