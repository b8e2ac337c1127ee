"""The objects of live clusters: as they are, as they were, and the events about them."""

from cluster.store.events import EventRecord
from cluster.store.retention import Retention
from cluster.store.store import ObjectStore, Version

__all__ = ["EventRecord", "ObjectStore", "Retention", "Version"]
