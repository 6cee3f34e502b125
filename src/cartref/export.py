"""The whole dataset as flat lists with foreign keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cartref.catalog import Catalog

# The lists of the export, and the record class of each.
LISTS: dict[str, str] = {
    "products": "Product",
    "indications": "Indication",
    "doses": "Dose",
    "lymphodepletion": "Lymphodepletion",
    "monitoring": "Monitoring",
    "boxed_warnings": "BoxedWarning",
    "warnings": "LabelWarning",
    "regulatory_events": "RegulatoryEvent",
    "pending": "Pending",
    "trials": "Trial",
    "outcomes": "Outcome",
    "adverse_reactions": "AdverseReaction",
    "codes": "Code",
    "logistics": "Logistics",
    "diseases": "Disease",
    "adverse_events": "AdverseEvent",
    "terms": "Term",
    "pathway": "PathwayStep",
    "sources": "Source",
}
PER_LABEL = (
    "indications", "doses", "lymphodepletion", "monitoring", "boxed_warnings", "warnings",
    "regulatory_events", "pending", "logistics", "codes",
)  # fmt: skip
PER_STUDY = ("trials", "outcomes", "adverse_reactions")
CLASS_WIDE = ("regulatory_events", "codes")


def lists(catalog: Catalog) -> dict[str, list[Any]]:
    """Every record of the dataset, in the lists of the export."""
    found: dict[str, list[Any]] = {name: [] for name in LISTS}
    found["products"] += catalog.products.values()
    found["diseases"] += catalog.diseases.values()
    found["adverse_events"] += catalog.adverse_events.values()
    found["terms"] += catalog.terms.values()
    found["pathway"] += catalog.pathway.values()
    for product in catalog.products:
        for name in PER_LABEL:
            found[name] += getattr(catalog.label(product), name)
    for study in map(catalog.study, (*catalog.products, None)):
        for name in PER_STUDY:
            found[name] += getattr(study, name)
    for name in CLASS_WIDE:
        found[name] += getattr(catalog.class_wide, name)
    found["sources"] += catalog.sources.values()
    return found


def document(catalog: Catalog) -> dict[str, Any]:
    """The export, ready for JSON."""
    from cartref.render.plain import SCHEMA_VERSION

    return {
        "schema_version": SCHEMA_VERSION,
        "dataset": catalog.dataset,
        **lists(catalog),
    }


def coverage(catalog: Catalog) -> list[dict[str, Any]]:
    """How many records and sources there are by product, regulator and kind."""
    counted: dict[tuple[str, str | None, str], tuple[int, set[str]]] = {}
    for kind, records in lists(catalog).items():
        for item in records:
            product = item.id if kind == "products" else getattr(item, "product", None)
            if product is None:
                continue
            regulator = getattr(item, "regulator", None) or getattr(item, "body", None)
            number, sources = counted.get((product, regulator, kind), (0, set()))
            counted[product, regulator, kind] = (number + 1, sources | set(item.sources))
    return [
        {
            "product": product,
            "regulator": regulator,
            "kind": kind,
            "n_records": number,
            "n_sources": len(sources),
        }
        for (product, regulator, kind), (number, sources) in counted.items()
    ]
