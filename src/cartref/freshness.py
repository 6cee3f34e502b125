"""Whether openFDA has newer labels than those that the dataset was made from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cartref import history
from cartref.errors import CartrefError, UsageError
from cartref.model.answer import Freshness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartref.catalog import Catalog
    from cartref.model.product import Product
    from cartref.model.source import Source
    from cartref.model.vocabulary import LabelState
    from cartref.openfda import FoundLabel, Service, Wanted

LONGEST_TIMEOUT = 600.0  # seconds
KEY = "OPENFDA_API_KEY"
_SAID_BY = (
    "indications", "doses", "lymphodepletion", "monitoring", "boxed_warnings", "warnings",
)  # fmt: skip
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PAGE = "https://dailymed.nlm.nih.gov/dailymed/lookup.cfm?setid="


def approved(catalog: Catalog, asked: str | None = None) -> list[Product]:
    """The products that have an active indication at the FDA.

    Args:
        catalog: the dataset
        asked: id of the only product that is asked for; none for all
    """
    return [
        product
        for key, product in catalog.products.items()
        if asked in (None, key)
        and any(
            item.regulator == "FDA" and item.status == "active"
            for item in catalog.label(key).indications
        )
    ]


def check(
    catalog: Catalog, products: Sequence[Product], url: str, timeout: float
) -> list[Freshness]:
    """Ask openFDA for the label of each product, and hold it against ours.

    Args:
        catalog: the dataset
        products: the products
        url: the address of openFDA, or of what stands in for it
        timeout: seconds that one try may take in all

    Raises:
        UsageError: the address or the time is none that can be used
        CartrefError: the library that asks is not installed
    """
    if not 0 < timeout <= LONGEST_TIMEOUT:  # neither is what is no number
        raise UsageError(f"--timeout: give more than 0 and at most {LONGEST_TIMEOUT:g} seconds")
    key = os.environ.get(KEY, "").strip() or None
    address = _address(url, secret=key is not None)
    try:
        from cartref import openfda
    except ImportError:
        raise CartrefError(
            "asking openFDA needs the freshness extra: pip install 'cartref[freshness]'"
        ) from None
    service: Service = openfda.Service(address, timeout, key)
    answers = openfda.ask(service, [_wanted(catalog, product) for product in products])
    return [
        _compared(product, _newest_source(catalog, product), answer)
        for product, answer in zip(products, answers, strict=True)
    ]


def _address(url: str, *, secret: bool) -> str:
    """The address to ask, without a slash at its end.

    Args:
        url: the address as typed
        secret: whether a key goes along, which no one else may read

    Raises:
        UsageError: it is no address of the web
    """
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        plain = False
    if not plain or not url.isprintable() or " " in url:
        raise UsageError(f"--url: '{url}' is no address that begins with https:// or http://")
    if "@" in parts.netloc or "?" in url or "#" in url:
        raise UsageError("--url: give an address without a user, a question or a fragment")
    if secret and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise UsageError(f"--url: {KEY} goes over https only")
    return url.rstrip("/")


def _brands(product: Product) -> tuple[str, ...]:
    """The brand names in the United States."""
    return tuple(
        name.text for name in product.names if name.kind == "brand" and "US" in name.regions
    )


def _wanted(catalog: Catalog, product: Product) -> Wanted:
    """By what openFDA is asked for the label of a product."""
    from cartref.openfda import Wanted

    codes = catalog.label(product.id).codes
    return Wanted(
        tuple(item.code for item in codes if item.system == "SPL set id"),
        tuple(f"BLA{item.code}" for item in codes if item.system == "BLA"),
        _brands(product),
    )


def _newest_source(catalog: Catalog, product: Product) -> Source | None:
    """The newest label that our records of what the FDA says rest on; none if none has a date.

    Of a label that is known only to the year or the month the beginning counts: rather a label
    told as newer that is not than a newer one that nobody hears of.
    """
    label = catalog.label(product.id)
    records = (item for kind in _SAID_BY for item in getattr(label, kind))
    cited = {key for item in records if item.regulator == "FDA" for key in item.sources}
    found = catalog.find_sources(cited, [product.id]).values()
    return max(
        (item for item in found if item.kind == "label" and item.date),
        key=lambda item: (history.earliest(item.date or ""), len(item.date or ""), item.id),
        default=None,
    )


def _compared(product: Product, source: Source | None, answer: object) -> Freshness:
    """What openFDA answered about one product, held against our source."""
    from cartref.openfda import Failure, FoundLabel

    ours = source.date if source else None
    label = answer if isinstance(answer, FoundLabel) else None
    state: LabelState
    reason: str | None
    if isinstance(answer, Failure):
        state, reason = "failed", answer.reason
    elif label is None:
        state, reason = "not found", "openFDA has no label with its set id, BLA or brand name"
    elif ours is None:
        state, reason = "not known", "the dataset has no FDA label with a date"
    elif label.effective[: len(ours)] > ours:
        state, reason = "newer", None
    else:
        vague = label.effective[: len(ours)] == ours and len(ours) < history.DAY
        state, reason = "current", f"our label is dated {ours}, no closer" if vague else None
    return Freshness(
        product=product.id,
        brand=next(iter(_brands(product)), None),
        state=state,
        reason=reason,
        source_date=ours,
        effective=label.effective if label else None,
        version=label.version if label else None,
        set_id=label.set_id if label else None,
        url=_page(label) if label else None,
        matched_by=label.matched_by if label else (),
        sources=(source.id,) if source else (),
    )


def _page(label: FoundLabel) -> str | None:
    """The page of a label at DailyMed."""
    if label.set_id is None:
        return None
    version = "" if label.version is None else f"&version={label.version}"
    return f"{_PAGE}{label.set_id}{version}"
