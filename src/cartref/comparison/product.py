"""What products are, side by side: names, construct, first approval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartref.comparison.points import Point, differs, row, statement
from cartref.render.product import brands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cartref.catalog import Catalog
    from cartref.model.answer import ComparisonRow
    from cartref.model.dataset import Profile
    from cartref.model.product import Product


def product(profiles: Sequence[Profile], _: Catalog) -> Iterator[ComparisonRow]:
    """Names, first approval and construct."""
    for topic, read in _IDENTITY:
        cells = [[point] if (point := read(item.product)) else [] for item in profiles]
        yield from row("product", topic, None, profiles, cells, differs(cells))


def _named(item: Product) -> Point | None:
    return _about(item, item, item.inn, (item.inn,))


def _branded(item: Product) -> Point | None:
    names = brands(item)
    return _about(item, item, ", ".join(names), (frozenset(names),))


def _approved(item: Product) -> Point | None:
    if item.status == "investigational":
        return _about(item, item, "not approved: investigational", (False,))
    first = ", ".join(filter(None, [item.first_approved, item.first_approved_by]))
    return _about(item, item, first, (item.first_approved, item.first_approved_by))


def _built(field: str, values: Callable[[str], tuple[object, ...]]) -> Callable[..., Point | None]:
    """Read a field of the construct."""

    def read(item: Product) -> Point | None:
        text = getattr(item.construct, field)
        return _about(item, item.construct, text, values(text)) if text else None

    return read


def _bound(item: Product) -> Point | None:
    """The binder: its format and origin as far as its description names them, then the words."""
    text = item.construct.binder
    if text is None:
        return None
    kind = _first_of(text, ("VHH", "single-domain", "scFv", "D-Domain"))
    origin = _first_of(text, ("murine", "humanised", "fully human", "camelid", "synthetic"))
    point = _about(item, item.construct, text, (kind, origin))
    return point and point._replace(wording=text)


def _first_of(text: str, known: Sequence[str]) -> str | None:
    """The first of these words that a text holds."""
    return next((word for word in known if word in text), None)


def _vector(text: str) -> tuple[object, ...]:
    """The kind of vector; lentiviral and gammaretroviral ones are both retroviral."""
    return (_first_of(text, ("lentiviral", "gammaretroviral")),)


def _about(item: Product, source: Any, text: str | None, values: tuple[Any, ...]) -> Point | None:
    if not text:
        return None
    return Point(statement("products", source, text, item.id), values)


_IDENTITY: tuple[tuple[str, Callable[[Product], Point | None]], ...] = (
    ("INN", _named),
    ("brands", _branded),
    ("first approval", _approved),
    ("target", _built("target", lambda text: (text,))),
    ("binder", _bound),
    ("costimulation", _built("costimulatory_domain", lambda text: (text,))),
    ("vector", _built("vector", _vector)),
    ("cell source", _built("cell_source", lambda text: (text,))),
)
