"""The rules of the data. Used by ``cartref data check`` and by the tests, one rule a function.

A rule looks at the whole dataset and yields what breaks it, each with file, record and key.
"""

from __future__ import annotations

import os
import re
import unicodedata
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from cartref import names
from cartref.catalog import CLASS, SHARED, VOCABULARY, Catalog
from cartref.errors import CartrefError, DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Rule = Callable[["Whole"], Iterator["Problem"]]


class Problem(NamedTuple):
    """One broken rule.

    Attributes:
        file: path of the file below the data directory
        record: id of the record
        key: the key of the record
        message: what is wrong
    """

    file: str
    record: str
    key: str
    message: str

    def __str__(self) -> str:
        """The problem in one line."""
        return f"{self.file}: {self.record}: {self.key}: {self.message}"


class Entry(NamedTuple):
    """A record and where it stands.

    Attributes:
        file: path of the file below the data directory
        table: name of its table
        record: the record
    """

    file: str
    table: str
    record: Any


class Whole:
    """All records of a dataset, with the files they stand in."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.entries = list(_entries(catalog))
        self.ids: dict[str, set[str]] = {}
        for entry in self.entries:
            self.ids.setdefault(entry.table, set()).add(entry.record.id)

    def of(self, *tables: str) -> Iterator[Entry]:
        """The records of these tables."""
        return (entry for entry in self.entries if entry.table in tables)


def _entries(catalog: Catalog) -> Iterator[Entry]:
    flat: dict[str, dict[str, Iterable[Any]]] = {
        "products.toml": {"product": catalog.products.values()},
        "diseases.toml": {"disease": catalog.diseases.values()},
        "adverse_events.toml": {"adverse_event": catalog.adverse_events.values()},
        "class.toml": {
            "regulatory_event": catalog.class_wide.regulatory_events,
            "code": catalog.class_wide.codes,
        },
    }
    for product in catalog.products:
        label, study = catalog.label(product), catalog.study(product)
        flat[f"labels/{product}.toml"] = {
            "indication": label.indications,
            "dose": label.doses,
            "lymphodepletion": label.lymphodepletion,
            "monitoring": label.monitoring,
            "boxed_warning": label.boxed_warnings,
            "warning": label.warnings,
            "regulatory_event": label.regulatory_events,
            "logistics": label.logistics,
            "code": label.codes,
        }
        flat[f"trials/{product}.toml"] = {
            "trial": study.trials,
            "outcome": study.outcomes,
            "adverse_reaction": study.adverse_reactions,
        }
    for place in (*catalog.products, CLASS, VOCABULARY, SHARED):
        flat[f"sources/{place}.toml"] = {"source": catalog.sources_of(place).values()}
    for file, tables in flat.items():
        for table, records in tables.items():
            for record in records:
                yield Entry(file, table, record)


def check(directory: str | None = None) -> list[Problem]:
    """Run every rule over a data directory.

    Args:
        directory: the data directory; the bundled one if not given

    Returns:
        the problems; empty if the dataset is clean

    Raises:
        UsageError: there is no such directory
    """
    if directory is not None and not os.path.isdir(directory):
        raise UsageError(f"there is no directory '{directory}' to check")
    catalog = Catalog(directory)
    broken = list(_unreadable(catalog))
    if broken:
        return broken
    whole = Whole(catalog)
    return [problem for rule in RULES for problem in _broken(rule, whole)]


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
    matched = re.match(r"(?:\w+ )?'([^']+)': (?:(\w+): )?(.*)", rest)
    if matched is None:
        return Problem(file, "-", "-", rest)
    return Problem(file, matched[1], matched[2] or "-", matched[3])


# ---- ids and references

_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def ids_are_kebab_case(whole: Whole) -> Iterator[Problem]:
    """An id is lower-case words with hyphens."""
    for entry in whole.entries:
        if not _KEBAB.fullmatch(entry.record.id):
            yield Problem(entry.file, entry.record.id, "id", "is not kebab-case")


def ids_are_unique(whole: Whole) -> Iterator[Problem]:
    """An id stands once in the whole dataset, whatever it belongs to."""
    seen: dict[str, str] = {}
    for entry in whole.entries:
        if entry.record.id in seen:
            where = seen[entry.record.id]
            yield Problem(entry.file, entry.record.id, "id", f"stands in {where} already")
        seen[entry.record.id] = entry.file


_REFERENCES = {
    "product": "product",
    "products": "product",
    "trial": "trial",
    "trials": "trial",
    "members": "trial",
    "event": "adverse_event",
    "manifestation_of": "adverse_event",
    "diseases": "disease",
    "covers": "disease",
    "excludes": "disease",
    "other_parents": "disease",
    "superseded_by": "indication",
    "sources": "source",
}


def references_resolve(whole: Whole) -> Iterator[Problem]:
    """Every id that a record names exists."""
    for entry in whole.entries:
        for key, value in _walk(entry.record):
            name = key.rpartition(".")[2].partition("[")[0]
            kind = entry.table if name == "parent" else _REFERENCES.get(name)
            if kind is not None and value not in whole.ids.get(kind, ()):
                problem = f"no {kind} '{value}'"
                yield Problem(entry.file, entry.record.id, key, problem)


def _walk(record: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a record that is known, with its key; nested records are entered."""
    for name in record.__slots__:
        value = getattr(record, name)
        key = f"{path}{name}"
        items = enumerate(value) if isinstance(value, tuple) else [(None, value)]
        for place, item in items:
            here = key if place is None else f"{key}[{place}]"
            if hasattr(item, "__slots__") and not isinstance(item, str):
                yield from _walk(item, f"{here}.")
            elif item is not None:
                yield here, item


