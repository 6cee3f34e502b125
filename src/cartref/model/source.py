"""References: where each fact was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.model.record import record

if TYPE_CHECKING:
    from cartref.model.vocabulary import Date, Origin, SourceKind


@record
class Source:
    """A reference.

    Attributes:
        id: stable id of this record
        title: title of the document
        publisher: who published it
        kind: what sort of document
        url: address of the original; none if it is not known
        date: the document's own date
        note: what a reader must know
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    title: str
    publisher: str
    kind: SourceKind
    url: str | None = None
    date: Date | None = None
    note: str | None = None
    origin: Origin = "bundled"
