"""Rules of whole records: what one field says must fit the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cartref.check.whole import Problem, walk
from cartref.eligibility import VALUES
from cartref.model.record import fields_of, is_record
from cartref.spelling import fold
from cartref.tree import above

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cartref.check.whole import Entry, Whole
    from cartref.model.study import Trial


def outcomes_are_right(whole: Whole) -> Iterator[Problem]:
    """A rate is a percentage, a missing number has its reason, and CR is within ORR."""
    overall: dict[tuple[Any, ...], float] = {}
    for entry in whole.of("outcome"):
        item = entry.record
        for key in ("value", "comparator_value") if item.unit == "percent" else ():
            rate = getattr(item, key)
            if rate is not None and not 0 <= rate <= 100:  # noqa: PLR2004
                yield Problem(entry.file, item.id, key, f"{rate} is no percentage")
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


# The unit that an endpoint of such a name is measured in.
_UNITS = (
    (re.compile(r"(?:ORR|s?CRi?|CR/CRi|CR or better|.+-\d+m)"), "percent"),
    (re.compile(r"m(?:DOR|OS|PFS|EFS|RFS)"), "months"),
    (re.compile(r"HR-.+"), "hazard ratio"),
)


def units_fit_their_endpoint(whole: Whole) -> Iterator[Problem]:
    """A rate is in percent, a median survival in months, a hazard ratio has no other unit."""
    for entry in whole.of("outcome"):
        item = entry.record
        for pattern, unit in _UNITS:
            if pattern.fullmatch(item.endpoint) and item.unit != unit:
                message = f"is '{item.unit}', but {item.endpoint} is in {unit}"
                yield Problem(entry.file, item.id, "unit", message)


def uses_name_diseases(whole: Whole) -> Iterator[Problem]:
    """What is approved, asked for, dosed or prepared is so for a disease."""
    for entry in whole.of("indication", "pending", "dose", "lymphodepletion"):
        if not entry.record.diseases:
            yield Problem(entry.file, entry.record.id, "diseases", "is empty")


def criteria_are_understood(whole: Whole) -> Iterator[Problem]:
    """A criterion has a value of its kind: an antigen is no therapy."""
    for entry in whole.of("indication"):
        for at, part in enumerate(entry.record.criteria):
            known = VALUES[part.kind]
            if part.value not in known:
                message = f"'{part.value}' is none of '{part.kind}', which has {', '.join(known)}"
                yield Problem(entry.file, entry.record.id, f"criteria[{at}].value", message)


def texts_belong_to_a_use(whole: Whole) -> Iterator[Problem]:
    """A dose, regimen, rule or warning of a regulator is for a product and disease it approved."""
    parents = {entry.record.id: entry.record.parent for entry in whole.beside("disease")}
    approved: dict[tuple[str, str], set[str]] = {}
    for entry in whole.beside("indication"):
        item = entry.record
        approved.setdefault((item.product, item.regulator), set()).update(item.diseases)
    for entry in whole.of("dose", "lymphodepletion", "monitoring", "boxed_warning", "warning"):
        item = entry.record
        if item.regulator is None:
            continue
        held = approved.get((item.product, item.regulator))
        none = f"there is no indication of {item.regulator} for"
        if held is None:
            yield Problem(entry.file, item.id, "regulator", f"{none} {item.product}")
            continue
        wider = {key for disease in held for key in above(disease, parents.get)}
        for at, disease in enumerate(getattr(item, "diseases", ())):
            apart = held.isdisjoint(above(disease, parents.get))
            if disease in parents and disease not in wider and apart:
                yield Problem(entry.file, item.id, f"diseases[{at}]", f"{none} '{disease}'")


# What tells two results apart that count the same, and two uses.
_APART = {
    "outcome": (
        "trial", "population", "n", "endpoint", "unit", "basis", "regulator", "follow_up_months",
    ),
    "adverse_reaction": (
        "trial", "population", "n", "event", "manifestation_of", "term", "measure", "basis",
        "regulator",
    ),
    "indication": (
        "product", "regulator", "diseases", "covers", "excludes", "population", "age_min",
        "age_max", "min_prior_lines", "max_prior_lines", "criteria", "also_asks",
    ),
}  # fmt: skip
_BESIDE_THE_STATEMENT = ("id", "note", "sources", "origin")


def nothing_is_said_twice(whole: Whole) -> Iterator[Problem]:
    """A result of one analysis, or an active use, is one record; notes tell of two that differ."""
    first: dict[tuple[Any, ...], Entry] = {}
    for entry in whole.beside(*_APART):
        item = entry.record
        if entry.table == "indication" and item.status != "active":
            continue
        key = (entry.table, *(_compared(getattr(item, name)) for name in _APART[entry.table]))
        other = first.setdefault(key, entry)
        at, before = (entry, other) if whole.judges(entry) else (other, entry)
        if other is entry or not whole.judges(at):
            continue
        same = entry.table == "indication" or _statement(item) == _statement(other.record)
        if same:
            message = f"says again what '{before.record.id}' says"
        elif item.note and other.record.note:
            continue
        else:
            message = (
                f"says otherwise than '{before.record.id}' of the same: tell why in both notes"
            )
        yield Problem(at.file, at.record.id, "id", message)


def _compared(value: Any) -> Any:
    """A value in the form in which capitals and the order of a list make no difference."""
    if isinstance(value, tuple):
        return frozenset(map(_compared, value))
    if is_record(value):
        return tuple(fields_of(value).items())
    return value.casefold() if isinstance(value, str) else value


def _statement(item: Any) -> dict[str, Any]:
    """What a result says, without what is said about it."""
    fields = fields_of(item).items()
    return {key: _compared(value) for key, value in fields if key not in _BESIDE_THE_STATEMENT}


def targets_are_written_alike(whole: Whole) -> Iterator[Problem]:
    """A target is written as other products write it, capitals and signs too."""
    written: dict[str, Entry] = {}
    for entry in whole.beside("product"):
        target = entry.record.construct.target
        first = written.setdefault(fold(target), entry)
        at, other = (entry, first) if whole.judges(entry) else (first, entry)
        if target != first.record.construct.target and whole.judges(at):
            message = f"'{at.record.construct.target}' is '{other.record.construct.target}'"
            yield Problem(
                at.file, at.record.id, "construct.target", f"{message} of {other.record.id}"
            )


def _same_analysis(item: Any) -> tuple[Any, ...]:
    return (item.trial, item.population, item.n, item.basis, item.regulator, item.follow_up_months)


def statuses_agree(whole: Whole) -> Iterator[Problem]:
    """A superseded indication says by what, an active one did not end; products begin as told.

    What supersedes is of the same product and regulator. No indication was approved before the
    first approval of its product, and none is active of one that is withdrawn.
    """
    for entry in whole.of("indication"):
        item = entry.record
        if item.status == "active" and (item.ended or item.superseded_by):
            yield Problem(entry.file, item.id, "status", "is active, and yet it ended")
        if item.status == "superseded" and not item.superseded_by:
            yield Problem(entry.file, item.id, "superseded_by", "is missing")
        if item.converted and item.pathway_at_approval is None:
            yield Problem(entry.file, item.id, "pathway_at_approval", "is missing")
    yield from _superseded_by_strangers(whole)
    for entry in whole.of("product"):
        item = entry.record
        first = (item.first_approved_by, item.first_approved)
        held = [
            (found.regulator, found.approved) for found in whole.catalog.label(item.id).indications
        ]
        if item.status == "investigational" and (held or any(first)):
            yield Problem(entry.file, item.id, "status", "is investigational, and yet approved")
        if item.status == "approved" and first not in held:
            if item.first_approved is None or item.first_approved_by is None:
                message = "is missing: an approved product names its first approval"
                lacks = "first_approved" if item.first_approved is None else "first_approved_by"
                yield Problem(entry.file, item.id, lacks, message)
                continue
            message = f"no indication of {first[0]} was approved on {first[1]}"
            yield Problem(entry.file, item.id, "first_approved", message)
    yield from _earlier_approvals(whole)
    yield from _active_though_withdrawn(whole)


def _superseded_by_strangers(whole: Whole) -> Iterator[Problem]:
    """Indications that name one of another product or regulator as what superseded them."""
    every = {entry.record.id: entry.record for entry in whole.beside("indication")}
    for entry in whole.of("indication"):
        item, newer = entry.record, every.get(entry.record.superseded_by)
        if newer and (newer.product, newer.regulator) != (item.product, item.regulator):
            message = f"'{newer.id}' is one of {newer.regulator} for {newer.product}"
            yield Problem(entry.file, item.id, "superseded_by", message)


def _active_though_withdrawn(whole: Whole) -> Iterator[Problem]:
    """Products that are withdrawn everywhere, and yet have an indication that is active."""
    withdrawn = {
        entry.record.id: entry
        for entry in whole.beside("product")
        if entry.record.status == "withdrawn"
    }
    told = set()
    for entry in whole.beside("indication") if withdrawn else ():
        owner, item = withdrawn.get(entry.record.product), entry.record
        if owner is None or item.status != "active":
            continue
        if whole.judges(owner) and owner.record.id not in told:
            told.add(owner.record.id)
            message = f"is withdrawn, and yet indications are active, such as '{item.id}'"
            yield Problem(owner.file, owner.record.id, "status", message)
        elif whole.judges(entry) and not whole.judges(owner):
            message = f"is active, and yet {owner.record.id} is withdrawn"
            yield Problem(entry.file, item.id, "status", message)


def _earlier_approvals(whole: Whole) -> Iterator[Problem]:
    """Indications that were approved before the first approval of their product, by its own word.

    A month or a year may lie on either side of a day in it.
    """
    products = {entry.record.id: entry for entry in whole.beside("product")}
    for entry in whole.beside("indication"):
        owner, approved = products[entry.record.product], entry.record.approved
        first = owner.record.first_approved
        known = min(len(approved or ""), len(first or ""))
        if known and approved[:known] < first[:known]:
            if whole.judges(entry):
                message = f"'{approved}' lies before first_approved '{first}' of {owner.record.id}"
                yield Problem(entry.file, entry.record.id, "approved", message)
            elif whole.judges(owner):
                message = f"'{first}' lies behind '{approved}' of {entry.record.id}"
                yield Problem(owner.file, owner.record.id, "first_approved", message)


GRANTS = ("approval", "indication", "conversion", "withdrawal")


def events_do_not_repeat_indications(whole: Whole) -> Iterator[Problem]:
    """What an indication says of its own approval, conversion or end, no event says again."""
    told = {
        (entry.record.product, entry.record.regulator, date)
        for entry in whole.beside("indication")
        for date in (entry.record.approved, entry.record.converted, entry.record.ended)
        if date
    }
    for entry in whole.of("regulatory_event"):
        item = entry.record
        if item.kind in GRANTS and (item.product, item.body, item.date) in told:
            yield Problem(entry.file, item.id, "kind", "repeats what an indication says")


def lists_match_their_measure(whole: Whole) -> Iterator[Problem]:
    """A rate has a number, and a list names something."""
    for entry in whole.of("adverse_reaction"):
        item = entry.record
        numbers = [key for key, value in walk(item) if key.endswith("_pct")]
        times = [key for key, value in walk(item) if "_days" in key]
        listed = item.very_common or item.common or item.uncommon or item.note
        if item.measure in ("list", "summary"):
            if not listed and not numbers:
                yield Problem(entry.file, item.id, "measure", "is a list that names nothing")
        elif not numbers and not times:
            yield Problem(entry.file, item.id, "measure", "is a rate without a number")


OFFICIAL = ("label", "smpc", "regulator")


def bases_fit_their_sources(whole: Whole) -> Iterator[Problem]:
    """A label rate is indirect just if none of its sources is a text of a regulator or a label."""
    kinds = {entry.record.id: entry.record.kind for entry in whole.beside("source")}
    for entry in whole.of("outcome", "adverse_reaction"):
        item = entry.record
        if not kinds.keys() >= {*item.sources}:
            continue  # what is not there is told as such
        official = any(kinds.get(key) in OFFICIAL for key in item.sources)
        indirect = item.basis != "publication" and not official
        if item.indirect != indirect:
            yield Problem(entry.file, item.id, "indirect", f"should be {str(indirect).lower()}")


# What the texts of a regulator are called; those of all others are a "label".
_CALLED = {
    "FDA": ("FDA label",),
    "EMA": ("SmPC",),
    "MHRA": ("SmPC",),
    "AEMPS": ("SmPC", "label"),
    "Swissmedic": ("Swiss label",),
}


def bases_fit_their_regulator(whole: Whole) -> Iterator[Problem]:
    """A result read in a label names it as its regulator does: an SmPC is none of the FDA."""
    named = {name for names in _CALLED.values() for name in names} - {"label"}
    for entry in whole.of("outcome", "adverse_reaction"):
        item = entry.record
        if item.basis == "publication":
            continue
        if item.regulator is None:
            if item.basis in named:
                message = f"is missing: whose text is the '{item.basis}'?"
                yield Problem(entry.file, item.id, "regulator", message)
            continue
        allowed = _CALLED.get(item.regulator, ("label",))
        if item.basis not in allowed:
            message = f"'{item.basis}' is none of {item.regulator}, which has '{allowed[0]}'"
            yield Problem(entry.file, item.id, "basis", message)


# How the publishers of the texts of a regulator are called: its own, and those that print them.
_PUBLISHERS = {
    "FDA": r"(?<!Saudi )FDA|openFDA|DailyMed",
    "EMA": r"EMA|European Medicines Agency|European Commission",
    "MHRA": r"MHRA|emc|electronic medicines compendium",
    "AEMPS": r"AEMPS",
    "HealthCanada": r"Health Canada",
    "HSA": r"Health Sciences Authority",
    "NMPA": r"NMPA",
    "PMDA": r"PMDA",
    "Swissmedic": r"Swissmedic",
    "TGA": r"TGA",
}
_PUBLISHED = {key: re.compile(rf"\b(?:{names})\b") for key, names in _PUBLISHERS.items()}


def sources_fit_their_regulator(whole: Whole) -> Iterator[Problem]:
    """What one regulator says does not rest on the texts of others alone, unless a note says why.

    A result that was read in a label was read in that one.
    """
    whose = {
        entry.record.id: _published_by(entry.record.publisher)
        for entry in whole.beside("source")
        if entry.record.kind in OFFICIAL
    }
    for entry in whole.entries:
        item = entry.record
        regulator, basis = getattr(item, "regulator", None), getattr(item, "basis", None)
        if regulator is None or basis == "publication" or (item.note and basis is None):
            continue
        texts = [whose[key] for key in item.sources if key in whose]
        if texts and all(texts) and not any(regulator in found for found in texts):
            others = ", ".join(sorted(set().union(*texts)))
            message = f"hold texts of {others}, and none of {regulator}"
            yield Problem(entry.file, item.id, "sources", message)


def _published_by(publisher: str) -> frozenset[str]:
    """The regulators whose texts a publisher prints; none if that is not known."""
    return frozenset(key for key, names in _PUBLISHED.items() if names.search(publisher))


def trials_belong_to_their_product(whole: Whole) -> Iterator[Problem]:
    """A record names trials of its own product or of several; a result stands beside its trial.

    Trials of two products have two registry numbers.
    """
    yield from _registered_twice(whole)
    trials = {entry.record.id: entry for entry in whole.beside("trial")}
    for entry in whole.entries:
        for key, found in _trials_of(entry, trials):
            trial = found.record
            beside = entry.table not in ("outcome", "adverse_reaction") or entry.file == found.file
            if not (beside and _is_of(trial, getattr(entry.record, "product", None))):
                whose = trial.product or "several products"
                message = f"'{trial.id}' is a trial of {whose}, in {found.file}"
                yield Problem(entry.file, entry.record.id, key, message)


def _registered_twice(whole: Whole) -> Iterator[Problem]:
    """Trials with the registry number of a trial of another product."""
    seen: dict[str, Entry] = {}
    for entry in whole.beside("trial"):
        item = entry.record
        if item.nct is None or item.product is None or item.kind == "pool":
            continue
        first = seen.setdefault(item.nct, entry)
        at, other = (entry, first) if whole.judges(entry) else (first, entry)
        if first.record.product != item.product and whole.judges(at):
            message = f"{item.nct} is '{other.record.id}' of {other.record.product}"
            yield Problem(at.file, at.record.id, "nct", message)


def _trials_of(entry: Entry, trials: Mapping[str, Entry]) -> Iterator[tuple[str, Entry]]:
    """The trials that a record names, each with its key; those that are not there are left out."""
    for name in ("trial", "trials", "members"):
        value = getattr(entry.record, name, None) or ()
        several = isinstance(value, tuple)
        for at, key in enumerate(value if several else (value,)):
            if key in trials:
                yield f"{name}[{at}]" if several else name, trials[key]


def _is_of(trial: Trial, product: str | None) -> bool:
    """Whether a trial may be named by a record of a product, or by one of none."""
    if product is None or product in (trial.product, *trial.products):
        return True
    return trial.product is None and not trial.products


# The references that lead from a record to others of its table, and never back to itself.
_UPWARDS = {
    "disease": (("parent", "other_parents"), "lies below itself"),
    "adverse_event": (("parent",), "lies below itself"),
    "therapy": (("kinds",), "counts as itself"),
    "trial": (("members",), "is a part of itself"),
    "indication": (("superseded_by",), "is superseded by itself"),
}
_MOST_ABOVE = 200  # what is asked of all above a record must come to an end


def trees_have_roots(whole: Whole) -> Iterator[Problem]:
    """No record lies below, counts as, belongs to or is superseded by itself, directly or not."""
    for table, (keys, message) in _UPWARDS.items():
        if not any(whole.of(table)):
            continue
        links = {entry.record.id: dict(_upwards(entry, keys)) for entry in whole.beside(table)}
        nearest = {key: tuple(found.values()) for key, found in links.items()}
        for entry in whole.of(table):
            for key, next_above in links[entry.record.id].items():
                every = _reached(next_above, nearest)
                if entry.record.id in every:
                    yield Problem(entry.file, entry.record.id, key, message)
                elif len(every) > _MOST_ABOVE:
                    more = f"leads to more than {_MOST_ABOVE} others"
                    yield Problem(entry.file, entry.record.id, key, more)


def _upwards(entry: Entry, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The ids that a record names in these keys, each with its place."""
    for key in keys:
        value = getattr(entry.record, key)
        if isinstance(value, tuple):
            yield from ((f"{key}[{at}]", item) for at, item in enumerate(value))
        elif value is not None:
            yield key, value


def _reached(start: str, nearest: Mapping[str, Iterable[str]]) -> set[str]:
    """A record and all that it leads to."""
    found: set[str] = set()
    left = [start]
    while left:
        key = left.pop()
        if key not in found:
            found.add(key)
            left += nearest.get(key, ())
    return found
