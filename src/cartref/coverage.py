"""What the dataset holds, and what it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.export import lists
from cartref.model.answer import Coverage, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartref.catalog import Catalog

# What a reader expects to be known of every construct.
CONSTRUCT = (
    "binder", "hinge_transmembrane", "costimulatory_domain", "signalling_domain", "vector",
    "cell_source",
)  # fmt: skip


def coverage(catalog: Catalog) -> list[Coverage]:
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
        Coverage(
            product=product,
            regulator=regulator,
            kind=kind,
            n_records=number,
            n_sources=len(sources),
        )
        for (product, regulator, kind), (number, sources) in counted.items()
    ]


def not_known(catalog: Catalog) -> list[Gap]:
    """What the dataset does not know of approved uses and of products, product by product."""
    found: dict[tuple[str, str | None, str], dict[str, None]] = {}

    def add(product: str, regulator: str | None, kind: str, diseases: Iterable[str] = ()) -> None:
        found.setdefault((product, regulator, kind), {}).update(dict.fromkeys(diseases))

    for product in catalog.products.values():
        for name in CONSTRUCT:
            if getattr(product.construct, name) is None:
                add(product.id, None, f"construct.{name}")
        profile = catalog.profile(product.id)
        for indication in profile.indications:
            for name in ("approved", "pathway"):
                if getattr(indication, name) is None and indication.status == "active":
                    place = f"indications.{name}"
                    add(product.id, indication.regulator, place, indication.diseases)
        for section, regulator, disease in catalog.gaps(profile):
            add(product.id, regulator, section, [disease])
    return [
        Gap(product=product, regulator=regulator, kind=kind, diseases=tuple(diseases))
        for (product, regulator, kind), diseases in found.items()
    ]
