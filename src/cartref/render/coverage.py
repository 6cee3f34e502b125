"""What the dataset holds and what it does not know, for people and for TSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartref.model.record import fields_of
from cartref.render import words
from cartref.render.document import OVERLAY, Column, Fact, Facts, Grid, Remark, Rows, cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cartref.model.answer import Coverage, Gap
    from cartref.render.document import Block
    from cartref.render.words import DiseaseName

NAMES = ("product", "regulator", "kind", "known", "n_records", "n_sources", "diseases", "origin")
# The kinds that a regulator speaks of, and those that belong to the product alone.
LABELLED: Mapping[str, str] = {
    "indications": "Uses",
    "doses": "Doses",
    "lymphodepletion": "LD",
    "monitoring": "Monitoring",
    "boxed_warnings": "Boxed",
    "warnings": "Warnings",
    "regulatory_events": "Events",
    "pending": "Pending",
}
STUDIED: Mapping[str, str] = {
    "indications": "Uses",
    "trials": "Trials",
    "outcomes": "Outcomes",
    "adverse_reactions": "Reactions",
    "logistics": "Logistics",
    "regulatory_events": "Events",
    "codes": "Codes",
}
NONE = "-"


def rows(entries: Sequence[Coverage], unknown: Sequence[Gap]) -> Rows:
    """What is known with its counts, then what is not, as plain lines."""
    empty = {"known": False, "n_records": 0, "n_sources": 0}
    known = [{**fields_of(item), "known": True, "diseases": ()} for item in entries]
    gaps = [{**fields_of(item), **empty} for item in unknown]
    return Rows(NAMES, [tuple(cell(item[name]) for name in NAMES) for item in (*known, *gaps)])


def blocks(
    entries: Sequence[Coverage],
    totals: Mapping[str, Sequence[Any]],
    unknown: Sequence[Gap],
    disease_name: DiseaseName,
) -> list[Block]:
    """Records by product and regulator, records by product, the whole, and what is not known.

    Args:
        entries: the counts
        totals: every record, by list
        unknown: what is not known
        disease_name: gives the short name of a disease
    """
    everything = tuple((kind, str(len(records))) for kind, records in totals.items())
    marked = tuple(_mark(records) for records in totals.values())
    columns = (Column("List", 9), Column("Records", 9, number=True))
    return [
        _by_regulator(entries),
        _by_product(entries),
        Grid(columns, everything, "The whole dataset", marked),
        Remark("LD: lymphodepletion. Not every record belongs to a product or to a regulator."),
        *_gaps(unknown, disease_name),
    ]


def _by_regulator(entries: Sequence[Coverage]) -> Grid:
    """A row for each regulator of a product."""
    counted: dict[tuple[str, str], list[Coverage]] = {}
    for item in entries:
        if item.regulator and item.kind in LABELLED:
            counted.setdefault((item.product, item.regulator), []).append(item)
    ordered = sorted(counted.items(), key=_in_order(entries))
    columns = (
        Column("Product", 9),
        Column("By", 9),
        *(Column(title, 9 - place, number=True) for place, title in enumerate(LABELLED.values())),
    )
    lines = tuple(
        (product, regulator, *_counts(own, LABELLED)) for (product, regulator), own in ordered
    )
    marked = tuple(_mark(own) for _, own in ordered)
    return Grid(columns, lines, "Records by product and regulator or public body", marked)


def _counts(entries: Sequence[Coverage], kinds: Iterable[str]) -> Iterator[str]:
    """How many records there are of each kind."""
    for kind in kinds:
        number = sum(item.n_records for item in entries if item.kind == kind)
        yield str(number or NONE)


def _mark(items: Iterable[Any]) -> tuple[str, ...]:
    """What stands behind a row of counts: no source, but an overlay if one adds to them."""
    return (OVERLAY,) if any(item.origin == "overlay" for item in items) else ()


def _in_order(entries: Sequence[Coverage]) -> Any:
    """Sorts pairs of product and regulator by the order of the products, then by name."""
    order = {name: place for place, name in enumerate(_products(entries))}
    return lambda pair: (order[pair[0][0]], pair[0][1])


def _products(entries: Sequence[Coverage]) -> list[str]:
    return list(dict.fromkeys(item.product for item in entries))


def _by_product(entries: Sequence[Coverage]) -> Grid:
    """A row for each product."""
    counted: dict[str, list[Coverage]] = {}
    for item in entries:
        if item.kind in STUDIED or item.kind == "products":
            counted.setdefault(item.product, []).append(item)
    columns = (
        Column("Product", 9),
        *(Column(title, 9 - place, number=True) for place, title in enumerate(STUDIED.values())),
    )
    lines = tuple((product, *_counts(own, STUDIED)) for product, own in counted.items())
    marked = tuple(map(_mark, counted.values()))
    return Grid(columns, lines, "Records by product", marked)


def _gaps(unknown: Sequence[Gap], disease_name: DiseaseName) -> list[Block]:
    """What is not known, one statement for each product and regulator."""
    told: dict[tuple[str, str], list[str]] = {}
    marked: dict[tuple[str, str], list[Gap]] = {}
    for item in unknown:
        named = words.diseases(item.diseases, item.product, disease_name)
        what = item.kind.replace("_", " ").replace("construct.", "").replace("indications.", "")
        place = (item.product, item.regulator or "construct")
        told.setdefault(place, []).append(f"{what} ({named})" if named else what)
        marked.setdefault(place, []).append(item)
    facts = tuple(
        Fact(", ".join(place), "; ".join(parts), _mark(marked[place]))
        for place, parts in told.items()
    )
    return [Facts("Not known here", facts)] if facts else []
