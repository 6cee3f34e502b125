"""The rules of the data. Used by ``cartref data check`` and by the tests, one rule a function.

A rule looks at the whole dataset and yields what breaks it, each with file, record and key.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cartref import loading
from cartref.catalog import CLASS, SHARED, VOCABULARY, Catalog
from cartref.check import links, records, values
from cartref.check.whole import Problem, Whole
from cartref.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Rule = Callable[[Whole], Iterator[Problem]]

__all__ = ["RULES", "Problem", "Whole", "check"]

TOP = ("products", "diseases", "adverse_events", "therapies", "terms", "pathway", "class")
OWNED = ("labels", "trials")  # the folders with one file a product
RULES: tuple[Rule, ...] = (
    links.ids_are_kebab_case,
    links.ids_are_unique,
    links.references_resolve,
    links.entries_are_used,
    links.sources_lie_in_their_file,
    links.facts_name_sources,
    links.sources_are_originals,
    records.trees_have_roots,
    links.names_are_unique,
    values.texts_are_clean,
    values.lists_are_sorted,
    values.dates_are_right,
    values.dates_are_in_order,
    values.target_dates_lie_ahead,
    values.percentages_are_right,
    values.numbers_make_sense,
    values.intervals_enclose,
    values.ranges_have_two_ends,
    values.limits_are_in_order,
    values.codes_fit_their_system,
    records.outcomes_are_right,
    records.units_fit_their_endpoint,
    records.uses_name_diseases,
    records.statuses_agree,
    records.events_do_not_repeat_indications,
    records.lists_match_their_measure,
    records.bases_fit_their_sources,
)


def check(directory: str | None = None) -> list[Problem]:
    """Run every rule over a data directory.

    Args:
        directory: the data directory; the bundled one if not given

    Returns:
        the problems, by file and record; empty if the dataset is clean

    Raises:
        UsageError: there is no such directory
    """
    if directory is not None and not os.path.isdir(directory):
        raise UsageError(f"there is no directory '{directory}' to check")
    catalog = Catalog(directory)
    broken = list(_unreadable(catalog)) or list(_misplaced(catalog))
    if broken:
        return broken
    whole = Whole(catalog)
    return sorted(problem for rule in RULES for problem in _broken(rule, whole))


def _misplaced(catalog: Catalog) -> Iterator[Problem]:
    """Files that nothing reads, files of another product, and a day of the dataset to come."""
    places = (*catalog.products, CLASS, VOCABULARY, SHARED)
    expected = {f"{name}.toml" for name in TOP} | {"trials/class.toml"}
    expected |= {
        f"{kind}/{name}.toml" for kind in ("labels", "trials") for name in catalog.products
    }
    expected |= {f"sources/{name}.toml" for name in places}
    for folder, _, names in os.walk(catalog.directory):
        for name in names:
            file = os.path.relpath(os.path.join(folder, name), catalog.directory)
            if file.replace(os.sep, "/") not in expected:
                yield Problem(file, "-", "-", "is read by nothing")
    for kind in OWNED:
        for name in catalog.products:
            file = os.path.join(kind, f"{name}.toml")
            if catalog.may_lack(file, name):
                continue
            header = loading.parse(catalog.path(file)).get("product")
            if header != name:
                said = f"is {loading.shown(header)}, not '{name}'"
                yield Problem(f"{kind}/{name}.toml", "-", "product", said)
    today = datetime.now(tz=UTC).date().isoformat()
    wrong = values.bad_date(catalog.dataset.as_of, today)
    if wrong:
        yield Problem("products.toml", "dataset", "as_of", wrong)


def _broken(rule: Rule, whole: Whole) -> Iterator[Problem]:
    """What breaks one rule; a rule that cannot be asked, since ids collide, says so."""
    try:
        yield from rule(whole)
    except DataError as error:
        yield _placed(whole.catalog, error)


def _unreadable(catalog: Catalog) -> Iterator[Problem]:
    """The files that cannot be read into records; nothing else can be checked before."""
    asks: list[Callable[[], object]] = [
        lambda: (catalog.dataset, catalog.products),
        lambda: catalog.diseases,
        lambda: catalog.adverse_events,
        lambda: catalog.class_wide,
        lambda: catalog.study(None),
        lambda: catalog.therapies,
        lambda: catalog.terms,
        lambda: catalog.pathway,
        lambda: catalog.sources_of(CLASS),
        lambda: catalog.sources_of(VOCABULARY),
        lambda: catalog.sources_of(SHARED),
    ]
    try:
        products = list(catalog.products)
    except DataError:
        products = []
    for product in products:
        asks += [
            lambda product=product: catalog.label(product),  # type: ignore[misc]
            lambda product=product: catalog.study(product),  # type: ignore[misc]
            lambda product=product: catalog.sources_of(product),  # type: ignore[misc]
        ]
    for ask in asks:
        try:
            ask()
        except DataError as error:
            yield _placed(catalog, error)


def _placed(catalog: Catalog, error: DataError) -> Problem:
    """An error of the loader as a problem: it says file, record and key itself."""
    text = str(error).removeprefix(catalog.directory + os.sep)
    file, _, rest = text.partition(": ")
    matched = re.match(r"(?:\w+ )?'([^']+)': (?:(\w+): )?(.*)", rest, re.DOTALL)
    if matched is None:
        return Problem(file, "-", "-", rest)
    return Problem(file, matched[1], matched[2] or "-", matched[3])
