"""The questions how much the dataset holds, and how fresh it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer


def freshness(
    catalog: Catalog, answer: Answer, product: str | None = None, *, exact: bool = False
) -> None:
    """Fill in how our labels of the FDA stand to those of openFDA, which is asked for them."""
    from cartref import freshness as labels
    from cartref.render import freshness as render

    asked = None
    if product is not None:
        from cartref.names import resolve

        match = resolve(catalog, "product", product, exact=exact)
        answer.filter_matches.append(match)
        answer.query["product"] = asked = match.found
    products = labels.approved(catalog, asked)
    if asked and not products:
        answer.notices.append(f"{asked} has no active indication at the FDA.")
    found = labels.check(catalog, products, answer.query["url"], answer.query["timeout"])
    failed = [item.product for item in found if item.state == "failed"]
    if failed:
        answer.notices.append(f"openFDA could not be asked for {', '.join(failed)}.")
    answer.products = [item.product for item in found]
    answer.results = lambda: list(found)
    answer.rows = lambda: render.rows(found)
    answer.blocks = lambda: render.blocks(found)


def info(catalog: Catalog, answer: Answer) -> None:
    """Fill in the counts by product, regulator and kind, and what is not known."""
    from cartref import coverage
    from cartref.export import lists
    from cartref.render import coverage as render

    entries = coverage.coverage(catalog)
    unknown = coverage.not_known(catalog)
    answer.results = lambda: list(entries)
    answer.more = lambda: {"not_known": unknown}
    answer.rows = lambda: render.rows(entries, unknown)
    answer.blocks = lambda: render.blocks(entries, lists(catalog), unknown, catalog.disease_name)
