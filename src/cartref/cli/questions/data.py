"""The question how much the dataset holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer


def info(catalog: Catalog, answer: Answer) -> None:
    """Fill in the counts by product, regulator and kind, and what is not known."""
    from cartref import export
    from cartref.render import coverage

    entries = export.coverage(catalog)
    totals = {name: len(records) for name, records in export.lists(catalog).items()}
    unknown = export.not_known(catalog)
    answer.results = lambda: entries
    answer.more = lambda: {"not_known": unknown}
    answer.rows = lambda: coverage.rows(entries, unknown)
    answer.blocks = lambda: coverage.blocks(entries, totals, unknown, catalog.disease_name)
