"""How a name was matched to a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.model.record import record

if TYPE_CHECKING:
    from cartref.model.vocabulary import MatchKind, ProductStatus


@record
class Match:
    """How a name was matched to a record.

    Attributes:
        input: the name as it was given
        kind: exact (the id), alias, code, normalised (case, spaces, punctuation and dose words
            apart), fuzzy (a typing error); none if nothing matched, ambiguous if several did
        id: id of the record; none if nothing matched
        matched: the name of the record that matched
        distance: number of edits between the two names, after folding
        alternatives: ids of the records that an ambiguous name may mean, or of near records, as
            suggestions only
        status: of a product that was found, whether it is approved or investigational; none for
            other records
    """

    input: str
    kind: MatchKind
    id: str | None = None
    matched: str | None = None
    distance: int | None = None
    alternatives: tuple[str, ...] = ()
    status: ProductStatus | None = None

    @property
    def found(self) -> str:
        """The id, of a match that led to one record.

        Raises:
            LookupError: it led to none, or to several
        """
        if self.id is None:
            raise LookupError(f"'{self.input}' led to no single record")
        return self.id
