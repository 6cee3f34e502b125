"""Rates of an adverse event as a picture: which populations are drawn, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.intervals import METHOD, wilson
from cartref.render import fullest, study, words
from cartref.render.document import behind
from cartref.render.event import title as event_title
from cartref.render.picture import Estimate, Forest, ForestRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cartref.model.reference import AdverseEvent
    from cartref.model.study import AdverseReaction, Trial

    Rule = Callable[[AdverseReaction], bool]

SERIES = ("any grade", "grade 3 or higher")
COMPUTED = f"* {METHOD}; {words.LEGEND}"
CHOICE = (
    "Each pivotal trial is drawn once for an event and a way of counting it: the set of which the"
    " most is known of n and both rates, and of several the label text before the paper."
)
# Where no pivotal trial gives a rate, supportive studies stand for them, and then practice.
KINDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("pivotal", "pool"), CHOICE),
    (("supportive",), "No pivotal trial gives this rate: supportive studies are drawn."),
    (("real-world",), "No trial gives this rate: real-world studies are drawn."),
)
GROUPS = (study.HEADLINE[:1], study.HEADLINE[1:])  # a picture each
MEASURES = ("reaction", "laboratory", "prolonged", "serious", "fatal")
COUNTED = {
    "laboratory": "Counted as laboratory abnormalities.",
    "prolonged": "Counted where it lasted, as the label defines it.",
    "serious": "Counted where it was serious.",
    "fatal": "Counted where it was fatal.",
}


def forest(
    events: Sequence[AdverseEvent],
    reactions: Iterable[AdverseReaction],
    trials: Mapping[str, Trial],
) -> list[Forest]:
    """The rates of one event, or of events that are read together, trial by trial.

    Args:
        events: the events
        reactions: all rates that the answer holds
        trials: the trials they belong to

    Returns:
        one picture; none where no trial gives a rate by grade
    """
    drawn, notes = _drawn({event.id for event in events}, list(reactions), trials)
    named = {event.id: event for event in events}
    title = f"{words.listed([event_title(event) for event in events])}, trial by trial"
    rows = tuple(
        ForestRow(
            group=item.product or study.SEVERAL,
            label=trials[item.trial].name,
            n=item.n,
            estimates=(
                _estimate(item.any_grade_pct, item.n),
                _estimate(item.grade3plus_pct, item.n),
            ),
            cited=behind(item),
            detail=_detail(item, trials, named[item.event], alone=len(events) == 1),
        )
        for item in drawn
    )
    return [Forest(title, SERIES, rows, (COMPUTED, *notes))] if rows else []


def headlines(
    events: Mapping[str, AdverseEvent],
    reactions: Iterable[AdverseReaction],
    trials: Mapping[str, Trial],
) -> list[Forest]:
    """CRS and neurologic toxicity as two pictures.

    Args:
        events: all adverse events by id
        reactions: all rates that the answer holds
        trials: the trials they belong to
    """
    found = list(reactions)
    drawn = []
    for keys in GROUPS:
        own = [item for item in found if item.event in keys or item.manifestation_of in keys]
        drawn += forest([events[key] for key in keys], own, trials)
    return drawn


def _estimate(percent: float | None, n: int | None) -> Estimate | None:
    """A rate with its interval, which is computed since no label prints one."""
    if percent is None or not n:
        return None if percent is None else Estimate(percent)
    return Estimate(percent, *wilson(percent, n), computed=True)


def _detail(
    item: AdverseReaction, trials: Mapping[str, Trial], event: AdverseEvent, *, alone: bool
) -> str:
    """Who was counted and for what, by which scale it was graded, and where it was read."""
    population = "" if item.population == trials[item.trial].name else item.population
    term = study.unusual_term(item, event) if alone else item.term
    parts = (term, population, study.graded_by(item), words.basis(item))
    return "; ".join(part for part in parts if part)


def _drawn(
    events: set[str], reactions: Iterable[AdverseReaction], trials: Mapping[str, Trial]
) -> tuple[list[AdverseReaction], list[str]]:
    """The rates that are drawn, and what must be said of the choice and of those left out."""
    found = list(reactions)
    left: list[str] = []

    def keep(rule: Rule, others: str) -> None:
        nonlocal found
        kept = [item for item in found if rule(item)]
        if len(kept) < len(found):
            left.append(f"{len(found) - len(kept)} {others}")
        found = kept

    keep(lambda item: _is_of(item, events), "of signs, narrower or other events")
    keep(_has_rate, "without a rate of any grade or of grade 3 or higher")
    measure = next((name for name in MEASURES if any(item.measure == name for item in found)), "")
    others = sorted({item.measure for item in found} - {measure})
    keep(lambda item: item.measure == measure, f"counted otherwise ({', '.join(others)})")
    present = {trials[item.trial].kind for item in found}
    kinds, choice = next((pair for pair in KINDS if not present.isdisjoint(pair[0])), KINDS[0])
    for kind in sorted(present.difference(kinds)):
        keep(lambda item, kind=kind: trials[item.trial].kind != kind, f"from {kind} studies")  # type: ignore[misc]
    sets = fullest.sets(found)
    drawn = {item.id for item in fullest.chosen(found, trials)}
    first = {item.id for options in sets for item in options[0]}
    keep(lambda item: item.id in first, "of further sets of a trial drawn")
    keep(lambda item: item.id in drawn, "of pools of trials drawn")
    said = [COUNTED[measure]] if measure in COUNTED else []
    said.append(choice)
    if any(item.indirect for item in found):
        said.append(study.INDIRECT)
    if differing := fullest.otherwise_in_labels(sets, trials):
        said.append(f"Another label gives another rate of: {', '.join(differing)}.")
    if left:
        said.append(f"Not drawn: {'; '.join(left)}.")
    return found, said


def _is_of(item: AdverseReaction, events: set[str]) -> bool:
    return item.event in events and item.manifestation_of is None


def _has_rate(item: AdverseReaction) -> bool:
    rates = (item.any_grade_pct, item.grade3plus_pct)
    return item.measure in MEASURES and rates != (None, None)
