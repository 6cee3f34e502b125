"""What trials found, side by side: rates of different populations, never to rank products."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cartref.comparison.points import Point, row, statement
from cartref.intervals import wilson
from cartref.render import study, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartref.catalog import Catalog
    from cartref.model.answer import ComparisonRow, Statement
    from cartref.model.dataset import Profile
    from cartref.model.study import AdverseReaction, Outcome, Trial
    from cartref.model.vocabulary import ComparisonSection

LONGEST = 22
PIVOTAL = "pivotal trials"
MARK = "*"


def _trials(profile: Profile) -> dict[str, Trial]:
    return {item.id: item for item in profile.trials}


def names_of_trials(profiles: Sequence[Profile], catalog: Catalog) -> dict[str, str]:
    """The names of all trials by id, each with its diseases: ``ZUMA-5 (FL, MZL)``."""
    return {
        item.id: f"{item.name} ({named})"
        if (named := words.diseases(item.diseases, item.id, catalog.disease_name))
        else item.name
        for profile in profiles
        for item in profile.trials
    }


def _names(profiles: Sequence[Profile], catalog: Catalog) -> dict[str, str]:
    """The names of all trials, with their diseases where the pivotal ones have more than one."""
    trials = [item for profile in profiles for item in profile.trials]
    if len({item.diseases for item in trials if item.kind == "pivotal"}) > 1:
        return names_of_trials(profiles, catalog)
    return {item.id: item.name for item in trials}


def _pivotal(
    section: ComparisonSection, profiles: Sequence[Profile], catalog: Catalog
) -> Iterator[ComparisonRow]:
    """The pivotal trials: whom they took in, how they were built, how many they treated."""
    cells = [
        [Point(_design(item, catalog)) for item in profile.trials if item.kind == "pivotal"]
        for profile in profiles
    ]
    yield from row(section, PIVOTAL, None, profiles, cells, None)


def _design(item: Trial, catalog: Catalog) -> Statement:
    named = words.diseases(item.diseases, item.id, catalog.disease_name)
    treated = "number treated not known"
    if item.n_treated is not None:
        treated = f"{item.n_treated} treated"
    who = ", ".join(filter(None, [named, item.line]))
    design = (item.design or "").partition(";")[0]
    text = "; ".join(filter(None, [who, design, treated]))
    return statement("trials", item, f"{item.name}: {text}")


# ---- outcomes


def outcomes(profiles: Sequence[Profile], catalog: Catalog) -> Iterator[ComparisonRow]:
    """The results of the pivotal trials that a reader looks for first, endpoint by endpoint."""
    yield from _pivotal("outcomes", profiles, catalog)
    names = _names(profiles, catalog)
    found = [study.key_outcomes(profile.outcomes, _trials(profile)) for profile in profiles]
    for endpoint in study.KEY_ENDPOINTS:
        cells = [
            [Point(_outcome(item, names)) for item in items if item.endpoint == endpoint]
            for items in found
        ]
        yield from row("outcomes", endpoint, None, profiles, cells, None)


def _outcome(item: Outcome, names: dict[str, str]) -> Statement:
    result = study.result(item)
    printed = item.ci_low is not None or item.ci_high is not None
    if item.unit == "percent" and item.value is not None and not printed:
        result += _interval(item.value, item.n)
    control = words.control(item)
    parts = [
        f"{result}{_size(item)}",
        f"control {control}" if control else "",
        words.follow_up(item),
        _population(item, names),
        words.basis(item),
    ]
    return statement(
        "outcomes",
        item,
        "; ".join(filter(None, parts)),
        trial=item.trial,
        population=item.population,
        n=item.n,
        endpoint=item.endpoint,
        value=item.value,
        unit=item.unit,
        ci_low=item.ci_low,
        ci_high=item.ci_high,
        follow_up_months=item.follow_up_months,
        basis=item.basis,
        regulator=item.regulator,
        indirect=item.indirect,
    )


def _size(item: Outcome | AdverseReaction) -> str:
    return f", n = {item.n}" if item.n is not None else f", n {words.UNKNOWN}"


def _interval(percent: float, n: int | None) -> str:
    """The interval of a percentage that was printed without one, where n is known."""
    if not n:
        return ""
    low, high = (round(limit, 1) for limit in wilson(percent, n))
    return f" {words.interval(low, high)}{MARK}"


def _population(item: Outcome | AdverseReaction, names: dict[str, str]) -> str:
    """The trial and who was counted in it."""
    name = names[item.trial]
    return name if (item.population or "") in name else f"{name}: {item.population}"


def computed(rows: Sequence[ComparisonRow]) -> bool:
    """Whether an interval in these rows was computed."""
    return any(f"){MARK}" in item.text for item in results(rows))


def results(
    rows: Sequence[ComparisonRow], section: ComparisonSection | None = None
) -> list[Statement]:
    """The statements that are results of trials: of all sections, or of one."""
    return [
        item
        for part in rows
        for cell in part.cells
        for item in cell.statements
        if item.trial is not None and section in (None, part.section)
    ]


def of_known_results(
    rows: Sequence[ComparisonRow], profiles: Sequence[Profile]
) -> list[ComparisonRow]:
    """The rows, with no pivotal trial of which its section shows no result.

    A trial stays where a result of a pool of it is shown.
    """
    members = {item.id: item.members for profile in profiles for item in profile.trials}
    kept: list[ComparisonRow] = []
    for part in rows:
        if part.topic != PIVOTAL:
            kept.append(part)
            continue
        shown = {item.trial or "" for item in results(rows, part.section)}
        shown.update(key for trial in tuple(shown) for key in members.get(trial, ()))
        cells = tuple(
            replace(cell, statements=tuple(item for item in cell.statements if item.id in shown))
            for cell in part.cells
        )
        if any(cell.statements for cell in cells):
            kept.append(replace(part, cells=cells))
    return kept


# ---- adverse reactions


def safety(profiles: Sequence[Profile], catalog: Catalog) -> Iterator[ComparisonRow]:
    """The rates of CRS and neurologic toxicity, event by event."""
    yield from _pivotal("safety", profiles, catalog)
    names = _names(profiles, catalog)
    found = [study.headline(profile.adverse_reactions, _trials(profile)) for profile in profiles]
    for event in study.HEADLINE:
        cells = [
            [Point(_reaction(item, names)) for item in items if item.event == event]
            for items in found
        ]
        if any(cells):
            yield from row("safety", _event_name(event, catalog), None, profiles, cells, None)


def _event_name(event: str, catalog: Catalog) -> str:
    """The name of an event, or its abbreviation if the name is too long for a heading."""
    known = catalog.adverse_events[event]
    return known.name if len(known.name) <= LONGEST else known.abbreviation or known.name


def _reaction(item: AdverseReaction, names: dict[str, str]) -> Statement:
    rates = (("any grade", item.any_grade_pct), ("grade 3+", item.grade3plus_pct))
    told = [
        f"{name} {words.UNKNOWN_NUMBER}"
        if rate is None
        else f"{name} {words.percent(rate)}{_interval(rate, item.n)}"
        for name, rate in rates
    ]
    onset = words.median_and_range(item.onset_median_days, item.onset_range_days)
    course = words.median_and_range(item.duration_median_days, item.duration_range_days)
    parts = [
        ", ".join(told) + _size(item),
        study.graded_by(item),
        f"onset {onset} days" if onset else "",
        f"duration {course} days" if course else "",
        _population(item, names),
        words.basis(item),
    ]
    return statement(
        "adverse_reactions",
        item,
        "; ".join(filter(None, parts)),
        trial=item.trial,
        population=item.population,
        n=item.n,
        any_grade_pct=item.any_grade_pct,
        grade3plus_pct=item.grade3plus_pct,
        grading_scale=item.grading_scale,
        basis=item.basis,
        regulator=item.regulator,
        indirect=item.indirect,
    )
