"""What the dataset holds, and what it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartref.export import lists
from cartref.model.answer import Coverage, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartref.catalog import Catalog
    from cartref.model.label import Indication
    from cartref.model.product import Product
    from cartref.model.vocabulary import Origin

# What a reader expects to be known of every construct.
CONSTRUCT = (
    "binder", "hinge_transmembrane", "costimulatory_domain", "signalling_domain", "vector",
    "cell_source",
)  # fmt: skip


def coverage(catalog: Catalog) -> list[Coverage]:
    """How many records and sources there are by product, regulator and kind."""
    counted: dict[tuple[str, str | None, str], list[Any]] = {}
    for kind, records in lists(catalog).items():
        for item in records:
            product = item.id if kind == "products" else getattr(item, "product", None)
            if product is None:
                continue
            regulator = getattr(item, "regulator", None) or getattr(item, "body", None)
            counted.setdefault((product, regulator, kind), []).append(item)
    return [
        Coverage(
            product=product,
            regulator=regulator,
            kind=kind,
            n_records=len(records),
            n_sources=len({key for item in records for key in item.sources}),
            origin=origin(records),
        )
        for (product, regulator, kind), records in counted.items()
    ]


def origin(records: Iterable[Any]) -> Origin:
    """Whether any of some records comes from an overlay."""
    return "overlay" if any(item.origin == "overlay" for item in records) else "bundled"


def not_known(catalog: Catalog) -> list[Gap]:
    """What the dataset does not know of approved uses and of products, product by product."""
    found: dict[tuple[str, str | None, str], dict[str, None]] = {}
    resting: dict[tuple[str, str | None, str], list[Product | Indication]] = {}

    def add(
        product: Product,
        regulator: str | None,
        kind: str,
        uses: Iterable[Indication] = (),
        diseases: Iterable[str] = (),
    ) -> None:
        place = (product.id, regulator, kind)
        found.setdefault(place, {}).update(dict.fromkeys(diseases))
        resting.setdefault(place, []).extend((product, *uses))

    for product in catalog.products.values():
        for name in CONSTRUCT:
            if getattr(product.construct, name) is None:
                add(product, None, f"construct.{name}")
        profile = catalog.profile(product.id)
        active = [item for item in profile.indications if item.status == "active"]
        for use in active:
            for name in ("approved", "pathway"):
                if getattr(use, name) is None:
                    add(product, use.regulator, f"indications.{name}", [use], use.diseases)
        for section, regulator, disease in catalog.gaps(profile):
            uses = [use for use in active if use.regulator == regulator and disease in use.diseases]
            add(product, regulator, section, uses, [disease])
    return [
        Gap(
            product=product,
            regulator=regulator,
            kind=kind,
            diseases=tuple(diseases),
            origin=origin(resting[product, regulator, kind]),
        )
        for (product, regulator, kind), diseases in found.items()
    ]
