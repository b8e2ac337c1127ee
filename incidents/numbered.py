"""The pieces of evidence of one report, with their numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from connectors.redaction import redact
from incidents.evidence import Piece, PieceType


class Numbered:
    """Pieces of evidence with their numbers, credentials masked; the same piece has one number."""

    def __init__(self) -> None:
        self.all: list[Piece] = []
        self._numbers: dict[tuple[PieceType, str, str, datetime | None], int] = {}

    def number(self, piece: Piece) -> int:
        """The number of a piece, from 1 on."""
        key = (piece.type, piece.text, piece.object, piece.at)
        if key not in self._numbers:
            self.all.append(replace(piece, text=redact(piece.text)[0]))
            self._numbers[key] = len(self.all)
        return self._numbers[key]
