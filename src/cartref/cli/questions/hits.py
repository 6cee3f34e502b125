"""Any record as a hit: what it is about, what it says, and the command that shows it in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartref.model.answer import Hit
from cartref.render import statement

if TYPE_CHECKING:
    from cartref.catalog import Catalog


def hit(catalog: Catalog, name: str, item: Any) -> Hit:
    """A record of one list of the export as a hit."""
    title, text = statement.of(name, item, catalog.disease_name)
    return Hit(
        list=name,
        id=item.id,
        product=item.id if name == "products" else getattr(item, "product", None),
        title=title,
        text=text,
        see=command(name, item),
        origin=item.origin,
    )


def command(name: str, item: Any) -> str:
    """The command that shows a record in full."""
    if name in _BY_ID:
        return f"cartref {_BY_ID[name]} {item.id}"
    if name in ("outcomes", "adverse_reactions"):
        return f"cartref trial {item.trial}"
    if name == "therapies":
        return f"cartref search {item.name} --list {name}"
    product = item.product
    if name == "indications":
        ended = "" if item.status == "active" else " --all"
        return f"cartref eligibility {product} --regulator {item.regulator}{ended}"
    if name == "codes" and product is None:
        return f"cartref search {item.code} --list codes"
    dated = name == "regulatory_events" and item.date is not None  # the others have no place in it
    shown = "timeline --all" if dated else "pathway" if name == "pathway" else "product"
    return f"cartref {shown} {product}" if product else f"cartref {shown}"


_BY_ID = {
    "products": "product",
    "trials": "trial",
    "diseases": "indication",
    "adverse_events": "side-effects",
    "terms": "explain",
    "sources": "source",
}
