"""Rules of single values: texts, lists, dates, numbers, codes."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cartref.check.whole import LastDay, Problem, parts_of, walk
from cartref.eligibility import ADULT, OLDEST
from cartref.model.record import fields_of
from cartref.spelling import is_seen

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
# ISO 3166-1, and EU, for which medicines are authorised as one.
_REGIONS = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
    EG EH ER ES ET EU FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK
    HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB
    LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ
    NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU
    RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN
    TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()  # noqa: SIM905
)


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
    if not is_seen(text):
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
    last = whole.last_day
    for entry in whole.entries:
        dates = _DATES if entry.table not in _DATED_TEXTS else (*_DATES, "as_of")
        for key, value in walk(entry.record):
            if key.rpartition(".")[2] in dates:
                wrong = bad_date(value, last)
                if wrong:
                    yield Problem(entry.file, entry.record.id, key, wrong)


def target_dates_lie_ahead(whole: Whole) -> Iterator[Problem]:
    """The day of a decision to come is ISO and was still to come when it was last known."""
    for entry in whole.of("pending"):
        item = entry.record
        if item.target_date:
            wrong = bad_date(item.target_date, LastDay("9999", "the year 9999"))
            if not wrong and item.target_date < item.known_on:
                wrong = f"'{item.target_date}' lies before known_on '{item.known_on}'"
            if wrong:
                yield Problem(entry.file, item.id, "target_date", wrong)


def bad_date(text: str, last: LastDay) -> str | None:
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
    return f"'{text}' is after {last.name}" if text > last.day else None


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


def _named(name: str, words: str) -> bool:
    """Whether one of the words of a key is one of these."""
    return not set(name.split("_")).isdisjoint(words.split())


def intervals_enclose(whole: Whole) -> Iterator[Problem]:
    """An interval or a range holds its estimate, and its ends are in order."""
    for entry in whole.of("outcome", "adverse_reaction", "logistics"):
        record = entry.record
        for key, low, value, high in _intervals(record):
            wrong = _outside(low, value, high)
            if wrong:
                yield Problem(entry.file, record.id, key, wrong)


def _outside(low: float | None, value: float | None, high: float | None) -> str | None:
    """What is wrong with an estimate and the ends of its interval, as far as they are known."""
    if low is not None and high is not None and low > high:
        return f"its ends are turned round: {low:g} to {high:g}"
    if value is None:
        return None
    if (low is None or low <= value) and (high is None or value <= high):
        return None
    if low is None or high is None:
        return f"{value:g} is above {high:g}" if low is None else f"{value:g} is below {low:g}"
    return f"{value:g} does not lie in {low:g} to {high:g}"


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


def ages_fit_their_population(whole: Whole) -> Iterator[Problem]:
    """Indications for adults begin at 18 or later, others before; none is too old for its name."""
    for entry in whole.of("indication"):
        item = entry.record
        if item.population is None:
            continue
        least, most, oldest = item.age_min, item.age_max, OLDEST.get(item.population)
        if least is not None and (least >= ADULT) is not (item.population == "adult"):
            message = f"{least} years is no lowest age of '{item.population}'"
            yield Problem(entry.file, item.id, "age_min", message)
        if most is not None and oldest is not None and most > oldest:
            message = f"{most} years is no highest age of '{item.population}'"
            yield Problem(entry.file, item.id, "age_max", message)


def codes_fit_their_system(whole: Whole) -> Iterator[Problem]:
    """A code is written as its system writes codes, a region as ISO 3166 does, or EU."""
    for entry in whole.of("code", "disease", "adverse_event"):
        codes = (entry.record,) if entry.table == "code" else entry.record.codes
        for code in codes:
            pattern = _PATTERNS.get(code.system)
            ranged = entry.table != "code" and "-" in code.code
            if pattern and not ranged and not re.fullmatch(pattern, code.code):
                message = f"'{code.code}' is not written as a {code.system} code"
                yield Problem(entry.file, entry.record.id, "code", message)
    for entry in whole.of("product"):
        for at, name in enumerate(entry.record.names):
            for place, region in enumerate(name.regions):
                if region not in _REGIONS:
                    key, message = f"names[{at}].regions[{place}]", "is no ISO 3166 code, nor EU"
                    yield Problem(entry.file, entry.record.id, key, f"'{region}' {message}")
    for entry in whole.of("trial"):
        if entry.record.nct and not _NCT.fullmatch(entry.record.nct):
            yield Problem(entry.file, entry.record.id, "nct", "is not NCT and eight digits")
