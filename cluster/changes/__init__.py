"""What changed in the clusters: every difference between what is kept of them, as typed changes."""

from cluster.changes.model import Action, Change, ChangeType, FieldChange, Origin
from cluster.changes.timeline import timeline

__all__ = ["Action", "Change", "ChangeType", "FieldChange", "Origin", "timeline"]
