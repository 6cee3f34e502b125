"""The rules of the data. Used by ``cartref data check`` and by the tests, one rule a function.

A rule looks at the whole dataset and yields what breaks it, each with file, record and key.
"""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING

from cartref import layout, loading
from cartref.catalog import Catalog
from cartref.check import counts, links, records, replaced, values
from cartref.check.whole import NONE, Problem, Whole, today
from cartref.errors import DataError, UsageError
from cartref.overlay import Overlay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cartref.model.vocabulary import Origin

    Rule = Callable[[Whole], Iterator[Problem]]

__all__ = ["RULES", "Problem", "Whole", "check", "check_overlay", "check_overlay_directory"]

_HEAD = "products.toml"
_NO_DATASET = "dataset: missing key"  # as the loader says

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
    links.names_lie_apart,
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
    values.ages_fit_their_population,
    values.codes_fit_their_system,
    counts.doses_are_plausible,
    counts.regimens_are_plausible,
    counts.patients_are_of_their_trial,
    counts.rates_are_of_whole_patients,
    records.outcomes_are_right,
    records.units_fit_their_endpoint,
    records.uses_name_diseases,
    records.criteria_are_understood,
    records.texts_belong_to_a_use,
    records.nothing_is_said_twice,
    records.targets_are_written_alike,
    records.statuses_agree,
    records.events_do_not_repeat_indications,
    records.lists_match_their_measure,
    records.bases_fit_their_sources,
    records.bases_fit_their_regulator,
    records.sources_fit_their_regulator,
    records.trials_belong_to_their_product,
)


# What others do with a record that an overlay brings is not its fault.
OVERLAY_RULES: tuple[Rule, ...] = (
    *(
        rule
        for rule in RULES
        if rule not in (links.entries_are_used, links.sources_lie_in_their_file)
    ),
    links.names_take_nothing_over,
    replaced.replaced_records_stay_what_they_are,
    replaced.replaced_records_keep_their_names,
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
    broken = list(_unreadable(catalog))
    if broken:
        return list(_as_overlay(catalog, broken)) or [*broken, *_strays(catalog)]
    return list(_misplaced(catalog)) or _judged(catalog)


def check_overlay_directory(
    overlay: str | os.PathLike[str], directory: str | None = None
) -> list[Problem]:
    """Run the rules over an overlay, and name the files in it that nothing would read.

    Args:
        overlay: the directory of the overlay
        directory: the data directory below it; the bundled one if not given

    Returns:
        the problems, by file and record; empty if the overlay is clean

    Raises:
        UsageError: there is no such overlay, or it holds no file of one
    """
    opened = Overlay(overlay, tolerant=True)
    strays = [Problem(file, NONE, NONE, wrong) for file, wrong in opened.strays]
    return [*strays, *check_overlay(Catalog(directory, opened))]


def check_overlay(catalog: Catalog) -> list[Problem]:
    """Run the rules over the records of the overlay of a catalog, among the others.

    Returns:
        the problems, by file and record; empty if the overlay is clean
    """
    broken = list(_unreadable(catalog))
    if broken or catalog.overlay is None:
        return broken
    place = catalog.overlay.path
    return [item._replace(file=place(item.file)) for item in _judged(catalog, "overlay")]


def _judged(catalog: Catalog, origin: Origin | None = None) -> list[Problem]:
    """What breaks a rule, of all records or of those that come from an overlay."""
    whole = Whole(catalog, origin)
    rules = OVERLAY_RULES if origin == "overlay" else RULES
    return sorted(problem for rule in rules for problem in _broken(rule, whole))


def _misplaced(catalog: Catalog) -> Iterator[Problem]:
    """Files that nothing reads, an index that is out of date, and a day of the dataset to come."""
    yield from _strays(catalog)
    if catalog.directory == loading.data_directory():
        yield from _outdated(catalog)
    wrong = values.bad_date(catalog.dataset.as_of, today())
    if wrong:
        yield Problem(_HEAD, "dataset", "as_of", wrong)


def _as_overlay(catalog: Catalog, broken: list[Problem]) -> Iterator[Problem]:
    """That a directory is an overlay, or holds one, if it looks so: it would lack nearly all files.

    Files that are there and cannot be read are told too.
    """
    headless = Problem(_HEAD, NONE, NONE, _NO_DATASET)
    hint = f"an overlay is checked with: cartref data check --data {catalog.directory}"
    if headless in broken:
        yield headless._replace(message=f"{_NO_DATASET}; {hint}")
    elif os.path.exists(catalog.path(_HEAD)):
        return
    elif layout.holds_some(catalog.directory):
        yield headless._replace(message=f"is not there; {hint}")
    elif layout.holds_some(catalog.path("data")):
        yield headless._replace(message=f"is not there; did you mean '{catalog.path('data')}'?")
    else:
        return
    there = (item for item in broken if os.path.exists(catalog.path(item.file)))
    yield from (item for item in there if item != headless)


def _strays(catalog: Catalog) -> Iterator[Problem]:
    """Files that nothing reads, each with the name of the missing one that it may be."""
    try:
        expected = catalog.files()
    except DataError:
        return  # without the products, their files are not known
    missing = [file for file in expected if not os.path.exists(catalog.path(file))]
    for folder, _, names in os.walk(catalog.directory):
        for name in names:
            file = os.path.relpath(os.path.join(folder, name), catalog.directory)
            file = file.replace(os.sep, "/")
            if file not in expected:
                near = loading.meant(file, missing, loading.LIKENESS_OF_FILES)
                yield Problem(file, NONE, NONE, f"is read by nothing{near}")


def _outdated(catalog: Catalog) -> Iterator[Problem]:
    """Files that the index of an installed package tells otherwise."""
    import json

    for file in catalog.files():
        path = loading.index_path(file)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as indexed:
                if json.load(indexed) != loading.parse(catalog.path(file)):
                    yield Problem(file, NONE, NONE, f"{path} differs from it: reinstall cartref")


def _broken(rule: Rule, whole: Whole) -> Iterator[Problem]:
    """What breaks one rule; a rule that cannot be asked, since ids collide, says so."""
    try:
        yield from rule(whole)
    except DataError as error:
        yield _placed(whole.catalog, error)


def _unreadable(catalog: Catalog) -> Iterator[Problem]:
    """The files that cannot be read into records; nothing else can be checked before."""
    try:
        files = catalog.files()
    except DataError:
        files = list(layout.TOP)  # without the products, their files are not known
    asks: list[Callable[[], object]] = [partial(catalog.records, file) for file in files]
    asks.append(lambda: catalog.dataset)
    broken: dict[Problem, None] = {}
    for ask in asks:
        try:
            ask()
        except DataError as error:
            broken[_placed(catalog, error)] = None
    yield from broken


def _placed(catalog: Catalog, error: DataError) -> Problem:
    """An error of the loader as a problem: it says file, record and key itself."""
    text = str(error).removeprefix(catalog.directory + os.sep)
    file, _, rest = text.partition(": ")
    matched = re.match(r"(?:\w+ )?'([^']+)': (?:([\w.\[\]-]+): )?(.*)", rest, re.DOTALL)
    if matched is None:
        return Problem(file, NONE, NONE, rest)
    return Problem(file, matched[1], matched[2] or NONE, matched[3])
