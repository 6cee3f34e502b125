"""Values in words: one way to write a dose, a percentage, a range, an unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cartref.model.answer import Statement
    from cartref.model.label import (
        Criterion,
        Dose,
        Drug,
        Indication,
        LabelWarning,
        Lymphodepletion,
        Monitoring,
        Pending,
    )
    from cartref.model.study import AdverseReaction, Outcome

    DiseaseName = Callable[[str, str], str]  # of an id and the record that refers to it

UNKNOWN = "not known"
UNKNOWN_ADDRESS = f"address {UNKNOWN}"
UNKNOWN_NUMBER = "n.k."  # in a column of numbers, with the legend
LEGEND = f"{UNKNOWN_NUMBER}: {UNKNOWN}."
NO_BOX = "this regulator's texts carry no boxed warning"
UNITS = {"percent": "%", "months": " months", "days": " days"}  # others need no sign
THERAPIES = {
    "systemic-therapy": "systemic therapy",
    "chemotherapy": "chemotherapy",
    "first-line-chemoimmunotherapy": "first-line chemoimmunotherapy",
    "immunomodulatory-agent": "an immunomodulatory agent",
    "proteasome-inhibitor": "a proteasome inhibitor",
    "anti-cd38-antibody": "an anti-CD38 antibody",
    "lenalidomide": "lenalidomide",
    "btk-inhibitor": "a BTK inhibitor",
    "bcl2-inhibitor": "a BCL-2 inhibitor",
    "cd19-car-t": "a CD19-directed CAR T-cell product",
    "bcma-car-t": "a BCMA-directed CAR T-cell product",
    "last-therapy": "the last therapy",
}
TRANSPLANT = {
    "autologous-eligible": "candidate for autologous transplant",
    "autologous-ineligible": "not eligible for autologous transplant",
    "relapsed-after-autologous": "relapsed after autologous transplant",
    "allogeneic-ineligible": "not eligible for allogeneic transplant",
    "relapsed-after-allogeneic": "relapsed after allogeneic transplant",
    "relapsed-after-transplant": "relapsed after transplant",
}
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth"}


def diseases(keys: Sequence[str], record: str, disease_name: DiseaseName) -> str:
    """The short names of the diseases that a record refers to."""
    return ", ".join(disease_name(key, record) for key in keys)


def titled(name: str, abbreviation: str | None) -> str:
    """A name with its abbreviation: ``mantle cell lymphoma (MCL)``."""
    return f"{name} ({abbreviation})" if abbreviation else name


def number(value: float | None) -> str:
    """A number without needless decimals; an empty text if it is not known."""
    return "" if value is None else f"{value:.10g}"


def percent(value: float | None) -> str:
    """A percentage."""
    return "" if value is None else f"{value:g}%"


def span(values: Sequence[float]) -> str:
    """A range from its two ends."""
    return "-".join(number(value) for value in values)


def median_and_range(median: float | None, ends: Sequence[float]) -> str:
    """A median with its range: ``2 (1-12)``."""
    parts = [number(median), f"({span(ends)})" if ends else ""]
    return " ".join(part for part in parts if part)


def cells(value: int) -> str:
    """A number of cells, in millions."""
    return f"{_in_millions(value)} million"


def _in_millions(value: int) -> str:
    return f"{value / 1e6:.12g}"  # no digit is rounded away


def cell_range(low: int | None, high: int | None) -> str:
    """A range of cell numbers, in millions."""
    if low is not None and high is not None and low != high:
        return f"{_in_millions(low)}-{cells(high)}"
    only = high if high is not None else low
    return "" if only is None else cells(only)


def line(indication: Indication) -> str:
    """The line of therapy that an indication opens in: ``2L+``; empty if the label sets none."""
    low, high = indication.min_prior_lines, indication.max_prior_lines
    if low is None:
        return ""
    if high is None:
        return f"{low + 1}L+"
    return f"{low + 1}L" if low == high else f"{low + 1}L-{high + 1}L"


def ages(indication: Indication) -> str:
    """The age limits in years: ``18+``, ``up to 25``."""
    low, high = indication.age_min, indication.age_max
    if low is not None and high is not None:
        return f"{low}-{high}"
    if low is not None:
        return f"{low}+"
    return "" if high is None else f"up to {high}"


def prior_lines(indication: Indication) -> str:
    """The earlier lines of therapy that the label asks for."""
    low, high = indication.min_prior_lines, indication.max_prior_lines
    if low is None:
        return ""
    if high is not None:
        return f"{low}-{high} prior lines" if high > low else f"{low} prior line{'s' * (low != 1)}"
    return f"at least {low} prior line{'' if low == 1 else 's'}"


def criterion(item: Criterion) -> str:
    """One criterion of an indication as a phrase."""
    phrase = _CRITERIA[item.kind](item)
    if item.lines_min is not None:
        phrase += f" after at least {item.lines_min} line{'' if item.lines_min == 1 else 's'}"
    if item.unless:
        phrase += f" (unless {item.unless})"
    if item.until:
        phrase += f" until {item.until}, dropped since"
    if item.since:
        phrase += f" (since {item.since})"
    return phrase


def _after(item: Criterion) -> str:
    return {
        "first-line": "first-line chemoimmunotherapy",
        "second-or-later-line": "second-line or later therapy",
        "last-therapy": "the last therapy",
    }.get(item.after or "", "")


def _limit(item: Criterion) -> str:
    if item.within_months is not None:
        return f" within {item.within_months:g} months" + (
            f" of {_after(item)}" if item.after else ""
        )
    if item.within_days is not None:
        return f" within {item.within_days} days" + (f" of {_after(item)}" if item.after else "")
    return f" after {_after(item)}" if item.after else ""


def _status(item: Criterion) -> str:
    if item.relapses_min:
        which = ORDINALS.get(item.relapses_min, f"{item.relapses_min}th")
        return f"in {which} or later relapse"
    return item.value.replace("-", " ") + _limit(item)


def _progression(item: Criterion) -> str:
    """On the last therapy, or on any or after it."""
    when = "on" if item.value == "last-therapy" and item.within_days is None else "on or after"
    return f"progression {when} {THERAPIES[item.value]}{_limit(item)}"


_CRITERIA: dict[str, Callable[[Criterion], str]] = {
    "disease-status": _status,
    "prior-therapy": lambda item: f"earlier treated with {THERAPIES[item.value]}",
    "refractory-to": lambda item: f"refractory to {THERAPIES[item.value]}",
    "progression-on": _progression,
    "transplant": lambda item: TRANSPLANT[item.value],
    "no-prior-therapy": lambda item: f"no earlier {THERAPIES[item.value].removeprefix('a ')}",
    "excluded-disease": lambda item: (
        f"not for {item.value.replace('-', ' ').replace('cns', 'CNS')}"
    ),
    "antigen": lambda item: antigen(item.value),
}


def antigen(value: str) -> str:
    """An antigen and its result: ``CD19-positive``."""
    name, _, result = value.partition("-")
    return f"{name.upper()}-{result}"


def criteria(indication: Indication) -> list[str]:
    """The criteria of an indication as phrases; alternatives stand in one phrase.

    Therapies that must all have been given stand in one phrase too.
    """
    groups: dict[str, list[str]] = {}
    statuses: list[str] = []
    given: list[str] = []
    for position, item in enumerate(indication.criteria):
        if item.kind == "prior-therapy" and not (item.group or item.unless or item.lines_min):
            given.append(THERAPIES[item.value])
            groups["given"] = [f"earlier treated with {listed(given)}"]
        elif item.kind == "disease-status" and item.group is None:
            statuses.append(criterion(item))
            groups["status of its own"] = [listed(statuses)]
        else:
            groups.setdefault(item.group or f"#{position}", []).append(criterion(item))
    return [" or ".join(phrases) for phrases in groups.values()]


def listed(parts: Sequence[str]) -> str:
    """Parts as a list in words: ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def eligibility(indication: Indication) -> str:
    """All that the label asks of a patient, in one line."""
    group = f"age {ages(indication)}" if ages(indication) else indication.population or ""
    parts = [group, prior_lines(indication)]
    return "; ".join([part for part in parts if part] + criteria(indication))


