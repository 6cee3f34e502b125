"""Products side by side: rows of topics, and whether the products differ in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.comparison import label, logistics, monitoring, product, results, warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cartref.catalog import Catalog
    from cartref.model.answer import ComparisonRow
    from cartref.model.dataset import Profile

    Part = Callable[[Sequence[Profile], Catalog], Iterator[ComparisonRow]]

PARTS: Mapping[str, Part] = {
    "product": product.product,
    "indications": label.indications,
    "dose": label.dose,
    "lymphodepletion": label.lymphodepletion,
    "monitoring": monitoring.monitoring,
    "warnings": warnings.warnings,
    "outcomes": results.outcomes,
    "safety": results.safety,
    "logistics": logistics.logistics,
}


def compare(
    profiles: Sequence[Profile],
    catalog: Catalog,
    sections: Sequence[str],
    regulator: str | None = None,
) -> list[ComparisonRow]:
    """The rows in which at least one product has something to say.

    Args:
        profiles: the products, in the order of the cells
        catalog: names diseases and events
        sections: the sections to make; all if empty
        regulator: the regulator whose texts alone the profiles hold; trials of which these give
            no result are then left out
    """
    rows = [
        row
        for section, part in PARTS.items()
        if not sections or section in sections
        for row in part(profiles, catalog)
    ]
    return results.of_known_results(rows, profiles) if regulator else rows
