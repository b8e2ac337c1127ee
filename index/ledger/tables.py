"""The ledger's tables."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text

SCHEMA_VERSION = "1"
"""Raise it when the tables change: a ledger of another version is refused with a clear message."""

metadata = MetaData()


def _owned_by_document() -> Column[str]:
    return Column("document_id", Text, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)


documents = Table(
    "documents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("details", Text, nullable=False, comment="JSON: version, author, updated_at"),
    Column("details_hash", Text, nullable=False),
    Column("updated_at", Text, comment="ISO 8601 in UTC, so that text order is time order"),
    Column("indexed_at", Text, nullable=False, comment="ISO 8601 in UTC"),
    Column("run_id", Integer),
    # Lets the hashes of a source be read from the index alone, in order of id.
    Index("documents_of_source", "source", "id", "content_hash"),
)

# Apart from `documents`, so that scans of the narrow table never read a text.
bodies = Table("bodies", metadata, _owned_by_document(), Column("body", LargeBinary, nullable=False))

access = Table("access", metadata, _owned_by_document(), Column("principal", Text, primary_key=True))

# Changes since the source's checkpoint. While `stored` is false the chunks may be of either version; after
# that the ledger is ahead of the checkpoint. Either way "unchanged since the checkpoint" says nothing about
# these documents, whatever a dead process left undone.
changes = Table(
    "changes",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("source", Text, nullable=False, index=True),
    Column("stored", Boolean, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("source", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

settings = Table(
    "settings", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False)
)

generation = Table(
    "generation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", Integer, nullable=False),
)
