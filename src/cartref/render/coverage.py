"""How much the dataset holds, for people and for TSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartref.render.document import Column, Grid, Remark, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cartref.render.document import Block

NAMES = ("product", "regulator", "kind", "n_records", "n_sources")


def rows(entries: Sequence[Mapping[str, Any]]) -> Rows:
    """The counts as plain lines."""
    found = Rows(NAMES, [])
    for item in entries:
        found.lines.append(tuple("" if item[name] is None else str(item[name]) for name in NAMES))
    return found


def blocks(entries: Sequence[Mapping[str, Any]], totals: Mapping[str, int]) -> list[Block]:
    """The counts as two tables: kinds by product, regulators by product."""
    everything = tuple((kind, str(number)) for kind, number in totals.items())
    columns = (Column("List", 9), Column("Records", 9, number=True))
    return [
        _matrix(entries, "kind", "Records by product and kind"),
        _matrix(entries, "regulator", "Records by product and regulator"),
        Grid(columns, everything, "The whole dataset"),
        Remark("Not every record belongs to a product or to a regulator."),
    ]


def _matrix(entries: Sequence[Mapping[str, Any]], key: str, title: str) -> Grid:
    """A table with a column for each product."""
    products = list(dict.fromkeys(item["product"] for item in entries))
    kinds = list(dict.fromkeys(item[key] for item in entries if item[key]))
    counted: dict[tuple[str, str], int] = {}
    for item in entries:
        place = (item[key], item["product"])
        counted[place] = counted.get(place, 0) + item["n_records"]
    columns = (
        Column(key.capitalize(), 9),
        *(Column(product, 9, number=True) for product in products),
    )
    lines = tuple(
        (kind, *(str(counted.get((kind, product), 0)) for product in products)) for kind in kinds
    )
    return Grid(columns, lines, title)
