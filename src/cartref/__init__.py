"""cartref: a source-cited, offline reference for CAR T-cell therapies.

The public Python interface::

    import cartref

    catalog = cartref.load()
    catalog.products["cilta-cel"].inn
    cartref.resolve("Carvykti").id
    [match.id for match in cartref.resolve_many(["Carvykti", "unknown"])]
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from cartref.catalog import Catalog
    from cartref.model.match import Match
    from cartref.names import Kind

__version__ = "0.1.0"
__all__ = ["__version__", "load", "resolve", "resolve_many"]


def load(
    directory: str | os.PathLike[str] | None = None,
    overlay: str | os.PathLike[str] | None = None,
) -> Catalog:
    """Open the dataset.

    Args:
        directory: a data directory; the bundled dataset if not given
        overlay: a partial data directory whose records are added, or stand in the place of those
            with their ids; none if not given, whatever the environment says

    Returns:
        the catalog; it reads each file at the first question that needs it, those of an overlay
        at once

    Raises:
        cartref.errors.UsageError: there is no such overlay
        cartref.errors.DataError: the dataset is missing, or the overlay breaks a rule of the data;
            names file, record and key
    """
    from cartref.catalog import Catalog

    if overlay is None:
        return Catalog(directory)
    from cartref.check import check_overlay
    from cartref.errors import DataError
    from cartref.overlay import Overlay

    catalog = Catalog(directory, Overlay(overlay))
    problems = check_overlay(catalog)
    if problems:
        more = f" (and {len(problems) - 1} more: cartref data check --data)"
        raise DataError(f"{problems[0]}{more if len(problems) > 1 else ''}")
    return catalog


def resolve(
    text: str, kind: Kind = "product", *, exact: bool = False, catalog: Catalog | None = None
) -> Match:
    """Find the one record that a name means.

    Args:
        text: the name as typed
        kind: ``product``, ``disease``, ``event``, ``therapy``, ``trial``, ``term`` or ``source``
        exact: whether typing errors are refused too
        catalog: the dataset, such as one with an overlay; the bundled one if not given

    Returns:
        how it matched; ``match.id`` is the id

    Raises:
        cartref.errors.UsageError: there is no such kind, or the name holds no letter or digit
        cartref.errors.NotFoundError: no record has this name
        cartref.errors.AmbiguousError: several records have this name
    """
    _demand_kind(kind)
    from cartref import names

    return names.resolve(catalog or _bundled(), kind, text, exact=exact)


def resolve_many(
    texts: Iterable[object],
    kind: Kind = "product",
    *,
    exact: bool = False,
    catalog: Catalog | None = None,
) -> Iterator[Match]:
    """Find what each of many names means; refuse without raising.

    Names that repeat cost a look-up: the last 65,536 distinct ones are remembered.

    Args:
        texts: the names as typed; what is no text, such as None or NaN, means nothing
        kind: ``product``, ``disease``, ``event``, ``therapy``, ``trial``, ``term`` or ``source``
        exact: whether typing errors are refused too
        catalog: the dataset, such as one with an overlay; the bundled one if not given

    Returns:
        a match for each text, in order: ``match.id`` is the id, or None where ``match.kind`` is
        ``none`` or ``ambiguous``; ``match.alternatives`` names what an ambiguous name may mean

    Raises:
        cartref.errors.UsageError: there is no such kind
    """
    _demand_kind(kind)
    from cartref import names

    index = names.index_of(catalog or _bundled(), kind)
    return map(names.remembered(index, lambda match: match, exact=exact), texts)


def _demand_kind(kind: str) -> None:
    """Refuse what is no kind of record."""
    from cartref.errors import UsageError
    from cartref.names import NOUNS

    if kind not in NOUNS:
        raise UsageError(f"no kind '{kind}'; there are {', '.join(NOUNS)}")


@cache
def _bundled() -> Catalog:
    """The bundled dataset, read once however many names are resolved."""
    return load()
