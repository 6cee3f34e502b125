"""Rules of numbers that hang together: doses, regimens, patients and the rates of them."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from cartref.check.whole import Problem
from cartref.model.study import AdverseReaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cartref.check.whole import Whole
    from cartref.model.label import Drug
    from cartref.model.study import Outcome, Trial

# What a dose lies within. A slip of a hundredfold leaves this, or parts the numbers of one dose.
_FLAT_DOSE = (5 * 10**6, 5 * 10**9)
_DOSE_PER_KG = (10**4, 4 * 10**7)
_SPREAD = 50  # the lowest number of a dose times this is not below the highest
# What the dose of a day lies within: about a third of the lowest in use to thrice the highest, so
# that a slip of tenfold is seen.
_CHEMOTHERAPY = {
    ("fludarabine", "mg/m2"): (8, 90),
    ("cyclophosphamide", "mg/m2"): (100, 2_400),
}


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


def regimens_are_plausible(whole: Whole) -> Iterator[Problem]:
    """A drug of lymphodepletion is dosed as such drugs are, on as many days as are listed."""
    for entry in whole.of("lymphodepletion"):
        for at, drug in enumerate(entry.record.drugs):
            for key, wrong in _wrong_with(drug):
                yield Problem(entry.file, entry.record.id, f"drugs[{at}].{key}", wrong)


def _wrong_with(drug: Drug) -> Iterator[tuple[str, str]]:
    """What cannot be right in one drug of a regimen, by key."""
    if drug.dose is not None and drug.unit is None:
        yield "unit", f"is missing: {drug.dose:g} of what?"
    least, most = _CHEMOTHERAPY.get((drug.drug.casefold(), drug.unit or ""), (0, math.inf))
    if drug.dose is not None and not least <= drug.dose <= most:
        message = f"{drug.dose:g} {drug.unit} of {drug.drug} does not lie between {least} and"
        yield "dose", f"{message} {most:,}"
    listed = drug.days_before_infusion
    if drug.days is not None and listed and drug.days != len(set(listed)):
        told = ", ".join(map(str, listed))
        yield "days", f"{drug.days} is not the number of the days before infusion: {told}"


def patients_are_of_their_trial(whole: Whole) -> Iterator[Problem]:
    """A result counts no more patients than its trial has, unless a note says so.

    It says so with that number: cohorts and later cut-offs may count more. Nor are more patients
    treated than were enrolled.
    """
    trials: dict[str, Trial] = {entry.record.id: entry.record for entry in whole.beside("trial")}
    for entry in whole.of("trial"):
        item = entry.record
        before = [number for number in (item.n_enrolled, item.n_leukapheresed) if number]
        least = min(before, default=item.n_treated)
        if item.n_treated and item.n_treated > least and not _tells(item.note, item.n_treated):
            message = f"{item.n_treated} is more than the {least} enrolled or apheresed"
            yield Problem(entry.file, item.id, "n_treated", message)
    for entry in whole.of("outcome", "adverse_reaction"):
        item = entry.record
        trial = trials.get(item.trial)
        if trial is None or item.n is None:
            continue
        numbers = (trial.n_enrolled, trial.n_leukapheresed, trial.n_treated)
        most = max((number for number in numbers if number), default=item.n)
        if item.n > most and not _tells(trial.note, item.n) and not _tells(item.note, item.n):
            message = f"{item.n} is more than the {most} of trial '{trial.id}', and no note says so"
            yield Problem(entry.file, item.id, "n", message)


def _tells(note: str | None, number: int) -> bool:
    """Whether a note gives a number."""
    return str(number) in re.findall(r"\d+", note or "")


# The percentages of patients that are counted; those of the control arm are of other patients.
_COUNTED = (
    "any_grade_pct", "grade3plus_pct", "grade5_pct", "serious_pct", "tocilizumab_pct",
    "corticosteroid_pct",
)  # fmt: skip
_ALL = 100  # per cent
# Outcomes that count patients; what is told for a time, such as PFS-12m, is estimated.
_RESPONSE = re.compile(r"ORR|s?CRi?|CR/CRi|CR or better|VGPR or better")


def rates_are_of_whole_patients(whole: Whole) -> Iterator[Problem]:
    """A rate of n patients is a whole number of them, rounded or cut.

    Registries count each item in those of whom they heard, and the press does not say in whom.
    """
    studies = {entry.record.id: entry.record.kind for entry in whole.beside("trial")}
    kinds = {entry.record.id: entry.record.kind for entry in whole.beside("source")}
    for entry in whole.of("outcome", "adverse_reaction"):
        item = entry.record
        press = all(kinds.get(key) == "press" for key in item.sources)
        vague = studies.get(item.trial) == "real-world" or (item.basis == "publication" and press)
        if item.n and not vague:
            for key in _counted(item):
                rate = getattr(item, key)
                if rate is not None and 0 <= rate <= _ALL and not _is_of_whole(rate, item.n):
                    message = f"{rate:g} per cent of {item.n} is no whole number of patients"
                    near = _percentages(rate, item.n)
                    yield Problem(entry.file, item.id, key, f"{message}: {near}")


def _counted(item: Outcome | AdverseReaction) -> Iterable[str]:
    """The keys of the rates in a result that count its patients."""
    if isinstance(item, AdverseReaction):
        return _COUNTED
    counts = item.unit == "percent" and _RESPONSE.fullmatch(item.endpoint)
    return ("value",) if counts else ()


def _percentages(rate: float, number: int) -> str:
    """The whole numbers of patients on either side of a rate, with their rates."""
    least = math.floor(rate * number / _ALL)
    return ", ".join(f"{n} are {_ALL * n / number:.4g}" for n in (least, least + 1))


def _is_of_whole(rate: float, number: int) -> bool:
    """Whether a rate in per cent, as exact as it is written, is a whole number of so many.

    It may have been rounded, rounded again from one decimal more (16.49, 16.5, 17), or cut.
    """
    exponent = Decimal(str(rate)).normalize().as_tuple().exponent
    last = 10.0 ** min(int(exponent), 0)
    least = math.ceil((rate - 0.55 * last) * number / _ALL - 1e-9)
    return least < (rate + last) * number / _ALL - 1e-9
