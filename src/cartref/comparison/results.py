"""What trials found, side by side: rates of different populations, never to rank products."""

from __future__ import annotations

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
MARK = "*"


def _trials(profile: Profile) -> dict[str, Trial]:
    return {item.id: item for item in profile.trials}


def _pivotal(
    section: ComparisonSection, profiles: Sequence[Profile], catalog: Catalog
) -> Iterator[ComparisonRow]:
    """The pivotal trials: whom they took in, how they were built, how many they treated."""
    cells = [
        [Point(_design(item, catalog)) for item in profile.trials if item.kind == "pivotal"]
        for profile in profiles
    ]
    yield from row(section, "pivotal trials", None, profiles, cells, None)


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
    found = [study.key_outcomes(profile.outcomes, _trials(profile)) for profile in profiles]
    for endpoint in study.KEY_ENDPOINTS:
        cells = [
            [Point(_outcome(item, _trials(profile))) for item in items if item.endpoint == endpoint]
            for profile, items in zip(profiles, found, strict=True)
        ]
        yield from row("outcomes", endpoint, None, profiles, cells, None)


def _outcome(item: Outcome, trials: dict[str, Trial]) -> Statement:
    result = study.result(item)
    printed = item.ci_low is not None or item.ci_high is not None
    if item.unit == "percent" and item.value is not None and not printed:
        result += _interval(item.value, item.n)
    control = words.control(item)
    parts = [f"{result}{_size(item)}", f"control {control}" if control else ""]
    return statement(
        "outcomes",
        item,
        "; ".join(filter(None, [*parts, _population(item, trials), words.basis(item)])),
        trial=item.trial,
        population=item.population,
        n=item.n,
        endpoint=item.endpoint,
        value=item.value,
        unit=item.unit,
        ci_low=item.ci_low,
        ci_high=item.ci_high,
        basis=item.basis,
    )


def _size(item: Outcome | AdverseReaction) -> str:
    return f", n = {item.n}" if item.n is not None else f", n {words.UNKNOWN}"


def _interval(percent: float, n: int | None) -> str:
    """The interval of a percentage that was printed without one, where n is known."""
    if not n:
        return ""
    low, high = (round(limit, 1) for limit in wilson(percent, n))
    return f" {words.interval(low, high)}{MARK}"


def _population(item: Outcome | AdverseReaction, trials: dict[str, Trial]) -> str:
    """The trial and who was counted in it."""
    name = study.trial_name(trials, item)
    return name if (item.population or "") in name else f"{name}: {item.population}"


def computed(rows: Sequence[ComparisonRow]) -> bool:
    """Whether an interval in these rows was computed."""
    return any(
        f"){MARK}" in item.text for row in rows for cell in row.cells for item in cell.statements
    )


# ---- adverse reactions


def safety(profiles: Sequence[Profile], catalog: Catalog) -> Iterator[ComparisonRow]:
    """The rates of CRS and neurologic toxicity, event by event."""
    yield from _pivotal("safety", profiles, catalog)
    found = [study.headline(profile.adverse_reactions, _trials(profile)) for profile in profiles]
    for event in study.HEADLINE:
        cells = [
            [Point(_reaction(item, _trials(profile))) for item in items if item.event == event]
            for profile, items in zip(profiles, found, strict=True)
        ]
        if any(cells):
            yield from row("safety", _event_name(event, catalog), None, profiles, cells, None)


def _event_name(event: str, catalog: Catalog) -> str:
    """The name of an event, or its abbreviation if the name is too long for a heading."""
    known = catalog.adverse_events[event]
    return known.name if len(known.name) <= LONGEST else known.abbreviation or known.name


def _reaction(item: AdverseReaction, trials: dict[str, Trial]) -> Statement:
    rates = (("any grade", item.any_grade_pct), ("grade 3+", item.grade3plus_pct))
    told = [
        f"{name} {study.NOT_KNOWN}"
        if rate is None
        else f"{name} {words.percent(rate)}{_interval(rate, item.n)}"
        for name, rate in rates
    ]
    onset = words.median_and_range(item.onset_median_days, item.onset_range_days)
    course = words.median_and_range(item.duration_median_days, item.duration_range_days)
    parts = [
        ", ".join(told) + _size(item),
        f"onset {onset} days" if onset else "",
        f"duration {course} days" if course else "",
        _population(item, trials),
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
        basis=item.basis,
    )