def entries_are_used(whole: Whole) -> Iterator[Problem]:
    """Every source, event and trial is used by some record, or is described for its own sake."""
    used: dict[str, set[str]] = {}
    for entry in whole.entries:
        for key, value in _walk(entry.record):
            name = key.rpartition(".")[2].partition("[")[0]
            if name == "parent":
                used.setdefault(entry.table, set()).add(value)
            elif name in _REFERENCES:
                used.setdefault(_REFERENCES[name], set()).add(value)
    for entry in whole.of("source", "adverse_event", "disease"):
        own_right = getattr(entry.record, "description", None)
        if entry.record.id not in used.get(entry.table, ()) and not own_right:
            yield Problem(entry.file, entry.record.id, "id", "nothing uses it")


def sources_lie_in_their_file(whole: Whole) -> Iterator[Problem]:
    """A source lies in the file of the one product, or of the kind, that cites it, or in shared."""
    citing: dict[str, set[str]] = {}
    for entry in whole.entries:
        for key, value in _walk(entry.record):
            if key.rpartition(".")[2].startswith("sources"):
                citing.setdefault(value, set()).add(_owner(entry))
    for entry in whole.of("source"):
        owners = citing.get(entry.record.id, set())
        place = next(iter(owners)) if len(owners) == 1 else SHARED
        if owners and entry.file != f"sources/{place}.toml":
            yield Problem(entry.file, entry.record.id, "id", f"belongs in sources/{place}.toml")


def _owner(entry: Entry) -> str:
    """The file of references that a record's own references lie in."""
    if entry.table == "product":
        return str(entry.record.id)
    if entry.table in ("disease", "adverse_event"):
        return VOCABULARY
    return getattr(entry.record, "product", None) or CLASS


def facts_name_sources(whole: Whole) -> Iterator[Problem]:
    """Every record names at least one source, nested ones with sources of their own too."""
    for entry in whole.entries:
        if entry.table != "source":
            for path, record in _with_sources(entry.record, ""):
                if not record.sources:
                    yield Problem(entry.file, entry.record.id, f"{path}sources", "is empty")


def _with_sources(record: Any, path: str) -> Iterator[tuple[str, Any]]:
    if "sources" in record.__slots__:
        yield path, record
    for name in record.__slots__:
        value = getattr(record, name)
        for item in value if isinstance(value, tuple) else (value,):
            if hasattr(item, "__slots__") and not isinstance(item, str):
                yield from _with_sources(item, f"{path}{name}.")


# ---- texts, lists, dates

_SMART = re.compile("[\u2018\u2019\u201c\u201d\u2013\u2014\u00a0]")
_SORTED = ("regions", "covers", "excludes", "trials", "members", "synonyms", "aliases", "products")


