"""Which rates stand for a trial: its fullest set, and a pool only for what its trials leave open.

Tables and pictures choose by this one rule.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, get_args

from cartref.model.vocabulary import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cartref.model.study import AdverseReaction, Trial

BASES = get_args(Basis)  # labels before papers
RATES = ("any_grade_pct", "grade3plus_pct")
GRADES = (*RATES, "grade5_pct")


def chosen(found: Iterable[AdverseReaction], trials: Mapping[str, Trial]) -> list[AdverseReaction]:
    """The rates that stand for each trial and event, in the order given.

    Args:
        found: rates by grade
        trials: the trials they belong to
    """
    items = list(found)
    fullest = {item.id for options in sets(items) for item in options[0]}
    kept = [item for item in items if item.id in fullest]
    return [item for item in kept if not told_by_its_trials(item, kept, trials)]


def sets(found: Iterable[AdverseReaction]) -> list[list[list[AdverseReaction]]]:
    """For each trial and event the sets of patients that were counted, the fullest first."""
    grouped: dict[tuple[object, ...], dict[tuple[object, ...], list[AdverseReaction]]] = {}
    for item in found:
        counted = (item.population, item.n, item.basis, item.regulator, item.indirect)
        options = grouped.setdefault((item.product, item.trial, item.event), {})
        options.setdefault(counted, []).append(item)
    return [sorted(options.values(), key=_weight) for options in grouped.values()]


def _weight(items: Sequence[AdverseReaction]) -> tuple[int, int, int]:
    """The least for a set of which all is known, then for label texts, then for the largest."""
    unknown = min([item.n, item.any_grade_pct, item.grade3plus_pct].count(None) for item in items)
    return unknown, BASES.index(items[0].basis), -(items[0].n or 0)


def told_by_its_trials(
    item: AdverseReaction, shown: Iterable[AdverseReaction], trials: Mapping[str, Trial]
) -> bool:
    """Whether each rate that a pool tells, fatal ones too, is told of its pivotal trials.

    Of a pool whose trials are not known, any trial in one of its diseases may be one of them.

    Args:
        item: the rate; that of a single trial is told by no other one
        shown: the rates that stand beside it
        trials: the trials they belong to
    """
    pool = trials[item.trial]
    if pool.kind != "pool":
        return False
    own: dict[str, set[str]] = {}
    for other in shown:
        if (other.product, other.event) == (item.product, item.event):
            own.setdefault(other.trial, set()).update(_known(other, GRADES))
    singles = {key for key in own if trials[key].kind != "pool"}
    if not pool.members:
        return any(set(trials[key].diseases) & set(pool.diseases) for key in singles)
    members = [key for key in pool.members if key in trials and trials[key].kind == "pivotal"]
    told = _known(item, GRADES)
    return bool(members) and all(told <= own.get(key, set()) for key in members)


def known_rates(item: AdverseReaction) -> set[str]:
    """Which of the rates of any grade and of grade 3 or higher are known."""
    return _known(item, RATES)


def _known(item: AdverseReaction, names: Iterable[str]) -> set[str]:
    return {name for name in names if getattr(item, name) is not None}


def otherwise_in_labels(
    options: Iterable[Sequence[Sequence[AdverseReaction]]], trials: Mapping[str, Trial]
) -> list[str]:
    """The trials of which a label gives another rate than the fullest set."""
    found: dict[str, None] = {}
    for first, *others in options:
        for name in RATES:
            known = {getattr(item, name) for item in first} - {None}
            labels = (item for item in chain(*others) if item.basis != "publication")
            if known and {getattr(item, name) for item in labels} - known - {None}:
                found[trials[first[0].trial].name] = None
    return list(found)
