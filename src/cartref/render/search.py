"""Hits of a search, for people and for TSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.render.document import Column, Grid, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartref.model.answer import Hit
    from cartref.render.document import Block

COLUMNS = ("list", "id", "product", "title", "text", "see")


def rows(found: Sequence[Hit]) -> Rows:
    """Hits as plain lines, with the field names of the JSON."""
    lines = Rows(COLUMNS, [])
    for item in found:
        lines.lines.append(tuple(getattr(item, name) or "" for name in COLUMNS))
    return lines


def listing(found: Sequence[Hit], title: str = "Hits, the best first") -> list[Block]:
    """Hits as a table, each with the command that shows it in full."""
    columns = (
        Column("What", 9),
        Column("About", 9),
        Column("Says", 7),
        Column("In full", 9),
    )
    lines = tuple((item.list.replace("_", " "), item.title, item.text, item.see) for item in found)
    return [Grid(columns, lines, title)] if found else []
