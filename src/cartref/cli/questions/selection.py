"""The indications that a question is about, and what must be said of those that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartref.catalog import Catalog
    from cartref.cli.questions.filters import Filters
    from cartref.model.label import Indication


# What the dataset does not hold may exist all the same.
GAP = "that does not mean that there is none"


class Selection:
    """Indications, ordered by regulator, line and date.

    Attributes:
        covering: those that cover the disease, or all where no disease was named
        near: those that come close to the disease without covering it
        relation: how each of them stands to the disease, by id
        ended: how many ended ones were left out
        unsure: those of which it is not known whether they stood on the day asked for
    """

    def __init__(self) -> None:
        self.covering: list[Indication] = []
        self.near: list[Indication] = []
        self.relation: dict[str, str] = {}
        self.ended = 0
        self.unsure: list[Indication] = []

    @property
    def products(self) -> list[str]:
        """The products they belong to."""
        return list(dict.fromkeys(item.product for item in (*self.covering, *self.near)))

    def flat(self, items: list[Indication]) -> list[dict[str, Any]]:
        """Indications for JSON, each with its relation."""
        from cartref.model.record import fields_of

        return [{**fields_of(item), "relation": self.relation[item.id]} for item in items]


def select(
    catalog: Catalog, wanted: Filters, disease: str | None, *, with_ended: bool
) -> Selection:
    """Select the indications that pass the filters and concern a disease.

    Args:
        catalog: the dataset
        wanted: the filters
        disease: id of the disease; none for all
        with_ended: whether ended indications count too
    """
    from cartref.render.indication import newest_first

    found = Selection()
    items, found.unsure = standing(catalog.indications.values(), wanted, disease)
    for item in newest_first(items):
        how = catalog.tree.relation(item, disease) if disease else "named"
        covers = how in ("named", "part")
        if item.status != "active" and not with_ended:
            found.ended += covers
        elif how is not None:
            found.relation[item.id] = how
            (found.covering if covers else found.near).append(item)
    return found


def covering(catalog: Catalog, wanted: Filters) -> dict[str, list[Indication]]:
    """The active indications that pass the filters, by each disease that they cover.

    What covers a disease names it, a wider or a narrower one, so that no other is asked about.
    """
    found: dict[str, list[Indication]] = {}
    for item in standing(catalog.indications.values(), wanted)[0]:
        if item.status == "active":
            known = [key for key in item.diseases if key in catalog.diseases]
            for disease in set().union(*map(catalog.tree.related, known)):
                if catalog.tree.relation(item, disease) in ("named", "part"):
                    found.setdefault(disease, []).append(item)
    return found


def standing(
    items: Iterable[Indication], wanted: Filters, disease: str | None = None
) -> tuple[list[Indication], list[Indication]]:
    """The indications that pass the filters, on the day asked for as they were then.

    Returns:
        those, and the ones of which it is not known whether they stood on that day
    """
    if wanted.as_of is None:
        return [item for item in items if wanted.accepts(item)], []
    from cartref.history import indications

    sure, doubtful = indications(items, wanted.as_of, wanted.catalog.products)
    relation = wanted.catalog.tree.relation
    return [item for item in sure if wanted.accepts(item)], [
        item
        for item in doubtful
        if wanted.accepts(item)
        and (disease is None or relation(item, disease) in ("named", "part"))
    ]


def remarks(found: Selection, wanted: Filters, what: str) -> list[str]:
    """What must be said beside the indications.

    Args:
        found: the selection
        wanted: the filters
        what: the disease or product that was asked for, in words
    """
    said = wanted.investigational()
    if not found.covering and not said:
        narrowed = wanted.told(besides=what)
        said.append(f"The dataset holds no active indication of {what}{narrowed}; {GAP}.")
    if found.unsure:
        from cartref.history import undecided

        said.append(undecided(found.unsure))
    if found.near:
        products = ", ".join(sorted({item.product for item in found.near}))
        said.append(f"Indications of {products} come close without covering {what}.")
    if found.ended:
        count = f"{found.ended} ended indication" + ("s are" if found.ended > 1 else " is")
        said.append(f"{count} left out: --all shows what ended.")
    return said