def authorisation(indication: Indication) -> str:
    """The pathway, and what it was first."""
    now = indication.pathway or ""
    if indication.pathway_at_approval and indication.pathway_at_approval != indication.pathway:
        since = f" since {indication.converted}" if indication.converted else ""
        return f"{now}{since}, first {indication.pathway_at_approval}".strip()
    return now


def granted(indication: Indication) -> str:
    """How and when a use was approved: ``accelerated, 2021-03-05, full since 2024-01-09``.

    The day is that of the pathway before it.
    """
    now, first = indication.pathway, indication.pathway_at_approval or indication.pathway
    if first is None and indication.approved is None:
        return f"pathway and date {UNKNOWN}"
    text = f"{first or f'pathway {UNKNOWN}'}, {indication.approved or f'date {UNKNOWN}'}"
    if first == now:
        return text
    return f"{text}, {now or 'changed'} since {indication.converted or f'a date {UNKNOWN}'}"


def dose(item: Dose) -> str:
    """A dose in one line."""
    parts = [amount(item), item.route or "", item.presentation or ""]
    return "; ".join(part for part in parts if part)


def amount(item: Dose) -> str:
    """How much a dose is, and in which parts it is given."""
    per_kg = " per kg" if item.per_kg else ""
    what = (item.unit or "CAR-positive viable T cells").replace(" per kg", "")
    counted = cell_range(item.min_cells, item.max_cells)
    parts = [f"{counted} {what}{per_kg}" if counted else ""]
    if item.target_cells is not None:
        parts.append(f"target {cells(item.target_cells)}{per_kg}")
    if item.cap_cells is not None and (item.per_kg or item.cap_cells != item.max_cells):
        parts.append(f"at most {cells(item.cap_cells)} in all")
    parts += [item.weight_rule or ""]
    parts += [
        f"day {part.day}"
        + (f" (plus or minus {part.window_days} days)" if part.window_days else "")
        + f": {cells(part.cells)}"
        for part in item.schedule
    ]
    return "; ".join(part for part in parts if part)


