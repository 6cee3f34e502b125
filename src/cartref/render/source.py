"""References, and what rests on them, for people and for TSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.render import search, words
from cartref.render.document import Column, Fact, Facts, Grid, Remark, Rows, behind, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartref.model.answer import Hit
    from cartref.model.source import Source
    from cartref.render.document import Block

COLUMNS = ("id", "title", "publisher", "kind", "date", "url", "note", "origin")


def in_full(item: Source, resting: Sequence[Hit]) -> list[Block]:
    """A reference, and every record that rests on it."""
    listed = (
        ("Title", item.title),
        ("Publisher", item.publisher),
        ("Kind", item.kind),
        ("Date", item.date or words.UNKNOWN),
        ("Address", item.url or words.UNKNOWN),
        ("Note", item.note),
    )
    facts = tuple(Fact(label, text, behind(item)) for label, text in listed if text)
    count = f"{len(resting)} record{'' if len(resting) == 1 else 's'}"
    return [
        Facts(item.id, facts, unbroken=True),
        *search.listing(resting, f"What rests on it: {count}"),
    ]


def resting_rows(item: Source, resting: Sequence[Hit]) -> Rows:
    """The records that rest on a reference as plain lines, each with the reference."""
    own = rows([item]).lines[0]
    lines = [(*own, *line) for line in search.rows(resting).lines]
    return Rows((*(f"source_{name}" for name in COLUMNS), *search.COLUMNS), lines)


def rows(found: Sequence[Source]) -> Rows:
    """References as plain lines, with the field names of the JSON."""
    return rows_of(COLUMNS, found)


def listing(found: Sequence[Source]) -> list[Block]:
    """References as a table."""
    if not found:
        return []
    columns = (
        Column("Id", 9, whole=True),
        Column("Date", 8, number=True),
        Column("Kind", 7),
        Column("Publisher", 6),
        Column("Title", 8),
    )
    lines = tuple(
        (item.id, item.date or words.UNKNOWN, item.kind, item.publisher, item.title)
        for item in found
    )
    return [
        Grid(columns, lines, f"{len(found)} references", tuple(behind(item) for item in found)),
        Remark("cartref source ID shows one in full, and what rests on it."),
    ]
