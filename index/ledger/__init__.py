"""The ledger: documents, who may read them and how far each source was read."""

from index.ledger.ledger import Ledger
from index.ledger.records import SourceCounts, State

__all__ = ["Ledger", "SourceCounts", "State"]