def drug(item: Drug) -> str:
    """One drug of a regimen."""
    amount = "" if item.dose is None else f"{item.dose:g} {item.unit or ''}".rstrip()
    often = "" if item.days is None else f"daily for {item.days} days" if item.days > 1 else "once"
    text = " ".join(part for part in (item.drug, amount, often) if part)
    if item.dose is None:
        text += f" (dose {UNKNOWN})"
    if item.days_before_infusion:
        text += " (day " + ", ".join(f"-{day}" for day in item.days_before_infusion) + ")"
    return text


def regimen(item: Lymphodepletion) -> str:
    """A lymphodepleting regimen in one line."""
    wait = days_to_infusion(item)
    parts = [" + ".join(drug(part) for part in item.drugs)]
    parts += [f"infusion {wait}" if wait else "", item.timing or ""]
    parts += [f"alternative: {item.alternative}" if item.alternative else ""]
    parts += [f"may be omitted: {item.omit_if}" if item.omit_if else ""]
    parts += [f"to be repeated: {item.repeat_if}" if item.repeat_if else ""]
    return "; ".join(part for part in parts if part)


def days_to_infusion(item: Lymphodepletion) -> str:
    """How long after chemotherapy the infusion comes; empty if no days are known."""
    low, high = item.infusion_days_min, item.infusion_days_max
    if low is None:
        return ""
    if high is None:
        return f"at least {low} days after the last dose"
    days = str(low) if low == high else f"{low}-{high}"
    return f"{days} days after the last dose"


def weeks(value: int | None, what: str) -> str:
    """A number of weeks of something."""
    return "" if value is None else f"{what} {value} week{'' if value == 1 else 's'}"


