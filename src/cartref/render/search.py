"""Hits of a search, for people and for TSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.render.document import Fact, Facts, Remark, behind, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartref.model.answer import Hit
    from cartref.render.document import Block, Rows

COLUMNS = ("list", "id", "product", "title", "text", "see", "origin")


def rows(found: Sequence[Hit]) -> Rows:
    """Hits as plain lines, with the field names of the JSON."""
    return rows_of(COLUMNS, found)


def listing(found: Sequence[Hit], title: str = "Hits, the best first") -> list[Block]:
    """Hits, below the command that shows them in full, which is never broken."""
    groups: dict[str, list[Hit]] = {}
    for item in found:
        groups.setdefault(item.see, []).append(item)
    blocks: list[Block] = [Remark(title)] if found else []
    for see, items in groups.items():
        facts = tuple(
            Fact(item.list.replace("_", " "), f"{item.title}: {item.text}", behind(item))
            for item in items
        )
        blocks.append(Facts(see, facts))
    return blocks
