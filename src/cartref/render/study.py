"""Outcomes and adverse reactions for people and for TSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.intervals import METHOD, wilson
from cartref.render import words
from cartref.render.document import Column, Fact, Facts, Grid, behind, rows_of
from cartref.render.fullest import BASES, chosen, known_rates, otherwise_in_labels, sets
from cartref.render.strip import HEADING, strip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cartref.model.reference import AdverseEvent
    from cartref.model.study import AdverseReaction, Outcome, Trial
    from cartref.render.document import Block, Rows

    Reader = Callable[[AdverseReaction], str]
    Measured = tuple[tuple[Column, Reader], ...]

NOT_COMPARABLE = (
    "Rates come from different trials, populations, definitions and data cuts: "
    "they do not rank products."
)
NEUROLOGIC = (
    "Neurologic toxicity is the wider set of events that labels and older trials counted; "
    "ICANS is graded by ASTCT. Their rates are not interchangeable."
)
SEVERAL = "several"
INDIRECT = "Indirect: the label as told by a company or the press."
LEGEND = f"{words.LEGEND} Onset and duration: median (range). {INDIRECT}"
INTERVAL = "95% CI*"
COMPUTED = f"{INTERVAL}: {METHOD}."
HEADLINE = ("crs", "neurologic-toxicity", "icans")
LONGER = 1  # month
KEY_ENDPOINTS = (
    "ORR", "CR", "CR/CRi", "CRi", "CR or better", "sCR", "MRD-negative",
    "mDOR", "mPFS", "HR-PFS", "mEFS", "HR-EFS", "mRFS", "mOS", "HR-OS",
)  # fmt: skip


def trial_name(trials: Mapping[str, Trial], item: Outcome | AdverseReaction) -> str:
    """The name of the trial that a result belongs to."""
    return trials[item.trial].name


# ---- outcomes


def key_outcomes(outcomes: Iterable[Outcome], trials: Mapping[str, Trial]) -> list[Outcome]:
    """The results of the pivotal trials that a reader looks for first.

    Label texts come before papers. Where no label gives an endpoint of a trial, the paper with
    the most patients and then the longest follow-up stands for it. A paper that has followed
    them for longer stands beside either, so that nobody sees the older result alone.
    """
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for item in outcomes:
        if trials[item.trial].kind == "pivotal" and item.endpoint in KEY_ENDPOINTS:
            groups.setdefault((item.trial, item.endpoint), []).append(item)
    found: list[Outcome] = []
    for items in groups.values():
        papers = [item for item in items if item.basis == "publication"]
        first = [item for item in items if item.basis != "publication"] or [
            max(papers, key=lambda item: (item.n or 0, item.follow_up_months or 0))
        ]
        found += [*first, *_followed_longest(papers, first)]
    order = list(dict.fromkeys(trial for trial, _ in groups))
    return sorted(
        found, key=lambda item: (order.index(item.trial), KEY_ENDPOINTS.index(item.endpoint))
    )


def _followed_longest(papers: Iterable[Outcome], first: Sequence[Outcome]) -> list[Outcome]:
    """The paper with the longest follow-up, if that is longer than all of the first results have.

    Less than a month more is the same data cut in other words. A paper about fewer than half as
    many patients as the largest first set is about a part of them.
    """
    longest = max(item.follow_up_months or 0 for item in first) + LONGER
    largest = max(item.n or 0 for item in first)
    later = [
        item
        for item in papers
        if (item.follow_up_months or 0) >= longest and (item.n is None or item.n * 2 >= largest)
    ]
    return sorted(later, key=lambda item: (item.follow_up_months or 0, item.n or 0))[-1:]


def outcome_rank(item: Outcome) -> tuple[int, int, str]:
    """Label texts before papers, the endpoints in the order in which readers look for them."""
    known = item.endpoint in KEY_ENDPOINTS
    place = KEY_ENDPOINTS.index(item.endpoint) if known else len(KEY_ENDPOINTS)
    return BASES.index(item.basis), place, item.endpoint


def outcome_grid(
    outcomes: Sequence[Outcome],
    trials: Mapping[str, Trial],
    title: str,
    *,
    alone: bool = False,
) -> Grid:
    """Outcomes as a table, trial by trial.

    Args:
        outcomes: the rows
        trials: the trials they belong to
        title: what the table shows
        alone: whether all are of one trial, which then needs no column
    """
    columns = (
        Column("Trial", 9),
        Column("Population", 9),
        Column("n", 9, number=True),
        Column("Endpoint", 9),
        Column("Result (95% CI)", 9),
        Column("Control", 5),
        Column("Follow-up, months", 3, number=True),
        Column("Basis", 9),
    )
    left = 1 if alone else 0
    return Grid(
        columns[left:],
        tuple(
            (
                trial_name(trials, item),
                item.population or "",
                words.number(item.n) or words.UNKNOWN_NUMBER,
                item.endpoint,
                result(item),
                words.control(item),
                words.number(item.follow_up_months) or words.UNKNOWN_NUMBER,
                words.basis(item),
            )[left:]
            for item in outcomes
        ),
        title,
        tuple(behind(item) for item in outcomes),
    )


def result(item: Outcome) -> str:
    """A result with its interval, and the level of one that is not of 95 per cent."""
    text = words.outcome(item)
    if item.ci_level in (None, 95) or (item.ci_low is None and item.ci_high is None):
        return text
    return f"{text} at {item.ci_level:g}%"


# ---- adverse reactions

COLUMNS = (
    "product", "event", "term", "manifestation_of", "measure", "trial", "population", "n",
    "any_grade_pct", "grade3plus_pct", "grade5_pct", "serious_pct",
    "onset_median_days", "onset_range_days", "duration_median_days", "duration_range_days",
    "resolution_median_days", "resolution_range_days",
    "tocilizumab_pct", "corticosteroid_pct", "grading_scale",
    "very_common", "common", "uncommon",
    "basis", "regulator", "indirect", "note", "sources", "id", "origin",
)  # fmt: skip


def reaction_rows(reactions: Iterable[AdverseReaction]) -> Rows:
    """Adverse reactions as plain lines, with the field names of the JSON."""
    return rows_of(COLUMNS, reactions)


def reaction_grid(
    reactions: Sequence[AdverseReaction],
    trials: Mapping[str, Trial],
    title: str,
    *,
    lead: Sequence[str],
    event: AdverseEvent | None = None,
    intervals: bool = False,
) -> Grid:
    """Adverse reactions as a table; a measure that no row knows has no column.

    Args:
        reactions: the rows
        trials: the trials they belong to
        title: what the table shows
        lead: the identifying columns to show: product, event, population, n, basis
        event: what all rows are about; a term that says more than its name is then shown
        intervals: whether rates stand with computed intervals and, where there is room, drawn
    """
    identifying: dict[str, tuple[Column, Reader]] = {
        "product": (Column("Product", 9), lambda item: item.product or SEVERAL),
        "event": (Column("Event", 9), lambda item: item.term),
        "population": (Column("Trial: population", 9), lambda item: counted(item, trials, event)),
        "n": (Column("n", 9, number=True), lambda item: words.number(item.n)),
        "basis": (Column("Basis", 9), words.basis),
    }
    measured = _with_intervals(_MEASURED) if intervals else _MEASURED
    known = [pair for pair in measured if any(pair[1](item) for item in reactions)]
    before = [identifying[name] for name in lead if name != "basis"]
    after = [identifying["basis"]] if "basis" in lead else []
    parts = [*before, *known, *after]
    rows = tuple(tuple(_said(column, read(item)) for column, read in parts) for item in reactions)
    cited = tuple(behind(item) for item in reactions)
    return Grid(tuple(column for column, _ in parts), rows, title, cited)


def _said(column: Column, text: str) -> str:
    """A cell; a number that is not known says so."""
    return text or (words.UNKNOWN_NUMBER if column.number else "")


def counted(item: AdverseReaction, trials: Mapping[str, Trial], event: AdverseEvent | None) -> str:
    """Who was counted: the trial, the population in it, and what if not simply the event."""
    name = trial_name(trials, item)
    who = name if item.population in (None, name) else f"{name}: {item.population}"
    term = unusual_term(item, event) if event else ""
    return f"{who}; {term}" if term else who


def unusual_term(item: AdverseReaction, event: AdverseEvent) -> str:
    """What was counted, where that is not simply the event."""
    names = (event.name, event.abbreviation, *event.synonyms)
    said = item.term.casefold().removesuffix(" (serious)")
    return "" if said in {name.casefold() for name in names if name} else item.term


def _pct(name: str) -> Reader:
    return lambda item: words.percent(getattr(item, name))


def _days(name: str) -> Reader:
    return lambda item: words.median_and_range(
        getattr(item, f"{name}_median_days"), getattr(item, f"{name}_range_days")
    )


_MEASURED: Measured = (
    (Column("Any grade", 9, number=True, bar=True), _pct("any_grade_pct")),
    (Column("Grade 3+", 9, number=True), _pct("grade3plus_pct")),
    (Column("Grade 5", 4, number=True), _pct("grade5_pct")),
    (Column("Serious", 3, number=True), _pct("serious_pct")),
    (Column("Tocilizumab", 2, number=True), _pct("tocilizumab_pct")),
    (Column("Corticosteroid", 1, number=True), _pct("corticosteroid_pct")),
    (Column("Onset, days", 5, number=True), _days("onset")),
    (Column("Duration, days", 4, number=True), _days("duration")),
)


def _interval(name: str) -> Reader:
    """Reads a rate and writes its computed interval."""

    def read(item: AdverseReaction) -> str:
        percent = getattr(item, name)
        if percent is None or not item.n:
            return ""
        low, high = wilson(percent, item.n)
        return words.span([round(low), round(high)])

    return read


def _strip(item: AdverseReaction) -> str:
    return strip(item.any_grade_pct, item.grade3plus_pct, item.n)


def _with_intervals(measured: Measured) -> Measured:
    """The columns of measures with an interval behind each rate, and the rates drawn."""
    found: list[tuple[Column, Reader]] = []
    for column, read in measured:
        found.append((column, read))
        if column.title in _RATES:
            found.append(
                (
                    Column(INTERVAL, 2, number=True, computed=COMPUTED),
                    _interval(_RATES[column.title]),
                )
            )
    return (*found, (Column(HEADING, 1, number=True, drawn=True), _strip))


_RATES = {"Any grade": "any_grade_pct", "Grade 3+": "grade3plus_pct"}
_KINDS = ("pivotal", "pool", "supportive", "real-world")


def weightiest_first(
    reactions: Iterable[AdverseReaction], trials: Mapping[str, Trial]
) -> list[AdverseReaction]:
    """Product by product: label texts before papers, pivotal trials before practice."""
    items = list(reactions)
    products = list(dict.fromkeys(item.product for item in items))
    return sorted(
        items,
        key=lambda item: (
            products.index(item.product),
            BASES.index(item.basis),
            _KINDS.index(trials[item.trial].kind),
        ),
    )


_GRADES = ("any_grade_pct", "grade3plus_pct", "grade5_pct")


def graded(reactions: Iterable[AdverseReaction]) -> list[AdverseReaction]:
    """The reactions with a rate by grade."""
    return [item for item in reactions if any(getattr(item, name) is not None for name in _GRADES)]


def ungraded(reactions: Iterable[AdverseReaction]) -> list[AdverseReaction]:
    """The reactions with no rate by grade, but with serious events or times."""
    return [item for item in reactions if all(getattr(item, name) is None for name in _GRADES)]


def rated(reactions: Iterable[AdverseReaction]) -> list[AdverseReaction]:
    """The reactions that carry a number, not only a list or a remark."""
    return [item for item in reactions if item.measure not in ("list", "summary")]


def headline(
    reactions: Iterable[AdverseReaction], trials: Mapping[str, Trial]
) -> list[AdverseReaction]:
    """The rates of the headline events: the fullest set of each trial, as pictures draw it.

    A pool stands beside its own trials only for what is not known of one of them.
    """
    return chosen(_of_headline(reactions, trials), trials)


def _of_headline(
    reactions: Iterable[AdverseReaction], trials: Mapping[str, Trial]
) -> list[AdverseReaction]:
    """The rates of the headline events in pivotal trials and pools."""
    return [
        item
        for item in reactions
        if item.event in HEADLINE
        and item.measure == "reaction"
        and item.manifestation_of is None
        and known_rates(item)
        and trials[item.trial].kind in ("pivotal", "pool")
    ]


def told_otherwise(reactions: Iterable[AdverseReaction], trials: Mapping[str, Trial]) -> list[str]:
    """Say of which trials another label gives another rate than the headline."""
    of_trials = [
        item for item in _of_headline(reactions, trials) if trials[item.trial].kind == "pivotal"
    ]
    named = otherwise_in_labels(sets(of_trials), trials)
    if not named:
        return []
    told = "Of each trial the set is shown of which the most is known"
    return [f"{told}; another label gives another rate of: {', '.join(named)}."]


def graded_by(item: AdverseReaction) -> str:
    """The scale of the grades, where it is known."""
    return f"graded by {item.grading_scale}" if item.grading_scale else ""


def by_population(
    reactions: Iterable[AdverseReaction], trials: Mapping[str, Trial], most: int | None = None
) -> list[Grid]:
    """The adverse reactions of one product, one table for each population and basis.

    Args:
        reactions: the rows
        trials: the trials they belong to
        most: how many rows a table has at most, those of the highest rates; none for all
    """
    groups: dict[tuple[str, str, str], list[AdverseReaction]] = {}
    for item in rated(reactions):
        key = (item.trial, item.population or "", words.basis(item))
        groups.setdefault(key, []).append(item)
    blocks = []
    for (trial, population, basis), items in groups.items():
        kept = sorted(items, key=_highest)[:most]
        counted = sorted({item.n for item in items if item.n is not None})
        size = f", n = {counted[0]}" if len(counted) == 1 else ""
        title = ", ".join(part for part in (trials[trial].name, population) if part)
        lead = ("event",) if size else ("event", "n")
        title += f"{size} ({basis})"
        if len(kept) < len(items):
            title += f": the {len(kept)} most frequent of {len(items)}"
        blocks.append(reaction_grid(sorted(kept, key=_rank), trials, title, lead=lead))
    return blocks


def _highest(item: AdverseReaction) -> float:
    """The least for the highest rate; that of any grade is as high as that of grade 3 at least."""
    return -max(item.any_grade_pct or 0, item.grade3plus_pct or 0)


def _rank(item: AdverseReaction) -> tuple[bool, float, float]:
    """Events before their manifestations, the most frequent first."""
    return (
        item.manifestation_of is not None,
        -(item.any_grade_pct or 0),
        -(item.grade3plus_pct or item.serious_pct or 0),
    )


def remarks(reactions: Iterable[AdverseReaction], trials: Mapping[str, Trial]) -> list[Block]:
    """Lists without percentages, and notes, as running text."""
    facts = []
    for item in reactions:
        listed = [
            f"{words_for}: {', '.join(names)}"
            for words_for, names in (
                ("very common (10% or more)", item.very_common),
                ("common (1 to under 10%)", item.common),
                ("uncommon (0.1 to under 1%)", item.uncommon),
            )
            if names
        ]
        text = "; ".join([*listed, *filter(None, [item.note])])
        if text:
            where = f"{trial_name(trials, item)}, {words.basis(item)}"
            facts.append(Fact(item.term, f"{text} [{where}]", behind(item)))
    return [Facts("Notes and lists", tuple(facts))] if facts else []


LEAD = ("product", "event", "population", "n", "basis")


def event_rates(
    event: AdverseEvent, found: Sequence[AdverseReaction], trials: Mapping[str, Trial]
) -> tuple[list[Block], list[Block]]:
    """The rates of one event across products.

    Returns:
        its rates by grade; then serious events and timing, narrower events, and its signs
    """
    ordered = weightiest_first(rated(found), trials)
    signs = [item for item in ordered if item.manifestation_of is not None]
    direct = [item for item in ordered if item.manifestation_of is None]
    own = [item for item in direct if item.event == event.id]
    narrower = [item for item in direct if item.event != event.id]
    same = tuple(name for name in LEAD if name != "event")
    parts = (
        (graded(own), f"Rates of {event.name}", same, event),
        (ungraded(own), f"{event.name}: serious events and timing", same, event),
        (narrower, f"Narrower events of {event.name}", LEAD, None),
        (signs, f"Signs of {event.name}", LEAD, None),
    )
    grids: list[list[Block]] = [
        [reaction_grid(rows, trials, title, lead=lead, event=alone, intervals=place == 0)]
        if rows
        else []
        for place, (rows, title, lead, alone) in enumerate(parts)
    ]
    return grids[0], [block for part in grids[1:] for block in part]


def cautions(events: Iterable[str]) -> list[str]:
    """What a reader of these rates must know."""
    neurologic = {"icans", "neurologic-toxicity"} & set(events)
    return [NOT_COMPARABLE, *([NEUROLOGIC] if neurologic else [])]
