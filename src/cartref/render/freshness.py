"""How our labels stand to those of openFDA, for people and for TSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.render import words
from cartref.render.document import Column, Fact, Facts, Grid, Remark, Rows, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartref.model.answer import Freshness
    from cartref.render.document import Block

COLUMNS = (
    "product", "brand", "state", "reason", "source_date", "effective", "version", "set_id", "url",
    "matched_by", "sources",
)  # fmt: skip


def rows(found: Sequence[Freshness]) -> Rows:
    """A line for each product, with the field names of the JSON."""
    return rows_of(COLUMNS, found)


def blocks(found: Sequence[Freshness]) -> list[Block]:
    """A table of all products, the newer labels, and what else there is to say of some."""
    if not found:
        return []
    columns = (
        Column("Product", 9),
        Column("Brand", 5),
        Column("Label", 9),
        Column("Ours", 8, number=True),
        Column("openFDA's", 8, number=True),
        Column("Version", 4, number=True),
        Column("Found by", 3),
    )
    lines = tuple(
        (
            item.product,
            item.brand or words.UNKNOWN,
            item.state,
            item.source_date or words.UNKNOWN_NUMBER,
            item.effective or words.UNKNOWN_NUMBER,
            words.UNKNOWN_NUMBER if item.version is None else str(item.version),
            next(iter(item.matched_by), ""),  # the surest
        )
        for item in found
    )
    newer = tuple(
        Fact(item.product, item.url or words.UNKNOWN_ADDRESS)
        for item in found
        if item.state == "newer"
    )
    reasons = tuple(Fact(item.product, item.reason) for item in found if item.reason)
    parts: list[Block] = [Grid(columns, lines, "FDA labels", tuple(item.sources for item in found))]
    if any(words.UNKNOWN_NUMBER in line for line in lines):
        parts.append(Remark(words.LEGEND))
    if newer:
        parts.append(Facts("Newer labels", newer, unbroken=True))
    if reasons:
        parts.append(Facts("Why", reasons))
    return parts