def monitoring(item: Monitoring) -> str:
    """A monitoring rule in one line."""
    days = item.daily_monitoring_days
    doses = item.tocilizumab_doses_on_site
    parts = [
        f"daily for {days} days" if days is not None else "",
        f"{item.visits_first_week} visits in the first week" if item.visits_first_week else "",
        weeks(item.monitoring_weeks, "monitored for"),
        item.further_monitoring or "",
        weeks(item.proximity_weeks, "stay near a treatment centre for"),
        item.proximity_rule or "",
        weeks(item.no_driving_weeks, "no driving for"),
        f"REMS: {item.rems}" + (f" ({item.rems_note})" if item.rems_note else "")
        if item.rems
        else item.rems_note or "",
        f"{doses} tocilizumab dose{'' if doses == 1 else 's'} on site" if doses is not None else "",
        item.tocilizumab_rule or "",
    ]
    return "; ".join(part for part in parts if part)


def warning(item: LabelWarning) -> str:
    """What a label warns of in one line."""
    return "; ".join(item.items) or "none listed in the label"


def pending(item: Pending, named: str) -> str:
    """A decision still to come in one line: what, how far, until when, as known when."""
    aim = f"decision due {item.target_date}" if item.target_date else "no date set"
    what = ", ".join(part for part in (item.title, named) if part)
    parts = [f"{what} ({item.stage}; {aim}; known on {item.known_on})", item.detail, item.note]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def period(since: str | None, until: str | None, as_of: str | None) -> str:
    """The time for which a label text is known to stand."""
    if since and until:
        return f"{since} to {until}"
    if until:
        return f"until {until}"
    if since:
        return f"since {since}"
    return f"as of {as_of}" if as_of and as_of[0].isdigit() else as_of or ""


def outcome(item: Outcome) -> str:
    """The result of an outcome with its unit and interval."""
    if item.value is not None:
        text = f"{item.value:g}{UNITS.get(item.unit, '')}"
    else:
        text = "not reached" if item.not_reached else item.value_text or ""
    return " ".join(part for part in (text, interval(item.ci_low, item.ci_high)) if part)


def interval(low: float | None, high: float | None) -> str:
    """A confidence interval; where only one limit is known, that limit by name."""
    if low is None and high is None:
        return ""
    if low is None:
        return f"(upper limit {number(high)})"
    return f"({number(low)}-{number(high)})" if high is not None else f"(lower limit {number(low)})"


def limits(low: float | None, high: float | None, *, computed: bool) -> str:
    """A confidence interval; one that was computed from a rounded rate in whole numbers."""
    if computed and low is not None and high is not None:
        return interval(round(low), round(high))
    return interval(low, high)


def control(item: Outcome) -> str:
    """The result of the control arm."""
    if item.comparator_value is None:
        return ""
    text = f"{item.comparator_value:g}{UNITS.get(item.unit, '')}"
    limits = interval(item.comparator_ci_low, item.comparator_ci_high)
    return " ".join(part for part in (text, limits) if part)


def follow_up(item: Outcome | Statement) -> str:
    """How long patients were followed."""
    months = number(item.follow_up_months)
    return (
        f"follow-up {months} month{'' if months == '1' else 's'}"
        if months
        else (f"follow-up {UNKNOWN}")
    )


def basis(item: Outcome | AdverseReaction | Statement) -> str:
    """The kind of text and the authority behind a rate, and whether it is told by others."""
    kind, regulator = item.basis or "", item.regulator
    if regulator is not None and regulator not in kind and kind != "Swiss label":
        kind_of = f"{regulator} label" if kind == "label" else f"{kind} ({regulator})"
    else:
        kind_of = kind
    return f"{kind_of}, indirect" if item.indirect else kind_of


def code(system: str, value: str, note: str | None = None) -> str:
    """A code with its system, said once where the code itself begins with it."""
    text = value if value.startswith(system) else f"{system} {value}"
    return f"{text} ({note})" if note else text
