"""Rules of single values: texts, lists, dates, numbers, codes."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cartref.check.whole import Problem, parts_of, walk
from cartref.model.record import fields_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartref.check.whole import Whole

_SMART = re.compile("[\u2018\u2019\u201c\u201d\u2013\u2014\u00a0]")
_SORTED = (
    "regions", "covers", "excludes", "trials", "members", "synonyms", "aliases", "products",
    "kinds",
)  # fmt: skip
_DATES = (
    "approved", "converted", "ended", "since", "until", "date", "first_approved",
    "valid_from", "valid_to", "known_on",
)  # fmt: skip
_EARLIEST = "1950"  # nothing of this is older
_DATED_TEXTS = ("boxed_warning", "warning")
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_ORDERED = (
    ("approved", "ended"),
    ("approved", "converted"),
    ("valid_from", "valid_to"),
    ("since", "until"),
)
# What the numbers lie within whose keys have one of these words; others are not negative.
_LIMITS = {
    "n": (1, 1_000_000),
    "temperature": (-273, 100),
    "age": (0, 120),
    "lines relapses": (0, 50),
    "level": (50, 99.9),
    "days day": (0, 36_500),
    "weeks months": (0, 1_200),
    "cells": (0, 10**12),
}
_ANY = (0, 10**6)
# What a dose lies within. A slip of a hundredfold leaves this, or parts the numbers of one dose.
_FLAT_DOSE = (5 * 10**6, 5 * 10**9)
_DOSE_PER_KG = (10**4, 4 * 10**7)
_SPREAD = 50  # the lowest number of a dose times this is not below the highest
_PATTERNS = {
    "ATC": r"[A-Z]\d{2}[A-Z]{2}(?:\d{2})?",
    "ChEMBL": r"CHEMBL\d+",
    "CPT": r"\d{4}[0-9T]",
    "DrugBank": r"DB\d{5}",
    "EU-MA": r"EU/\d/\d{2}/\d{4}/\d{3}",
    "HCPCS": r"[A-Z]\d{4}",
    "ICD-10-CM": r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]+)?",
    "ICD-10-PCS": r"[0-9A-Z]{7}",
    "NCIt": r"C\d+",
    "NDC": r"\d{4,5}-\d{3,4}(?:-\d{1,2})?",
    "RxNorm": r"\d+",
    "UK-PLGB": r"PLGB \d{5}/\d{4}",
    "UNII": r"[0-9A-Z]{10}",
    "MONDO": r"MONDO:\d{7}",
    "DOID": r"DOID:\d+",
    "ICD-O-3": r"\d{4}/\d",
}
_NCT = re.compile(r"NCT\d{8}")


def texts_are_clean(whole: Whole) -> Iterator[Problem]:
    """A text is one line, NFC, without smart quotes, double or outer spaces or hidden signs."""
    for entry in whole.entries:
        for key, value in walk(entry.record):
            wrong = _unclean(value) if isinstance(value, str) else None
            if wrong:
                yield Problem(entry.file, entry.record.id, key, wrong)


def _unclean(text: str) -> str | None:
    if not text:
        return "is empty"
    if text != text.strip() or "  " in text:
        return "has outer or double spaces"
    if unicodedata.normalize("NFC", text) != text:
        return "is not in Unicode form NFC"
    if _SMART.search(text):
        return "has smart quotes, long dashes or hard spaces"
    if not text.isprintable():
        return "has control or invisible characters, or unusual spaces"
    return None


def lists_are_sorted(whole: Whole) -> Iterator[Problem]:
    """A list in which order means nothing is sorted and holds nothing twice."""
    for entry in whole.entries:
        for path, record in parts_of(entry.record, ""):
            for name in (*_SORTED, "sources"):
                value = getattr(record, name, None)
                wrong = _unsorted(value) if isinstance(value, tuple) else None
                if wrong:
                    yield Problem(entry.file, entry.record.id, f"{path}{name}", wrong)


def _unsorted(items: tuple[str, ...]) -> str | None:
    """The first item of a list that stands in the wrong place or a second time, or none."""
    seen: set[str] = set()
    for before, item in zip(("", *items), items, strict=False):
        if item in seen:
            return f"'{item}' stands twice"
        if item.casefold() < before.casefold():
            return f"is not sorted: '{item}' stands behind '{before}'"
        seen.add(item)
    return None


def dates_are_right(whole: Whole) -> Iterator[Problem]:
    """A date is ISO, exists in the calendar and does not lie behind the day of the dataset."""
    today = whole.today
    for entry in whole.entries:
        dates = _DATES if entry.table not in _DATED_TEXTS else (*_DATES, "as_of")
        for key, value in walk(entry.record):
            if key.rpartition(".")[2] in dates:
                wrong = bad_date(value, today)
                if wrong:
                    yield Problem(entry.file, entry.record.id, key, wrong)


def target_dates_lie_ahead(whole: Whole) -> Iterator[Problem]:
    """The day of a decision to come is ISO and was still to come when it was last known."""
    for entry in whole.of("pending"):
        item = entry.record
        if item.target_date:
            wrong = bad_date(item.target_date, "9999")
            if not wrong and item.target_date < item.known_on:
                wrong = f"'{item.target_date}' lies before known_on '{item.known_on}'"
            if wrong:
                yield Problem(entry.file, item.id, "target_date", wrong)


def bad_date(text: str, today: str) -> str | None:
    """What is wrong with a date, or none."""
    matched = _ISO.fullmatch(text)
    if matched is None:
        return f"'{text}' is not an ISO date"
    try:
        date(int(matched[1]), int(matched[2] or 1), int(matched[3] or 1))
    except ValueError:
        return f"'{text}' is not in the calendar"
    if text < _EARLIEST:
        return f"'{text}' lies before {_EARLIEST}"
    return f"'{text}' lies in the future" if text > today else None


def dates_are_in_order(whole: Whole) -> Iterator[Problem]:
    """What begins ends later; as far as both dates are known."""
    for entry in whole.entries:
        for path, record in parts_of(entry.record, ""):
            for first, second in _ORDERED:
                start, end = getattr(record, first, None), getattr(record, second, None)
                length = min(len(start or ""), len(end or ""))
                if start and end and start[:length] > end[:length]:
                    message = f"'{end}' lies before {first} '{start}'"
                    yield Problem(entry.file, entry.record.id, f"{path}{second}", message)


def percentages_are_right(whole: Whole) -> Iterator[Problem]:
    """A percentage lies between 0 and 100; a higher grade is not more frequent than all."""
    for entry in whole.entries:
        record = entry.record
        for key, value in walk(record):
            if key.endswith("_pct") and not 0 <= value <= 100:  # noqa: PLR2004
                yield Problem(entry.file, record.id, key, f"{value} is no percentage")
    for entry in whole.of("adverse_reaction"):
        record = entry.record
        grades = ("any_grade_pct", "grade3plus_pct", "grade5_pct")
        known = [(key, getattr(record, key)) for key in grades if getattr(record, key) is not None]
        for (wide, most), (narrow, least) in pairwise(known):
            if least > most:
                message = f"{least} is more than {wide} {most}"
                yield Problem(entry.file, record.id, narrow, message)


def numbers_make_sense(whole: Whole) -> Iterator[Problem]:
    """A number is not negative, and no larger than what it counts can be; degrees may be."""
    for entry in whole.entries:
        for key, value in walk(entry.record):
            if type(value) not in (int, float) or key.endswith("_pct"):
                continue
            name = key.rpartition(".")[2].partition("[")[0]
            least, most = next(
                (limits for words, limits in _LIMITS.items() if _named(name, words)), _ANY
            )
            if not least <= value <= most:
                message = f"{value} does not lie between {least} and {most}"
                yield Problem(entry.file, entry.record.id, key, message)


def doses_are_plausible(whole: Whole) -> Iterator[Problem]:
    """A dose is of as many cells as doses are, flat or per kg, and its numbers are not far apart.

    The parts of a split dose may be of either kind if the dose is per kg, or if that is not known.
    """
    either = (_DOSE_PER_KG[0], _FLAT_DOSE[1])
    for entry in whole.of("dose"):
        item = entry.record
        own = {True: _DOSE_PER_KG, False: _FLAT_DOSE, None: either}[item.per_kg]
        part = _FLAT_DOSE if item.per_kg is False else either
        judged = [(key, getattr(item, key), own) for key in ("min_cells", "target_cells")]
        judged += [("max_cells", item.max_cells, own), ("cap_cells", item.cap_cells, _FLAT_DOSE)]
        judged += [
            (f"schedule[{at}].cells", found.cells, part) for at, found in enumerate(item.schedule)
        ]
        beyond = [
            (key, cells, limits)
            for key, cells, limits in judged
            if cells is not None and not limits[0] <= cells <= limits[1]
        ]
        for key, cells, limits in beyond:
            kind = "cells per kg" if limits is _DOSE_PER_KG else "cells"
            message = f"{cells:,} {kind} do not lie between {limits[0]:,} and {limits[1]:,}"
            yield Problem(entry.file, item.id, key, message)
        ends = (item.min_cells, item.target_cells, item.max_cells)
        known = [cells for cells in ends if cells is not None]
        if known and not beyond and max(known) > _SPREAD * min(known):
            message = f"{max(known):,} is more than {_SPREAD} times the lowest, {min(known):,}"
            yield Problem(entry.file, item.id, "max_cells", message)


def _named(name: str, words: str) -> bool:
    """Whether one of the words of a key is one of these."""
    return not set(name.split("_")).isdisjoint(words.split())


def intervals_enclose(whole: Whole) -> Iterator[Problem]:
    """An interval or a range holds its estimate, and its ends are in order."""
    for entry in whole.of("outcome", "adverse_reaction", "logistics"):
        record = entry.record
        for key, low, value, high in _intervals(record):
            known = [item for item in (low, value, high) if item is not None]
            if known != sorted(known):
                message = f"{value} does not lie in {low} to {high}"
                yield Problem(entry.file, record.id, key, message)


def _intervals(record: Any) -> Iterator[tuple[str, Any, Any, Any]]:
    if hasattr(record, "ci_low"):
        yield "value", record.ci_low, record.value, record.ci_high
        yield (
            "comparator_value",
            record.comparator_ci_low,
            record.comparator_value,
            record.comparator_ci_high,
        )
    for name in ("onset", "duration", "resolution", "vein_to_vein", "manufacturing"):
        ends = getattr(record, f"{name}_range_days", ())
        if ends:
            key = f"{name}_median_days"
            key = key if hasattr(record, key) else f"{name}_days"
            yield f"{name}_range_days", ends[0], getattr(record, key), ends[-1]


def ranges_have_two_ends(whole: Whole) -> Iterator[Problem]:
    """A range is a list of two."""
    for entry in whole.of("adverse_reaction", "logistics"):
        for name, value in fields_of(entry.record).items():
            if name.endswith("_range_days") and len(value) not in (0, 2):
                yield Problem(entry.file, entry.record.id, name, "is not a list of two")


def limits_are_in_order(whole: Whole) -> Iterator[Problem]:
    """Lower limits are not above upper ones: ages, lines, cells, days."""
    pairs = (
        ("age_min", "age_max"),
        ("min_prior_lines", "max_prior_lines"),
        ("min_cells", "target_cells"),
        ("target_cells", "max_cells"),
        ("min_cells", "max_cells"),
        ("infusion_days_min", "infusion_days_max"),
    )
    for entry in whole.entries:
        for low, high in pairs:
            least, most = getattr(entry.record, low, None), getattr(entry.record, high, None)
            if least is not None and most is not None and least > most:
                yield Problem(entry.file, entry.record.id, high, f"{most} is below {low} {least}")


def codes_fit_their_system(whole: Whole) -> Iterator[Problem]:
    """A code is written as its system writes codes."""
    for entry in whole.of("code", "disease", "adverse_event"):
        codes = (entry.record,) if entry.table == "code" else entry.record.codes
        for code in codes:
            pattern = _PATTERNS.get(code.system)
            ranged = entry.table != "code" and "-" in code.code
            if pattern and not ranged and not re.fullmatch(pattern, code.code):
                message = f"'{code.code}' is not written as a {code.system} code"
                yield Problem(entry.file, entry.record.id, "code", message)
    for entry in whole.of("trial"):
        if entry.record.nct and not _NCT.fullmatch(entry.record.nct):
            yield Problem(entry.file, entry.record.id, "nct", "is not NCT and eight digits")