def texts_are_clean(whole: Whole) -> Iterator[Problem]:
    """A text is one line, NFC, without smart quotes, double or outer spaces or hidden signs."""
    for entry in whole.entries:
        for key, value in _walk(entry.record):
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
    if any(unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs") for char in text):
        return "has control or invisible characters"
    return None


def lists_are_sorted(whole: Whole) -> Iterator[Problem]:
    """A list in which order means nothing is sorted and holds nothing twice."""
    for entry in whole.entries:
        for path, record in _records(entry.record, ""):
            for name in (*_SORTED, "sources"):
                value = getattr(record, name, None)
                if isinstance(value, tuple) and list(value) != sorted(set(value), key=str.casefold):
                    key = f"{path}{name}"
                    yield Problem(entry.file, entry.record.id, key, "is not sorted, or repeats")


def _records(record: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, record
    for name in record.__slots__:
        value = getattr(record, name)
        for item in value if isinstance(value, tuple) else (value,):
            if hasattr(item, "__slots__") and not isinstance(item, str):
                yield from _records(item, f"{path}{name}.")


_DATES = (
    "approved", "converted", "ended", "since", "until", "date", "first_approved",
    "valid_from", "valid_to",
)  # fmt: skip
_DATED_TEXTS = ("boxed_warning", "warning")
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_ORDERED = (
    ("approved", "ended"),
    ("approved", "converted"),
    ("valid_from", "valid_to"),
    ("since", "until"),
)


def dates_are_right(whole: Whole) -> Iterator[Problem]:
    """A date is ISO, exists in the calendar and does not lie behind the day of the dataset."""
    today = whole.catalog.dataset.as_of
    for entry in whole.entries:
        dates = _DATES if entry.table not in _DATED_TEXTS else (*_DATES, "as_of")
        for key, value in _walk(entry.record):
            if key.rpartition(".")[2] in dates:
                wrong = _bad_date(value, today)
                if wrong:
                    yield Problem(entry.file, entry.record.id, key, wrong)


def _bad_date(text: str, today: str) -> str | None:
    matched = _ISO.fullmatch(text)
    if matched is None:
        return f"'{text}' is not an ISO date"
    try:
        date(int(matched[1]), int(matched[2] or 1), int(matched[3] or 1))
    except ValueError:
        return f"'{text}' is not in the calendar"
    return f"'{text}' lies in the future" if text > today else None


def dates_are_in_order(whole: Whole) -> Iterator[Problem]:
    """What begins ends later; as far as both dates are known."""
    for entry in whole.entries:
        for path, record in _records(entry.record, ""):
            for first, second in _ORDERED:
                start, end = getattr(record, first, None), getattr(record, second, None)
                length = min(len(start or ""), len(end or ""))
                if start and end and start[:length] > end[:length]:
                    message = f"'{end}' lies before {first} '{start}'"
                    yield Problem(entry.file, entry.record.id, f"{path}{second}", message)


# ---- numbers


def percentages_are_right(whole: Whole) -> Iterator[Problem]:
    """A percentage lies between 0 and 100; a higher grade is not more frequent than all."""
    for entry in whole.entries:
        record = entry.record
        for key, value in _walk(record):
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
        for name in entry.record.__slots__:
            value = getattr(entry.record, name)
            if name.endswith("_range_days") and len(value) not in (0, 2):
                yield Problem(entry.file, entry.record.id, name, "is not a list of two")


def outcomes_are_right(whole: Whole) -> Iterator[Problem]:
    """A rate is a percentage, a missing number has its reason, and CR is within ORR."""
    overall: dict[tuple[Any, ...], float] = {}
    for entry in whole.of("outcome"):
        item = entry.record
        if item.unit == "percent" and item.value is not None and not 0 <= item.value <= 100:  # noqa: PLR2004
            yield Problem(entry.file, item.id, "value", f"{item.value} is no percentage")
        told = item.not_reached or item.value_text or item.comparator_value is not None
        if item.value is None and not told:
            yield Problem(entry.file, item.id, "value", "is missing without a reason")
        if item.not_reached and item.value is not None:
            yield Problem(entry.file, item.id, "not_reached", "goes without a value")
        if item.endpoint == "ORR" and item.value is not None:
            overall[_same_analysis(item)] = item.value
    for entry in whole.of("outcome"):
        item = entry.record
        most = overall.get(_same_analysis(item))
        if item.endpoint == "CR" and None not in (most, item.value) and item.value > most:
            yield Problem(entry.file, item.id, "value", f"CR {item.value} is more than ORR {most}")


def _same_analysis(item: Any) -> tuple[Any, ...]:
    return (item.trial, item.population, item.n, item.basis, item.regulator, item.follow_up_months)


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


# ---- what belongs together


def statuses_agree(whole: Whole) -> Iterator[Problem]:
    """An ended indication says when or by what, an active one does not; products begin as told."""
    for entry in whole.of("indication"):
        item = entry.record
        if item.status == "active" and (item.ended or item.superseded_by):
            yield Problem(entry.file, item.id, "status", "is active, and yet it ended")
        if item.status == "superseded" and not item.superseded_by:
            yield Problem(entry.file, item.id, "superseded_by", "is missing")
        if item.converted and item.pathway_at_approval is None:
            yield Problem(entry.file, item.id, "pathway_at_approval", "is missing")
    for entry in whole.of("product"):
        item = entry.record
        first = (item.first_approved_by, item.first_approved)
        held = [
            (found.regulator, found.approved) for found in whole.catalog.label(item.id).indications
        ]
        if item.status == "approved" and first not in held:
            message = f"no indication of {first[0]} was approved on {first[1]}"
            yield Problem(entry.file, item.id, "first_approved", message)


def lists_match_their_measure(whole: Whole) -> Iterator[Problem]:
    """A rate has a number, and a list of names has none."""
    for entry in whole.of("adverse_reaction"):
        item = entry.record
        numbers = [key for key, value in _walk(item) if key.endswith("_pct")]
        times = [key for key, value in _walk(item) if "_days" in key]
        listed = item.very_common or item.common or item.uncommon or item.note
        if item.measure in ("list", "summary"):
            if not listed and not numbers:
                yield Problem(entry.file, item.id, "measure", "is a list that names nothing")
        elif not numbers and not times:
            yield Problem(entry.file, item.id, "measure", "is a rate without a number")


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


_COPIES = re.compile(
    r"github|gitlab|docslib|studylib|scribd|wayback|archive\.org|webcache|proxy|preview|\bcopy\b"
    r"|mirror|staging",
    re.IGNORECASE,
)
_TRACKING = re.compile(r"[?&](?:utm_\w+|fbclid|gclid)=")


def sources_are_originals(whole: Whole) -> Iterator[Problem]:
    """A source has its own https address or none, never that of a copy."""
    seen: dict[tuple[str, str], str] = {}
    for entry in whole.of("source"):
        item = entry.record
        if item.url is not None:
            if not item.url.startswith("https://") or " " in item.url:
                yield Problem(entry.file, item.id, "url", "is not a plain https address")
            if _COPIES.search(item.url):
                yield Problem(entry.file, item.id, "url", "is the address of a copy")
            if _TRACKING.search(item.url):
                yield Problem(entry.file, item.id, "url", "holds tracking parameters")
        before = seen.setdefault((item.url or item.publisher, item.title), item.id)
        if before != item.id:
            yield Problem(entry.file, item.id, "title", f"is the document of '{before}' too")


# ---- names


def names_are_unique(whole: Whole) -> Iterator[Problem]:
    """No name leads to two records, and every name leads back to its own."""
    kinds: tuple[tuple[names.Kind, str], ...] = (
        ("product", "product"),
        ("disease", "disease"),
        ("event", "adverse_event"),
        ("trial", "trial"),
    )
    for kind, table in kinds:
        files = {entry.record.id: entry.file for entry in whole.of(table)}
        index = names.index_of(whole.catalog, kind)
        for name, owner in (*index.names, *index.codes()):
            if kind == "trial" and _NCT.fullmatch(name):
                continue  # cohorts of one trial share its number
            try:
                found = names.resolve(whole.catalog, kind, name, index=index).id
            except CartrefError as error:
                yield Problem(files[owner], owner, "names", str(error))
                continue
            if found != owner:
                yield Problem(files[owner], owner, "names", f"'{name}' leads to {found}")


RULES: tuple[Rule, ...] = (
    ids_are_kebab_case,
    ids_are_unique,
    references_resolve,
    entries_are_used,
    sources_lie_in_their_file,
    facts_name_sources,
    texts_are_clean,
    lists_are_sorted,
    dates_are_right,
    dates_are_in_order,
    percentages_are_right,
    intervals_enclose,
    ranges_have_two_ends,
    outcomes_are_right,
    limits_are_in_order,
    statuses_agree,
    lists_match_their_measure,
    codes_fit_their_system,
    sources_are_originals,
    names_are_unique,
)
